"""``migcheck.assert_grads_match`` on arrays; its tests with both frameworks are those of the plugin."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import migcheck
from tests.build import f32, f64


def text_of(torch: Any, mindspore: Any, **settings: Any) -> str:
    """What the assertion says."""
    with pytest.raises((migcheck.GradientMismatch, migcheck.NotComparable)) as caught:
        migcheck.assert_grads_match(torch, mindspore, **settings)
    return str(caught.value)


@pytest.mark.parametrize(
    ("torch", "mindspore"),
    [
        (f32(1, 2), f32(1, 2)),
        ({"a": [f32(1), None]}, {"a": (f32(1), None)}),
        (2.0, f32(2).reshape(())),
        ({"x": f32(1, 2)}, {"x": f32(1, 2) * np.float32(1 + 1e-7)}),
        ({"x": f64(1, 2)[::-1]}, {"x": f64(2, 1)}),
        ({"x": np.array([1 + 2j], np.complex64)}, {"x": np.array([1 + 2j], np.complex64)}),
        ({"x": np.asfortranarray(np.arange(6.0).reshape(2, 3))}, {"x": np.arange(6.0).reshape(2, 3)}),
    ],
    ids=str,
)
def test_the_same(torch: Any, mindspore: Any) -> None:
    migcheck.assert_grads_match(torch, mindspore)


def test_a_difference_and_its_cause() -> None:
    assert text_of({"x": f32(1, 2)}, {"x": f32(2, 4)}) == (
        "grad['x'] differs; cause: constant_ratio\n"
        "  grad['x'] (2,) float32: 2 of 2 elements (100 %) differ; worst at [1]: torch 2.0, mindspore 4.0"
        "    |diff| 2.0, allowed 4.7e-06\n"
        "    no second opinion: arrays cannot be run again; "
        "give the gradients of the same torch program in float64, as torch_float64\n"
        "    would pass with rtol = 0.56 or atol = 2.0\n"
        "  cause: constant_ratio. the port's gradient is 2.0 times torch's in every element.\n"
        "         confirmed: mindspore = 2.0 · torch in every element\n"
        "  fix:   look for a factor that one side's loss has and the other's has not; "
        "see docs/causes.md#constant_ratio"
    )


def test_a_factor_is_told_from_one() -> None:
    said = text_of({"x": f32(1, 2)}, {"x": f32(1.046875, 2.09375)})
    assert "cause: constant_ratio. the port's gradient is 1.05 times torch's in every element.\n" in said
    assert "confirmed: mindspore = 1.05 · torch in every element\n" in said


def test_a_relation_names_the_cause() -> None:
    x = np.arange(6, dtype=np.float32).reshape(2, 3) + 1
    assert text_of(x, x.T).startswith("grad differs; cause: transposed\n  grad: shape (2, 3) against (3, 2)\n")
    assert text_of({"a": x, "b": -x}, {"a": x, "b": x}).startswith("grad['b'] differs; cause: sign\n")
    assert text_of({"a": x, "b": x**2}, {"a": x**2, "b": x}).splitlines()[0].endswith("cause: swapped")


def test_nothing_is_broadcast_and_nothing_left_out() -> None:
    assert text_of(f32(1, 1), f32(1)).splitlines()[1] == "  grad: shape (2,) against (1,)"
    assert "torch has it, mindspore has not" in text_of({"a": f32(1), "b": f32(1)}, {"a": f32(1)})
    assert "None in mindspore, values in torch" in text_of({"a": f32(1)}, {"a": None})
    assert "cause: none_vs_zero" in text_of({"a": None, "b": f32(1)}, {"a": f32(0), "b": f32(1)})


def test_a_dict_beside_a_tuple() -> None:
    last = text_of({"w": f32(1)}, (f32(1),)).splitlines()[-1]
    assert (
        last
        == "  leaves are paired by name; of a tuple make a dict: {p.name: g for p, g in zip(parameters, gradients)}"
    )
    last = text_of({"w": f32(1)}, {"weight": f32(1)}).splitlines()[-1]
    assert last == "  leaves are paired by name: use the same keys on both sides"


def test_nothing_to_compare_is_neither_a_match_nor_a_mismatch() -> None:
    with pytest.raises(migcheck.NotComparable) as caught:
        migcheck.assert_grads_match({"a": None}, {"a": None})
    assert not isinstance(caught.value, AssertionError)
    assert str(caught.value) == "nothing was compared: every gradient is None, empty or NaN on both sides"
    assert text_of({}, {}) == "nothing was compared: there is no gradient"


def test_outputs() -> None:
    migcheck.assert_grads_match(f32(1), f32(1), outputs=({"loss": f32(2)}, {"loss": f32(2)}))
    assert text_of(f32(1), f32(1), outputs=(f32(2), f32(3))).startswith("output differs")
    assert "output (1,) float32: None in torch" in text_of(f32(1), f32(1), outputs=(None, f32(3)))
    with pytest.raises(TypeError, match=r"^outputs must be a pair: torch's outputs and mindspore's$"):
        migcheck.assert_grads_match(f32(1), f32(1), outputs=f32(2))  # type: ignore[arg-type]


def test_tolerances() -> None:
    ours, theirs = {"a": f32(1), "b": f32(1)}, {"a": f32(1.01), "b": f32(1.0001)}
    migcheck.assert_grads_match(ours, theirs, rtol=0.02)
    migcheck.assert_grads_match(ours, theirs, atol=0.02)
    migcheck.assert_grads_match(ours, theirs, rtol=1e-3, tolerance={"grad['a']": {"rtol": 0.1}})
    assert text_of(ours, theirs, rtol=1e-3).startswith("grad['a'] differs")
    assert text_of(ours, theirs, rtol=1e-3, tolerance={"grad['c']": {"rtol": 0.1}}).startswith("grad['a'] differs")
    unread = "[tolerance] \"grad['c']\" matches no leaf; correct it, or delete it"
    assert text_of(ours, ours, tolerance={"grad['c']": {"rtol": 0.1}}) == unread
    assert text_of(ours, theirs, tolerance={"grad['c']": {"rtol": 0.1}}).splitlines()[-1] == f"  {unread}"
    of_numpy: Any = np.float32(0.02)
    migcheck.assert_grads_match(ours, theirs, rtol=of_numpy)
    migcheck.assert_grads_match(ours, theirs, tolerance={"grad['*']": {"atol": of_numpy}})


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"rtol": -1.0}, "rtol of '*' must be a finite number, 0 or more"),
        ({"atol": float("inf")}, "atol of '*' must be a finite number, 0 or more"),
        ({"rtol": float("nan")}, "rtol of '*' must be a finite number, 0 or more"),
        ({"rtol": 0.1, "tolerance": {"*": {"rtol": 1e-6}}}, "give rtol, or '*' in tolerance, not both"),
        ({"rtol": 0.1, "atol": 0, "tolerance": {"*": {}}}, "give rtol and atol, or '*' in tolerance, not both"),
        ({"tolerance": {"grad": {"rtl": 1}}}, "unknown key 'rtl' in tolerance.grad; did you mean 'rtol'?"),
        ({"tolerance": {"grad": 1e-3}}, "tolerance.grad: expected `object`, got `float`"),
    ],
)
def test_a_tolerance_that_cannot_be_meant(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        migcheck.assert_grads_match(f32(1), f32(1), **settings)
    assert str(caught.value) == message


def test_float64_tells_rounding_from_a_fault() -> None:
    exact = np.random.default_rng(0).normal(size=100)
    noise = 1e-4 * np.random.default_rng(1).normal(size=100)
    ours, theirs = exact.astype(np.float32), (exact + noise).astype(np.float32)
    with pytest.raises(migcheck.GradientMismatch):
        migcheck.assert_grads_match(ours, theirs, torch_float64=exact)
    migcheck.assert_grads_match(ours, theirs, torch_float64=exact, mindspore_float64=exact)
    with pytest.raises(migcheck.GradientMismatch):
        migcheck.assert_grads_match(ours, theirs, torch_float64=exact, mindspore_float64=exact + noise)


def test_what_is_no_leaf() -> None:
    with pytest.raises(TypeError, match=r"^grad\['a'\] is a set; a leaf is a tensor, an array, a number or None"):
        migcheck.assert_grads_match({"a": {1.0}}, {"a": f32(1)})


def test_nothing_is_copied_or_changed() -> None:
    ours, theirs = f32(1, 2), f32(1, 2)
    ours.flags.writeable = theirs.flags.writeable = False
    migcheck.assert_grads_match(ours, theirs)
    text_of(ours, f32(3, 1))
