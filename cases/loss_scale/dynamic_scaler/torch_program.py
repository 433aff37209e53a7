import torch


def program(x, weight, factors):
    weight = torch.nn.Parameter(weight.detach())
    optimizer = torch.optim.SGD([weight], lr=0.01)
    scaler = torch.amp.GradScaler("cpu", init_scale=1024.0, growth_factor=2.0, backoff_factor=0.5, growth_interval=2)
    for factor in factors.tolist():
        optimizer.zero_grad()
        loss = (weight**2 * x).sum() * factor
        scaler.scale(loss).backward()
        scaler.unscale_(optimizer)
        scaler.step(optimizer)
        scaler.update()
        yield {"weight": weight, "scale": scaler.get_scale()}, {"weight": weight.grad}
