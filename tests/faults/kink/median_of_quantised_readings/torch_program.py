import torch


def program(x, gain):
    centred = x - torch.median(x)
    loss = (centred**3 * gain[:, None]).sum()
    loss.backward()
    return {"centred": centred}, {"x": x.grad, "gain": gain.grad}
