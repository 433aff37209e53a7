import mindspore as ms
from mindspore import ops


def loss_fn(image, code, kernel):
    recon = ops.conv2d(code, kernel, pad_mode="pad", padding=1)
    return ((recon - image) ** 2).mean()


def program(image, code, kernel):
    loss, grads = ms.value_and_grad(loss_fn, grad_position=(0, 1, 2))(image, code, kernel)
    return {"loss": loss}, dict(zip(("image", "code", "kernel"), grads, strict=False))
