"""What the command exits with."""

from __future__ import annotations

import itertools

import pytest

from migcheck.judge.verdict import VERDICTS
from migcheck.report.value import Failure, Result, exit_code, failed, verdicts
from tests.build import report, result


def code(*results: str, interrupted: bool = False) -> int:
    return exit_code(report(*map(result, results), interrupted=interrupted))


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        (["match"], 0),
        (["known"], 0),
        (["match", "known"], 0),
        (["mismatch"], 1),
        (["stale"], 1),
        (["error"], 3),
        (["match", "mismatch"], 1),
        (["known", "stale"], 1),
        (["match", "error"], 3),
        (["error", "mismatch"], 1),
        (["error", "stale", "match"], 1),
    ],
)
def test_exit_codes(results: list[str], expected: int) -> None:
    for order in itertools.permutations(results):
        assert code(*order) == expected


@pytest.mark.parametrize("verdict", VERDICTS)
def test_an_interrupt_wins(verdict: str) -> None:
    assert code(verdict, interrupted=True) == 130
    assert code(interrupted=True) == 130


@pytest.mark.parametrize("verdict", VERDICTS)
def test_what_fails_the_gate_is_what_exits_with_more_than_0(verdict: str) -> None:
    assert failed(result(verdict)) == (code(verdict) > 0)


def test_a_fault_of_ours_exits_4_unless_a_difference_was_found() -> None:
    internal = Result(id="a", title="", verdict="error", failures=(Failure("case", "internal", "oh"),))
    assert exit_code(report(internal, result("match"))) == 4
    assert exit_code(report(internal, result("mismatch"))) == 1


def test_nothing_checked_is_no_parity() -> None:
    assert code() != 0


def test_how_many_of_each() -> None:
    count = verdicts((result("match"), result("error"), result("match")))
    assert (count["match"], count["error"], count["stale"]) == (2, 1, 0)
