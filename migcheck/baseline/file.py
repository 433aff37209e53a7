"""The file of a baseline: a line of JSON for each entry, sorted, without a date or a version, so that its diffs are
those of the differences.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

import msgspec

from migcheck.baseline.value import Baseline, Entry, Placed
from migcheck.errors import UsageError
from migcheck.report.bounded import TooLarge, read_bounded
from migcheck.report.json import compact

#: The first line.
HEAD = '{"migcheck_baseline": 1}'
#: Bytes that are read.
_LARGEST = 64 * 2**20

_AGAIN = "mend the line, or delete the file and run migcheck baseline write"


def read_baseline(path: str) -> Baseline:
    """The entries of a file.

    Raises:
        UsageError: there is none, or a line is no entry; names the file, the line and the remedy.
    """
    try:
        text = read_bounded(path, _LARGEST).decode("utf-8")
    except TooLarge:
        raise UsageError(f"{path}: larger than {_LARGEST // 2**20} MiB; this is no baseline") from None
    except FileNotFoundError:
        raise UsageError(f"{path}: no such baseline; migcheck baseline write {path} makes one") from None
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path}: not UTF-8 text, so no baseline") from None
    lines = text.split("\n")
    if lines[0].strip() != HEAD:
        raise UsageError(f"{path}:1: no baseline, which begins with {HEAD}")
    shown = _shown(path)
    placed: dict[tuple[str, str, str, str], Placed] = {}
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip():
            continue
        place = f"{shown}:{number}"
        try:
            entry = msgspec.json.decode(line, type=Entry)
        except msgspec.MsgspecError as error:
            merged = line.startswith(("<<<<<<<", "=======", ">>>>>>>"))
            why = "a conflict of a merge that was not resolved" if merged else str(error)
            raise UsageError(f"{place}: no entry of a baseline: {why}; {_AGAIN}") from None
        if entry.key in placed:
            raise UsageError(f"{place}: the same entry as {placed[entry.key].place}; delete one of the lines")
        placed[entry.key] = Placed(entry, place, line.strip())
    return Baseline(placed.values(), path)


def _shown(path: str) -> str:
    """A path as reports name it: a setting is absolute, and a report goes to other machines."""
    inside = os.path.relpath(path)
    return path if inside.startswith(os.pardir) else inside


def write_baseline(path: str, entries: Iterable[Entry]) -> None:
    """Write a file; one that is there is replaced as a whole or not at all.

    Raises:
        UsageError: it cannot be written.
    """
    lines = [HEAD, *(line_of(entry) for entry in sorted(entries, key=lambda entry: entry.key))]
    # A file that is a link stays one.
    target = Path(os.path.realpath(path))
    # A name that nobody can foresee, and that follows no link: others may write to the folder as well.
    draft = target.with_name(f".{secrets.token_hex(8)}.migcheck")
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666), "wb") as stream:
            stream.write(("\n".join(lines) + "\n").encode("utf-8"))
        draft.replace(target)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from None


def line_of(entry: Entry) -> str:
    """An entry as its line."""
    return json.dumps(json.loads(compact(entry)), ensure_ascii=False)
