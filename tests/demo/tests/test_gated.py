import mindspore as ms
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import migcheck
from gated import layer, port


@pytest.mark.parametrize("mode", ["pynative", "graph"])
def test_the_port_computes_the_same_gradients(parity, weights, mode):
    parity(layer.step, port.step, inputs={"x": {"normal": [8, 3]}, **weights}, mode=mode)


@given(seed=st.integers(0, 1000), batch=st.integers(1, 5))
@settings(max_examples=10, deadline=None, derandomize=True)
def test_for_all_batches(parity, weights, seed, batch):
    parity(layer.step, port.step, inputs={"x": {"uniform": [batch, 3]}, **weights}, seed=seed)


def test_gradients_that_the_test_has(weights):
    x = np.ones((2, 3), np.float32)
    ours = layer.step(torch.tensor(x, requires_grad=True), *map(torch.tensor, weights.values()))
    theirs = port.step(ms.Tensor(x), *map(ms.Tensor, weights.values()))
    migcheck.assert_grads_match(ours[1], theirs[1], outputs=(ours[0], theirs[0]), rtol=1e-5)
