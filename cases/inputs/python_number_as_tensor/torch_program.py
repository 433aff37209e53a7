def program(scale, x):
    z = (scale * x**2).sum()
    z.backward()
    return z, {"scale": scale.grad, "x": x.grad}
