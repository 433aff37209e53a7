def program(x, n):
    z = (x * n).sum()
    z.backward()
    return z, {"x": x.grad, "n": n.grad}
