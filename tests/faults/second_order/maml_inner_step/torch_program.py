import torch


def net_loss(w, v, x, y):
    return ((torch.relu(x @ w) @ v - y) ** 2).mean()


def program(support, support_y, query, query_y, w, v):
    dw, dv = torch.autograd.grad(net_loss(w, v, support, support_y), (w, v), create_graph=True)
    outer = net_loss(w - 0.3 * dw, v - 0.3 * dv, query, query_y)
    outer.backward()
    return outer, {"w": w.grad, "v": v.grad}
