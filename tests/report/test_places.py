"""The file and line that a result points at, and what no result shows."""

from __future__ import annotations

from typing import Any

import pytest

from migcheck.diagnose.value import Diagnosis, Place
from migcheck.report.places import Spot, call_spot, failure_spot, file_of, gone_spot, spot, stale_spot
from migcheck.report.text import unfinished
from migcheck.report.value import Failure, Result
from migcheck.trace import Call, Trace
from tests.build import finding, report, result

FILES = {
    "torch": "cases/theme/name/torch_program.py",
    "mindspore": "cases/theme/name/mindspore_program.py",
    "case": "cases/theme/name/case.toml",
}


def traced(**traces: list[Call]) -> Diagnosis:
    return Diagnosis(Place("", ""), traces={side: Trace(tuple(calls)) for side, calls in traces.items()})


def call(line: int, step: int = 0, inside: int | None = None) -> Call:
    return Call(0, "ms.grad", step, line=line, inside=inside)


def mismatch(**fields: Any) -> Result:
    return result("mismatch", files=FILES, findings=(finding(step=fields.pop("step", 0)),), **fields)


@pytest.mark.parametrize(
    ("directory", "given", "path"),
    [
        ("", "cases/a/port.py", "cases/a/port.py"),
        ("models", "cases/a/port.py", "models/cases/a/port.py"),
        ("models/deep", "../cases/a/./port.py", "models/cases/a/port.py"),
        ("models", "../../other/port.py", ""),
        ("", "..", ""),
        ("", "../port.py", ""),
        ("", "..port/a.py", "..port/a.py"),
        ("models", "/elsewhere/port.py", ""),
        ("models", "", ""),
    ],
)
def test_files_are_relative_to_the_root_of_the_repository(directory: str, given: str, path: str) -> None:
    assert file_of(report(directory=directory), result(files={"mindspore": given}), "mindspore") == path


def test_a_report_that_names_no_files() -> None:
    for verdict in ("match", "known", "stale", "mismatch", "error"):
        assert spot(report(), result(verdict, failures=(Failure("torch", "exit", "it ended"),), stale=("a",))) is None


@pytest.mark.parametrize(
    ("traces", "line"),
    [
        ({"mindspore": [call(14)], "torch": [call(9)]}, 14),
        ({"mindspore": [call(0), call(7, inside=0), call(14)]}, 14),
        ({"mindspore": [call(14, step=0), call(19, step=1)]}, 19),
        ({"mindspore": [call(14, step=7)]}, 14),
        ({"mindspore": [], "pynative": [call(20)]}, 20),
        ({"mindspore": [call(0)]}, 1),
        ({"torch": [call(9)]}, 1),
    ],
)
def test_a_mismatch_is_where_the_port_asks_for_gradients(traces: dict[str, list[Call]], line: int) -> None:
    assert spot(report(), mismatch(step=1, diagnosis=traced(**traces))) == Spot(FILES["mindspore"], line)


def test_a_mismatch_without_a_diagnosis() -> None:
    assert spot(report(), mismatch()) == Spot(FILES["mindspore"], 1)


def test_what_torch_asks_for() -> None:
    here = mismatch(diagnosis=traced(torch=[call(9)], pynative=[call(20)]))
    assert call_spot(report(), here, "torch") == Spot(FILES["torch"], 9)


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (Failure("mindspore", "exception", "mindspore_program.py:12: TypeError: no"), Spot(FILES["mindspore"], 12)),
        (
            Failure("mindspore", "prewarm", "the port fails after an exception: mindspore_program.py:8: TypeError"),
            Spot(FILES["mindspore"], 8),
        ),
        (Failure("torch", "exception", "net.py:3: SyntaxError: no"), Spot(FILES["torch"], 1)),
        (Failure("torch", "timeout", "took more than 60 s", '  File "/x/torch_program.py", line 5 in program\n'),
         Spot(FILES["torch"], 5)),
        (Failure("case", "case", "/home/me/cases/theme/name/case.toml:4: unknown key"), Spot(FILES["case"], 4)),
        (Failure("case", "inputs", "inputs.py: make_inputs(rng) returned int"), Spot(FILES["case"], 1)),
        (Failure("torch", "exception", "torch_program.py:0: odd"), Spot(FILES["torch"], 1)),
        (Failure("torch", "exception", "my_torch_program.py:7: another file"), Spot(FILES["torch"], 1)),
    ],
)  # fmt: skip
def test_a_failure_is_at_the_line_that_it_names(failure: Failure, expected: Spot) -> None:
    broken = result("error", files=FILES, failures=(failure,))
    assert failure_spot(report(), broken, failure) == spot(report(), broken) == expected


def test_a_failure_of_a_side_whose_file_is_not_known() -> None:
    failure = Failure("torch", "host", "torch is not installed")
    assert failure_spot(report(), result("error", files={"case": "case.toml"}), failure) == Spot("case.toml")


TOML = """title = "the 'x' of it"
[tolerance]
"grad['x']" = { rtol = 1.0 }
[known]
"grad['y']" = { reason = "…" }
"grad['x']" = { reason = "…" }
'output' = { reason = "…" }
"""


@pytest.mark.parametrize(
    ("pattern", "line"), [("grad['x']", 6), ("grad['y']", 5), ("output", 7), ("grad", 4), ("title", 4)]
)
def test_a_known_difference_is_where_the_case_names_it(pattern: str, line: int) -> None:
    gone = result("stale", files=FILES, stale=(pattern,))
    whole = report(gone, sources={FILES["case"]: TOML}, directory="models")
    assert stale_spot(whole, gone, pattern) == spot(whole, gone) == Spot(f"models/{FILES['case']}", line)


def test_a_known_difference_of_a_case_without_its_text() -> None:
    assert spot(report(), result("stale", files=FILES, stale=("output",))) == Spot(FILES["case"], 1)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("base.jsonl:4: {}", Spot("models/base.jsonl", 4)),
        ("C:base:4: {}: 5: ", Spot("models/C:base", 4)),
        ("/etc/base.jsonl:4: {}", None),
        ("no place", None),
    ],
)
def test_a_line_of_a_baseline(line: str, expected: Spot | None) -> None:
    gone = result("stale", files=FILES, gone=(line,))
    whole = report(gone, directory="models")
    assert gone_spot(whole, line) == spot(whole, gone) == expected


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, []),
        ({"problems": {"torch": "torch is not\x1b installed"}}, [r"torch could not start: torch is not\x1b installed"]),
        (
            {"interrupted": True, "skipped": 2},
            ["the run was interrupted", "2 variants that were selected were not checked"],
        ),
        ({"skipped": 1}, ["1 variant that was selected was not checked"]),
        ({"gone": ("B:4: {}",)}, ["in the baseline, and in no case any more; delete its line: B:4: {}"]),
        ({"left_out": ("a/b",), "partition": "1/2"}, []),
    ],
)
def test_what_no_result_shows(fields: dict[str, Any], said: list[str]) -> None:
    assert unfinished(report(result(), **fields)) == said


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, ["nothing was checked"]),
        ({"interrupted": True}, ["the run was interrupted"]),
        ({"left_out": ("a/b",)}, []),
        ({"partition": "3/4"}, []),
        ({"partition": "3/4", "skipped": 1}, ["1 variant that was selected was not checked", "nothing was checked"]),
    ],
)
def test_nothing_checked(fields: dict[str, Any], said: list[str]) -> None:
    assert unfinished(report(**fields)) == said
