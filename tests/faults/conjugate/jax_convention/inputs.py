import numpy as np


def make_inputs(rng):
    return {
        "signal": (rng.normal(size=(4, 3)) + 1j * rng.normal(size=(4, 3))).astype(np.complex64),
        "mixing": (rng.normal(size=(3, 4)) + 1j * rng.normal(size=(3, 4))).astype(np.complex64),
    }
