"""What failed in the last run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from migcheck.select.last import read_failed, write_failed


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder, and a project as the working folder."""
    project = tmp_path / "project"
    project.mkdir()
    monkeypatch.chdir(project)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "migcheck"


def recorded() -> set[str]:
    """What is recorded; it is an error if nothing is."""
    found = read_failed()
    assert found is not None
    return set(found)


def test_nothing_is_recorded_yet() -> None:
    assert read_failed() is None


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
    write_failed({"thème/名[ñ]", "\udcff"}, {"thème/名[ñ]", "\udcff"})
    assert recorded() == {"thème/名[ñ]", "\udcff"}


def test_each_folder_has_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_failed({"a"}, {"a"})
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path / "other")
    assert read_failed() is None


def test_nothing_is_written_into_the_project() -> None:
    write_failed({"a"}, {"a"})
    assert list(Path().iterdir()) == []


def test_no_draft_is_left_behind(cache: Path) -> None:
    write_failed({"a"}, {"a"})
    assert [file.suffix for file in cache.iterdir()] == [".json"]


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "3", '{"failed": 3}', '{"failed": null}', "{}", "\xff"])
def test_a_record_that_makes_no_sense_is_none(cache: Path, text: str) -> None:
    write_failed({"a"}, {"a"})
    (file,) = cache.iterdir()
    file.write_text(text, encoding="latin-1")
    assert read_failed() is None
    write_failed({"b"}, {"b"})
    assert recorded() == {"b"}


def test_no_cache_folder_can_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    write_failed({"a"}, {"a"})
    assert read_failed() is None


def test_no_home(monkeypatch: pytest.MonkeyPatch) -> None:
    # a container that runs under a user id without a name
    def no_home() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr(Path, "home", no_home)
    write_failed({"a"}, {"a"})
    assert read_failed() is None


def test_the_home_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "XDG_CACHE_HOME", "")
    monkeypatch.setenv("HOME", str(tmp_path))
    write_failed({"a"}, {"a"})
    assert len(list((tmp_path / ".cache" / "migcheck").iterdir())) == 1
