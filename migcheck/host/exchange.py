"""Leaves as safetensors files, bit for bit.

Two traps of the format's numpy writer (safetensors 0.8) shape this file.  It stores transposed, strided and
broadcast arrays as garbage, without an error, so every array is copied to C order first (``np.array(order="C")``;
``np.ascontiguousarray`` would turn 0-d into 1-d).  And it knows neither bfloat16 nor complex128, so a leaf travels
as plain storage (bfloat16 as its uint16 bits, complex as pairs of floats) under its logical dtype, which the
manifest in the file's metadata names.
"""

from __future__ import annotations

import json
import math
import mmap
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import safetensors.numpy

Array: TypeAlias = "np.ndarray[Any, np.dtype[Any]]"

#: Logical dtype → dtype of its storage.  Complex storage has one more axis, of length 2.
STORAGE = {
    "bool": "bool",
    **{f"{sign}int{bits}": f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)},
    "float16": "float16",
    "bfloat16": "uint16",
    "float32": "float32",
    "float64": "float64",
    "complex64": "float32",
    "complex128": "float64",
}

#: safetensors' names of the dtypes that are stored as they are.
STORED = {
    "BOOL": "bool",
    "I8": "int8", "I16": "int16", "I32": "int32", "I64": "int64",
    "U8": "uint8", "U16": "uint16", "U32": "uint32", "U64": "uint64",
    "F16": "float16", "F32": "float32", "F64": "float64",
}  # fmt: skip


#: In the metadata of a file that :func:`write` wrote.
MARK = "migcheck"

_KINDS = ("tensor", "number", "none")
_GROUPS = ("output", "grad", "input", "call")


class Unstorable(Exception):
    """An array of a dtype that the exchange does not carry; the message names the dtype."""


class Unreadable(Exception):
    """A file that is not what :func:`write` leaves; the message says in which way."""


@dataclass(frozen=True)
class Leaf:
    """One array, number or ``None`` of an observation.

    ``values`` is in storage form: C order, of dtype ``STORAGE[dtype]`` and shape ``shape``, with a last axis of
    length 2 where the dtype is complex.  It is ``None`` for ``kind == "none"``.  Only a leaf that is there to be
    compared and no more, as those of a saved set are, may be strided, of another byte order, or complex as it is.
    """

    #: ``tensor``, ``number`` (a Python scalar, which has a value but no dtype of its own) or ``none``.
    kind: str
    dtype: str
    shape: tuple[int, ...]
    values: Array | None


@dataclass(frozen=True)
class LeafName:
    """Where in an observation a leaf stands: ``step[1].grad['fc.weight']`` is step 1, group grad, ``['fc.weight']``."""

    step: int
    #: ``output`` or ``grad``; ``input`` of what a program is fed, ``call`` of a trace, whose steps are its calls.
    group: str
    path: str

    def __str__(self) -> str:
        return self.group + self.path

    def title(self, steps: int) -> str:
        """As users read it: ``grad['x']``, and ``step[1].grad['x']`` where there is more than one step."""
        return f"step[{self.step}].{self}" if steps > 1 else str(self)


def leaf(array: Array, dtype: str | None = None, kind: str = "tensor", copy: bool = True) -> Leaf:
    """Copy an array into storage form; without ``copy``, the leaf holds the array as it is, to be compared and no more.

    ``dtype`` names the logical dtype where numpy has none for it (bfloat16, given as its uint16 bits).

    Raises:
        Unstorable: for strings, objects, extended precision, structured and time dtypes.
    """
    logical = dtype or array.dtype.name
    if logical == "bfloat16" and array.dtype.name == "bfloat16":  # of a package that adds it to numpy
        array = array.view(np.uint16)
    if logical not in STORAGE:
        raise Unstorable(f"an array of dtype {logical}")
    if not copy:
        return Leaf(kind, logical, tuple(array.shape), array)
    values = np.array(array, dtype=array.dtype.newbyteorder("="), order="C", copy=True)
    if values.dtype.kind == "c":
        values = values.reshape(-1).view(STORAGE[logical]).reshape(*array.shape, 2)
    return Leaf(kind, logical, tuple(array.shape), values)


NONE = Leaf("none", "", (), None)


def plain(stored: Leaf) -> Array:
    """The numpy array of a leaf: complex as complex; bfloat16, which numpy lacks, exactly as float32."""
    assert stored.values is not None
    if stored.dtype == "bfloat16":
        return bfloat16_as_float32(stored.values)
    if stored.dtype.startswith("complex"):
        return stored.values.reshape(-1).view(stored.dtype).reshape(stored.shape)
    return stored.values


def bfloat16_as_float32(bits: Array) -> Array:
    """The values of bfloat16, given as uint16 bits, which are the upper halves of float32's."""
    wide = np.left_shift(bits, 16, dtype=np.uint32, casting="unsafe")
    return np.asarray(wide).view(np.float32)


def write(file: str, leaves: dict[LeafName, Leaf], steps: int) -> None:
    """Write an observation: ``steps`` is how many the program made.

    Tensors are stored under their leaves' titles, so that other tools can read the file as well.
    """
    manifest: list[dict[str, Any]] = []
    tensors: dict[str, Array] = {}
    for name, value in leaves.items():
        key = name.title(steps).encode("utf-8", "backslashreplace").decode()
        if key in tensors:  # two names that differ only in what is no valid text
            key += f" {len(tensors)}"
        manifest.append({**asdict(name), "kind": value.kind, "dtype": value.dtype, "shape": value.shape, "key": key})
        if value.values is not None:
            tensors[key] = value.values
    metadata = {MARK: "1", "steps": str(steps), "leaves": json.dumps(manifest)}
    safetensors.numpy.save_file(tensors, file, metadata)


def read(file: str) -> tuple[dict[LeafName, Leaf], int]:
    """The leaves and the number of steps, the arrays as read-only views of the mapped file.

    Raises:
        Unreadable: the file is missing, truncated, or not written by :func:`write`.
    """
    try:
        with Path(file).open("rb") as data:
            mapped = mmap.mmap(data.fileno(), 0, access=mmap.ACCESS_READ)
        length = int.from_bytes(mapped[:8], "little")
        header = json.loads(mapped[8 : 8 + length])
        metadata = header["__metadata__"]
        leaves = {}
        steps = int(metadata["steps"])
        unnamed = set(header) - {"__metadata__"}
        for entry in json.loads(metadata["leaves"]):
            name, found = _entry(entry, mapped, 8 + length, header)
            if name in leaves or name.step >= steps:
                raise ValueError(f"the leaf {name!r}")
            leaves[name] = found
            unnamed.discard(entry["key"])
        if unnamed:
            raise ValueError(f"the tensor {unnamed.pop()!r}, which is no leaf's")
        return leaves, steps
    except (OSError, ValueError, LookupError, TypeError, ArithmeticError, RecursionError, MemoryError) as error:
        raise Unreadable(f"{type(error).__name__}: {error}") from None


def _entry(entry: dict[str, Any], mapped: mmap.mmap, base: int, header: dict[str, Any]) -> tuple[LeafName, Leaf]:
    name = LeafName(entry["step"], entry["group"], entry["path"])
    kind, dtype, shape = entry["kind"], entry["dtype"], tuple(entry["shape"])
    if type(name.step) is not int or name.step < 0 or name.group not in _GROUPS or type(name.path) is not str:
        raise ValueError(f"the leaf {name!r}")
    if kind not in _KINDS:
        raise ValueError(f"a leaf of kind {kind!r}")
    if kind != "none":
        return name, Leaf(kind, dtype, shape, _view(mapped, base, header[entry["key"]], dtype, shape))
    if (dtype, shape) != (NONE.dtype, NONE.shape):
        raise ValueError(f"None of dtype {dtype!r} and shape {shape}")
    return name, NONE


def _view(mapped: mmap.mmap, base: int, stored: dict[str, Any], dtype: str, shape: tuple[int, ...]) -> Array:
    storage = np.dtype(STORAGE[dtype])
    if STORED.get(stored["dtype"]) != storage.name:
        raise ValueError(f"{stored['dtype']} stored for {dtype}")
    full = (*shape, 2) if dtype.startswith("complex") else shape
    start, end = stored["data_offsets"]
    if start < 0 or end - start != math.prod(full) * storage.itemsize:
        raise ValueError(f"bytes {start} to {end} for {dtype} of shape {shape}")
    return view(mapped, base + start, storage, full)


def view(mapped: mmap.mmap, start: int, storage: np.dtype[Any], shape: tuple[int, ...], order: str = "C") -> Array:
    """An array that lies in a mapped file, from byte ``start`` on; read-only, without a copy.

    Raises:
        ValueError: the file is too short, or the shape is none.
    """
    if any(type(size) is not int or size < 0 for size in shape):
        raise ValueError(f"the shape {shape}")
    count = math.prod(shape)
    if type(start) is not int or not 0 <= start <= start + count * storage.itemsize <= len(mapped):
        raise ValueError(f"{count} elements of {storage} from byte {start} on, in a file of {len(mapped)}")
    if count == 0:  # numpy refuses an empty view at the end of a buffer
        return np.empty(shape, storage)
    return np.ndarray(shape, storage, mapped, start, order="F" if order == "F" else "C")
