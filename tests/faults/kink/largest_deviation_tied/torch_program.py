import torch


def program(x, budget, weight):
    size = torch.linalg.vector_norm(x, ord=float("inf"), dim=1)
    loss = (weight * (size - budget) ** 2).sum()
    loss.backward()
    return {"size": size}, {"x": x.grad, "weight": weight.grad}
