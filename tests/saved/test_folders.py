"""Folders of ``.npy`` files: what is read of them, and what is refused."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import tempfile
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from migcheck.saved import arrays
from migcheck.saved.bad import BadSet
from tests.saved.forge import DATA, TWO, arrays_of, leaves_of, npy, npy_header, npy_of, result_of, said_of, written_npy


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A set with one array, ``a``."""
    path = tmp_path / "set"
    path.mkdir()
    np.save(path / "a.npy", TWO)
    return path


def names_of(path: Path) -> list[str]:
    return list(leaves_of(path))


def test_arrays_are_found_by_their_paths(folder: Path) -> None:
    (folder / "layer" / "0").mkdir(parents=True)
    np.save(folder / "layer" / "0" / "weight.npy", TWO)
    np.save(folder / "step[1].output[0].npy", TWO)
    np.save(folder / "grad['b%2Fc'].npy", TWO)
    (folder / "notes.txt").write_text("not an array")
    assert names_of(folder) == [
        "step[0].grad['a']",
        "step[0].grad['b/c']",
        "step[0].grad['layer/0/weight']",
        "step[1].output[0]",
    ]


def test_two_files_of_one_name(folder: Path) -> None:
    np.save(folder / "%61.npy", TWO)
    assert said_of(folder) in ("/a.npy: 'a' is there twice", "/%61.npy: 'a' is there twice")


def test_two_titles_of_one_leaf(folder: Path) -> None:
    np.save(folder / "grad['a'].npy", TWO)
    assert said_of(folder) == ": grad['a'] is there twice"


@pytest.mark.parametrize("file", ["", "x.npz", "x.NPY", "x.npy.bak", "x.npy/y"])
def test_a_folder_without_an_array(tmp_path: Path, file: str) -> None:
    if file:
        (tmp_path / "set" / file).parent.mkdir(parents=True)
        (tmp_path / "set" / file).write_bytes(npy_of(TWO))
    else:
        (tmp_path / "set").mkdir()
    assert said_of(tmp_path / "set") == ": no .npy file in it"


def test_more_arrays_than_are_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrays, "MOST_ARRAYS", 3)
    for name in ("b", "c"):
        np.save(folder / name, TWO)
    assert len(names_of(folder)) == 3
    np.save(folder / "d", TWO)
    assert said_of(folder) == ": more than 3 arrays"


def test_names_that_are_no_text(folder: Path) -> None:
    (folder / os.fsdecode(b"\xff.npy")).write_bytes(npy_of(TWO))
    assert names_of(folder) == ["grad['a']", "grad['\\udcff']"]


def test_an_array_through_a_link_is_read(folder: Path) -> None:
    (folder / "b.npy").symlink_to("a.npy")
    assert names_of(folder) == ["grad['a']", "grad['b']"]


def test_a_set_may_be_a_link(folder: Path) -> None:
    (folder.parent / "link").symlink_to(folder)
    assert names_of(folder.parent / "link") == ["grad['a']"]


def test_a_link_to_its_own_folder_ends(folder: Path) -> None:
    (folder / "again").symlink_to(".")
    assert "grad['a']" in names_of(folder)


def test_arrays_in_a_linked_folder_are_not_passed_over(folder: Path, tmp_path: Path) -> None:
    np.save(written_npy(tmp_path / "elsewhere", npy_of(TWO)) / "b.npy", TWO)
    (folder / "layer").symlink_to(tmp_path / "elsewhere")
    assert names_of(folder) == ["grad['a']", "grad['layer/b']", "grad['layer/x']"]


@pytest.mark.parametrize("link", ["0", "2"])
def test_a_folder_that_is_there_and_linked_is_read_as_both(folder: Path, link: str) -> None:
    written_npy(folder / "1", npy_of(TWO))
    (folder / link).symlink_to("1")
    assert names_of(folder) == sorted(["grad['1/x']", f"grad['{link}/x']", "grad['a']"])


def test_folders_that_link_to_each_other(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrays, "MOST_ARRAYS", 500)
    names = "bcdefg"
    for name in names:
        (folder / name).mkdir()
        for other in names:
            (folder / name / other).symlink_to(f"../{other}")
    scanned = []
    scan = os.scandir
    monkeypatch.setattr(os, "scandir", lambda place: (scanned.append(place), scan(place))[1])
    with suppress(BadSet):  # to refuse them is as good
        assert names_of(folder) == ["grad['a']"]
    assert len(scanned) < 1000


@pytest.mark.parametrize(
    ("target", "why"), [("nowhere", "No such file or directory"), ("b.npy", "Too many levels of symbolic links")]
)
def test_a_link_that_leads_nowhere(folder: Path, target: str, why: str) -> None:
    (folder / "b.npy").symlink_to(target)
    assert said_of(folder) == f"/b.npy: {why}"


@pytest.mark.parametrize("what", ["FIFO", "device"])
def test_what_is_no_file_is_not_opened(folder: Path, what: str) -> None:
    if what == "FIFO":
        os.mkfifo(folder / "b.npy")
    else:
        (folder / "b.npy").symlink_to("/dev/zero")
    assert said_of(folder) == "/b.npy: not a file"


@contextmanager
def as_nobody() -> Iterator[None]:
    """Without the rights of root, if the tests are run by root."""
    if os.geteuid():
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def visible() -> Iterator[Path]:
    """A set that everybody can reach, with an array of its own and one in a folder."""
    place = Path(tempfile.mkdtemp(prefix="migcheck-test-"))
    path = place / "set"
    (path / "layer").mkdir(parents=True)
    for each in (place, path, path / "layer"):
        each.chmod(0o755)
    np.save(path / "a.npy", TWO)
    np.save(path / "layer" / "b.npy", TWO)
    yield path
    for each in (path, path / "layer"):
        each.chmod(0o755)
    shutil.rmtree(place)


def test_a_file_that_is_not_readable(visible: Path) -> None:
    (visible / "a.npy").chmod(0)
    with as_nobody():
        assert said_of(visible) == "/a.npy: Permission denied"


@pytest.mark.parametrize(("closed", "said"), [(".", ": Permission denied"), ("layer", "/layer: Permission denied")])
def test_a_folder_that_is_not_readable(visible: Path, closed: str, said: str) -> None:
    (visible / closed).chmod(0)
    with as_nobody():
        assert said_of(visible) == said


def test_folders_a_thousand_deep(folder: Path) -> None:
    place = str(folder)
    try:
        for _ in range(1200):
            place += "/d"
            os.mkdir(place)
        assert names_of(folder) == ["grad['a']"]
    finally:
        subprocess.run(["rm", "-rf", str(folder / "d")], check=True)


@pytest.mark.parametrize(
    ("array", "said"),
    [
        (np.array(["a"]), "an array of dtype str32, which cannot be compared"),
        (np.array([b"a"]), "an array of dtype bytes8, which cannot be compared"),
        (np.zeros(2, "M8[s]"), "an array of dtype datetime64[s], which cannot be compared"),
        (np.zeros(2, "m8[ns]"), "an array of dtype timedelta64[ns], which cannot be compared"),
        (np.zeros(2, np.longdouble), "an array of dtype float128, which cannot be compared"),
        (np.zeros(2, np.clongdouble), "an array of dtype complex256, which cannot be compared"),
        (
            np.zeros(2, "V2"),
            "an array of dtype void16, which cannot be compared; "
            "if it was bfloat16, which numpy's files do not hold, save as .safetensors",
        ),
        (np.zeros(2, "V16"), "an array of dtype void128, which cannot be compared"),
        (np.zeros(2, "i4,f4"), "an array of dtype structured, which cannot be compared"),
        (np.zeros(2, [("a", "V2")]), "an array of dtype structured, which cannot be compared"),
        (np.array([None]), "an array of Python objects, which is not read: it would have to be unpickled"),
    ],
)
@pytest.mark.skipif(np.dtype(np.longdouble).name != "float128", reason="longdouble has another name here")
def test_a_dtype_that_cannot_be_compared(tmp_path: Path, array: Any, said: str) -> None:
    assert said_of(written_npy(tmp_path / "set", npy_of(array))) == f"/x.npy: {said}"


@pytest.mark.parametrize("version", [(3, 0), (9, 0), (1, 1)])
def test_other_versions(tmp_path: Path, version: tuple[int, int]) -> None:
    major, minor = version
    said = said_of(written_npy(tmp_path / "set", npy(npy_header(), version=version)))
    why = f"version {major}.{minor}, which only structured arrays need"
    assert said == f"/x.npy: not an .npy array, or a damaged one: {why}"


def test_version_2(tmp_path: Path) -> None:
    assert arrays_of(written_npy(tmp_path / "set", npy(npy_header(), version=(2, 0))))["grad['x']"].tolist() == [1, 2]


def test_a_header_of_python_2_is_read_without_a_word(tmp_path: Path, recwarn: pytest.WarningsRecorder) -> None:
    data = npy(npy_header(shape="(2L,)"))
    assert arrays_of(written_npy(tmp_path / "set", data))["grad['x']"].tolist() == [1, 2]
    assert list(recwarn) == []


SIZE = len(npy(npy_header()))


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        ("(3,)", f"{SIZE} bytes, where {SIZE + 4} belong; save it again"),
        ("(1,)", f"{SIZE} bytes, where {SIZE - 4} belong; save it again"),
        ("(0,)", f"{SIZE} bytes, where {SIZE - 8} belong; save it again"),
        (f"({2**40},)", f"{SIZE + 12} bytes, where {SIZE + 4 + 4 * 2**40} belong; save it again"),
    ],
)
def test_a_shape_that_is_not_there(tmp_path: Path, shape: str, said: str) -> None:
    assert said_of(written_npy(tmp_path / "set", npy(npy_header(shape=shape)))) == f"/x.npy: {said}"


@pytest.mark.parametrize(
    ("shape", "data", "said"),
    [
        ("2", DATA, "its header is none"),
        ("[2]", DATA, "its header is none"),
        ("(1.0, 2)", DATA, "the shape (1.0, 2)"),
        ("(2, None)", DATA, "the shape (2, None)"),
        ("(-2,)", DATA, "the shape (-2,)"),
        ("(-1, -2)", DATA, "the shape (-1, -2)"),
        ("(0, -5)", b"", "the shape (0, -5)"),
        ("(True, 2)", DATA, "the shape (True, 2)"),
        # the rest in numpy's words, which differ from version to version
        (f"({10**30},)", DATA, ""),
        (f"(0, {2**62}, {2**62})", b"", ""),
        (f"{(1,) * 70}", DATA[:4], ""),
    ],
)
def test_a_shape_that_no_array_has(tmp_path: Path, shape: str, data: bytes, said: str) -> None:
    path = written_npy(tmp_path / "set", npy(npy_header(shape=shape), data))
    found = said_of(path)
    damaged = "/x.npy: not an .npy array, or a damaged one: "
    assert found == damaged + said if said else found.startswith(damaged)
    assert result_of(path).verdict == "error"


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"3",
        b"{}",
        b"\xff",
        b"{'descr': '<f4'}",
        b"if 1:\n  a\n b",
        b"-" * 9000 + b"1",
        b"{[]: 1}",
        b"__import__('os')",
        npy_header(descr="None").encode(),
        npy_header(fortran="1").encode(),
        npy_header(descr="[('a', '<f4')] * 2").encode(),
        npy_header().ljust(12_000).encode(),
        npy_header()[:-4].encode(),
        b"(" * 9000,
        b"{'descr\0",
        b'"""',
        npy_header(descr="()").encode(),
        npy_header(descr="[('a', ())]").encode(),
    ],
    ids=lambda header: header[:24].decode("latin-1"),
)
def test_a_header_that_makes_no_sense(tmp_path: Path, header: bytes) -> None:
    assert said_of(written_npy(tmp_path / "set", npy(header))).startswith(
        "/x.npy: not an .npy array, or a damaged one: "
    )


def test_a_header_is_not_read_before_its_length_is_known(tmp_path: Path) -> None:
    path = written_npy(tmp_path / "set", b"\x93NUMPY\x02\0" + struct.pack("<I", 2**26))
    os.truncate(path / "x.npy", 2**26 + 100)
    assert peak_of(path) < 2**23


def peak_of(path: Path) -> int:
    """Bytes that Python holds at most while a bad set is refused."""
    tracemalloc.start()
    try:
        said_of(path)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_sparse_file_costs_no_memory(tmp_path: Path) -> None:
    path = written_npy(tmp_path / "set", npy(npy_header(shape=f"({2**36},)"), b""))
    with (path / "x.npy").open("ab") as file:
        file.truncate(file.tell() + 4 * 2**36)
    (leaf,) = leaves_of(path).values()
    assert leaf.shape == (2**36,)
    assert leaf.values is not None
    assert leaf.values[-1] == 0


def test_what_is_read_cannot_be_written_to(folder: Path) -> None:
    with pytest.raises(ValueError, match="read-only"):
        arrays_of(folder)["grad['a']"][0] = 9
