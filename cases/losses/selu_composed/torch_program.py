from torch.nn import functional as F


def program(x, target):
    loss = F.mse_loss(F.selu(x), target.detach())
    loss.backward()
    return loss, {"x": x.grad}
