import torch


def program(x, weight):
    down = torch.zeros(6, 0)
    up = torch.zeros(0, 4)
    for _step in range(4):
        x.grad = weight.grad = None
        y = x @ weight + (x @ down) @ up
        loss = (torch.sigmoid(y) * y).sum()
        loss.backward()
        yield {"loss": loss, "y": y}, {"x": x.grad, "weight": weight.grad}
