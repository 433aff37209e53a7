import torch
from torch import nn


def program(images, weight, bias):
    conv = nn.Conv2d(2, 3, 3)
    conv.load_state_dict({"weight": weight, "bias": bias})
    optimizer = torch.optim.SGD(conv.parameters(), lr=0.1)
    optimizer.zero_grad()
    for i, batch in enumerate(images):
        loss = (conv(batch).relu() ** 2).mean() / 2
        loss.backward()
        if i % 2 == 1:
            grads = {name: p.grad.clone() for name, p in conv.named_parameters()}
            optimizer.step()
            optimizer.zero_grad()
            yield {"weight": conv.weight.clone(), "bias": conv.bias.clone()}, grads
