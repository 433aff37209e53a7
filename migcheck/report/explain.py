"""What is known of one result, as lines of text: what differs and where, what was asked of autograd, what was tried."""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Mapping
from itertools import zip_longest

import msgspec

from migcheck.diagnose.value import Diagnosis, Place, SideCheck
from migcheck.report.blocks import Line, body, head
from migcheck.report.calls import ITEMS, JOINED, NOTHING, names, paired, sides, times
from migcheck.report.text import safe, short
from migcheck.report.value import Result
from migcheck.trace import Trace

#: Calls of a side that are shown one by one, names in a list, and characters of a message.
_MOST_CALLS = 32
_MOST_NAMES = 20
_WIDEST = 400
#: Characters of the column of causes; that of two at once may be longer.
_WIDEST_CAUSE = 24

#: Lines that a cell of a table may take before the two sides stand one below the other.
_TALLEST = 4
#: Of the terminal's columns, at least and at most so many are used.
_NARROWEST, _BROADEST = 40, 120

_GAP = "  "

#: Lines that are copied, so never broken: of a stack, of a snippet, commands.
_VERBATIM = re.compile(r"\s*(?:(?:stack|stderr) \||\||rerun: )")


def explained(result: Result, width: int) -> list[str]:
    """The lines, for a terminal of ``width`` columns; only what is to be copied is longer.

    The first one is the head.  The others begin with a blank, are empty, or are the title of a section.
    """
    width = min(max(width, _NARROWEST), _BROADEST)
    word = head(result) if result.verdict != "match" else f"MATCH {safe(result.id)}"
    lines = [word, *_wrapped([safe(result.title)] if result.title else [], width)]
    why = result.diagnosis or Diagnosis(Place("", ""))
    for title, section in (
        ("Findings", _findings(result, width)),
        ("Where", _where(why.place, width)),
        ("Asked of autograd", _asked(why.traces, width)),
        ("Seen on the way", _seen(why.traces, width)),
        ("Tried", _tried(why, width)),
        ("Cause", _cause(result, why, width)),
        ("Notes", _notes(result, why, width)),
    ):
        if section:
            lines += ["", title, *section]
    links = body(msgspec.structs.replace(_bare(result), guide=result.guide, rerun=result.rerun))
    lines += ["", *_folded(links, width), ""]
    return [line.replace(JOINED, " ") for line in lines]


def is_title(line: str) -> bool:
    """Whether a line, but the first, is the title of a section."""
    return bool(line) and not line[0].isspace()


def _bare(result: Result) -> Result:
    """The result without what the block says below its findings."""
    empty: Result = msgspec.structs.replace(
        result, failures=(), findings=(), stale=(), diagnosis=None, guide="", rerun=""
    )
    return empty


# Findings


def _findings(result: Result, width: int) -> list[str]:
    lines = _folded(body(msgspec.structs.replace(result, diagnosis=None, guide="", rerun="")), width)
    if not result.findings and not result.failures:
        lines = [*_wrapped([f"none in {result.leaves} leaves"], width), *lines]
    for rounded in result.rounded:
        rounding = rounded.rounding
        said = [
            f"{safe(rounded.leaf)}: differs by rounding:",
            f"against float64 torch is off by {short(rounding.torch_rms)} of its RMS,",
            f"mindspore by {short(rounding.mindspore_rms)}",
        ]
        lines += _wrapped(said, width)
    return lines


# Where


def _where(place: Place, width: int) -> list[str]:
    lines = _wrapped([safe(place.message)] if place.message else [], width)
    measured = [check for check in place.checks if check.slope is not None]
    if measured:
        titles = ("", "slope", "central", "forward", "backward", "h", "dtype", "")
        lines += _table([titles, *(_check(check) for check in measured)], width)
        said = (
            "slope: the gradient times a random direction; central, forward, backward: difference quotients along it, "
            "in steps of h times the size of each input"
        )
        lines += _wrapped([said], width)
    for check in place.checks:
        if check.slope is None or check.note:
            lines += _wrapped([f"{check.side}: {safe(check.note) or 'not measured'}"], width)
    return lines


def _check(check: SideCheck) -> tuple[str, ...]:
    verdict = {True: "agrees", False: "disagrees", None: "unclear"}[check.agrees]
    slopes = (check.slope, check.central, check.forward, check.backward)
    values = [NOTHING if value is None else f"{value:.6g}" for value in slopes]
    return (check.side, *values, f"{check.h:g}", safe(check.precision), verdict)


def _table(rows: list[tuple[str, ...]], width: int) -> list[str]:
    """Columns as wide as their cells; where they are too wide for a line, the cells of a row with their titles."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        _GAP + _GAP.join(cell.ljust(size) for cell, size in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    if all(len(line) <= width for line in lines):
        return lines
    titles, *rest = rows
    return [
        line
        for name, *cells in rest
        for line in _wrapped(
            [f"{name}:", ", ".join(f"{title} {cell}".strip() for title, cell in zip(titles[1:], cells, strict=True))],
            width,
        )
    ]


# Asked of autograd


def _asked(traces: dict[str, Trace], width: int) -> list[str]:
    if not traces:
        return []
    torch, mindspore, of = sides(traces)
    if not torch.calls and not mindspore.calls:
        return _wrapped(["no call was seen"], width)
    lines: list[str] = []
    pairs = list(paired(torch.calls, mindspore.calls))
    for ours, theirs in pairs[:_MOST_CALLS]:
        rows = [("", "torch", of)]
        for label, say in ITEMS.items():
            left, right = ("" if call is None else say(call) for call in (ours, theirs))
            if {left, right} - {"", NOTHING}:
                rows.append((label, left, right))
        if lines:
            lines.append("")
        lines += _beside(rows, width)
    for side, at, trace in (("torch", 0, torch), (of, 1, mindspore)):
        more = Counter(call.api for call in (pair[at] for pair in pairs[_MOST_CALLS:]) if call)
        if more or trace.left_out:
            said = [f"{safe(api)}{JOINED}×{count}" for api, count in more.items()]
            said += [f"{trace.left_out} that were not kept"] if trace.left_out else []
            count = sum(more.values()) + trace.left_out
            lines += [
                "",
                *_wrapped([f"… and {count} call{'' if count == 1 else 's'} more of {side}:", ", ".join(said)], width),
            ]
    return lines


def _beside(rows: list[tuple[str, str, str]], width: int, tallest: int = _TALLEST) -> list[str]:
    """Both sides in columns, or one below the other where they would be too narrow; the first row is their titles."""
    first = max(len(label) for label, _, _ in rows)
    # What is left of the line, but for an indentation and two gaps.
    column = (width - first - 3 * len(_GAP)) // 2
    lines = []
    for label, *cells in rows:
        texts = [textwrap.wrap(cell, max(column, 1), break_long_words=False, break_on_hyphens=False) for cell in cells]
        if any(len(text) > tallest or any(len(line) > column for line in text) for text in texts):
            return _below(rows, width)
        for left, right, mark in zip_longest(*texts, [label], fillvalue=""):
            lines.append(f"{_GAP}{mark:<{first}}{_GAP}{left:<{column}}{_GAP}{right}".rstrip())
    return lines


def _below(rows: list[tuple[str, str, str]], width: int) -> list[str]:
    (_, *sides), *rest = rows
    first = max(len(label) for label, _, _ in rows)
    lines = []
    for at, side in enumerate(sides):
        cells = [(label, row[at]) for label, *row in rest if row[at] not in ("", NOTHING)]
        if cells:
            lines.append(f"{_GAP}{side}")
        for label, cell in cells:
            lines += _filled(f"    {label:<{first}}{_GAP}", cell, width)
    return lines


# Seen on the way


def _seen(traces: dict[str, Trace], width: int) -> list[str]:
    torch, mindspore, of = sides(traces)
    rows = [("", "torch", of)]
    facts = (torch.facts, mindspore.facts)
    # The functions last, of which there are many.
    for each in sorted(dict.fromkeys([*torch.facts, *mindspore.facts]), key=lambda name: name == "functions"):
        left, right = (names(times(_safe_keys(seen.get(each, {}))), _MOST_NAMES) or NOTHING for seen in facts)
        rows.append((safe(each), left, right))
    return _beside(rows, width, tallest=_MOST_NAMES) if len(rows) > 1 else []


def _safe_keys(seen: Mapping[str, int]) -> dict[str, int]:
    return {safe(name): count for name, count in seen.items()}


# Tried


def _tried(why: Diagnosis, width: int) -> list[str]:
    first = min(max((len(safe(each.cause)) for each in why.tried), default=0), _WIDEST_CAUSE)
    lines = []
    for each in why.tried:
        said = f"{_one_line(each.what)}: {_one_line(each.outcome)}, {each.seconds:.2f}{JOINED}s"
        lines += _filled(f"{_GAP}{safe(each.cause):<{first}}{_GAP}", said, width)
    if lines:
        lines += _wrapped([f"{len(why.tried)} tried in {why.seconds:.2f} s"], width)
    return lines


def _one_line(text: str) -> str:
    said = safe(" ".join(text.split()))
    return said if len(said) <= _WIDEST else said[:_WIDEST] + " …"


# Cause and fix


def _cause(result: Result, why: Diagnosis, width: int) -> list[str]:
    """As in the block, which says of which leaves a cause is by the findings."""
    told = msgspec.structs.replace(_bare(result), findings=result.findings)
    causes = Diagnosis(Place("", ""), causes=why.causes)
    with_causes = body(msgspec.structs.replace(told, diagnosis=causes))
    lines = _folded(with_causes[len(body(told)) :], width)
    if why.unexplained:
        found = "no cause was confirmed for" if not why.causes else "not explained:"
        lines += _wrapped([f"{found} {names(map(safe, why.unexplained), _MOST_NAMES)}"], width)
    return lines


# Notes, and how lines are broken


def _notes(result: Result, why: Diagnosis, width: int) -> list[str]:
    notes = [*result.notes, *why.notes]
    if result.verdict == "known":
        notes.append("a known difference is not diagnosed; delete its entry in [known] to be told the cause")
    return [line for note in notes for line in _wrapped([safe(note)], width)]


def _folded(lines: list[Line], width: int) -> list[str]:
    return [line for pieces in lines for line in _wrapped(pieces, width)]


def _wrapped(pieces: Line, width: int) -> list[str]:
    """A line, indented, whole if it fits, else with as many of its pieces as fit on each."""
    if not pieces:
        return []
    whole = _GAP + " ".join(pieces)
    if _VERBATIM.match(whole) or ("\n" not in whole and len(whole) <= width):
        return whole.split("\n")
    indent = _GAP + " " * (len(pieces[0]) - len(pieces[0].lstrip()))
    lines: list[str] = []
    line = ""
    for piece in pieces:
        if line and len(f"{line} {piece}") <= width:
            line = f"{line} {piece}"
            continue
        lines += [line] if line else []
        before = indent + _GAP * 2 if lines else indent
        *full, line = _filled(before, piece.strip(), width, indent + _GAP * 2)
        lines += full
    return [*lines, line]


def _filled(first: str, text: str, width: int, following: str | None = None) -> list[str]:
    """Text after ``first``, its other lines below where it begins, or after ``following``."""
    after = " " * len(first) if following is None else following
    lines: list[str] = []
    for part in text.split("\n"):
        begin = after if lines else first
        lines += textwrap.wrap(
            part, width, initial_indent=begin, subsequent_indent=after, break_long_words=False, break_on_hyphens=False
        ) or [begin.rstrip()]
    return lines
