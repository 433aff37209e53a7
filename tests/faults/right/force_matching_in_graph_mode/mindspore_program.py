import mindspore as ms
from mindspore import ops


def energy(atoms, w1, w2, w3):
    hidden = ops.sigmoid(ops.matmul(ops.sigmoid(ops.matmul(atoms, w1)), w2))
    return ops.matmul(hidden, w3).sum()


def program(atoms, forces, w1, w2, w3):
    def matching(atoms, w1, w2, w3):
        predicted = -ms.grad(energy)(atoms, w1, w2, w3)
        return ((predicted - forces) ** 2).mean(), predicted

    (loss, predicted), (d1, d2, d3) = ms.value_and_grad(matching, (1, 2, 3), has_aux=True)(atoms, w1, w2, w3)
    return {"loss": loss, "forces": predicted}, {"w1": d1, "w2": d2, "w3": d3}
