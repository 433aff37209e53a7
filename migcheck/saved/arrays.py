"""Saved sets of numpy's: folders of ``.npy`` files, and ``.npz`` files.

Nothing is ever unpickled: an array of objects is refused from its header alone.
"""

from __future__ import annotations

import functools
import math
import mmap
import os
import shutil
import stat
import tempfile
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import IO, Any

from numpy.lib import format as numpy_format

from migcheck.host.exchange import Array, view
from migcheck.saved.bad import BadSet
from migcheck.saved.names import name_in_file
from migcheck.saved.stored import Stored, comparable

#: Members of an .npz file, and bytes of its directory: Python reads all of them at once.
_MOST_MEMBERS = 100_000
_LARGEST_DIRECTORY = 32 * 2**20

_END = b"PK\x05\x06"
_LOCAL_HEADER = 30


npy_format: Any = numpy_format  # untyped in numpy 1


class _Header:
    """What an ``.npy`` header says."""

    def __init__(self, file: IO[bytes], what: str) -> None:
        """Read it, and leave ``file`` at the first element."""
        try:
            version = npy_format.read_magic(file)
            read = {
                (1, 0): npy_format.read_array_header_1_0,
                (2, 0): npy_format.read_array_header_2_0,
            }.get(version)
            if read is None:
                raise BadSet(f"{what}: .npy version {version[0]}.{version[1]}, which only structured arrays need")
            self.shape, self.fortran, self.dtype = read(file)
        except (ValueError, EOFError, SyntaxError, MemoryError, RecursionError, TypeError, OverflowError) as error:
            gist = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise BadSet(f"{what}: not an .npy array, or a damaged one: {gist}") from None
        if self.dtype.hasobject:
            raise BadSet(f"{what}: an array of Python objects, which is not read: it would have to be unpickled")
        self.name = comparable(self.dtype.name, what)
        self.bytes = math.prod(self.shape) * self.dtype.itemsize

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
    for place, _, files in os.walk(folder):
        for name in files:
            if not name.endswith(".npy"):
                continue
            file = Path(place, name)
            key = name_in_file(file.relative_to(folder).as_posix())
            if key in found:
                raise BadSet(f"{file}: {key!r} is there twice")
            found[key] = _open_npy(file)
    if not found:
        raise BadSet(f"{folder}: no .npy file in it")
    return dict(sorted(found.items()))


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
    with file.open("rb") as data:
        try:
            mapped = mmap.mmap(data.fileno(), 0, access=mmap.ACCESS_READ)
            return header.view(mapped, start)
        except ValueError:
            raise BadSet(f"{file}: changed while it was read") from None


def open_npz(path: Path, scratch: Path) -> dict[str, Stored]:
    """The arrays of an ``.npz`` file, by their names.

    Raises:
        BadSet: it is truncated, not of the format, or holds an array that cannot be compared.
    """
    with path.open("rb") as file:
        _check_directory(path, file)
        try:
            archive = zipfile.ZipFile(file)
            members = archive.infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError) as error:
            raise BadSet(f"{path}: not an .npz file, or a damaged one: {error}") from None
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
    """Refuse a directory so large that reading it is the attack."""
    size = file.seek(0, os.SEEK_END)
    tail_size = min(size, 2**16 + 22)
    file.seek(size - tail_size)
    tail = file.read(tail_size)
    place = tail.rfind(_END)
    if place < 0 or len(tail) < place + 22:
        raise BadSet(f"{path}: not an .npz file, or the beginning of one; save it again")
    count = int.from_bytes(tail[place + 10 : place + 12], "little")
    length = int.from_bytes(tail[place + 12 : place + 16], "little")
    offset = int.from_bytes(tail[place + 16 : place + 20], "little")
    if 0xFFFFFFFF in (length, offset) or count == 0xFFFF:  # ZIP64: the directory fills what is left of the file
        locator = tail[:place][-20:]
        start = int.from_bytes(locator[8:16], "little") if locator.startswith(b"PK\x06\x07") else -1
        if not 0 <= start <= size - 56:
            raise BadSet(f"{path}: not an .npz file, or a damaged one: no ZIP64 directory")
        file.seek(start)
        record = file.read(56)
        count = int.from_bytes(record[32:40], "little")
        length = int.from_bytes(record[40:48], "little")
    if count > _MOST_MEMBERS or length > _LARGEST_DIRECTORY:
        raise BadSet(f"{path}: {count} arrays in a directory of {length} bytes; at most {_MOST_MEMBERS} are read")


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
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError) as error:
        raise BadSet(f"{what}: damaged: {error}") from None
    if member.file_size != length + header.bytes:
        raise BadSet(f"{what}: {member.file_size} bytes, where {length + header.bytes} belong; save it again")
    if member.compress_type == zipfile.ZIP_DEFLATED:
        return header.stored(functools.partial(_unpack, path, member, header, length, what, scratch))
    file.seek(member.header_offset)
    local = file.read(_LOCAL_HEADER)
    names = int.from_bytes(local[26:28], "little") + int.from_bytes(local[28:30], "little")
    start = member.header_offset + _LOCAL_HEADER + names + length
    if member.compress_size != member.file_size or start + header.bytes > path.stat().st_size:
        raise BadSet(f"{what}: truncated; save it again")
    return header.stored(functools.partial(_map, path, header, start))


def _unpack(path: Path, member: zipfile.ZipInfo, header: _Header, start: int, what: str, scratch: Path) -> Array:
    """Unpack a compressed array into a file that is gone once the array is."""
    free = shutil.disk_usage(scratch).free
    if member.file_size > 0.9 * free:
        raise BadSet(f"{what}: {member.file_size} bytes to unpack, and {free} free in {scratch}; set TMPDIR")
    try:
        with (
            zipfile.ZipFile(path) as archive,
            archive.open(member) as packed,
            tempfile.TemporaryFile(dir=scratch) as plain,
        ):
            shutil.copyfileobj(packed, plain, 2**20)
            plain.flush()
            return header.view(mmap.mmap(plain.fileno(), 0, access=mmap.ACCESS_READ), start)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError) as error:
        raise BadSet(f"{what}: damaged: {error}") from None
