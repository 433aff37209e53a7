"""The files and commands of docs/ci.md are what their systems and migcheck take, and do what the page says."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from string import Template
from typing import Any

import click
import pytest
from ruamel.yaml import YAML

from migcheck.cli import cli
from migcheck.report.markdown import MARKER
from tests.real import write_case
from tests.test_action import ACTION, HOOKS, repository

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")

#: The kind, the file and the text of each block; a shell's session has no file.
BLOCKS: list[tuple[str, str, str]] = [
    (kind, named[1] if (named := re.search(r"^(?:#|//) ([\w./-]+)", text, re.MULTILINE)) else "", text)
    for kind, text in re.findall(r"^```(\w+)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
]
WORKFLOWS = {file: text for _, file, text in BLOCKS if file.startswith(".github/workflows/")}
GITLAB = [text for _, file, text in BLOCKS if file == ".gitlab-ci.yml"]
(GITCODE,) = (text for _, file, text in BLOCKS if file.startswith(".gitcode/"))
(JENKINS,) = (text for kind, _, text in BLOCKS if kind == "groovy")
SHELL = {file: text for kind, file, text in BLOCKS if kind == "sh"}

#: What the systems give the variables of the page.
VARIABLES = {
    "BASE": "origin/main",
    "CHANGE_TARGET": "main",
    "CI_MERGE_REQUEST_DIFF_BASE_SHA": "origin/main",
    "CI_NODE_INDEX": "1",
    "CI_NODE_TOTAL": "2",
    "ATOMGIT_BASE_REF": "main",
}


def yaml(text: str) -> Any:
    """What a YAML file says."""
    return YAML(typ="safe").load(text)


def steps(text: str) -> list[dict[str, Any]]:
    """All steps of a workflow."""
    return [step for job in yaml(text)["jobs"].values() for step in job["steps"]]


def step(text: str, word: str) -> str:
    """The script of a workflow that has a word in it."""
    (found,) = (each["run"] for each in steps(text) if word in each.get("run", ""))
    assert isinstance(found, str)
    return found


def scripts() -> Iterator[str]:
    """All of the page that a shell runs."""
    yield from SHELL.values()
    for workflow in (*WORKFLOWS.values(), GITCODE):
        yield from (each["run"] for each in steps(workflow) if "run" in each)
    for text in GITLAB:
        for job in yaml(text).values():
            if isinstance(job, dict):
                yield "\n".join(job["before_script"] + job["script"])
    yield from re.findall(r"sh '''\n(.*?)'''", JENKINS, re.DOTALL)


def commands(text: str) -> Iterator[list[str]]:
    """The arguments of each ``migcheck …`` of a script, a console or a paragraph."""
    text = re.sub(r"\\\n\s*", "", text)
    text = re.sub(r"\$\{\w+:\+([^}]*)\}", r"\1", text)
    for line in re.findall(rf"(?:^|[\s`/])migcheck ((?:{'|'.join(cli.commands)})\b.*)", text, re.MULTILINE):
        words = iter(shlex.split(line.split("`")[0], comments=True))
        arguments = []
        for word in words:
            if word in ("||", "&&", "|") or word.startswith((">", "2>")):
                break
            if word != "$@":
                arguments.append(Template(word).safe_substitute(VARIABLES))
        yield arguments


def parse(arguments: list[str]) -> click.Context:
    """Have click take arguments as the command would, without running it."""
    context = click.Context(cli, info_name="migcheck")
    command: click.Command = cli
    while isinstance(command, click.Group):
        _, found, arguments = command.resolve_command(context, arguments)
        assert found is not None
        command = found
        if isinstance(command, click.Group):
            context = click.Context(command, parent=context, info_name=command.name)
    return command.make_context(command.name, list(arguments), parent=context)


def validate(folder: Path, text: str, *command: str) -> None:
    """Have a validator look at a text."""
    file = folder / "file.yml"
    file.write_text(text, encoding="utf-8")
    done = subprocess.run([sys.executable, "-m", *command, str(file)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def shell(script: str, folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a script as a runner does: it ends at the first command that fails."""
    path = f"{folder / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    here = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    return subprocess.run(
        ["sh", "-e", "-c", script],
        cwd=folder,
        env={**here, "PATH": path, **env},
        capture_output=True,
        text=True,
        timeout=300,
    )


# Form


def test_each_block_is_looked_at() -> None:
    assert [(kind, file) for kind, file, _ in BLOCKS] == [
        ("yaml", ".github/workflows/parity.yml"),
        ("yaml", ".github/workflows/parity-own-versions.yml"),
        ("yaml", ".github/workflows/parity-parts.yml"),
        ("yaml", ".gitlab-ci.yml"),
        ("yaml", ".gitlab-ci.yml"),
        ("groovy", "Jenkinsfile"),
        ("yaml", ".gitcode/workflows/parity.yml"),
        ("sh", "ci/parity"),
        ("yaml", ".pre-commit-config.yaml"),
        ("console", ""),
        ("toml", "pyproject.toml"),
        ("sh", "ci/nightly"),
    ]


@pytest.mark.parametrize("file", WORKFLOWS)
def test_workflows_are_valid(tmp_path: Path, file: str) -> None:
    for schema in ("vendor.github-workflows", "custom.github-workflows-require-timeout"):
        validate(tmp_path, WORKFLOWS[file], "check_jsonschema", "--builtin-schema", schema)


@pytest.mark.parametrize("text", GITLAB)
def test_pipelines_of_gitlab_are_valid(tmp_path: Path, text: str) -> None:
    validate(
        tmp_path, text, "check_jsonschema", "--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci"
    )


def test_the_workflow_of_gitcode_has_the_form_that_is_documented() -> None:
    workflow = yaml(GITCODE)
    assert list(workflow) == ["name", "on", "jobs"]
    assert [each.get("uses", "run") for each in steps(GITCODE)] == [
        *("checkout", "setup-python", "run", "upload-artifact", "run"),
    ]


def test_the_hooks_are_configured_as_pre_commit_wants(tmp_path: Path) -> None:
    (text,) = (text for _, file, text in BLOCKS if file == ".pre-commit-config.yaml")
    validate(tmp_path, text, "pre_commit", "validate-config")
    hooks = {each["id"]: each.get("args", []) for each in yaml(text)["repos"][0]["hooks"]}
    assert hooks.keys() == HOOKS.keys()
    for id, arguments in hooks.items():
        parse([*shlex.split(HOOKS[id]["entry"])[1:], *arguments])


def test_scripts_are_scripts() -> None:
    checked = 0
    for script in scripts():
        done = subprocess.run(["sh", "-n"], input=script, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, ""), script
        checked += 1
    assert checked == 15


def test_the_jenkinsfile_is_balanced() -> None:
    outside = re.sub(r"'''.*?'''|'[^'\n]*'|//[^\n]*", "", JENKINS, flags=re.DOTALL)
    assert "'" not in outside
    open_ones: list[str] = []
    for character in re.findall(r"[][(){}]", outside):
        if character in "([{":
            open_ones.append(character)
        else:
            assert open_ones.pop() + character in ("()", "[]", "{}")
    assert open_ones == []


def test_commands_are_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("migcheck-report", "parts", "cases"):
        (tmp_path / folder).mkdir()
    monkeypatch.chdir(tmp_path)
    found = list(commands(PAGE))
    for arguments in found:
        if len(arguments) > 1:  # else it is the name of a command
            parse(arguments)
    assert len(found) == PAGE.count("migcheck run") + len(
        re.findall("migcheck (?!run)(?=merge|base|rep|doc|exp)", PAGE)
    )
    assert {arguments[0] for arguments in found} == {"run", "merge", "baseline", "report", "doctor", "explain"}
    args = [
        each["with"]["args"] for text in WORKFLOWS.values() for each in steps(text) if "args" in each.get("with", {})
    ]
    for each in args:
        parse(["run", *shlex.split(each)])


def test_options_that_are_named_exist() -> None:
    run = {option for each in cli.commands["run"].params for option in (*each.opts, *each.secondary_opts)}
    baseline = {option for each in cli.commands["baseline"].commands["write"].params for option in each.opts}  # type: ignore[attr-defined]
    named = set(re.findall(r"`(--?[a-z][a-z-]*)", PAGE))
    assert named <= run | baseline
    assert {"--changed-since", "--partition", "--baseline", "--timeout", "--memory-limit", "--diagnose-budget"} <= named


def test_settings_are_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (text,) = (text for kind, _, text in BLOCKS if kind == "toml")
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    given = parse(["run"]).params
    assert (given["timeout"], given["memory_limit"]) == (120, 4 * 2**30)
    assert given["baseline_file"] == str(tmp_path / "migcheck-baseline.jsonl")


def test_links_lead_somewhere() -> None:
    headings = {
        re.sub(r"[^a-z0-9 -]", "", line.lower()).replace(" ", "-")
        for line in re.findall(r"^#+ (.*)", PAGE, re.MULTILINE)
    }
    for target in re.findall(r"\]\(([^)]*)\)", PAGE):
        if target.startswith("#"):
            assert target[1:] in headings
        else:
            assert (ROOT / "docs" / target).exists()


# The action


@pytest.mark.parametrize("file", WORKFLOWS)
def test_inputs_and_outputs_are_those_of_the_action(file: str) -> None:
    text = WORKFLOWS[file]
    used = [each for each in steps(text) if each.get("uses") == "OWNER/migcheck@REF"]
    assert used
    for each in used:
        assert set(each.get("with", {})) <= set(ACTION["inputs"])
        for output in re.findall(rf"steps\.{each.get('id', 'none')}\.outputs\.([\w-]+)", text):
            assert output in ACTION["outputs"]


def test_the_tables_are_those_of_the_action() -> None:
    rows = re.findall(r"^\| (`[a-z`, -]*`) \|([^|]*)\|", PAGE, re.MULTILINE)
    inputs = {name: default for names, default in rows for name in re.findall(r"`([\w-]+)`", names)}
    assert set(ACTION["inputs"]) | set(ACTION["outputs"]) == set(inputs)
    for name, each in ACTION["inputs"].items():
        shown = inputs[name].strip().strip("`")
        assert shown == each["default"] or (shown == "in `migcheck-report/" and each["default"].startswith(shown[4:]))


@pytest.mark.parametrize("file", WORKFLOWS)
def test_workflows_are_safe(file: str) -> None:
    workflow = yaml(WORKFLOWS[file])
    assert workflow["permissions"] == {"contents": "read"}
    assert "pull_request_target" not in WORKFLOWS[file]
    assert not [each["run"] for each in steps(WORKFLOWS[file]) if "${{" in each.get("run", "")]
    for job in workflow["jobs"].values():
        used = [each.get("uses", "") for each in job["steps"]]
        for each in job["steps"]:
            if each.get("uses", "").startswith("actions/checkout@"):
                assert each["with"]["persist-credentials"] is False
                assert each["with"].get("fetch-depth") == 0 or "OWNER/migcheck@REF" not in used
        if job.get("permissions", {}).get("pull-requests") == "write":
            assert not any(each.startswith("actions/checkout@") for each in used)


# What the scripts do

GH = """\
#!/bin/sh
'''exec' {quoted} "$0" "$@"
' '''
import json, pathlib, sys

given = sys.argv[1:]
here = pathlib.Path({folder!r})
with open(here / "log", "a") as log:
    log.write(json.dumps(given) + "\\n")
if "--paginate" in given and (here / "comments").exists():
    sys.stdout.write((here / "comments").read_text())
"""


def test_the_comment_is_made_once_and_then_written_anew(tmp_path: Path) -> None:
    script = step(WORKFLOWS[".github/workflows/parity-parts.yml"], "gh api")
    assert f'startswith("{MARKER}")' in script
    gh = tmp_path / "bin" / "gh"
    gh.parent.mkdir()
    gh.write_text(GH.format(quoted=shlex.quote(sys.executable), folder=str(tmp_path)))
    gh.chmod(0o755)
    for comments in ("", "12\n34\n"):
        (tmp_path / "comments").write_text(comments)
        done = shell(script, tmp_path, GITHUB_REPOSITORY="a/b", NUMBER="7")
        assert done.returncode == 0, done.stderr
    asked = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    body = ["-F", "body=@migcheck-report/report.md"]
    assert asked[1] == ["api", "--method", "POST", "repos/a/b/issues/7/comments", *body]
    assert asked[3] == ["api", "--method", "PATCH", "repos/a/b/issues/comments/12", *body]


def jenkins(folder: Path) -> str:
    """The script of the stage that checks, with the virtual environment that the stage before it makes."""
    _, script = re.findall(r"sh '''\n(.*?)'''", JENKINS, re.DOTALL)
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".venv" / "bin" / "migcheck").symlink_to(Path(sys.executable).parent / "migcheck")
    (folder / ".git" / "info" / "exclude").write_text(".venv\n")
    return script


@pytest.mark.parametrize("system", ["gitlab", "jenkins", "floor"])
def test_a_change_that_touches_no_case_passes(tmp_path: Path, system: str) -> None:
    clone = repository(tmp_path)
    since = {"gitlab": "CI_MERGE_REQUEST_DIFF_BASE_SHA", "jenkins": "CHANGE_TARGET", "floor": "BASE"}[system]
    script = {
        "gitlab": lambda: "\n".join(yaml(GITLAB[0])["parity"]["script"]),
        "jenkins": lambda: jenkins(clone),
        "floor": lambda: SHELL["ci/parity"],
    }[system]()
    done = shell(script, clone, **{since: VARIABLES[since]})
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].startswith("nothing to check: 1 left out in ")
    assert {"junit.xml", "report.html"} <= {file.name for file in (clone / "migcheck-report").iterdir()}


def test_parts_that_have_nothing_to_do_make_a_report(tmp_path: Path) -> None:
    clone = repository(tmp_path)
    pipeline = yaml(GITLAB[1])
    for part in ("1", "2"):
        given = {**VARIABLES, "CI_NODE_INDEX": part}
        done = shell("\n".join(pipeline["part"]["script"]), clone, **given)
        assert done.returncode == 0, done.stderr
    done = shell("\n".join(pipeline["parity"]["script"]), clone)
    assert done.returncode == 0, done.stderr
    assert (clone / "junit.xml").exists()
    (clone / "parts" / "2.json").unlink()
    assert shell("\n".join(pipeline["parity"]["script"]), clone).returncode == 2


def test_the_merge_of_github_writes_what_is_uploaded(tmp_path: Path) -> None:
    clone = repository(tmp_path)
    for part in (1, 2):
        folder = clone / "parts" / f"migcheck-part-{part}"
        folder.mkdir(parents=True)
        done = shell(f"migcheck run --changed-since HEAD --partition {part}/2 --json {folder}/report.json", clone)
        assert done.returncode == 0, done.stderr
    script = step(WORKFLOWS[".github/workflows/parity-parts.yml"], "migcheck merge")
    done = shell(script, clone, GITHUB_STEP_SUMMARY=str(tmp_path / "summary.md"))
    assert done.returncode == 0, done.stderr
    written = {file.name for file in (clone / "migcheck-report").iterdir()}
    assert written == {"report.json", "junit.xml", "report.sarif", "report.md", "report.html"}
    assert (clone / "migcheck-report" / "report.md").read_text().startswith(f"{MARKER}\n")


@pytest.mark.slow
def test_everything_is_checked_where_there_is_no_base(tmp_path: Path) -> None:
    write_case(tmp_path / "cases", "square/port")
    for script in (SHELL["ci/parity"], "\n".join(yaml(GITLAB[0])["parity"]["script"])):
        done = shell(script, tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stdout.splitlines()[-1].startswith("parity: 1 match in ")


@pytest.mark.slow
def test_gitcode_fails_after_the_report_is_there(tmp_path: Path) -> None:
    write_case(tmp_path / "cases", "square/port", mindspore="import nothing_of_that_name\n")
    check, gate = (each["run"] for each in steps(GITCODE) if "run" in each)
    check = check.replace("python3 -m pip install -r requirements.txt\n", "")
    summary = tmp_path / "summary.md"
    done = shell(check, tmp_path, ATOMGIT_STEP_SUMMARY=str(summary))
    assert done.returncode == 0, done.stderr
    assert "square/port" in summary.read_text()
    assert shell(gate, tmp_path).returncode == 3
