import mindspore as ms


def product(*tensors):
    out = tensors[0]
    for tensor in tensors[1:]:
        out = out * tensor
    return out.sum()


def program(x, y, z):
    out, (dx, dy, dz) = ms.value_and_grad(product, grad_position=(0, 1, 2))(x, y, z)
    return out, {"x": dx, "y": dy, "z": dz}
