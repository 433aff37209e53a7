import torch


def program(x, head_a, head_b):
    optimizer = torch.optim.SGD([x, head_a, head_b], lr=0.1)
    # Before its first backward() a parameter's .grad is None, and stays so.
    for parameter in (x, head_a, head_b):
        parameter.grad = torch.zeros_like(parameter)
    for head in (head_a, head_b):
        optimizer.zero_grad(set_to_none=False)
        loss = (x * head).sum() ** 2
        loss.backward()
        yield loss, {"x": x.grad, "head_a": head_a.grad, "head_b": head_b.grad}
