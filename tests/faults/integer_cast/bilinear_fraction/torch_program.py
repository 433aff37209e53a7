import torch


def program(position, left, right):
    whole = position.to(torch.int32)
    fraction = position - whole
    value = left * (1 - fraction) + right * fraction
    loss = (value**2).sum()
    loss.backward()
    return {"loss": loss, "value": value}, {"position": position.grad, "left": left.grad, "right": right.grad}
