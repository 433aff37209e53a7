def program(x):
    y = x**2
    y[x < 0] = 0
    z = (y**2).sum()
    z.backward()
    return z, {"x": x.grad}
