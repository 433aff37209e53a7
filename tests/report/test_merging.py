"""Several reports as one: never more of a pass than each of them."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migcheck.errors import UsageError
from migcheck.judge.verdict import VERDICTS
from migcheck.report.merging import merged
from migcheck.report.text import last_line
from migcheck.report.value import Environment, Failure, Report, Result, concluded
from migcheck.select.partition import Partition
from migcheck.select.selection import digest
from tests.build import report, result

TORCH = Environment("2.13.0", "3.11.7", "1.26.4")


def run(*ids: str, **fields: Any) -> Report:
    """The report of a whole run in which all matched."""
    return concluded(report(*(result("match", id) for id in ids), selected=digest(ids), **fields))


def part(whole: Report, number: int, count: int, **fields: Any) -> Report:
    """The report of one part of a run."""
    mine = Partition(number, count)
    results = tuple(each for each in whole.results if mine.holds(each.id))
    given = {"partition": str(mine), "notes": (f"part {mine}: {len(results)} of {len(whole.results)} variants",)}
    fields = {"results": results, "selected": whole.selected, "left_out": whole.left_out, **given, **fields}
    return concluded(Report(migcheck="0.1.0", seed=0, environments=whole.environments, seconds=1.5, **fields))


def parts(whole: Report, count: int) -> list[tuple[str, Report]]:
    """The reports of all parts, by the names of their files."""
    return [(f"{number}.json", part(whole, number, count)) for number in range(1, count + 1)]


def refused(*reports: tuple[str, Report]) -> str:
    """Why these cannot be merged, in whatever order they are given."""
    said = set()
    for order in itertools.permutations(reports):
        with pytest.raises(UsageError) as error:
            merged(list(order))
        said.add(str(error.value))
    (one,) = said
    return one


NINE = run(*(f"a/case{number}" for number in range(9)), environments={"torch": TORCH})


def test_the_parts_are_the_whole() -> None:
    found = merged(parts(NINE, 3))
    assert found.results == NINE.results
    assert (found.exit_code, found.partition, found.selected, found.notes) == (0, "", NINE.selected, ())
    assert (found.seed, found.environments, found.seconds) == (0, {"torch": TORCH}, 4.5)
    assert last_line(found) == "parity: 9 match in 4.50 s  (seed 0, torch 2.13.0)"


verdicts = st.sampled_from(["match", "match", *VERDICTS])


@given(
    st.dictionaries(st.sampled_from([f"a/{n}" for n in range(30)]), verdicts, min_size=1), st.integers(1, 6), st.data()
)
@settings(deadline=None, derandomize=True, max_examples=50)
def test_the_parts_are_the_whole_whatever_their_order(cases: dict[str, str], count: int, data: st.DataObject) -> None:
    results = [result(verdict, id) for id, verdict in sorted(cases.items())]
    whole = concluded(report(*results, selected=digest(cases), seconds=1.5 * count))
    found = merged(data.draw(st.permutations(parts(whole, count))))
    assert found == whole


@given(st.lists(st.sampled_from(VERDICTS), min_size=1, max_size=4))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_a_whole_passes_only_if_each_of_its_reports_does(verdicts: list[str]) -> None:
    each = [concluded(report(result(verdict, f"a/{at}"))) for at, verdict in enumerate(verdicts)]
    found = merged([(f"{at}.json", one) for at, one in enumerate(each)])
    assert (found.exit_code == 0) == all(one.exit_code == 0 for one in each)
    assert found.exit_code == (1 if any(one.exit_code == 1 for one in each) else max(one.exit_code for one in each))


def test_an_exit_code_is_not_taken_on_trust() -> None:
    forged = report(result("mismatch", "a/1"), exit_code=0)
    assert merged([("a.json", forged), ("b.json", run("a/2"))]).exit_code == 1


# What is missing, or not of one run


def test_a_part_that_is_missing() -> None:
    assert refused(*parts(NINE, 4)[:3]) == "part 4/4 is missing; give the report of each"
    assert refused(*parts(NINE, 4)[1:3]) == "part 1/4, 4/4 is missing; give the report of each"


def test_a_part_that_is_there_twice() -> None:
    one, two = parts(NINE, 2)
    assert refused(one, two, ("again.json", one[1])) == "1.json and again.json are both part 1/2"


def test_parts_of_another_number() -> None:
    reports = parts(NINE, 2)[0], ("c.json", part(NINE, 3, 3))
    assert refused(*reports) == "1.json is part 1/2, and c.json part 3/3"


def test_parts_of_other_cases() -> None:
    one, _ = parts(NINE, 2)
    other = "2.json", part(run(*(f"a/case{number}" for number in range(8))), 2, 2)
    assert refused(one, other) == (
        "1.json and 2.json are parts of different runs, of other cases: "
        "run all parts on the same commit, with the same options"
    )


def test_parts_of_another_commit() -> None:
    one, two = ("1.json", part(NINE, 1, 2, kin="0a")), ("2.json", part(NINE, 2, 2, kin="0b"))
    assert refused(one, two) == (
        "1.json and 2.json are parts of different runs: at another commit, or with another seed, baseline or other "
        "option that changes results; run all parts alike"
    )


def test_a_part_and_a_whole_run() -> None:
    assert refused(parts(NINE, 2)[0], ("w.json", run("b/1"))) == (
        "w.json is of a whole run, and 1.json is part 1/2 of one; merge one kind"
    )


def test_a_variant_that_is_in_two_reports() -> None:
    assert refused(("a.json", run("a/1", "a/2")), ("b.json", run("a/2", "a/3"))) == (
        "a/2 is in both a.json and b.json; merge reports of other cases"
    )


def test_a_variant_that_is_twice_in_one_report() -> None:
    assert refused(("a.json", run("a/1", "a/1"))) == "a/1 is in both a.json and a.json; merge reports of other cases"


def test_a_part_that_lacks_a_result() -> None:
    one, two = parts(NINE, 2)
    lacking = one[0], part(NINE, 1, 2, results=one[1].results[:-1])
    assert refused(lacking, two) == "the parts do not hold what was selected; run all parts again"


def test_a_part_with_a_result_too_many() -> None:
    one, two = parts(NINE, 2)
    more = one[0], part(NINE, 1, 2, results=(*one[1].results, result("match", "b/1")))
    assert refused(more, two) == "the parts do not hold what was selected; run all parts again"


@pytest.mark.parametrize(
    ("partition", "why"),
    [
        ("1/x", "'1/x' is not of the form I/N, such as 2/4"),
        ("/", "'/' is not of the form I/N, such as 2/4"),
        ("3/2", "'3/2': I is 1 to N, and N at most 10,000"),
        ("1/1000000000", "'1/1000000000': I is 1 to N, and N at most 10,000"),
    ],
)
def test_what_is_no_part(partition: str, why: str) -> None:
    assert refused(("a.json", run("a/1", partition=partition))) == f"a.json: no part of a run: {why}"


# What a part did not get to


def test_a_part_that_was_interrupted() -> None:
    one, two = parts(NINE, 2)
    left = len(one[1].results)
    stopped = one[0], part(NINE, 1, 2, results=(), skipped=left, interrupted=True)
    found = merged([two, stopped])
    assert (found.exit_code, found.interrupted, found.skipped) == (130, True, left)
    assert last_line(found).startswith(f"interrupted: {9 - left} match, {left} not checked in ")


def test_a_part_that_stopped_at_a_failure() -> None:
    one, two = parts(NINE, 2)
    failed = result("mismatch", one[1].results[0].id)
    stopped = one[0], part(NINE, 1, 2, results=(failed,), skipped=len(one[1].results) - 1)
    assert merged([stopped, two]).exit_code == 1


def test_what_was_skipped_is_no_parity_even_if_nothing_failed() -> None:
    one, two = parts(NINE, 2)
    odd = one[0], part(NINE, 1, 2, results=one[1].results[1:], skipped=1)
    found = merged([odd, two])
    assert found.exit_code == 3
    assert last_line(found).startswith("not comparable: 8 match, 1 not checked in ")


def test_parts_that_are_empty() -> None:
    whole = run("a/case0", left_out=("a/case1",))
    found = merged(parts(whole, 5))
    assert (found.exit_code, [each.id for each in found.results]) == (0, ["a/case0"])
    nothing = run(left_out=("a/case1",))
    assert merged(parts(nothing, 2)).exit_code == 0


def test_what_one_run_left_out_and_another_checked() -> None:
    one, other = run("a/1", left_out=("a/2", "a/3")), run("a/2", left_out=("a/1", "a/3"))
    found = merged([("a.json", one), ("b.json", other)])
    assert (found.left_out, found.exit_code) == (("a/3",), 0)
    assert found.selected == ""


def test_lines_of_a_baseline_that_are_gone() -> None:
    one, two = parts(NINE, 2)
    gone = two[0], part(NINE, 2, 2, gone=("base:2: {}", "base:9: {}"))
    twice = one[0], part(NINE, 1, 2, gone=("base:9: {}",))
    for order in ([twice, gone], [gone, twice]):
        found = merged(order)
        assert (sorted(found.gone), found.exit_code) == (["base:2: {}", "base:9: {}"], 1)
    assert last_line(found) == "no parity: 9 match, 2 of the baseline gone in 3.00 s  (seed 0, torch 2.13.0)"


def test_a_difference_wins_over_what_could_not_be_compared() -> None:
    internal = result("error", "a/2", failures=(Failure("case", "internal", "oh"),))
    reports = [("a.json", concluded(report(internal))), ("b.json", run("a/1"))]
    assert merged(reports).exit_code == 4
    assert merged([*reports, ("c.json", concluded(report(result("mismatch", "a/3"))))]).exit_code == 1


# What is said of the runs


def test_other_versions_are_said() -> None:
    one = run("a/1", environments={"torch": TORCH})
    other = run("a/2", environments={"torch": Environment("2.6.0", "3.10.1", "1.26.4")})
    for order in ([("a.json", one), ("b.json", other)], [("b.json", other), ("a.json", one)]):
        found = merged(order)
        assert found.environments == {"torch": TORCH}
        assert found.notes == (
            "torch was not the same everywhere: 2.13.0, Python 3.11.7, numpy 1.26.4 in a.json; "
            "2.6.0, Python 3.10.1, numpy 1.26.4 in b.json",
        )


def test_a_side_that_could_not_start_is_said_with_its_report() -> None:
    found = merged([("a.json", run("a/1", problems={"torch": "not installed"})), ("b.json", run("a/2"))])
    assert found.problems == {"torch": "a.json: not installed"}


def test_other_seeds_are_none() -> None:
    assert merged([("a.json", run("a/1", seed=1)), ("b.json", run("a/2", seed=2))]).seed is None


def test_notes_are_kept_but_for_the_part() -> None:
    one, two = parts(NINE, 2)
    noted = one[0], part(NINE, 1, 2, notes=(*one[1].notes, "left out: nothing"))
    assert merged([noted, two]).notes == ("left out: nothing",)


def test_files_of_reports_from_several_folders() -> None:
    def of(id: str, folder: str) -> Report:
        one: Result = result("mismatch", id, files={"torch": "cases/x/torch_program.py"})
        return concluded(report(one, directory=folder, sources={"cases/x/torch_program.py": folder}))

    found = merged([("a.json", of("a/1", "one")), ("b.json", of("a/2", "two"))])
    assert [each.files["torch"] for each in found.results] == [
        "one/cases/x/torch_program.py",
        "two/cases/x/torch_program.py",
    ]
    assert {path.partition("/")[0]: text for path, text in found.sources.items()} == {"one": "one", "two": "two"}
    assert found.directory == ""
    alike = merged([("a.json", of("a/1", "one")), ("b.json", of("a/2", "one"))])
    assert (alike.directory, alike.results[0].files["torch"]) == ("one", "cases/x/torch_program.py")
