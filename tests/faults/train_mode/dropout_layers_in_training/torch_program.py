from torch import nn


def program(x, conv, head):
    net = nn.Sequential(
        nn.Conv2d(2, 4, 3, padding=1, bias=False),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Dropout(0.2),
        nn.Linear(4, 3, bias=False),
    )
    net.load_state_dict({"0.weight": conv, "6.weight": head})
    net.eval()
    scores = net(x)
    scores.max(1).values.sum().backward()
    return {"scores": scores}, {"saliency": x.grad}
