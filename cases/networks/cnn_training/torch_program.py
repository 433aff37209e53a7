import torch
from net_torch import CNN  # a module beside this file
from torch import nn


def program(images, labels, **weights):
    net = CNN()
    net.load_state_dict({name.replace("_", "."): value for name, value in weights.items()}, strict=False)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
    for x, y in zip(images, labels, strict=True):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(net(x), y)
        loss.backward()
        optimizer.step()
        outputs = {
            "loss": loss,
            "parameters": dict(net.named_parameters()),
            "mean": net.norm.running_mean,
            "variance": net.norm.running_var,
        }
        yield outputs, {name: parameter.grad for name, parameter in net.named_parameters()}
