"""The arrays that a variant's programs are fed."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from migcheck.feed.draw import FeedError, draw
from migcheck.host.exchange import Leaf, LeafName, plain
from tests.build import Array, variant


def drawn(toml: str, folder: Path = Path(), seed: int = 0, **cell: Any) -> Leaf:
    """The input ``x``."""
    return draw(variant(f"[inputs]\n{toml}", folder, cell), seed)[LeafName(0, "input", "x")]


def values(toml: str, seed: int = 0, **cell: Any) -> Array:
    return plain(drawn(toml, seed=seed, **cell))


def refusal(toml: str, folder: Path = Path("case"), **cell: Any) -> str:
    """What is wrong with the input ``x``, without the part that names it."""
    with pytest.raises(FeedError) as caught:
        drawn(toml, folder, **cell)
    head, _, message = str(caught.value).partition(": input 'x': ")
    assert head == f"{folder}/case.toml"
    return message


def test_the_same_seed_draws_the_same() -> None:
    one, other = values("x = { normal = [50] }"), values("x = { normal = [50] }")
    np.testing.assert_array_equal(one, other)
    assert not np.array_equal(one, values("x = { normal = [50] }", seed=1))


def test_what_is_drawn_is_the_same_on_every_machine() -> None:
    found = values("x = { normal = [3] }", seed=7)
    assert found.tolist() == [-0.07392660528421402, 0.5207464098930359, -0.10361593961715698]
    found = values("x = { uniform = [3] }", seed=7)
    assert found.tolist() == [0.38165897130966187, 0.44095128774642944, 0.25878289341926575]
    assert values("x = { integers = [5], high = 100 }", seed=7).tolist() == [32, 38, 50, 44, 17]


def test_each_input_has_a_stream_of_its_own() -> None:
    alone = values("x = { normal = [5] }")
    np.testing.assert_array_equal(values("a = { normal = [9] }\nx = { normal = [5] }\nz = 1.0"), alone)
    two = draw(variant("[inputs]\nx = { normal = [5] }\ny = { normal = [5] }"), 0)
    x, y = (plain(value) for value in two.values())
    assert not np.array_equal(x, y)


@pytest.mark.parametrize("source", ["normal", "uniform", "zeros", "ones"])
@pytest.mark.parametrize("shape", [[], [0], [3], [2, 0, 3], [2, 3]])
def test_drawn_values_are_float32_of_the_shape(source: str, shape: list[int]) -> None:
    found = drawn(f"x = {{ {source} = {shape} }}")
    assert (found.dtype, found.shape) == ("float32", tuple(shape))


def test_normal_values() -> None:
    found = values("x = { normal = [10000], mean = 5, std = 0.5 }")
    assert found.mean() == pytest.approx(5, abs=0.05)
    assert found.std() == pytest.approx(0.5, rel=0.05)


def test_uniform_values() -> None:
    found = values("x = { uniform = [10000], low = -1, high = 3 }")
    assert -1 <= found.min() < -0.99
    assert 2.99 < found.max() <= 3


def test_integers_are_int64_below_high() -> None:
    found = drawn("x = { integers = [1000], low = -2, high = 2 }")
    assert found.dtype == "int64"
    assert set(plain(found).tolist()) == {-2, -1, 0, 1}


@pytest.mark.parametrize(
    ("value", "dtype", "shape"),
    [
        ("1.0", "float32", ()),
        ("1", "int64", ()),
        ("true", "bool", ()),
        ("[1.0, 2]", "float32", (2,)),
        ("[[1, 2], [3, 4]]", "int64", (2, 2)),
        ("[]", "float32", (0,)),
        ("nan", "float32", ()),
    ],
)
def test_written_values(value: str, dtype: str, shape: tuple[int, ...]) -> None:
    found = drawn(f"x = {value}")
    assert (found.kind, found.dtype, found.shape) == ("tensor", dtype, shape)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
@pytest.mark.parametrize("source", ["1.5", "[1.5]", "{ ones = [2] }", "{ normal = [] }"])
def test_the_dtype_of_the_variant(dtype: str, source: str) -> None:
    assert drawn(f"x = {source}", dtype=dtype).dtype == dtype


def test_the_dtype_of_the_variant_is_of_floating_inputs() -> None:
    assert drawn("x = 1", dtype="float64").dtype == "int64"
    assert drawn("x = true", dtype="float64").dtype == "bool"


def test_the_dtype_of_the_input_wins() -> None:
    assert drawn('x = { ones = [2], dtype = "float16" }', dtype="float64").dtype == "float16"
    assert drawn('x = { integers = [2], high = 3, dtype = "int8" }').dtype == "int8"
    assert drawn('x = { value = 1, dtype = "float64" }').dtype == "float64"
    assert drawn('x = { value = 1, dtype = "bfloat16" }').dtype == "bfloat16"
    assert drawn('x = { normal = [2], dtype = "complex64" }').dtype == "complex64"


def test_float64_is_drawn_in_float64() -> None:
    double = values("x = { normal = [5] }", dtype="float64")
    single = values("x = { normal = [5] }")
    assert not np.array_equal(double, single)
    np.testing.assert_array_equal(double.astype(np.float32), single)


def test_a_loaded_array_keeps_its_dtype(tmp_path: Path) -> None:
    for dtype in ("float16", "float64", "int8", "bool", "complex128", ">f4"):
        np.save(tmp_path / "x.npy", np.ones((2, 3), dtype))
        found = drawn('x = { load = "x.npy" }', tmp_path)
        assert (found.dtype, found.shape) == (np.dtype(dtype).name, (2, 3))
        np.testing.assert_array_equal(plain(found), np.ones((2, 3)))


def test_a_loaded_array_takes_the_dtype_of_the_variant(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.ones(2))
    assert drawn('x = { load = "x.npy" }', tmp_path, dtype="float32").dtype == "float32"


def test_a_loaded_array_of_another_order(tmp_path: Path) -> None:
    array = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    np.save(tmp_path / "x.npy", array)
    np.testing.assert_array_equal(plain(drawn('x = { load = "x.npy" }', tmp_path)), array)


def test_no_such_file(tmp_path: Path) -> None:
    assert refusal('x = { load = "x.npy" }', tmp_path) == f"{tmp_path}/x.npy cannot be read: No such file or directory"


def test_a_folder_for_a_file(tmp_path: Path) -> None:
    (tmp_path / "x.npy").mkdir()
    assert refusal('x = { load = "x.npy" }', tmp_path) == f"{tmp_path}/x.npy cannot be read: Is a directory"


def test_an_archive(tmp_path: Path) -> None:
    np.savez(tmp_path / "x.npz", a=np.ones(2))
    assert refusal('x = { load = "x.npz" }', tmp_path) == (
        f"{tmp_path}/x.npz is an archive; save the one array with numpy.save"
    )


def test_an_array_of_objects_is_never_unpickled(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.array([1, "a"], object), allow_pickle=True)
    assert refusal('x = { load = "x.npy" }', tmp_path).startswith(
        f"{tmp_path}/x.npy is no readable .npy file of numbers: "
    )


def npy(array: Array) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def header(shape: tuple[int, ...]) -> bytes:
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(file, {"descr": "<f8", "fortran_order": False, "shape": shape})
    return file.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"PK\x03\x04 no archive",
        npy(np.ones(9))[:-5],
        npy(np.ones(9))[:40],
        b"\x93NUMPY",
        header((10**15,)),
    ],
    ids=["empty", "text", "zip", "truncated", "half a header", "magic", "huge"],
)
def test_a_file_that_is_no_array(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.npy").write_bytes(data)
    assert refusal('x = { load = "x.npy" }', tmp_path).startswith(
        f"{tmp_path}/x.npy is no readable .npy file of numbers: "
    )


@pytest.mark.parametrize(
    ("dtype", "name"), [("U3", "str96"), ("S3", "bytes24"), ("M8[D]", "datetime64[D]"), ("V4", "void32")]
)
def test_a_dtype_that_no_framework_takes(tmp_path: Path, dtype: str, name: str) -> None:
    np.save(tmp_path / "x.npy", np.zeros(2, dtype))
    assert refusal('x = { load = "x.npy" }', tmp_path) == f"an array of dtype {name}"


def test_lists_of_different_lengths() -> None:
    assert refusal("x = [[1, 2], [3]]") == "its lists have different lengths"


@pytest.mark.parametrize(("value", "shown"), [('["a"]', "['a']"), ("[1, 'a']", "[1, 'a']"), (str(2**70), str(2**70))])
def test_values_that_are_no_numbers(value: str, shown: str) -> None:
    assert refusal(f"x = {{ value = {value} }}") == f"{shown} is no array of numbers or booleans"


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("normal = [2], std = -1", "scale < 0"),
        ("uniform = [2], high = inf", "high - low range exceeds valid bounds"),
        ("integers = [2], high = 1e30", "high is out of bounds for int64"),
    ],
)
def test_bounds_that_numpy_refuses(spec: str, message: str) -> None:
    assert refusal(f"x = {{ {spec} }}") == message


@pytest.mark.parametrize("source", ["normal", "zeros", "ones", "uniform"])
def test_more_than_fits_into_memory(source: str) -> None:
    assert "Unable to allocate" in refusal(f"x = {{ {source} = [{10**15}] }}")


@pytest.mark.parametrize(
    ("value", "dtype"), [("300", "uint8"), ("-1", "uint8"), ("1.5", "int32"), ("nan", "int32"), ("inf", "int8")]
)
def test_a_written_value_that_its_dtype_cannot_hold(value: str, dtype: str) -> None:
    # both sides would be fed another number than the one that is written
    assert refusal(f'x = {{ value = [{value}], dtype = "{dtype}" }}')
