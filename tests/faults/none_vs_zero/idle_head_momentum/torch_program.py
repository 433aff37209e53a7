import torch
from torch import nn


def program(x, target, trunk, head_a, head_b):
    parameters = {
        name: nn.Parameter(v.detach().clone()) for name, v in [("trunk", trunk), ("head_a", head_a), ("head_b", head_b)]
    }
    optimizer = torch.optim.SGD(parameters.values(), lr=0.1, momentum=0.9)
    for step in range(4):
        optimizer.zero_grad()
        h = torch.sigmoid(x[step] @ parameters["trunk"].T)
        head = parameters["head_a"] if step % 2 == 0 else parameters["head_b"]
        loss = nn.functional.mse_loss(h @ head, target[step])
        loss.backward()
        optimizer.step()
        yield {"loss": loss, "parameters": parameters}, {"trunk": parameters["trunk"].grad}
