"""Entries of a baseline whose variants are no more."""

from __future__ import annotations

import os
from pathlib import Path

from migcheck.baseline.value import Baseline
from migcheck.discover.case import Variant
from migcheck.discover.tree import cases_root
from migcheck.select.arguments import DEFAULT_FOLDER, select
from migcheck.select.partition import Partition


def gone_from(baseline: Baseline, arguments: tuple[str, ...], part: Partition | None) -> tuple[tuple[str, ...], int]:
    """The lines of the entries that no variant has, in the folders that the arguments name; and how many entries were
    not judged.

    An id that is named tells nothing of others; of a partition, each part speaks of the ids that would be its own.
    Ids do not say below which folder they are.  Folders that have no entry at all, and are neither ``cases`` here nor
    ``cases`` beside the file, are taken for another project's.
    """
    folders = [Path(each) for each in arguments if Path(each).is_dir()] or ([] if arguments else [DEFAULT_FOLDER])
    if not folders:
        return (), 0
    items = select(tuple(map(str, folders)), "", None)
    there = {item.id for item in items}
    homes = {DEFAULT_FOLDER.absolute(), Path(baseline.file).absolute().parent / DEFAULT_FOLDER}
    at_home = any(cases_root(folder) in homes for folder in folders)
    if not at_home and not any(each.entry.id in there for each in baseline.placed):
        return (), len(baseline.placed)
    # A case that cannot be read has all its variants under its own id.
    broken = {item.id for item in items if not isinstance(item, Variant)}
    below = [_prefix(folder) for folder in folders]
    gone = tuple(
        each.shown
        for each in baseline.placed
        if each.entry.id not in there
        and each.entry.id.partition("[")[0] not in broken
        and any(f"{each.entry.id.partition('[')[0]}/".startswith(prefix) for prefix in below)
        and (part is None or part.holds(each.entry.id))
    )
    return gone, 0


def _prefix(folder: Path) -> str:
    """What all ids in a folder begin with."""
    inside = os.path.relpath(folder, cases_root(folder))
    return "" if inside == "." else Path(inside).as_posix() + "/"
