def program(weights, snapshots, desired):
    out = weights.conj() @ snapshots
    error = out - desired
    loss = (error.real.square() + error.imag.square()).mean()
    loss.backward()
    return {"out": out}, {"weights": weights.grad, "snapshots": snapshots.grad}
