from torch import nn


def program(x, target, w1, b1, w2):
    net = nn.Sequential(nn.Linear(3, 5), nn.Sigmoid(), nn.Linear(5, 2, bias=False))
    net.load_state_dict({"0.weight": w1, "0.bias": b1, "2.weight": w2})
    per_sample = nn.L1Loss(reduction="none")(net(x), target).sum(1)
    per_sample.mean().backward()
    return {"per_sample": per_sample}, {name: p.grad for name, p in net.named_parameters()}
