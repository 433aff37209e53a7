import torch
from torch.func import grad_and_value


def objective(parameters, x):
    return torch.sigmoid(x @ parameters["weight"] + parameters["bias"]).pow(2).sum()


def program(x, weight, bias):
    parameters = {"weight": weight.detach(), "bias": bias.detach()}
    grads, loss = grad_and_value(objective)(parameters, x.detach())
    return loss, {"parameters": grads, "x": grad_and_value(objective, 1)(parameters, x.detach())[0]}
