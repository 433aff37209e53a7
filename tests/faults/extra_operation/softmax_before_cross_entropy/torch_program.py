from torch import nn


def program(images, labels, conv, head, bias):
    net = nn.Sequential(
        nn.Conv2d(1, 3, 3, bias=False), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(3, 3)
    )
    net.load_state_dict({"0.weight": conv, "4.weight": head, "4.bias": bias})
    loss = nn.functional.cross_entropy(net(images), labels)
    loss.backward()
    return {"loss": loss}, {"conv": net[0].weight.grad, "head": net[4].weight.grad, "bias": net[4].bias.grad}
