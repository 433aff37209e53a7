import mindspore as ms

STRENGTH = 0.0


def objective(weight, x, target):
    return (((x * weight).sum(1) - target) ** 2).mean() + STRENGTH * (weight**2).sum()


def program(x, target, weight):
    global STRENGTH
    step = ms.value_and_grad(objective)
    for epoch in range(3):
        STRENGTH = 0.1 * epoch
        loss, dw = step(weight, x, target)
        yield {"loss": loss, "weight": weight}, {"weight": dw}
        weight = weight - 0.05 * dw
