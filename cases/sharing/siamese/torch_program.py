from torch import nn


def program(left, right, weight, bias):
    encoder = nn.Linear(3, 2)
    encoder.load_state_dict({"weight": weight, "bias": bias})
    distance = ((encoder(left) - encoder(right).relu()) ** 2).sum(1).mean()
    distance.backward()
    gradients = {name: parameter.grad for name, parameter in encoder.named_parameters()}
    return distance, {"left": left.grad, "right": right.grad, **gradients}
