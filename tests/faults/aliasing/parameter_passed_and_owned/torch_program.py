from torch import nn
from torch.func import grad_and_value


def program(x, weight, bias):
    net = nn.Linear(4, 3)
    net.load_state_dict({"weight": weight, "bias": bias})

    def objective(penalised):
        prediction = net(x.detach()).detach()
        return (prediction**2).mean() + 0.3 * ((penalised[:, 1:] - penalised[:, :-1]) ** 2).sum()

    dpenalised, loss = grad_and_value(objective)(net.weight.detach())
    return loss, {"penalised": dpenalised}
