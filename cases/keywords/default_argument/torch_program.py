def net(x, y, power=3):
    return (x**power * y).sum()


def program(x, y):
    z = net(x, y)
    z.backward()
    return z, {"x": x.grad, "y": y.grad}
