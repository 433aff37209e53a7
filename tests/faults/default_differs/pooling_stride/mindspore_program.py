import mindspore as ms
from mindspore import nn, ops


def program(images, kernel, head):
    pool = nn.MaxPool2d(2)

    def forward(images, kernel, head):
        h = pool(ops.sigmoid(ops.conv2d(images, kernel)))
        y = (h.mean((2, 3)) * head).sum(1)
        return (y**2).sum(), y

    (_, y), (di, dk, dh) = ms.value_and_grad(forward, (0, 1, 2), has_aux=True)(images, kernel, head)
    return {"y": y}, {"images": di, "kernel": dk, "head": dh}
