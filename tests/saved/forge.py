"""Files of saved sets as no honest program writes them, and what is said of them."""

from __future__ import annotations

import io
import json
import signal
import struct
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import pytest

from migcheck.host.exchange import MARK, Leaf
from migcheck.observation import Observation
from migcheck.report.value import Result
from migcheck.saved.bad import BadSet
from migcheck.saved.comparing import Saved, compare_saved
from migcheck.saved.reading import open_set
from tests.build import Array

#: Two float32, as every file here holds unless it says otherwise.
TWO = np.array([1, 2], np.float32)
DATA = TWO.tobytes()


@contextmanager
def in_time(seconds: int = 60) -> Iterator[None]:
    """Fails rather than hangs."""

    def give_up(number: int, frame: FrameType | None) -> None:
        raise AssertionError(f"not done after {seconds} s")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def leaves_of(path: Path) -> dict[str, Leaf]:
    """All leaves of a set, each opened, by their titles."""
    with in_time():
        found = open_set(path, path.parent)
        return {name.title(found.steps): leaf for name, leaf in found.leaves.items()}


def array_of(leaf: Leaf) -> Array:
    """What a leaf holds as numpy has it, whatever way it was stored."""
    assert leaf.values is not None
    if leaf.dtype.startswith("complex") and leaf.values.dtype.kind != "c":
        return leaf.values.reshape(-1).view(leaf.dtype).reshape(leaf.shape)
    return leaf.values


def arrays_of(path: Path) -> dict[str, Array]:
    """All arrays of a set by their titles."""
    return {title: array_of(leaf) for title, leaf in leaves_of(path).items()}


def said_of(path: Path) -> str:
    """Why a set cannot be read, without the path that each message begins with."""
    with pytest.raises(BadSet) as caught:
        leaves_of(path)
    said = str(caught.value)
    assert said.startswith(str(path))
    return said[len(str(path)) :]


def result_of(
    torch: Path, mindspore: Path | None = None, float64: Mapping[str, Path] | None = None, tolerance: Any = None
) -> Result:
    """The comparison of two sets, or of one with itself."""
    with in_time():
        saved = Saved({"torch": torch, "mindspore": mindspore or torch}, dict(float64 or {}), tolerance)
        (result,) = compare_saved(saved).results
    return result


def observed(path: Path) -> Observation:
    """A set, with nothing of it opened."""
    return open_set(path, path.parent)


def npy_header(descr: str = "'<f4'", shape: str = "(2,)", fortran: str = "False") -> str:
    """The text in front of an array."""
    return f"{{'descr': {descr}, 'fortran_order': {fortran}, 'shape': {shape}, }}"


def npy(header: str | bytes, data: bytes = DATA, version: tuple[int, int] = (1, 0)) -> bytes:
    """An ``.npy`` file."""
    text = header.encode("latin-1") if isinstance(header, str) else header
    length = struct.pack("<H" if version[0] == 1 else "<I", len(text))
    return b"\x93NUMPY" + bytes(version) + length + text + data


def written_npy(folder: Path, data: bytes) -> Path:
    """A folder with one ``.npy`` file, ``x``."""
    folder.mkdir(exist_ok=True)
    (folder / "x.npy").write_bytes(data)
    return folder


def npy_of(array: Array) -> bytes:
    """An array as numpy saves it."""
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def zipped(members: Sequence[tuple[str, bytes]], method: int = zipfile.ZIP_STORED) -> bytes:
    """A zip file; two members may have one name."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in members:
            if name in archive.namelist():
                archive.NameToInfo.pop(name)
            archive.writestr(name, data)
    return file.getvalue()


def patched(data: bytes, signature: bytes, offset: int, layout: str, *values: int) -> bytes:
    """A zip file with fields of its last record of a kind overwritten."""
    changed = bytearray(data)
    struct.pack_into(layout, changed, changed.rindex(signature) + offset, *values)
    return bytes(changed)


def directory(count: int) -> bytes:
    """The directory of a zip file whose members are not there."""
    names = (b"%d.npy" % number for number in range(count))
    fields = (45, 3, 20, 0, 0, 0, 0, 0x21, 0, 0, 0)
    return b"".join(
        struct.pack("<4s4B4HL2L5H2L", b"PK\1\2", *fields, len(name), 0, 0, 0, 0, 0, 0) + name for name in names
    )


def zip64_end(directory_size: int, count: int, at: int) -> bytes:
    """The ZIP64 records of a directory, which stand at byte ``at``."""
    record = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, directory_size, 0)
    return record + struct.pack("<4sLQL", b"PK\6\7", 0, at, 1)


def end(directory_size: int, count: int) -> bytes:
    """The last record of a zip file."""
    return struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, directory_size, 0, 0)


def safetensors(header: bytes | Mapping[str, Any], data: bytes = DATA) -> bytes:
    """A ``.safetensors`` file."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data


def tensor(dtype: str = "F32", shape: Sequence[int] = (2,), start: int = 0, stop: int = 8) -> dict[str, Any]:
    """What a ``.safetensors`` header says of a tensor."""
    return {"dtype": dtype, "shape": list(shape), "data_offsets": [start, stop]}


def with_manifest(*entries: Mapping[str, Any], data: bytes = DATA, **tensors: Any) -> bytes:
    """A ``.safetensors`` file as ``migcheck.dump`` writes it, but for what ``entries`` say of their leaves."""
    entry = {"step": 0, "group": "grad", "path": "['x']", "kind": "tensor", "dtype": "float32", "shape": [2]}
    leaves = json.dumps([{**entry, "key": "x", **changed} for changed in entries])
    return safetensors({"__metadata__": {MARK: "1", "steps": "1", "leaves": leaves}, "x": tensor(), **tensors}, data)
