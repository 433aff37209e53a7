def program(x):
    h = x**2
    h.register_hook(lambda gradient: 10 * gradient)
    z = (h**2).sum() + x.sum()
    z.backward()
    return z, {"x": x.grad}
