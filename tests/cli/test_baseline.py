"""``migcheck baseline`` and ``migcheck run --baseline`` as their users see them; on the real frameworks."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import msgspec
import pytest

from migcheck.baseline.file import HEAD
from migcheck.compare.finding import Element
from migcheck.report.json import from_json, to_json
from migcheck.report.value import concluded
from tests.build import finding, report, result, values
from tests.cli.command import migcheck, migcheck_here
from tests.cli.test_run import TWICE
from tests.real import write_case

TWO_OUTPUTS = (
    """{"id": "bad/two_outputs", "leaf": "grad['x']", "kind": "values", "cause": "multi_output", "ratio": 65000.0}"""
)
#: Of a variant that matches, and of one that is no more.
OF_A_MATCH = """{"id": "good/square", "leaf": "grad['x']", "kind": "values", "ratio": 2.0}"""
OF_NO_CASE = """{"id": "deleted/case", "leaf": "grad['x']", "kind": "values", "ratio": 2.0}"""


def without_times(text: str) -> str:
    return re.sub(r"\d+\.\d+ s", "0.00 s", text)


def write_lines(path: Path, *lines: str) -> None:
    path.write_text("".join(f"{line}\n" for line in (HEAD, *lines)), encoding="utf-8")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two cases, and what ``migcheck baseline write`` says and writes of them."""
    folder = tmp_path_factory.mktemp("project")
    write_case(folder / "cases", "good/square")
    write_case(folder / "cases", "bad/two_outputs", mindspore=TWICE)
    done = migcheck("baseline", "write", "base.jsonl", "--json", "first.json", cwd=folder, env=cache(folder))
    (folder / "said").write_text(f"{done.returncode}\n{done.stdout}\n{done.stderr}")
    return folder


def cache(folder: Path) -> dict[str, str]:
    return {"XDG_CACHE_HOME": str(folder / "cache")}


@pytest.fixture
def copy(project: Path, tmp_path: Path) -> Path:
    """The project, to be changed."""
    return Path(shutil.copytree(project, tmp_path / "copy"))


# With the frameworks


def test_what_is_written(project: Path) -> None:
    code, *lines = (project / "said").read_text().splitlines()
    assert code == "0", lines
    assert lines[0].startswith("mismatch  bad/two_outputs  ")
    assert lines[-1] == "migcheck: wrote 1 difference to base.jsonl"
    assert (project / "base.jsonl").read_text() == f"{HEAD}\n{TWO_OUTPUTS}\n"


@pytest.mark.slow
def test_a_run_with_a_baseline(project: Path) -> None:
    done = migcheck("run", "--baseline", "base.jsonl", "--json", "known.json", "-v", cwd=project, env=cache(project))
    assert (done.returncode, done.stderr) == (0, "")
    assert "\n    known: adopted, base.jsonl:2\n" in done.stdout
    assert without_times(done.stdout.splitlines()[-1]).startswith("parity: 1 match, 1 known in 0.00 s  (seed 0, ")
    (known,) = from_json((project / "known.json").read_bytes()).results[:1]
    assert (known.verdict, known.findings[0].adopted) == ("known", "base.jsonl:2")
    assert known.diagnosis is not None  # a cause that is another one would fail
    assert known.rerun == "migcheck run bad/two_outputs --seed 0 --baseline=base.jsonl"


@pytest.mark.slow
def test_worse_and_gone(copy: Path) -> None:
    better = TWO_OUTPUTS.replace("65000.0", "50000.0")
    write_lines(copy / "base.jsonl", better, OF_NO_CASE, OF_A_MATCH)
    done = migcheck("run", "--baseline=base.jsonl", "--no-diagnose", cwd=copy, env=cache(copy))
    assert done.returncode == 1
    assert without_times(done.stdout).partition("  (seed 0")[0] == (
        "mismatch  bad/two_outputs  0.00 s\n"
        "stale     good/square  0.00 s\n"
        "\n"
        "FAILED bad/two_outputs\n"
        "  grad['x'] () float32: torch 6.0, mindspore 7.0    |diff| 1.0, allowed 1.6e-05\n"
        "    against float64, in units of the leaf's RMS: torch is off by 0.0, mindspore by 0.17 (allowed 1.3e-06)\n"
        "    would pass with rtol = 0.084 or atol = 1.0\n"
        "  note: baseline: grad['x']: worse than recorded: 65000 times what is allowed; "
        "base.jsonl:2 has 50000 times what is allowed\n"
        "  rerun: migcheck run bad/two_outputs --seed 0 --baseline=base.jsonl\n"
        "\n"
        "FAILED good/square\n"
        "  a difference of the baseline that no longer occurs; delete its line:\n"
        f"    base.jsonl:4: {OF_A_MATCH}\n"
        "  rerun: migcheck run good/square --seed 0 --baseline=base.jsonl\n"
        "\n"
        "GONE from the cases, and in the baseline still; delete these lines:\n"
        f"  base.jsonl:3: {OF_NO_CASE}\n"
        "\n"
        "no parity: 1 mismatch, 1 stale, 1 of the baseline gone in 0.00 s"
    )


@pytest.mark.slow
def test_prune_deletes_what_is_gone_and_nothing_else(copy: Path) -> None:
    of_an_error = OF_A_MATCH.replace("good/square", "broken/raises")
    write_case(copy / "cases", "broken/raises", torch="def program(x):\n    raise ValueError('no')\n")
    write_lines(copy / "base.jsonl", TWO_OUTPUTS, of_an_error, OF_NO_CASE, OF_A_MATCH)
    done = migcheck("baseline", "prune", "base.jsonl", "--no-diagnose", "-q", cwd=copy, env=cache(copy))
    assert done.returncode == 3  # what could not be compared is no parity, with whatever baseline
    assert done.stderr == "migcheck: deleted 2 differences from base.jsonl; 2 left\n"
    assert (copy / "base.jsonl").read_text() == f"{HEAD}\n{TWO_OUTPUTS}\n{of_an_error}\n"


# From a report that is there


def baseline(cwd: Path, verb: str, *arguments: str, source: str = "first.json") -> tuple[int, str, str]:
    code, out, err = migcheck_here("baseline", verb, "base.jsonl", "--from", source, *arguments, cwd=cwd)
    return code, without_times(out), err


def test_check_of_a_report(copy: Path) -> None:
    code, out, err = baseline(copy, "check")
    assert (code, err) == (0, "")
    assert out.startswith(
        "known     bad/two_outputs  0.00 s\nmatch     good/square  0.00 s\n\nparity: 1 match, 1 known"
    )


def test_the_last_run_is_a_report(project: Path) -> None:
    code, _, err = migcheck_here("baseline", "check", "base.jsonl", "--from", "LAST", cwd=project, env=cache(project))
    assert (code, err) == (0, "")


def test_writing_again_changes_nothing(copy: Path) -> None:
    before = (copy / "base.jsonl").read_bytes()
    assert baseline(copy, "write")[0] == 0
    assert (copy / "base.jsonl").read_bytes() == before


@pytest.mark.parametrize(
    ("line", "note"),
    [
        (
            TWO_OUTPUTS.replace("65000.0", "60000.0"),  # a tenth more than that is within the slack
            "",
        ),
        (
            TWO_OUTPUTS.replace("65000.0", "10.0"),
            "worse than recorded: 65000 times what is allowed; base.jsonl:2 has 10 times what is allowed",
        ),
        (
            TWO_OUTPUTS.replace(', "ratio": 65000.0', ""),
            "worse than recorded: 65000 times what is allowed; base.jsonl:2 has no measure",
        ),
        (
            TWO_OUTPUTS.replace("ratio", "difference"),
            "worse than recorded: 65000 times what is allowed; base.jsonl:2 has 65000 where nothing is allowed",
        ),
        (
            TWO_OUTPUTS.replace("multi_output", "sign"),
            "the cause is multi_output; base.jsonl:2 has this difference with the cause sign",
        ),
    ],
)
def test_a_difference_that_is_not_the_recorded_one(copy: Path, line: str, note: str) -> None:
    write_lines(copy / "base.jsonl", line)
    code, out, _ = baseline(copy, "check")
    assert code == (1 if note else 0)
    assert [said for said in out.splitlines() if "note:" in said] == (
        [f"  note: baseline: grad['x']: {note}"] if note else []
    )


@pytest.mark.parametrize("other", ["bad/two_output", "bad/two_outputs[graph]", "Bad/two_outputs"])
def test_an_id_that_changed(copy: Path, other: str) -> None:
    write_lines(copy / "base.jsonl", TWO_OUTPUTS.replace("bad/two_outputs", other))
    assert baseline(copy, "check")[0] == 1


@pytest.mark.parametrize(
    ("lines", "note"),
    [
        ([], ""),
        ([OF_NO_CASE], "note: 1 variant of the baseline is not in this report, and so not checked"),
        (
            [OF_NO_CASE, OF_NO_CASE.replace("values", "shape"), OF_NO_CASE.replace("case", "other")],
            "note: 2 variants of the baseline are not in this report, and so not checked",
        ),
    ],
)
def test_what_a_report_says_nothing_of_is_said(copy: Path, lines: list[str], note: str) -> None:
    write_lines(copy / "base.jsonl", TWO_OUTPUTS, *lines)
    code, out, _ = baseline(copy, "check", "-q")
    assert (code, out.splitlines()[:-1]) == (0, [note] if note else [])
    assert baseline(copy, "prune")[2] == f"migcheck: deleted 0 differences from base.jsonl; {1 + len(lines)} left\n"


def test_prune_of_a_report(copy: Path) -> None:
    write_lines(copy / "base.jsonl", TWO_OUTPUTS, OF_A_MATCH)
    assert baseline(copy, "check")[0] == 1
    code, out, err = baseline(copy, "prune")
    assert (code, err) == (0, "migcheck: deleted 1 difference from base.jsonl; 1 left\n")
    assert f"    base.jsonl:3: {OF_A_MATCH}\n" in out
    assert (copy / "base.jsonl").read_text() == f"{HEAD}\n{TWO_OUTPUTS}\n"
    assert baseline(copy, "check")[0] == 0


def test_prune_adds_nothing(copy: Path) -> None:
    write_lines(copy / "base.jsonl", OF_A_MATCH)
    assert baseline(copy, "prune")[0] == 1  # bad/two_outputs differs, and is not recorded
    assert (copy / "base.jsonl").read_text() == f"{HEAD}\n"


def other_report(folder: Path, *results: Any, **fields: Any) -> str:
    (folder / "other.json").write_bytes(to_json(concluded(report(*results, **fields))))
    return "other.json"


@pytest.mark.parametrize("verb", ["write", "prune"])
def test_an_interrupted_run_changes_no_file(copy: Path, verb: str) -> None:
    write_lines(copy / "base.jsonl", TWO_OUTPUTS, OF_A_MATCH)
    before = (copy / "base.jsonl").read_bytes()
    source = other_report(copy, result("match", "good/square"), interrupted=True, skipped=1)
    code, _, err = baseline(copy, verb, source=source)
    assert (code, err) == (130, "migcheck: the run was interrupted; base.jsonl is as it was\n")
    assert (copy / "base.jsonl").read_bytes() == before


def test_what_could_not_be_compared_is_written_nowhere(copy: Path) -> None:
    errors = result("error", "bad/two_outputs"), result("mismatch", "new/case", findings=(values(7),))
    code, _, err = baseline(copy, "write", source=other_report(copy, *errors))
    assert code == 3
    assert err == (
        "migcheck: wrote 2 differences to base.jsonl\nmigcheck: 1 could not be compared, and no baseline accepts that\n"
    )
    assert [json.loads(line)["id"] for line in (copy / "base.jsonl").read_text().splitlines()[1:]] == [
        "bad/two_outputs",
        "new/case",
    ]


def test_a_report_that_was_made_with_another_baseline_is_taken_without_it(copy: Path) -> None:
    accepted = values(7, known="adopted, other:2", adopted="other:2")
    lenient = result("known", "new/case", findings=(accepted,)), result("stale", "old/case", gone=("other:3: {}",))
    source = other_report(copy, *lenient, gone=("other:4: {}",))
    write_lines(copy / "base.jsonl")
    code, out, _ = baseline(copy, "check", source=source)
    assert code == 1
    assert out.startswith("mismatch  new/case  0.00 s\nmatch     old/case  0.00 s\n")
    baseline(copy, "write", source=source)
    assert baseline(copy, "check", source=source)[0] == 0


def test_a_port_that_gets_worse_in_another_way(copy: Path) -> None:
    before = result("mismatch", "a/b", findings=(values(7),))
    write_lines(copy / "base.jsonl")
    baseline(copy, "write", source=other_report(copy, before))
    nan = finding("nonfinite", elements=1, of=3, worst=Element((2,), 1.0, "nan", "nan", 0))
    for worse in (nan, finding("missing"), finding("none"), finding("shape"), values(7, "grad['y']")):
        for findings in ((worse,), (values(7), worse)):
            source = other_report(copy, result("mismatch", "a/b", findings=findings))
            assert baseline(copy, "check", source=source)[0] == 1, worse.kind


# What is refused


@pytest.mark.parametrize(
    "arguments",
    [("run", "--baseline", "no.jsonl"), ("baseline", "check", "no.jsonl"), ("baseline", "prune", "no.jsonl")],
)
def test_a_baseline_that_is_not_there(copy: Path, arguments: tuple[str, ...]) -> None:
    assert migcheck_here(*arguments, cwd=copy) == (
        2,
        "",
        "migcheck: no.jsonl: no such baseline; migcheck baseline write no.jsonl makes one\n",
    )
    assert not (copy / "no.jsonl").exists()


def test_a_baseline_with_a_line_twice(copy: Path) -> None:
    write_lines(copy / "base.jsonl", TWO_OUTPUTS, TWO_OUTPUTS.replace("65000.0", "1e9"))
    for verb in ("check", "write", "prune"):
        assert baseline(copy, verb) == (
            2,
            "",
            "migcheck: base.jsonl:3: the same entry as base.jsonl:2; delete one of the lines\n",
        )


def test_cases_beside_a_report(copy: Path) -> None:
    assert baseline(copy, "check", "good/square") == (
        2,
        "",
        "migcheck: --from takes a report as it is; leave out the cases\n",
    )


@pytest.mark.parametrize(
    ("option", "shown"),
    [
        (["-k", "good"], "-k"),
        (["--lf"], "--lf"),
        (["--changed-since", "main"], "--changed-since"),
        (["--partition", "1/2"], "--partition"),
        (["-x"], "-x"),
    ],
)
@pytest.mark.parametrize("verb", ["write", "check", "prune"])
def test_what_chooses_cases_beside_a_report(copy: Path, verb: str, option: list[str], shown: str) -> None:
    said = f"migcheck: --from takes a report as it is; leave out {shown}\n"
    assert baseline(copy, verb, *option) == (2, "", said)


def test_what_a_report_knows_to_be_gone(copy: Path) -> None:
    write_lines(copy / "base.jsonl", TWO_OUTPUTS, OF_NO_CASE)
    report = from_json((copy / "first.json").read_bytes())
    (copy / "gone.json").write_bytes(to_json(msgspec.structs.replace(report, gone=(f"base.jsonl:7: {OF_NO_CASE}",))))
    code, out, _ = baseline(copy, "check", source="gone.json")
    assert code == 1
    assert f"  base.jsonl:3: {OF_NO_CASE}\n" in out
    code, _, err = baseline(copy, "prune", source="gone.json")
    assert (code, err) == (0, "migcheck: deleted 1 difference from base.jsonl; 1 left\n")


def test_what_was_not_checked_is_not_recorded(copy: Path) -> None:
    report = from_json((copy / "first.json").read_bytes())
    (copy / "cut.json").write_bytes(to_json(msgspec.structs.replace(report, skipped=2)))
    code, _, err = baseline(copy, "write", source="cut.json")
    assert code == 3
    assert err.endswith("migcheck: 2 were not checked, so what they differ in is not recorded\n")


@pytest.mark.parametrize("file", ["nowhere/base.jsonl", "first.json/base.jsonl"])
def test_a_place_that_cannot_be_written_to_is_refused_before_the_run(copy: Path, file: str) -> None:
    assert migcheck_here("baseline", "write", file, cwd=copy) == (2, "", f"migcheck: {file}: cannot be written\n")


def test_the_file_may_be_named_in_pyproject(copy: Path) -> None:
    (copy / "pyproject.toml").write_text('[tool.migcheck]\nbaseline = "no.jsonl"\n')
    code, _, err = migcheck_here("run", cwd=copy)
    assert (code, err.endswith("no.jsonl makes one\n")) == (2, True)
    # but not for what writes it
    assert baseline(copy, "write")[0] == 0
