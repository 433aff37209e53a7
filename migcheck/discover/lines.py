"""Where in a TOML file a key stands, for error messages."""

from __future__ import annotations

import re

_PART = r"(?:[\w-]+|\"[^\"]*\"|'[^']*')"
_HEADER = re.compile(rf"^\s*\[{{1,2}}\s*(?P<path>{_PART}(?:\s*\.\s*{_PART})*)\s*\]{{1,2}}\s*(#.*)?$")
_ASSIGNMENT = re.compile(r"^\s*(?P<key>\"[^\"]*\"|'[^']*'|[\w.-]+)\s*=")


def line_of(text: str, path: tuple[str, ...]) -> int | None:
    """The 1-based line on which the value at ``path`` begins; of its nearest parent if it stands in no line of its own.

    A line-based reading: good for the files people write, and used for messages alone.
    """
    found: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    open_lists = 0
    for number, line in enumerate(text.splitlines(), start=1):
        if open_lists > 0:  # a row of a list that goes over several lines
            open_lists += _opened(line)
        elif header := _HEADER.match(line):
            table = tuple(part.strip().strip("\"'") for part in _split(header["path"]))
            found.setdefault(table, number)
        elif assignment := _ASSIGNMENT.match(line):
            key = assignment["key"]
            parts = (key[1:-1],) if key[0] in "\"'" else tuple(key.split("."))
            found.setdefault((*table, *parts), number)
            open_lists = _opened(line[assignment.end() :])
    for length in range(len(path), 0, -1):
        if path[:length] in found:
            return found[path[:length]]
    return None


def _opened(text: str) -> int:
    bare = re.sub(r"\"[^\"]*\"|'[^']*'|#.*", "", text)
    return bare.count("[") - bare.count("]")


def _split(path: str) -> list[str]:
    return re.findall(r"\"[^\"]*\"|'[^']*'|[^.]+", path)
