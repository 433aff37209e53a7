"""How a difference is distributed over a leaf, and over all leaves: what a report draws, taken from the arrays.

Made of a mismatch alone, in one pass over the leaf in blocks, and of a size that does not depend on the leaf's.
"""

from __future__ import annotations

import math
from collections import Counter

import numpy as np

from migcheck.compare.blocks import Flat, alike, flat, scale_of
from migcheck.compare.portrait import PER_DECADE, Cell, LeafError, Portrait, Ulps
from migcheck.host.exchange import Array, Leaf, LeafName
from migcheck.observation import Observation

#: Rows and columns of a map, at most.
ROWS, COLUMNS = 24, 48
#: Decades below the largest value that a density shows.
DECADES = 12
#: Elements of a leaf that are counted; of a larger one every so manieth block is.
MOST_COUNTED = 1 << 21
#: Elements a block.
_BLOCK = 1 << 16
#: Portraits of a variant, and leaves whose errors are listed.
MOST_PORTRAITS = 6
MOST_ERRORS = 400

#: Bits of a mantissa, by dtype: an ulp of 1 is 2^-bits.
_MANTISSA = {"float16": 10, "bfloat16": 7, "float32": 23, "float64": 52, "complex64": 23, "complex128": 52}
#: The exponent of the smallest normal number.
_LEAST = {"float16": -14, "bfloat16": -126, "float32": -126, "float64": -1022, "complex64": -126, "complex128": -1022}


def portrait(leaf: str, torch: Leaf, mindspore: Leaf) -> Portrait | None:
    """The portrait of two partners; None where there is nothing to draw: one element, none of floats, another shape."""
    if not _drawable(torch, mindspore) or math.prod(torch.shape) < 2:
        return None
    t_flat, m_flat = flat(torch), flat(mindspore)
    rows, columns = _grid(torch.shape)
    tiles = np.zeros(rows * columns)
    density: Counter[tuple[int | None, int | None]] = Counter()
    ulps: Counter[int | None] = Counter()
    rms = scale_of(t_flat).rms or 1.0
    every = max(1, t_flat.size // MOST_COUNTED)  # blocks
    counted = 0
    for number, start in enumerate(range(0, t_flat.size, _BLOCK)):
        t, m = _wide(t_flat, start), _wide(m_flat, start)
        error = _distance(t, m)
        with np.errstate(over="ignore"):
            _tile(tiles, error / rms, start, torch.shape, (rows, columns))
        if number % every:
            continue
        counted += t.size
        size = _size(t)
        finite = np.isfinite(error) & np.isfinite(size)
        magnitude, error = size[finite], error[finite]
        density.update(_pairs(_decades(magnitude), _decades(error)))
        ulps.update(_bars(np.maximum(magnitude, rms * 2.0 ** -_MANTISSA[torch.dtype]), error, torch.dtype))
    return Portrait(
        leaf=leaf,
        dtype=torch.dtype,
        shape=torch.shape,
        counted=counted,
        density=_lowest(density),
        ulps=tuple(Ulps(key, count) for key, count in sorted(ulps.items(), key=lambda each: _none_first(each[0]))),
        map=tuple(tuple(map(_two_digits, row)) for row in tiles.reshape(rows, columns).tolist()),
    )


def errors(torch: Observation, mindspore: Observation) -> tuple[LeafError, ...]:
    """How far off the leaves are that both sides have, in torch's order; the first :data:`MOST_ERRORS`."""
    found: list[LeafError] = []
    steps = max(torch.steps, mindspore.steps)
    for name, leaf in torch.leaves.items():
        partner = mindspore.leaves.get(name)
        if partner is None or not _drawable(leaf, partner):
            continue
        found.append(LeafError(name.title(steps), relative_error(leaf, partner)))
        if len(found) == MOST_ERRORS:
            break
    return tuple(found)


def portraits(torch: Observation, mindspore: Observation, titles: tuple[str, ...]) -> tuple[Portrait, ...]:
    """The portraits of the first leaves of these titles that can be drawn."""
    steps = max(torch.steps, mindspore.steps)
    names: dict[str, LeafName] = {name.title(steps): name for name in torch.leaves if name in mindspore.leaves}
    found: list[Portrait] = []
    for title in dict.fromkeys(titles):
        name = names.get(title)
        drawn = portrait(title, torch.leaves[name], mindspore.leaves[name]) if name else None
        if drawn:
            found.append(drawn)
        if len(found) == MOST_PORTRAITS:
            break
    return tuple(found)


def relative_error(torch: Leaf, mindspore: Leaf) -> float | None:
    """‖t − m‖ / ‖t‖; None if it is not finite."""
    t_flat, m_flat = flat(torch), flat(mindspore)
    scale = scale_of(t_flat).largest
    if not scale:
        return None
    off = size = 0.0
    for start in range(0, t_flat.size, _BLOCK):
        t, m = _wide(t_flat, start), _wide(m_flat, start)
        with np.errstate(all="ignore"):
            off += float(np.sum((_distance(t, m) / scale) ** 2))
            size += float(np.sum((_size(t) / scale) ** 2))
    ratio = math.sqrt(off / size) if size and math.isfinite(off) and math.isfinite(size) else math.nan
    return _two_digits(ratio)


def _drawable(torch: Leaf, mindspore: Leaf) -> bool:
    floating = torch.dtype in _MANTISSA and mindspore.dtype in _MANTISSA
    complex_too = torch.dtype.startswith("complex") == mindspore.dtype.startswith("complex")
    return bool(
        floating
        and complex_too
        and torch.shape == mindspore.shape
        and torch.values is not None
        and mindspore.values is not None
        and math.prod(torch.shape)
    )


def _wide(elements: Flat, start: int) -> Array:
    block = elements[start : start + _BLOCK]
    with np.errstate(invalid="ignore"):  # a signalling NaN is one like any other
        wide: Array = block.astype(np.complex128 if block.dtype.kind == "c" else np.float64)
    return wide


def _size(block: Array) -> Array:
    with np.errstate(over="ignore"):  # the magnitude of a complex number can exceed what its parts can hold
        size: Array = np.abs(block)
    return size


def _distance(t: Array, m: Array) -> Array:
    """|t − m|, 0 where both are the same infinity or NaN."""
    with np.errstate(all="ignore"):
        distance: Array = np.abs(t - m)
        return np.where(alike(t, m), 0.0, distance)


def _grid(shape: tuple[int, ...]) -> tuple[int, int]:
    if len(shape) < 2:
        return 1, min(COLUMNS, math.prod(shape))
    return min(ROWS, shape[0]), min(COLUMNS, math.prod(shape[1:]))


def _tile(tiles: Array, relative: Array, start: int, shape: tuple[int, ...], grid: tuple[int, int]) -> None:
    """Raise the tiles to the largest error in each."""
    size = math.prod(shape[1:]) if len(shape) > 1 else math.prod(shape)
    of_rows = shape[0] if len(shape) > 1 else 1
    where = np.arange(start, start + relative.size)
    row = (where // size) * grid[0] // of_rows
    column = (where % size) * grid[1] // size
    np.maximum.at(tiles, row * grid[1] + column, np.where(np.isnan(relative), np.inf, relative))


def _decades(values: Array) -> Array:
    """The bin of each value; that of 0 is the least integer."""
    with np.errstate(divide="ignore"):
        bins = np.floor(np.log10(values) * PER_DECADE)
    return np.where(values > 0, bins, _ZERO).astype(np.int64)


#: Beyond all bins, and all exponents, of float64.
_ZERO = -(1 << 14)
#: More than there are bins.
_WIDEST = 1 << 20


def _pairs(magnitudes: Array, errors: Array) -> dict[tuple[int | None, int | None], int]:
    keys, counts = np.unique(magnitudes * _WIDEST + errors, return_counts=True)
    split = ((key + _WIDEST // 2) // _WIDEST for key in keys.tolist())
    pairs = ((t, key - t * _WIDEST) for t, key in zip(split, keys.tolist(), strict=True))
    return {
        (None if t == _ZERO else t, None if e == _ZERO else e): count
        for (t, e), count in zip(pairs, counts.tolist(), strict=True)
    }


def _lowest(density: Counter[tuple[int | None, int | None]]) -> tuple[Cell, ...]:
    """The cells, with what lies far below the largest value moved to the lowest bin that is kept."""
    floors = []
    for axis in (0, 1):
        bins = [key[axis] for key in density if key[axis] is not None]
        floors.append(max(bins, default=0) - DECADES * PER_DECADE)  # type: ignore[type-var,operator]
    kept: Counter[tuple[int | None, int | None]] = Counter()
    for (magnitude, error), count in density.items():
        raised = [
            None if each is None else max(each, floor) for each, floor in zip((magnitude, error), floors, strict=True)
        ]
        kept[raised[0], raised[1]] += count
    order = sorted(kept.items(), key=lambda each: (_none_first(each[0][0]), _none_first(each[0][1])))
    return tuple(Cell(magnitude, error, count) for (magnitude, error), count in order)


def _bars(magnitude: Array, error: Array, dtype: str) -> dict[int | None, int]:
    """By exponent: how many elements are that many ulps of torch's value apart."""
    # |t| is in [2^exponent, 2^(exponent+1)); numpy gives 0 the exponent 0.
    exponent = np.where(magnitude > 0, np.maximum(np.frexp(magnitude)[1] - 1, _LEAST[dtype]), _LEAST[dtype])
    with np.errstate(all="ignore"):
        log = np.log2(error) - exponent + _MANTISSA[dtype]
    bars = np.where(error > 0, np.ceil(log), _ZERO).astype(np.int64)
    keys, counts = np.unique(bars, return_counts=True)
    found: Counter[int | None] = Counter()
    for key, count in zip(keys.tolist(), counts.tolist(), strict=True):
        found[None if key == _ZERO else max(key, 0)] += count  # below one ulp: t is a power of two
    return dict(found)


def _none_first(key: int | None) -> float:
    return -math.inf if key is None else key


def _two_digits(value: float) -> float | None:
    return float(f"{value:.2g}") if math.isfinite(value) else None
