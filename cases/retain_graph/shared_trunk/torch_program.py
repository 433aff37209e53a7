import torch


def program(x, trunk, head_a, head_b):
    features = torch.sin(x @ trunk)
    loss_a = (features @ head_a).mean()
    loss_b = ((features @ head_b) ** 2).mean()
    loss_a.backward(retain_graph=True)
    yield loss_a, {"trunk": trunk.grad, "head": head_a.grad}
    trunk.grad = None
    loss_b.backward()
    yield loss_b, {"trunk": trunk.grad, "head": head_b.grad}
