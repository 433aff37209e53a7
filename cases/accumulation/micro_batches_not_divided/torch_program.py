from torch import nn


def program(x, target, weight):
    model = nn.Linear(3, 2, bias=False)
    model.load_state_dict({"weight": weight})
    loss = nn.functional.mse_loss(model(x), target)
    loss.backward()
    return loss, {"weight": model.weight.grad}
