"""``--partition 2/4``: one of several parts of a selection, each for a machine of its own."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True)
class Partition:
    """Part ``number`` of ``count``, from 1.

    A variant's part follows from its id alone: the same on every machine, whatever else is selected.
    """

    number: int
    count: int

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"

    def holds(self, id: str) -> bool:
        """Whether a variant of this id belongs to it."""
        digest = hashlib.sha256(id.encode("utf-8", "backslashreplace")).digest()
        return int.from_bytes(digest[:8], "big") % self.count == self.number - 1


def partition_of(text: str) -> Partition:
    """What ``2/4`` says.

    Raises:
        ValueError: it says nothing of the kind.
    """
    number, slash, count = text.partition("/")
    if not (slash and number.isascii() and number.isdigit() and count.isascii() and count.isdigit()):
        raise ValueError(f"{text!r} is not of the form I/N, such as 2/4")
    found = Partition(int(number), int(count))
    if not 1 <= found.number <= found.count <= 10_000:
        raise ValueError(f"{text!r}: I is 1 to N, and N at most 10,000")
    return found
