def program(x, y):
    z = (x**2 * y).sum()
    z.backward()
    return z, {"x": x.grad, "y": y.grad}
