import mindspore as ms
from mindspore import ops


def beam(weights, snapshots, desired):
    out = ops.matmul(weights, snapshots)
    error = out - desired
    return (ops.square(ops.real(error)) + ops.square(ops.imag(error))).mean(), out


def program(weights, snapshots, desired):
    grad_fn = ms.value_and_grad(beam, (0, 1), has_aux=True)
    (_, out), (dweights, dsnapshots) = grad_fn(ops.conj(weights), snapshots, desired)
    return {"out": out}, {"weights": dweights, "snapshots": dsnapshots}
