"""A leaf in a file, and the leaves of a set as a mapping that opens each when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from migcheck.host.exchange import STORAGE, Array, Leaf, LeafName
from migcheck.saved.bad import BadSet

#: Of a set.
MOST_ARRAYS = 100_000


@dataclass(frozen=True)
class Stored:
    """What the header of a file says of a leaf, and how to get at it."""

    dtype: str
    shape: tuple[int, ...]
    #: Maps the array; where it lies compressed, unpacks it.  Raises :class:`BadSet`.
    values: Callable[[], Array] | None
    kind: str = "tensor"


class Lazy(Mapping[LeafName, Leaf]):
    """The leaves of a set; an array is in memory only while the leaf is held."""

    def __init__(self, stored: Mapping[LeafName, Stored]) -> None:
        self._stored = stored

    def beside(self, other: Lazy) -> Lazy:
        """The same leaves, of which no array is opened that no array of this shape in ``other`` can be held against.

        So a set of a few kilobytes that unpacks to terabytes is unpacked only beside another of that size.
        """
        return Lazy({name: _header(each, other._stored.get(name)) for name, each in self._stored.items()})

    def __getitem__(self, name: LeafName) -> Leaf:
        found = self._stored[name]
        return Leaf(found.kind, found.dtype, found.shape, found.values() if found.values else None)

    def __contains__(self, name: object) -> bool:
        return name in self._stored

    def __iter__(self) -> Iterator[LeafName]:
        return iter(self._stored)

    def __len__(self) -> int:
        return len(self._stored)


def _header(stored: Stored, partner: Stored | None) -> Stored:
    """What is looked at of an array that is not compared: its dtype and shape, so that any values will do."""
    if stored.values is None or (partner and (partner.kind == "none" or partner.shape == stored.shape)):
        return stored
    nothing = np.zeros((), STORAGE[stored.dtype])
    return replace(stored, values=lambda: np.broadcast_to(nothing, stored.shape))


def comparable(dtype: str, what: str) -> str:
    """A dtype's name, if leaves of it can be compared.

    Raises:
        BadSet: they cannot; ``what`` is the file and the name of the array.
    """
    if dtype in STORAGE:
        return dtype
    hint = "; if it was bfloat16, which numpy's files do not hold, save as .safetensors" if dtype == "void16" else ""
    raise BadSet(f"{what}: an array of dtype {dtype}, which cannot be compared{hint}")
