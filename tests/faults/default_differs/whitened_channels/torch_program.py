import torch


def program(images, gain):
    mean = images.mean((2, 3), keepdim=True)
    var = torch.var(images, dim=(2, 3), keepdim=True)
    y = gain[:, None, None] * (images - mean) / torch.sqrt(var + 1e-3)
    loss = (y**3).mean()
    loss.backward()
    return {"y": y}, {"images": images.grad, "gain": gain.grad}
