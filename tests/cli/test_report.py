"""``migcheck report``: what a run has found, also after it was killed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from migcheck.report.json import from_json, to_json
from migcheck.report.value import concluded
from tests.build import report, result
from tests.cli.command import COLUMNS_80, migcheck, migcheck_here
from tests.cli.test_run import TWICE
from tests.real import write_case

SLEEPS = """
    import time

    def program(x):
        time.sleep(300)
"""


def verdicts(text: str) -> dict[str, str]:
    """The verdict of each id, from the lines of a run."""
    return {id: verdict for verdict, id in re.findall(r"^(match|mismatch|error) +(\S+)  [\d.]+ s$", text, re.MULTILINE)}


def wait_for(journals: Path, results: int, process: subprocess.Popen[bytes]) -> None:
    """Until the journal of a run has so many results."""
    deadline = time.monotonic() + 200
    while time.monotonic() < deadline:
        text = b"".join(file.read_bytes() for file in journals.glob("migcheck/*/*.jsonl"))
        if text.count(b'{"type":"checked"') >= results:
            return
        assert process.poll() is None, "the run ended by itself"
        time.sleep(0.05)
    raise AssertionError("the journal has no results")


@pytest.mark.slow
def test_a_run_that_was_killed(tmp_path: Path) -> None:
    project, cache = tmp_path / "project", {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    write_case(project / "cases", "a/two_outputs", mindspore=TWICE)
    write_case(project / "cases", "b/square")
    write_case(project / "cases", "c/sleeps", torch=SLEEPS)
    write_case(project / "cases", "d/square")
    arguments = [sys.executable, "-m", "migcheck", "run", "--no-diagnose", "-n", "1", "--json", "run.json"]
    environment = {**os.environ, **COLUMNS_80, **cache}
    with subprocess.Popen(arguments, cwd=project, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            wait_for(tmp_path / "cache", 2, process)
        finally:
            process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert not (project / "run.json").exists()

    written = "--json", "report.json", "--junit", "report.xml"
    code, out, err = migcheck_here("report", *written, cwd=project, env=cache)
    assert (code, err) == (130, "")
    assert verdicts(out) == {"a/two_outputs": "mismatch", "b/square": "match"}
    assert "\nFAILED a/two_outputs\n  grad['x'] () float32: torch 6.0, mindspore 7.0 " in out
    last = re.sub(r" in [0-9.]+ s ", " in 0.00 s ", out.splitlines()[-1])
    assert last.startswith("interrupted: 1 mismatch, 1 match, 2 not checked in 0.00 s  (seed 0, torch ")
    assert " in 0.00 s " not in out.splitlines()[-1]
    whole = from_json((project / "report.json").read_bytes())
    assert (whole.exit_code, whole.interrupted, whole.skipped) == (130, True, 2)
    assert "cases/a/two_outputs/torch_program.py" in whole.sources
    assert (project / "report.xml").read_bytes().startswith(b"<?xml")

    # what it did not come to is as it was before, which is not failed
    again = migcheck("run", "--lf", "--no-diagnose", cwd=project, env=cache)
    assert (again.returncode, verdicts(again.stdout)) == (1, {"a/two_outputs": "mismatch"})
    assert migcheck_here("report", "LAST", "-q", cwd=project, env=cache)[0] == 1


def test_no_run_is_recorded(tmp_path: Path) -> None:
    for arguments in ((), ("LAST",)):
        assert migcheck_here("report", *arguments, cwd=tmp_path, env={"XDG_CACHE_HOME": str(tmp_path)}) == (
            2,
            "",
            "migcheck: LAST: no run is recorded for this folder; run migcheck run here, or name a JSON report\n",
        )


def test_a_report_is_shown_as_its_run_was(tmp_path: Path) -> None:
    shown = concluded(report(result("match", "a/1"), result("stale", "a/2", gone=("base:2: {}",)), notes=("a note",)))
    (tmp_path / "r.json").write_bytes(to_json(shown))
    assert migcheck_here("report", "r.json", cwd=tmp_path) == (
        1,
        "match     a/1  0.00 s\n"
        "stale     a/2  0.00 s\n"
        "\n"
        "FAILED a/2\n"
        "  a difference of the baseline that no longer occurs; delete its line:\n"
        "    base:2: {}\n"
        "\n"
        "note: a note\n"
        "no parity: 1 stale, 1 match in 1.50 s  (seed 0)\n",
        "",
    )


@pytest.mark.parametrize("fields", [{"exit_code": 0}, {"exit_code": 5}])
def test_the_exit_code_is_not_taken_on_trust(tmp_path: Path, fields: dict[str, int]) -> None:
    (tmp_path / "r.json").write_bytes(to_json(report(result("mismatch"), **fields)))
    assert migcheck_here("report", "r.json", "-q", cwd=tmp_path)[0] == 1


def test_a_report_cannot_paint_the_terminal(tmp_path: Path) -> None:
    data = to_json(
        report(
            result("match", "a/\x1b[2J"), environments={"torch": {"framework": "\x1b[1A", "python": "", "numpy": ""}}
        )
    )
    (tmp_path / "r.json").write_bytes(data)
    code, out, _ = migcheck_here("report", "r.json", cwd=tmp_path)
    assert (code, "\x1b" in out) == (0, False)
    assert "match     a/\\x1b[2J  0.00 s\n" in out
    assert out.endswith("(seed 0, torch \\x1b[1A)\n")
