"""Element by element, across block borders."""

from __future__ import annotations

import math

import numpy as np
import pytest

from migcheck.compare.blocks import BLOCK, Differences, differences, errors, scale_of
from tests.build import Array, f32, f64

RTOL = 1e-6


def counted(t: Array, m: Array, rtol: float = RTOL) -> Differences:
    scale = scale_of(t)
    return differences(t, m, scale, rtol, rtol * scale.rms)


def test_scale_of_a_vector() -> None:
    scale = scale_of(f32(3, -4))
    assert scale.rms == math.sqrt(12.5)
    assert scale.largest == 4


@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64", "complex128"])
def test_scale_of_nothing_is_0(dtype: str) -> None:
    scale = scale_of(np.empty((0, 3), dtype))
    assert (scale.rms, scale.largest) == (0, 0)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "complex64", "complex128"])
def test_scale_leaves_nan_and_infinity_aside(dtype: str) -> None:
    scale = scale_of(np.array([np.nan, 2, np.inf, -np.inf, 2], dtype))
    assert (scale.rms, scale.largest) == (2, 2)


@pytest.mark.parametrize("size", [5e-324, 1e-310, 1e-250, 1e-20, 1.0, 1e20, 1e250, 1.7e308])
def test_scale_has_room_for_all_of_float64(size: float) -> None:
    scale = scale_of(f64(size, -size, size))
    assert scale.rms == pytest.approx(size, rel=1e-12, abs=0)
    assert scale.largest == size


def test_scale_of_complex_is_of_its_magnitudes() -> None:
    assert scale_of(np.array([3 + 4j, 0], np.complex64)).largest == 5


def test_scale_of_the_largest_complex_numbers_is_not_lost() -> None:
    # |z| is beyond float64; a scale of 0 or of infinity would say nothing about the leaf
    scale = scale_of(np.array([1.7e308 + 1.7e308j, 1.0]))
    assert scale.largest > 1e308


@pytest.mark.parametrize("at", [0, BLOCK - 1, BLOCK, 2 * BLOCK + 7, 3 * BLOCK])
def test_one_wrong_element_is_found_in_whichever_block(at: int) -> None:
    t = np.ones(3 * BLOCK + 1, np.float32)
    m = t.copy()
    m[at] = 1.5
    found = counted(t, m)
    assert (found.beyond, found.worst, found.nonfinite) == (1, at, 0)


def test_one_wrong_element_in_ten_million() -> None:
    t = np.ones(10**7, np.float32)
    m = t.copy()
    m[9_876_543] = 1 + 1e-4
    found = counted(t, m)
    assert (found.beyond, found.worst) == (1, 9_876_543)


def test_the_worst_is_the_one_that_exceeds_its_allowance_most() -> None:
    t = f32(1000, 1, 1)
    m = f32(1001, 1.5, 1.1)
    assert differences(t, m, scale_of(t), 0.01, 0.0).worst == 1


def test_the_worst_of_two_blocks() -> None:
    t = np.ones(2 * BLOCK, np.float32)
    m = t.copy()
    m[3], m[BLOCK + 5] = 1.1, 1.2
    found = counted(t, m)
    assert (found.beyond, found.worst) == (2, BLOCK + 5)


def test_where_nothing_is_allowed_the_largest_gap_is_the_worst() -> None:
    t = np.zeros(2 * BLOCK, np.float32)
    m = t.copy()
    m[3], m[7], m[BLOCK + 5] = 0.1, 0.2, 0.3
    found = counted(t, m)
    assert (found.beyond, found.worst) == (3, BLOCK + 5)


@pytest.mark.parametrize("t", [np.inf, -np.inf, np.nan])
@pytest.mark.parametrize("m", [np.inf, -np.inf, np.nan, 0.0, 1.0])
@pytest.mark.parametrize("rtol", [0.0, RTOL])
def test_nan_and_infinity_agree_with_their_like_only(t: float, m: float, rtol: float) -> None:
    alike = repr(t) == repr(m)
    for torch, mindspore in ((t, m), (m, t)):
        found = counted(f32(1, torch, 2), f32(1, mindspore, 2), rtol)
        assert (found.nonfinite, found.alike) == ((0, 1) if alike else (1, 0))
        assert found.first_nonfinite == (-1 if alike else 1)
        assert found.beyond == 0


def test_nonfinite_and_beyond_are_counted_apart() -> None:
    found = counted(f32(np.nan, 1, np.inf, 4), f32(np.nan, 2, 3, 4))
    assert (found.alike, found.nonfinite, found.first_nonfinite) == (1, 1, 2)
    assert (found.beyond, found.worst) == (1, 1)


def test_the_first_nonfinite_of_several_blocks() -> None:
    t = np.zeros(2 * BLOCK, np.float32)
    m = t.copy()
    m[[BLOCK - 2, BLOCK + 1]] = np.nan
    found = counted(t, m)
    assert (found.nonfinite, found.first_nonfinite) == (2, BLOCK - 2)


def test_alike_is_counted_in_blocks_that_are_equal_bit_for_bit() -> None:
    t = np.full(BLOCK + 1, np.inf, np.float32)
    assert counted(t, t.copy()).alike == BLOCK + 1


def test_a_complex_nan_does_not_hide_the_other_part() -> None:
    t, m = np.array([complex(1, np.nan)]), np.array([complex(5, np.nan)])
    assert counted(t, m).nonfinite == 1


def test_a_complex_nan_is_like_itself() -> None:
    t = np.array([complex(1, np.nan), complex(np.nan, np.inf), complex(-np.inf, 0)])
    found = counted(t, t.copy())
    assert (found.nonfinite, found.beyond, found.alike) == (0, 0, 3)


def test_the_tolerances_that_would_pass() -> None:
    t, m = f32(1, 1, 1, 1), f32(1, 1, 1, 1.5)
    found = differences(t, m, scale_of(t), 0.1, 0.1)
    assert found.rtol == 0.25  # of |t| + rms
    assert found.atol == pytest.approx(0.4)


def test_no_rtol_passes_where_torch_is_0() -> None:
    found = counted(f32(0, 0), f32(0, 1e-30))
    assert found.rtol == math.inf
    assert found.atol == np.float32(1e-30)


@pytest.mark.parametrize("size", [1e-300, 1e-160, 1e160, 1e300])
def test_extreme_float64_is_compared_without_overflow(size: float) -> None:
    t, m = f64(size, 2 * size), f64(size, 2.001 * size)
    found = counted(t, m)
    assert (found.beyond, found.worst) == (1, 1)
    assert found.atol == pytest.approx(0.001 * size, rel=1e-2, abs=0)


def test_a_port_that_is_larger_by_600_orders_of_magnitude() -> None:
    found = counted(f64(1e-300), f64(1e300))
    assert (found.beyond, found.worst) == (1, 0)


def test_the_largest_complex_numbers_are_compared() -> None:
    t, m = np.array([1.7e308 + 1.7e308j]), np.array([1.6e308 + 1.6e308j])
    assert counted(t, m).beyond == 1


@pytest.mark.parametrize("t_dtype", ["float32", "float64", "complex64", "complex128", "int64"])
@pytest.mark.parametrize("m_dtype", ["float32", "float64", "complex64", "complex128", "int64"])
def test_dtypes_may_differ(t_dtype: str, m_dtype: str) -> None:
    t, m = np.array([1, 2, 3], t_dtype), np.array([1, 2, 4], m_dtype)
    found = counted(t, m)
    assert (found.beyond, found.worst) == (1, 2)


def test_arrays_are_not_changed() -> None:
    t, m = np.arange(1e4), np.arange(1e4) + 1
    before = t.copy(), m.copy()
    counted(t, m)
    np.testing.assert_array_equal((t, m), before)


def test_errors_of_one_side() -> None:
    found = errors(f32(1, 2, 5), f64(1, 2, 3), 1.0)
    assert found.largest == 2
    assert found.rms == pytest.approx(math.sqrt(4 / 3))


def test_errors_of_nothing() -> None:
    found = errors(f32(), f64(), 1.0)
    assert (found.rms, found.largest) == (0, 0)


@pytest.mark.parametrize("odd", [np.nan, np.inf])
def test_errors_with_a_nan_or_infinity_are_infinite(odd: float) -> None:
    found = errors(f32(1, odd), f64(1, 2), 1.0)
    assert (found.rms, found.largest) == (math.inf, math.inf)


@pytest.mark.parametrize("size", [1e-300, 1e300])
def test_errors_at_extreme_magnitudes(size: float) -> None:
    true = f64(size, size)
    found = errors(true * (1 + 1e-3), true, scale_of(true).factor)
    assert found.rms == pytest.approx(1e-3 * size, rel=1e-6, abs=0)
    assert found.largest == pytest.approx(1e-3 * size, rel=1e-6, abs=0)
