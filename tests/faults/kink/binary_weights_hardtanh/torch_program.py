from torch.nn import functional as F


def program(x, weight):
    y = F.linear(x, F.hardtanh(weight))
    loss = F.mse_loss(y, y.detach().sign())
    loss.backward()
    return {"y": y, "loss": loss}, {"x": x.grad, "weight": weight.grad}
