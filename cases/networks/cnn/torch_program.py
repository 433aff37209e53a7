from torch import nn


class CNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(4)
        self.pool = nn.MaxPool2d(2)
        self.head = nn.Linear(64, 3)

    def forward(self, x):
        h = self.pool(self.norm(self.conv(x)).relu())
        return self.head(h.flatten(1))


def program(x, labels, **weights):
    net = CNN()
    net.load_state_dict({name.replace("_", "."): value for name, value in weights.items()}, strict=False)
    logits = net(x)
    loss = nn.functional.cross_entropy(logits, labels)
    loss.backward()
    statistics = {"mean": net.norm.running_mean, "variance": net.norm.running_var}
    gradients = {name: parameter.grad for name, parameter in net.named_parameters()}
    return {"loss": loss, "logits": logits, **statistics}, {"x": x.grad, **gradients}
