"""How far apart two elements may be."""

from __future__ import annotations

import pytest

from migcheck.compare.tolerance import EPS, RTOL, allowance, coarser, given_for
from migcheck.discover.schema import Tolerance
from tests.build import grad

X = grad("x", step=1)


@pytest.mark.parametrize("dtype", sorted(RTOL))
def test_the_default_is_relative_to_the_element_and_to_the_leaf(dtype: str) -> None:
    allowed = allowance(dtype, 8.0, None)
    assert (allowed.rtol, allowed.atol, allowed.explicit) == (RTOL[dtype], 8 * RTOL[dtype], False)


def test_nothing_is_allowed_beside_a_leaf_of_zeros() -> None:
    assert allowance("float32", 0.0, None).atol == 0


@pytest.mark.parametrize("dtype", sorted(RTOL))
def test_the_default_has_room_for_a_rounding_and_not_for_half_the_digits(dtype: str) -> None:
    assert EPS[dtype] <= RTOL[dtype]
    assert RTOL[dtype] <= max(EPS[dtype] ** 0.5, 3 * EPS[dtype])


def test_an_rtol_of_the_case_is_relative_to_the_leaf_as_well() -> None:
    allowed = allowance("float32", 8.0, Tolerance(rtol=0.5))
    assert (allowed.rtol, allowed.atol, allowed.explicit) == (0.5, 4.0, True)


def test_an_atol_of_the_case_is_absolute() -> None:
    allowed = allowance("float32", 8.0, Tolerance(atol=0.5))
    assert (allowed.rtol, allowed.atol, allowed.explicit) == (RTOL["float32"], 0.5, True)


def test_both_of_the_case() -> None:
    allowed = allowance("float32", 8.0, Tolerance(rtol=0.25, atol=0.5))
    assert (allowed.rtol, allowed.atol) == (0.25, 0.5)


def test_a_tolerance_of_0_is_a_tolerance() -> None:
    allowed = allowance("float32", 8.0, Tolerance(rtol=0.0))
    assert (allowed.rtol, allowed.atol, allowed.explicit) == (0.0, 0.0, True)
    assert allowance("float32", 8.0, Tolerance(atol=0.0)).atol == 0.0


def test_no_tolerance_is_given() -> None:
    assert given_for(X, {}) is None
    assert given_for(X, {"grad['y']": Tolerance(rtol=1.0)}) is None


def test_the_first_pattern_wins() -> None:
    first, second = Tolerance(rtol=1.0), Tolerance(rtol=2.0)
    assert given_for(X, {"grad*": first, "*": second}) is first


def test_a_name_wins_over_a_pattern_and_a_step_over_both() -> None:
    pattern, name, step = Tolerance(rtol=1.0), Tolerance(rtol=2.0), Tolerance(rtol=3.0)
    assert given_for(X, {"*": pattern, "grad['x']": name}) is name
    assert given_for(X, {"*": pattern, "grad['x']": name, "step[1].grad['x']": step}) is step


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("float32", "float32", "float32"),
        ("float32", "float64", "float32"),
        ("float16", "bfloat16", "bfloat16"),
        ("float64", "complex128", "complex128"),
        ("float32", "complex128", "complex64"),
        ("float64", "complex64", "complex64"),
    ],
)
def test_the_coarser_dtype(one: str, other: str, found: str) -> None:
    assert coarser(one, other) == found
    assert coarser(other, one) == found
