def program(x, gate):
    h = x**2
    h.mul_(gate)
    z = h.sum()
    z.backward()
    return z, {"x": x.grad, "gate": gate.grad}
