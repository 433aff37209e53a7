def program(x, rate):
    z = x
    while z < 50:
        z = z * rate
    z.backward()
    return z, {"x": x.grad, "rate": rate.grad}
