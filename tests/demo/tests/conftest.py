import numpy as np
import pytest


@pytest.fixture(scope="session")
def weights():
    rng = np.random.default_rng(1)
    return {name: rng.normal(size=(4, 3)).astype(np.float32) for name in ("weight", "gate")}
