"""What is said of an installation, and of the pair that was tried."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from migcheck import doctor
from migcheck.check import RunOptions
from migcheck.doctor import Check, Checkup, Installed, examine, side_checks
from migcheck.report.value import Failure
from tests.build import finding, report, result

WORKING = {"torch": "2.13.0", "mindspore": "2.10.0", "numpy": "1.26.4", "safetensors": "0.8.0"}


def installed(python: str = "3.11.7", **packages: Any) -> Installed:
    """An interpreter with what works, but for ``packages``."""
    return Installed(python, "/venv/bin/python", {**WORKING, **packages})


def checks(side: str = "torch", python: str = "3.11.7", pip: str = "pip", **packages: Any) -> list[Check]:
    """What is said of a side beyond that it is ok."""
    found = side_checks(side, installed(python, **packages), pip)
    assert [check.what for check in found if check.status == "ok" and check.mend] == []
    return [check for check in found if check.status != "ok"]


@pytest.mark.parametrize("side", ["torch", "mindspore"])
def test_all_is_well(side: str) -> None:
    assert side_checks(side, installed(), "pip") == (
        Check("ok", "Python 3.11.7  /venv/bin/python"),
        Check("ok", f"{side} {WORKING[side]}"),
        Check("ok", "numpy 1.26.4"),
        Check("ok", "safetensors 0.8.0"),
    )


@pytest.mark.parametrize("python", ["3.10.0", "3.11.7", "3.12.1", "3.12.0rc1", "3.12.4+"])
def test_a_python_that_is_tested(python: str) -> None:
    assert checks(python=python) == []


@pytest.mark.parametrize("python", ["3.9.18", "3.13.0", "3.13.0rc1", "3.100.1", "4.0.0", "2.7.18"])
def test_a_python_that_is_not_tested(python: str) -> None:
    what = f"Python {python}  /venv/bin/python: migcheck is tested with 3.10 to 3.12"
    assert checks(python=python) == [Check("warn", what, "use a Python 3.10 to 3.12")]


@pytest.mark.parametrize(("side", "tested"), [("torch", "2.13.0"), ("mindspore", "2.10.0")])
def test_a_framework_that_is_not_installed(side: str, tested: str) -> None:
    missing = Check("fail", f"{side} is not installed", f"pip install {side}=={tested}")
    assert checks(side, **{side: ""}) == [missing]
    assert checks(side, **{side: None}) == [missing]  # metadata without a version


@pytest.mark.parametrize("version", ["2.13.0", "2.13.0+cpu", "2.13.0+cu128"])
def test_a_version_that_is_tested(version: str) -> None:
    assert checks(torch=version) == []


@pytest.mark.parametrize("version", ["2.13.1", "2.1.0", "2.13.0rc1", "2.14.0+cpu", "2.13", "nightly"])
def test_a_version_that_is_not_tested(version: str) -> None:
    mend = "where it makes trouble: pip install torch==2.13.0"
    assert checks(torch=version) == [Check("warn", f"torch {version}: migcheck is tested with 2.13.0", mend)]


@pytest.mark.parametrize(("side", "wanted"), [("torch", "numpy"), ("mindspore", "'numpy<2'")])
def test_what_a_side_needs_beside_its_framework(side: str, wanted: str) -> None:
    assert checks(side, numpy="", safetensors="") == [
        Check("fail", "numpy is not installed", f"pip install {wanted}"),
        Check("fail", "safetensors is not installed", "pip install safetensors"),
    ]


@pytest.mark.parametrize("version", ["2.0.0", "2.3.1", "10.0.0", "3.0"])
def test_a_numpy_that_mindspore_fails_with(version: str) -> None:
    what = f"numpy {version}: mindspore imports with it and fails at its first operator"
    assert checks("mindspore", numpy=version) == [Check("fail", what, "pip install 'numpy<2'")]
    assert checks("torch", numpy=version) == []


def test_everything_at_once_in_another_environment() -> None:
    found = checks("mindspore", "3.9.1", "'/my venv/bin/python' -m pip", mindspore="2.2", numpy="2.0", safetensors="")
    assert [(check.status, check.mend) for check in found] == [
        ("warn", "use a Python 3.10 to 3.12"),
        ("warn", "where it makes trouble: '/my venv/bin/python' -m pip install mindspore==2.10.0"),
        ("fail", "'/my venv/bin/python' -m pip install 'numpy<2'"),
        ("fail", "'/my venv/bin/python' -m pip install safetensors"),
    ]


def examined(
    monkeypatch: pytest.MonkeyPatch, outcome: Any, side: tuple[Check, ...] = (), **options: Any
) -> dict[str, tuple[Check, ...]]:
    """What is found where the pair that is tried ends like this, by part; ``[ready]`` is the checkup's own."""
    monkeypatch.setattr(doctor, "run", lambda *arguments: outcome)
    monkeypatch.setattr(doctor, "_side", lambda *arguments: side)
    checkup: Checkup = examine(RunOptions(**options))
    assert [part.name for part in checkup.parts] == ["torch", "mindspore", "this machine", "a pair of programs"]
    return {"[ready]": (Check(str(checkup.ready), ""),), **{part.name: part.checks for part in checkup.parts}}


READY, NOT_READY = (Check("True", ""),), (Check("False", ""),)


def test_a_pair_that_matches(monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = report(result(id="doctor/pair[pynative]"), result(id="doctor/pair[graph]"))
    found = examined(monkeypatch, outcome)
    assert found["[ready]"] == READY
    assert found["a pair of programs"] == (Check("ok", "ran and matched, in pynative and graph mode, in 1.5 s"),)


def test_what_works_needs_no_mending(monkeypatch: pytest.MonkeyPatch) -> None:
    odd = Check("fail", "torch is not installed", "pip install torch==2.13.0")
    fine, warned = Check("ok", "numpy 1.26.4"), Check("warn", "torch 2.1", "another")
    outcome = report(result(id="doctor/pair[graph]"))
    assert examined(monkeypatch, outcome, (odd, fine, warned))["torch"] == (
        Check("warn", odd.what, odd.mend),
        fine,
        warned,
    )
    broken = report(result("error"), problems={"torch": "torch is not installed"}, exit_code=3)
    assert examined(monkeypatch, broken, (odd, fine))["torch"] == (odd, fine)


def test_a_side_that_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    problems = {"torch": "torch is not installed", "mindspore": "importing mindspore took more than 300 s"}
    found = examined(monkeypatch, report(result("error"), problems=problems, exit_code=3))
    assert found["[ready]"] == NOT_READY
    assert found["a pair of programs"] == tuple(Check("fail", problem) for problem in problems.values())


def test_a_pair_that_differs_or_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = report(
        result("mismatch", "doctor/pair[pynative]", findings=(finding(),)),
        result("error", "doctor/pair[graph]", failures=(Failure("torch", "crash", "SIGSEGV"),)),
        exit_code=1,
    )
    found = examined(monkeypatch, outcome)
    assert found["[ready]"] == NOT_READY
    mend = "please report it, with the output of migcheck doctor --json -"
    assert found["a pair of programs"] == (
        Check("fail", "doctor/pair[pynative]: grad['x']: they differ", mend),
        Check("fail", "doctor/pair[graph]: torch: SIGSEGV", mend),
    )


def test_an_interrupt_is_no_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(KeyboardInterrupt):
        examined(monkeypatch, report(interrupted=True, exit_code=130))


@pytest.mark.parametrize(("cores", "memory"), [(1, 0), (4, 3 * 2**30)])
@pytest.mark.parametrize(("free", "status"), [(2**31 - 1, "warn"), (2**31, "ok")])
@pytest.mark.parametrize(("isolation", "forks"), [("fork", "ok"), ("spawn", "warn")])
def test_this_machine(
    monkeypatch: pytest.MonkeyPatch, cores: int, memory: int, free: int, status: str, isolation: str, forks: str
) -> None:
    monkeypatch.setattr(doctor, "cores", lambda: cores)
    monkeypatch.setattr(doctor, "memory_per_program", lambda slots: memory)
    monkeypatch.setattr(doctor, "threads_per_program", lambda slots: 1)
    monkeypatch.setattr(doctor, "free_space", lambda: ("/dev/shm", free))
    monkeypatch.setattr("platform.system", lambda: "Linux")
    found = examined(monkeypatch, report(result(id="doctor/pair[graph]")), isolation=isolation)["this machine"]
    assert found[0] == Check(
        "ok",
        "Linux, 1 core: 1 variant at the same time, 1 thread for each program"
        if cores == 1
        else "Linux, 4 cores: 4 variants at the same time, 1 thread and 3.0 GiB for each program",
    )
    assert found[1].status == forks
    mend = "set TMPDIR to a folder with more room" if status == "warn" else ""
    assert found[2] == Check(status, "arrays go through /dev/shm, 2.0 GiB free", mend)


@pytest.mark.parametrize("interpreter", ["/bin/true", "/bin/cat", "/nowhere/python", "/etc/passwd"])
def test_an_interpreter_that_is_none(interpreter: str) -> None:
    mend = "give another --torch-python"
    assert doctor._side("torch", interpreter) == (Check("fail", f"{interpreter} is no Python interpreter", mend),)


@pytest.mark.parametrize("module", ["json.py", "platform.py"])
def test_modules_of_a_project_are_not_taken_for_pythons_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, module: str
) -> None:
    (tmp_path / module).write_text("raise SystemExit\n")
    monkeypatch.chdir(tmp_path)
    assert doctor._side("torch", "")[0].status == "ok"


def test_an_interpreter_that_says_nothing_of_its_packages(tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho 3 11\n")
    python.chmod(0o755)
    what = f"{python} does not run as a Python interpreter does"
    assert doctor._side("torch", str(python)) == (Check("fail", what, "give another --torch-python"),)
