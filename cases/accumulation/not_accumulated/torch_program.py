def program(x, y):
    for _ in range(2):
        z = x**2 + y
        z.backward()
    return z, {"x": x.grad, "y": y.grad}
