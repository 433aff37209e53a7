"""Two sets to a verdict, whatever they were saved as."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import safetensors.numpy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import migcheck
from migcheck.discover.schema import Tolerance
from migcheck.host.exchange import STORAGE, LeafName, leaf, write
from migcheck.report.value import Result
from tests.build import Array, f32, f64
from tests.saved.forge import TWO, npy_of, result_of, zipped

NUMPY_DTYPES = sorted(set(STORAGE) - {"bfloat16"})

examples = settings(
    deadline=None,
    derandomize=True,
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

Arrays = Mapping[str, Array]


def in_a_folder(change: Callable[[Array], Array]) -> Callable[[Path, Arrays], Path]:
    def save(path: Path, arrays: Arrays) -> Path:
        path.mkdir(exist_ok=True)
        for name, array in arrays.items():
            np.save(path / name, change(array))
        return path

    return save


def in_an_npz(method: int, change: Callable[[Array], Array]) -> Callable[[Path, Arrays], Path]:
    def save(path: Path, arrays: Arrays) -> Path:
        path = path.with_suffix(".npz")
        path.write_bytes(zipped([(f"{name}.npy", npy_of(change(array))) for name, array in arrays.items()], method))
        return path

    return save


def foreign(path: Path, arrays: Arrays) -> Path:
    path = path.with_suffix(".safetensors")
    safetensors.numpy.save_file({name: np.array(array, order="C") for name, array in arrays.items()}, path)
    return path


def dumped(suffix: str) -> Callable[[Path, Arrays], Path]:
    def save(path: Path, arrays: Arrays) -> Path:
        path = path.with_suffix(suffix)
        migcheck.dump(path, gradients=dict(arrays))
        return path

    return save


def fortran(array: Array) -> Array:
    return np.array(array, order="F")


def big_endian(array: Array) -> Array:
    return array.astype(array.dtype.newbyteorder(">"))


PLAIN = dumped(".safetensors")
WAYS: dict[str, Callable[[Path, Arrays], Path]] = {
    "folder": in_a_folder(np.asarray),
    "Fortran order": in_a_folder(fortran),
    "big-endian": in_a_folder(big_endian),
    "npz": in_an_npz(zipfile.ZIP_STORED, np.asarray),
    "npz, Fortran order, big-endian": in_an_npz(zipfile.ZIP_STORED, lambda array: fortran(big_endian(array))),
    "npz, compressed": in_an_npz(zipfile.ZIP_DEFLATED, np.asarray),
    "npz, compressed, Fortran order": in_an_npz(zipfile.ZIP_DEFLATED, fortran),
    "dumped .npz": dumped(".npz"),
    "dumped folder": dumped(""),
}


def essence(result: Result) -> Any:
    """All of a result but its names and times, in the order of the leaves' names."""
    findings = sorted(msgspec.to_builtins(result.findings), key=lambda finding: (finding["leaf"], finding["kind"]))
    return result.verdict, findings, sorted(result.notes), result.leaves, [f.reason for f in result.failures]


@st.composite
def leaves(draw: st.DrawFn) -> tuple[Array, Array]:
    """Two arrays, mostly of one shape and dtype, of which some elements are near, some far, some odd."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shape = draw(st.sampled_from([(), (1,), (0, 3), (7,), (3, 5), (2, 3, 4), (4100, 3)]))
    dtype = draw(st.sampled_from(NUMPY_DTYPES))
    t = rng.standard_normal(shape) * 2.0 ** rng.integers(-9, 9, shape)
    m = t * (1 + draw(st.sampled_from([0, 1e-7, 1e-6, 1e-3])) * rng.standard_normal(shape))
    if dtype.startswith("complex"):
        t, m = t + 1j * rng.standard_normal(shape), m + 1j * t
    t, m = np.asarray(t), np.asarray(m)
    if np.dtype(dtype).kind in "fc" and t.size:
        for odd in draw(st.lists(st.sampled_from([0.0, np.nan, np.inf, -np.inf]), max_size=2)):
            place = tuple(int(rng.integers(size)) for size in shape)
            m[place] = odd
            if rng.random() < 0.5:
                t[place] = odd
    other = draw(st.sampled_from([dtype] * 6 + ["float64"]))
    kinds = np.dtype(dtype).kind, np.dtype(other).kind
    with np.errstate(invalid="ignore", over="ignore"):
        if kinds[0] == "c" != kinds[1]:
            m = m.real
        if kinds[0] == "u":
            t, m = abs(t), abs(m)
        return t.astype(dtype), np.asarray(m).astype(other)


@given(
    pairs=st.dictionaries(st.sampled_from("abc"), leaves(), min_size=1),
    ways=st.tuples(*[st.sampled_from(sorted(WAYS))] * 2),
    missing=st.sampled_from([None, None, "a"]),
)
@examples
def test_the_verdict_does_not_depend_on_the_format(
    tmp_path: Path, pairs: dict[str, tuple[Array, Array]], ways: tuple[str, str], missing: str | None
) -> None:
    sides = (
        {name: t for name, (t, _) in pairs.items()},
        {name: m for name, (_, m) in pairs.items() if name != missing} or {"z": TWO},
    )
    names = "torch", "mindspore"
    expected = essence(result_of(*(PLAIN(tmp_path / name, side) for name, side in zip(names, sides, strict=True))))
    for each in tmp_path.glob("*/*"):
        each.unlink()
    found = [WAYS[way](tmp_path / name, side) for way, name, side in zip(ways, names, sides, strict=True)]
    assert essence(result_of(*found)) == expected


@pytest.mark.parametrize("way", sorted(WAYS))
@pytest.mark.parametrize("apart", [0, 1e-9, 1e-5, 1.0])
def test_the_second_opinion_does_not_depend_on_the_format(tmp_path: Path, way: str, apart: float) -> None:
    rng = np.random.default_rng(0)
    true = rng.standard_normal((40, 50))
    sets = {
        "torch": true.astype("f4"),
        "mindspore": (true * (1 + apart) * (1 + 3e-6 * rng.standard_normal(true.shape))).astype("f4"),
        "torch64": true,
        "mindspore64": true * (1 + apart),
    }

    def compared(save: Callable[[Path, Arrays], Path]) -> Result:
        paths = {name: save(tmp_path / name, {"x": array}) for name, array in sets.items()}
        float64 = {side: paths[f"{side}64"] for side in ("torch", "mindspore")}
        return result_of(paths["torch"], paths["mindspore"], float64)

    plain = compared(PLAIN)
    assert plain.verdict == ("match" if apart < 1e-6 else "mismatch")
    found = compared(WAYS[way])
    assert essence(found) == essence(plain)
    assert found.rounded == plain.rounded


@pytest.mark.parametrize("order", ["safetensors", "bfloat16"])
def test_foreign_files_compare_with_those_of_dump(tmp_path: Path, order: str) -> None:
    if order == "bfloat16":
        bits = np.array([0x3F80, 0xC000], np.uint16)
        write(str(tmp_path / "one.safetensors"), {LeafName(0, "grad", "['x']"): leaf(bits, "bfloat16")}, 1)
        other = tmp_path / "other.safetensors"
        header = b'{"x":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}'
        other.write_bytes(len(header).to_bytes(8, "little") + header + bits.tobytes())
    else:
        migcheck.dump(tmp_path / "one.safetensors", gradients={"x": TWO})
        other = foreign(tmp_path / "other", {"x": TWO})
    result = result_of(tmp_path / "one.safetensors", other)
    assert (result.verdict, result.leaves) == ("match", 1)


@pytest.mark.parametrize("dtype", ["bfloat16", "float32"])
def test_a_signalling_nan_is_compared_without_a_word(tmp_path: Path, dtype: str) -> None:
    bits = np.array([0x7F81, 0x3F80], np.uint16)
    nan = leaf(bits, "bfloat16") if dtype == "bfloat16" else leaf((bits.astype(np.uint32) << 16).view(np.float32))
    write(str(tmp_path / "set.safetensors"), {LeafName(0, "grad", "['x']"): nan}, 1)
    assert result_of(tmp_path / "set.safetensors").verdict == "match"


def test_numbers_are_not_held_to_float64(tmp_path: Path) -> None:
    # a loss, read by .item() on both sides
    paths = [tmp_path / f"{side}.safetensors" for side in ("torch", "mindspore")]
    for path, loss in zip(paths, (0.1, 0.1 + 1e-8), strict=True):
        migcheck.dump(path, outputs=loss, gradients=TWO)
    assert result_of(*paths).verdict == "match"


def saved(path: Path, **gradients: Any) -> Path:
    migcheck.dump(path, gradients=gradients)
    return path


def test_leaves_are_paired_by_name(tmp_path: Path) -> None:
    torch = saved(tmp_path / "t.safetensors", a=TWO, b=TWO + 1)
    mindspore = saved(tmp_path / "m.safetensors", b=TWO + 1, weight=TWO)
    found = result_of(torch, mindspore)
    assert found.verdict == "mismatch"
    assert [(finding.leaf, finding.kind) for finding in found.findings] == [
        ("grad['a']", "missing"),
        ("grad['weight']", "extra"),
    ]


@pytest.mark.parametrize("values", [[None], [f32(np.nan)], [f32()], [None, f32(np.inf)]])
def test_nothing_to_compare_is_no_match(tmp_path: Path, values: list[Any]) -> None:
    path = saved(tmp_path / "t.safetensors", **{str(at): value for at, value in enumerate(values)})
    result = result_of(path)
    assert result.verdict == "error"
    assert [failure.reason for failure in result.failures] == [
        "nothing was compared: every gradient is None, empty or NaN on both sides"
    ]


def test_outputs_alone_are_no_match(tmp_path: Path) -> None:
    migcheck.dump(tmp_path / "t.npz", outputs=TWO)
    result = result_of(tmp_path / "t.npz")
    assert result.verdict == "error"
    assert [(failure.kind, failure.reason) for failure in result.failures] == [
        ("observation", "nothing was compared: there is no gradient")
    ]


def test_none_against_zeros(tmp_path: Path) -> None:
    torch, mindspore = saved(tmp_path / "t.safetensors", x=None), saved(tmp_path / "m.safetensors", x=f32(0, 0))
    assert [finding.kind for finding in result_of(torch, mindspore).findings] == ["none_vs_zero"]


@pytest.mark.parametrize(
    ("tolerance", "verdict"),
    [
        (None, "mismatch"),
        (Tolerance(rtol=1e-2), "match"),
        (Tolerance(rtol=1e-4), "mismatch"),
        (Tolerance(atol=0.01), "match"),
        (Tolerance(rtol=0.0, atol=0.0), "mismatch"),
        (Tolerance(rtol=0.0, atol=1e-2), "match"),
    ],
)
def test_a_tolerance_is_that_of_all_leaves(tmp_path: Path, tolerance: Tolerance | None, verdict: str) -> None:
    torch, mindspore = saved(tmp_path / "t.npz", x=TWO, y=TWO), saved(tmp_path / "m.npz", x=TWO * 1.001, y=TWO)
    assert result_of(torch, mindspore, None, tolerance).verdict == verdict


def test_a_tolerance_passes_no_nan_and_no_shape(tmp_path: Path) -> None:
    torch, mindspore = saved(tmp_path / "t.npz", x=TWO, y=TWO), saved(tmp_path / "m.npz", x=f32(1, np.nan), y=f32(1))
    kinds = [finding.kind for finding in result_of(torch, mindspore, None, Tolerance(1e9, 1e9)).findings]
    assert kinds == ["nonfinite", "shape"]


@pytest.mark.parametrize("factor", [2, -1, 1.0001, 1.02])
@pytest.mark.parametrize("sets", [("torch",), ("torch", "mindspore")])
def test_a_wrong_factor_is_found_with_sets_in_float64_as_well(
    tmp_path: Path, factor: float, sets: tuple[str, ...]
) -> None:
    true = np.random.default_rng(1).standard_normal((30, 30))
    values = {"torch": true, "mindspore": true * factor}
    float64 = {side: saved(tmp_path / f"{side}64.npz", x=values[side]) for side in sets}
    single = [saved(tmp_path / f"{side}.npz", x=value.astype("f4")) for side, value in values.items()]
    assert result_of(*single, float64).verdict == "mismatch"


@pytest.mark.parametrize(
    ("reference", "note"),
    [
        ({"x": f32(1, 2)}, "the float64 replay of the torch program still computes grad['x'] in float32"),
        ({"y": f64(1, 2)}, "the float64 replay of the torch program has no such grad['x']"),
        ({"x": f64(1, 2, 3)}, "the float64 replay of the torch program has no such grad['x']"),
        ({"x": f64(1, np.nan)}, "the float64 replay of the torch program has NaN or infinity in grad['x']"),
    ],
)
def test_a_set_in_float64_that_says_nothing_passes_nothing(tmp_path: Path, reference: Arrays, note: str) -> None:
    torch, mindspore = saved(tmp_path / "t.npz", x=TWO), saved(tmp_path / "m.npz", x=TWO * 1.00001)
    found = result_of(torch, mindspore, {"torch": saved(tmp_path / "t64.npz", **reference)})
    assert found.verdict == "mismatch"
    assert [finding.rounding and finding.rounding.note for finding in found.findings] == [note]


def test_a_bad_set_in_float64_is_an_error_of_its_side(tmp_path: Path) -> None:
    torch = saved(tmp_path / "t.npz", x=TWO)
    (tmp_path / "t64.npz").write_bytes(b"")
    (tmp_path / "m.npz").write_bytes(b"")
    found = result_of(torch, tmp_path / "m.npz", {"torch": tmp_path / "t64.npz"})
    assert [(failure.side, failure.kind, failure.reason) for failure in found.failures] == [
        (side, "inputs", f"{tmp_path}/{name}.npz: not an .npz file, or the beginning of one; save it again")
        for side, name in (("mindspore", "m"), ("torch", "t64"))
    ]


def test_a_leaf_that_turns_out_bad_while_comparing_is_an_error(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "t.npz", x=np.arange(10_000.0))
    data = bytearray((tmp_path / "t.npz").read_bytes())
    data[len(data) // 2] ^= 0xFF
    (tmp_path / "m.npz").write_bytes(data)
    found = result_of(tmp_path / "t.npz", tmp_path / "m.npz")
    assert found.verdict == "error"
    (failure,) = found.failures
    assert (failure.side, failure.kind) == ("case", "inputs")
    assert failure.reason.startswith(f"{tmp_path}/m.npz: 'x.npy': damaged: ")


def test_sets_without_a_common_name_are_not_compared_name_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at = []

    def near(word: str, possibilities: Sequence[str], **options: Any) -> list[str]:
        looked_at.append(len(possibilities))
        return []

    monkeypatch.setattr("difflib.get_close_matches", near)
    torch = saved(tmp_path / "t.npz", **{f"torch.{number}": TWO for number in range(1000)})
    mindspore = saved(tmp_path / "m.npz", **{f"mindspore.{number}": TWO for number in range(1000)})
    assert len(result_of(torch, mindspore).findings) == 2000
    assert sum(looked_at) < 100_000


def test_the_directory_of_a_compressed_set_is_not_read_for_each_array(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    np.savez_compressed(tmp_path / "t.npz", **{str(number): TWO for number in range(50)})
    read = []
    directory = zipfile.ZipFile._RealGetContents  # type: ignore[attr-defined]
    monkeypatch.setattr(zipfile.ZipFile, "_RealGetContents", lambda self: (read.append(self), directory(self)))
    assert result_of(tmp_path / "t.npz").leaves == 50
    assert len(read) < 10
