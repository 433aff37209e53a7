"""Leaves as files, bit for bit."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from migcheck.host.exchange import NONE, STORAGE, Leaf, LeafName, Unreadable, Unstorable, leaf, plain, read, write
from tests.build import Array, bits, grad

NUMPY_DTYPES = sorted(set(STORAGE) - {"bfloat16"})

examples = settings(
    deadline=None,
    derandomize=True,
    max_examples=100,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def travelled(file: Path, *leaves: Leaf) -> list[Leaf]:
    """Leaves as they are read back from a file."""
    names = {LeafName(0, "grad", f"[{at}]"): value for at, value in enumerate(leaves)}
    write(str(file), names, 1)
    found, steps = read(str(file))
    assert steps == 1
    assert list(found) == list(names)
    return list(found.values())


def survives(file: Path, array: Array) -> None:
    """Assert that an array keeps its dtype, its shape and its bits, in memory and through a file."""
    for found in (leaf(array), *travelled(file, leaf(array))):
        assert (found.kind, found.dtype, found.shape) == ("tensor", array.dtype.name, array.shape)
        assert plain(found).shape == array.shape
        assert plain(found).dtype == array.dtype.newbyteorder("=")
        assert bits(plain(found)) == bits(array)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "leaves.safetensors"


@pytest.mark.parametrize("dtype", NUMPY_DTYPES)
@pytest.mark.parametrize("shape", [(), (1,), (0,), (3, 0), (0, 3), (2, 3, 4)])
def test_every_dtype_in_every_shape(file: Path, dtype: str, shape: tuple[int, ...]) -> None:
    count = int(np.prod(shape))
    patterns = np.random.default_rng(0).integers(0, 2 if dtype == "bool" else 256, (count, np.dtype(dtype).itemsize))
    survives(file, patterns.astype(np.uint8).view(dtype).reshape(shape))


LAYOUTS: dict[str, Callable[[Array], Array]] = {
    "transposed": lambda array: array.T,
    "fortran": np.asfortranarray,
    "strided": lambda array: array[::2, ::3],
    "reversed": lambda array: array[::-1, ::-2],
    "broadcast": lambda array: np.broadcast_to(array[:1], (5, 6)),
    "broadcast 0-d": lambda array: np.broadcast_to(array[0, 0], (5, 6)),
    "swapped": lambda array: np.moveaxis(np.stack([array, array]), 0, 1),
    "one column": lambda array: array[:, 1],
    "0-d view": lambda array: array[1, 2],
}


@pytest.mark.parametrize("dtype", NUMPY_DTYPES)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout(file: Path, dtype: str, layout: str) -> None:
    array = LAYOUTS[layout](np.arange(30).reshape(5, 6).astype(dtype))
    survives(file, np.asarray(array))


@pytest.mark.parametrize("dtype", [">f2", ">f4", ">f8", ">i2", ">i8", ">u4", ">c8", ">c16"])
def test_big_endian(file: Path, dtype: str) -> None:
    array = np.arange(12).reshape(3, 4).astype(dtype)
    survives(file, array)
    survives(file, array.T)


@pytest.mark.parametrize(
    ("dtype", "storage", "patterns"),
    [
        ("float16", "uint16", [0x7C01, 0xFE55, 0x7C00, 0xFC00, 0x8000, 0x0001]),
        ("float32", "uint32", [0x7F800001, 0xFFC12345, 0x7F800000, 0x80000000, 0x00000001]),
        ("float64", "uint64", [0x7FF0000000000001, 0xFFF8123456789ABC, 0x8000000000000000, 1]),
        ("complex64", "uint64", [0x7F80000180000000, 0xFFC12345FFC54321]),
    ],
)
def test_nan_payloads_and_signs_of_zero(file: Path, dtype: str, storage: str, patterns: list[int]) -> None:
    survives(file, np.array(patterns, storage).view(dtype))


def test_complex128_with_nan_payloads(file: Path) -> None:
    patterns = np.array([[0x7FF0000000000001, 0x8000000000000000], [0xFFF8123456789ABC, 1]], np.uint64)
    survives(file, patterns.view(np.complex128)[:, 0])


@pytest.mark.parametrize("shape", [(), (0,), (2, 3)])
def test_bfloat16_bits(file: Path, shape: tuple[int, ...]) -> None:
    patterns = np.resize(np.array([0x7F81, 0xFFC1, 0x8000, 0x3F80, 1, 0xFF80], np.uint16), shape)
    for found in (leaf(patterns, "bfloat16"), *travelled(file, leaf(patterns, "bfloat16"))):
        assert (found.dtype, found.shape) == ("bfloat16", shape)
        assert found.values is not None
        assert bits(found.values) == bits(patterns)


@pytest.mark.parametrize("shape", [(), (0,), (4,), (2, 2)])
def test_bfloat16_is_exact_as_float32(shape: tuple[int, ...]) -> None:
    found = plain(leaf(np.resize(np.array([0x3F80, 0xC000, 0x0001, 0x7F80], np.uint16), shape), "bfloat16"))
    assert (found.dtype.name, found.shape) == ("float32", shape)
    np.testing.assert_array_equal(found, np.resize(np.array([1, -2, 2.0**-133, np.inf], np.float32), shape))


def test_none(file: Path) -> None:
    assert travelled(file, NONE) == [NONE]
    found = travelled(file, NONE, leaf(np.array([1.0])), NONE)
    assert (found[0], found[2]) == (NONE, NONE)


@pytest.mark.parametrize("value", [3, True, 0.1, float("nan"), -0.0, 2**63, 1 + 2j])
def test_numbers(file: Path, value: Any) -> None:
    array = np.asarray(value)
    (found,) = travelled(file, leaf(array, kind="number"))
    assert (found.kind, found.shape) == ("number", ())
    assert bits(plain(found)) == bits(array)


def test_no_leaf_at_all(file: Path) -> None:
    write(str(file), {}, 3)
    assert read(str(file)) == ({}, 3)


@pytest.mark.parametrize("key", ["it's", "a.b", "", "名", '"', "\\", "\n", "__metadata__", "\ud800"])
def test_any_name(file: Path, key: str) -> None:
    name = LeafName(7, "grad", f"[{key!r}]['{key}']")
    write(str(file), {name: leaf(np.array([1.0]))}, 8)
    leaves, steps = read(str(file))
    assert (list(leaves), steps) == ([name], 8)


def test_the_order_of_leaves(file: Path) -> None:
    dtypes = ["int8", "float64", "bool", "complex128", "float16", "int8"] * 3
    found = travelled(file, *(leaf(np.full(at, 1, dtype)) for at, dtype in enumerate(dtypes)))
    assert [value.dtype for value in found] == dtypes
    assert [value.shape for value in found] == [(at,) for at in range(len(dtypes))]


def test_many_leaves_of_odd_sizes_keep_their_bits(file: Path) -> None:
    rng = np.random.default_rng(0)
    arrays = [rng.integers(0, 2, (at % 7, at % 3)).astype(NUMPY_DTYPES[at % len(NUMPY_DTYPES)]) for at in range(200)]
    for array, found in zip(arrays, travelled(file, *map(leaf, arrays)), strict=True):
        assert bits(plain(found)) == bits(array)


def test_a_leaf_is_a_copy() -> None:
    array = np.ones(3)
    found = leaf(array)
    array[:] = 9
    assert plain(found).tolist() == [1, 1, 1]


def test_what_is_read_cannot_be_written_to(file: Path) -> None:
    (found,) = travelled(file, leaf(np.ones(3)))
    with pytest.raises(ValueError, match="read-only"):
        plain(found)[0] = 9


def test_what_is_read_outlives_its_file(file: Path) -> None:
    (found,) = travelled(file, leaf(np.ones(3)))
    file.unlink()
    assert plain(found).tolist() == [1, 1, 1]


@pytest.mark.parametrize(
    ("array", "name"),
    [
        (np.array(["a"]), "str32"),
        (np.array([None]), "object"),
        (np.zeros(2, "i4,f4"), "void64"),
        (np.zeros(2, "m8[s]"), "timedelta64[s]"),
    ],
)
def test_a_dtype_that_does_not_travel(array: Array, name: str) -> None:
    with pytest.raises(Unstorable) as caught:
        leaf(array)
    assert str(caught.value) == f"an array of dtype {name}"


@given(
    array=st.sampled_from(NUMPY_DTYPES).flatmap(
        lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, min_side=0))
    )
)
@examples
def test_any_array_survives(tmp_path: Path, array: Array) -> None:
    survives(tmp_path / "leaves.safetensors", array)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="FileNotFoundError"):
        read(str(tmp_path / "nowhere"))
    with pytest.raises(Unreadable, match="IsADirectoryError"):
        read(str(tmp_path))


def sample(file: Path) -> bytes:
    """A file with a leaf of every kind; it ends with the bytes of an array, as a truncated one shows."""
    leaves = {
        grad("a"): leaf(np.arange(6.0).reshape(2, 3)),
        grad("b"): NONE,
        grad("c"): leaf(np.array([1 + 2j])),
        grad("d"): leaf(np.array([0x3F80], np.uint16), "bfloat16"),
        grad("e"): leaf(np.array([True])),
    }
    write(str(file), leaves, 1)
    return file.read_bytes()


def test_every_truncation(file: Path) -> None:
    data = sample(file)
    for length in range(len(data)):
        file.write_bytes(data[:length])
        with pytest.raises(Unreadable):
            read(str(file))


@given(data=st.binary(max_size=100))
@examples
def test_garbage(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "garbage"
    file.write_bytes(data)
    with pytest.raises(Unreadable):
        read(str(file))


def is_read_or_unreadable(file: Path) -> None:
    try:
        leaves, _ = read(str(file))
    except Unreadable:
        return
    for value in leaves.values():
        assert isinstance(value, Leaf)


@given(at=st.integers(0, 10_000), byte=st.integers(0, 255))
@settings(examples, max_examples=300)
def test_one_wrong_byte(tmp_path: Path, at: int, byte: int) -> None:
    file = tmp_path / "leaves.safetensors"
    data = bytearray(sample(file))
    data[at % len(data)] = byte
    file.write_bytes(data)
    is_read_or_unreadable(file)


def forged(file: Path, entry: dict[str, Any] | None = None, stored: Any = None, **metadata: Any) -> None:
    """A file that says of its one leaf what :func:`write` never would."""
    leaf_entry = {
        "step": 0,
        "group": "grad",
        "path": "",
        "kind": "tensor",
        "dtype": "float32",
        "shape": [2],
        "key": "0",
    }
    leaves = json.dumps([{**leaf_entry, **(entry or {})}])
    header = {
        "__metadata__": {"steps": "1", "leaves": leaves, **metadata},
        "0": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8], **(stored or {})},
    }
    text = json.dumps(header).encode()
    file.write_bytes(len(text).to_bytes(8, "little") + text + np.array([1, 2], np.float32).tobytes())


def test_a_forged_file_that_is_true(file: Path) -> None:
    forged(file)
    (found,) = read(str(file))[0].values()
    assert plain(found).tolist() == [1, 2]


@pytest.mark.parametrize(
    ("entry", "stored", "metadata"),
    [
        ({"shape": [3]}, {}, {}),
        ({"shape": [-1]}, {}, {}),
        ({"shape": [2, -1]}, {}, {}),
        ({"shape": [1.5]}, {}, {}),
        ({"shape": None}, {}, {}),
        ({"shape": [10**30]}, {}, {}),
        ({"shape": [10**15]}, {"data_offsets": [0, 0]}, {}),
        ({"shape": [2]}, {"data_offsets": [0, 0]}, {}),
        ({"shape": [0]}, {"data_offsets": [0, 8]}, {}),
        ({"dtype": "float99"}, {}, {}),
        ({"dtype": "int32"}, {}, {}),
        ({"dtype": None}, {}, {}),
        ({"dtype": ["float32"]}, {}, {}),
        ({"dtype": "complex64"}, {}, {}),
        ({"kind": "tensor", "key": "1"}, {}, {}),
        ({"step": []}, {}, {}),
        ({}, {"data_offsets": [0, 80]}, {}),
        ({}, {"data_offsets": [8, 0]}, {}),
        ({}, {"data_offsets": [-8, 0]}, {}),
        ({}, {"data_offsets": [4, 0]}, {}),
        ({}, {"data_offsets": [1, 9]}, {}),
        ({}, {"data_offsets": [0, 10**30]}, {}),
        ({}, {"data_offsets": [10**30, 10**30 + 8]}, {}),
        ({}, {"data_offsets": [0.0, 8.0]}, {}),
        ({}, {"data_offsets": [0]}, {}),
        ({}, {"data_offsets": "08"}, {}),
        ({}, {"dtype": "F64"}, {}),
        ({}, {"dtype": []}, {}),
        ({}, {}, {"steps": "many"}),
        ({}, {}, {"steps": None}),
        ({}, {}, {"leaves": "[3]"}),
        ({}, {}, {"leaves": 3}),
        ({}, {}, {"leaves": "[" * 100_000}),
    ],
)
def test_a_forged_file(file: Path, entry: dict[str, Any], stored: dict[str, Any], metadata: dict[str, Any]) -> None:
    forged(file, entry, stored, **metadata)
    with pytest.raises(Unreadable):
        read(str(file))


@pytest.mark.parametrize(
    "header", [b"", b"{", b"[]", b"3", b"null", b"{}", b'{"__metadata__": 3}', b"\xff", b"[" * 100_000]
)
def test_a_header_that_makes_no_sense(file: Path, header: bytes) -> None:
    file.write_bytes(len(header).to_bytes(8, "little") + header)
    with pytest.raises(Unreadable):
        read(str(file))


def test_a_header_longer_than_the_file(file: Path) -> None:
    file.write_bytes((2**63).to_bytes(8, "little") + b"{}")
    with pytest.raises(Unreadable):
        read(str(file))
