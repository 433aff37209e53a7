"""Entries of a baseline whose variants are no more."""

from __future__ import annotations

from pathlib import Path

import pytest

from migcheck.baseline.file import line_of
from migcheck.baseline.gone import gone_from
from migcheck.baseline.value import Baseline, Entry, Placed
from migcheck.select.partition import Partition
from tests.build import write_case

MATRIX = 'title = "a case"\n[matrix]\nmode = ["pynative", "graph"]\n'


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with cases, as the working folder."""
    write_case(tmp_path / "cases" / "a" / "one")
    write_case(tmp_path / "cases" / "a" / "two", MATRIX)
    write_case(tmp_path / "cases" / "b" / "one")
    write_case(tmp_path / "cases" / "b" / "broken", "titel = 3")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def gone(ids: list[str], *arguments: str, part: Partition | None = None) -> list[str]:
    """The ids of those entries that are gone."""
    placed = [Placed(Entry(id, "grad['x']", "values"), f"base:{line}", id) for line, id in enumerate(ids, 2)]
    return [line.partition(": ")[2] for line in gone_from(Baseline(placed, "base"), arguments, part)[0]]


def test_the_whole_line_is_given() -> None:
    entry = Entry("a/gone", "grad['x']", "values", ratio=2.0)
    lines, unjudged = gone_from(Baseline([Placed(entry, "base:7", line_of(entry))]), (), None)
    assert unjudged == 0
    assert lines == ("""base:7: {"id": "a/gone", "leaf": "grad['x']", "kind": "values", "ratio": 2.0}""",)


@pytest.mark.parametrize("arguments", [(), ("cases",), ("cases/",), ("./cases/a", "cases/b")])
def test_what_is_there_is_not_gone(arguments: tuple[str, ...]) -> None:
    there = ["a/one", "a/two[pynative]", "a/two[graph]", "b/one"]
    assert gone(there, *arguments) == []
    no_more = ["a/three", "a/two", "a/two[graph,float64]", "a/one[graph]", "b/on"]
    assert gone([*there, *no_more], *arguments) == no_more


@pytest.mark.parametrize(
    ("argument", "speaks_of"),
    [
        ("cases", ["a/x", "ab/x", "c/x", "b/x", "x"]),
        ("cases/a", ["a/x"]),
        ("cases/a/one", []),  # there, and named
        ("a/one", []),  # an id tells nothing of others
        ("a/two[graph]", []),
        ("cases/a/two[graph]", []),
    ],
)
def test_a_folder_speaks_of_what_is_in_it(argument: str, speaks_of: list[str]) -> None:
    assert gone(["a/x", "ab/x", "c/x", "b/x", "x"], argument) == speaks_of


def test_a_case_that_lost_a_variant_is_spoken_of_by_its_own_folder() -> None:
    assert gone(["a/two[graph]", "a/two[other]", "a/one[x]"], "cases/a/two") == ["a/two[other]"]


def test_a_case_that_cannot_be_read_may_have_its_variants_still() -> None:
    assert gone(["b/broken", "b/broken[graph]", "b/broken2"]) == ["b/broken2"]


def test_a_theme_that_was_deleted() -> None:
    assert gone(["deleted/one", "a/one"]) == ["deleted/one"]


def test_an_absolute_folder(project: Path) -> None:
    assert gone(["a/one", "a/x"], str(project / "cases" / "a")) == ["a/x"]


def test_the_parts_of_a_run_speak_of_each_entry_once() -> None:
    ids = [f"a/gone{number}" for number in range(20)]
    parts = [gone(ids, part=Partition(number, 3)) for number in (1, 2, 3)]
    assert sorted(id for part in parts for id in part) == sorted(ids)
    assert all(parts)


def test_a_folder_of_another_project(tmp_path: Path) -> None:
    write_case(tmp_path / "other" / "cases" / "c" / "one")
    placed = [Placed(Entry("a/gone", "grad['x']", "values"), "base:2", "a/gone")]
    # In a monorepo the file stands beside its cases, and the command is given above.
    beside = Baseline(placed, str(tmp_path / "other" / "base"))
    assert gone_from(beside, ("other/cases",), None) == (("base:2: a/gone",), 0)
    assert gone_from(Baseline(placed, "base"), ("other/cases",), None) == ((), 1)
    both = [*placed, Placed(Entry("c/one", "grad['x']", "values"), "base:3", "c/one")]
    assert gone_from(Baseline(both, "base"), ("other/cases",), None) == (("base:2: a/gone",), 0)
