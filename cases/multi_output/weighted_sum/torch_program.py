def program(x, y):
    square = (x**2).sum()
    product = (x * y).sum()
    (0.5 * square + 2 * product).backward()
    return (square, product), {"x": x.grad, "y": y.grad}
