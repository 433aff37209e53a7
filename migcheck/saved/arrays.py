"""Saved sets of numpy's: folders of ``.npy`` files, and ``.npz`` files.

Nothing is ever unpickled: an array of objects is refused from its header alone.
"""

from __future__ import annotations

import ast
import functools
import math
import mmap
import os
import re
import shutil
import stat
import struct
import tempfile
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Any

import numpy as np

from migcheck.host.exchange import Array, view
from migcheck.saved.bad import BadSet
from migcheck.saved.names import name_in_file
from migcheck.saved.stored import MOST_ARRAYS, Stored, comparable

#: Bytes of the directory of an .npz file: Python reads all of it at once.
_LARGEST_DIRECTORY = 16 * 2**20

_LOCAL_HEADER = 30
#: As in the shapes that numpy wrote under Python 2.
_PYTHON_2_INTEGER = re.compile(r"(\d)L\b")

_MAGIC = b"\x93NUMPY"
#: Characters of an ``.npy`` header; numpy reads no more either.
_LONGEST_HEADER = 10_000


def _text(file: IO[bytes]) -> str:
    start = file.read(8)
    if len(start) < 8 or not start.startswith(_MAGIC):
        raise ValueError("its first bytes are not those of one")
    version = (start[6], start[7])
    if version not in ((1, 0), (2, 0)):
        raise ValueError(f"version {version[0]}.{version[1]}, which only structured arrays need")
    width = 2 * version[0]
    length = int.from_bytes(file.read(width), "little")
    if length > _LONGEST_HEADER:
        raise ValueError(f"a header of {length} bytes; at most {_LONGEST_HEADER} are read")
    text = file.read(length)
    if len(text) < length:
        raise ValueError("it ends within its header")
    return text.decode("latin-1")


class _Header:
    """What an ``.npy`` header says (numpy's NEP 1, versions 1.0 and 2.0)."""

    def __init__(self, file: IO[bytes], what: str) -> None:
        """Read it, and leave ``file`` at the first element."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")  # what numpy only wonders at, it did not write
                self._parse(_text(file))
        except Exception as error:  # there is no end to the ways in which a header can be wrong
            gist = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise BadSet(f"{what}: not an .npy array, or a damaged one: {gist}") from None
        if self.dtype.hasobject:
            raise BadSet(f"{what}: an array of Python objects, which is not read: it would have to be unpickled")
        self.name = comparable("structured" if self.dtype.names else self.dtype.name, what)
        self.bytes = math.prod(self.shape) * self.dtype.itemsize

    def _parse(self, text: str) -> None:
        said = ast.literal_eval(_PYTHON_2_INTEGER.sub(r"\1", text))
        if not isinstance(said, dict) or set(said) != {"descr", "fortran_order", "shape"}:
            raise ValueError("its header is none")
        self.shape, self.fortran = said["shape"], said["fortran_order"]
        if type(self.fortran) is not bool or type(self.shape) is not tuple:
            raise ValueError("its header is none")
        if any(type(size) is not int or size < 0 for size in self.shape):
            raise ValueError(f"the shape {self.shape}")
        descr = said["descr"]
        if not isinstance(descr, (str, list)):
            raise ValueError(f"the dtype {descr!r}")
        self.dtype: np.dtype[Any] = np.dtype(descr)
        np.broadcast_to(np.empty((), self.dtype), self.shape)  # numpy itself says what is too large

    def view(self, mapped: mmap.mmap, start: int) -> Array:
        return view(mapped, start, self.dtype, self.shape, "F" if self.fortran else "C")

    def stored(self, values: Any) -> Stored:
        return Stored(self.name, self.shape, values)


def open_folder(folder: Path) -> dict[str, Stored]:
    """The arrays of all ``.npy`` files in a folder and below it, by their path without ``.npy``.

    Raises:
        BadSet: there is none, or one that cannot be compared.
    """
    found: dict[str, Stored] = {}
    for file in _files(folder):
        key = name_in_file(file.relative_to(folder).as_posix())
        if key in found:
            raise BadSet(f"{file}: {key!r} is there twice")
        if len(found) == MOST_ARRAYS:
            raise BadSet(f"{folder}: more than {MOST_ARRAYS} arrays")
        try:
            found[key] = _open_npy(file)
        except OSError as error:
            raise BadSet(f"{file}: {error.strerror or error}") from None
    if not found:
        raise BadSet(f"{folder}: no .npy file in it")
    return dict(sorted(found.items()))


def _files(folder: Path) -> Iterator[Path]:
    """All ``.npy`` files below a folder, linked folders included, but for those that they themselves lie in."""
    waiting: list[tuple[Path, frozenset[tuple[int, int]]]] = [(folder, frozenset())]
    visits = 0
    while waiting:
        visits += 1
        if visits > MOST_ARRAYS:
            raise BadSet(f"{folder}: more than {MOST_ARRAYS} folders; do they link to one another?")
        place, above = waiting.pop()
        try:
            status = place.stat()
            with os.scandir(place) as entries:
                inside = [(entry.name, entry.is_dir()) for entry in entries]
        except OSError as error:
            raise BadSet(f"{error.filename or place}: {error.strerror or error}") from None
        here = (status.st_dev, status.st_ino)
        if here in above:
            continue
        waiting += [(place / name, above | {here}) for name, is_folder in inside if is_folder]
        yield from (place / name for name, is_folder in inside if not is_folder and name.endswith(".npy"))


def _open_npy(file: Path) -> Stored:
    if not stat.S_ISREG(file.stat().st_mode):
        raise BadSet(f"{file}: not a file")
    with file.open("rb") as data:
        header = _Header(data, str(file))
        start = data.tell()
    size = file.stat().st_size
    if size != start + header.bytes:
        raise BadSet(f"{file}: {size} bytes, where {start + header.bytes} belong; save it again")
    return header.stored(functools.partial(_map, file, header, start))


def _map(file: Path, header: _Header, start: int) -> Array:
    try:
        with file.open("rb") as data:
            return header.view(mmap.mmap(data.fileno(), 0, access=mmap.ACCESS_READ), start)
    except ValueError:
        raise BadSet(f"{file}: changed while it was read") from None
    except OSError as error:
        raise BadSet(f"{file}: {error.strerror or error}") from None


def open_npz(path: Path, scratch: Path) -> dict[str, Stored]:
    """The arrays of an ``.npz`` file, by their names.

    Raises:
        BadSet: it is truncated, not of the format, or holds an array that cannot be compared.
    """
    with path.open("rb") as file:
        _check_directory(path, file)
        try:
            archive = zipfile.ZipFile(path)  # stays open for what is to be unpacked
            members = archive.infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError, struct.error) as error:
            raise BadSet(f"{path}: not an .npz file, or a damaged one: {error}") from None
        if len(members) > MOST_ARRAYS:
            raise BadSet(f"{path}: {len(members)} arrays; at most {MOST_ARRAYS} are read")
        found: dict[str, Stored] = {}
        for member in members:
            what = f"{path}: {member.filename!r}"
            _check_member(member, what)
            key = name_in_file(member.filename)
            if key in found:
                raise BadSet(f"{what} is there twice")
            found[key] = _open_member(path, file, archive, member, what, scratch)
    return found


def _check_directory(path: Path, file: IO[bytes]) -> None:
    """Refuse a directory so large that reading it is the attack: zipfile reads all of it at once."""
    try:
        # What zipfile itself goes by; there is no other way to ask it before it reads.
        end = zipfile._EndRecData(file)  # type: ignore[attr-defined]
    except (zipfile.BadZipFile, ValueError, OSError, struct.error) as error:
        raise BadSet(f"{path}: not an .npz file, or a damaged one: {error}") from None
    if not end:
        raise BadSet(f"{path}: not an .npz file, or the beginning of one; save it again")
    length = end[zipfile._ECD_SIZE]  # type: ignore[attr-defined]
    if length > _LARGEST_DIRECTORY:
        raise BadSet(f"{path}: a directory of {length} bytes; at most {_LARGEST_DIRECTORY} are read")


def _check_member(member: zipfile.ZipInfo, what: str) -> None:
    name = PurePosixPath(member.filename)
    if name.is_absolute() or ".." in name.parts or "\\" in member.filename:
        raise BadSet(f"{what}: a name that leads out of its folder; no array of yours is called that")
    if not member.filename.endswith(".npy"):
        raise BadSet(f"{what}: not an .npy array")
    if member.flag_bits & 1:
        raise BadSet(f"{what}: encrypted")
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise BadSet(f"{what}: compressed in a way that numpy does not write; save it with numpy.savez")


def _open_member(
    path: Path, file: IO[bytes], archive: zipfile.ZipFile, member: zipfile.ZipInfo, what: str, scratch: Path
) -> Stored:
    try:
        with archive.open(member) as data:
            header = _Header(data, what)
            length = data.tell()
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, OSError) as error:
        raise BadSet(f"{what}: damaged: {error}") from None
    if member.file_size != length + header.bytes:
        raise BadSet(f"{what}: {member.file_size} bytes, where {length + header.bytes} belong; save it again")
    if member.compress_type == zipfile.ZIP_DEFLATED:
        return header.stored(functools.partial(_unpack, archive, member, header, length, what, scratch))
    file.seek(member.header_offset)
    local = file.read(_LOCAL_HEADER)
    names = int.from_bytes(local[26:28], "little") + int.from_bytes(local[28:30], "little")
    start = member.header_offset + _LOCAL_HEADER + names + length
    if member.compress_size != member.file_size or start + header.bytes > path.stat().st_size:
        raise BadSet(f"{what}: truncated; save it again")
    return header.stored(functools.partial(_map, path, header, start))


def _unpack(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, header: _Header, start: int, what: str, scratch: Path
) -> Array:
    """Unpack a compressed array into a file that is gone once the array is."""
    free = shutil.disk_usage(scratch).free
    if member.file_size > 0.9 * free:
        raise BadSet(f"{what}: {member.file_size} bytes to unpack, and {free} free in {scratch}; set TMPDIR")
    try:
        with archive.open(member) as packed, tempfile.TemporaryFile(dir=scratch) as plain:
            shutil.copyfileobj(packed, plain, 2**20)
            plain.flush()
            return header.view(mmap.mmap(plain.fileno(), 0, access=mmap.ACCESS_READ), start)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError) as error:
        raise BadSet(f"{what}: damaged: {error}") from None
    except OSError as error:
        raise BadSet(f"{what}: cannot be unpacked in {scratch}: {error.strerror or error}") from None
