def program(n, x, y):
    z = (x**2 * n + y).sum()
    z.backward()
    return z, {"x": x.grad, "y": y.grad}
