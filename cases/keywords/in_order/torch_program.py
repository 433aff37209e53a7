def net(x, y):
    return (x**2 * y).sum()


def program(x, y):
    z = net(x=x, y=y)
    z.backward()
    return z, {"x": x.grad, "y": y.grad}
