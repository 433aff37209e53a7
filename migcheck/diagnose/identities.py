"""Exact numeric relations between a gradient and its port's, which need no run to be confirmed.

All functions take numpy arrays of one leaf from both sides, as float64 or complex128, torch's first.  A relation
holds if it does for every element, within the rounding of the coarser dtype; and only if it says something: a relation
that as many elements as it has free numbers would always fulfil is none.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from migcheck.host import exchange
from migcheck.host.exchange import Leaf

Array = Any

#: Relative error within which a relation holds, by the coarser dtype.  MindSpore's kernels are coarser than the dtype.
TOLERANCE = {"float64": 1e-6, "complex128": 1e-6, "float32": 2e-4, "complex64": 2e-4, "float16": 8e-3, "bfloat16": 4e-2}

#: A factor nearer to 1 than this is no factor but an error.
_NEAR_ONE = 0.01

#: Blocks along an axis whose orders are tried.
_MOST_BLOCKS = 8


def array(leaf: Leaf) -> Array | None:
    """A leaf's values to compute with, None if it is not floating or complex."""
    if leaf.values is None or leaf.kind == "none":
        return None
    if leaf.dtype == "bfloat16":
        return exchange.bfloat16_as_float32(leaf.values).astype(np.float64)
    if leaf.dtype.startswith("complex"):
        pairs = np.asarray(leaf.values, np.float64)
        return pairs[..., 0] + 1j * pairs[..., 1] if pairs.shape == (*leaf.shape, 2) else np.asarray(leaf.values)
    if "float" not in leaf.dtype:
        return None
    return np.asarray(leaf.values, np.float64)


def tolerance(one: Leaf, other: Leaf) -> float:
    """Within which a relation between two leaves holds."""
    return max(TOLERANCE.get(one.dtype, 2e-4), TOLERANCE.get(other.dtype, 2e-4))


def close(one: Array, other: Array, rtol: float, size: float | None = None) -> bool:
    """Whether two arrays of one shape are equal, |a − b| ≤ rtol·(|a| + size) for every element; size is rms(a)."""
    if one.shape != other.shape or not (np.isfinite(one).all() and np.isfinite(other).all()):
        return False
    if one.size == 0:
        return False
    if size is None:
        size = float(np.sqrt(np.mean(np.abs(one) ** 2)))
    return bool(np.all(np.abs(one - other) <= rtol * (np.abs(one) + size)))


def ratio(torch: Array, mindspore: Array, rtol: float) -> float | None:
    """The factor r with mindspore = r·torch; None if there is none, or it is 0 or 1."""
    if torch.shape != mindspore.shape or torch.size == 0:
        return None
    square = float(np.sum(np.abs(torch) ** 2))
    if not np.isfinite(square) or square == 0.0 or not np.isfinite(mindspore).all():
        return None
    factor = np.sum(np.conj(torch) * mindspore) / square
    if abs(np.imag(factor)) > rtol * abs(factor):
        return None
    if int(np.count_nonzero(np.abs(torch) > rtol * np.abs(torch).max())) < 2 <= torch.size:
        return None  # one element has a ratio to any other
    found = float(np.real(factor))
    if abs(found) < 1e-12 or abs(found - 1) < _NEAR_ONE:
        return None
    return found if close(torch * found, mindspore, rtol) else None


def axes_order(torch: Array, mindspore: Array, rtol: float) -> tuple[int, ...] | None:
    """The order of mindspore's axes in which it equals torch; None if there is none but the given one."""
    if torch.ndim != mindspore.ndim or not 2 <= torch.ndim <= 5 or _constant(torch):
        return None
    if close(torch, mindspore, rtol):
        return None
    for order in itertools.permutations(range(torch.ndim)):
        if list(order) == list(range(torch.ndim)) or tuple(mindspore.shape[at] for at in order) != torch.shape:
            continue
        turned = np.transpose(mindspore, order)
        # A relation that torch's own leaf has with itself says nothing.
        if close(torch, turned, rtol) and not (turned.shape == mindspore.shape and close(turned, mindspore, rtol)):
            return order
    return None


def reshaped(torch: Array, mindspore: Array, rtol: float) -> bool:
    """Whether both have the same elements in the same order, in other shapes."""
    return torch.shape != mindspore.shape and torch.size == mindspore.size and close(
        torch.ravel(), mindspore.ravel(), rtol
    )  # fmt: skip


def conjugated(torch: Array, mindspore: Array, rtol: float) -> bool:
    """Whether one is the complex conjugate of the other."""
    if not np.iscomplexobj(torch) or torch.shape != mindspore.shape or torch.size == 0:
        return False
    return close(np.conj(torch), mindspore, rtol) and not close(torch, np.conj(torch), 10 * rtol)


def block_order(torch: Array, mindspore: Array, rtol: float) -> tuple[int, tuple[int, ...]] | None:
    """An axis and the order of mindspore's equal blocks along it in which it equals torch."""
    if torch.shape != mindspore.shape or _constant(torch) or close(torch, mindspore, rtol):
        return None
    whole = float(np.sqrt(np.mean(np.abs(torch) ** 2)))
    for axis in range(torch.ndim):
        length = torch.shape[axis]
        for count in range(2, min(length, _MOST_BLOCKS) + 1):
            if length % count:
                continue
            ours = np.split(torch, count, axis)
            theirs = np.split(mindspore, count, axis)
            order: list[int] = []
            for block in ours:
                match = [at for at in range(count) if at not in order and close(block, theirs[at], rtol, whole)]
                if not match:
                    break
                order.append(match[0])
            if len(order) < count:
                continue
            if not close(np.concatenate([theirs[at] for at in order], axis), mindspore, 10 * rtol):
                return axis, tuple(order)
    return None


def interleaved(torch: Array, mindspore: Array, rtol: float) -> tuple[int, int] | None:
    """An axis and a count: mindspore's axis, read as (count, rest) and transposed, equals torch's."""
    if torch.shape != mindspore.shape or _constant(torch) or close(torch, mindspore, rtol):
        return None
    for axis in range(torch.ndim):
        length = torch.shape[axis]
        for count in range(2, length // 2 + 1):
            if length % count:
                continue
            order = np.arange(length).reshape(count, length // count).T.ravel()
            if close(torch, np.take(mindspore, order, axis), rtol):
                return axis, count
            for parts in range(2, count):
                if count % parts == 0:
                    order = np.arange(length).reshape(count // parts, parts, -1).transpose(1, 0, 2).ravel()
                    if close(torch, np.take(mindspore, order, axis), rtol):
                        return axis, parts
    return None


def exchanged(torch: Mapping[str, Array], mindspore: Mapping[str, Array], rtol: float) -> dict[str, str]:
    """For leaves that differ from their partners: the other leaf of mindspore's that each of torch's equals.

    Empty unless all find one, each another.
    """
    options: dict[str, list[str]] = {}
    for name, ours in torch.items():
        if _constant(ours) and ours.size > 1:
            return {}
        options[name] = [
            other
            for other, theirs in mindspore.items()
            if other != name and alike_in_size(ours, theirs, rtol) and close(ours, theirs, rtol)
        ]
    taken: dict[str, str] = {}

    def assign(name: str, seen: set[str]) -> bool:
        for other in options[name]:
            if other not in seen:
                seen.add(other)
                if other not in taken or assign(taken[other], seen):
                    taken[other] = name
                    return True
        return False

    if len(options) < 2 or not all(assign(name, set()) for name in options):
        return {}
    found = {name: other for other, name in taken.items()}
    return {name: found[name] for name in torch}


def alike_in_size(one: Array, other: Array, rtol: float) -> bool:
    """Whether two arrays may have the same elements in some order: a look that costs little."""
    return one.size == other.size and bool(
        np.isclose(np.linalg.norm(one.ravel()), np.linalg.norm(other.ravel()), rtol=4 * rtol)
    )


def alike(numbers: Sequence[float], rtol: float = 2e-3) -> bool:
    """Whether several factors are one."""
    return all(abs(each - numbers[0]) <= rtol * abs(numbers[0]) for each in numbers)


def _constant(values: Array) -> bool:
    return bool(values.size == 0 or np.all(values == values.flat[0]))
