import mindspore as ms
from mindspore import ops


def scores_of(image, kernel, head):
    return ops.matmul(ops.relu(ops.conv2d(image, kernel)).flatten(start_dim=1), head)


def program(image, kernel, head, chosen):
    scores = scores_of(image, kernel, head)
    dimage, dkernel = ms.grad(scores_of, grad_position=(0, 1))(image, kernel, head)
    return {"scores": scores}, {"image": dimage, "kernel": dkernel}
