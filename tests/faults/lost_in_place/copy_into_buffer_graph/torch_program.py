import torch


def program(x, h, wx, wh):
    state = h * 1.0
    for _ in range(2):
        new = torch.tanh(x @ wx + state @ wh)
        state = torch.zeros_like(new)
        state.copy_(new)
    loss = (state**2).sum()
    loss.backward()
    return loss, {"x": x.grad, "h": h.grad, "wx": wx.grad, "wh": wh.grad}
