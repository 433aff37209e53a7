from torch import nn


def program(x, target, weight):
    net = nn.Linear(3, 2, bias=False)
    net.load_state_dict({"weight": weight})
    loss = nn.functional.mse_loss(net(x), target)
    loss.backward()
    return loss, {"x": x.grad, "target": target.grad, "weight": net.weight.grad}
