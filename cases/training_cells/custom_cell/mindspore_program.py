import mindspore as ms
from mindspore import nn, ops


class Train(nn.Cell):
    def __init__(self, model, optimizer):
        super().__init__(auto_prefix=False)
        self.model = model
        self.optimizer = optimizer
        self.value_and_grad = ms.value_and_grad(self.forward, None, optimizer.parameters, has_aux=True)

    def forward(self, x, target):
        logits = self.model(x)
        return ops.mse_loss(logits, target), logits

    def construct(self, x, target):
        (loss, logits), gradients = self.value_and_grad(x, target)
        gradients = ops.clip_by_global_norm(gradients, 1.0)
        loss = ops.depend(loss, self.optimizer(gradients))
        return loss, logits, gradients


def program(x, target, weight, bias):
    model = nn.Dense(3, 2, weight_init=weight, bias_init=bias)
    parameters = model.trainable_params()
    train = Train(model, nn.SGD(parameters, learning_rate=0.1))
    for _ in range(3):
        loss, logits, gradients = train(x, target)
        yield (
            {"loss": loss, "logits": logits},
            {parameter.name: gradient for parameter, gradient in zip(parameters, gradients, strict=True)},
        )
