import torch


def net(x, weights, bias):
    return ((torch.relu(x @ weights[0]) @ weights[1] + bias) ** 2).mean()


def program(x, w1, w2, bias):
    loss = net(x, [w1, w2], bias)
    loss.backward()
    return loss, {"x": x.grad, "weights": [w1.grad, w2.grad], "bias": bias.grad}
