"""Does a gradient of MindSpore's agree with its own forward?  Asked where the call is made, of the function itself.

After a call the differentiated function is run again on moved arguments and weights: central and one-sided differences
of the scalar that was differentiated, against ⟨gradient, direction⟩.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from unittest import mock

import mindspore
import numpy as np
from mindspore import Tensor

from .exchange import bfloat16_as_float32
from .mindspore_entry import Asked, differentiating

#: What the last call was found to be.
_found: list[dict[str, Any]] = []


def taken() -> dict[str, Any] | None:
    """What was found of the last call; None if nothing was asked."""
    return _found.pop() if _found else None


def probe(how: dict[str, Any]) -> AbstractContextManager[Any]:
    """Probe each call, outermost ones only.  ``seed`` is that of the direction, and of the program's random draws."""
    depth = [0]

    def around(asked: Asked) -> Callable[..., Any]:
        after = asked.function()

        def called(*args: Any, **kwargs: Any) -> Any:
            if not depth[0]:
                _seed(how["seed"])
            depth[0] += 1
            try:
                result = after(*args, **kwargs)
            finally:
                depth[0] -= 1
            if depth[0] == 0 and not kwargs:
                try:
                    _found[:] = [_probed(asked, args, asked.split(result)[0], how["seed"])]
                except Exception as error:  # a forward that cannot be moved says so, and is no failure of the program
                    _found[:] = [{"problem": f"{type(error).__name__}: {error}".splitlines()[0]}]
            return result

        return called

    return differentiating(around)


def _probed(asked: Asked, args: tuple[Any, ...], gradients: Any, seed: int) -> dict[str, Any]:
    cotangent = None
    if asked.operation.sens_param:
        args, cotangent = args[:-1], args[-1]
    places = _places(asked, args)
    weights = _weights(asked)
    flat = _flat(gradients)
    variables = [args[place] for place in places] + weights
    if not variables or len(flat) != len(variables):
        return {"problem": "the gradients are not those of the arguments one by one"}
    generator = np.random.default_rng(seed)
    arrays = [_array(each) for each in variables]
    directions = [_direction(generator, array) for array in arrays]
    slope = sum(float(np.sum(_array(g) * v)) for g, v in zip(flat, directions, strict=True))
    double = all(str(each.dtype).endswith("Float64") for each in variables)
    step = 1e-5 if double else 2e-3
    numpies: list[Any] = []

    def scalar(h: float, hold: bool = False) -> float:
        _seed(seed)
        moved = list(args)
        for place, array, v in zip(places, arrays, directions, strict=False):
            moved[place] = Tensor((array + h * v).astype(_numpy_dtype(args[place])), dtype=args[place].dtype)
        for weight, array, v in zip(weights, arrays[len(places) :], directions[len(places) :], strict=True):
            weight.set_data(Tensor((array + h * v).astype(_numpy_dtype(weight)), dtype=weight.dtype))
        with _held(numpies, replay=hold):
            outputs = asked.fn(*moved)
        return _scalar(outputs, cotangent, asked.has_aux)

    try:
        zero = scalar(0.0)
        plus, minus = scalar(step), scalar(-step)
        plus2, minus2 = scalar(2 * step), scalar(-2 * step)
        held = None
        if numpies:
            held = (scalar(step, hold=True) - scalar(-step, hold=True)) / (2 * step)
    finally:
        for weight, array in zip(weights, arrays[len(places) :], strict=True):
            weight.set_data(Tensor(array.astype(_numpy_dtype(weight)), dtype=weight.dtype))
    eps = 2.3e-16 if double else 1.2e-7
    return {
        "slope": slope,
        "central": (plus - minus) / (2 * step),
        "wide": (plus2 - minus2) / (4 * step),
        "forward": (plus - zero) / step,
        "backward": (zero - minus) / step,
        "held": held,
        "h": step,
        "noise": eps * (abs(plus) + abs(minus)) / step * 4,
        "precision": "float64" if double else "float32",
    }


def _seed(seed: int) -> None:
    """So that the gradient, and each forward that it is held against, draw the same numbers."""
    random.seed(seed)
    mindspore.set_seed(seed % 2**32)
    np.random.seed(seed % 2**32)


@contextmanager
def _held(arrays: list[Any], replay: bool) -> Any:
    """Note what ``asnumpy`` gives inside the first time; hand out the same when ``replay`` is asked."""
    to_numpy = Tensor.asnumpy
    count = iter(range(1 << 30))

    def noted(self: Any) -> Any:
        number = next(count)
        if replay and number < len(arrays):
            return arrays[number].copy()
        array = to_numpy(self)
        if not replay and number == len(arrays):
            arrays.append(array.copy())
        return array

    with mock.patch.object(Tensor, "asnumpy", noted):
        yield


def _scalar(outputs: Any, cotangent: Any, has_aux: bool) -> float:
    if has_aux:
        outputs = outputs[0]
    flat = [each for each in _flat(outputs) if isinstance(each, Tensor) and "loat" in str(each.dtype)]
    weights: list[Any] = [None] * len(flat) if cotangent is None else _flat(cotangent)
    total = 0.0
    for output, weight in zip(flat, weights, strict=False):
        values = _array(output)
        total += float(np.sum(values if weight is None else values * _array(weight)))
    return total


def _places(asked: Asked, args: tuple[Any, ...]) -> list[int]:
    operation = asked.operation
    if operation.get_all:
        wanted: Any = range(len(args))
    elif getattr(operation, "get_by_position", False):
        wanted = asked.position if isinstance(asked.position, (tuple, list)) else (asked.position or 0,)
    else:
        wanted = () if operation.get_by_list else (0,)
    return [int(at) for at in wanted if isinstance(args[at], Tensor)]


def _weights(asked: Asked) -> list[Any]:
    if asked.weights is None or not asked.operation.get_by_list:
        return []
    return [asked.weights] if isinstance(asked.weights, Tensor) else list(asked.weights)


def _flat(tree: Any) -> list[Any]:
    if isinstance(tree, (tuple, list)):
        return [leaf for each in tree for leaf in _flat(each)]
    if isinstance(tree, dict):
        return [leaf for each in tree.values() for leaf in _flat(each)]
    return [tree]


def _array(tensor: Any) -> Any:
    values = tensor.asnumpy()
    if values.dtype.name == "bfloat16":
        values = bfloat16_as_float32(values.view(np.uint16))
    return np.array(values, dtype=np.float64)


def _numpy_dtype(tensor: Any) -> Any:
    name = str(tensor.dtype).lower()
    return np.float32 if name == "bfloat16" else np.dtype(name)


def _direction(generator: Any, array: Any) -> Any:
    size = float(np.sqrt(np.mean(np.square(array)))) if array.size else 0.0
    return generator.standard_normal(array.shape) * (size or 1.0)
