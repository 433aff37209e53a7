"""The verdict of a variant."""

from __future__ import annotations

from typing import Any

import pytest

from migcheck.compare.finding import KINDS, Finding
from migcheck.discover.schema import Known
from migcheck.host.exchange import LeafName
from migcheck.judge.verdict import Judgement, applies, judge
from tests.build import finding, grad


def known(reason: str = "the port keeps logits", **when: Any) -> Known:
    return Known("multi_output", reason, when)


def judged(*names: str, known: dict[str, Known] | None = None, cell: dict[str, Any] | None = None) -> Judgement:
    """The judgement on a finding for each name of a gradient."""
    findings = tuple((grad(name), finding(leaf=f"grad[{name!r}]")) for name in names)
    return judge(findings, known or {}, cell or {})


def test_no_finding_is_a_match() -> None:
    assert judged() == Judgement("match", (), ())


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_finding_of_any_kind_is_a_mismatch(kind: str) -> None:
    name: LeafName | None = None if kind == "missing_step" else grad("x")
    found = judge(((name, finding(kind)),), {}, {})
    assert (found.verdict, found.findings) == ("mismatch", (finding(kind),))


def test_a_known_difference() -> None:
    found = judged("x", known={"grad['x']": known()})
    assert found.verdict == "known"
    assert [each.known for each in found.findings] == ["the port keeps logits"]
    assert found.stale == ()


def test_a_known_difference_beside_an_unknown_one() -> None:
    found = judged("x", "y", known={"grad['x']": known()})
    assert found.verdict == "mismatch"
    assert [each.known for each in found.findings] == ["the port keeps logits", ""]


def test_a_known_difference_that_no_longer_occurs() -> None:
    assert judged(known={"grad['x']": known()}) == Judgement("stale", (), ("grad['x']",))


def test_a_difference_elsewhere_wins_over_a_stale_one() -> None:
    found = judged("y", known={"grad['x']": known()})
    assert (found.verdict, found.stale) == ("mismatch", ("grad['x']",))


def test_one_of_two_known_differences_is_stale() -> None:
    found = judged("x", known={"grad['x']": known(), "grad['y']": known()})
    assert (found.verdict, found.stale) == ("stale", ("grad['y']",))


def test_a_pattern_covers_many_leaves() -> None:
    found = judged("fc.weight", "fc.bias", known={"grad['fc.*']": known()})
    assert (found.verdict, len(found.findings), found.stale) == ("known", 2, ())


def test_two_patterns_that_cover_one_leaf_are_both_met() -> None:
    found = judged("fc.weight", known={"grad['fc.*']": known("all of it"), "grad['fc.weight']": known("this one")})
    assert (found.verdict, found.stale) == ("known", ())


def test_two_findings_on_one_leaf_are_one_known_difference() -> None:
    found = judged("x", "x", known={"grad['x']": known()})
    assert (found.verdict, found.stale) == ("known", ())


def test_a_known_difference_of_one_step() -> None:
    expected = {"step[1].grad['x']": known()}
    step_0: tuple[LeafName | None, Finding] = (grad("x", 0), finding())
    step_1: tuple[LeafName | None, Finding] = (grad("x", 1), finding())
    assert judge((step_1,), expected, {}).verdict == "known"
    assert judge((step_0,), expected, {}).verdict == "mismatch"
    assert judge((step_0, step_1), expected, {}).verdict == "mismatch"


def test_a_step_too_few_is_never_a_known_difference() -> None:
    assert judge(((None, finding("missing_step")),), {"*": known()}, {}).verdict == "mismatch"


def test_a_known_difference_of_another_cell() -> None:
    expected = {"grad['x']": known(mode="graph")}
    assert judged("x", known=expected, cell={"mode": "graph"}).verdict == "known"
    assert judged("x", known=expected, cell={"mode": "pynative"}).verdict == "mismatch"
    assert judged(known=expected, cell={"mode": "pynative"}).verdict == "match"
    assert judged(known=expected, cell={"mode": "graph"}).verdict == "stale"


@pytest.mark.parametrize(
    ("when", "cell", "expected"),
    [
        ({}, {"mode": "graph"}, True),
        ({"mode": "graph"}, {"mode": "graph", "steps": 1}, True),
        ({"mode": "graph"}, {"mode": "pynative"}, False),
        ({"mode": ["graph", "pynative"]}, {"mode": "pynative"}, True),
        ({"mode": "graph", "steps": [1, 3]}, {"mode": "graph", "steps": 3}, True),
        ({"mode": "graph", "steps": [1, 3]}, {"mode": "graph", "steps": 2}, False),
        ({"mode": "graph"}, {}, False),
    ],
)
def test_where_a_known_difference_applies(when: dict[str, Any], cell: dict[str, Any], expected: bool) -> None:
    assert applies(known(**when), cell) == expected
