"""The files that a report's results are about: their text, and where in their repository they are."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from migcheck.report.value import Result

#: Bytes of a file, and of all files of a report.
_LARGEST = 200_000
_LARGEST_OF_ALL = 8_000_000


def sources_of(results: Iterable[Result]) -> dict[str, str]:
    """The text of the files of all results that are no plain match, by path; what cannot be read is left out."""
    found: dict[str, str] = {}
    room = _LARGEST_OF_ALL
    paths = (path for result in results if result.verdict != "match" for path in result.files.values())
    for path in dict.fromkeys(paths):
        try:
            if Path(path).stat().st_size > min(_LARGEST, room):
                continue
            found[path] = Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        room -= len(found[path])
    return found


def below_repository(folder: Path) -> str:
    """A folder relative to the root of its repository, with slashes; empty for the root, or where there is none."""
    for parent in (folder, *folder.parents):
        if (parent / ".git").exists():
            inside = folder.relative_to(parent).as_posix()
            return "" if inside == "." else inside
    return ""
