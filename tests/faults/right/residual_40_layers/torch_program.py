import torch


def program(x, weights):
    h = x
    for i in range(40):
        h = h + torch.relu(h @ weights[i]) * 0.5
    loss = (h**2).mean()
    loss.backward()
    return {"loss": loss, "h": h}, {"x": x.grad, "weights": weights.grad}
