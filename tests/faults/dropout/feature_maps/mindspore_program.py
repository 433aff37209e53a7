import mindspore as ms
from mindspore import ops


def classify(images, kernel, head):
    h = ops.relu(ops.conv2d(images, kernel))
    h = ops.dropout2d(h, 0.3, training=True)
    y = (h.mean((2, 3)) * head).sum(1)
    return ops.log(1 + ops.exp(y)).mean(), y


def program(images, kernel, head):
    (_, y), (di, dk, dh) = ms.value_and_grad(classify, (0, 1, 2), has_aux=True)(images, kernel, head)
    return {"y": y}, {"images": di, "kernel": dk, "head": dh}
