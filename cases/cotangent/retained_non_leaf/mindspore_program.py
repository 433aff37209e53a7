import mindspore as ms


def front(leaf):
    return leaf**2


def rest(hidden):
    return (hidden**2).sum()


def program(leaf):
    hidden, pull_back = ms.vjp(front, leaf)
    loss, dhidden = ms.value_and_grad(rest)(hidden)
    (dleaf,) = pull_back(dhidden)
    return loss, {"leaf": dleaf, "hidden": dhidden}
