from torch.nn import functional as F


def program(x, readout, coefficients):
    loss = (F.linear(x.relu(), readout) * coefficients.detach()).sum(1).mean()
    loss.backward()
    return loss, {"readout": readout.grad}
