"""What both sides asked of autograd, as the rows of a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from migcheck.report.calls import ITEMS, JOINED, NOTHING, names, paired, sides, times
from migcheck.trace import Call, Trace

#: Calls, and names of a fact.
_MOST_CALLS = 16
_MOST_NAMES = 20

Row = tuple[str, str, str]


@dataclass(frozen=True)
class Asked:
    """The calls of both sides, pair by pair, and what else was seen."""

    #: What the second side is: in graph mode its calls are seen in PyNative.
    mindspore: str
    #: For each pair a label and both sides.
    calls: tuple[tuple[Row, ...], ...]
    seen: tuple[Row, ...]
    #: Calls that are not shown.
    more: int


def asked(traces: dict[str, Trace]) -> Asked | None:
    """None where nothing was traced."""
    if not traces:
        return None
    torch, mindspore, of = sides(traces)
    pairs = list(paired(torch.calls, mindspore.calls))
    facts = sorted({*torch.facts, *mindspore.facts}, key=lambda name: (name == "functions", name))
    seen = tuple((name, _counted(torch.saw(name)), _counted(mindspore.saw(name))) for name in facts)
    more = sum(call is not None for pair in pairs[_MOST_CALLS:] for call in pair)
    return Asked(
        of,
        tuple(_rows(*pair) for pair in pairs[:_MOST_CALLS]),
        seen,
        more + torch.left_out + mindspore.left_out,
    )


def _rows(torch: Call | None, mindspore: Call | None) -> tuple[Row, ...]:
    rows = []
    for label, say in {"call": ITEMS["call"], "line": _line, **ITEMS}.items():
        left, right = ("" if call is None else say(call).replace(JOINED, " ") for call in (torch, mindspore))
        if {left, right} - {"", NOTHING}:
            rows.append((label, left, right))
    return tuple(rows)


def _line(call: Call) -> str:
    return str(call.line) if call.line else NOTHING


def _counted(seen: Mapping[str, int]) -> str:
    return names(times(seen), _MOST_NAMES).replace(JOINED, " ")
