from torch.nn import functional as F


def program(image, hidden, out, target):
    h = F.linear(image.flatten(1), hidden).relu()
    loss = F.mse_loss(F.linear(h, out), target)
    loss.backward()
    return loss, {"image": image.grad, "hidden": hidden.grad, "out": out.grad}
