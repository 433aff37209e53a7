import mindspore as ms


def reverse(gradient):
    return -gradient


def net(x):
    return (x**2).sum()


def program(x):
    handle = x.register_hook(reverse)
    value_and_grad = ms.value_and_grad(net)
    for _ in range(2):
        z, dx = value_and_grad(x)
        yield z, {"x": dx}
    handle.remove()
    z, dx = value_and_grad(x)
    yield z, {"x": dx}
