"""What a run is to check, and what else there is to say of how that was chosen."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from migcheck.discover.case import Item


@dataclass(frozen=True)
class Selection:
    """The items of a run."""

    items: list[Item]
    #: As the fields of a report: see :class:`migcheck.report.value.Report`.
    partition: str = ""
    selected: str = ""
    left_out: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    kin: str = ""


def digest(ids: Iterable[str]) -> str:
    """What tells whether two selections are the same."""
    return hashlib.sha256("\n".join(sorted(ids)).encode("utf-8", "backslashreplace")).hexdigest()[:16]
