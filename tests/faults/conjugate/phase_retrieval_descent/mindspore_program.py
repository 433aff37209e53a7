import mindspore as ms
from mindspore import ops


def misfit(image, magnitude):
    spectrum = ops.fft(image, dim=-1)
    return ops.square(ops.sqrt(ops.real(spectrum) ** 2 + ops.imag(spectrum) ** 2) - magnitude).mean()


def program(image, magnitude):
    grad_fn = ms.value_and_grad(misfit)
    for _ in range(3):
        loss, gradient = grad_fn(image, magnitude)
        gradient = ops.conj(gradient)
        yield loss, {"image": gradient}
        real = ops.real(image) - 0.5 * ops.real(gradient)
        imag = ops.imag(image) - 0.5 * ops.imag(gradient)
        image = ops.Complex()(real, imag)
