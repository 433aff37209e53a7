def program(x):
    scale = x.detach()
    z = (x * scale).sum()
    z.backward()
    return z, {"x": x.grad}
