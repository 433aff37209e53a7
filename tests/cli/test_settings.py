"""Options from pyproject.toml, the environment and the command line."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any

import click
import pytest

from migcheck.cli import cli
from migcheck.cli.settings import Setting
from tests.cli.command import migcheck_here

ALL = (
    "maxfail, slots, seed, timeout, memory-limit, diagnose, diagnose-budget, prewarm, torch-python, mindspore-python, "
    "isolation, durations, baseline, json, junit, sarif, markdown, html, github, quiet, verbose, color"
)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose one case is broken, so that a run starts no framework."""
    folder = tmp_path / "project"
    case = folder / "cases" / "a" / "broken"
    case.mkdir(parents=True)
    (case / "case.toml").write_text('titel = "x"\n')
    for side in ("torch", "mindspore"):
        (case / f"{side}_program.py").touch()
    (folder / "inside").mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in [name for name in os.environ if name.startswith("MIGCHECK_")]:
        monkeypatch.delenv(name)
    return folder


def write(folder: Path, *lines: str) -> Path:
    """A pyproject.toml that sets these options."""
    file = folder / "pyproject.toml"
    file.write_text("\n".join(["[project]", 'name = "port"', "[tool.migcheck]", *lines, ""]))
    return file


def params(*arguments: str, command: str = "run") -> dict[str, Any]:
    """The options of a command, which is not run."""
    with cli.make_context("migcheck", [command]) as parent:
        return cli.commands[command].make_context(command, list(arguments), parent=parent).params


def interpreter(folder: Path, name: str) -> str:
    """The path of a new interpreter."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    file.chmod(0o755)
    return str(file)


#: Name, what it is without any of the following, in the file, in the environment and on the command line, with what
#: that means.
OPTIONS: list[tuple[str, Any, tuple[str, Any], tuple[str, Any], tuple[list[str], Any]]] = [
    ("seed", None, ("1", 1), ("2", 2), (["--seed", "3"], 3)),
    ("timeout", None, ("1", 1.0), ("2.5", 2.5), (["--timeout=3"], 3.0)),
    ("slots", 0, ("1", 1), ("2", 2), (["-n", "3"], 3)),
    ("slots", 0, ('"1"', 1), ("auto", 0), (["--slots", "3"], 3)),
    ("maxfail", None, ("1", 1), ("2", 2), (["--maxfail", "3"], 3)),
    ("durations", 0, ("1", 1), ("2", 2), (["--durations", "0"], 0)),
    ("isolation", "auto", ('"spawn"', "spawn"), ("fork", "fork"), (["--isolation", "auto"], "auto")),
    ("color", "auto", ('"never"', "never"), ("always", "always"), (["--color", "auto"], "auto")),
    ("quiet", 0, ("1", 1), ("2", 2), (["-qqq"], 3)),
    ("verbose", 0, ("2", 2), ("1", 1), (["-v", "--verbose", "-v"], 3)),
    ("json", None, ('"a.json"', "PROJECT/a.json"), ("b.json", "b.json"), (["--json", "-"], "-")),
    ("html", None, ('"a.html"', "PROJECT/a.html"), ("b.html", "b.html"), (["--html", "-"], "-")),
    (
        "baseline",
        None,
        ('"a.jsonl"', "PROJECT/a.jsonl"),
        ("b.jsonl", "b.jsonl"),
        (["--baseline", "c.jsonl"], "c.jsonl"),
    ),
    ("memory-limit", None, ('"1G"', 2**30), ("1.5GiB", 3 * 2**29), (["--memory-limit=300M"], 300 * 2**20)),
    ("github", False, ("true", True), ("1", True), (["--github"], True)),
]


@pytest.mark.parametrize(("key", "default", "file", "variable", "line"), OPTIONS)
def test_each_place_overrides_the_ones_before(
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    key: str,
    default: Any,
    file: tuple[str, Any],
    variable: tuple[str, Any],
    line: tuple[list[str], Any],
) -> None:
    name = key.replace("-", "_") if key not in ("json", "html", "baseline") else f"{key}_file"
    assert params()[name] == default
    write(project, f"{key} = {file[0]}")
    expected = file[1].replace("PROJECT", str(project)) if isinstance(file[1], str) else file[1]
    assert params()[name] == expected
    monkeypatch.setenv(f"MIGCHECK_{key.upper().replace('-', '_')}", "")
    assert params()[name] == expected
    monkeypatch.setenv(f"MIGCHECK_{key.upper().replace('-', '_')}", variable[0])
    assert params()[name] == variable[1]
    assert params(*line[0])[name] == line[1]
    (project / "pyproject.toml").unlink()
    assert params()[name] == variable[1]


@pytest.mark.parametrize("command", ["run", "doctor"])
@pytest.mark.parametrize("side", ["torch", "mindspore"])
def test_interpreters_come_from_everywhere(
    project: Path, monkeypatch: pytest.MonkeyPatch, command: str, side: str
) -> None:
    file, variable, line = (interpreter(project, f"{name}/bin/python") for name in ("a", "b", "c c"))
    write(project, f'{side}-python = "a/bin/python"')
    assert params(command=command)[f"{side}_python"] == file
    monkeypatch.setenv(f"MIGCHECK_{side.upper()}_PYTHON", "b")
    assert params(command=command)[f"{side}_python"] == variable
    assert params(f"--{side}-python", "c c", command=command)[f"{side}_python"] == line


def test_the_sources_of_a_whole_run(project: Path) -> None:
    write(project, "seed = 1", "quiet = 1")
    for expected, arguments, env in (
        ("1", (), {}),
        ("2", (), {"MIGCHECK_SEED": "2"}),
        ("3", ("--seed=3",), {"MIGCHECK_SEED": "2"}),
    ):
        code, text, said = migcheck_here("run", *arguments, cwd=project, env=env)
        assert (code, said) == (3, "")
        assert text.startswith("\nERROR a/broken\n")
        assert f"  rerun: migcheck run a/broken --seed {expected}\n" in text


def said(project: Path, *arguments: str, cwd: str = "", **env: str) -> str:
    """What a command that cannot be meant says, in one line."""
    code, text, message = migcheck_here(*(arguments or ("run",)), cwd=project / cwd, env=env)
    assert (code, text) == (2, "")
    return message.splitlines()[-1]


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        ("sede", "did you mean 'seed'?"),
        ("torch_python", "did you mean 'torch-python'?"),
        ("Seed", "did you mean 'seed'?"),
        ("time-out", "did you mean 'timeout'?"),
        *((key, f"known are {ALL}") for key in ("k", "keyword", "lf", "last-failed", "x", "exit-first", "cases", "n")),
    ],
)
def test_an_unknown_key(project: Path, key: str, hint: str) -> None:
    write(project, "durations = 1", f"{key} = 1")
    message = f"[tool.migcheck]: unknown key {key!r}; {hint}"
    for command in ("run", "doctor"):
        assert said(project, command) == f"migcheck: pyproject.toml:5: {message}"
    assert said(project, "run", "../cases", cwd="inside") == f"migcheck: {project}/pyproject.toml:5: {message}"


@pytest.mark.parametrize(
    ("line", "must_be"),
    [
        ('seed = "7"', "seed must be an integer, not '7'"),
        ("seed = true", "seed must be an integer, not True"),
        ("seed = 1.0", "seed must be an integer, not 1.0"),
        ("seed = [1]", "seed must be an integer, not [1]"),
        ("quiet = true", "quiet must be an integer, not True"),
        ("verbose = '1'", "verbose must be an integer, not '1'"),
        ("maxfail = 1.5", "maxfail must be an integer, not 1.5"),
        ('timeout = "60"', "timeout must be a number, not '60'"),
        ("timeout = true", "timeout must be a number, not True"),
        ("color = 3", "color must be a string, not 3"),
        ("json = false", "json must be a string, not False"),
        ("torch-python = 3.11", "torch-python must be a string, not 3.11"),
        ("isolation = {}", "isolation must be a string, not {}"),
    ],
)
def test_a_value_of_the_wrong_kind(project: Path, line: str, must_be: str) -> None:
    write(project, "", line)
    assert said(project) == f"migcheck: pyproject.toml:5: [tool.migcheck]: {must_be}"


def test_slots_of_the_wrong_kind(project: Path) -> None:
    for value, shown in (("true", "True"), ("1.5", "1.5"), ("[1]", "[1]")):
        write(project, f"slots = {value}")
        must_be = f'slots must be an integer or "auto", not {shown}'
        assert said(project) == f"migcheck: pyproject.toml:4: [tool.migcheck]: {must_be}"


@pytest.mark.parametrize(
    ("key", "value", "why"),
    [
        ("seed", "-1", "-1 is not in the range 0<=x<=9223372036854775807."),
        ("seed", str(2**70), f"{2**70} is not in the range 0<=x<=9223372036854775807."),
        ("maxfail", "0", "0 is not in the range x>=1."),
        ("quiet", "-1", "-1 is not in the range x>=0."),
        ("timeout", "nan", "nan must be more than 0 and at most 1e+07"),
        ("timeout", "0", "0 must be more than 0 and at most 1e+07"),
        ("slots", "0", "'0' is neither a number of 1 or more nor auto"),
        ("color", "blue", "'blue' is not one of 'auto', 'always', 'never'."),
        ("isolation", "thread", "'thread' is not one of 'auto', 'fork', 'spawn'."),
        ("torch-python", "nowhere", "nowhere: no such interpreter"),
    ],
)
def test_a_bad_value_names_where_it_stands(project: Path, key: str, value: str, why: str) -> None:
    variable = f"MIGCHECK_{key.upper().replace('-', '_')}"
    assert said(project, **{variable: value}) == f"Error: Invalid value for the environment variable {variable}: {why}"
    shown = f"'-n' / '--{key}'" if key == "slots" else f"'--{key}'"
    shown = {"quiet": "'-q' / '--quiet'"}.get(key, shown)
    if key != "quiet":
        assert said(project, "run", f"--{key}={value}") == f"Error: Invalid value for {shown}: {why}"
    plain = re.fullmatch(r"-?\d+|nan", value)
    write(project, f"{key} = {value if plain else repr(value)}")
    message = f"Error: Invalid value for '{key}' in pyproject.toml:4: [tool.migcheck]: {why}"
    assert said(project) == message.replace("'0' is neither", "0 is neither")


@pytest.mark.parametrize("arguments", [("run",), ("compare", "a.npz", "b.npz")])
def test_a_report_that_cannot_be_written_names_where_it_stands(project: Path, arguments: tuple[str, ...]) -> None:
    for name in "ab":
        (project / f"{name}.npz").touch()
    why = "no/where.json: cannot be written"
    assert said(project, *arguments, "--json=no/where.json") == f"Error: Invalid value for '--json': {why}"
    variable = "the environment variable MIGCHECK_JSON"
    assert said(project, *arguments, MIGCHECK_JSON="no/where.json") == f"Error: Invalid value for {variable}: {why}"
    write(project, 'json = "no/where.json"')
    line = "'json' in pyproject.toml:4: [tool.migcheck]"
    assert said(project, *arguments) == f"Error: Invalid value for {line}: {project}/{why}"


def test_the_nearest_table_upwards(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(project.parent, "seed = 1")
    assert params()["seed"] == 1
    (project / "pyproject.toml").write_text("[tool.other]\nseed = 2\n")
    assert params()["seed"] == 1
    monkeypatch.chdir(project / "inside")
    assert params()["seed"] == 1
    write(project, "seed = 2")
    assert params()["seed"] == 2
    write(project / "inside", "timeout = 3")
    assert (params()["seed"], params()["timeout"]) == (None, 3.0)  # one file counts, not all of them


@pytest.mark.parametrize(
    "text", ["", "tool = 3\n", "[tool]\n", "[project]\n", "[tool.migcheck-more]\nx = 1\n", "migcheck = 1\n"]
)
def test_a_file_without_the_table_is_passed_over(project: Path, text: str) -> None:
    write(project.parent, "seed = 1")
    (project / "pyproject.toml").write_text(text)
    assert params()["seed"] == 1


def test_an_empty_table_is_one(project: Path) -> None:
    write(project.parent, "seed = 1")
    write(project)
    assert params()["seed"] is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[tool.migcheck\n", "not valid TOML: Expected ']' at the end of a table declaration (at line 1, column 15)"),
        ("[tool.migcheck]\nseed = 1\nseed = 2\n", "not valid TOML: Cannot overwrite a value (at line 3, column 9)"),
        ("[" * 10_000, None),
        ("a = " + "[" * 10_000, None),
    ],
    ids=["bracket", "twice", "deep", "deeper"],
)
def test_a_file_that_is_no_toml(project: Path, text: str, message: str | None) -> None:
    (project / "pyproject.toml").write_text(text)
    found = said(project)
    assert found.startswith("migcheck: pyproject.toml: not valid TOML: ")
    if message:
        assert found == f"migcheck: pyproject.toml: {message}"


@pytest.mark.parametrize(
    ("text", "line"), [("[tool]\nmigcheck = 3\n", 2), ("[[tool.migcheck]]\nseed = 1\n", 1), ("tool.migcheck = []\n", 1)]
)
def test_a_table_that_is_none(project: Path, text: str, line: int) -> None:
    (project / "pyproject.toml").write_text(text)
    assert said(project) == f"migcheck: pyproject.toml:{line}: [tool.migcheck]: must be a table"


def test_a_file_that_cannot_be_read(project: Path) -> None:
    (project / "pyproject.toml").write_bytes(b"\xff")
    assert said(project).startswith("migcheck: pyproject.toml: cannot be read: 'utf-8' codec can't decode byte 0xff")
    (project / "pyproject.toml").unlink()
    (project / "pyproject.toml").mkdir()
    assert said(project).startswith("migcheck: pyproject.toml: cannot be read: [Errno 21] Is a directory")


@pytest.mark.parametrize("text", ["[tool.migcheck\n", "[tool.migcheck]\nsede = 1\n", "[tool.migcheck]\nseed = -1\n"])
def test_help_and_what_has_no_settings_work_beside_a_broken_file(project: Path, text: str) -> None:
    (project / "pyproject.toml").write_text(text)
    for arguments in (("--help",), ("--version",), ("run", "-h"), ("doctor", "--help"), ("compare", "--help")):
        assert migcheck_here(*arguments, cwd=project)[::2] == (0, "")
    assert migcheck_here("list", cwd=project)[0] == 3
    assert migcheck_here("new", "a/b", cwd=project)[0] == 0


def test_a_path_in_the_file_is_relative_to_the_file(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = interpreter(project, "envs/torch/bin/python")
    (project / "out").mkdir()
    write(
        project,
        'json = "out/report.json"',
        'torch-python = "envs/torch"',
        'mindspore-python = "./envs/torch/bin/python"',
    )
    monkeypatch.chdir(project / "inside")
    found = params()
    assert found["json_file"] == f"{project}/out/report.json"
    assert found["torch_python"] == found["mindspore_python"] == python


def test_paths_from_elsewhere_are_relative_to_the_working_directory(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = interpreter(project, "inside/bin/python")
    monkeypatch.chdir(project / "inside")
    monkeypatch.setenv("MIGCHECK_TORCH_PYTHON", "bin/python")
    monkeypatch.setenv("MIGCHECK_JSON", "report.json")
    assert (params()["torch_python"], params()["json_file"]) == (python, "report.json")
    for same in ("../inside/bin/python", "../inside", ".", "./bin/python", python):
        assert params("--torch-python", same)["torch_python"] == python


def test_an_interpreter_in_the_working_directory(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = interpreter(project, "inside/python")
    monkeypatch.chdir(project / "inside")
    assert params("--torch-python", "./python")["torch_python"] == python


def test_a_path_that_is_not_relative_stays(project: Path, tmp_path: Path) -> None:
    for name in ("-", f"{tmp_path}/report.json"):
        write(project, f'json = "{name}"')
        assert params()["json_file"] == name


def test_a_home_folder_in_the_file(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(project))
    write(project, 'json = "~/report.json"', "quiet = 1")
    assert migcheck_here("run", cwd=project)[0] == 3
    assert (project / "report.json").exists()


def test_a_home_folder_of_an_interpreter(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = interpreter(project, "venv/bin/python")
    monkeypatch.setenv("HOME", str(project))
    write(project, 'torch-python = "~/venv"')
    assert params()["torch_python"] == python


def test_a_bare_name_in_the_file_is_looked_up_on_the_path(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = interpreter(project, "tools/python-of-torch")
    monkeypatch.setenv("PATH", f"{project}/tools")
    write(project, 'torch-python = "python-of-torch"')
    assert params()["torch_python"] == python


@pytest.mark.parametrize("place", ["file", "environment", "line"])
def test_a_folder_that_is_no_environment_hides_no_interpreter(
    project: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    python = interpreter(project, "tools/python")
    (project / "python").mkdir()
    monkeypatch.setenv("PATH", f"{project}/tools")
    if place == "file":
        write(project, 'torch-python = "python"')
    elif place == "environment":
        monkeypatch.setenv("MIGCHECK_TORCH_PYTHON", "python")
    assert params(*["--torch-python=python"] * (place == "line"))["torch_python"] == python


@pytest.mark.parametrize("other", [False, True], ids=["", "another .venv"])
def test_a_virtual_environment_beside_the_file(project: Path, monkeypatch: pytest.MonkeyPatch, other: bool) -> None:
    python = interpreter(project, ".venv/bin/python")
    if other:
        interpreter(project, "inside/.venv/bin/python")
    write(project, 'torch-python = ".venv"')
    assert params()["torch_python"] == python
    monkeypatch.chdir(project / "inside")
    assert params()["torch_python"] == python


def test_an_empty_interpreter_is_this_one(project: Path) -> None:
    write(project, 'torch-python = ""')
    assert params()["torch_python"] == ""


def test_every_setting_has_one_name(project: Path) -> None:
    found = {}
    for command in cli.commands.values():
        for option in command.params:
            if isinstance(option, Setting):
                assert f"--{option.key}" in option.opts
                assert option.envvar == f"MIGCHECK_{option.key.upper().replace('-', '_')}"
                found[option.key] = option
    assert sorted(found) == sorted(ALL.split(", "))


def test_the_file_is_not_read_where_all_is_given(project: Path) -> None:
    @click.command()
    @click.option("--seed", cls=Setting, type=int)
    def command(seed: int) -> None:
        raise NotImplementedError

    (project / "pyproject.toml").write_text("[")
    assert command.make_context("command", ["--seed", "3"]).params == {"seed": 3}


def test_settings_of_one_command_are_known_to_all(project: Path) -> None:
    write(project, "seed = 1", "maxfail = 1")
    assert params(command="doctor")["color"] == "auto"
