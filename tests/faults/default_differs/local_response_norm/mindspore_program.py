import mindspore as ms
from mindspore import nn


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.norm = nn.LRN(5)

    def construct(self, images, weight):
        y = self.norm(images) * weight.reshape(8, 1, 1)
        return (y**3).sum(), y


def program(images, weight):
    (_, y), (di, dw) = ms.value_and_grad(Net(), (0, 1), has_aux=True)(images, weight)
    return {"y": y}, {"images": di, "weight": dw}
