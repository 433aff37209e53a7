"""What a plot shows, in a sentence: for those who do not see it, and for those who do not trust it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from migcheck.compare.portrait import PER_DECADE, LeafError, Portrait

#: How far a slope may be from 0 or 1 to be said to be it.
_CLEAR = 0.15


def density(portrait: Portrait) -> str:
    """How the differences depend on the values."""
    differing = [cell for cell in portrait.density if cell.error is not None]
    count = sum(cell.count for cell in differing)
    of = sum(cell.count for cell in portrait.density)
    if not differing:
        return f"None of the {of:,} elements that are finite on both sides differ."
    errors = [cell.error for cell in differing if cell.error is not None]
    low, high = 10 ** (min(errors) / PER_DECADE), 10 ** ((max(errors) + 1) / PER_DECADE)
    said = f"{count:,} of {of:,} elements differ, by {_size(low)} to {_size(high)}."
    slope = _slope(portrait)
    if slope is not None and abs(slope - 1) < _CLEAR:
        said += " The differences are in proportion to the values, as those of a factor are."
    elif slope is not None and abs(slope) < _CLEAR:
        said += " The differences do not depend on the values, as those of something added do not."
    return said


def ulps(portrait: Portrait) -> str:
    """How many elements are how far apart, at least."""
    of = sum(bar.count for bar in portrait.ulps)
    exponents = [bar.exponent for bar in portrait.ulps if bar.exponent is not None]
    if not exponents:
        return f"All {of:,} elements that are finite on both sides are equal."
    differing = sum(bar.count for bar in portrait.ulps if bar.exponent is not None)
    # The largest distance that at least half of those that differ exceed.
    for exponent in sorted(exponents, reverse=True):
        beyond = sum(bar.count for bar in portrait.ulps if bar.exponent is not None and bar.exponent >= exponent)
        if 2 * beyond >= differing:
            break
    apart = (
        "apart" if exponent < 1 else f"more than 2^{exponent - 1} ulps apart" if exponent > 1 else "over 1 ulp apart"
    )
    return f"{beyond:,} of {of:,} elements are {apart}; the furthest are up to 2^{max(exponents)}."


def heat(portrait: Portrait) -> str:
    """Where the differences are, and how large."""
    rows, columns = len(portrait.map), len(portrait.map[0])
    tiles = [(value, row, column) for row, each in enumerate(portrait.map) for column, value in enumerate(each)]
    touched = [tile for tile in tiles if tile[0] is None or tile[0] > 0]
    if not touched:
        return "The two sides are equal everywhere."
    value, row, column = max(touched, key=lambda tile: math.inf if tile[0] is None else tile[0])
    size = "not finite on one side" if value is None else f"{value:.2g} times the leaf's RMS"
    at = []
    if len(portrait.shape) > 1:
        at = [f"{_range(portrait.shape[0], rows, row)} of the first axis"]
    other = math.prod(portrait.shape[1:]) if len(portrait.shape) > 1 else portrait.shape[0]
    at += [f"{_range(other, columns, column)} of {'all others' if len(portrait.shape) > 2 else 'the last axis'}"]
    share = "All" if len(touched) == len(tiles) else f"{len(touched):,} of {len(tiles):,}"
    return f"{share} parts differ; the largest difference, {size}, is at {', '.join(at)}."


def leaves(errors: Sequence[LeafError], beyond: frozenset[str], leaf: str) -> str:
    """Where it starts; ``leaf`` is the first one beyond rounding."""
    chosen = [each for each in errors if each.leaf in beyond]
    said = f"{len(chosen):,} of {len(errors):,} leaves differ by more than rounding"
    if not chosen:
        return said + "."
    first = next(at for at, each in enumerate(errors) if each.leaf == leaf)
    before = "no leaf is before it" if first == 0 else f"{first:,} before it {'does' if first == 1 else 'do'} not"
    said += f"; the first, in torch's order, is {leaf}: {before}"
    sizes = [each for each in chosen if each.error]
    if sizes:
        worst = max(sizes, key=lambda each: each.error or 0.0)
        said += f". The furthest off, by {worst.error:.2g} of its norm, is {worst.leaf}"
    return said + "."


def _size(value: float) -> str:
    """One digit, as few zeros as can be."""
    return f"{value:.0f}" if 1 <= value < 1e4 else f"{value:.1g}"


def _range(size: int, tiles: int, tile: int) -> str:
    first, last = -(-tile * size // tiles), -(-(tile + 1) * size // tiles) - 1
    return f"index {first:,}" if first >= last else f"indices {first:,} to {last:,}"


def _slope(portrait: Portrait) -> float | None:
    """Of the decades of the errors over those of the magnitudes, over three of these at least."""
    cells = [
        (c.magnitude, c.error, c.count) for c in portrait.density if c.magnitude is not None and c.error is not None
    ]
    weight = sum(count for *_, count in cells)
    if len({magnitude for magnitude, _, _ in cells}) < 3:
        return None
    x = sum(magnitude * count for magnitude, _, count in cells) / weight
    y = sum(error * count for _, error, count in cells) / weight
    spread = sum((magnitude - x) ** 2 * count for magnitude, _, count in cells)
    return sum((magnitude - x) * (error - y) * count for magnitude, error, count in cells) / spread
