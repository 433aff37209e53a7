"""Which leaves are partners, and what has none."""

from __future__ import annotations

import numpy as np
import pytest

from migcheck.compare.finding import LeafKind
from migcheck.compare.structure import Comparison, compare
from migcheck.discover.schema import Tolerance
from migcheck.observation import Observation
from tests.build import Array, f32, f64, grad, observation, training


def findings(torch: Observation, mindspore: Observation) -> list[tuple[str, str, str]]:
    return [(finding.kind, finding.leaf, finding.message) for _, finding in compare(torch, mindspore, {}).findings]


def matched(comparison: Comparison) -> int:
    assert comparison.findings == ()
    return comparison.leaves


def test_equal_observations() -> None:
    one = observation({"x": f32(1), "y": None}, output=f32(2))
    assert matched(compare(one, one, {})) == 3


def test_a_leaf_that_the_port_has_not() -> None:
    found = compare(observation({"x": f32(1), "y": f32(1)}), observation({"x": f32(1)}), {})
    ((name, finding),) = found.findings
    assert name == grad("y")
    assert (finding.kind, finding.leaf) == ("missing", "grad['y']")
    assert finding.message == "torch has it, mindspore has not"
    assert (finding.torch, finding.mindspore) == (LeafKind("float32", (1,)), None)
    assert found.leaves == 1


def test_a_leaf_that_torch_has_not() -> None:
    ((name, finding),) = compare(observation({"x": f32(1)}), observation({"x": f32(1), "y": f32(1)}), {}).findings
    assert name == grad("y")
    assert (finding.kind, finding.leaf) == ("extra", "grad['y']")
    assert finding.message == "mindspore has it, torch has not"
    assert (finding.torch, finding.mindspore) == (None, LeafKind("float32", (1,)))


@pytest.mark.parametrize("value", [None, f32(), f32(0, 0)])
def test_a_leaf_of_nothing_is_still_missing(value: Array | None) -> None:
    full, empty = observation({"x": f32(1), "y": value}), observation({"x": f32(1)})
    assert [kind for kind, _, _ in findings(full, empty)] == ["missing"]
    assert [kind for kind, _, _ in findings(empty, full)] == ["extra"]


def test_a_renamed_leaf_is_named() -> None:
    torch, mindspore = observation({"bn.weight": f32(1)}), observation({"bn.gamma": f32(1)})
    assert findings(torch, mindspore) == [
        ("missing", "grad['bn.weight']", "torch has it, mindspore has not; grad['bn.gamma'] is there"),
        ("extra", "grad['bn.gamma']", "mindspore has it, torch has not"),
    ]


def test_leaves_are_partners_by_name_and_not_by_order_or_shape() -> None:
    torch = observation({"x": f32(1, 2), "y": f32(3, 4)})
    assert matched(compare(torch, observation({"y": f32(3, 4), "x": f32(1, 2)}), {})) == 2
    assert len(findings(torch, observation({"x": f32(3, 4), "y": f32(1, 2)}))) == 2


def test_findings_come_in_torchs_order() -> None:
    torch = observation({"b": f32(1), "a": f32(1), "c": f32(1)})
    mindspore = observation({"a": f32(2), "d": f32(1), "b": f32(2)})
    assert [leaf for _, leaf, _ in findings(torch, mindspore)] == ["grad['b']", "grad['a']", "grad['c']", "grad['d']"]


def test_outputs_are_compared() -> None:
    torch, mindspore = observation({"x": f32(1)}, output=f32(2)), observation({"x": f32(1)}, output=f32(3))
    assert [leaf for _, leaf, _ in findings(torch, mindspore)] == ["output"]


def test_a_step_too_few() -> None:
    torch, mindspore = training({"x": f32(1)}, {"x": f32(2)}, {"x": f32(3)}), training({"x": f32(1)})
    found = compare(torch, mindspore, {})
    ((name, finding),) = found.findings
    assert name is None
    assert (finding.kind, finding.leaf, finding.step) == ("missing_step", "step[1]", 1)
    assert finding.message == "torch made 3 steps, mindspore 1 step"
    assert found.leaves == 1


def test_a_step_too_many() -> None:
    torch, mindspore = training({"x": f32(1)}), training({"x": f32(1)}, {"x": f32(2)})
    assert findings(torch, mindspore) == [("missing_step", "step[1]", "torch made 1 step, mindspore 2 steps")]


def test_a_step_too_few_does_not_hide_the_steps_that_both_made() -> None:
    torch, mindspore = training({"x": f32(1)}, {"x": f32(2)}), training({"x": f32(9)})
    assert [(kind, leaf) for kind, leaf, _ in findings(torch, mindspore)] == [
        ("missing_step", "step[1]"),
        ("values", "step[0].grad['x']"),
    ]


def test_steps_are_partners_by_number() -> None:
    torch, mindspore = training({"x": f32(1)}, {"x": f32(2)}), training({"x": f32(2)}, {"x": f32(1)})
    assert [leaf for _, leaf, _ in findings(torch, mindspore)] == ["step[0].grad['x']", "step[1].grad['x']"]


def test_a_leaf_of_a_later_step_is_no_partner_of_an_earlier_one() -> None:
    torch, mindspore = training({"x": f32(1)}, {}), training({}, {"x": f32(1)})
    assert [(kind, leaf) for kind, leaf, _ in findings(torch, mindspore)] == [
        ("missing", "step[0].grad['x']"),
        ("extra", "step[1].grad['x']"),
    ]


def test_a_tolerance_of_the_case() -> None:
    torch, mindspore = observation({"x": f32(1), "y": f32(1)}), observation({"x": f32(1.1), "y": f32(1.1)})
    found = compare(torch, mindspore, {"grad['x']": Tolerance(rtol=0.2)})
    assert [name for name, _ in found.findings] == [grad("y")]


def test_a_tolerance_of_one_step() -> None:
    torch, mindspore = training({"x": f32(1)}, {"x": f32(1)}), training({"x": f32(1.1)}, {"x": f32(1.1)})
    found = compare(torch, mindspore, {"step[1].grad['x']": Tolerance(rtol=0.2)})
    assert [name for name, _ in found.findings] == [grad("x", 0)]


def test_a_tolerance_that_matches_no_leaf_is_told() -> None:
    one = observation({"x": f32(1)})
    assert compare(one, one, {"grad['z']": Tolerance(rtol=0.1)}).unread == ("grad['z']",)


def test_a_nan_on_both_sides_is_noted() -> None:
    assert compare(observation({"x": f32(np.nan)}), observation({"x": f32(np.nan)}), {}).notes == (
        "grad['x']: both sides have the same NaN or infinity in 1 place",
    )
    two = observation({"x": f32(np.inf, -np.inf)})
    assert compare(two, two, {}).notes == ("grad['x']: both sides have the same NaN or infinity in 2 places",)


def test_what_rounding_may_explain() -> None:
    torch = observation({"x": f32(1), "y": f64(1), "z": f32(1), "w": f32(1)})
    mindspore = observation({"x": f32(2), "y": f64(2), "z": f32(1), "w": f32(np.nan)})
    assert compare(torch, mindspore, {}).doubtful == {grad("x")}
