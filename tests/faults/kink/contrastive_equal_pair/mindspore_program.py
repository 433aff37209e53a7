import mindspore as ms
from mindspore import ops


def contrastive(left, right, same, projection):
    distance = ops.norm((left - right) * ops.tanh(projection).sum(0), dim=1)
    return (same * distance**2 + (1 - same) * ops.relu(1.5 - distance) ** 2).mean(), distance


def program(left, right, same, projection):
    (_, distance), (dl, dr, dp) = ms.value_and_grad(contrastive, (0, 1, 3), has_aux=True)(left, right, same, projection)
    return {"distance": distance}, {"left": dl, "right": dr, "projection": dp}
