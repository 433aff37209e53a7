"""A torch program computed in double precision: the reference against which rounding is judged.

The program was written for float32, so three things would keep it from being the same function in float64, and each
is undone here:

* tensors that it makes itself, which the default dtype turns;
* dtypes that it names (``.float()``, ``dtype=torch.float32``) and arrays that it loads, which a function mode turns;
* random draws.  A generator asked for float64 yields other numbers than for float32, so a dropout mask or an
  initial weight would differ.  A dispatch mode draws in float32, as the program did, and widens the result.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_map

_NARROW = (torch.float32, torch.float16, torch.bfloat16)
_WIDER = {**dict.fromkeys(_NARROW, torch.float64), torch.complex64: torch.complex128}
_CASTS = {torch.Tensor.float, torch.Tensor.half, torch.Tensor.bfloat16}
_FROM_DATA = {torch.tensor, torch.as_tensor, torch.asarray}


class _Wide(TorchFunctionMode):
    def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if function is not torch.Tensor.view:  # which reads bits as another dtype, and does not convert
            args = tuple(map(_wider, args))
            kwargs = {key: _wider(value) for key, value in kwargs.items()}
        if function in _CASTS:
            function = torch.Tensor.double
        result = function(*args, **kwargs)
        if function in _FROM_DATA and result.dtype in _WIDER:
            grad = result.requires_grad
            result = result.detach().to(_WIDER[result.dtype]).requires_grad_(grad)
        return result


def _wider(value: Any) -> Any:
    return _WIDER.get(value, value) if isinstance(value, torch.dtype) else value


class _SameDraws(TorchDispatchMode):
    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        return False  # nothing is compiled here, and the default imports torch._dynamo, which takes a second

    def __torch_dispatch__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if torch.Tag.nondeterministic_seeded not in function.tags:
            return function(*args, **kwargs)
        with _default_dtype(torch.float32):
            drawn = function(*tree_map(_narrow, args), **tree_map(_narrow, kwargs))
        if function._schema.is_mutable and isinstance(drawn, torch.Tensor):
            return args[0].copy_(drawn)
        return tree_map(_widen, drawn)


def _narrow(value: Any) -> Any:
    if isinstance(value, torch.Tensor) and value.dtype == torch.float64:
        return value.float()
    return torch.float32 if value is torch.float64 else value


def _widen(value: Any) -> Any:
    return value.to(_WIDER[value.dtype]) if isinstance(value, torch.Tensor) and value.dtype in _WIDER else value


@contextmanager
def double_precision() -> Iterator[None]:
    """Compute everything inside in float64 (complex128), drawing the random numbers of float32."""
    with _default_dtype(torch.float64), _widened_makers(), _SameDraws(), _Wide():
        yield


@contextmanager
def _widened_makers() -> Iterator[None]:
    """The makers of tensors that no mode sees."""
    makers = {name: getattr(torch, name) for name in ("from_numpy", "frombuffer")}

    def widened(make: Any) -> Any:
        return lambda *args, **kwargs: _widen(make(*args, **kwargs))

    for name, make in makers.items():
        setattr(torch, name, widened(make))
    try:
        yield
    finally:
        for name, make in makers.items():
            setattr(torch, name, make)


@contextmanager
def _default_dtype(dtype: torch.dtype) -> Iterator[None]:
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        yield
    finally:
        torch.set_default_dtype(before)
