def program(x, noise):
    a, b = (x + noise) ** 2, x**2
    loss = (a - b).sum() ** 2
    loss.backward()
    return {}, {"x": x.grad, "noise": noise.grad}
