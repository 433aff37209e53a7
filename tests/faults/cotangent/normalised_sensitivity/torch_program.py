import torch


def program(volume, gain, upstream):
    y = torch.relu(volume * gain) + 0.125 * volume
    y.backward(upstream)
    return y, {"volume": volume.grad, "gain": gain.grad}
