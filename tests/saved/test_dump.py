"""``migcheck.dump``, and what is read of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections import namedtuple
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import migcheck
from migcheck.host.exchange import STORAGE
from tests.build import Array, bits
from tests.saved.forge import TWO, array_of, arrays_of, leaves_of

FORMATS = ["set.safetensors", "set.npz", "set"]
NUMPY_DTYPES = sorted(set(STORAGE) - {"bfloat16"})

examples = settings(
    deadline=None,
    derandomize=True,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("dtype", NUMPY_DTYPES)
def test_every_dtype_in_every_shape(tmp_path: Path, name: str, dtype: str) -> None:
    rng = np.random.default_rng(0)
    given = {}
    for shape in [(), (1,), (0,), (3, 0), (0, 3), (2, 3, 4)]:
        patterns = rng.integers(0, 2 if dtype == "bool" else 256, (int(np.prod(shape)), np.dtype(dtype).itemsize))
        given[str(shape)] = patterns.astype(np.uint8).view(dtype).reshape(shape)
    migcheck.dump(tmp_path / name, gradients=given)
    found = leaves_of(tmp_path / name)
    assert set(found) == {f"grad[{key!r}]" for key in given}
    for key, array in given.items():
        leaf = found[f"grad[{key!r}]"]
        assert (leaf.kind, leaf.dtype, leaf.shape) == ("tensor", dtype, array.shape)
        assert bits(array_of(leaf)) == bits(array)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    "layout", [lambda a: a.T, lambda a: a[::2, ::-1], lambda a: np.broadcast_to(a[0], (3, 6)), lambda a: a.byteswap()]
)
def test_every_layout(tmp_path: Path, name: str, layout: Callable[[Array], Array]) -> None:
    array = layout(np.arange(30.0).reshape(5, 6))
    migcheck.dump(tmp_path / name, gradients={"x": array, "y": array.astype(">f4")})
    found = arrays_of(tmp_path / name)
    assert bits(found["grad['x']"]) == bits(np.asarray(array))
    assert found["grad['y']"].tolist() == array.astype("f4").tolist()


@dataclass
class Net:
    weight: Any
    layers: Any


Pair = namedtuple("Pair", "first second")


@pytest.mark.parametrize("name", FORMATS)
def test_any_nesting(tmp_path: Path, name: str) -> None:
    tree = Net(TWO, [{"a": TWO + 1, 3: TWO + 2}, Pair(TWO + 3, ()), (TWO + 4,)])
    migcheck.dump(tmp_path / name, outputs=TWO + 5, gradients=tree)
    assert {title: array.tolist() for title, array in arrays_of(tmp_path / name).items()} == {
        "output": [6, 7],
        "grad['weight']": [1, 2],
        "grad['layers'][0]['a']": [2, 3],
        "grad['layers'][0][3]": [3, 4],
        "grad['layers'][1]['first']": [4, 5],
        "grad['layers'][2][0]": [5, 6],
    }


def test_numbers_and_none_stay_what_they_are(tmp_path: Path) -> None:
    migcheck.dump(tmp_path / "set.safetensors", outputs=0.5, gradients={"a": None, "b": True, "c": 1 + 2j, "d": 3})
    found = leaves_of(tmp_path / "set.safetensors")
    assert {title: (leaf.kind, leaf.dtype) for title, leaf in found.items()} == {
        "output": ("number", "float64"),
        "grad['a']": ("none", ""),
        "grad['b']": ("number", "bool"),
        "grad['c']": ("number", "complex128"),
        "grad['d']": ("number", "int64"),
    }
    assert [array_of(found[f"grad[{key!r}]"]).item() for key in "bcd"] == [True, 1 + 2j, 3]


@pytest.mark.parametrize("name", FORMATS)
def test_numbers_of_numpy_are_arrays(tmp_path: Path, name: str) -> None:
    migcheck.dump(tmp_path / name, outputs=np.float64(0.5), gradients={"x": np.float32(1), "y": np.bool_(True)})
    found = leaves_of(tmp_path / name)
    assert {(leaf.kind, leaf.dtype, leaf.shape) for leaf in found.values()} == {
        ("tensor", dtype, ()) for dtype in ("float64", "float32", "bool")
    }


NAMES = [
    "a/b",
    "..",
    "../x",
    "/abs",
    "it's",
    'say "x"',
    "名前",
    "é",
    "\U0001f600",
    "",
    ".",
    "x.npy",
    "50%",
    "grad['x']",
    "a/../b",
    "'\"",
    "a\nb",
    "\x00",
    "\x1b[2J",
    "\ud800",
    "a%20b",
    "a%2Fb",
    "a\\b",
    "C:\\x",
]


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("key", NAMES)
def test_any_name(tmp_path: Path, name: str, key: str) -> None:
    migcheck.dump(tmp_path / name, gradients={key: TWO})
    assert list(leaves_of(tmp_path / name)) == [f"grad[{key!r}]"]
    assert sorted(path.name for path in tmp_path.iterdir()) == [name]


@pytest.mark.parametrize("name", FORMATS)
@given(keys=st.sets(st.text(max_size=15), min_size=1, max_size=3))
@examples
def test_any_names(tmp_path: Path, name: str, keys: set[str]) -> None:
    migcheck.dump(tmp_path / name, gradients={key: np.array([at], np.float32) for at, key in enumerate(sorted(keys))})
    assert {title: array.item() for title, array in arrays_of(tmp_path / name).items()} == {
        f"grad[{key!r}]": at for at, key in enumerate(sorted(keys))
    }


@pytest.mark.parametrize("name", FORMATS)
def test_two_names_that_decode_to_one_are_two(tmp_path: Path, name: str) -> None:
    migcheck.dump(tmp_path / name, gradients={"a b": TWO, "a%20b": TWO})
    assert list(leaves_of(tmp_path / name)) == ["grad['a b']", "grad['a%20b']"]


@pytest.mark.parametrize("name", FORMATS[:2])
@pytest.mark.parametrize("key", ["a" * 300, "名" * 60], ids=["300 letters", "60 signs"])
def test_a_long_name(tmp_path: Path, name: str, key: str) -> None:
    migcheck.dump(tmp_path / name, gradients={key: TWO})
    assert list(leaves_of(tmp_path / name)) == [f"grad[{key!r}]"]


@pytest.mark.parametrize("key", ["a" * 300, "名" * 60], ids=["300 letters", "60 signs"])
def test_a_name_that_no_file_can_have_leaves_the_earlier_set(tmp_path: Path, key: str) -> None:
    migcheck.dump(tmp_path / "set", gradients={"x": TWO})
    with pytest.raises(OSError, match="File name too long"):
        migcheck.dump(tmp_path / "set", gradients={key: TWO})
    assert list(leaves_of(tmp_path / "set")) == ["grad['x']"]
    assert [path.name for path in tmp_path.iterdir()] == ["set"]


@pytest.mark.parametrize("name", FORMATS)
def test_a_name_longer_than_any_is_held_or_refused(tmp_path: Path, name: str) -> None:
    code = f"import migcheck; migcheck.dump({name!r}, gradients={{'a' * 70_000: 1.5}})"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert "struct.error" not in done.stderr
    if done.returncode:
        assert done.stderr.splitlines()[-1].startswith(("ValueError: ", "OSError: "))
        assert list(tmp_path.iterdir()) == []
    else:
        assert len(leaves_of(tmp_path / name)) == 1


@pytest.mark.parametrize("name", FORMATS)
def test_an_earlier_set_is_replaced_as_a_whole(tmp_path: Path, name: str) -> None:
    migcheck.dump(tmp_path / name, outputs=TWO, gradients={"gone": TWO, "x": TWO})
    migcheck.dump(tmp_path / name, gradients={"x": TWO + 1})
    assert {title: array.tolist() for title, array in arrays_of(tmp_path / name).items()} == {"grad['x']": [2, 3]}
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", FORMATS)
def test_what_cannot_be_saved_leaves_the_earlier_set(tmp_path: Path, name: str) -> None:
    migcheck.dump(tmp_path / name, gradients={"x": TWO})
    with pytest.raises(TypeError):
        migcheck.dump(tmp_path / name, gradients={"x": TWO, "y": object()})
    if name != "set.safetensors":
        with pytest.raises(ValueError, match="None"):
            migcheck.dump(tmp_path / name, gradients={"x": TWO, "y": None})
    assert list(leaves_of(tmp_path / name)) == ["grad['x']"]
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", FORMATS)
def test_the_folder_is_made_and_a_path_may_be_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    migcheck.dump(f"new/folder/{name}", gradients={"x": TWO})
    migcheck.dump(name, gradients={"x": TWO})
    assert list(leaves_of(tmp_path / "new" / "folder" / name)) == list(leaves_of(tmp_path / name)) == ["grad['x']"]


@pytest.mark.parametrize("name", FORMATS)
def test_a_set_has_the_permissions_of_any_new_file(tmp_path: Path, name: str) -> None:
    migcheck.dump(tmp_path / name, gradients={"x": TWO})
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    like = tmp_path / ("folder" if name == "set" else "file")
    assert (tmp_path / name).stat().st_mode == like.stat().st_mode


@pytest.mark.parametrize("strange", ["notes.txt", ".hidden", "x.npz", "folder", "x.NPY"])
def test_a_folder_that_holds_anything_else_is_left_alone(tmp_path: Path, strange: str) -> None:
    target = tmp_path / "set"
    migcheck.dump(target, gradients={"x": TWO})
    (target / strange).mkdir() if strange == "folder" else (target / strange).write_text("mine")
    with pytest.raises(FileExistsError) as caught:
        migcheck.dump(target, gradients={"y": TWO})
    assert str(caught.value) == f"{target}: holds {strange}, which is no saved gradient; choose another folder"
    assert (target / strange).exists()
    assert [path.name for path in tmp_path.iterdir()] == ["set"]


def test_a_file_without_a_suffix_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "set").write_text("mine")
    with pytest.raises(FileExistsError) as caught:
        migcheck.dump(tmp_path / "set", gradients={"x": TWO})
    assert str(caught.value) == (f"{tmp_path}/set: holds set, which is no saved gradient; choose another folder")
    assert (tmp_path / "set").read_text() == "mine"


def test_a_folder_of_arrays_that_are_no_gradients_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    np.save(tmp_path / "data" / "train.npy", TWO)
    with pytest.raises(FileExistsError):
        migcheck.dump(tmp_path / "data", gradients={"x": TWO})
    assert (tmp_path / "data" / "train.npy").exists()


def test_a_folder_whose_name_ends_as_an_arrays_is_left_alone(tmp_path: Path) -> None:
    mine = tmp_path / "set" / "x.npy" / "thesis.tex"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    with pytest.raises(FileExistsError):
        migcheck.dump(tmp_path / "set", gradients={"x": TWO})
    assert mine.exists()


@pytest.mark.parametrize("name", FORMATS[:2])
def test_a_folder_in_the_place_of_a_file_is_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    with pytest.raises(IsADirectoryError):
        migcheck.dump(tmp_path / name, gradients={"x": TWO})
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", FORMATS)
def test_a_link_stays_a_link(tmp_path: Path, name: str) -> None:
    target = Path(name).with_stem("target")
    migcheck.dump(tmp_path / target, gradients={"x": TWO})
    (tmp_path / name).symlink_to(target)
    migcheck.dump(tmp_path / name, gradients={"y": TWO})
    assert (tmp_path / name).is_symlink()
    assert list(leaves_of(tmp_path / target)) == ["grad['y']"]


@pytest.mark.parametrize("target", ["blob", "set.v1", "set.safetensors"])
def test_the_format_is_the_one_that_was_given(tmp_path: Path, target: str) -> None:
    (tmp_path / "set.npz").symlink_to(target)
    for exists in (False, True):
        migcheck.dump(tmp_path / "set.npz", gradients={str(exists): TWO})
        assert zipfile.is_zipfile(tmp_path / "set.npz")
        assert list(leaves_of(tmp_path / "set.npz")) == [f"grad['{exists}']"]


@pytest.mark.parametrize("name", ["set.pt", "set.npy", "set.v1", "set.NPZ"])
def test_an_unknown_suffix(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="save as") as caught:
        migcheck.dump(tmp_path / name, gradients={"x": TWO})
    assert str(caught.value) == (
        f"{tmp_path}/{name}: save as .safetensors, as .npz, or without a suffix as a folder of .npy"
    )


@pytest.mark.parametrize("trees", [{}, {"gradients": {}}, {"outputs": None}, {"outputs": (), "gradients": [{}]}])
def test_nothing_to_save(tmp_path: Path, trees: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="neither") as caught:
        migcheck.dump(tmp_path / "set.npz", **trees)
    assert str(caught.value) == "there is neither an output nor a gradient to save"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("name", "kind"), [("set.npz", ".npz"), ("set", ".npy")])
@pytest.mark.parametrize(
    ("value", "what"), [(None, "None"), *((number, "a Python number") for number in (0.1, 3, True, 1 + 2j))]
)
def test_what_a_format_cannot_hold_is_told_which_does(
    tmp_path: Path, name: str, kind: str, value: Any, what: str
) -> None:
    with pytest.raises(ValueError, match="hold") as caught:
        migcheck.dump(tmp_path / name, gradients={"x": value})
    assert str(caught.value) == f"grad['x'] is {what}, which {kind} cannot hold; save as .safetensors"
    assert list(tmp_path.iterdir()) == []


A_LEAF = (
    "a leaf is a tensor, an array, a number or None, in any nesting of dict, list, tuple, named tuple and dataclass"
)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("text", f"grad['x'] is a str; {A_LEAF}"),
        ({1, 2}, f"grad['x'] is a set; {A_LEAF}"),
        (2**70, "grad['x'] is an array of dtype object, which cannot be compared"),
        (np.array(["a"]), "grad['x'] is an array of dtype str32, which cannot be compared"),
        ({1.5: 1}, "grad['x'] has the key 1.5; keys must be strings or integers"),
    ],
)
def test_what_is_no_leaf(tmp_path: Path, value: Any, said: str) -> None:
    with pytest.raises(TypeError) as caught:
        migcheck.dump(tmp_path / "set.npz", gradients={"x": value})
    assert str(caught.value) == said


FRAMEWORKS = """
import json, sys
import mindspore as ms, numpy as np, torch
import migcheck
torch_tensors = {
    "float": torch.arange(6.0).reshape(2, 3).T, "parameter": torch.nn.Parameter(torch.ones(2)),
    "complex": torch.tensor([1 + 2j]).conj(), "scalar": torch.tensor(3), "empty": torch.zeros(0, 3),
    "graph": torch.ones(2, requires_grad=True) * 2,
}
ms_tensors = {
    "float": ms.Tensor(np.arange(6, dtype=np.float32).reshape(2, 3).T), "parameter": ms.Parameter(ms.ops.ones(2)),
    "complex": ms.Tensor(np.array([1 - 2j], np.complex64)), "scalar": ms.Tensor(3), "empty": ms.ops.zeros((0, 3)),
    "graph": ms.ops.ones(2) * 2,
}
bfloat16 = {"torch": torch.tensor([1.5, -2], dtype=torch.bfloat16), "mindspore": ms.Tensor([1.5, -2], ms.bfloat16)}
said = []
for side, tensors in (("torch", torch_tensors), ("mindspore", ms_tensors)):
    for suffix in (".npz", ""):
        migcheck.dump(side + suffix, gradients=tensors)
        try:
            migcheck.dump(side + "-bfloat16" + suffix, gradients={"bfloat16": bfloat16[side]})
        except ValueError as error:
            said.append(str(error))
    migcheck.dump(side + ".safetensors", outputs=None, gradients={**tensors, "bfloat16": bfloat16[side], "none": None})
migcheck.dump("array.safetensors", gradients={"bfloat16": bfloat16["mindspore"].asnumpy()})
for value in (torch.eye(2).to_sparse(), torch.ones(2).to(torch.float8_e4m3fn)):
    try:
        migcheck.dump("never.npz", gradients={"x": value})
    except TypeError as error:
        said.append(str(error))
print(json.dumps(said))
"""


@pytest.fixture(scope="module")
def frameworks(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    folder = tmp_path_factory.mktemp("frameworks")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FRAMEWORKS],
        cwd=folder,
        env={**os.environ, "GLOG_v": "4"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return folder, json.loads(done.stdout.splitlines()[-1])


@pytest.mark.slow
@pytest.mark.parametrize("side", ["torch", "mindspore"])
@pytest.mark.parametrize("suffix", [".safetensors", ".npz", ""])
def test_the_tensors_of_a_framework(frameworks: tuple[Path, list[str]], side: str, suffix: str) -> None:
    found = leaves_of(frameworks[0] / f"{side}{suffix}")
    values = {title: (leaf.dtype, array_of(leaf).tolist()) for title, leaf in found.items() if leaf.kind != "none"}
    bfloat16 = values.pop("grad['bfloat16']", None)
    assert bfloat16 == (("bfloat16", [0x3FC0, 0xC000]) if suffix == ".safetensors" else None)
    assert ("grad['none']" in found) == (suffix == ".safetensors")
    assert values == {
        "grad['float']": ("float32", [[0, 3], [1, 4], [2, 5]]),
        "grad['parameter']": ("float32", [1, 1]),
        "grad['complex']": ("complex64", [1 - 2j]),
        "grad['scalar']": ("int64", 3),
        "grad['empty']": ("float32", []),
        "grad['graph']": ("float32", [2, 2]),
    }
    assert found["grad['empty']"].shape == (0, 3)


@pytest.mark.slow
def test_what_a_framework_has_and_no_file_holds(frameworks: tuple[Path, list[str]]) -> None:
    folder, said = frameworks
    refused = [
        f"grad['bfloat16'] is bfloat16, which {kind} cannot hold; save as .safetensors" for kind in (".npz", ".npy")
    ]
    assert said == [
        *refused * 2,
        "grad['x'] is a sparse_coo tensor (call to_dense() or dequantize() on it), which cannot be compared",
        "grad['x'] is a tensor of dtype float8_e4m3fn, which cannot be compared",
    ]
    assert not (folder / "never.npz").exists()


@pytest.mark.slow
def test_mindspores_bfloat16_as_an_array(frameworks: tuple[Path, list[str]]) -> None:
    assert leaves_of(frameworks[0] / "array.safetensors")["grad['bfloat16']"].dtype == "bfloat16"
