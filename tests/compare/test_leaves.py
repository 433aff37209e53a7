"""One leaf against its partner."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from migcheck.compare.finding import LeafKind
from migcheck.discover.schema import Tolerance
from migcheck.host.exchange import STORAGE, Leaf
from tests.build import Array, as_leaf, bfloat16, compared, f32, f64, kinds, only

I64 = np.iinfo(np.int64)


def test_equal_leaves_have_no_finding() -> None:
    assert kinds(f32(1, 2, 3), f32(1, 2, 3)) == []


def test_a_difference_with_all_its_facts() -> None:
    t = np.array([[1, 2], [3, 4]], np.float32)
    m = np.array([[1, 2.5], [3, 4.5]], np.float32)
    found = only(t, m)
    assert found.kind == "values"
    assert found.message == "elements differ by more than is allowed"
    assert found.leaf == "grad['x']"
    assert found.torch == LeafKind("float32", (2, 2))
    assert (found.elements, found.of) == (2, 4)
    assert found.worst is not None
    assert (found.worst.index, found.worst.torch, found.worst.mindspore) == ((0, 1), 2.0, 2.5)
    assert found.worst.difference == 0.5
    assert found.worst.allowed == pytest.approx(1.3e-6 * (2 + 7.5**0.5))


@pytest.mark.parametrize(
    ("t", "m"),
    [((64,), (1,)), ((64,), ()), ((1,), ()), ((2, 3), (3, 2)), ((6,), (2, 3)), ((0,), (0, 1)), ((0, 3), (3,))],
)
def test_shapes_never_broadcast(t: tuple[int, ...], m: tuple[int, ...]) -> None:
    for one, other in ((t, m), (m, t)):
        found = only(np.ones(one, np.float32), np.ones(other, np.float32))
        assert found.kind == "shape"
        assert found.message == f"shape {one} against {other}"


def test_a_number_is_not_a_vector_of_one() -> None:
    assert kinds(1.0, f32(1)) == ["shape"]


@pytest.mark.parametrize("shape", [(0,), (0, 3), (3, 0)])
def test_empty_leaves_of_one_shape_match(shape: tuple[int, ...]) -> None:
    assert kinds(np.empty(shape, np.float32), np.empty(shape, np.float32)) == []


def test_a_dtype_is_a_finding_although_the_values_agree() -> None:
    found = only(f32(1, 2), f64(1, 2))
    assert found.kind == "dtype"
    assert found.message == "dtype float32 against float64"
    assert (found.torch, found.mindspore) == (LeafKind("float32", (2,)), LeafKind("float64", (2,)))


def test_a_dtype_does_not_hide_a_difference_of_values() -> None:
    assert kinds(f32(1, 2), f64(1, 3)) == ["dtype", "values"]


def test_values_of_two_dtypes_are_compared_as_the_coarser() -> None:
    assert kinds(f64(1, 2), np.array([1.0005, 2], np.float16)) == ["dtype"]


@pytest.mark.parametrize(
    ("t", "m"),
    [
        (np.array([1 + 2j, 3], np.complex64), f32(1, 3)),
        (f32(1, 3), np.array([1 + 2j, 3], np.complex64)),
        (np.array([1 + 2j, 3], np.complex128), f64(1, 3)),
    ],
)
def test_the_real_part_of_a_complex_leaf_is_not_that_leaf(t: Array, m: Array) -> None:
    assert kinds(t, m) == ["dtype", "values"]


def test_an_integer_leaf_against_a_floating_one() -> None:
    assert kinds(np.array([1, 2]), f32(1, 2)) == ["dtype"]


@pytest.mark.parametrize("zeros", [f32(0, 0), f64(0), np.zeros((2, 3), np.int64), np.array([False]), f32(-0.0), 0.0])
def test_none_against_zeros(zeros: Any) -> None:
    found = only(None, zeros)
    assert (found.kind, found.message) == ("none_vs_zero", "None in torch, zeros in mindspore")
    assert found.torch == LeafKind("None", ())
    found = only(zeros, None)
    assert (found.kind, found.message) == ("none_vs_zero", "None in mindspore, zeros in torch")


def test_none_against_bfloat16_zeros_of_either_sign() -> None:
    assert kinds(None, bfloat16(0x0000, 0x8000)) == ["none_vs_zero"]


@pytest.mark.parametrize("values", [f32(0, 1e-30), f32(np.nan), np.array([0, 1]), np.array([1j], np.complex64), 1.0])
def test_none_against_values(values: Any) -> None:
    found = only(None, values)
    assert (found.kind, found.message) == ("none", "None in torch, values in mindspore")
    found = only(values, None)
    assert (found.kind, found.message) == ("none", "None in mindspore, values in torch")


def test_none_against_none() -> None:
    assert kinds(None, None) == []


def test_nan_on_one_side() -> None:
    found = only(f32(1, np.nan, 3), f32(1, 2, 3))
    assert (found.kind, found.message) == ("nonfinite", "NaN or infinity on one side")
    assert (found.elements, found.of) == (1, 3)
    assert found.worst is not None
    assert (found.worst.index, found.worst.torch, found.worst.mindspore) == ((1,), "nan", 2.0)


@pytest.mark.parametrize(
    ("t", "m"),
    [
        (f32(np.nan, 1), f32(1, np.nan)),
        (f32(np.inf, 1), f32(-np.inf, 1)),
        (f32(np.inf, 1), f32(np.nan, 1)),
        (f32(np.inf, 1), f32(3e38, 1)),
        (f32(1, 1), f32(1, np.inf)),
        (f32(np.inf), f32(0)),
        (f64(-np.inf), f64(1.7e308)),
        (np.array([np.inf], np.float16), np.array([65504], np.float16)),
        (bfloat16(0x7F80), bfloat16(0x7F7F)),
        (np.array([complex(np.inf, 0)]), np.array([complex(0, np.inf)])),
        (np.array([complex(np.inf, 0)]), np.array([1 + 0j])),
    ],
)
def test_nan_and_infinity_position_by_position(t: Any, m: Any) -> None:
    assert kinds(t, m) == ["nonfinite"]
    assert kinds(m, t) == ["nonfinite"]


def test_an_explicit_tolerance_excuses_no_nan_or_infinity() -> None:
    generous = Tolerance(rtol=1e9, atol=1e9)
    assert kinds(f32(np.inf), f32(1), generous) == ["nonfinite"]
    assert kinds(f32(np.nan), f32(1), generous) == ["nonfinite"]


def test_nan_on_both_sides_hides_no_other_element() -> None:
    assert kinds(f32(np.nan, 1, 2), f32(np.nan, 1, 3)) == ["values"]


def test_shared_nan_is_counted_for_a_note() -> None:
    assert compared(f32(np.nan, np.inf, 1), f32(np.nan, np.inf, 1)).alike == 2


def test_no_second_opinion_where_a_nan_is_on_one_side() -> None:
    result = compared(f32(np.nan, 1), f32(1, 1.1))
    assert [finding.kind for finding in result.findings] == ["nonfinite", "values"]
    assert not result.doubtful


@pytest.mark.parametrize("dtype", ["float16", "float32", "complex64"])
def test_a_floating_difference_may_be_rounding(dtype: str) -> None:
    assert compared(np.array([1, 2], dtype), np.array([1, 3], dtype)).doubtful


@pytest.mark.parametrize(
    ("t", "m"),
    [
        (f64(1, 2), f64(1, 3)),  # nothing finer to replay it in
        (np.array([1, 2]), np.array([1, 3])),
        (f32(1, 2), f64(1, 3)),  # the dtype stays wrong
        (f32(1, 2), f32(1, 2)),
        (f32(1), f32(1, 2)),
        (None, f32(1)),
    ],
)
def test_what_rounding_cannot_explain(t: Any, m: Any) -> None:
    assert not compared(t, m).doubtful


def test_an_explicit_tolerance_asks_for_no_second_opinion() -> None:
    assert not compared(f32(1), f32(2), Tolerance(rtol=1e-3)).doubtful


@pytest.mark.parametrize("dtype", ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"])
def test_integers_are_exact(dtype: str) -> None:
    t, m = np.array([0, 1, 1], dtype), np.array([0, 1, 0], dtype)
    found = only(t, m)
    assert (found.kind, found.message) == ("values", "integers compare exactly")
    assert (found.elements, found.of) == (1, 3)
    assert found.worst is not None
    assert (found.worst.index, found.worst.difference, found.worst.allowed) == ((2,), 1, 0)
    assert found.passes_with is None


@pytest.mark.parametrize(
    ("t", "m", "dtype"),
    [
        (I64.max, I64.max - 1, "int64"),
        (I64.min, I64.min + 1, "int64"),
        (I64.min, I64.max, "int64"),
        (2**53, 2**53 + 1, "int64"),
        (2**64 - 1, 2**64 - 2, "uint64"),
        (2**63, 2**63 - 1, "uint64"),
        (2**64 - 1, 0, "uint64"),
    ],
)
def test_integers_are_exact_where_float64_is_not(t: int, m: int, dtype: str) -> None:
    found = only(np.array([t], dtype), np.array([m], dtype))
    assert found.worst is not None
    assert (found.worst.torch, found.worst.mindspore, found.worst.difference) == (t, m, abs(t - m))


def test_numbers_are_exact_across_the_signs_of_int64() -> None:
    assert kinds(2**63, 2**63 - 1) == ["values"]
    assert kinds(2**63, 2**63) == []


def test_a_python_number_takes_its_partners_dtype() -> None:
    assert kinds(2.0, np.float32(2)) == []
    assert kinds(2.0, np.float64(2)) == []
    assert kinds(np.float16(0.1), 0.1) == []
    assert kinds(2, np.float32(2)) == []
    assert kinds(2, np.int32(2)) == []
    assert kinds(3, np.float32(2)) == ["values"]


def test_a_python_number_against_a_bfloat16_scalar() -> None:
    assert kinds(as_bfloat16(0x4000), 2.0) == []
    assert kinds(3.0, as_bfloat16(0x4000)) == ["values"]


def as_bfloat16(pattern: int) -> Leaf:
    found = bfloat16(pattern)
    assert found.values is not None
    return Leaf("tensor", "bfloat16", (), found.values.reshape(()))


@pytest.mark.parametrize(
    ("number", "array"), [(True, np.int32(1)), (1, np.bool_(True)), (1.0, np.int64(1)), (1j, np.float32(0))]
)
def test_a_number_that_its_partners_dtype_cannot_be(number: Any, array: Any) -> None:
    assert kinds(number, array)[0] == "dtype"
    assert kinds(array, number)[0] == "dtype"


def test_two_python_numbers() -> None:
    assert kinds(2.0, 2.0) == []
    assert kinds(2, 2.0) == []
    assert kinds(True, False) == ["values"]
    assert kinds(True, 1) == ["dtype"]
    assert kinds(1.0, 1.0 + 1e-7) == []  # loss.item() is a float32 in disguise
    assert kinds(1.0, 1.00001) == ["values"]
    assert kinds(float("nan"), float("nan")) == []
    assert kinds(float("inf"), 1.0) == ["nonfinite"]


def test_two_complex_python_numbers() -> None:
    assert kinds(1 + 1j, 1 + 1j) == []
    assert kinds(1 + 1j, 1 - 1j) == ["values"]
    assert kinds(1 + 1j, 1.0) == ["values"]
    assert kinds(1.0, 1 + 1j) == ["values"]


def test_a_number_is_reported_as_a_number() -> None:
    assert only(1.0, 2.0).torch == LeafKind("number", ())


def test_complex_elements_are_reported_as_text() -> None:
    found = only(np.array([1 + 2j], np.complex64), np.array([1 - 2j], np.complex64))
    assert found.worst is not None
    assert (found.worst.torch, found.worst.mindspore, found.worst.difference) == ("1+2j", "1-2j", 4.0)


def test_the_difference_of_the_largest_numbers_is_infinite_and_no_crash() -> None:
    found = only(f64(1.7e308), f64(-1.7e308))
    assert found.worst is not None
    assert found.worst.difference == "inf"


def test_the_magnitude_of_the_largest_complex_numbers_is_no_crash() -> None:
    assert kinds(np.array([1.5e308 + 1.5e308j, 0]), np.array([0j, 0])) == ["values"]
    assert kinds(np.array([0j, 0]), np.array([1.5e308 + 1.5e308j, 0])) == ["values"]


def test_bfloat16_by_its_values() -> None:
    assert kinds(bfloat16(0x3F80, 0x4000), bfloat16(0x3F80, 0x4000)) == []
    assert kinds(bfloat16(0x3F80, 0x4000), bfloat16(0x3F80, 0x4040)) == ["values"]
    assert kinds(bfloat16(0x3F80), f32(1)) == ["dtype"]


@pytest.mark.parametrize("dtype", sorted(STORAGE))
def test_0_d_leaves_of_all_dtypes(dtype: str) -> None:
    def scalar(value: int) -> Leaf:
        if dtype == "bfloat16":
            return as_bfloat16(0x3F80 if value else 0)
        return as_leaf(np.array(value, dtype))

    assert kinds(scalar(1), scalar(1)) == []
    found = only(scalar(1), scalar(0))
    assert found.worst is not None
    assert (found.kind, found.worst.index, found.of) == ("values", (), 1)


def test_torch_is_0_and_the_port_is_not() -> None:
    found = only(f32(0, 0), f32(0, 1e-30))
    assert found.passes_with is not None
    assert found.passes_with.rtol is None
    assert found.passes_with.atol == pytest.approx(1e-30, rel=0.1)


def test_a_leaf_far_below_any_absolute_tolerance() -> None:
    assert kinds(f32(1e-20), f32(0)) == ["values"]
    assert kinds(f32(0), f32(1e-20)) == ["values"]
