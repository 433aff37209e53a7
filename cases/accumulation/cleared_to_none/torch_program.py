import torch


def program(x, head_a, head_b):
    optimizer = torch.optim.SGD([x, head_a, head_b], lr=0.1)
    for head in (head_a, head_b):
        optimizer.zero_grad()
        loss = (x * head).sum() ** 2
        loss.backward()
        yield loss, {"x": x.grad, "head_a": head_a.grad, "head_b": head_b.grad}
