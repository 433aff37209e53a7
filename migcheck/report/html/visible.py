"""What is printed on the page, whatever a case or a program says: visible, and not without end."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from migcheck.report.text import number, safe

#: Characters of one text; those of a program's file and of its output are cut by lines before.
LONGEST = 20_000


def visible(text: str) -> str:
    """Text in which no character is hidden, moves others or is none."""
    return text if text.isprintable() else safe(text)


def printed(value: Any) -> Any:
    """What a template prints for a value: every expression of every template passes through here."""
    if isinstance(value, Markup) or not isinstance(value, (str, float)):
        return value
    if isinstance(value, float):
        return number(value)
    shown = value if len(value) <= LONGEST else value[:LONGEST]
    return visible(shown) + _cut(len(value) - len(shown), "character")


def head(text: str, lines: int, characters: int) -> tuple[str, str]:
    """The first lines of a text, and a note on what is left out; empty if nothing is."""
    every = text.split("\n")
    kept, size = [], 0
    for line in every[:lines]:
        size += len(line) + 1
        if size > characters:
            break
        kept.append(line)
    return "\n".join(kept), _cut(len(every) - len(kept), "line").strip()


def tail(text: str, lines: int, characters: int) -> str:
    """The last lines of a text, which say how it ended, below a note on what is left out."""
    every = text.rstrip().split("\n")
    kept = "\n".join(every[-lines:])[-characters:]
    left = len(every) - len(kept.split("\n"))
    cut = len(kept) < len("\n".join(every[-lines:]))
    note = _cut(left, "line").strip() or ("… what is before is left out" if cut else "")
    return f"{note}\n{kept}" if note else kept


def _cut(count: int, what: str) -> str:
    if count <= 0:
        return ""
    return f" … {count:,} {what} more is not shown" if count == 1 else f" … {count:,} {what}s more are not shown"
