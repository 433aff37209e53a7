"""How a difference is distributed over a leaf, and over all leaves: what a report draws, as values.

Imports no numpy: reports hold portraits, and are read where there is none.
"""

from __future__ import annotations

import math

from msgspec import Struct

#: Bins of a density in a decade.
PER_DECADE = 2


class Cell(Struct, frozen=True, array_like=True):
    """One cell of a density: elements with |t| and |t − m| in these bins.

    Bin k holds the values from 10^(k/2) on, up to 10^((k+1)/2); None holds 0.
    """

    magnitude: int | None
    error: int | None
    count: int


class Ulps(Struct, frozen=True, array_like=True):
    """One bar: elements that are 2^(exponent−1) to 2^exponent ulps apart; None for those that are equal.

    An ulp is that of torch's element; of one below eps times the leaf's root mean square, that of this product.
    """

    exponent: int | None
    count: int


class Portrait(Struct, frozen=True, kw_only=True):
    """One leaf's difference.  Elements that are not finite on both sides are in the map alone."""

    leaf: str
    dtype: str
    shape: tuple[int, ...]
    #: Elements that are counted in the density and in ulps: all, or a part of a large leaf.
    counted: int
    density: tuple[Cell, ...]
    ulps: tuple[Ulps, ...]
    #: |t − m| over the root mean square of torch's leaf, the largest of each tile; a row of the map is a range of the
    #: leaf's first axis, a column one of all others.  A leaf of one axis is one row.  None: not finite on one side.
    map: tuple[tuple[float | None, ...], ...]


#: Further from 1 is no float64, in bins, and no distance of two of them, in exponents of ulps; tiles a side of a map.
_MOST_BINS = 700 * PER_DECADE
_MOST_ULPS = 2200
_MOST_TILES = 64


def is_whole(portrait: Portrait) -> bool:
    """Whether a portrait can be one of a leaf: what draws it counts on that."""
    columns = {len(row) for row in portrait.map}
    bins = [each for cell in portrait.density for each in (cell.magnitude, cell.error) if each is not None]
    counts = [cell.count for cell in portrait.density] + [bar.count for bar in portrait.ulps]
    return (
        len(columns) == 1
        and all(1 <= size <= _MOST_TILES for size in (len(portrait.map), *columns))
        and all(value is None or 0 <= value < math.inf for row in portrait.map for value in row)
        and len(portrait.shape) > 0
        and all(1 <= each < 2**63 for each in (*portrait.shape, *counts))
        and all(-_MOST_BINS <= each <= _MOST_BINS for each in bins)
        and all(bar.exponent is None or 0 <= bar.exponent <= _MOST_ULPS for bar in portrait.ulps)
    )


class LeafError(Struct, frozen=True, array_like=True):
    """How far off one leaf is: the root mean square of t − m over that of t; None if it is not finite, or t is 0."""

    leaf: str
    error: float | None
