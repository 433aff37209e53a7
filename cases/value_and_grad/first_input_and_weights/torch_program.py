from torch import nn


class Net(nn.Module):
    def __init__(self, in_channel, out_channel):
        super().__init__()
        self.fc = nn.Linear(in_channel, out_channel, bias=False)
        self.loss = nn.MSELoss()

    def forward(self, x, y):
        logits = self.fc(x).squeeze()
        loss = self.loss(logits, y)
        return loss, logits


def program(x, y, weight):
    net = Net(3, 1)
    net.load_state_dict({"fc.weight": weight})
    loss, logits = net(x, y)
    loss.backward()
    return (loss, logits), {"x": x.grad, "fc.weight": net.fc.weight.grad}
