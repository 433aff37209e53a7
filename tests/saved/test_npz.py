"""``.npz`` files: what is read of them, and what is refused."""

from __future__ import annotations

import shutil
import struct
import tracemalloc
import zipfile
from collections import namedtuple
from pathlib import Path

import numpy as np
import pytest

from migcheck.saved import arrays
from tests.saved.forge import (
    TWO,
    arrays_of,
    directory,
    end,
    leaves_of,
    npy,
    npy_header,
    npy_of,
    patched,
    result_of,
    said_of,
    zip64_end,
    zipped,
)

ARRAY = npy_of(TWO)
#: Of a record in the directory, and of the last record: where a field lies.
MEMBER, END = b"PK\1\2", b"PK\5\6"
MADE_FOR, FLAGS, METHOD, PACKED, SIZE, PLACE = 6, 8, 10, 20, 24, 42
COUNT, LENGTH = 10, 12


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "set.npz"


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
@pytest.mark.parametrize("prefix", [b"", b"#!/bin/sh\n"], ids=["", "prefix"])
@pytest.mark.parametrize("comment", [b"", b"a comment"], ids=["", "comment"])
def test_what_numpy_saves(path: Path, save: np.ufunc, prefix: bytes, comment: bytes) -> None:
    given = {"a": TWO, "b": np.arange(6).reshape(2, 3).T, "c": np.array(True), "d": np.zeros((0, 3)), "e": TWO * 1j}
    save(path, **given)
    with zipfile.ZipFile(path, "a") as archive:
        archive.comment = comment
    written(path, prefix + path.read_bytes())
    found = arrays_of(path)
    for key, array in given.items():
        assert found[f"grad[{key!r}]"].tolist() == array.tolist()
        assert found[f"grad[{key!r}]"].dtype == array.dtype


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_members_may_be_large_files(path: Path, monkeypatch: pytest.MonkeyPatch, method: int) -> None:
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 10)
    with zipfile.ZipFile(path, "w", method) as archive:
        for name in "ab":
            with archive.open(f"{name}.npy", "w", force_zip64=True) as file:
                file.write(ARRAY)
    assert b"PK\6\6" in path.read_bytes()
    monkeypatch.undo()
    assert {title: array.tolist() for title, array in arrays_of(path).items()} == {
        "grad['a']": [1, 2],
        "grad['b']": [1, 2],
    }


def test_more_members_than_a_plain_directory_counts(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(66_000):
            archive.writestr(zipfile.ZipInfo(f"{number}.npy"), b"")
    # the directory is read; its first array is none
    assert said_of(path) == ": '0.npy': not an .npy array, or a damaged one: its first bytes are not those of one"


def test_a_hundred_thousand_members(path: Path) -> None:
    records = directory(100_001)
    ending = zip64_end(len(records), 100_001, len(records)) + end(0xFFFFFFFF, 0xFFFF)
    assert said_of(written(path, records + ending)) == ": 100001 arrays; at most 100000 are read"


def test_a_directory_of_gigabytes(path: Path) -> None:
    length = arrays._LARGEST_DIRECTORY + 1
    assert said_of(written(path, zipped([("x.npy", ARRAY)])[:-22] + end(length, 1))) == (
        f": a directory of {length} bytes; at most {arrays._LARGEST_DIRECTORY} are read"
    )


def test_no_fewer_members_are_read_than_it_says(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrays, "MOST_ARRAYS", 10)
    names = [f"encoder.layers.{number}.mlp.experts.{number}.down_proj.weight" for number in range(10)]
    np.savez(path, **dict.fromkeys(names, TWO))
    assert len(leaves_of(path)) == 10


def with_directory_that_lies(way: str, records: bytes, count: int) -> bytes:
    if way == "the count":
        return records + end(len(records), 1)
    if way == "no mark of ZIP64":
        return records + zip64_end(len(records), count, len(records)) + end(1, 1)
    # zipfile takes the record that stands in front of the locator, wherever the locator points
    record = zip64_end(1, 1, 0)[:-20]
    real = zip64_end(len(records), count, 0)
    return record + records + real + end(0xFFFFFFFF, 0xFFFF)


@pytest.mark.parametrize("way", ["the count", "no mark of ZIP64", "the locator"])
def test_a_directory_that_lies_about_its_length(path: Path, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    monkeypatch.setattr(arrays, "MOST_ARRAYS", 10)
    assert said_of(written(path, with_directory_that_lies(way, directory(11), 11))) == (
        ": 11 arrays; at most 10 are read"
    )
    records = directory(11)
    monkeypatch.setattr(arrays, "_LARGEST_DIRECTORY", len(records) - 1)
    assert said_of(written(path, with_directory_that_lies(way, records, 11))) == (
        f": a directory of {len(records)} bytes; at most {len(records) - 1} are read"
    )


@pytest.mark.parametrize("data", [b"", b"PK", b"\0" * 100_000, end(0, 0)[:-1], end(0, 0)[4:]])
def test_what_is_no_zip_file(path: Path, data: bytes) -> None:
    assert said_of(written(path, data)) == ": not an .npz file, or the beginning of one; save it again"


def test_a_zip_file_without_its_zip64_records(path: Path) -> None:
    assert said_of(written(path, end(0xFFFFFFFF, 0xFFFF))) == (
        f": a directory of {0xFFFFFFFF} bytes; at most {arrays._LARGEST_DIRECTORY} are read"
    )


def test_no_member(path: Path) -> None:
    assert said_of(written(path, zipped([]))) == ": no array in it"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("../x.npy", "a name that leads out of its folder; no array of yours is called that"),
        ("/abs.npy", "a name that leads out of its folder; no array of yours is called that"),
        ("a/../../x.npy", "a name that leads out of its folder; no array of yours is called that"),
        ("..\\x.npy", "a name that leads out of its folder; no array of yours is called that"),
        ("x", "not an .npy array"),
        ("folder/", "not an .npy array"),
        ("x.npy/", "not an .npy array"),
        ("x.NPY", "not an .npy array"),
    ],
)
def test_names_of_members(path: Path, name: str, said: str) -> None:
    assert said_of(written(path, zipped([("a.npy", ARRAY), (name, ARRAY)]))) == f": {name!r}: {said}"
    assert sorted(each.name for each in path.parent.iterdir()) == ["set.npz"]


@pytest.mark.parametrize("names", [("x.npy", "x.npy"), ("a b.npy", "a%20b.npy")])
def test_two_members_of_one_name(path: Path, names: tuple[str, str]) -> None:
    said = said_of(written(path, zipped([(name, ARRAY) for name in names])))
    assert said == f": {names[1]!r} is there twice"


def test_two_members_of_one_leaf(path: Path) -> None:
    assert said_of(written(path, zipped([("x.npy", ARRAY), ("grad['x'].npy", ARRAY)]))) == (
        ": grad['x'] is there twice"
    )


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_compressions_that_numpy_does_not_write(path: Path, method: int) -> None:
    assert said_of(written(path, zipped([("x.npy", ARRAY)], method))) == (
        ": 'x.npy': compressed in a way that numpy does not write; save it with numpy.savez"
    )


@pytest.mark.parametrize(
    ("offset", "layout", "value", "said"),
    [
        (FLAGS, "<H", 1, ": 'x.npy': encrypted"),
        (FLAGS, "<H", 0x20, ": 'x.npy': damaged: compressed patched data (flag bit 5)"),
        (FLAGS, "<H", 0x40, ": 'x.npy': damaged: strong encryption (flag bit 6)"),
        (METHOD, "<H", 99, ": 'x.npy': compressed in a way that numpy does not write; save it with numpy.savez"),
        (METHOD, "<H", 8, None),
        (MADE_FOR, "<H", 200, ": not an .npz file, or a damaged one: zip file version 20.0"),
        (SIZE, "<I", 10, None),
        (SIZE, "<I", 2**31, None),
        (PACKED, "<I", 10, None),
        (PLACE, "<I", 1, ": 'x.npy': damaged: Bad magic number for file header"),
        (PLACE, "<I", 2**31, ": 'x.npy': damaged: Truncated file header"),
        (PLACE, "<I", len(ARRAY), None),
    ],
)
def test_a_directory_that_does_not_tell_the_truth(
    path: Path, offset: int, layout: str, value: int, said: str | None
) -> None:
    found = said_of(written(path, patched(zipped([("x.npy", ARRAY)]), MEMBER, offset, layout, value)))
    assert found == said if said else found.startswith(": 'x.npy': ")


@pytest.mark.parametrize("place", [2**40, 2**62, 2**63, 2**64 - 1])
def test_a_member_beyond_any_file(path: Path, place: int) -> None:
    data = bytearray(patched(zipped([("x.npy", ARRAY)]), MEMBER, PLACE, "<I", 0xFFFFFFFF))
    extra = struct.pack("<HHQ", 1, 8, place)
    struct.pack_into("<H", data, data.rindex(MEMBER) + 30, len(extra))
    records = bytes(data[data.rindex(MEMBER) : -22]) + extra
    assert said_of(written(path, bytes(data[: data.rindex(MEMBER)]) + records + end(len(records), 1)))
    assert result_of(path).verdict == "error"


def test_a_member_beyond_any_file_is_named(path: Path) -> None:
    test_a_member_beyond_any_file(path, 2**62)
    assert said_of(path).startswith(": 'x.npy': damaged")


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_an_array_shorter_than_its_header_says(path: Path, method: int) -> None:
    data = npy(npy_header(shape="(3,)"))
    assert said_of(written(path, zipped([("x.npy", data)], method))) == (
        f": 'x.npy': {len(data)} bytes, where {len(data) + 4} belong; save it again"
    )


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_header_that_is_no_python(path: Path, method: int) -> None:
    data = zipped([("x.npy", npy(npy_header()[:-4]))], method)
    assert said_of(written(path, data)).startswith(": 'x.npy': not an .npy array, or a damaged one: ")


def test_a_compressed_header_is_not_unpacked_before_its_length_is_known(path: Path) -> None:
    bomb = b"\x93NUMPY\x02\0" + struct.pack("<I", 2**26) + b" " * 2**26
    written(path, zipped([("x.npy", bomb)], zipfile.ZIP_DEFLATED))
    assert path.stat().st_size < 2**17
    tracemalloc.start()
    try:
        said_of(path)
        assert tracemalloc.get_traced_memory()[1] < 2**23
    finally:
        tracemalloc.stop()


def test_an_array_that_the_disk_cannot_hold(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(path, zipped([("x.npy", ARRAY)], zipfile.ZIP_DEFLATED))
    usage = namedtuple("usage", "free")
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage(len(ARRAY)))
    assert said_of(path) == (
        f": 'x.npy': {len(ARRAY)} bytes to unpack, and {len(ARRAY)} free in {path.parent}; set TMPDIR"
    )
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage(2 * len(ARRAY)))
    assert list(leaves_of(path)) == ["grad['x']"]


def test_no_more_is_unpacked_than_was_declared(path: Path) -> None:
    data = npy(npy_header(), TWO.tobytes() + bytes(10**7))
    packed = zipped([("x.npy", data)], zipfile.ZIP_DEFLATED)
    honest = len(data) - 10**7
    crc = zipfile.crc32(data[:honest])  # type: ignore[attr-defined]
    lie = patched(patched(packed, MEMBER, SIZE, "<I", honest), MEMBER, 16, "<I", crc)
    (array,) = arrays_of(written(path, lie)).values()
    assert array.tolist() == [1, 2]


def test_unpacked_arrays_leave_nothing_behind(path: Path) -> None:
    np.savez_compressed(path, a=TWO, b=TWO)
    found = arrays_of(path)
    assert [each.name for each in path.parent.iterdir()] == ["set.npz"]
    assert found["grad['a']"].tolist() == [1, 2]
