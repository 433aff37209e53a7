"""The float64 replay is the same function as the float32 program, random draws and named dtypes included."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch

from migcheck.host.torch_float64 import double_precision

DRAWS: dict[str, Callable[[], torch.Tensor]] = {
    "rand": lambda: torch.rand(64),
    "randn": lambda: torch.randn(64),
    "few": lambda: torch.randn(5),
    "rand_like": lambda: torch.rand_like(torch.ones(9)),
    "normal": lambda: torch.normal(0.0, 1.0, (20,)),
    "normal_": lambda: torch.empty(70).normal_(),
    "uniform_": lambda: torch.empty(70).uniform_(),
    "exponential_": lambda: torch.empty(7).exponential_(),
    "bernoulli": lambda: torch.bernoulli(torch.full((9,), 0.5)),
    "dropout": lambda: torch.nn.functional.dropout(torch.ones(64), 0.25),
    "randperm": lambda: torch.randperm(9),
    "randint": lambda: torch.randint(0, 9, (9,)),
    "multinomial": lambda: torch.multinomial(torch.ones(4), 2),
    "module": lambda: torch.nn.Linear(3, 4).weight.detach(),
    "initialiser": lambda: torch.nn.init.kaiming_normal_(torch.empty(6, 6)),
}


@pytest.mark.parametrize("name", DRAWS)
def test_random_draws_are_those_of_float32(name: str) -> None:
    torch.manual_seed(3)
    single = DRAWS[name]()
    torch.manual_seed(3)
    with double_precision():
        double = DRAWS[name]()
    assert double.dtype == (torch.float64 if single.is_floating_point() else single.dtype)
    assert torch.allclose(single.double(), double.double(), rtol=1e-6, atol=0)


MAKES: dict[str, Callable[[], torch.Tensor]] = {
    "literal": lambda: torch.tensor(1.5),
    "zeros": lambda: torch.zeros(2),
    "named dtype": lambda: torch.ones(2, dtype=torch.float32),
    "half": lambda: torch.ones(2, dtype=torch.float16),
    "float()": lambda: torch.arange(3).float(),
    "to": lambda: torch.arange(3).to(torch.float32),
    "bfloat16()": lambda: torch.ones(3).bfloat16(),
    "from_numpy": lambda: torch.from_numpy(np.ones(3, np.float32)),
    "as_tensor": lambda: torch.as_tensor(np.ones(3, np.float32)),
    "frombuffer": lambda: torch.frombuffer(bytearray(8), dtype=torch.float32),
    "tensor of numpy": lambda: torch.tensor(np.ones(3, np.float32)),
    "module to": lambda: torch.nn.Linear(2, 2).to(torch.float32).weight,
    "parameter": lambda: torch.nn.Parameter(torch.ones(2)),
}


@pytest.mark.parametrize("name", MAKES)
def test_what_a_program_makes_is_float64(name: str) -> None:
    with double_precision():
        assert MAKES[name]().dtype == torch.float64
    assert torch.get_default_dtype() == torch.float32


def test_gradients_flow_and_are_float64() -> None:
    with double_precision():
        x = torch.tensor([1.0, 2.0], requires_grad=True)
        torch.exp(x.float() * torch.rand(2)).sum().backward()
    assert x.grad is not None
    assert x.grad.dtype == torch.float64
