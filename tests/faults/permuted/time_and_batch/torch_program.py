import torch


def program(x, weight_ih, weight_hh):
    h = torch.zeros(4, 5, dtype=x.dtype)
    for t in range(x.shape[1]):
        h = torch.relu(x[:, t] @ weight_ih.T + h @ weight_hh.T) + torch.sin(h)
    loss = h.square().mean()
    loss.backward()
    return {"last": h}, {"x": x.grad, "weight_ih": weight_ih.grad, "weight_hh": weight_hh.grad}
