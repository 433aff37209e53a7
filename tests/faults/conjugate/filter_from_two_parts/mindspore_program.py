import mindspore as ms
from mindspore import ops


def net(real, imag, target, spectrum_re, spectrum_im):
    out_re = ops.matmul(spectrum_re, real) - ops.matmul(spectrum_im, imag)
    out_im = ops.matmul(spectrum_re, imag) + ops.matmul(spectrum_im, real)
    return ops.square(out_re - target).mean() + ops.square(out_im).mean()


def program(filter, x, target):
    spectrum = ops.rfft(x, dim=-1)
    parts = ops.real(filter), ops.imag(filter)
    grad_fn = ms.value_and_grad(net, grad_position=(0, 1, 2))
    loss, (dreal, dimag, dtarget) = grad_fn(*parts, target, ops.real(spectrum), ops.imag(spectrum))
    return loss, {"filter": ops.Complex()(dreal, -dimag), "target": dtarget}
