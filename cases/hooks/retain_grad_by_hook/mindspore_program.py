import mindspore as ms


def program(x):
    kept = {}

    def keep(gradient):
        kept["h"] = gradient

    def net(x):
        h = x**2
        h.register_hook(keep)
        return (h**3).sum()

    z, dx = ms.value_and_grad(net)(x)
    return z, {"x": dx, **kept}
