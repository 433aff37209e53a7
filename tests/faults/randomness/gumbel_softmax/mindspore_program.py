import mindspore as ms
from mindspore import ops


def relaxed(logits, codebook):
    uniform = ops.rand(2, 3, 5).clamp(1e-4, 1 - 1e-4)
    gumbel = -ops.log(-ops.log(uniform))
    sample = ops.softmax((logits + gumbel) / 0.7, -1)
    y = ops.matmul(sample, codebook)
    return (y**2).sum(), y


def program(logits, codebook):
    (_, y), (dl, dc) = ms.value_and_grad(relaxed, (0, 1), has_aux=True)(logits, codebook)
    return {"y": y}, {"logits": dl, "codebook": dc}
