import torch


def program(x):
    for scale in (1024, 64):
        x.grad = None
        loss = (x * x).sum().float() * scale
        loss.backward()
        yield {"loss": loss / scale, "finite": torch.isfinite(x.grad).all()}, {"x": x.grad}
