"""What the options choose, without running anything."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from migcheck.check import RunOptions
from migcheck.cli.choosing import Choice, choose
from migcheck.errors import NothingSelected
from migcheck.journal import Journal
from migcheck.select.partition import Partition
from tests.build import report, result, write_case


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three cases in ``parity/cases``, above which commands are given."""
    for name in ("a/one", "a/two", "b/one"):
        write_case(tmp_path / "parity" / "cases" / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "parity"


def chosen(*cases: str, **given: Any) -> list[str]:
    options = {"keyword": "", "last_failed": False, "changed_since": None, "partition": None, **given}
    return [item.id for item in choose(Choice(cases, **options), RunOptions()).items]


def ran(**verdicts: str) -> None:
    """A run of these variants; ``a_one`` is ``a/one``."""
    journal = Journal()
    journal.started(report(), [name.replace("_", "/") for name in verdicts])
    for name, verdict in verdicts.items():
        journal.checked(result(verdict, name.replace("_", "/")))
    journal.ended(report())


def test_what_failed_in_a_folder_that_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    ran(a_one="match", a_two="mismatch")
    assert chosen("parity/cases", last_failed=True) == ["a/two"]
    with pytest.raises(NothingSelected, match="none of these variants failed in the last run"):
        chosen("parity/cases/b", last_failed=True)
    assert capsys.readouterr().err == ""


def test_everything_where_nothing_that_failed_is_there_any_more(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(project)
    ran(a_gone="mismatch", b_one="match")
    assert chosen(last_failed=True) == ["a/one", "a/two", "b/one"]
    assert capsys.readouterr().err == "migcheck: --lf: nothing that failed is there any more; running everything\n"


def test_parts_of_one_run_are_akin_and_others_are_not() -> None:
    def kin(options: RunOptions) -> str:
        choice = Choice(("parity/cases",), "", False, None, Partition(1, 2))
        return choose(choice, options).kin

    assert kin(RunOptions()) == kin(RunOptions())
    assert kin(RunOptions()) != kin(RunOptions(seed=7))
    assert kin(RunOptions()) != kin(RunOptions(prewarm=True))
