import mindspore as ms
from mindspore import ops


def energy(signal, window):
    return (ops.fftshift(ops.cos(signal)) * window).pow(2).sum()


def program(short, long, window_short, window_long):
    grad = ms.value_and_grad(energy, (0, 1))
    for signal, window in ((short, window_short), (long, window_long)):
        loss, (dsignal, dwindow) = grad(signal, window)
        yield loss, {"signal": dsignal, "window": dwindow}
