import mindspore as ms
from mindspore import nn, ops


class Segmentation(nn.Cell):
    def __init__(self):
        super().__init__()
        self.criterion = nn.BCEWithLogitsLoss()

    def construct(self, features, mask, weight, bias):
        prediction = ops.sigmoid(ops.conv2d(features, weight, bias))
        return self.criterion(prediction, mask)


def program(features, mask, weight, bias):
    loss, (df, dw, db) = ms.value_and_grad(Segmentation(), (0, 2, 3))(features, mask, weight, bias)
    return {"loss": loss}, {"features": df, "weight": dw, "bias": db}
