def program(x):
    z = 10 * x.max() + x.max(1).values.sum()
    z.backward()
    return z, {"x": x.grad}
