import torch


def program(left, right, mixing):
    score = torch.einsum("bi,ij,bj->b", left, mixing, right)
    loss = torch.relu(1 - score).mean() + 0.01 * (score**2).mean()
    loss.backward()
    return {"score": score}, {"left": left.grad, "right": right.grad, "mixing": mixing.grad}
