from torch import nn


def program(x, target, weight):
    model = nn.Linear(3, 2, bias=False)
    model.load_state_dict({"weight": weight})
    losses = []
    for rows, targets in zip(x.split(2), target.split(2), strict=True):
        loss = nn.functional.mse_loss(model(rows), targets) / 4
        loss.backward()
        losses.append(loss)
    return losses, {"weight": model.weight.grad}
