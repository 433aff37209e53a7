"""The report for a person, from its blocks to its last line."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from migcheck.report.terminal import TerminalReport
from migcheck.report.value import Failure, Report, Result
from tests.build import finding, report, result


def printed(outcome: Report, verbosity: int = -1) -> str:
    """What a finished run prints, on 80 columns."""
    out = io.StringIO()
    with TerminalReport(Console(file=out, width=80), None, verbosity, len(outcome.results)) as terminal:
        for each in outcome.results:
            terminal.result(each)
    terminal.finish(outcome, 0)
    return out.getvalue()


def blocks(*results: Result) -> list[list[str]]:
    """The lines of each block, without the last line of the report."""
    text = printed(report(*results, exit_code=3))
    return [block.splitlines() for block in text.strip("\n").split("\n\n")][:-1]


NO_TORCH = Failure("torch", "host", "torch is not installed")
NO_MINDSPORE = Failure("mindspore", "host", "mindspore is not installed")


def error(name: str, *failures: Failure) -> Result:
    return result("error", name, failures=failures)


@pytest.mark.parametrize("count", [1, 2, 3, 20])
def test_what_a_host_says_is_said_once(count: int) -> None:
    more = [f"  and {count - 1} more for the same reason"] if count > 1 else []
    assert blocks(*(error(f"a/{number}", NO_TORCH) for number in range(count))) == [
        ["ERROR a/0", "  torch: torch is not installed", *more]
    ]


def test_each_reason_of_a_host_is_said_once() -> None:
    reasons = {"t": (NO_TORCH,), "m": (NO_MINDSPORE,), "b": (NO_TORCH, NO_MINDSPORE)}
    found = blocks(*(error(f"a/{name}{at}", *reasons[name]) for at, name in enumerate("tmtbmb")))
    assert found == [
        ["ERROR a/t0", "  torch: torch is not installed", "  and 1 more for the same reason"],
        ["ERROR a/m1", "  mindspore: mindspore is not installed", "  and 1 more for the same reason"],
        [
            "ERROR a/b3",
            "  torch: torch is not installed",
            "  mindspore: mindspore is not installed",
            "  and 1 more for the same reason",
        ],
    ]


def test_sides_with_the_same_reason_are_two_reasons() -> None:
    gone = [error(side, Failure(side, "host", "the run was ended")) for side in ("torch", "mindspore")]
    assert [block[0] for block in blocks(*gone)] == ["ERROR torch", "ERROR mindspore"]


def test_what_no_host_says_is_said_each_time() -> None:
    crashed = Failure("torch", "crash", "SIGSEGV")
    found = blocks(
        error("a/1", crashed),
        error("a/2", crashed),
        error("a/3", NO_TORCH),
        result("mismatch", "a/4", findings=(finding("missing"),)),
        error("a/5", NO_TORCH),
        error("a/6", NO_TORCH, Failure("mindspore", "crash", "SIGSEGV")),
        result("mismatch", "a/7", findings=(finding("missing"),)),
        result("match", "a/8"),
    )
    assert [block[0] for block in found] == [
        "ERROR a/1",
        "ERROR a/2",
        "ERROR a/3",
        "FAILED a/4",
        "ERROR a/6",
        "FAILED a/7",
    ]
    assert [line for block in found for line in block if "same reason" in line] == ["  and 1 more for the same reason"]


def test_the_doctor_is_pointed_to_once() -> None:
    outcome = report(
        error("a/1", NO_TORCH), error("a/2", NO_TORCH), problems={"torch": "torch is not installed"}, exit_code=3
    )
    assert printed(outcome) == (
        "\n"
        "ERROR a/1\n"
        "  torch: torch is not installed\n"
        "  and 1 more for the same reason\n"
        "  migcheck doctor says what is installed, and how to mend it\n"
        "\n"
        "not comparable: 2 error in 1.50 s  (seed 0)\n"
    )
