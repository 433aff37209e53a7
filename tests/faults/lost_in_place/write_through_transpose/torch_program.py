def program(a, b):
    m = a * 2
    m.t()[3] = b
    loss = (m**3).sum()
    loss.backward()
    return {"loss": loss, "m": m}, {"a": a.grad, "b": b.grad}
