from torch import nn


def program(x, target, w1, b1, w2):
    net = nn.Sequential(nn.Linear(3, 6), nn.Softplus(), nn.Linear(6, 2, bias=False))
    net.load_state_dict({"0.weight": w1, "0.bias": b1, "2.weight": w2})
    loss = nn.functional.mse_loss(net(x), target)
    loss.backward()
    return loss, {"w1": net[0].weight.grad, "b1": net[0].bias.grad, "w2": net[2].weight.grad}
