import mindspore as ms


def net(x, head_a, head_b, use_a):
    head = head_a if use_a else head_b
    return (x * head).sum() ** 2


def program(x, head_a, head_b):
    value_and_grad = ms.value_and_grad(net, (0, 1, 2))
    for use_a in (True, False):
        loss, (dx, da, db) = value_and_grad(x, head_a, head_b, use_a)
        yield loss, {"x": dx, "head_a": da, "head_b": db}
