"""What a run has found, also after it was killed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from migcheck.journal import Journal, failed_before, last_report, versions_before
from migcheck.report.value import Environment, concluded
from tests.build import report, result


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder, and a project as the working folder."""
    project = tmp_path / "project"
    project.mkdir()
    monkeypatch.chdir(project)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "migcheck"


def write_failed(checked: set[str], failing: set[str]) -> None:
    """The journal of a run that checked these."""
    journal = Journal()
    journal.started(report(), sorted(checked))
    for id in sorted(checked):
        journal.checked(result("mismatch" if id in failing else "match", id))
    journal.ended(report())


def recorded() -> set[str]:
    """What is recorded; it is an error if nothing is."""
    found = failed_before()
    assert found is not None
    return set(found)


def test_nothing_is_recorded_yet() -> None:
    assert failed_before() is None


def test_what_failed() -> None:
    write_failed({"a", "b"}, {"b"})
    assert recorded() == {"b"}


def test_nothing_failed() -> None:
    write_failed({"a"}, set())
    assert recorded() == set()


def test_what_was_not_checked_keeps_its_state() -> None:
    write_failed({"a", "b", "c"}, {"a", "b"})
    write_failed({"b"}, set())
    assert recorded() == {"a"}
    write_failed({"c"}, {"c"})
    assert recorded() == {"a", "c"}


def test_ids_with_any_letters() -> None:
    write_failed({"thème/名[ñ]"}, {"thème/名[ñ]"})
    assert recorded() == {"thème/名[ñ]"}


def test_each_folder_has_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_failed({"a"}, {"a"})
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path / "other")
    assert failed_before() is None


def test_nothing_is_written_into_the_project() -> None:
    write_failed({"a"}, {"a"})
    assert list(Path().iterdir()) == []


def test_the_newest_few_are_kept(cache: Path) -> None:
    for each in "abcdefg":
        write_failed({each}, {each})
    (folder,) = cache.iterdir()
    assert len(list(folder.iterdir())) == 5
    assert recorded() == {"a", "b", "c", "d", "e", "f", "g"}


def test_others_cannot_read_it(cache: Path) -> None:
    write_failed({"a"}, {"a"})
    (file,) = cache.glob("*/*.jsonl")
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", "3", '{"type": "started"}', '{"type": "ended", "report": null}', "{}", "\xff"]
)
def test_a_record_that_makes_no_sense_is_none(cache: Path, text: str) -> None:
    write_failed({"a"}, {"a"})
    (file,) = cache.glob("*/*.jsonl")
    file.write_text(text, encoding="latin-1")
    assert failed_before() is None
    write_failed({"b"}, {"b"})
    assert recorded() == {"b"}


def test_no_cache_folder_can_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    write_failed({"a"}, {"a"})
    assert failed_before() is None


def test_no_home(monkeypatch: pytest.MonkeyPatch) -> None:
    # a container that runs under a user id without a name
    def no_home() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr(Path, "home", no_home)
    write_failed({"a"}, {"a"})
    assert failed_before() is None


def test_the_home_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "XDG_CACHE_HOME", "")
    monkeypatch.setenv("HOME", str(tmp_path))
    write_failed({"a"}, {"a"})
    assert len(list((tmp_path / ".cache" / "migcheck").iterdir())) == 1


def test_a_run_that_ended() -> None:
    journal = Journal()
    journal.started(report(), ["a", "b"])
    journal.checked(result("match", "b"))
    journal.checked(result("mismatch", "a"))
    whole = concluded(report(result("mismatch", "a"), result("match", "b"), seconds=3.0))
    journal.ended(whole)
    assert last_report() == whole


def test_a_run_that_was_killed(cache: Path) -> None:
    environments = {"torch": Environment("2.13.0", "3.11.7", "1.26.4")}
    journal = Journal()
    journal.started(report(notes=("part 1/2",)), ["a", "b", "c"])
    journal.ready(environments, {})
    journal.checked(result("match", "b"))
    journal.checked(result("mismatch", "a"))
    journal.checked(result("mismatch", "a", notes=("its diagnosis",)))
    (file,) = cache.glob("*/*.jsonl")
    with file.open("ab") as out:  # in the middle of a line
        out.write(b'{"type":"checked","result":{"id":"c","ti')
    found = last_report()
    assert found
    assert [each.id for each in found.results] == ["a", "b"]
    assert found.results[0].notes == ("its diagnosis",)
    assert (found.interrupted, found.skipped, found.exit_code) == (True, 1, 130)
    assert (found.environments, found.notes) == (environments, ("part 1/2",))
    assert recorded() == {"a"}


def test_a_disk_that_is_full_costs_the_journal_alone() -> None:
    journal = Journal()
    journal.started(report(), ["a"])
    os.close(journal._fd)
    journal._fd = os.open("/dev/full", os.O_WRONLY)
    journal.checked(result("match", "a"))
    journal.ended(report())
    assert journal.problem == "[Errno 28] No space left on device"


def test_nothing_is_recorded() -> None:
    assert last_report() is None


def test_runs_that_overlap() -> None:
    first, second = Journal(), Journal()
    first.started(report(), ["a"])
    second.started(report(), ["b"])
    first.checked(result("mismatch", "a"))
    second.checked(result("mismatch", "b"))
    second.ended(report())
    first.ended(report())
    assert recorded() == {"a", "b"}
    write_failed({"a"}, set())
    assert recorded() == {"b"}


def test_the_versions_that_each_variant_was_checked_with() -> None:
    for ids, version in ((["a", "b"], "2.12.0"), (["b"], "2.13.0"), ([], "")):
        journal = Journal()
        journal.started(report(), ids)
        for id in ids:
            journal.checked(result("match", id, versions={"torch": version}))
        journal.ended(report())
    assert versions_before() == {"a": {"torch": "2.12.0"}, "b": {"torch": "2.13.0"}}
