"""Arrays in the dtype that a variant asks for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from migcheck.feed.dtype import all_floating_as, bfloat16_bits, floating_as
from migcheck.host.exchange import leaf, plain
from tests.build import Array, as_leaf, bfloat16, f32, f64, grad

FLOATING = ["float16", "bfloat16", "float32", "float64"]


@pytest.mark.parametrize("dtype", FLOATING)
@pytest.mark.parametrize("source", ["float16", "float32", "float64"])
def test_a_floating_leaf_takes_the_dtype(dtype: str, source: str) -> None:
    found = floating_as(as_leaf(np.array([1, -2.5, 0], source)), dtype)
    assert (found.kind, found.dtype, found.shape) == ("tensor", dtype, (3,))
    np.testing.assert_array_equal(plain(found), [1, -2.5, 0])


@pytest.mark.parametrize("dtype", FLOATING)
@pytest.mark.parametrize("shape", [(), (0,), (2, 0), (1,), (2, 3)])
def test_every_shape_is_kept(dtype: str, shape: tuple[int, ...]) -> None:
    found = floating_as(as_leaf(np.full(shape, 1.5)), dtype)
    assert found.shape == shape
    np.testing.assert_array_equal(plain(found), np.full(shape, 1.5))


def test_bfloat16_becomes_a_finer_dtype_exactly() -> None:
    one = bfloat16(0x3F80, 0x3F81, 0x8000, 0x7F80)
    np.testing.assert_array_equal(plain(floating_as(one, "float64")), [1, 1 + 2**-7, -0.0, np.inf])


@pytest.mark.parametrize(
    ("dtype", "partner"),
    [("float16", "complex64"), ("bfloat16", "complex64"), ("float32", "complex64"), ("float64", "complex128")],
)
def test_a_complex_leaf_takes_the_dtype_beside(dtype: str, partner: str) -> None:
    found = floating_as(as_leaf(np.array([[1 + 2j]])), dtype)
    assert (found.dtype, found.shape) == (partner, (1, 1))
    assert plain(found)[0, 0] == 1 + 2j


@pytest.mark.parametrize("array", [np.array([1, 2]), np.array([True]), np.array(3, np.uint8)])
def test_integers_and_booleans_stay_as_they_are(array: Array) -> None:
    one = as_leaf(array)
    assert floating_as(one, "bfloat16") is one


def test_all_inputs() -> None:
    inputs = {grad("x"): as_leaf(f32(1)), grad("n"): as_leaf(np.array([1]))}
    assert [value.dtype for value in all_floating_as(inputs, "float64").values()] == ["float64", "int64"]


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32"])
def test_too_large_a_value_is_infinite_as_in_both_frameworks(dtype: str) -> None:
    np.testing.assert_array_equal(plain(floating_as(as_leaf(f64(1e300, -1e300)), dtype)), [np.inf, -np.inf])


def test_too_large_a_complex_value_is_infinite() -> None:
    found = plain(floating_as(as_leaf(np.array([complex(1e300, 1)])), "float32"))
    assert (found[0].real, found[0].imag) == (np.inf, 1)


@pytest.mark.parametrize("dtype", FLOATING)
def test_nan_and_infinity_stay(dtype: str) -> None:
    np.testing.assert_array_equal(
        plain(floating_as(as_leaf(f64(np.nan, np.inf, -np.inf)), dtype)), [np.nan, np.inf, -np.inf]
    )


@pytest.mark.parametrize(
    ("value", "bits"),
    [
        (1.0, 0x3F80),
        (-0.0, 0x8000),
        (1 + 2**-8, 0x3F80),  # a tie, to even
        (1 + 3 * 2**-8, 0x3F82),  # a tie, to even
        (1 + 2**-8 + 2**-20, 0x3F81),
        (3.4e38, 0x7F80),  # rounds up to infinity
        (-np.inf, 0xFF80),
        (2.0**-133, 0x0001),  # the smallest subnormal
        (2.0**-134, 0x0000),
    ],
)
def test_the_rounding_of_bfloat16(value: float, bits: int) -> None:
    assert bfloat16_bits(f32(value)).tolist() == [bits]


def test_a_0_d_array_in_bfloat16() -> None:
    found = bfloat16_bits(np.array(1.5))
    assert (found.shape, found.dtype.name, int(found)) == ((), "uint16", 0x3FC0)


def test_a_bfloat16_nan_is_no_infinity() -> None:
    odd = np.array([0x7F800001, 0xFF800001, 0x7FFFFFFF, 0xFFFFFFFF], np.uint32).view(np.float32)
    assert np.isnan(plain(leaf(bfloat16_bits(odd), "bfloat16"))).all()


@pytest.mark.slow
@given(hnp.arrays("uint32", st.integers(1, 200)))
@settings(deadline=None, derandomize=True, max_examples=100)
def test_bfloat16_rounds_as_torch_does(patterns: Array) -> None:
    import torch

    array = patterns.view(np.float32)
    expected = torch.from_numpy(array).to(torch.bfloat16).float().numpy()
    np.testing.assert_array_equal(plain(leaf(bfloat16_bits(array), "bfloat16")), expected)
