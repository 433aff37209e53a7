def program(x, v):
    y = x * 2
    y[1:3] = v
    z = (y**2).sum()
    z.backward()
    return z, {"x": x.grad, "v": v.grad}
