import mindspore as ms
from mindspore import ops


def negative_cosine(p, z):
    return -ops.cosine_similarity(p, z, dim=1).mean()


def program(a, b, encoder, predictor):
    def siamese(encoder, predictor):
        za, zb = ops.matmul(a, encoder.T), ops.matmul(b, encoder.T)
        pa, pb = ops.matmul(za, predictor.T), ops.matmul(zb, predictor.T)
        return (negative_cosine(pa, ops.stop_gradient(zb)) + negative_cosine(pb, za)) / 2

    loss, (de, dp) = ms.value_and_grad(siamese, (0, 1))(encoder, predictor)
    return loss, {"encoder": de, "predictor": dp}
