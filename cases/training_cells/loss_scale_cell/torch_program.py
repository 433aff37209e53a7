import torch
from torch import nn


def program(x, target, weight):
    model = nn.Linear(3, 2, bias=False)
    model.load_state_dict({"weight": weight})
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    # The second batch overflows float32 by its scale alone.
    for factor in (1.0, 1e18, 1.0):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(x * factor), target)
        (loss * 1024).backward()
        gradient = model.weight.grad / 1024
        overflow = not torch.isfinite(gradient).all()
        if not overflow:
            model.weight.grad = gradient
            optimizer.step()
        yield {"loss": loss, "overflow": overflow, "weight": model.weight}, {"weight": gradient}
