import mindspore as ms
from mindspore import ops


def total(x):
    return x.sum()


def quarter(x):
    return x / 4


def square(x):
    return x**2


def program(x):
    recorded = []
    value = x
    for name, step in (("x", square), ("of pow", quarter), ("of div", ops.exp), ("of exp", total)):
        value, pull_back = ms.vjp(step, value)
        recorded.append((name, pull_back))
    cotangent = ms.Tensor(1.0)
    gradients = {}
    for name, pull_back in reversed(recorded):
        (cotangent,) = pull_back(cotangent)
        gradients[name] = cotangent
    return value, gradients
