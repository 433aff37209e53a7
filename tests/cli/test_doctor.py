"""``migcheck doctor`` as its users see it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command import migcheck
from tests.real import write_case

NONE = ("--torch-python", "/bin/true", "--mindspore-python", "/bin/true")


def without_numbers(text: str) -> str:
    return re.sub(r"\d+(\.\d+)* (?=s\b|GiB)", "N ", text)


@pytest.mark.slow
def test_all_is_well(tmp_path: Path) -> None:
    done = migcheck("doctor", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    lines = without_numbers(done.stdout).splitlines()
    assert not re.search(r"^  (warn|fail)|mend", done.stdout, re.MULTILINE)
    assert [line for line in lines if not line.startswith(" ")] == [
        "torch",
        "mindspore",
        "this machine",
        "a pair of programs",
        "",
        "ready: migcheck run can compare programs here",
    ]
    assert lines[-3:-2] == ["  ok    ran and matched, in pynative and graph mode, in N s"]
    assert lines[1] == f"  ok    Python {sys.version.split()[0]}  {sys.executable}"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_framework_that_cannot_be_imported(tmp_path: Path) -> None:
    (tmp_path / "torch").mkdir()
    (tmp_path / "torch" / "__init__.py").write_text(
        "raise ModuleNotFoundError(\"No module named 'torch'\", name='torch')\n"
    )
    done = migcheck("doctor", "--json", "-", env={"PYTHONPATH": str(tmp_path)})
    assert done.returncode == 3
    checkup = json.loads(done.stdout)
    parts = {part["name"]: part["checks"] for part in checkup["parts"]}
    assert (checkup["format"], checkup["ready"]) == (1, False)
    (failed,) = parts["a pair of programs"]
    assert failed["status"] == "fail"
    assert failed["what"] == (
        f"torch is not installed for Python {sys.version.split()[0]}; run: pip install torch numpy safetensors"
    )
    assert {check["status"] for check in parts["mindspore"]} == {"ok"}
    assert f"  fail  {failed['what']}\n" in done.stderr
    assert done.stderr.endswith("\nnot ready: 1 failed\n")


def test_interpreters_that_are_none() -> None:
    done = migcheck("doctor", *NONE)
    assert (done.returncode, done.stderr) == (3, "")
    text = re.sub(r"this machine\n(  .*\n)+", "this machine\n", done.stdout)
    assert text == (
        "torch\n"
        "  fail  /bin/true is no Python interpreter\n"
        "        mend: give another --torch-python\n"
        "mindspore\n"
        "  fail  /bin/true is no Python interpreter\n"
        "        mend: give another --mindspore-python\n"
        "this machine\n"
        "a pair of programs\n"
        "  fail  /bin/true is no Python interpreter; give another --torch-python\n"
        "  fail  /bin/true is no Python interpreter; give another --mindspore-python\n"
        "\n"
        "not ready: 4 failed\n"
    )


def test_json_on_stdout_is_json_alone(tmp_path: Path) -> None:
    done = migcheck("doctor", *NONE, "--json", "-")
    checkup = json.loads(done.stdout)
    assert (done.returncode, checkup["ready"]) == (3, False)
    assert [part["name"] for part in checkup["parts"]] == ["torch", "mindspore", "this machine", "a pair of programs"]
    assert checkup["parts"][0]["checks"] == [
        {
            "status": "fail",
            "what": "/bin/true is no Python interpreter",
            "mend": "give another --torch-python",
        }
    ]
    assert done.stderr.endswith("\nnot ready: 4 failed\n")
    assert migcheck("doctor", *NONE, "--json", str(tmp_path / "a.json")).stdout == done.stderr
    assert json.loads((tmp_path / "a.json").read_text()) == checkup


@pytest.mark.parametrize("option", ["--torch-python", "--mindspore-python"])
@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("empty", "a folder without bin/python; name an interpreter or a virtual environment"),
        ("plain", "not executable"),
        ("nowhere", "no such interpreter"),
        ("bin/nowhere", "no such interpreter"),
    ],
)
def test_a_path_that_is_no_interpreter(tmp_path: Path, option: str, name: str, why: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "plain").write_text("#!/bin/sh\n")
    done = migcheck("doctor", option, name, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[-1] == f"Error: Invalid value for '{option}': {name}: {why}"


def old_python(*versions: str) -> str:
    """An interpreter of one of these versions, if there is any."""
    for version in versions:
        candidates = [shutil.which(f"python{version}"), *Path.home().glob(f".pyenv/versions/{version}.*/bin/python")]
        for candidate in filter(None, candidates):
            if subprocess.run([candidate, "-c", ""], capture_output=True).returncode == 0:
                return str(candidate)
    pytest.skip(f"no Python {' or '.join(versions)} here")


def problem_with(python: str) -> str:
    """What both sides fail with, and the pair."""
    done = migcheck("doctor", "--torch-python", python, "--mindspore-python", python, "--json", "-")
    assert done.returncode == 3
    parts = json.loads(done.stdout)["parts"]
    (torch,), (mindspore,), _, pair = (part["checks"] for part in parts)
    assert [check["what"] for check in pair] == [f"{check['what']}; {check['mend']}" for check in (torch, mindspore)]
    assert torch["what"] == mindspore["what"]
    return str(torch["what"])


def test_a_python_that_is_too_old() -> None:
    python = old_python("3.9", "3.8", "3.7", "3.6")
    version = subprocess.run([python, "--version"], capture_output=True, text=True).stdout.split()[1]
    minor = version.rpartition(".")[0]
    assert problem_with(python) == f"{python} is Python {minor}; a host needs 3.10 or newer"


def test_python_2() -> None:
    python = old_python("2.7")
    assert problem_with(python) == f"{python} is Python 2.7; a host needs 3.10 or newer"


@pytest.mark.parametrize("file", ["nowhere/a.json", "."])
def test_a_json_file_that_cannot_be_written(tmp_path: Path, file: str) -> None:
    done = migcheck("doctor", "--json", file, cwd=tmp_path)
    said = f"Error: Invalid value for '--json': {file}: cannot be written"
    assert (done.returncode, done.stdout, done.stderr.splitlines()[-1]) == (2, "", said)


def test_the_report_of_runs_is_not_the_doctors(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.migcheck]\njson = "report.json"\n')
    migcheck("doctor", *NONE, cwd=tmp_path, env={"MIGCHECK_JSON": "another.json"})
    assert [path.name for path in tmp_path.iterdir()] == ["pyproject.toml"]


def test_a_run_points_to_the_doctor_once(tmp_path: Path) -> None:
    for name in ("a/one", "a/two"):
        write_case(tmp_path / "cases", name)
    done = migcheck("run", *NONE, cwd=tmp_path)
    assert done.returncode == 3
    assert re.sub(r"\d+\.\d\d s\b", "0.00 s", done.stdout) == (
        "error     a/one  0.00 s\n"
        "error     a/two  0.00 s\n"
        "\n"
        "ERROR a/one\n"
        "  torch: /bin/true is no Python interpreter; give another --torch-python\n"
        "  mindspore: /bin/true is no Python interpreter; give another --mindspore-python\n"
        "  rerun: migcheck run a/one --seed 0 --torch-python=/bin/true --mindspore-python=/bin/true\n"
        "  and 1 more for the same reason\n"
        "  migcheck doctor says what is installed, and how to mend it\n"
        "\n"
        "not comparable: 2 error in 0.00 s  (seed 0)\n"
    )


def test_what_no_framework_is_to_blame_for_does_not_point_to_the_doctor(tmp_path: Path) -> None:
    write_case(tmp_path / "cases", "a/broken", toml='titel = "x"\n')
    assert "doctor" not in migcheck("run", cwd=tmp_path).stdout


def test_help_fits_80_columns() -> None:
    done = migcheck("doctor", "--help")
    assert done.returncode == 0
    assert max(map(len, done.stdout.splitlines())) <= 80
