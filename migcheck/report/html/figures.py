"""The four plots: a portrait in, an SVG of matplotlib's out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from migcheck.compare.portrait import PER_DECADE, LeafError, Portrait
from migcheck.report.html import canvas
from migcheck.report.html.svg import FAINT, GRID, INK, LOUD, QUIET

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Inches of the plots that stand side by side, and of the one over the leaves; a page scales them to its room.
_WIDE, _HIGH = 3.5, 2.3
_BROAD = 7.2
#: Where the axes begin, and how wide they are, in parts of the figure.
_LEFT, _WIDTH = 0.16, 0.82
#: Colours of images, which stand out from a light page as from a dark one.
_BLUE, _RED, _PURPLE = (47, 122, 229), (226, 85, 45), (150, 84, 214)
#: Leaves that have a label, and characters of a label.
_MOST_LABELS = 26
_LONGEST = 34

#: Bits of a mantissa.
_BITS = {"float16": 10, "bfloat16": 7, "float32": 23, "float64": 52, "complex64": 23, "complex128": 52}

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

Tick = tuple[float, str]


def density(portrait: Portrait) -> bytes:
    """Error against magnitude, both in decades: how many elements are in each cell."""
    x, y = _Bins([cell.magnitude for cell in portrait.density]), _Bins([cell.error for cell in portrait.density])
    pixels = np.zeros((y.count, x.count, 4), np.uint8)
    most = math.log1p(max(cell.count for cell in portrait.density))
    for cell in portrait.density:
        alpha = 0.2 + 0.8 * math.log1p(cell.count) / most
        pixels[y.row(cell.error), x.row(cell.magnitude)] = (*_BLUE, round(255 * alpha))
    with canvas.figure(_WIDE, _HIGH) as (figure, out):
        axes = canvas.axes(figure, _LEFT, 0.2, _WIDTH, 0.76)
        canvas.image(axes, pixels, (*x.edges, *y.edges))
        for shift, label in ((0.0, "100 %"), (-_BITS.get(portrait.dtype, 23) * math.log10(2), "1 ulp")):
            low, high = max(x.decades[0], y.edges[0] - shift), min(x.decades[1], y.edges[1] - shift)
            if low < high:
                canvas.dashed(axes, (low, high), (low + shift, high + shift))
                canvas.text(axes, (high, high + shift), label, ha="right", va="top", fontsize=canvas.FONT - 1)
        canvas.ticks(axes, x.ticks, y.ticks)
        canvas.titles(axes, "|torch|", "|torch − mindspore|")
    return out.getvalue()


def ulps(portrait: Portrait, allowed: float) -> bytes:
    """How many elements are how many ulps apart; what a relative tolerance does not allow is in another colour."""
    most = max(bar.count for bar in portrait.ulps)
    log = most > 30 * min(bar.count for bar in portrait.ulps)
    limit = math.log2(allowed) + _BITS.get(portrait.dtype, 23)
    heights = {
        -2 if bar.exponent is None else bar.exponent - 1: math.log10(bar.count) + 0.15 if log else bar.count
        for bar in portrait.ulps
        if bar.count
    }
    last = max([*(at + 1 for at in heights), math.ceil(limit) + 1, 4])
    top = 1.1 * max(heights.values())
    with canvas.figure(_WIDE, _HIGH) as (figure, out):
        axes = canvas.axes(figure, _LEFT, 0.2, _WIDTH, 0.76)
        axes.set_xlim(-2.4, last + 0.4)
        axes.set_ylim(0, top)
        canvas.bars(axes, [each for each in heights.items() if each[0] < limit], QUIET)
        canvas.bars(axes, [each for each in heights.items() if each[0] >= limit], LOUD)
        canvas.dashed(axes, (limit, limit), (0, top))
        side = "left" if limit < last / 2 else "right"
        pad = (2 if side == "left" else -2, -1)
        canvas.text(axes, (limit, top), "rounding ends", pad, color=FAINT, ha=side, va="top", fontsize=canvas.FONT - 1)
        every = next(step for step in (1, 2, 4, 5, 10, 20, 50, 100, 200, 1000) if last / step <= 7)
        x = [(-1.5, "0"), *((float(k), _power(2, k) if k else "1") for k in range(0, last + 1, every))]
        y = [(k + 0.15, _power(10, k) if k > 1 else str(10**k)) for k in range(int(top) + 1)]
        canvas.ticks(axes, x, y if log else [(float(count), f"{count:,}") for count in _round_numbers(most)])
        canvas.titles(axes, "ulps apart", "elements")
    return out.getvalue()


def heat(portrait: Portrait) -> bytes:
    """Where in the leaf the differences are: the largest of each tile over the leaf's RMS, as shade."""
    rows, columns = len(portrait.map), len(portrait.map[0])
    logs = [math.log10(value) for row in portrait.map for value in row if value]
    high = max(logs, default=0.0)
    low = min([high - 1, *(log for log in logs if log > high - 6)])
    pixels = np.array([[_shade(value, low, high) for value in row] for row in portrait.map], np.uint8)
    tall = min(1.45, 0.3 + 0.1 * rows)  # inches
    height = tall + 0.85
    with canvas.figure(_WIDE, height) as (figure, out):
        axes = canvas.axes(figure, _LEFT, 1 - (tall + 0.05) / height, _WIDTH, tall / height)
        canvas.image(axes, pixels[::-1], (0, columns, rows, 0))
        size = math.prod(portrait.shape[1:]) if len(portrait.shape) > 1 else portrait.shape[0]
        canvas.ticks(axes, _indices(size, columns), _indices(portrait.shape[0], rows) if rows > 1 else ())
        several = len(portrait.shape) > 2
        canvas.titles(axes, "the other axes, as one" if several else "index", "first axis" if rows > 1 else "")
        _legend(canvas.axes(figure, _LEFT, 0.23 / height, 0.46, 0.08 / height, framed=False), low, high)
        if any(value is None for row in portrait.map for value in row):
            key = canvas.axes(figure, 0.86, 0.23 / height, 0.035, 0.08 / height, framed=False)
            canvas.image(key, np.array([[_shade(None, low, high)]], np.uint8), (0, 1, 0, 1))
            canvas.ticks(key, [(0.5, "not finite")])
    return out.getvalue()


def leaves(errors: Sequence[LeafError], beyond: frozenset[str]) -> bytes:
    """How far off each leaf is, from the first down to the last; those beyond rounding in another colour."""
    count = len(errors)
    height = min(max(0.6 + 0.17 * count, 1.1), 5.2)
    sizes = [math.log10(each.error) for each in errors if each.error]
    low = math.floor(min(sizes, default=-8.0) - 0.3)
    high = math.ceil(max(max(sizes, default=0.0) + 0.1, low + 1))
    segments: dict[str, list[tuple[float, float, float, float]]] = {QUIET: [], LOUD: []}
    for at, each in enumerate(errors):
        # A leaf that is not finite has the whole line, one that is equal a point.
        end = float(high) if each.error is None else math.log10(each.error) if each.error else low + 0.01 * (high - low)
        segments[LOUD if each.leaf in beyond else QUIET].append((low, at, end, at))
    starts = next((at for at, each in enumerate(errors) if each.leaf in beyond), None)
    with canvas.figure(_BROAD, height) as (figure, out):
        bottom = 0.42 / height
        axes = canvas.axes(figure, 0.3, bottom, 0.67, 1 - bottom - 0.06 / height)
        axes.set_xlim(low, high)
        axes.set_ylim(count - 0.4, -0.6)
        decades = range(low, high + 1, max(1, math.ceil((high - low) / 8)))
        canvas.lines(axes, [(k, -0.6, k, count - 0.4) for k in decades], GRID, 0.5)
        for color, drawn in segments.items():
            canvas.lines(axes, drawn, color, min(5.0, 0.7 * 72 * (height - 0.48) / count))
        if starts:
            canvas.dashed(axes, (low, high), (starts - 0.5, starts - 0.5), INK)
            canvas.text(axes, (high, starts - 0.5), "starts here", (0, 1), ha="right", va="bottom")
        y = [(float(at), _brief(errors[at].leaf)) for at in _labelled(count, height, starts)]
        canvas.ticks(axes, [(float(k), _power(10, k)) for k in decades], y)
        canvas.titles(axes, "‖torch − mindspore‖ / ‖torch‖")
    return out.getvalue()


class _Bins:
    """One axis of a density: bins of a part of a decade, and one for 0 set apart from them."""

    def __init__(self, indices: list[int | None]) -> None:
        there = [index for index in indices if index is not None]
        low, high = min(there, default=0), max(there, default=0) + 1
        # From tick to tick, at least a decade.
        self._low = low - low % PER_DECADE
        high = max(high + -high % PER_DECADE, self._low + PER_DECADE)
        self._gap = 2 if len(there) < len(indices) else 0
        self.count = high - self._low + self._gap
        #: Where the decades begin and end, and where the axis does.
        self.decades = (self._low / PER_DECADE, high / PER_DECADE)
        self.edges = ((self._low - self._gap) / PER_DECADE, high / PER_DECADE)

    def row(self, index: int | None) -> int:
        """The pixel of a bin."""
        return 0 if index is None else index - self._low + self._gap

    @property
    def ticks(self) -> list[Tick]:
        """Powers of ten, and 0."""
        first, last = map(round, self.decades)
        step = max(1, math.ceil((last - first) / 6))
        zero = [(self.edges[0] + 0.5 / PER_DECADE, "0")] if self._gap else []
        return [*zero, *((float(k), _power(10, k)) for k in range(first, last + 1, step))]


def _legend(axes: Axes, low: float, high: float) -> None:
    """What the shades mean."""
    shades = [_shade(10 ** (low + (high - low) * at / 31), low, high) for at in range(32)]
    canvas.image(axes, np.array([shades], np.uint8), (low, high, 0, 1))
    canvas.ticks(axes, [(low, _size(low)), (high, _size(high))])
    canvas.text(axes, (high, 0.5), "× RMS", (5, 0), va="center")


def _shade(value: float | None, low: float, high: float) -> tuple[int, int, int, int]:
    if value is None:
        return (*_PURPLE, 255)
    if not value:
        return (0, 0, 0, 0)
    share = min(max((math.log10(value) - low) / (high - low), 0.0), 1.0)
    return (*_RED, round(255 * (0.1 + 0.9 * share)))


def _indices(size: int, tiles: int) -> list[Tick]:
    """Ticks at the middle of tiles, with the index at which each begins."""
    step = max(1, math.ceil(tiles / 6))
    return [(tile + 0.5, f"{-(-tile * size // tiles):,}") for tile in range(0, tiles, step)]


def _labelled(count: int, height: float, starts: int | None) -> list[int]:
    """The leaves that have a label: as many as there is room for, and that at which it starts."""
    room = min(_MOST_LABELS, max(1, round((height - 0.48) / 0.16)))
    every = math.ceil(count / room)
    if starts is None:
        return list(range(0, count, every))
    return [at for at in range(0, count, every) if abs(at - starts) >= every] + [starts]


def _power(base: int, exponent: float) -> str:
    """``10⁻³``."""
    return f"{base}{str(round(exponent)).translate(_RAISED)}"


def _size(log: float) -> str:
    return f"{10**log:.1g}" if -3 <= log < 4 else _power(10, math.floor(log + 0.05))


def _round_numbers(most: int) -> range:
    """At most six counts from 0 on."""
    steps = (part * 10**power for power in range(20) for part in (1, 2, 5))
    return range(0, most + 1, next(step for step in steps if most <= 5 * step))


def _brief(leaf: str) -> str:
    return leaf if len(leaf) <= _LONGEST else f"{leaf[: _LONGEST // 3]}…{leaf[-(2 * _LONGEST // 3) :]}"
