"""Hosts in other interpreters: --torch-python and --mindspore-python."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from migcheck.cli.settings import Interpreter
from migcheck.run.host import unusable
from tests.cli.command import migcheck
from tests.real import write_case


def script(path: Path, *lines: str) -> str:
    """An executable file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n")
    path.chmod(0o755)
    return str(path)


def wrapper(path: Path, *lines: str) -> str:
    """A script that ends in this interpreter."""
    return script(path, "#!/bin/sh", *lines, f'exec {shlex.quote(sys.executable)} "$@"')


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "a project"
    write_case(folder / "cases", "a/square")
    return folder


def run(project: Path, *arguments: str, **env: str) -> tuple[int, Any, str]:
    """The exit code, the one result, and the last line."""
    done = migcheck("run", *arguments, "--json", "-", cwd=project, env=env)
    report = json.loads(done.stdout)
    (result,) = report["results"]
    return done.returncode, result, done.stderr


def reasons(project: Path, *arguments: str) -> dict[str, str]:
    """Why each side could not start."""
    code, result, _ = run(project, *arguments)
    assert code == 3
    assert {failure["kind"] for failure in result["failures"]} == {"host"}
    return {failure["side"]: failure["reason"] for failure in result["failures"]}


@pytest.mark.slow
def test_an_interpreter_in_a_folder_with_spaces(project: Path) -> None:
    python = wrapper(project / "my envs" / "it's $HOME; python")
    given = ("--torch-python", "my envs/it's $HOME; python")
    code, result, said = run(project, *given)
    assert (code, result["verdict"]) == (0, "match"), said
    assert result["rerun"] == shlex.join(["migcheck", "run", "a/square", "--seed", "0", f"--torch-python={python}"])


def test_the_rerun_line_repeats_what_was_on_the_command_line_alone(project: Path) -> None:
    _, result, _ = run(project, "--mindspore-python", "/bin/true", MIGCHECK_TORCH_PYTHON="/bin/true")
    assert result["rerun"] == "migcheck run a/square --seed 0 --mindspore-python=/bin/true"
    (project / "pyproject.toml").write_text('[tool.migcheck]\ntorch-python = "/bin/true"\n')
    _, again, _ = run(project, *shlex.split(result["rerun"])[2:])
    assert again["failures"] == result["failures"]


def test_what_is_no_interpreter(project: Path) -> None:
    text = script(project / "no shebang", "import sys")
    assert reasons(project, "--torch-python", "/bin/true", "--mindspore-python", text) == {
        "torch": "/bin/true is no Python interpreter; give another --torch-python",
        "mindspore": f"{text} is no Python interpreter; give another --mindspore-python",
    }


def test_a_fresh_environment(project: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", "my venv"], cwd=project, check=True)
    python = f"{project}/my venv/bin/python"
    where = f"Python {sys.version.split()[0]} ({python}) needs numpy and safetensors; run: '{python}' -m pip install"
    assert reasons(project, "--torch-python", "my venv", "--mindspore-python", "my venv/bin/python") == {
        "torch": f"{where} torch numpy safetensors",
        "mindspore": f"{where} mindspore 'numpy<2' safetensors",
    }


NO_ANSWER, QUESTION = "does not answer as a Python interpreter does", "does it print something when it starts?"


def test_what_ends_before_it_is_a_host(project: Path) -> None:
    python = script(project / "python", "#!/bin/sh", "echo 3 11")
    said = reasons(project, "--torch-python", python, "--mindspore-python", python)
    assert set(said) == {"torch", "mindspore"}
    for reason in said.values():  # how it ends depends on which of the two is faster
        assert reason in (f"{python} {NO_ANSWER} ([Errno 32] Broken pipe)", f"{python} {NO_ANSWER}: {QUESTION}")


@pytest.mark.slow
def test_modules_of_a_project_are_not_taken_for_pythons_own(project: Path) -> None:
    (project / "queue.py").write_text("x = 1\n")
    command = Path(sys.executable).with_name("migcheck")
    done = subprocess.run([command, "run", "-q"], cwd=project, capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.slow
def test_modules_on_a_relative_path_are_found(project: Path) -> None:
    (project / "libs").mkdir()
    (project / "libs" / "helper_of_mine.py").touch()
    program = project / "cases" / "a" / "square" / "torch_program.py"
    program.write_text(f"import helper_of_mine\n{program.read_text()}")
    code, result, said = run(project, PYTHONPATH="libs")
    assert (code, result["failures"]) == (0, []), said


@pytest.mark.slow
def test_a_scratch_folder_that_begins_with_two_slashes(project: Path, tmp_path: Path) -> None:
    code, result, said = run(project, TMPDIR=f"/{tmp_path}")
    assert (code, result["failures"]) == (0, []), said


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["echo 3.11"], "is no Python interpreter"),
        (["echo 2 7"], "is Python 2.7; a host needs 3.10 or newer"),
        (["echo 3 9"], "is Python 3.9; a host needs 3.10 or newer"),
        (["echo 3 10"], ""),
        (["echo 4 0"], ""),
        (["exit 1"], "is no Python interpreter"),
        (["echo 3 11; exit 1"], ""),
        (["printf '\\377'"], "is no Python interpreter"),
        (["cat"], "is no Python interpreter"),
        (["kill -9 $$"], "is no Python interpreter"),
    ],
)
def test_what_an_interpreter_says_of_itself(tmp_path: Path, lines: list[str], said: str) -> None:
    assert unusable(script(tmp_path / "python", "#!/bin/sh", *lines)) == said


@pytest.mark.parametrize("path", ["/nowhere", "/", "/etc/passwd", ""])
def test_what_cannot_be_started_is_no_interpreter(path: str) -> None:
    assert unusable(path) == "is no Python interpreter"


def test_this_interpreter_can_be_one() -> None:
    assert unusable(sys.executable) == ""


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to(sys.executable)
    for given in (tmp_path, tmp_path / "bin" / "python", tmp_path / "bin" / ".." / "bin" / "python"):
        assert Interpreter().convert(str(given), None, None) == str(tmp_path / "bin" / "python")


def test_a_path_that_begins_with_two_slashes(tmp_path: Path) -> None:
    python = wrapper(tmp_path / "python")
    assert Interpreter().convert(f"/{python}", None, None) == python


def test_an_interpreter_that_prints_something_is_told_so(project: Path) -> None:
    python = wrapper(project / "python", "echo activating")
    said = reasons(project, "--torch-python", python, "--mindspore-python", "/bin/true")
    assert said["torch"] == f"{python} {NO_ANSWER}: {QUESTION}"


def test_an_interpreter_that_writes_to_stderr_is_fine(tmp_path: Path) -> None:
    assert unusable(wrapper(tmp_path / "python", "echo activating >&2")) == ""


def test_the_environment_is_that_of_the_caller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", os.fspath(tmp_path))
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.stderr.write('hello')\n")
    assert unusable(sys.executable) == ""
