def program(x):
    handle = x.register_hook(lambda gradient: -gradient)
    for _ in range(2):
        z = (x**2).sum()
        x.grad = None
        z.backward()
        yield z, {"x": x.grad}
    handle.remove()
    z = (x**2).sum()
    x.grad = None
    z.backward()
    yield z, {"x": x.grad}
