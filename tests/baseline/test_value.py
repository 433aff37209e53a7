"""What an entry says of a finding."""

from __future__ import annotations

import math
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migcheck.baseline.value import Baseline, Entry, Placed, cause_of, difference_of, entry_of, ratio_of
from migcheck.compare.finding import Element, Finding, Number
from migcheck.diagnose.value import Diagnosis, Place
from tests.build import because, f32, finding, only, result, values


def worst(difference: Number, allowed: Number) -> Finding:
    return finding("values", worst=Element((), 0.0, 0.0, difference, allowed))


def test_an_entry_of_values() -> None:
    # 2 against 2.5; allowed is rtol · (2 + rms) with float32's rtol of 1.3e-6
    differs = result("mismatch", "a/b[graph]", findings=(only(f32(2.0), f32(2.5)),), diagnosis=because("sign"))
    assert entry_of(differs, differs.findings[0]) == Entry("a/b[graph]", "grad['x']", "values", "sign", ratio=9.7e4)


@pytest.mark.parametrize(
    ("torch", "mindspore", "what"),
    [
        (f32(1, 2), f32(1, 2, 3), "shape (2,) against (3,)"),
        (f32(1), f32(1).astype("float16"), "dtype float32 against float16"),
        (f32(1), None, "None in mindspore, values in torch"),
        (None, f32(1), "None in torch, values in mindspore"),
        (None, f32(0), "None in torch, zeros in mindspore"),
    ],
)
def test_what_no_number_measures_is_said_in_words(torch: object, mindspore: object, what: str) -> None:
    found = only(torch, mindspore)
    entry = entry_of(result("mismatch", findings=(found,)), found)
    assert (entry.kind, entry.what, entry.ratio, entry.difference) == (found.kind, what, None, None)


@pytest.mark.parametrize("kind", ["missing", "extra"])
def test_what_is_there_or_not_has_no_measure(kind: str) -> None:
    entry = entry_of(result(), finding(kind))
    assert (entry.ratio, entry.difference, entry.what) == (None, None, "")


def test_nan_and_infinity_are_counted() -> None:
    assert ratio_of(only(f32(1, 2, 3, 4), f32(1, math.nan, math.inf, 4))) == 2.0


@pytest.mark.parametrize(
    ("difference", "allowed", "ratio"),
    [
        (3.0, 1.0, 3.0),
        (1.0, 3.0, 0.34),  # rounded up, so that what was recorded passes
        (9.94, 1.0, 10.0),
        (9.96, 1.0, 10.0),
        (1e-30, 3e-36, 3.4e5),
        (5e-324, 1.0, 5e-324),
        (1.0, 1e-320, sys.float_info.max),  # beyond float64
        (1.7976e308, 1.0, sys.float_info.max),  # rounding up is beyond it
        ("inf", 1.0, sys.float_info.max),
        ("inf", "inf", sys.float_info.max),
    ],
)
def test_a_ratio_has_two_digits(difference: Number, allowed: Number, ratio: float) -> None:
    assert ratio_of(worst(difference, allowed)) == ratio
    assert difference_of(worst(difference, allowed)) is None


@pytest.mark.parametrize(
    ("difference", "allowed", "shown"),
    [(3, 0, 3.0), (1234, 0, 1234.0), (0.123, 0.0, 0.13), ("inf", 0.0, sys.float_info.max)],
)
def test_where_nothing_is_allowed_there_is_no_ratio(difference: Number, allowed: Number, shown: float) -> None:
    assert ratio_of(worst(difference, allowed)) is None
    assert difference_of(worst(difference, allowed)) == shown


def test_a_leaf_of_zeros_has_no_ratio() -> None:
    found = only(f32(0, 0), f32(0, 0.25))
    assert (ratio_of(found), difference_of(found)) == (None, 0.25)


positive = st.floats(min_value=0, exclude_min=True, allow_infinity=False)


@given(positive, positive)
@settings(deadline=None, derandomize=True)
def test_no_entry_says_less_than_its_finding(difference: float, allowed: float) -> None:
    ratio = ratio_of(worst(difference, allowed))
    assert ratio is not None
    assert math.isfinite(ratio)
    assert ratio >= min(difference / allowed, sys.float_info.max)


@given(positive, positive)
@settings(deadline=None, derandomize=True)
def test_more_is_recorded_as_no_less(one: float, other: float) -> None:
    less, more = sorted((one, other))
    assert (ratio_of(worst(less, 1.0)) or 0) <= (ratio_of(worst(more, 1.0)) or 0)


@pytest.mark.parametrize(
    ("diagnosis", "cause"),
    [
        (None, ""),  # not looked for
        (because("sign"), "sign"),
        (because("sign", "grad['y']"), "unknown"),  # that of another leaf
        (because(""), "unknown"),  # looked for, to the end
        (because("", cut_short=True), ""),
        (because("sign", cut_short=True), ""),  # another may have had a part in it
    ],
)
def test_the_cause_of_a_finding(diagnosis: Diagnosis | None, cause: str) -> None:
    assert cause_of(diagnosis, values(2)) == cause


def test_several_causes_are_one_name_in_any_order() -> None:
    (one,), (two,) = because("sign").causes, because("reduction").causes
    for causes in ((one, two), (two, one), (one, two, one)):
        assert cause_of(Diagnosis(Place("functions", ""), causes), values(2)) == "reduction+sign"


def test_the_entries_of_a_variant() -> None:
    placed = [Placed(Entry(id, "grad['x']", "values"), f"file:{line}", "{}") for line, id in enumerate("aba", 2)]
    baseline = Baseline(placed)
    assert [each.place for each in baseline.of("a")] == ["file:2", "file:4"]
    assert baseline.of("A") == ()
    assert baseline.placed[1].shown == "file:3: {}"
