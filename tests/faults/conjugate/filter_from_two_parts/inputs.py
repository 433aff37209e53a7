import numpy as np


def make_inputs(rng):
    return {
        "filter": (rng.normal(size=(5, 2)) + 1j * rng.normal(size=(5, 2))).astype(np.complex64),
        "x": rng.normal(size=(3, 8)).astype(np.float32),
        "target": rng.normal(size=(3, 2)).astype(np.float32),
    }
