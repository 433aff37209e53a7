import torch
from torch import nn


def program(x, y, w, b):
    net = nn.Linear(3, 2)
    net.load_state_dict({"weight": w, "bias": b})
    for _ in range(2):
        net.zero_grad()
        for i in range(0, 8, 2):
            (nn.functional.mse_loss(net(x[i : i + 2]), y[i : i + 2]) / 4).backward()
        norm = nn.utils.clip_grad_norm_(net.parameters(), 0.5)
        yield {"norm": norm}, {name: p.grad.clone() for name, p in net.named_parameters()}
        with torch.no_grad():
            for p in net.parameters():
                p -= 0.3 * p.grad
