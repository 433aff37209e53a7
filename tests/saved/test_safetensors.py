"""``.safetensors`` files of any origin: what is read of them, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy

import migcheck
from migcheck.host.exchange import MARK
from migcheck.report.json import to_json
from migcheck.report.value import Report
from tests.saved.forge import (
    DATA,
    TWO,
    array_of,
    arrays_of,
    leaves_of,
    result_of,
    said_of,
    tensor,
    with_manifest,
)
from tests.saved.forge import (
    safetensors as forged,
)

DAMAGED = ": not a safetensors file, or a damaged one: "


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "set.safetensors"


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def test_a_state_dict(path: Path) -> None:
    safetensors.numpy.save_file({"fc.weight": TWO, "fc.bias": TWO[:0]}, path, {"format": "pt"})
    assert {title: array.tolist() for title, array in arrays_of(path).items()} == {
        "grad['fc.weight']": [1, 2],
        "grad['fc.bias']": [],
    }


@pytest.mark.parametrize(
    ("dtype", "shape", "kind"),
    [
        ("F32", (2,), "float32"),
        ("F64", (), "float64"),
        ("BF16", (2, 2), "bfloat16"),
        ("F16", (4,), "float16"),
        ("C64", (1,), "complex64"),
        ("BOOL", (8,), "bool"),
        ("U64", (1,), "uint64"),
        ("I16", (1, 4), "int16"),
    ],
)
def test_dtypes(path: Path, dtype: str, shape: tuple[int, ...], kind: str) -> None:
    (leaf,) = leaves_of(written(path, forged({"x": tensor(dtype, shape)}))).values()
    assert (leaf.kind, leaf.dtype, leaf.shape) == ("tensor", kind, shape)
    if dtype != "BOOL":
        assert array_of(leaf).tobytes() == DATA


@pytest.mark.parametrize("dtype", ["F8_E4M3", "F8_E5M2"])
def test_a_dtype_that_cannot_be_compared(path: Path, dtype: str) -> None:
    written(path, forged({"x": tensor(dtype, (8,))}))
    assert said_of(path) == f": 'x': a tensor of dtype {dtype}, which cannot be compared"


def test_any_byte_but_0_is_true(path: Path) -> None:
    one = written(path, forged({"x": tensor("BOOL", (8,))}, bytes([0, 1, 2, 3, 128, 255, 0, 1])))
    other = written(path.with_stem("other"), forged({"x": tensor("BOOL", (8,))}, bytes([0, 1, 1, 1, 1, 1, 0, 1])))
    assert result_of(one, other).verdict == "match"


def test_a_header_of_17_mebibytes(path: Path) -> None:
    header = json.dumps({"x": tensor()}).encode().ljust(17 * 2**20)
    assert said_of(written(path, forged(header))) == (
        f": its header has {17 * 2**20} bytes; at most {16 * 2**20} are read"
    )


@pytest.mark.parametrize("length", [0, 1, 10**6, 2**63, 2**64 - 1])
def test_a_header_that_is_not_there(path: Path, length: int) -> None:
    data = length.to_bytes(8, "little") + b"{}" + DATA
    assert said_of(written(path, data)) == ": not a safetensors file, or the rest of one; save it again"


@pytest.mark.parametrize(
    "header", [{}, {"__metadata__": {}}, {"__metadata__": {MARK: "1", "leaves": "[]", "steps": "1"}}]
)
def test_no_tensor(path: Path, header: dict[str, Any]) -> None:
    assert said_of(written(path, forged(header, b""))) == ": no array in it"


ENTRY = json.dumps(tensor())


@pytest.mark.parametrize(
    "header",
    [
        f'{{"x": {ENTRY}, "x": {ENTRY}}}',
        f'{{"x": {ENTRY}, "\\u0078": {ENTRY}}}',
        f'{{"x": {ENTRY}, "__metadata__": {{"a": "b", "a": "c"}}}}',
    ],
)
def test_a_name_that_is_there_twice(path: Path, header: str) -> None:
    assert said_of(written(path, forged(header.encode()))) == DAMAGED + "a name stands in its header twice"


@pytest.mark.parametrize(
    "tensors",
    [
        {"x": tensor(), "y": tensor()},
        {"x": tensor(shape=(1,), stop=4), "y": tensor(start=0)},
        {"x": tensor(shape=(1,), start=4)},
        {"x": tensor(shape=(1,), stop=4)},
        {"x": tensor(shape=(4,), stop=16)},
        {"x": tensor(shape=(3,))},
        {"x": tensor(shape=(-2,))},
        {"x": tensor(shape=(2.0,))},
        {"x": tensor(shape=(True, 2))},
        {"x": tensor(shape=(2**62, 4))},
        {"x": tensor(shape=(2**64 + 2,))},
        {"x": tensor(start=8, stop=0)},
        {"x": tensor(start=-8, stop=0)},
        {"x": tensor(start=2**63, stop=2**63 + 8)},
        {"x": {**tensor(), "dtype": "F99"}},
        {"x": {**tensor(), "dtype": None}},
        {"x": {"dtype": "F32", "shape": [2]}},
        {"x": None},
        {"x": 3},
    ],
)
def test_tensors_that_overlap_or_lie_elsewhere(path: Path, tensors: dict[str, Any]) -> None:
    assert said_of(written(path, forged(tensors))).startswith(DAMAGED)
    assert result_of(path).verdict == "error"


@pytest.mark.parametrize("header", [b"[]", b"{{", b"\xff\xff", b"\xef\xbb\xbf{}", b"[" * 100_000, b'{"x": NaN}'])
def test_a_header_that_makes_no_sense(path: Path, header: bytes) -> None:
    assert said_of(written(path, forged(header))).startswith(DAMAGED)


def test_bytes_behind_the_tensors(path: Path) -> None:
    assert said_of(written(path, forged({"x": tensor()}, DATA + b"\0"))).startswith(DAMAGED)


def test_metadata_that_is_null(path: Path) -> None:
    assert list(leaves_of(written(path, forged({"__metadata__": None, "x": tensor()})))) == ["grad['x']"]


@pytest.mark.parametrize(
    ("dtype", "shape", "stop"),
    [("F32", (0, 2**62, 2**62), 0), ("F32", (1,) * 70, 4), ("C64", (1,) * 64, 8)],
    ids=["empty and huge", "70 axes", "64 axes and a pair"],
)
def test_a_shape_that_no_array_has(path: Path, dtype: str, shape: tuple[int, ...], stop: int) -> None:
    said = said_of(written(path, forged({"x": tensor(dtype, shape, 0, stop)}, bytes(stop))))
    assert "'x'" in said


def test_tensors_that_the_manifest_does_not_name(path: Path) -> None:
    written(path, with_manifest({}, data=DATA * 2, y=tensor(start=8, stop=16)))
    assert said_of(path) == DAMAGED + "ValueError: the tensor 'y', which is no leaf's"


@pytest.mark.parametrize(
    "changed",
    [
        {"shape": [3]},
        {"dtype": "float64"},
        {"dtype": ["float32"]},
        {"key": "y"},
        {"step": None},
        {"path": 3},
        {"kind": None, "key": None},
    ],
)
def test_a_manifest_that_its_tensors_deny(path: Path, changed: dict[str, Any]) -> None:
    assert said_of(written(path, with_manifest(changed))).startswith(DAMAGED)


def test_a_leaf_that_is_there_twice(path: Path) -> None:
    assert said_of(written(path, with_manifest({}, {}))).startswith(DAMAGED)


@pytest.mark.parametrize(
    "changed",
    [
        {"kind": ["tensor"]},
        {"kind": "none", "dtype": 5},
        {"kind": "none", "dtype": "float32"},
        {"kind": "none", "shape": ["a", None]},
        {"kind": "leaf"},
        {"step": 1},
        {"step": 2**70},
        {"step": -1},
        {"step": True},
        {"group": "gradient"},
    ],
)
def test_a_manifest_that_makes_no_sense_is_refused(path: Path, changed: dict[str, Any]) -> None:
    assert said_of(written(path, with_manifest({}, {"path": "['y']", **changed}))).startswith(DAMAGED)


@pytest.mark.parametrize(
    "changed",
    [
        {"kind": ["tensor"]},
        {"kind": "none", "dtype": 5},
        {"kind": "none", "dtype": "float32"},
        {"step": 2**70},
        {"step": -1},
        {"group": "gradient"},
        {"path": "\x1b[2J"},
        {"kind": "number"},
    ],
)
def test_a_manifest_that_makes_no_sense_ends_nothing(path: Path, changed: dict[str, Any]) -> None:
    entries = ({}, {"path": "['y']", **changed})
    torch = written(path, with_manifest(*entries))
    mindspore = written(path.with_stem("other"), with_manifest(*entries, data=np.array([1, 2.1], np.float32).tobytes()))
    float64 = path.with_stem("float64")
    migcheck.dump(float64, gradients={"x": TWO.astype(np.float64)})
    result = result_of(torch, mindspore, {"torch": float64})
    assert result.verdict in ("mismatch", "error")
    assert to_json(Report(migcheck="", seed=None, results=(result,)))


def test_metadata_of_another_tool(path: Path) -> None:
    safetensors.numpy.save_file({"x": TWO}, path, {"leaves": "oak"})
    assert list(leaves_of(path)) == ["grad['x']"]
