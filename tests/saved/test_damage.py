"""Sets that were cut short, or hold a wrong byte: read, or refused as a bad set, and nothing else."""

from __future__ import annotations

import os
import pickle
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import migcheck
from migcheck.saved.bad import BadSet
from tests.build import Array
from tests.saved.forge import TWO, in_time, leaves_of, npy, npy_of, observed, result_of, said_of, written_npy, zipped

examples = settings(
    deadline=None,
    derandomize=True,
    max_examples=200,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

ARRAYS: dict[str, Array] = {
    "a": np.arange(6, dtype=np.float32).reshape(2, 3),
    "b": np.array(True),
    "c": np.array([1 + 2j], np.complex64),
}

#: A file of each kind, from its path to its bytes.
KINDS = ["dumped.safetensors", "foreign.safetensors", "plain.npz", "compressed.npz", "folder"]


def sample(folder: Path, kind: str, arrays: dict[str, Array] = ARRAYS) -> tuple[Path, Path, bytes]:
    """A set, the file in it that is to be damaged, and what that file holds."""
    path = folder / kind
    if kind == "dumped.safetensors":
        migcheck.dump(path, outputs=TWO, gradients={**arrays, "none": None})
    elif kind == "foreign.safetensors":
        safetensors.numpy.save_file({key: arrays[key] for key in "ab"}, path)
    elif kind == "folder":
        written_npy(path, npy_of(arrays["a"]))
    else:
        (np.savez if kind == "plain.npz" else np.savez_compressed)(path, **arrays)
    file = path / "x.npy" if kind == "folder" else path
    return path, file, file.read_bytes()


def is_read_or_refused(path: Path) -> None:
    said = ""
    try:
        leaves_of(path)
    except BadSet as error:
        said = str(error)
    assert "\n" not in said


@pytest.mark.parametrize("kind", KINDS)
def test_every_truncation_is_refused(tmp_path: Path, kind: str) -> None:
    path, file, data = sample(tmp_path, kind)
    leaves_of(path)
    for length in range(len(data)):
        file.write_bytes(data[:length])
        with pytest.raises(BadSet):
            leaves_of(path)


@pytest.mark.parametrize("kind", KINDS)
def test_bytes_after_the_end_are_never_read_as_an_array(tmp_path: Path, kind: str) -> None:
    path, file, data = sample(tmp_path, kind)
    file.write_bytes(data + b"\0")
    if kind.endswith(".npz"):  # where the format itself allows a prefix and a comment
        is_read_or_refused(path)
    else:
        with pytest.raises(BadSet):
            leaves_of(path)


@pytest.mark.parametrize("kind", KINDS)
@given(at=st.integers(0, 10_000), byte=st.integers(0, 255))
@examples
def test_one_wrong_byte(tmp_path: Path, kind: str, at: int, byte: int) -> None:
    path, file, data = sample(tmp_path, kind)
    changed = bytearray(data)
    changed[at % len(data)] = byte
    file.write_bytes(changed)
    is_read_or_refused(path)


@pytest.mark.parametrize("kind", KINDS)
@given(at=st.integers(0, 10_000), piece=st.binary(min_size=1, max_size=8))
@settings(examples, max_examples=100)
def test_bytes_put_in_between(tmp_path: Path, kind: str, at: int, piece: bytes) -> None:
    path, file, data = sample(tmp_path, kind)
    place = len(data) - 1 - at % len(data) // 4  # the end, where a zip file has its directory
    file.write_bytes(data[:place] + piece + data[place:])
    is_read_or_refused(path)


@pytest.mark.parametrize("name", ["set.safetensors", "set.npz", "set/x.npy"])
@given(data=st.binary(max_size=200))
@settings(examples, max_examples=100)
def test_garbage(tmp_path: Path, name: str, data: bytes) -> None:
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(data)
    with pytest.raises(BadSet):
        leaves_of(file.parent if file.suffix == ".npy" else file)


literals: st.SearchStrategy[Any] = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.sampled_from(["<f4", ">f8", "|O", "", "<U1", "V2", "f4,O", "x", "<f4" * 3]),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.lists(inner, max_size=3).map(tuple)),
    max_leaves=6,
)


@pytest.mark.parametrize("kind", ["folder", "npz"])
@given(descr=literals, fortran=st.one_of(st.booleans(), literals), shape=literals)
@examples
def test_any_header(tmp_path: Path, kind: str, descr: Any, fortran: Any, shape: Any) -> None:
    data = npy(repr({"descr": descr, "fortran_order": fortran, "shape": shape}))
    if kind == "npz":
        (tmp_path / "set.npz").write_bytes(zipped([("x.npy", data)]))
        is_read_or_refused(tmp_path / "set.npz")
    else:
        is_read_or_refused(written_npy(tmp_path / "set", data))


class Trap:
    """Leaves a file where it is unpickled."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.file),)


@pytest.mark.parametrize("way", ["npy", "npz", "compressed", "structured", "raw npy", "raw npz", "raw safetensors"])
def test_nothing_is_ever_unpickled(tmp_path: Path, way: str) -> None:
    trap = Trap(tmp_path / "sprung")
    array = np.array([trap, None], object)
    path = tmp_path / "set.npz"
    if way == "npy":
        path = written_npy(tmp_path / "set", npy_of(array))
    elif way == "structured":
        path = written_npy(tmp_path / "set", npy_of(np.array([(1, trap)], [("a", "i4"), ("b", "O")])))
    elif way == "raw npy":
        path = written_npy(tmp_path / "set", pickle.dumps(trap))
    elif way.startswith("raw"):
        path = tmp_path / f"set.{way.removeprefix('raw ')}"
        path.write_bytes(pickle.dumps(trap))
    else:
        method = zipfile.ZIP_DEFLATED if way == "compressed" else zipfile.ZIP_STORED
        path.write_bytes(zipped([("x.npy", npy_of(array))], method))
    said = said_of(path)
    assert result_of(path).verdict == "error"
    if not way.startswith("raw"):
        assert said.endswith(": an array of Python objects, which is not read: it would have to be unpickled")
    assert not trap.file.exists()
    pickle.loads(pickle.dumps(trap))
    assert trap.file.exists()


@pytest.mark.parametrize("kind", KINDS[2:])
def test_a_set_that_shrinks_between_opening_and_comparing(tmp_path: Path, kind: str) -> None:
    rng = np.random.default_rng(0)  # what is read ahead, and what packs well, would still be there
    path, file, data = sample(tmp_path, kind, {"a": rng.standard_normal(50_000)})
    leaves = observed(path).leaves
    file.write_bytes(data[:20])
    with in_time(), pytest.raises(BadSet):
        list(leaves.values())


@pytest.mark.parametrize("kind", KINDS)
def test_a_set_that_goes_between_opening_and_comparing(tmp_path: Path, kind: str) -> None:
    path, file, _ = sample(tmp_path, kind)
    leaves = observed(path).leaves
    file.unlink()
    if kind in ("plain.npz", "folder"):
        with pytest.raises(BadSet) as caught:
            list(leaves.values())
        assert str(caught.value) == f"{file}: No such file or directory"
    else:  # what is open stays there
        assert len(list(leaves.values())) == len(leaves)
