import mindspore as ms
from mindspore import nn, ops
from mindspore.amp import all_finite


class Train(nn.TrainOneStepWithLossScaleCell):
    # Its own check asks the NPU for a status register that a CPU does not have.
    def get_overflow_status(self, status, compute_output):
        return ops.logical_not(all_finite(compute_output))


def program(x, target, weight):
    model = nn.Dense(3, 2, weight_init=weight, has_bias=False)
    optimizer = nn.SGD(model.trainable_params(), learning_rate=0.1)
    net_with_loss = nn.WithLossCell(model, nn.MSELoss())
    scale = ms.Tensor(1024.0)
    train = Train(net_with_loss, optimizer, scale_sense=scale)
    for factor in (1.0, 1e18, 1.0):
        (scaled,) = train.grad(train.network, train.weights)(x * factor, target, scale)
        loss, overflow, _ = train(x * factor, target)
        yield {"loss": loss, "overflow": overflow, "weight": model.weight}, {"weight": scaled / scale}
