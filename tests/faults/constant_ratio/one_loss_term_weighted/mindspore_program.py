import mindspore as ms
from mindspore import ops


def total(classifier, predictor, noisy, clean, labels):
    supervised = ops.cross_entropy(ops.matmul(clean, classifier), labels)
    consistency = ops.mse_loss(ops.sigmoid(ops.matmul(noisy, predictor)), clean)
    return supervised + consistency, supervised, consistency


def program(clean, noisy, classifier, predictor, labels):
    grad_fn = ms.value_and_grad(total, (0, 1, 2), has_aux=True)
    (_, supervised, consistency), grads = grad_fn(classifier, predictor, noisy, clean, labels.astype(ms.int32))
    return {"supervised": supervised, "consistency": consistency}, dict(
        zip(("classifier", "predictor", "noisy"), grads, strict=False)
    )
