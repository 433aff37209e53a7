import torch


def program(x, weight, bias):
    y = torch.sigmoid(x @ weight.transpose(0, 1) + bias)
    loss = (y[:, 0] * y[:, 1] + y[:, 2]).mean()
    loss.backward()
    return {"loss": loss}, {"x": x.grad, "weight": weight.grad, "bias": bias.grad}
