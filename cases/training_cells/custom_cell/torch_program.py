import torch
from torch import nn


def program(x, target, weight, bias):
    model = nn.Linear(3, 2)
    model.load_state_dict({"weight": weight, "bias": bias})
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(3):
        optimizer.zero_grad()
        logits = model(x)
        loss = nn.functional.mse_loss(logits, target)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), max_norm=1.0)
        optimizer.step()
        yield (
            {"loss": loss, "logits": logits},
            {name: parameter.grad for name, parameter in model.named_parameters()},
        )
