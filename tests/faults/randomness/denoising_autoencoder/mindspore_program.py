import mindspore as ms
from mindspore import ops


def program(x, encoder, decoder):
    def reconstruct(encoder, decoder):
        noisy = x + 0.2 * ops.randn_like(x)
        y = ops.matmul(ops.tanh(ops.matmul(noisy, encoder.T)), decoder.T)
        return ((y - x) ** 2).mean()

    loss, (de, dd) = ms.value_and_grad(reconstruct, (0, 1))(encoder, decoder)
    return loss, {"encoder": de, "decoder": dd}
