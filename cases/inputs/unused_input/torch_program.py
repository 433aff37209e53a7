def program(x, y):
    z = (x**2).sum()
    z.backward()
    return z, {"x": x.grad, "y": y.grad}
