import mindspore as ms
from mindspore import nn, ops


class Autoencoder(nn.Cell):
    def __init__(self, weight, encoder_bias, decoder_bias):
        super().__init__()
        self.weight = ms.Parameter(weight, name="weight")
        self.encoder_bias = ms.Parameter(encoder_bias, name="encoder_bias")
        self.decoder_bias = ms.Parameter(decoder_bias, name="decoder_bias")

    def construct(self, x):
        code = ops.sigmoid(ops.matmul(x, self.weight.T) + self.encoder_bias)
        return ops.matmul(code, self.weight) + self.decoder_bias


def program(x, **weights):
    net = Autoencoder(**weights)

    def forward(x):
        y = net(x)
        return ops.mse_loss(y, x), y

    parameters = net.trainable_params()
    (loss, y), (dx, gradients) = ms.value_and_grad(forward, 0, parameters, has_aux=True)(x)
    named = {parameter.name: gradient for parameter, gradient in zip(parameters, gradients, strict=True)}
    return {"loss": loss, "y": y}, {"x": dx, **named}
