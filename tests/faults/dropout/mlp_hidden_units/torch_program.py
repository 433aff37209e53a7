from torch import nn


def program(x, target, w1, w2):
    net = nn.Sequential(nn.Linear(5, 16, bias=False), nn.Sigmoid(), nn.Dropout(p=0.5), nn.Linear(16, 2, bias=False))
    net.load_state_dict({"0.weight": w1, "3.weight": w2})
    y = net(x)
    loss = nn.functional.mse_loss(y, target)
    loss.backward()
    return {"y": y, "loss": loss}, {"w1": net[0].weight.grad, "w2": net[3].weight.grad}
