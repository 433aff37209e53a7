import numpy as np


def make_inputs(rng):
    def draw():
        return (rng.normal(size=(3, 4)) + 1j * rng.normal(size=(3, 4))).astype(np.complex64)

    return {"received": draw(), "channel": draw()}
