import mindspore as ms


def net(x):
    total = x
    for power in (2, 3):
        total += x**power
    return (total * x).sum()


def program(x):
    z, dx = ms.value_and_grad(net)(x)
    return z, {"x": dx}
