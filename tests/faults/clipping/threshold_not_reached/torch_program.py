from torch import nn
from torch.nn import functional as F


def program(images, kernel, scale):
    h = F.conv2d(images, kernel)
    loss = (F.relu(h).mean((2, 3)) * scale).sum()
    loss.backward()
    nn.utils.clip_grad_norm_([kernel, scale], max_norm=10.0)
    return {"loss": loss}, {"kernel": kernel.grad, "scale": scale.grad}
