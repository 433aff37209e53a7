import torch


def program(x):
    loss = (x * x).sum()
    loss.backward()
    finite = torch.isfinite(loss), torch.isfinite(x.grad).all()
    return {"loss": loss, "finite": finite}, {"x": x.grad}
