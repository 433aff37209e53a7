import numpy as np


def make_inputs(rng):
    return {
        "image": (rng.normal(size=(2, 6)) + 1j * rng.normal(size=(2, 6))).astype(np.complex64),
        "magnitude": rng.normal(size=(2, 6)).astype(np.float32),
    }
