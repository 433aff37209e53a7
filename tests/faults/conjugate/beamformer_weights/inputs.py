import numpy as np


def make_inputs(rng):
    return {
        "weights": (rng.normal(size=(2, 3)) + 1j * rng.normal(size=(2, 3))).astype(np.complex64),
        "snapshots": (rng.normal(size=(3, 5)) + 1j * rng.normal(size=(3, 5))).astype(np.complex64),
        "desired": (rng.normal(size=(2, 5)) + 1j * rng.normal(size=(2, 5))).astype(np.complex64),
    }
