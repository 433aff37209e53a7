"""Reports that were written, and files that are none."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from migcheck.errors import UsageError
from migcheck.journal import Journal
from migcheck.report import reading
from migcheck.report.json import to_json
from migcheck.report.reading import read_report
from migcheck.report.value import Report, concluded
from tests.build import because, report, result, values

WHOLE = concluded(
    report(
        result("match", "a/1"),
        result("mismatch", "a/2", findings=(values(2),), diagnosis=because("sign"), notes=("é\x1b",)),
        gone=("base:2: {}",),
        left_out=("a/3",),
    )
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "report.json"


def changed(**fields: Any) -> bytes:
    """The text of a report with other fields."""
    return json.dumps({**json.loads(to_json(WHOLE)), **fields}).encode()


def refused(path: Path, data: bytes) -> str:
    """What is said of a file that holds this, without its name."""
    path.write_bytes(data)
    with pytest.raises(UsageError) as error:
        read_report(str(path))
    assert str(error.value).startswith(f"{path}: ")
    return str(error.value)[len(str(path)) + 2 :]


def test_what_was_written_is_read(path: Path) -> None:
    path.write_bytes(to_json(WHOLE))
    assert read_report(str(path)) == WHOLE


def test_a_report_that_is_cut_off_anywhere(path: Path) -> None:
    data = to_json(WHOLE).rstrip()
    for end in range(0, len(data), 7):
        assert refused(path, data[:end]).startswith("no report of migcheck run --json: ")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "Input data was truncated"),
        (b"null", "Expected `object`, got `null`"),
        (b"[]", "Expected `object`, got `array`"),
        (b"{}", "Object missing required field `format`"),
        (b'{"format": 1}', "Object missing required field `migcheck`"),
        (changed(seconds=float("nan")), "JSON is malformed: invalid character"),
        (changed(seconds=float("inf")), "JSON is malformed: invalid character"),
        (changed(results=3), "Expected `array`, got `int` - at `$.results`"),
        (changed(results=[{"id": 3}]), "Expected `str`, got `int` - at `$.results[0].id`"),
        (b'{"format": 1, "x": ' + b"[" * 200_000, "maximum recursion depth exceeded"),
        (b"[" * 200_000, "Expected `object`, got `array`"),
        (b"\xff\xfe\x00", "JSON is malformed: invalid character"),
    ],
)
def test_what_is_no_report(path: Path, data: bytes, why: str) -> None:
    assert refused(path, data).startswith(f"no report of migcheck run --json: {why}")


def test_a_report_of_another_format(path: Path) -> None:
    assert refused(path, changed(format=2)) == "a report of format 2, and this migcheck reads format 1"


def test_a_verdict_that_there_is_none_of(path: Path) -> None:
    # nothing counts it, so it would pass
    forged = changed(results=[{"id": "a/1", "title": "", "verdict": "passed"}], gone=[])
    assert refused(path, forged) == "a/1 has the verdict 'passed', which there is none of"


@pytest.mark.parametrize("code", [0, 5, 130, -1])
def test_an_exit_code_follows_from_the_rest(path: Path, code: int) -> None:
    path.write_bytes(changed(exit_code=code))
    assert read_report(str(path)).exit_code == 1


def test_a_file_that_is_too_large(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_LARGEST", 2**20)
    with path.open("wb") as out:
        out.truncate(2**40)  # takes no room
    with pytest.raises(UsageError, match=r": larger than 1 MiB; this is no report$"):
        read_report(str(path))


@pytest.mark.skipif(sys.platform != "linux", reason="there is no such device")
def test_a_device_without_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_LARGEST", 2**20)
    with pytest.raises(UsageError, match=r"^/dev/zero: larger than 1 MiB; this is no report$"):
        read_report("/dev/zero")


@pytest.mark.parametrize(("name", "why"), [("nowhere.json", "No such file or directory"), ("", "Is a directory")])
def test_a_file_that_is_not_there(tmp_path: Path, name: str, why: str) -> None:
    with pytest.raises(UsageError) as error:
        read_report(str(tmp_path / name))
    assert str(error.value) == f"{tmp_path / name}: cannot be read: {why}"


# LAST


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a journal of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


def test_no_run_is_recorded(project: Path) -> None:
    with pytest.raises(UsageError) as error:
        read_report("LAST")
    assert str(error.value) == (
        "LAST: no run is recorded for this folder; run migcheck run here, or name a JSON report"
    )


def recorded(whole: Report, checked: int, ended: bool) -> None:
    journal = Journal()
    journal.started(whole, [each.id for each in whole.results])
    for each in whole.results[:checked]:
        journal.checked(each)
    if ended:
        journal.ended(whole)


def test_the_last_run(project: Path) -> None:
    recorded(WHOLE, 2, ended=True)
    assert read_report("LAST") == WHOLE


@pytest.mark.parametrize("checked", [0, 1, 2])
def test_a_run_that_was_killed_is_no_pass(project: Path, checked: int) -> None:
    whole = concluded(report(result("match", "a/1"), result("match", "a/2")))
    recorded(whole, checked, ended=False)
    found = read_report("LAST")
    assert (found.exit_code, found.interrupted, found.skipped) == (130, True, 2 - checked)
    assert len(found.results) == checked


def test_a_file_of_that_name(project: Path) -> None:
    (project / "LAST").write_bytes(to_json(WHOLE))
    assert read_report("./LAST") == WHOLE
