def product(*tensors):
    out = tensors[0]
    for tensor in tensors[1:]:
        out = out * tensor
    return out.sum()


def program(x, y, z):
    out = product(x, y, z)
    out.backward()
    return out, {"x": x.grad, "y": y.grad, "z": z.grad}
