import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, up, down):
        super().__init__()
        self.up = nn.Parameter(up.detach().clone())
        self.down = nn.Parameter(down.detach().clone())

    def forward(self, x):
        return x + torch.relu(x @ self.up.T) @ self.down.T


def program(x, up, down):
    block = Block(up, down)
    y = block(block(x))
    (y**2).mean().backward()
    return {"y": y}, {"x": x.grad, "up": block.up.grad, "down": block.down.grad}
