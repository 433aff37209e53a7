import mindspore as ms
from mindspore import ops


def respond(kernel, image):
    rows, columns = kernel.shape
    response = ops.ifftshift(kernel) * image[:rows, :columns]
    return (response + response**2).sum(), response


def program(small, large, image):
    grad = ms.value_and_grad(respond, (0, 1), has_aux=True)
    for kernel in (small, large):
        (loss, response), (dkernel, dimage) = grad(kernel, image)
        yield {"loss": loss, "response": response}, {"kernel": dkernel, "image": dimage}
