from torch import nn


def program(x, target, weight):
    model = nn.Linear(3, 2, bias=False)
    model.load_state_dict({"weight": weight})
    data_loss = nn.functional.mse_loss(model(x), target)
    data_loss.backward()
    penalty = 0.1 * (model.weight**2).sum()
    penalty.backward()
    return (data_loss, penalty), {"weight": model.weight.grad}
