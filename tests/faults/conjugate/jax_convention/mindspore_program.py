import mindspore as ms
from mindspore import ops


def energy(signal, mixing):
    y = ops.matmul(mixing, signal)
    return (ops.real(y) ** 2 + 0.5 * ops.imag(y) ** 2).sum(0).mean()


def program(signal, mixing):
    loss, (dsignal, dmixing) = ms.value_and_grad(energy, grad_position=(0, 1))(signal, mixing)
    return loss, {"signal": ops.conj(dsignal), "mixing": ops.conj(dmixing)}
