import torch


def program(x, w, u, b):
    h = torch.zeros(3, 5)
    loss = 0.0
    for t in range(6):
        if t % 2 == 0:
            h = h.detach()
        h = torch.tanh(x[t] @ w.T + h @ u.T + b)
        loss = loss + (h[:, 0] - h[:, -1]).pow(2).mean()
    loss.backward()
    return {"loss": loss, "hidden": h}, {"w": w.grad, "u": u.grad, "b": b.grad, "x": x.grad}
