def program(x, scale, shift):
    z = (x * scale + shift) ** 2
    z.sum().backward()
    return z, {"x": x.grad, "scale": scale.grad, "shift": shift.grad}
