def program(x, index, weight):
    z = (x[index] ** 2 * weight).sum()
    z.backward()
    return z, {"x": x.grad, "weight": weight.grad}
