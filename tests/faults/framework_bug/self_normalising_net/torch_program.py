from torch import nn


def program(x, w1, w2, w3):
    net = nn.Sequential(
        nn.Linear(5, 6, bias=False), nn.SELU(), nn.Linear(6, 6, bias=False), nn.SELU(), nn.Linear(6, 2, bias=False)
    )
    net.load_state_dict({"0.weight": w1, "2.weight": w2, "4.weight": w3})
    loss = net(x).abs().mean()
    loss.backward()
    return loss, {"x": x.grad} | {name: p.grad for name, p in net.named_parameters()}
