def net(a, b):
    return (a**2 * b).sum()


def program(x):
    z = net(x, x)
    z.backward()
    return z, {"x": x.grad}
