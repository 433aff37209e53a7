"""The files that a report's results are about: their text, and where in their repository they are."""

from __future__ import annotations

import stat
from collections.abc import Iterable
from pathlib import Path

from migcheck.report.value import Result

#: Bytes of a file, and of all files of a report.
_LARGEST = 200_000
LARGEST_OF_ALL = 8_000_000


def sources_of(results: Iterable[Result], room: int = LARGEST_OF_ALL) -> dict[str, str]:
    """The text of the files of all results that are no plain match, by path; what cannot be read is left out."""
    found: dict[str, str] = {}
    paths = (path for result in results if result.verdict != "match" for path in result.files.values())
    for path in dict.fromkeys(paths):
        try:
            status = Path(path).stat()
            if not stat.S_ISREG(status.st_mode) or status.st_size > min(_LARGEST, room):
                continue
            found[path] = Path(path).read_text(encoding="utf-8")
        except (OSError, ValueError):  # gone, a name that none can have, no text
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
