def program(x, y):
    for _ in range(2):
        x.grad = y.grad = None
        z = x**2 + y
        z.backward()
        yield z, {"x": x.grad, "y": y.grad}
