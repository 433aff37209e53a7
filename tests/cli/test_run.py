"""``migcheck run`` as its users see it: text, streams, exit codes; on the real frameworks."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from migcheck.report.json import schema
from tests.cli.command import migcheck
from tests.real import TOML, write_case

TWICE = """
    import mindspore as ms

    def forward(x):
        return x**2, x

    def program(x):
        return forward(x)[0], {"x": ms.grad(forward)(x)}
"""

CALLED_TWICE = """
    def program(x):
        for _ in range(2):
            y = x**2
            y.backward()
        return y, {"x": x.grad}
"""

KNOWN = (
    TOML
    + """
    [known]
    "grad['x']" = { cause = "multi_output", reason = "the port returns x as well" }
"""
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("a project")
    cases = folder / "cases"
    write_case(cases, "good/square")
    write_case(cases, "bad/two_outputs", mindspore=TWICE)
    write_case(cases, "known/two_outputs", mindspore=TWICE, toml=KNOWN)
    write_case(cases, "known/gone", toml=KNOWN)
    write_case(cases, "broken/key", toml='titel = "a square"\n')
    write_case(cases, "broken/raises", torch="def program(x):\n    raise ValueError('no')\n")
    return folder


@pytest.fixture(scope="module")
def everything(project: Path) -> tuple[int, str, str]:
    done = migcheck("run", "--json", "report.json", cwd=project)
    return done.returncode, done.stdout, done.stderr


def without_times(text: str) -> str:
    return re.sub(r"\d+\.\d+ s", "0.00 s", text)


def test_the_text_of_a_run(everything: tuple[int, str, str]) -> None:
    code, stdout, stderr = everything
    assert without_times(stdout) == (
        "mismatch  bad/two_outputs  0.00 s\n"
        "error     broken/key  0.00 s\n"
        "error     broken/raises  0.00 s\n"
        "match     good/square  0.00 s\n"
        "stale     known/gone  0.00 s\n"
        "known     known/two_outputs  0.00 s\n"
        "\n"
        "FAILED bad/two_outputs\n"
        "  grad['x'] () float32: torch 6.0, mindspore 7.0    |diff| 1.0, allowed 1.6e-05\n"
        "    against float64, in units of the leaf's RMS: torch is off by 0.0, mindspore by 0.17 (allowed 1.3e-06)\n"
        "    would pass with rtol = 0.084 or atol = 1.0\n"
        "  forward outputs agree; each side's gradient is right for what it differentiates\n"
        "  cause: multi_output. ms.grad differentiated the sum of 2 outputs; torch called backward() on the first.\n"
        "         confirmed: by replay: differentiating the first output only, both sides give 6\n"
        "  fix:   pass has_aux=True; see docs/causes.md#multi_output\n"
        "  rerun: migcheck run bad/two_outputs --seed 0\n"
        "\n"
        "ERROR broken/key\n"
        "  cases/broken/key/case.toml:1: unknown key 'titel'; did you mean 'title'?\n"
        "  rerun: migcheck run broken/key --seed 0\n"
        "\n"
        "ERROR broken/raises\n"
        "  torch: torch_program.py:2: ValueError: no\n"
        "    stack | Traceback (most recent call last):\n"
        f'    stack |   File "{CASES}/broken/raises/torch_program.py", line 2, in program\n'
        "    stack |     raise ValueError('no')\n"
        "    stack | ValueError: no\n"
        "  rerun: migcheck run broken/raises --seed 0\n"
        "\n"
        "FAILED known/gone\n"
        "  grad['x']: a known difference that no longer occurs; delete it from [known] in case.toml\n"
        "  rerun: migcheck run known/gone --seed 0\n"
        "\n"
        "no parity: 1 mismatch, 1 stale, 2 error, 1 match, 1 known in 0.00 s  "
        "(seed 0, torch 2.13.0+cpu, mindspore 2.10.0)\n"
    ).replace(f"{CASES}", stdout.partition('File "')[2].partition("/broken/raises")[0])
    assert stderr == ""
    assert code == 1


CASES = "CASES"


def test_the_json_report_follows_the_published_schema(everything: tuple[int, str, str], project: Path) -> None:
    report = json.loads((project / "report.json").read_text())
    jsonschema.validate(report, schema())
    results = {result["id"]: result for result in report["results"]}
    bad = results["bad/two_outputs"]
    assert bad["verdict"] == "mismatch"
    assert bad["seed"] == 0
    assert bad["versions"] == {"torch": report["environments"]["torch"]["framework"], "mindspore": "2.10.0"}
    assert bad["seconds"]["total"] > 0
    finding = bad["findings"][0]
    assert (finding["leaf"], finding["kind"], finding["elements"], finding["of"]) == ("grad['x']", "values", 1, 1)
    assert finding["worst"]["torch"] == 6.0
    assert finding["worst"]["mindspore"] == 7.0
    assert results["known/two_outputs"]["findings"][0]["known"] == "the port returns x as well"
    assert results["known/gone"]["stale"] == ["grad['x']"]
    assert report["exit_code"] == 1


def test_json_on_stdout_is_json_alone(project: Path) -> None:
    done = migcheck("run", "good/square", "--json", "-", cwd=project)
    assert json.loads(done.stdout)["results"][0]["verdict"] == "match"
    assert "parity: 1 match" in done.stderr
    assert done.returncode == 0


def test_quiet_shows_the_last_line_alone(project: Path) -> None:
    done = migcheck("run", "-q", "good", "known/two_outputs", cwd=project)
    assert done.returncode == 2
    assert done.stderr.startswith("migcheck: good: neither a folder nor the id of a case")
    done = migcheck("run", "-q", "cases/good", "known/two_outputs", cwd=project)
    assert done.returncode == 0
    assert re.fullmatch(r"parity: 1 match, 1 known in [\d.]+ s  \(seed 0, .*\)\n", done.stdout)


def test_verbose_shows_what_passed_and_what_was_printed(tmp_path: Path) -> None:
    write_case(
        tmp_path / "cases",
        "a/prints",
        torch="def program(x):\n    print('shape', x.shape)\n    (x**2).backward()\n    return x, {'x': x.grad}\n",
    )
    done = migcheck("run", "-v", cwd=tmp_path)
    assert "\n  2 leaves; torch " in done.stdout
    assert "\n  torch | shape torch.Size([])\n" in done.stdout


def test_only_an_error_exits_3(project: Path) -> None:
    assert migcheck("run", "-q", "cases/broken", cwd=project).returncode == 3


def test_a_stale_known_difference_exits_1(project: Path) -> None:
    assert migcheck("run", "-q", "known/gone", cwd=project).returncode == 1


def test_x_stops_at_the_first_failure(project: Path) -> None:
    done = migcheck("run", "-x", "-n", "1", cwd=project)
    assert "not checked" in done.stdout.splitlines()[-1]
    assert done.returncode != 0


def test_last_failed(project: Path, tmp_path: Path) -> None:
    cache = {"XDG_CACHE_HOME": str(tmp_path)}
    done = migcheck("run", "--lf", "cases/good", cwd=project, env=cache)
    assert done.stderr == "migcheck: --lf: no failure is recorded here; running everything\n"
    migcheck("run", "-q", "cases/good", "cases/bad", cwd=project, env=cache)
    done = migcheck("run", "--lf", cwd=project, env=cache)
    assert [line.split()[1] for line in done.stdout.splitlines() if line.startswith(("match", "mismatch"))] == [
        "bad/two_outputs"
    ]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("nothing",), 2, "migcheck: nothing: neither a folder nor the id of a case\n"),
        (("cases/nothing",), 2, "migcheck: cases/nothing: neither a folder nor the id of a case\n"),
        (
            ("good/squares",),
            2,
            "migcheck: good/squares: neither a folder nor the id of a case; did you mean 'good/square'?\n",
        ),
        (
            ("cases/good/square[graph]",),
            2,
            "migcheck: cases/good/square[graph]: neither a folder nor the id of a case; did you mean 'good/square'?\n",
        ),
        (
            ("cases/good/square/case.toml",),
            2,
            "migcheck: cases/good/square/case.toml: a file; name the case's folder\n",
        ),
        (("-k", "nothing"), 5, "migcheck: -k 'nothing' matches no variant\n"),
        (
            ("-k", "good and"),
            2,
            "migcheck: -k 'good and': a word is missing; write words joined by and, or, not and brackets\n",
        ),
    ],
)
def test_arguments_that_cannot_be_meant(project: Path, arguments: tuple[str, ...], code: int, message: str) -> None:
    done = migcheck("run", *arguments, cwd=project)
    assert (done.returncode, done.stdout, done.stderr) == (code, "", message)


def test_a_folder_without_cases_exits_5(tmp_path: Path) -> None:
    done = migcheck("run", ".", cwd=tmp_path)
    assert done.returncode == 5
    assert done.stderr == (
        "migcheck: no case in .; a case is a folder with case.toml and two programs (migcheck new)\n"
    )


def test_no_cases_folder_exits_2(tmp_path: Path) -> None:
    done = migcheck("run", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (
        2,
        "migcheck: cases: no such folder; run it where your cases are, or name their folder\n",
    )


@pytest.mark.parametrize("timeout", ["nan", "inf", "0", "-1", "1e12"])
def test_a_timeout_that_no_timer_holds(project: Path, timeout: str) -> None:
    done = migcheck("run", f"--timeout={timeout}", cwd=project)
    assert done.returncode == 2
    said = f"Invalid value for '--timeout': {float(timeout):g} must be more than 0 and at most 1e+07"
    assert done.stderr.splitlines()[-1] == f"Error: {said}"


def test_a_large_seed(project: Path) -> None:
    assert migcheck("run", "-q", "good/square", "--seed", str(2**63 - 1), cwd=project).returncode == 0


def test_a_report_of_an_earlier_run_is_not_taken_for_this_one(project: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    report.write_text('{"exit_code": 0}')
    assert migcheck("run", "-k", "nothing", "--json", str(report), cwd=project).returncode == 5
    assert not report.exists()


def test_an_unwritable_report_is_refused_before_the_run(project: Path) -> None:
    done = migcheck("run", "--json", "nowhere/report.json", cwd=project)
    assert done.returncode == 2
    said = "Invalid value for '--json': nowhere/report.json: cannot be written"
    assert done.stderr.splitlines()[-1] == f"Error: {said}"


def test_the_same_from_other_folders(project: Path) -> None:
    inside = migcheck("run", "cases/good/square", cwd=project)
    beside = migcheck("run", str(project / "cases" / "good"), cwd=project.parent)
    assert inside.stdout.split()[:2] == beside.stdout.split()[:2] == ["match", "good/square"]


def test_a_missing_framework_is_named_once(project: Path, tmp_path: Path) -> None:
    (tmp_path / "torch").mkdir()
    (tmp_path / "torch" / "__init__.py").write_text(
        "raise ModuleNotFoundError(\"No module named 'torch'\", name='torch')\n"
    )
    done = migcheck("run", "cases/good", "cases/known", cwd=project, env={"PYTHONPATH": str(tmp_path)})
    assert done.returncode == 3
    assert done.stdout.count("torch is not installed for Python") == 1
    assert "run: pip install torch numpy safetensors" in done.stdout
    assert "  and 2 more for the same reason\n" in done.stdout


def test_a_read_only_case_folder(tmp_path: Path) -> None:
    folder = write_case(
        tmp_path / "cases", "a/square", net="y = 1\n", torch="import net\nfrom net import y\n" + DEDENTED
    )
    for path in (*folder.iterdir(), folder, tmp_path / "cases", tmp_path):
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        done = migcheck("run", "-q", cwd=tmp_path)
        assert done.returncode == 0, done.stdout
        assert sorted(path.name for path in folder.iterdir()) == [
            "case.toml",
            "mindspore_program.py",
            "net.py",
            "torch_program.py",
        ]
    finally:
        for path in (tmp_path, tmp_path / "cases", folder.parent, folder):
            path.chmod(0o755)


DEDENTED = "def program(x):\n    z = x**2\n    z.backward()\n    return z, {'x': x.grad}\n"


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize(("case", "code"), [("good/square", 0), ("bad/two_outputs", 1)])
def test_a_caller_may_close_its_streams(project: Path, closed: str, case: str, code: int) -> None:
    line = f"{shlex.quote(sys.executable)} -m migcheck run -q {case} {closed}"
    done = subprocess.run(["sh", "-c", line], cwd=project, capture_output=True, text=True, timeout=120)
    assert done.stderr == ""
    assert done.returncode == code


def test_a_fault_of_ours_is_no_verdict(project: Path) -> None:
    code = (
        "import sys, migcheck.cli, migcheck.select.arguments as a; a.select = None; sys.argv = ['migcheck', 'list']; "
    )
    done = subprocess.run(
        [sys.executable, "-c", code + "migcheck.cli.main()"], cwd=project, capture_output=True, text=True
    )
    assert done.returncode == 4
    assert done.stderr.splitlines()[-1] == (
        "migcheck: internal error, please report it: TypeError: 'NoneType' object is not callable"
    )


def test_a_reader_may_leave(project: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    line = f"{shlex.quote(sys.executable)} -m migcheck run --json {shlex.quote(str(report))} | head -1"
    done = subprocess.run(["sh", "-c", line], cwd=project, capture_output=True, text=True, timeout=120)
    assert len(json.loads(report.read_text())["results"]) == 6
    assert done.stdout == "mismatch  bad/two_outputs  " + done.stdout.split("  ")[-1]
    assert done.stderr == ""
