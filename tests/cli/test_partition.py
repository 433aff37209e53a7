"""``--partition`` and ``migcheck merge``: the machines of a CI matrix, and one report of all."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import msgspec
import pytest

from migcheck.baseline.file import HEAD
from migcheck.report.json import from_json, to_json
from migcheck.report.value import Report, concluded
from migcheck.select.partition import Partition
from migcheck.select.selection import digest
from tests.build import report, result
from tests.cli.command import migcheck, migcheck_here
from tests.cli.test_run import TWICE
from tests.real import write_case

#: By the part of two that they are in.
IN = {1: ["b/case1"], 2: ["a/square", "a/two_outputs"]}
IDS = sorted(IN[1] + IN[2])
GONE = """{"id": "b/one", "leaf": "grad['x']", "kind": "values", "ratio": 2.0}"""
TWO_OUTPUTS = (
    """{"id": "a/two_outputs", "leaf": "grad['x']", "kind": "values", "cause": "multi_output", "ratio": 65000.0}"""
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for id in IDS:
        write_case(tmp_path / "cases", id, **({"mindspore": TWICE} if id == "a/two_outputs" else {}))
    (tmp_path / "base.jsonl").write_text(f"{HEAD}\n{TWO_OUTPUTS}\n{GONE}\n")
    return tmp_path


def read(path: Path) -> Report:
    return from_json(path.read_bytes())


@pytest.mark.slow
def test_the_parts_of_a_run_with_a_baseline(project: Path) -> None:
    assert all(Partition(number, 2).holds(id) for number, ids in IN.items() for id in ids)
    codes, last = [], []
    for number in (1, 2):
        options = "--baseline=base.jsonl", "--no-diagnose", f"--partition={number}/2", f"--json={number}.json"
        done = migcheck("run", *options, cwd=project, env={"XDG_CACHE_HOME": str(project / "cache")})
        codes.append(done.returncode)
        last.append(re.sub(r" in .*", "", done.stdout.splitlines()[-1]))
        assert f"\nnote: part {number}/2: {len(IN[number])} of 3 variants\n" in done.stdout
    # the entry of no case is spoken of by the part that the case would be in
    assert (codes, last) == (
        [1, 0],
        ["no parity: 1 match, 1 of the baseline gone (part 1/2)", "parity: 1 match, 1 known (part 2/2)"],
    )
    assert {number: [each.id for each in read(project / f"{number}.json").results] for number in (1, 2)} == IN

    code, out, err = migcheck_here("merge", "2.json", "1.json", "--json", "whole.json", cwd=project)
    assert (code, err) == (1, "")
    assert f"delete these lines:\n  base.jsonl:3: {GONE}\n" in out
    assert "note:" not in out
    whole = read(project / "whole.json")
    assert [each.id for each in whole.results] == IDS
    assert [each.verdict for each in whole.results] == ["match", "known", "match"]
    assert (whole.exit_code, whole.partition) == (1, "")
    assert set(whole.sources) == {f"cases/a/two_outputs/{file}" for file in FILES}
    shutil.copy(project / "whole.json", project / "again.json")
    assert migcheck_here("merge", "again.json", cwd=project)[0] == 1


FILES = ("case.toml", "torch_program.py", "mindspore_program.py")


def test_a_part_that_is_empty_starts_nothing(project: Path) -> None:
    parts = [Partition(number, 50) for number in range(1, 51)]
    part = next(each for each in parts if not any(map(each.holds, IDS)))
    code, out, err = migcheck_here(
        "run", f"--partition={part}", "--json=part.json", cwd=project, env={"XDG_CACHE_HOME": str(project / "cache")}
    )
    assert (code, err) == (0, "")
    assert re.sub(r"in .* s", "in 0.00 s", out) == (
        f"\nnote: part {part}: 0 of 3 variants\nnothing to check: no variant (part {part}) in 0.00 s  (seed 0)\n"
    )
    assert read(project / "part.json").selected == digest(IDS)


@pytest.mark.parametrize(
    ("part", "why"),
    [
        ("0/2", "'0/2': I is 1 to N, and N at most 10,000"),
        ("3/2", "'3/2': I is 1 to N, and N at most 10,000"),
        ("2", "'2' is not of the form I/N, such as 2/4"),
        ("", "'' is not of the form I/N, such as 2/4"),
    ],
)
def test_what_is_no_part(project: Path, part: str, why: str) -> None:
    code, out, err = migcheck_here("run", "--partition", part, cwd=project)
    assert (code, out) == (2, "")
    assert err.splitlines()[-1] == f"Error: Invalid value for '--partition': {why}"


def test_a_selection_that_is_empty_is_no_empty_part(project: Path) -> None:
    code, _, err = migcheck_here("run", "--partition=1/2", "-k", "nothing", cwd=project)
    assert (code, err) == (5, "migcheck: -k 'nothing' matches no variant\n")


# merge, of reports without a run


@pytest.fixture
def parts(tmp_path: Path) -> Path:
    """A folder with the reports of two parts, ``1.json`` and ``2.json``."""
    ids = [f"a/case{number}" for number in range(8)]
    for number in (1, 2):
        mine = Partition(number, 2)
        results = [result("match", id) for id in ids if mine.holds(id)]
        whole = concluded(report(*results, partition=str(mine), selected=digest(ids)))
        (tmp_path / f"{number}.json").write_bytes(to_json(whole))
    return tmp_path


def change(path: Path, **fields: object) -> None:
    path.write_bytes(to_json(concluded(msgspec.structs.replace(read(path), **fields))))


def test_merge(parts: Path) -> None:
    for order in (("1.json", "2.json"), ("2.json", "1.json"), ("1.json", "2.json", "1.json")):
        code, out, err = migcheck_here("merge", *order, "-q", cwd=parts)
        assert (code, out, err) == (0, "parity: 8 match in 3.00 s  (seed 0)\n", "")


def test_a_part_is_missing(parts: Path) -> None:
    assert migcheck_here("merge", "2.json", cwd=parts) == (
        2,
        "",
        "migcheck: part 1/2 is missing; give the report of each\n",
    )


def test_a_report_is_missing(parts: Path) -> None:
    assert migcheck_here("merge", "1.json", "3.json", cwd=parts) == (
        2,
        "",
        "migcheck: 3.json: cannot be read: No such file or directory\n",
    )
    code, _, err = migcheck_here("merge", cwd=parts)
    assert (code, err.splitlines()[-1]) == (2, "Error: Missing argument 'REPORT.json...'.")


def test_a_part_was_interrupted(parts: Path) -> None:
    change(parts / "2.json", interrupted=True, skipped=2, results=read(parts / "2.json").results[2:])
    code, out, _ = migcheck_here("merge", "1.json", "2.json", "-q", cwd=parts)
    assert (code, out) == (130, "\ninterrupted: 6 match, 2 not checked in 3.00 s  (seed 0)\n".lstrip())


def test_a_part_failed(parts: Path) -> None:
    first, *others = read(parts / "1.json").results
    change(parts / "1.json", results=(msgspec.structs.replace(first, verdict="stale", stale=("grad['x']",)), *others))
    assert migcheck_here("merge", "1.json", "2.json", "-q", cwd=parts)[0] == 1


def test_a_part_was_cut_off(parts: Path) -> None:
    (parts / "2.json").write_bytes((parts / "2.json").read_bytes()[:-100])
    code, out, err = migcheck_here("merge", "1.json", "2.json", cwd=parts)
    assert (code, out) == (2, "")
    assert err.startswith("migcheck: 2.json: no report of migcheck run --json: ")
