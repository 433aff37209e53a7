"""Two arrays element by element, in blocks that fit the cache; never a full-size temporary.

All arithmetic is in float64 (complex128), where float32's largest values have room.  float64's own do not, so a leaf
of that dtype is first multiplied by a power of two, which is exact, to bring its largest element near 1.

A block of float32 in which all elements are far closer than is allowed is seen to be so in float32, which is four times
as fast; whatever is not, or holds a NaN or an infinity, is looked at in float64.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from migcheck.host.exchange import Array, Leaf, bfloat16_as_float32

#: Elements a block.  Three float64 buffers of it stay in a second-level cache, and a dot product of it is below the
#: size from which OpenBLAS starts threads (10,000), which only spin on one so small.
BLOCK = 1 << 13

#: Of the smallest normal number of float32: below it the difference of two float32 is not exact enough.
_TINY = 2.0**-100
#: Well below the largest number of float32: beyond it an allowance would be infinite there.
_HUGE = 2.0**120


class Widened:
    """The elements of a bfloat16 array, which numpy lacks, in order; each slice is exact as float32."""

    dtype = np.dtype(np.float32)

    def __init__(self, bits: Array) -> None:
        self._bits = bits.reshape(-1)
        self.size = bits.size

    def __getitem__(self, where: slice) -> Array:
        return bfloat16_as_float32(self._bits[where])


class Strided:
    """The elements of an array that does not lie in C order, in C order; each slice is a copy."""

    def __init__(self, array: Array) -> None:
        self._array = array
        self.size = array.size
        self.dtype = array.dtype

    def __getitem__(self, where: slice) -> Array:
        return self._array.flat[where]


#: A leaf's elements in C order: a one-dimensional array, or what gives one for each slice.
Flat: TypeAlias = "Array | Widened | Strided"


def flat(leaf: Leaf) -> Flat:
    """The elements of a leaf that has values, without a copy."""
    values = leaf.values
    assert values is not None
    if leaf.dtype == "bfloat16":
        return Widened(values)
    if leaf.dtype.startswith("complex") and values.dtype.kind != "c":
        return values.reshape(-1).view(leaf.dtype)
    return _flat(values)


def _flat(array: Array | Widened | Strided) -> Flat:
    if not isinstance(array, np.ndarray):
        return array
    return array.reshape(-1) if array.flags.c_contiguous else Strided(array)


def at(elements: Flat, index: int) -> Any:
    """One element, as a numpy scalar."""
    return elements[index : index + 1][0]


def plainly_within(torch: Flat, mindspore: Flat, rtol: float, atol: float | None) -> bool:
    """Whether two float32 arrays are beyond doubt within ``rtol·|t| + atol``, with ``rtol·rms(torch)`` if atol is None.

    One pass in float32, for the arrays that need no other, and a second look at the blocks that do.  A sum of n squares
    is off by n · 2^-24 of itself at most, and what underflows makes it smaller: so the root mean square is estimated
    from below.
    """
    t_flat, m_flat = _flat(torch), _flat(mindspore)
    if not t_flat.dtype == m_flat.dtype == np.float32 or not t_flat.size:
        return False
    total = 0.0
    gaps = []
    buffer = np.empty(min(BLOCK, t_flat.size), np.float32)
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        for start in range(0, t_flat.size, BLOCK):
            t = t_flat[start : start + BLOCK]
            gap = np.subtract(t, m_flat[start : start + BLOCK], out=buffer[: t.size])
            high, low = float(np.maximum.reduce(gap)), float(np.minimum.reduce(gap))
            if not (high < _HUGE and low > -_HUGE):  # NaN, or infinite
                return False
            gaps.append(max(high, -low))
            if atol is None:
                total += float(np.dot(t, t))
        allowed = rtol * math.sqrt(total / t_flat.size) * (1 - 2.0**-10) if atol is None else atol
        if not _TINY < allowed < _HUGE:
            return False
        for number, largest in enumerate(gaps):
            if largest > allowed * (1 - 2.0**-20):
                where = slice(number * BLOCK, (number + 1) * BLOCK)
                t64 = t_flat[where].astype(np.float64)
                gap64 = np.abs(m_flat[where] - t64)
                np.multiply(np.abs(t64, out=t64), rtol, out=t64)
                if not (gap64 <= np.add(t64, allowed, out=t64)).all():
                    return False
    return True


def any_nonzero(elements: Flat) -> bool:
    """Whether any element is not 0; NaN is not."""
    return any(bool(block.any()) for block in _blocks(elements))


@dataclass(frozen=True)
class Scale:
    """The magnitude of a leaf's finite elements."""

    rms: float
    largest: float
    #: The power of two by which elements are multiplied before arithmetic; 1 for all but extreme leaves.
    factor: float


@dataclass
class Differences:
    """What :func:`differences` counts."""

    #: Elements beyond the allowance, NaN and infinity left aside.
    beyond: int = 0
    #: The flat index of the one that exceeds it most, and by which factor.
    worst: int = -1
    worst_ratio: float = 0.0
    worst_gap: float = 0.0
    #: The smallest rtol (of ``rtol · (|t| + rms)``) and the smallest atol (beside the rtol given) that would pass.
    rtol: float = 0.0
    atol: float = 0.0
    #: Positions where one side is NaN or infinite and the other is not, or not alike; the first of them.
    nonfinite: int = 0
    first_nonfinite: int = -1
    #: Positions where both sides have the same NaN or infinity.
    alike: int = 0


def scale_of(array: Flat) -> Scale:
    """Root mean square and largest magnitude of an array's finite elements; all 0 for an empty one."""
    elements = _flat(array)
    factor = 1.0
    if elements.dtype.name in ("float64", "complex128"):
        factor = _power_of_two(max((_largest_part(block) for block in _blocks(elements)), default=0.0))
    largest, total, count = 0.0, 0.0, 0
    buffer = np.empty(BLOCK)
    with np.errstate(over="ignore", invalid="ignore"):  # a signalling NaN is one like any other
        for block in _blocks(elements):
            if factor == 1.0 and block.dtype.kind != "c":
                wide = buffer[: block.size]
                wide[...] = block
            else:
                wide = _wide(block, factor)
                block = wide = _magnitudes(wide) if wide.dtype.kind == "c" else wide
            squares = float(np.dot(wide, wide))
            if not math.isfinite(squares):
                block = wide = wide[np.isfinite(wide)]
                squares = float(np.dot(wide, wide))
            if block.size:
                largest = max(largest, float(np.maximum.reduce(block)), -float(np.minimum.reduce(block)))
            total += squares
            count += block.size
    rms = math.sqrt(total / count) / factor if count else 0.0
    # The magnitude of a complex number can exceed what its parts can hold.
    return Scale(min(rms, sys.float_info.max), min(largest / factor, sys.float_info.max), factor)


def _blocks(elements: Flat) -> Iterator[Array]:
    for start in range(0, elements.size, BLOCK):
        yield elements[start : start + BLOCK]


def _parts(block: Array) -> Array:
    """The real numbers of a block: both parts of a complex one."""
    return block.view(block.real.dtype) if block.dtype.kind == "c" else block


def _largest_part(block: Array) -> float:
    magnitudes = np.abs(_parts(np.ascontiguousarray(block)))
    return float(np.max(magnitudes, initial=0.0, where=np.isfinite(magnitudes)))


def _power_of_two(largest: float) -> float:
    """2^k that brings ``largest`` into [1/4, 1/2), within the range where it is itself exact."""
    exponent = math.frexp(largest)[1] if largest else -1
    return math.ldexp(1.0, max(-1022, min(1022, -exponent - 1)))


def _wide(block: Array, factor: float) -> Array:
    wide: Array = block.astype(np.complex128 if block.dtype.kind == "c" else np.float64)
    if factor != 1.0:
        with np.errstate(over="ignore", invalid="ignore"):
            np.multiply(_parts(wide), factor, out=_parts(wide))
    return wide


def _magnitudes(wide: Array) -> Array:
    with np.errstate(over="ignore", invalid="ignore"):
        magnitudes: Array = np.abs(wide)
    return magnitudes


def differences(torch: Flat, mindspore: Flat, scale: Scale, rtol: float, atol: float) -> Differences:
    """Compare two arrays of one shape by ``|t − m| ≤ rtol·|t| + atol``; ``scale`` is that of ``torch``.

    Positions where both have the same NaN or infinity agree; an infinity agrees with one of its own sign only, a
    complex number with one that agrees in both parts.
    """
    found = Differences()
    t_flat, m_flat = _flat(torch), _flat(mindspore)
    # All of a block that is within the absolute part of the allowance is within the whole.  A difference of two float32
    # is rounded by at most 2^-24 of itself.
    narrow = t_flat.dtype == m_flat.dtype == np.float32 and _TINY < atol < _HUGE
    near = atol * (1 - 2.0**-20) if narrow else -1.0
    buffer = np.empty(BLOCK, np.float32)
    with np.errstate(over="ignore", invalid="ignore"):
        for start in range(0, t_flat.size, BLOCK):
            t, m = t_flat[start : start + BLOCK], m_flat[start : start + BLOCK]
            if near > 0:
                gap = np.subtract(t, m, out=buffer[: t.size])
                if np.maximum.reduce(gap) <= near and np.minimum.reduce(gap) >= -near:  # no NaN is
                    continue
            _look_closely(found, start, t, m, scale, rtol, atol)
    return found


def _look_closely(
    found: Differences, start: int, torch: Array, mindspore: Array, scale: Scale, rtol: float, atol: float
) -> None:
    """Compare a block in float64."""
    if torch.dtype == mindspore.dtype and np.array_equal(torch, mindspore):
        found.alike += int(np.count_nonzero(~np.isfinite(torch)))
        return
    t = _wide(torch, scale.factor)
    gap = np.abs(_wide(mindspore, scale.factor) - t)
    size = np.abs(t)
    allowed = size * rtol
    allowed += atol * scale.factor
    # An infinite element has an infinite allowance, which is no reason to pass.
    within = (gap <= allowed) & np.isfinite(gap)
    if not within.all():
        _examine(found, _Block(start, torch, mindspore, gap, size, allowed, within), scale, rtol)


@dataclass(frozen=True)
class _Block:
    """One block of a comparison: elements as they are, and in scaled float64 what was made of them."""

    start: int
    torch: Array
    mindspore: Array
    gap: Array
    size: Array
    allowed: Array
    within: Array


def _examine(found: Differences, block: _Block, scale: Scale, rtol: float) -> None:
    """The slow way through a block that holds at least one element beyond the allowance."""
    finite = np.isfinite(block.torch) & np.isfinite(block.mindspore)
    odd = np.flatnonzero(~finite)
    same = alike(block.torch[odd], block.mindspore[odd])
    found.alike += int(np.count_nonzero(same))
    unlike = odd[~same]
    if unlike.size:
        found.nonfinite += int(unlike.size)
        if found.first_nonfinite < 0:
            found.first_nonfinite = block.start + int(unlike[0])
    beyond = np.flatnonzero(finite & ~block.within)
    if not beyond.size:
        return
    gap, size, allowed = block.gap[beyond], block.size[beyond], block.allowed[beyond]
    found.beyond += int(beyond.size)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        ratio = gap / allowed
        found.rtol = max(found.rtol, float((gap / (size + scale.rms * scale.factor)).max()))
    found.atol = max(found.atol, float((gap - rtol * size).max()) / scale.factor)
    # Where nothing is allowed, every ratio is infinite: the largest gap is the worst then.
    top = float(ratio.max())
    at = int(np.argmax(np.where(ratio == top, gap, -1.0)))
    if found.worst < 0 or (top, float(gap[at])) > (found.worst_ratio, found.worst_gap):
        found.worst, found.worst_ratio, found.worst_gap = block.start + int(beyond[at]), top, float(gap[at])


def alike(torch: Array, mindspore: Array) -> Array:
    """Where two elements are the same, NaN included, in both parts of a complex number."""
    same: Array = np.ones(torch.shape, bool)
    for t, m in ((torch.real, mindspore.real), (torch.imag, mindspore.imag)):
        same &= (t == m) | (np.isnan(t) & np.isnan(m))
    return same


def unequal(torch: Flat, mindspore: Flat) -> tuple[int, int]:
    """How many elements of two integer or boolean arrays of one shape differ, and the flat index of the largest gap."""
    count, worst, largest = 0, -1, -1.0
    t_flat, m_flat = _flat(torch), _flat(mindspore)
    for start in range(0, t_flat.size, BLOCK):
        t, m = t_flat[start : start + BLOCK], m_flat[start : start + BLOCK]
        wrong = np.flatnonzero(t != m)
        if wrong.size:
            gaps = np.abs(t[wrong].astype(np.float64) - m[wrong].astype(np.float64))
            count += int(wrong.size)
            if gaps.max() > largest:
                worst, largest = start + int(wrong[np.argmax(gaps)]), float(gaps.max())
    return count, worst


def all_finite(array: Flat) -> bool:
    """Whether an array holds neither NaN nor infinity."""
    return all(bool(np.isfinite(block).all()) for block in _blocks(_flat(array)))


@dataclass(frozen=True)
class Errors:
    """A side's errors against a reference, in the leaf's own units."""

    rms: float
    largest: float


def errors(array: Flat, reference: Flat, factor: float) -> Errors:
    """Root mean square and largest of ``|array − reference|``; infinite if any element is not finite."""
    total, largest = 0.0, 0.0
    given, true = _flat(array), _flat(reference)
    for start in range(0, given.size, BLOCK):
        with np.errstate(invalid="ignore", over="ignore"):
            gap = np.abs(_wide(given[start : start + BLOCK], factor) - _wide(true[start : start + BLOCK], factor))
        if not np.isfinite(gap).all():
            return Errors(math.inf, math.inf)
        total += float(np.dot(gap, gap))
        largest = max(largest, float(gap.max()))
    return Errors(math.sqrt(total / given.size) / factor if given.size else 0.0, largest / factor)
