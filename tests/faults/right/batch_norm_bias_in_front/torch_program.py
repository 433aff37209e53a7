from torch import nn


def program(x, weight, bias, w):
    dense, norm = nn.Linear(4, 5), nn.BatchNorm1d(5)
    dense.load_state_dict({"weight": weight, "bias": bias})
    loss = (norm(dense(x)) * w).sum()
    loss.backward()
    return loss, {"x": x.grad, "weight": dense.weight.grad, "bias": dense.bias.grad, "gamma": norm.weight.grad}
