"""Saved sets in ``.safetensors`` files: those of :func:`migcheck.dump`, and any other."""

from __future__ import annotations

import json
import math
import mmap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import safetensors

from migcheck.host import exchange
from migcheck.host.exchange import STORAGE, STORED, Array, Leaf, LeafName, Unreadable
from migcheck.saved.bad import BadSet
from migcheck.saved.stored import MOST_ARRAYS, Stored

#: Bytes of a header.  The format allows 100 MB, whose JSON would take a gigabyte of memory to read; a tensor takes
#: about 100 bytes.
_LONGEST_HEADER = 16 * 2**20

#: safetensors' name → logical dtype, where it is stored as another.
_AS = {"BF16": "bfloat16", "C64": "complex64", **STORED}


def open_safetensors(path: Path) -> dict[LeafName, Stored] | dict[str, Stored]:
    """The tensors of a file, by leaf or by the name they have there.

    Raises:
        BadSet: it is truncated, not of the format, or holds a dtype that cannot be compared.
    """
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        size = path.stat().st_size
        if not 2 <= length <= size - 8:
            raise BadSet(f"{path}: not a safetensors file, or the rest of one; save it again")
        if length > _LONGEST_HEADER:
            raise BadSet(f"{path}: its header has {length} bytes; at most {_LONGEST_HEADER} are read")
        head = file.read(length)
    try:
        with safetensors.safe_open(path, framework="np"):
            pass  # the format's own library knows best what a valid header is
        header = json.loads(head, object_pairs_hook=_unique)
        metadata = header.pop("__metadata__", None)
        if len(header) > MOST_ARRAYS:
            raise BadSet(f"{path}: {len(header)} arrays; at most {MOST_ARRAYS} are read")
        if isinstance(metadata, dict) and exchange.MARK in metadata:
            leaves, _ = exchange.read(str(path))
            return {name: Stored(each.dtype, each.shape, _constant(each), each.kind) for name, each in leaves.items()}
        with path.open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return {name: _stored(f"{path}: {name!r}", mapped, 8 + length, entry) for name, entry in header.items()}
    except (Unreadable, safetensors.SafetensorError, ValueError, RecursionError) as error:
        raise BadSet(f"{path}: not a safetensors file, or a damaged one: {error}") from None


def _constant(leaf: Leaf) -> Callable[[], Array] | None:
    values = leaf.values
    return None if values is None else lambda: values


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands in its header twice")
    return found


def _stored(what: str, mapped: mmap.mmap, base: int, entry: dict[str, Any]) -> Stored:
    dtype = _AS.get(entry["dtype"])
    if dtype is None:
        raise BadSet(f"{what}: a tensor of dtype {entry['dtype']}, which cannot be compared")
    shape = tuple(entry["shape"])
    storage = np.dtype(STORAGE[dtype])
    full = (*shape, 2) if dtype == "complex64" else shape
    start, end = entry["data_offsets"]
    if end - start != math.prod(full) * storage.itemsize:
        raise BadSet(f"{what}: {end - start} bytes for {dtype} of shape {shape}")
    try:
        values = exchange.view(mapped, base + start, storage, full)
    except ValueError as error:
        raise BadSet(f"{what}: {error}") from None
    return Stored(dtype, shape, _constant(Leaf("tensor", dtype, shape, values)))
