"""What other repositories use of this one: the action of GitHub, and the hooks of pre-commit."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from ruamel.yaml import YAML

from tests.real import MINDSPORE, write_case

ROOT = Path(__file__).parent.parent
SCRIPT = ROOT / "scripts" / "action"
ACTION: dict[str, Any] = YAML(typ="safe").load(ROOT / "action.yml")
HOOKS: dict[str, dict[str, Any]] = {each["id"]: each for each in YAML(typ="safe").load(ROOT / ".pre-commit-hooks.yaml")}

#: In place of ``python`` on PATH: notes what it is asked to run, and plays migcheck and pip.
FAKE = """\
#!/bin/sh
'''exec' {quoted} -IS "$0" "$@"
' '''
import json, os, sys

given = sys.argv[1:]
if given[:1] != ["-m"]:
    os.execv({python!r}, [{python!r}, *given])
with open({log!r}, "a") as log:
    log.write(json.dumps(given[1:]) + "\\n")
for argument in given:
    if argument.startswith("--json="):
        open(argument.removeprefix("--json="), "w").close()
sys.exit(int(os.environ.get("FAKE_" + given[1].upper(), "0")))
"""

REPORTS = [
    "--json=migcheck-report/report.json",
    "--junit=migcheck-report/junit.xml",
    "--sarif=migcheck-report/report.sarif",
    "--markdown=migcheck-report/report.md",
    "--html=migcheck-report/report.html",
]


class Ran(NamedTuple):
    """What a run of the script did."""

    code: int
    #: Of ``python -m``, each with the module's name first.
    calls: list[list[str]]
    outputs: dict[str, str]
    out: str
    err: str

    @property
    def asked(self) -> list[str]:
        """The arguments of migcheck."""
        (call,) = (call[1:] for call in self.calls if call[0] == "migcheck")
        return call


def act(folder: Path, *, real: bool = False, **env: str) -> Ran:
    """Run the script in a folder, as the action does with its inputs as they are given: ``INPUT_CASES`` and so on."""
    log, outputs, bin = folder / ".log", folder / ".outputs", folder / ".bin"
    bin.mkdir(exist_ok=True)
    fake = bin / "python"
    fake.write_text(FAKE.format(python=sys.executable, quoted=shlex.quote(sys.executable), log=str(log)))
    fake.chmod(0o755)
    here = {
        name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "INPUT_", "MIGCHECK_"))
    }
    here |= {"PATH": f"{bin}:{here['PATH']}", "GITHUB_OUTPUT": str(outputs), "INPUT_INSTALL": "false"}
    if real:
        here["INPUT_PYTHON"] = sys.executable
    done = subprocess.run(
        [SCRIPT], cwd=folder, env=here | env, stdin=subprocess.DEVNULL, capture_output=True, timeout=300
    )
    calls = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
    return Ran(done.returncode, calls, read_outputs(outputs), os.fsdecode(done.stdout), os.fsdecode(done.stderr))


def read_outputs(file: Path) -> dict[str, str]:
    """The outputs of a step, as a runner reads them."""
    found = {}
    lines = iter(os.fsdecode(file.read_bytes()).split("\n")[:-1] if file.exists() else ())
    for line in lines:
        name, _, end = line.partition("<<")
        assert end, f"{line} would be an output that nobody meant"
        found[name] = "\n".join(iter(lines.__next__, end))
    return found


# The manifest


def test_the_manifest_is_valid_and_so_are_the_hooks() -> None:
    for command in (
        ["check_jsonschema", "--builtin-schema", "vendor.github-actions", "action.yml"],
        ["pre_commit", "validate-manifest", ".pre-commit-hooks.yaml"],
    ):
        done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


def test_inputs_reach_the_script_as_variables_alone() -> None:
    (step,) = ACTION["runs"]["steps"]
    assert step["run"] == '"$GITHUB_ACTION_PATH/scripts/action"'
    assert step["env"] == {
        f"INPUT_{name.upper().replace('-', '_')}": f"${{{{ inputs.{name} }}}}" for name in ACTION["inputs"]
    }
    assert set(step) == {"id", "shell", "env", "run"}


def test_the_script_has_the_defaults_of_the_manifest(tmp_path: Path) -> None:
    defaults = {f"INPUT_{name.upper().replace('-', '_')}": each["default"] for name, each in ACTION["inputs"].items()}
    as_action = act(tmp_path, GITHUB_ACTION_PATH="there", **defaults)
    (tmp_path / ".log").unlink()
    by_hand = act(tmp_path, GITHUB_ACTION_PATH="there", INPUT_INSTALL="")
    assert (
        as_action.calls
        == by_hand.calls
        == [
            ["pip", "install", "--quiet", "--disable-pip-version-check", "there[all]"],
            ["migcheck", "run", *REPORTS, "--", "cases/"],
        ]
    )


def test_the_script_can_be_started() -> None:
    assert SCRIPT.stat().st_mode & 0o111
    assert subprocess.run(["bash", "-n", SCRIPT]).returncode == 0


# What is run


def test_inputs_become_options(tmp_path: Path) -> None:
    ran = act(
        tmp_path,
        INPUT_CASES="cases/\nmore cases\n\nmulti_output/summed_outputs[graph]\n",
        INPUT_ARGS="-k 'not slow' --timeout 30\n--maxfail=2",
        INPUT_BASELINE="baseline.jsonl",
        INPUT_CHANGED_SINCE="v1.0",
        INPUT_PARTITION="2/4",
        INPUT_JSON="",
        INPUT_SARIF="",
        INPUT_MARKDOWN="",
        INPUT_HTML="",
        INPUT_JUNIT="a b/c/junit.xml",
    )
    assert ran.asked == [
        *("run", "--junit=a b/c/junit.xml", "--changed-since=v1.0", "--baseline=baseline.jsonl", "--partition=2/4"),
        *("-k", "not slow", "--timeout", "30", "--maxfail=2"),
        *("--", "cases/", "more cases", "multi_output/summed_outputs[graph]"),
    ]
    assert (tmp_path / "a b" / "c").is_dir()
    assert not (tmp_path / "migcheck-report").exists()


@pytest.mark.parametrize(
    ("event", "base", "given", "since"),
    [
        ("pull_request", "main", "auto", "origin/main"),
        ("pull_request", "releases/2.0", "auto", "origin/releases/2.0"),
        ("pull_request", "main", "", ""),
        ("pull_request", "main", "v1.0", "v1.0"),
        ("pull_request_target", "main", "auto", ""),
        ("push", "", "auto", ""),
        ("push", "", "v1.0", "v1.0"),
        ("schedule", "", "auto", ""),
        ("", "", "auto", ""),
    ],
)
def test_a_pull_request_is_compared_with_its_base(
    tmp_path: Path, event: str, base: str, given: str, since: str
) -> None:
    ran = act(tmp_path, GITHUB_EVENT_NAME=event, GITHUB_BASE_REF=base, INPUT_CHANGED_SINCE=given)
    assert [each for each in ran.asked if each.startswith("--changed-since")] == [f"--changed-since={since}"] * bool(
        since
    )


def test_annotations_are_made_on_github_alone(tmp_path: Path) -> None:
    assert "--github" not in act(tmp_path).asked
    (tmp_path / ".log").unlink()
    assert "--github" in act(tmp_path, GITHUB_ACTIONS="true").asked


def test_reports_of_an_earlier_run_go(tmp_path: Path) -> None:
    (tmp_path / "migcheck-report").mkdir()
    for name in ("report.json", "junit.xml"):
        (tmp_path / "migcheck-report" / name).write_text("old")
    ran = act(tmp_path, INPUT_ARGS="'")
    assert (ran.code, ran.outputs["report"]) == (2, "")
    assert list((tmp_path / "migcheck-report").iterdir()) == []


# Hostile inputs

HOSTILE = [
    "; touch owned",
    "$(touch owned)",
    "`touch owned`",
    "| touch owned",
    "&& touch owned #",
    "x\ntouch owned\n",
    "' ; touch owned ; '",
    '" ; touch owned ; "',
    "\\",
    "*",
    "$HOME ~ {a,b} <(touch owned)",
    "--help",
    "${{ github.token }}",
    "%0A::error::x",
    "é\udcff",
]
UNBALANCED = {"\\": "No escaped character", "it's": "No closing quotation"}


@pytest.mark.parametrize("value", HOSTILE)
def test_inputs_are_arguments_whatever_is_in_them(tmp_path: Path, value: str) -> None:
    names = ("json", "html", "changed-since", "baseline", "partition")
    inputs = {f"INPUT_{name.upper().replace('-', '_')}": f"{value}{name}" for name in names}
    ran = act(tmp_path, INPUT_CASES=value, INPUT_JUNIT="", INPUT_SARIF="", INPUT_MARKDOWN="", **inputs)
    cases = [line for line in value.split("\n") if line]
    assert ran.asked == ["run", *(f"--{name}={value}{name}" for name in names), "--", *cases]
    assert ran.outputs["report"] == f"{value}json"
    assert not (tmp_path / "owned").exists()


@pytest.mark.parametrize("value", [value for value in HOSTILE if value not in UNBALANCED])
def test_further_options_are_split_and_not_expanded(tmp_path: Path, value: str) -> None:
    assert act(tmp_path, INPUT_ARGS=value).asked == ["run", *REPORTS, *shlex.split(value), "--", "cases/"]
    assert not (tmp_path / "owned").exists()


@pytest.mark.parametrize(("value", "why"), UNBALANCED.items())
def test_further_options_that_cannot_be_split_are_refused(tmp_path: Path, value: str, why: str) -> None:
    ran = act(tmp_path, INPUT_ARGS=value)
    assert (ran.code, ran.calls) == (2, [])
    assert ran.err.splitlines() == [
        f"migcheck action: args: {why}: {value!r}",
        "migcheck action: args cannot be split with the interpreter python",
    ]


@pytest.mark.parametrize("name", ["PYTHON", "INSTALL"])
@pytest.mark.parametrize("value", ["; touch owned", "$(touch owned)", "x\ny", "é\udcff"])
def test_what_cannot_be_meant_is_refused(tmp_path: Path, name: str, value: str) -> None:
    ran = act(tmp_path, **{f"INPUT_{name}": value})
    assert (ran.code, ran.calls) == (2, [])
    assert ran.outputs == {"exit-code": "2", "verdict": "usage", "report": ""}
    assert not (tmp_path / "owned").exists()


def test_the_command_is_shown_on_one_line(tmp_path: Path) -> None:
    ran = act(tmp_path, INPUT_CASES="a b", INPUT_BASELINE="x\n::error::forged")
    assert len(ran.out.splitlines()) == 1
    assert ran.out.startswith("migcheck run --json=migcheck-report/report.json ")
    assert ran.out.endswith(" -- a\\ b\n")


# What comes of it


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        (0, "passed"),
        (1, "differs"),
        (2, "usage"),
        (3, "not-compared"),
        (4, "internal-error"),
        (5, "nothing-selected"),
        (130, "interrupted"),
        (137, "internal-error"),
    ],
)
def test_the_step_ends_as_migcheck_does(tmp_path: Path, code: int, verdict: str) -> None:
    ran = act(tmp_path, FAKE_MIGCHECK=str(code))
    assert ran.code == code
    assert ran.outputs == {"exit-code": str(code), "verdict": verdict, "report": "migcheck-report/report.json"}
    assert set(ran.outputs) == set(ACTION["outputs"])
    assert verdict in ACTION["outputs"]["verdict"]["description"]


def test_an_output_cannot_forge_another(tmp_path: Path) -> None:
    path = "x\nexit-code=0\nverdict<<E\npassed\nE"
    ran = act(tmp_path, INPUT_JSON=path, FAKE_MIGCHECK="1")
    assert ran.outputs == {"exit-code": "1", "verdict": "differs", "report": path}


def test_the_end_of_an_output_cannot_be_foreseen(tmp_path: Path) -> None:
    act(tmp_path)
    act(tmp_path)
    ends = re.findall("<<(.*)", (tmp_path / ".outputs").read_text())
    assert len(set(ends)) == len(ends) == 6
    assert all(re.fullmatch("[0-9a-f]{32}", end) for end in ends)


def test_it_works_without_github(tmp_path: Path) -> None:
    ran = act(tmp_path, GITHUB_OUTPUT="", FAKE_MIGCHECK="1")
    assert (ran.code, ran.outputs) == (1, {})


def test_outputs_that_cannot_be_written_are_no_difference(tmp_path: Path) -> None:
    assert act(tmp_path, GITHUB_OUTPUT=str(tmp_path / "nowhere" / "outputs"), FAKE_MIGCHECK="1").code == 4


def test_a_failed_installation_is_no_difference(tmp_path: Path) -> None:
    ran = act(tmp_path, INPUT_INSTALL="true", FAKE_PIP="1")
    assert ran.code == 3
    assert [call[0] for call in ran.calls] == ["pip"]
    assert ran.outputs == {"exit-code": "3", "verdict": "not-compared", "report": ""}
    assert ran.err == "migcheck action: migcheck could not be installed\n"


def test_a_report_without_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ran = act(tmp_path, INPUT_HTML="file/report.html")
    assert (ran.code, ran.calls) == (2, [])
    assert ran.err.splitlines()[-1] == "migcheck action: html: no folder for file/report.html"


# With migcheck itself


@pytest.mark.slow
@pytest.mark.parametrize(
    ("port", "code", "verdict"), [(MINDSPORE, 0, "passed"), (MINDSPORE.replace("x**2", "x**3"), 1, "differs")]
)
def test_a_case_is_checked(tmp_path: Path, port: str, code: int, verdict: str) -> None:
    write_case(tmp_path / "cases", "square/port", mindspore=port)
    summary = tmp_path / "summary.md"
    ran = act(tmp_path, real=True, GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(summary), INPUT_ARGS="--no-diagnose")
    assert (ran.code, ran.outputs["verdict"]) == (code, verdict), ran.out + ran.err
    report = json.loads((tmp_path / ran.outputs["report"]).read_text())
    assert report["exit_code"] == code
    assert [result["id"] for result in report["results"]] == ["square/port"]
    names = {"report.json", "junit.xml", "report.sarif", "report.md", "report.html"}
    assert {file.name for file in (tmp_path / "migcheck-report").iterdir()} == names
    assert "migcheck" in summary.read_text()
    assert ("::error" in ran.out) == (code == 1)


@pytest.mark.parametrize("value", ["; touch owned", "$(touch owned)", "x\ny"])
def test_migcheck_refuses_what_it_cannot_mean(tmp_path: Path, value: str) -> None:
    write_case(tmp_path / "cases", "square/port")
    ran = act(tmp_path, real=True, INPUT_CHANGED_SINCE=value)
    assert (ran.code, ran.outputs["verdict"]) == (2, "usage"), ran.err
    assert not (tmp_path / "owned").exists()


def git(folder: Path, *arguments: str) -> None:
    """Run git as nobody in particular."""
    who = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def repository(folder: Path) -> Path:
    """A repository with a case, and a clone of it, as checkout makes one."""
    write_case(folder / "upstream" / "cases", "square/port")
    git(folder / "upstream", "init")
    git(folder / "upstream", "add", ".")
    git(folder / "upstream", "commit", "-m", "a case")
    git(folder, "clone", "upstream", "clone")
    return folder / "clone"


def test_a_pull_request_that_touches_no_case_passes(tmp_path: Path) -> None:
    clone = repository(tmp_path)
    git(clone, "checkout", "-b", "change")
    (clone / "notes.txt").write_text("nothing that matters")
    git(clone, "add", "notes.txt")
    git(clone, "commit", "-m", "notes")
    ran = act(clone, real=True, GITHUB_EVENT_NAME="pull_request", GITHUB_BASE_REF="main")
    assert (ran.code, ran.outputs["verdict"]) == (0, "passed"), ran.err
    assert json.loads((clone / ran.outputs["report"]).read_text())["left_out"] == ["square/port"]


def test_a_pull_request_whose_base_is_not_there_fails(tmp_path: Path) -> None:
    ran = act(repository(tmp_path), real=True, GITHUB_EVENT_NAME="pull_request", GITHUB_BASE_REF="release")
    assert ran.code == 2
    assert "--changed-since 'origin/release': git knows no such commit" in ran.err


# The hooks


def hook(id: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the entry of a hook as it stands, as pre-commit does."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return subprocess.run(
        shlex.split(HOOKS[id]["entry"]),
        cwd=folder,
        env={**os.environ, "PATH": path, "MIGCHECK_DIAGNOSE": "false"},
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_each_hook_is_run_by_a_test() -> None:
    assert list(HOOKS) == ["migcheck", "migcheck-list"]
    assert not any(each["pass_filenames"] for each in HOOKS.values())


def test_the_hook_passes_a_commit_that_touches_no_case(tmp_path: Path) -> None:
    clone = repository(tmp_path)
    (clone / "notes.txt").write_text("nothing that matters")
    git(clone, "add", "notes.txt")
    done = hook("migcheck", clone)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_the_hook_stops_a_commit_that_breaks_a_port(tmp_path: Path) -> None:
    clone = repository(tmp_path)
    program = clone / "cases" / "square" / "port" / "mindspore_program.py"
    program.write_text(program.read_text().replace("x**2", "x**3"))
    git(clone, "add", ".")
    done = hook("migcheck", clone)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "FAILED square/port" in done.stdout


def test_the_list_stops_a_case_that_cannot_be_read(tmp_path: Path) -> None:
    clone = repository(tmp_path)
    assert hook("migcheck-list", clone).returncode == 0
    (clone / "cases" / "square" / "port" / "torch_program.py").unlink()
    done = hook("migcheck-list", clone)
    assert done.returncode == 3
    assert "torch_program.py" in done.stdout
