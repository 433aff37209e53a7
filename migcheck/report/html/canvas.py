"""What plots are drawn on: matplotlib's figure and axes, without the ticks and spines that take it most of the time.

No pyplot, no state of its own, the same bytes every time.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from migcheck.report.html.svg import FAINT, GRID, INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Image = np.ndarray[Any, np.dtype[np.uint8]]

#: Points, where a figure is as wide as it was drawn.
FONT = 7.5

_SETTINGS: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "migcheck",
    "text.parse_math": False,
    "font.family": "DejaVu Sans",
    "font.size": FONT,
    "path.simplify": False,
}


@contextmanager
def figure(width: float, height: float) -> Iterator[tuple[Figure, io.BytesIO]]:
    """A figure of so many inches to draw on, and where it is written, as SVG, when that is done."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    out = io.BytesIO()
    with rc_context(_SETTINGS), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of letters that its own font has not: the page's will be used
        drawn = Figure(figsize=(width, height), facecolor="none")
        yield drawn, out
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        drawn.savefig(out, format="svg", metadata=nothing)


def axes(on: Figure, left: float, bottom: float, width: float, height: float, framed: bool = True) -> Axes:
    """Axes at a place in fractions of the figure."""
    from matplotlib.lines import Line2D

    made = on.add_axes((left, bottom, width, height))
    made.set_axis_off()
    if framed:
        made.add_artist(
            Line2D([0, 0, 1], [1, 0, 0], color=GRID, linewidth=0.8, transform=made.transAxes, clip_on=False)
        )
    return made


def text(on: Axes, at: tuple[float, float], said: str, offset: tuple[float, float] = (0, 0), **how: Any) -> None:
    """Text at a point of the data, or of what ``xycoords`` says, moved by so many points."""
    settings = {"color": INK, "xycoords": "data", "fontsize": FONT, **how}
    on.annotate(said, at, offset, textcoords="offset points", annotation_clip=False, **settings)


def ticks(on: Axes, x: Sequence[tuple[float, str]] = (), y: Sequence[tuple[float, str]] = ()) -> None:
    """The labels of the axes, each where it belongs."""
    low, high = on.get_xlim()
    for at, said in x:
        side = "right" if at > high - 0.02 * (high - low) else "center"  # the drawing ends there
        text(on, (at, 0), said, (0, -3), xycoords=("data", "axes fraction"), ha=side, va="top")
    for at, said in y:
        text(on, (0, at), said, (-3, 0), xycoords=("axes fraction", "data"), ha="right", va="center")


def titles(on: Axes, x: str = "", y: str = "") -> None:
    """What the axes are."""
    if x:
        text(on, (0.5, 0), x, (0, -14), xycoords="axes fraction", ha="center", va="top")
    if y:
        text(on, (0, 0.5), y, (-27, 0), xycoords="axes fraction", ha="right", va="center", rotation=90)


def lines(on: Axes, segments: Sequence[tuple[float, float, float, float]], color: str, width: float) -> None:
    """Straight lines from (x, y) to (x, y), as one path."""
    x = [each for x0, _, x1, _ in segments for each in (x0, x1, np.nan)]
    y = [each for _, y0, _, y1 in segments for each in (y0, y1, np.nan)]
    if x:
        on.plot(x, y, color=color, linewidth=width, solid_capstyle="butt")


def dashed(on: Axes, x: tuple[float, float], y: tuple[float, float], color: str = FAINT) -> None:
    """A line that is a measure, no datum."""
    on.plot(x, y, color=color, linewidth=0.7, linestyle="--")


def image(on: Axes, pixels: Image, extent: tuple[float, float, float, float]) -> None:
    """An image whose first row is at the bottom."""
    on.imshow(pixels, extent=extent, interpolation="none", aspect="auto", origin="lower")


def bars(on: Axes, heights: Sequence[tuple[float, float]], color: str) -> None:
    """Bars from x to x + 1, as one path."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    paths = [
        Path([(at + 0.08, 0), (at + 0.92, 0), (at + 0.92, height), (at + 0.08, height), (at + 0.08, 0)], closed=True)
        for at, height in heights
    ]
    if paths:
        on.add_patch(PathPatch(Path.make_compound_path(*paths), facecolor=color, linewidth=0))
