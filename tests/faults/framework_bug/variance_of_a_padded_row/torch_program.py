import torch


def program(features, weight):
    scores = features * weight.sigmoid().sum()
    loss = scores.mean() ** 2 + 0.5 * torch.var(scores, dim=1, correction=0).sum()
    loss.backward()
    return loss, {"features": features.grad, "weight": weight.grad}
