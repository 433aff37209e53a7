import torch


class FeedForward(torch.nn.Module):
    def __init__(self, up, down):
        super().__init__()
        self.up = torch.nn.Parameter(up)
        self.down = torch.nn.Parameter(down)
        self.activation = torch.nn.GELU()

    def forward(self, x):
        return self.activation(x @ self.up.T) @ self.down.T
