"""The programs of a case, side by side, with the lines that matter marked: once for all its variants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from migcheck.report.html.highlight import lines
from migcheck.report.html.visible import head
from migcheck.report.marks import marks
from migcheck.report.value import Report, Result

#: Of a file that is shown.
_MOST_LINES = 1_500
_MOST_CHARACTERS = 100_000

_TITLES = {"torch": "PyTorch", "mindspore": "MindSpore", "case": "Case"}


@dataclass(frozen=True)
class MarkedLine:
    """A line of a program; ``whys`` are empty for one that is not marked."""

    text: Markup
    whys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Program:
    """One file."""

    side: str
    title: str
    path: str
    lines: tuple[MarkedLine, ...]
    #: What is not shown of it; empty if nothing is.
    cut: str = ""

    @property
    def marked(self) -> int:
        """How many lines are marked."""
        return sum(bool(line.whys) for line in self.lines)


def programs(report: Report, variants: Sequence[Result]) -> tuple[Program, ...]:
    """The files of a case of which these are the variants; none if the report has no texts."""
    files = variants[0].files
    found = [_program(report, variants, side, files[side]) for side in _TITLES if files.get(side) in report.sources]
    # Two functions of one file are shown once.
    return tuple({program.path: program for program in reversed(found)}.values())[::-1]


def _program(report: Report, variants: Sequence[Result], side: str, path: str) -> Program:
    sides = [each for each, file in variants[0].files.items() if file == path]
    text, cut = head(report.sources[path].replace("\r\n", "\n"), _MOST_LINES, _MOST_CHARACTERS)
    whys: dict[int, dict[str, list[str]]] = {}
    for result in variants:
        for of in sides:
            for mark in marks(report, result, of):
                whys.setdefault(mark.line, {}).setdefault(mark.why, []).append(_cell(result.id))
    shown = []
    for at, line in enumerate(lines(text.rstrip("\n"), path), 1):
        said = (f"{why}{_where(cells, len(variants))}" for why, cells in whys.get(at, {}).items())
        shown.append(MarkedLine(line, tuple(said)))
    title = " and ".join(_TITLES[each] for each in sides if each in _TITLES)
    return Program(side, title, path, tuple(shown), cut)


def _cell(id: str) -> str:
    return id[id.index("[") :] if "[" in id else ""


def _where(cells: Sequence[str], of: int) -> str:
    """In which variants, if not in all."""
    named = [cell for cell in dict.fromkeys(cells) if cell]
    return f" {', '.join(named)}" if len(cells) < of and named else ""
