def program(x, v):
    y = x**3
    y.backward(v)
    return y, {"x": x.grad}
