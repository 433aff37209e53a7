"""Where reports go."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import click
import pytest
from click.testing import CliRunner

from migcheck.cli import outputs as outputs_module
from migcheck.cli.outputs import FORMATS, Format, Outputs, output_options
from migcheck.errors import UsageError
from migcheck.report.json import from_json, to_json
from migcheck.report.value import Report, concluded
from tests.build import report, result
from tests.cli.command import migcheck_here

ONE = concluded(report(result("match", "a/1")))


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    return tmp_path


@pytest.fixture
def formats(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two further formats, one of which fails."""
    module = ModuleType("some_formats")

    def broken(whole: Report) -> bytes:
        raise ValueError("no such colour")

    module.__dict__.update(to_text=lambda whole: b"text\n", broken=broken)
    monkeypatch.setitem(sys.modules, "some_formats", module)
    more = Format("broken", "some_formats", "broken", ""), Format("text", "some_formats", "to_text", "")
    monkeypatch.setattr(outputs_module, "FORMATS", (more[0], FORMATS[0], more[1]))


def test_each_format_has_an_option_and_a_function() -> None:
    assert [each.key for each in FORMATS] == ["json", "junit", "sarif", "markdown", "html"]
    assert FORMATS[0].render(ONE) == to_json(ONE)


def test_nothing_is_asked_for(here: Path) -> None:
    outputs = Outputs({"json_file": None})
    outputs.write(ONE)
    assert not outputs.take_stdout
    assert list(here.iterdir()) == []


def test_reports_are_written(formats: None, here: Path) -> None:
    Outputs({"json_file": "r.json", "text_file": "r.txt"}).write(ONE)
    assert from_json((here / "r.json").read_bytes()) == ONE
    assert (here / "r.txt").read_bytes() == b"text\n"


def test_a_report_on_stdout_is_alone_there(formats: None, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    outputs = Outputs({"text_file": "-"})
    assert outputs.take_stdout
    outputs.write(ONE)
    assert capfdbinary.readouterr().out == b"text\n"


@pytest.mark.parametrize(
    ("json", "text", "where"),
    [
        ("-", "-", "stdout"),
        ("r", "r", "r"),
        ("./r", "r", "r"),
        ("sub/../r", "r", "r"),
        ("link", "r", "r"),
    ],
)
def test_two_reports_to_one_place(formats: None, here: Path, json: str, text: str, where: str) -> None:
    (here / "sub").mkdir()
    (here / "link").symlink_to("r")
    (here / "r").write_text("an earlier report")
    with pytest.raises(UsageError) as error:
        Outputs({"json_file": json, "text_file": text})
    assert str(error.value) == f"--json and --text would both write to {where}; give each its own"
    assert (here / "r").read_text() == "an earlier report"  # it is refused before anything is touched


def test_a_report_of_an_earlier_run_goes_at_once(formats: None, here: Path) -> None:
    (here / "r").write_text("an earlier report")
    Outputs({"json_file": "r"})
    assert not (here / "r").exists()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may do anything")
def test_a_report_that_cannot_be_removed_is_emptied(here: Path) -> None:
    (here / "sub").mkdir()
    (here / "sub" / "r").write_text("an earlier report")
    (here / "sub").chmod(0o555)
    try:
        Outputs({"json_file": "sub/r"})
        assert (here / "sub" / "r").read_text() == ""
    finally:
        (here / "sub").chmod(0o755)


def test_a_pipe_is_no_report_of_an_earlier_run(here: Path) -> None:
    os.mkfifo(here / "pipe")
    Outputs({"json_file": "pipe"})
    assert (here / "pipe").is_fifo()


def test_a_format_that_fails_takes_no_other_with_it(formats: None, here: Path) -> None:
    for name in ("b", "j", "t"):
        (here / name).write_text("an earlier report")
    outputs = Outputs({"broken_file": "b", "json_file": "j", "text_file": "t"})
    with pytest.raises(ValueError, match="no such colour"):
        outputs.write(ONE)
    assert sorted(each.name for each in here.iterdir()) == ["j", "t"]
    assert from_json((here / "j").read_bytes()) == ONE


def test_a_folder_that_has_gone_takes_no_other_report_with_it(formats: None, here: Path) -> None:
    (here / "sub").mkdir()
    outputs = Outputs({"json_file": "sub/r", "text_file": "t"})
    (here / "sub").rmdir()
    with pytest.raises(FileNotFoundError):
        outputs.write(ONE)
    assert (here / "t").read_bytes() == b"text\n"


# As options


@click.command()
@output_options
def command(**given: Any) -> None:
    click.echo(f"would write {given['json_file']}")


def test_the_options() -> None:
    said = CliRunner().invoke(command, ["--help"]).output
    for option in ("--json", "--junit", "--sarif", "--markdown", "--html", "--github"):
        assert option in said


@pytest.mark.parametrize("target", ["nowhere/r.json", "folder", "", "file/r.json"])
def test_what_cannot_be_written_to_is_refused_before_the_work(here: Path, target: str) -> None:
    (here / "folder").mkdir()
    (here / "file").touch()
    done = CliRunner().invoke(command, ["--json", target])
    assert done.exit_code == 2
    assert done.output.splitlines()[-1] == f"Error: Invalid value for '--json': {target}: cannot be written"


@pytest.mark.parametrize("target", ["-", "r.json", "folder/r.json"])
def test_what_can_be_written_to(here: Path, target: str) -> None:
    (here / "folder").mkdir()
    assert CliRunner().invoke(command, ["--json", target]).output == f"would write {target}\n"
    assert not (here / "r.json").exists()


# Of a command that starts no framework


@pytest.mark.parametrize("command", ["report", "merge"])
def test_a_report_in_the_place_of_the_one_it_is_of(here: Path, command: str) -> None:
    (here / "r.json").write_bytes(to_json(ONE))
    said = "migcheck: --json would overwrite r.json, which is read; give another file\n"
    assert migcheck_here(command, "r.json", "--json", "r.json", cwd=here) == (2, "", said)
    assert from_json((here / "r.json").read_bytes()) == ONE


def test_two_reports_on_stdout(here: Path) -> None:
    (here / "r.json").write_bytes(to_json(ONE))
    assert migcheck_here("report", "r.json", "--json", "-", "--junit", "-", cwd=here) == (
        2,
        "",
        "migcheck: --json and --junit would both write to stdout; give each its own\n",
    )


def test_text_goes_to_stderr_where_a_report_is_on_stdout(here: Path) -> None:
    (here / "r.json").write_bytes(to_json(ONE))
    code, out, err = migcheck_here("report", "r.json", "--json", "-", cwd=here)
    assert (code, from_json(out.encode())) == (0, ONE)
    assert err == "match     a/1  0.00 s\n\nparity: 1 match in 1.50 s  (seed 0)\n"


def test_a_report_in_the_place_of_what_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.json").write_text("{}", encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        Outputs({"html_file": "../" + tmp_path.name + "/a.json"}, reads=("a.json", None))
    assert str(caught.value) == "--html would overwrite a.json, which is read; give another file"
    assert Path("a.json").read_text(encoding="utf-8") == "{}"
