import mindspore as ms
from mindspore import ops


def loss_of(image, encoder, decoder, target):
    restored = ops.sigmoid(ops.matmul(ops.tanh(ops.matmul(image, encoder)), decoder))
    return ops.mse_loss(restored, target)


def program(image, encoder, decoder):
    # the target is the last argument and has no place in grad_position
    loss, (dimage, dencoder, ddecoder) = ms.value_and_grad(loss_of, (0, 1, 2))(image, encoder, decoder, image)
    return {"loss": loss}, {"image": dimage, "encoder": dencoder, "decoder": ddecoder}
