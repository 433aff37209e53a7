def program(x):
    y = x * 1
    y.view(-1)[0] = 5.0
    z = (y**2).sum()
    z.backward()
    return z, {"x": x.grad}
