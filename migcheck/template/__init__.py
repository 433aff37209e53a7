"""A working pair of programs: what ``migcheck new`` writes, and ``migcheck doctor`` tries."""

from __future__ import annotations

from importlib import resources
from pathlib import Path


def write_template(folder: Path) -> None:
    """Write the three files of a case into a new folder.

    Raises:
        OSError: it cannot be made or written.
    """
    folder.mkdir(parents=True)
    for file in resources.files(__package__).iterdir():
        if file.name.endswith(".txt"):
            (folder / file.name.removesuffix(".txt")).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
