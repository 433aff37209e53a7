def program(x, w):
    centred = x - x.mean(1, keepdim=True)
    loss = ((centred**2).mean(1) * w).sum()
    loss.backward()
    return loss, {"x": x.grad, "w": w.grad}
