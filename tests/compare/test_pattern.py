"""Patterns of leaf names."""

from __future__ import annotations

import pytest

from migcheck.compare.pattern import matches
from migcheck.host.exchange import LeafName
from tests.build import grad

WEIGHT = grad("fc.weight", step=1)


@pytest.mark.parametrize(
    "pattern",
    [
        "grad['fc.weight']",
        "step[1].grad['fc.weight']",
        "grad['fc.*']",
        "grad['*']",
        "grad*",
        "*",
        "grad['fc.weigh?']",
        "step[?].grad['fc.weight']",
        "step[*].grad['fc.weight']",
        "*['fc.weight']",
    ],
)
def test_names_the_leaf(pattern: str) -> None:
    assert matches(pattern, WEIGHT)


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "grad",
        "fc.weight",
        "grad['fc.weight",
        "grad['fc?weightx']",
        "grad['fcxweight']",
        "step[0].grad['fc.weight']",
        "step[11].grad['fc.weight']",
        "output['fc.weight']",
        "GRAD['fc.weight']",
        "grad['fc.weight'] ",
        "grad[f]",
        "grad['fc.?']",
    ],
)
def test_does_not_name_the_leaf(pattern: str) -> None:
    assert not matches(pattern, WEIGHT)


def test_a_dot_is_a_dot() -> None:
    assert not matches("grad['fc.weight']", grad("fcxweight"))


def test_brackets_are_no_set_of_characters() -> None:
    assert not matches("grad['x']", LeafName(0, "grad", "x"))


def test_a_star_may_stand_for_nothing_and_for_line_breaks() -> None:
    assert matches("grad['a*b']", LeafName(0, "grad", "['ab']"))
    assert matches("grad['a*b']", LeafName(0, "grad", "['a\nb']"))


def test_the_bare_output() -> None:
    assert matches("output", LeafName(0, "output", ""))
    assert not matches("output", LeafName(0, "output", "[0]"))
