import torch


def program(x, weight, head):
    features = torch.relu(x @ weight)
    loss = ((features @ head) ** 2).mean()
    dfeatures, dhead = torch.autograd.grad(loss, (features, head))
    return loss, {"features": dfeatures, "head": dhead}
