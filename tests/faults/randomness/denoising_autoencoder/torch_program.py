import torch


def program(x, encoder, decoder):
    noisy = x + 0.2 * torch.randn_like(x)
    y = torch.tanh(noisy @ encoder.T) @ decoder.T
    loss = ((y - x.detach()) ** 2).mean()
    loss.backward()
    return loss, {"encoder": encoder.grad, "decoder": decoder.grad}
