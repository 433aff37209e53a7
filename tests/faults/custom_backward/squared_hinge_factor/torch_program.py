import torch


def program(scores, labels, margin):
    signs = 2 * labels.detach() - 1
    gap = torch.relu(margin - signs * scores)
    loss = (gap**2).mean()
    loss.backward()
    return loss, {"scores": scores.grad, "margin": margin.grad}
