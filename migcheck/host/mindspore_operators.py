"""Which operator of a MindSpore program has a backward that contradicts its forward?

While a function is differentiated, each call of a public operator (``ops.*``, ``mint.*``, methods of ``Tensor``, layers
of ``nn``) is noted with its arguments.  Each is then differentiated alone, and held element by element against central
differences of itself; a point where the one-sided slopes differ is a kink, and says nothing.
"""

from __future__ import annotations

import functools
import importlib
import inspect
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

import mindspore
import numpy as np
from mindspore import Parameter, Tensor, mint, nn, ops

from . import mindspore_probe
from .mindspore_entry import Asked, differentiating

#: Calls of operators that are checked.
_MOST = 120
#: Elements that are moved one by one.
_MOST_ELEMENTS = 96
#: Share of a gradient's size by which it may differ from the difference quotient.
_TOLERANCE = 0.02

_NOT_OPERATORS = {
    "grad", "value_and_grad", "vjp", "jvp", "jacrev", "jacfwd", "jit", "vmap", "stop_gradient", "get_grad", "jet",
    "derivative", "linearize", "print_", "cast", "custom_vjp", "while_loop", "scan", "cond", "Print",
}  # fmt: skip
_METHODS = (
    "__getitem__", "__pow__", "__rpow__", "abs", "cumprod", "cumsum", "exp", "gather", "index_fill", "index_select",
    "log", "masked_fill", "max", "min", "mean", "norm", "pow", "prod", "sqrt", "std", "sum", "tile", "var",
)  # fmt: skip


@dataclass(frozen=True)
class _Operation:
    title: str
    call: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]


class _Notes:
    def __init__(self) -> None:
        self.operations: list[_Operation] = []
        self.differentiating = 0
        self.depth = 0
        self.checking = False

    def wrapped(self, title: str, call: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(call)
        def noted(*args: Any, **kwargs: Any) -> Any:
            if self.differentiating and self.depth == 0 and len(self.operations) < _MOST:
                self.operations.append(_Operation(title, call, args, kwargs))
            self.depth += 1
            try:
                return call(*args, **kwargs)
            finally:
                self.depth -= 1

        return noted


@contextmanager
def operators(how: dict[str, Any]) -> Iterator[None]:
    """Check the operators of each call, outermost ones only."""
    notes = _Notes()

    def around(asked: Asked) -> Callable[..., Any]:
        after = asked.function()

        def called(*args: Any, **kwargs: Any) -> Any:
            if notes.checking:
                return after(*args, **kwargs)
            notes.operations.clear()
            notes.differentiating += 1
            try:
                result = after(*args, **kwargs)
            finally:
                notes.differentiating -= 1
            if not notes.differentiating:
                operations, notes.operations = list(notes.operations), []
                notes.checking = True
                try:
                    found = _first_wrong(operations)
                finally:
                    notes.checking = False
                mindspore_probe._found[:] = [found]
            return result

        return called

    with ExitStack() as stack:
        functional = importlib.import_module("mindspore.mint.nn.functional")
        for prefix, module in (("ops", ops), ("mint", mint), ("mint.nn.functional", functional)):
            for name, value in list(vars(module).items()):
                if name[0] != "_" and name not in _NOT_OPERATORS and inspect.isroutine(value):
                    stack.enter_context(mock.patch.object(module, name, notes.wrapped(f"{prefix}.{name}", value)))
        for name in _METHODS:
            if hasattr(Tensor, name):
                method = getattr(Tensor, name)
                stack.enter_context(mock.patch.object(Tensor, name, notes.wrapped(f"Tensor.{name}", method)))
        stack.enter_context(_cells(notes))
        stack.enter_context(differentiating(around))
        yield


@contextmanager
def _cells(notes: _Notes) -> Iterator[None]:
    call = nn.Cell.__call__

    def called(self: Any, *args: Any, **kwargs: Any) -> Any:
        if type(self).__module__.startswith("mindspore.nn.") and notes.differentiating and notes.depth == 0:
            title = f"nn.{type(self).__name__}"
            return notes.wrapped(title, functools.partial(call, self))(*args, **kwargs)
        return call(self, *args, **kwargs)

    with mock.patch.object(nn.Cell, "__call__", called):
        yield


def _first_wrong(operations: list[_Operation]) -> dict[str, Any]:
    checked = 0
    for operation in operations:
        try:
            found = _checked(operation)
        except Exception:  # an operator that cannot be called alone is not accused
            continue
        checked += 1
        if found:
            return {**found, "checked": checked}
    return {"checked": checked}


def _checked(operation: _Operation) -> dict[str, Any] | None:
    places = [at for at, each in enumerate(operation.args) if _is_floating(each)]
    if not places:
        return None
    for double in (True, False):
        try:
            return _contradiction(operation, places, double)
        except _Unfit:
            continue
    return None


class _Unfit(Exception):
    """The operator does not run in this precision."""


def _contradiction(operation: _Operation, places: list[int], double: bool) -> dict[str, Any] | None:
    values = [mindspore_probe._array(operation.args[at]) for at in places]
    dtype = np.float64 if double else np.float32

    def forward(*tensors: Any) -> Any:
        args = list(operation.args)
        for at, tensor in zip(places, tensors, strict=True):
            args[at] = tensor
        outputs = operation.call(*args, **operation.kwargs)
        return next(each for each in mindspore_probe._flat(outputs) if _is_floating(each))

    tensors = [Tensor(value.astype(dtype)) for value in values]
    try:
        output = forward(*tensors)
    except Exception:
        raise _Unfit from None
    shape = output.shape
    if double:
        computed = mindspore_probe._array(output)
        narrow = computed.size > 0 and bool(np.all(computed == computed.astype(np.float32)) and np.any(computed % 1))
        if str(output.dtype) != "Float64" or narrow:  # some compute in float32 all the same
            raise _Unfit
    weights = np.random.default_rng(0).uniform(0.5, 1.5, shape).astype(dtype)
    try:
        gradients = mindspore.grad(forward, tuple(range(len(places))), sens_param=True)(*tensors, Tensor(weights))
    except Exception:
        raise _Unfit from None
    listed = mindspore_probe._flat(gradients)
    step = 1e-6 if double else 3e-3

    def scalar(moved: list[Any]) -> float:
        out = forward(*(Tensor(each.astype(dtype)) for each in moved))
        return float(np.sum(mindspore_probe._array(out) * weights))

    zero = scalar(values)
    for number, (value, gradient) in enumerate(zip(values, listed, strict=True)):
        found = mindspore_probe._array(gradient)
        size = float(np.sqrt(np.nanmean(np.square(found)))) if found.size and np.isfinite(found).any() else 0.0
        for flat in range(min(value.size, _MOST_ELEMENTS)):
            index = np.unravel_index(flat, value.shape) if value.shape else ()
            h = step * max(1.0, abs(float(value[index])))
            moved = [each.copy() for each in values]
            moved[number][index] += h
            plus = scalar(moved)
            moved[number][index] -= 2 * h
            minus = scalar(moved)
            central, ahead, behind = (plus - minus) / (2 * h), (plus - zero) / h, (zero - minus) / h
            noise = (2.3e-16 if double else 1.2e-7) * (abs(plus) + abs(minus) + abs(zero)) / h * 8
            allowed = _TOLERANCE * max(abs(central), size) + noise
            if not np.isfinite(central) or abs(ahead - behind) > 2 * allowed:
                continue
            got = float(found[index])
            if abs(got - central) <= allowed:
                continue
            moved[number][index] -= h
            farther = scalar(moved)
            moved[number][index] += 4 * h
            if abs((scalar(moved) - farther) / (4 * h) - central) > 2 * allowed + 0.1 * abs(central):
                continue  # a jump has another slope for every step
            # A gradient that is no number is wrong wherever the function has a slope.
            if not np.isnan(got) and not _smooth(scalar, values, number, h, 20 * allowed):
                return None
            if abs(got - central) > allowed or np.isnan(got):
                return {
                    "operator": operation.title,
                    "argument": places[number],
                    "index": [int(each) for each in index],
                    "gradient": got if np.isfinite(got) else str(got),
                    "slope": central,
                    "precision": "float64" if double else "float32",
                    "snippet": _snippet(operation, places, number, index, values, double),
                }
    return None


def _smooth(scalar: Callable[..., float], values: list[Any], number: int, h: float, allowed: float) -> bool:
    """Whether there is a derivative: slopes along random directions are the same to both sides, and add up.

    At a tie they do not, and no gradient is wrong.
    """
    zero = scalar(values)

    def slope(direction: Any) -> float:
        found = []
        for sign in (1.0, -1.0):
            moved = [each.copy() for each in values]
            moved[number] = moved[number] + sign * h * direction
            found.append(sign * (scalar(moved) - zero) / h)
        kinked = abs(found[0] - found[1]) > allowed + 0.2 * max(map(abs, found))
        return float("nan") if kinked or not np.isfinite(found).all() else sum(found) / 2

    draw = np.random.default_rng(0)
    for _ in range(3):
        one, other = draw.standard_normal(values[number].shape), draw.standard_normal(values[number].shape)
        slopes = slope(one), slope(other), slope(one + other)
        if not np.isfinite(slopes).all() or abs(slopes[0] + slopes[1] - slopes[2]) > allowed + 0.2 * max(
            map(abs, slopes)
        ):
            return False
    return True


def _snippet(operation: _Operation, places: list[int], number: int, index: Any, values: list[Any], double: bool) -> str:
    """A program of a few lines that shows it, with the one element alone where that suffices."""
    alone = [np.atleast_1d(value[index] if value.shape == values[number].shape else value) for value in values]
    if operation.title.startswith(("ops.", "mint.", "nn.")) and values[number].size > 1:
        smaller = _Operation(
            operation.title, operation.call, _with(operation.args, places, alone, double), operation.kwargs
        )
        try:
            if _still_wrong(smaller, places, double):
                return _code(smaller, places, alone, number)
        except Exception:  # it needs its shape
            pass
    return _code(operation, places, values, number)


def _still_wrong(operation: _Operation, places: list[int], double: bool) -> bool:
    with mock.patch(f"{__name__}._snippet", return_value=""):
        return _contradiction(operation, places, double) is not None


def _with(args: tuple[Any, ...], places: list[int], values: list[Any], double: bool) -> tuple[Any, ...]:
    changed = list(args)
    for at, value in zip(places, values, strict=True):
        changed[at] = Tensor(value.astype(np.float64 if double else np.float32))
    return tuple(changed)


def _code(operation: _Operation, places: list[int], values: list[Any], number: int) -> str:
    names = iter("xyzuvw")
    lines = ["import mindspore as ms, numpy as np", "from mindspore import mint, nn, ops", ""]
    spelled, differentiated = [], []
    for at, argument in enumerate(operation.args):
        if at in places:
            name = next(names, f"t{at}")
            lines.append(f"{name} = ms.Tensor({_literal(values[places.index(at)])}, ms.float32)")
            spelled.append(name)
            differentiated.append(name)
        elif isinstance(argument, Tensor):
            kind = str(argument.dtype).lower()
            spelled.append(f"ms.Tensor({_literal(argument.asnumpy())}, ms.{kind})")
        elif isinstance(argument, (tuple, list)) and any(isinstance(each, Tensor) for each in argument):
            inner = ", ".join(
                f"ms.Tensor({_literal(each.asnumpy())}, ms.{str(each.dtype).lower()})"
                if isinstance(each, Tensor)
                else repr(each)
                for each in argument
            )
            spelled.append(f"({inner},)")
        else:
            spelled.append(repr(argument))
    spelled += [f"{key}={value!r}" for key, value in operation.kwargs.items()]
    title = operation.title
    if title.startswith("nn."):
        owner = operation.call.args[0]  # type: ignore[attr-defined]
        expression = f"layer({', '.join(spelled)})"
        lines.append(f"layer = {title}(...)  # {str(owner).splitlines()[0]}")
    elif title == "Tensor.__getitem__":
        expression = f"{spelled[0]}[{spelled[1]}]"
    elif title == "Tensor.__pow__":
        expression = f"{spelled[0]} ** {spelled[1]}"
    elif title == "Tensor.__rpow__":
        expression = f"{spelled[1]} ** {spelled[0]}"
    elif title.startswith("Tensor."):
        expression = f"{spelled[0]}.{title[7:]}({', '.join(spelled[1:])})"
    else:
        expression = f"{title}({', '.join(spelled)})"
    joined = ", ".join(differentiated)
    lines.append(f"def f({joined}): return {expression}.sum()")
    lines.append(f"print('gradient', ms.grad(f, {places.index(places[number])})({joined}))")
    moved = [f"{name} + h" if at == number else name for at, name in enumerate(differentiated)]
    back = [f"{name} - h" if at == number else name for at, name in enumerate(differentiated)]
    lines.append(f"h = 1e-2; print('slope of the sum', (f({', '.join(moved)}) - f({', '.join(back)})) / (2 * h))")
    return "\n".join(lines)


def _literal(array: Any) -> str:
    """An array as code; a long one as random numbers of its shape."""
    if np.size(array) > 64:
        return f"np.random.default_rng(0).standard_normal({tuple(np.shape(array))})"
    return repr(np.asarray(array).tolist())


def _is_floating(value: Any) -> bool:
    return isinstance(value, Tensor) and not isinstance(value, Parameter) and str(value.dtype) in _FLOATING


_FLOATING = ("Float16", "Float32", "Float64", "BFloat16")
