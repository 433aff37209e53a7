"""Case folders as tests: whole sessions of pytest, with the real frameworks."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path
from textwrap import dedent

import pytest

from tests.cli.command import migcheck_here
from tests.plugin.folders import DOUBLED, write_broken, write_folders
from tests.real import write_case

#: Plain, with xdist switched off, and with two workers.
RUNS = [(), ("-n", "0"), ("-n", "2")]

DIFFERS = """
    grad['x'] differs; cause: unknown
      grad['x'] () float32: torch 6.0, mindspore 12.0    |diff| 6.0, allowed 1.6e-05
        against float64, in units of the leaf's RMS: torch is off by 0.0, mindspore by 1.0 (allowed 1.3e-06)
        would pass with rtol = 0.51 or atol = 6.0
      forward outputs agree; each side's gradient is right for what it differentiates
      cause: unknown: no cause was confirmed (16 tried) for grad['x']; migcheck explain shows the evidence
      rerun: migcheck run b/differs --seed 0
"""
STALE = """
    [XPASS(strict)] grad['x']: a known difference that no longer occurs
      grad['x']: a known difference that no longer occurs; delete it from [known] in case.toml
      rerun: migcheck run b/stale --seed 0
"""
FAILS = """
    torch: torch_program.py:4: ValueError: no such luck
        stack | Traceback (most recent call last):
        stack |   File "{cases}/b/fails/torch_program.py", line 4, in program
        stack |     raise ValueError("no such luck")
        stack | ValueError: no such luck
      rerun: migcheck run b/fails --seed 0
"""


@pytest.fixture
def cases(pytester: pytest.Pytester) -> Path:
    folder = pytester.path / "cases"
    write_folders(folder)
    return folder


def block(text: str, cases: Path) -> str:
    return dedent(text).strip("\n").format(cases=cases)


@pytest.mark.slow
@pytest.mark.parametrize("workers", RUNS, ids=" ".join)
def test_every_outcome(pytester: pytest.Pytester, cases: Path, workers: tuple[str, ...]) -> None:
    write_broken(cases)
    done = pytester.runpytest_subprocess(
        "--migcheck", "cases", "--continue-on-collection-errors", "-rA", "--junitxml=report.xml", *workers
    )
    done.assert_outcomes(passed=3, xfailed=1, failed=3, errors=2)
    said = done.stdout.str()
    for text in (DIFFERS, STALE, FAILS):
        assert block(text, cases) in said
    lines = [line.split(" - ")[0] for line in done.outlines]
    for line in (
        "cases/c/half/mindspore_program.py: half a pair: case.toml is there, mindspore_program.py is not",
        "cases/c/unknown_key/case.toml:2: unknown key 'tolerence'; did you mean 'tolerance'?",
        "PASSED cases/a/matches/case.toml::a/matches[pynative]",
        "PASSED cases/a/matches/case.toml::a/matches[graph]",
        "PASSED cases/dist/normal/case.toml::dist/normal",
        "XFAIL cases/a/known/case.toml::a/known",
        "FAILED cases/b/differs/case.toml::b/differs",
        "FAILED cases/b/stale/case.toml::b/stale",
        "FAILED cases/b/fails/case.toml::b/fails",
        "ERROR cases/c/half/case.toml",
        "ERROR cases/c/unknown_key/case.toml",
    ):
        assert line in lines
    assert "XFAIL cases/a/known/case.toml::a/known - the port doubles it" in done.outlines
    assert "Traceback" not in re.sub(r"stack \|.*", "", said)
    found = {case.get("name"): case for case in ET.parse(pytester.path / "report.xml").iter("testcase")}
    assert {"a/matches[graph]", "a/known", "b/differs", "b/stale", "b/fails"} <= set(found)
    (failure,) = found["b/differs"].findall("failure")
    assert failure.text == block(DIFFERS, cases)
    properties = {each.get("name"): each.get("value") for each in found["a/matches[graph]"].iter("property")}
    assert properties == {"migcheck": "match"}


@pytest.mark.slow
def test_what_pytest_can_do_with_tests(pytester: pytest.Pytester, cases: Path) -> None:
    done = pytester.runpytest_subprocess("--migcheck", "cases", "-x", "--durations=2")
    done.assert_outcomes(passed=2, xfailed=1, failed=1)
    done.stdout.fnmatch_lines(["*s setup    cases/a/known/case.toml::a/known", "*s call     cases/b/differs/*"])
    done.stdout.fnmatch_lines(["*stopping after 1 failures*"])
    assert "__ b/differs __" in done.stdout.str()

    done = pytester.runpytest_subprocess("--migcheck", "cases", "--lf", "-v", "--runxfail")
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(["cases/b/differs/case.toml::b/differs FAILED*"])

    done = pytester.runpytest_subprocess("--migcheck", "cases", "-k", "known", "--runxfail")
    done.assert_outcomes(failed=1)
    assert "\ngrad['x'] differs, as its case expects\n" in done.stdout.str()
    said = "torch 6.0, mindspore 12.0    |diff| 6.0, allowed 1.6e-05\n    known: the port doubles it\n"
    assert said in done.stdout.str()


def test_the_ids_are_those_of_migcheck(pytester: pytest.Pytester, cases: Path) -> None:
    code, listed, _ = migcheck_here("list", cwd=pytester.path)
    assert code == 0
    ids = {line.split()[0] for line in listed.splitlines() if line.strip()}
    for where in ((), ("cases",), ("cases/a", "cases/b", "cases/dist"), ("cases/a/matches/case.toml", "cases")):
        done = pytester.runpytest_subprocess("--migcheck", "--collect-only", "-q", *where)
        found = {line.partition("::")[2] for line in done.outlines if "::" in line}
        assert found == ids, where
    assert "a/matches[graph]" in ids


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (["-k", "matches and graph"], ["a/matches[graph]"]),
        (["-k", "easy-one and not graph"], ["a/matches[pynative]"]),
        (["-m", "easy-one"], ["a/matches[graph]", "a/matches[pynative]"]),
        (["-m", "migcheck", "-k", "dist"], ["dist/normal"]),
        (["-m", "not migcheck"], []),
        (["--deselect", "cases/b", "-k", "not easy-one"], ["a/known", "dist/normal"]),
        (["--ignore", "cases/dist", "-k", "dist"], []),
        (["--no-migcheck"], []),
        (["cases/a/matches/case.toml::a/matches[graph]"], ["a/matches[graph]"]),
    ],
)
def test_selection(pytester: pytest.Pytester, cases: Path, arguments: list[str], wanted: list[str]) -> None:
    done = pytester.runpytest_subprocess("--strict-markers", "--migcheck", "--collect-only", "-q", *arguments)
    assert sorted(line.partition("::")[2] for line in done.outlines if "::" in line) == wanted


ACTIVE = """
    title = "a square"
    tags = ["xfail", "skip", "skipif", "parity", "flaky", "usefixtures", "mine"]
    [inputs]
    x = 3.0
"""


@pytest.mark.slow
def test_a_tag_changes_nothing_of_how_a_test_runs(pytester: pytest.Pytester) -> None:
    write_case(pytester.path / "cases", "theme/wrong", toml=ACTIVE, mindspore=DOUBLED)
    done = pytester.runpytest_subprocess("--migcheck", "--strict-markers", "-k", "xfail and skip and flaky")
    done.assert_outcomes(failed=1)
    for marker, count in (("xfail", 0), ("skip", 0), ("mine", 1)):
        done = pytester.runpytest_subprocess("--migcheck", "--collect-only", "-q", "-m", marker)
        assert len([line for line in done.outlines if "::" in line]) == count


def test_cases_can_be_skipped(pytester: pytest.Pytester, cases: Path) -> None:
    pytester.makeconftest(
        """
        import pytest

        def pytest_collection_modifyitems(items):
            for item in items:
                item.add_marker(pytest.mark.skip(reason="not today"))
        """
    )
    done = pytester.runpytest_subprocess("--migcheck", "-v", "-rs", "--junitxml=report.xml")
    done.assert_outcomes(skipped=7)
    assert any(line.startswith("cases/b/differs/case.toml::b/differs SKIPPED") for line in done.outlines)
    done.stdout.fnmatch_lines(["SKIPPED * not today"])
    names = {(each.get("classname"), each.get("name")) for each in ET.parse("report.xml").iter("testcase")}
    assert ("cases.b.differs.case.toml", "b/differs") in names


def test_cases_beside_rootdir_are_named_as_migcheck_names_them(pytester: pytest.Pytester) -> None:
    write_case(pytester.path / "gate", "theme/name")
    pytester.makepyfile(**{"project/conftest": ""})
    rootdir = f"--rootdir={pytester.path / 'project'}"
    for argument in ("gate", "gate/theme"):
        code, listed, _ = migcheck_here("list", argument, cwd=pytester.path)
        assert code == 0
        done = pytester.runpytest_subprocess(rootdir, "--migcheck", "--collect-only", "-q", argument)
        ids = [line.rpartition("::")[2] for line in done.outlines if "::" in line]
        assert ids == [line.split()[0] for line in listed.splitlines() if line.strip()]


def test_a_broken_case_stops_the_run_as_a_broken_test_file_does(pytester: pytest.Pytester) -> None:
    write_broken(pytester.path / "cases")
    done = pytester.runpytest_subprocess("--migcheck", "cases")
    assert done.ret == pytest.ExitCode.INTERRUPTED
    done.assert_outcomes(errors=2)


def test_without_being_asked_nothing_is_collected(pytester: pytest.Pytester, cases: Path) -> None:
    assert pytester.runpytest_subprocess("cases").ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_the_ini_file_can_ask(pytester: pytest.Pytester, cases: Path) -> None:
    pytester.makepyprojecttoml("[tool.pytest.ini_options]\nmigcheck = true\ntestpaths = ['cases/dist']")
    done = pytester.runpytest_subprocess("--collect-only", "-q")
    assert [line for line in done.outlines if "::" in line] == ["cases/dist/normal/case.toml::dist/normal"]


def test_a_folder_of_another_name(pytester: pytest.Pytester) -> None:
    write_case(pytester.path / "parity", "theme/name")
    done = pytester.runpytest_subprocess("--migcheck", "--collect-only", "-q")
    assert "parity/theme/name/case.toml::parity/theme/name" in done.outlines
    pytester.makeini("[pytest]\nmigcheck_cases = parity")
    done = pytester.runpytest_subprocess("--migcheck", "--collect-only", "-q", "parity/theme")
    assert "parity/theme/name/case.toml::theme/name" in done.outlines
