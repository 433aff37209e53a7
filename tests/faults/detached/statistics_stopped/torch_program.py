def program(x, weight):
    mean = x.mean((0, 2, 3), keepdim=True)
    spread = ((x - mean) ** 2).mean((0, 2, 3), keepdim=True)
    y = (x - mean) / (spread + 1e-5).sqrt()
    loss = (weight * y).sum()
    loss.backward()
    return {"y": y}, {"x": x.grad, "weight": weight.grad}
