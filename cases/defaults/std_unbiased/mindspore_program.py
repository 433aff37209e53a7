import mindspore as ms


def net(x):
    std, var = x.std(1, ddof=1), x.var(1, ddof=1)
    return (std + var).sum(), std, var


def program(x):
    (_, std, var), dx = ms.value_and_grad(net, has_aux=True)(x)
    return {"std": std, "var": var}, {"x": dx}
