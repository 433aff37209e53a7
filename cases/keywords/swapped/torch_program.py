def net(x, y):
    return (x**2 * y).sum()


def program(x, y):
    z = net(y=y, x=x)
    z.backward()
    return z, {"x": x.grad, "y": y.grad}
