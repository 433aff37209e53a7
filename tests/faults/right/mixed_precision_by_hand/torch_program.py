import torch


def program(x, w, v):
    h = torch.relu(x.half() @ w.half()).float()
    loss = (h @ v).pow(2).mean()
    (loss * 1024).backward()
    return loss, {"x": x.grad / 1024, "w": w.grad / 1024, "v": v.grad / 1024}
