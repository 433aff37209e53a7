"""Which plots a page has: of each mismatch those of its leaves, as far as there is room, and each but once."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from markupsafe import Markup

from migcheck.compare.portrait import LeafError, Portrait
from migcheck.report.html import words
from migcheck.report.html.visible import visible
from migcheck.report.value import Result

#: Bytes of all drawings, and how many there are at most: one takes some hundredths of a second.
ROOM = 1_500_000
MOST = 240
#: Elements of a leaf that is drawn, and leaves of a result whose errors are: fewer are read as well in a table.
_FEWEST_ELEMENTS = 16
_FEWEST_LEAVES = 5


@dataclass(frozen=True)
class Plot:
    """A drawing, and what it shows."""

    title: str
    says: str
    #: Empty where there was no room.
    svg: Markup


@dataclass(frozen=True)
class Gallery:
    """The plots of one result."""

    #: Over the leaves; None where there are too few.
    leaves: Plot | None = None
    #: Of single leaves: their names, and plots.
    portraits: tuple[tuple[str, tuple[Plot, ...]], ...] = ()
    #: Leaves whose plots are those of another result, by the id of that.
    elsewhere: dict[str, tuple[str, ...]] = field(default_factory=dict)
    #: Leaves that were not drawn.
    left_out: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.leaves or self.portraits or self.elsewhere or self.left_out)


def can_draw() -> bool:
    """Whether there is a plotting library."""
    return importlib.util.find_spec("matplotlib") is not None


def wanted(results: Iterable[Result]) -> bool:
    """Whether there is anything to plot."""
    return any(_drawable(result) or _over_leaves(result) for result in results)


def draw(results: Iterable[Result], room: int = ROOM, most: int = MOST) -> dict[str, Gallery]:
    """The plots of each result that has any, by its id.

    The first leaf of every result is drawn before the second of any.
    """
    drawing = _Drawing(room, most)
    several = [result for result in results if _drawable(result) or _over_leaves(result)]
    leaves = {result.id: plot for result in several if (plot := drawing.over_leaves(result))}
    drawn: dict[str, dict[str, tuple[Plot, ...] | str]] = {result.id: {} for result in several}
    for at in range(max((len(_drawable(result)) for result in several), default=0)):
        for result in several:
            for portrait in _drawable(result)[at : at + 1]:
                drawn[result.id][portrait.leaf] = drawing.of_leaf(result.id, portrait)
    return {
        result.id: Gallery(
            leaves.get(result.id),
            tuple((leaf, plots) for leaf, plots in drawn[result.id].items() if plots and not isinstance(plots, str)),
            _by_owner(drawn[result.id]),
            tuple(leaf for leaf, plots in drawn[result.id].items() if not plots),
        )
        for result in several
    }


def _by_owner(drawn: dict[str, tuple[Plot, ...] | str]) -> dict[str, tuple[str, ...]]:
    owners: dict[str, tuple[str, ...]] = {}
    for leaf, owner in drawn.items():
        if owner and isinstance(owner, str):
            owners[owner] = (*owners.get(owner, ()), leaf)
    return owners


def _drawable(result: Result) -> list[Portrait]:
    return [
        portrait
        for portrait in result.portraits
        if portrait.counted >= _FEWEST_ELEMENTS and portrait.map and portrait.map[0]
    ]


def _over_leaves(result: Result) -> bool:
    return len(result.errors) >= _FEWEST_LEAVES and any(each.error != 0 for each in result.errors)


class _Drawing:
    def __init__(self, room: int, most: int) -> None:
        self._room = room
        self._most = most
        self._count = 0
        self._owners: dict[Portrait, str] = {}

    def _full(self) -> bool:
        return self._room <= 0 or self._count >= self._most

    def over_leaves(self, result: Result) -> Plot | None:
        if not _over_leaves(result):
            return None
        from migcheck.report.html import figures

        beyond = frozenset(finding.leaf for finding in result.findings if not finding.known)
        leaf = next((each.leaf for each in result.errors if each.leaf in beyond), "")
        says = words.leaves(result.errors, beyond, leaf)
        if self._full():
            return Plot("Where it starts", says, Markup())
        return self._plot(figures.leaves(_shown(result), frozenset(map(visible, beyond))), "Where it starts", says)

    def of_leaf(self, id: str, portrait: Portrait) -> tuple[Plot, ...] | str:
        """The plots, the id of the result that has the same, or nothing if there is no room."""
        if portrait in self._owners:
            return self._owners[portrait]
        if self._full():
            return ()
        self._owners[portrait] = id
        return tuple(self._three(portrait))

    def _three(self, portrait: Portrait) -> Iterator[Plot]:
        from migcheck.compare.tolerance import RTOL
        from migcheck.report.html import figures

        if portrait.density:  # something is finite on both sides
            yield self._plot(figures.density(portrait), "Error against magnitude", words.density(portrait))
        if portrait.ulps:
            allowed = RTOL.get(portrait.dtype, RTOL["float32"])
            yield self._plot(figures.ulps(portrait, allowed), "Relative error in ulps", words.ulps(portrait))
        yield self._plot(figures.heat(portrait), "Where in the leaf", words.heat(portrait))

    def _plot(self, drawing: bytes, title: str, says: str) -> Plot:
        from migcheck.report.html.svg import inline

        self._count += 1
        svg = inline(drawing, f"p{self._count}", title, visible(says))
        self._room -= len(svg)
        return Plot(title, says, svg)


def _shown(result: Result) -> list[LeafError]:
    return [LeafError(visible(each.leaf), each.error) for each in result.errors]
