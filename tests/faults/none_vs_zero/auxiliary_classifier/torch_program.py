from torch import nn


class Net(nn.Module):
    def __init__(self, trunk, main, auxiliary):
        super().__init__()
        self.trunk = nn.Parameter(trunk.detach().clone())
        self.main = nn.Parameter(main.detach().clone())
        self.auxiliary = nn.Parameter(auxiliary.detach().clone())

    def forward(self, x, with_auxiliary=False):
        h = nn.functional.silu(nn.functional.linear(x, self.trunk))
        logits = nn.functional.linear(h, self.main)
        if with_auxiliary:
            return logits, nn.functional.linear(h, self.auxiliary)
        return logits


def program(x, labels, trunk, main, auxiliary):
    net = Net(trunk, main, auxiliary)
    loss = nn.functional.cross_entropy(net(x), labels)
    loss.backward()
    return loss, {name: p.grad for name, p in net.named_parameters()}
