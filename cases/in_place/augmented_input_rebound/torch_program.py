def program(x):
    total = x
    for power in (2, 3):
        total = total + x**power
    z = (total * x).sum()
    z.backward()
    return z, {"x": x.grad}
