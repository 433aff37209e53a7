"""``--memory-limit``: a program that holds more ends, and nothing else does."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from migcheck.cli.run import run_command
from migcheck.host.job import Job
from migcheck.host.running import Running
from tests.cli.command import migcheck, migcheck_here
from tests.real import write_case

TORCH = """
    def program(x):
        hoard = {}
        y = x**2
        y.backward()
        return y, {{"x": x.grad}}
"""

MINDSPORE = """
    import mindspore as ms
    import numpy as np

    def program(x):
        hoard = np.ones(1 << 27)  # 1 GiB
        value, gradient = ms.value_and_grad(lambda x: x**2)(x)
        return value, {"x": gradient}
"""


@pytest.mark.slow
def test_a_program_that_holds_a_gigabyte(tmp_path: Path) -> None:
    cases = tmp_path / "cases"
    write_case(cases, "a/at_once", torch=TORCH.format("bytearray(1 << 30)"))
    write_case(cases, "a/by_and_by", torch=TORCH.format("[bytearray(1 << 20) for _ in range(1024)]"))
    write_case(cases, "a/fine")
    write_case(cases, "a/port", mindspore=MINDSPORE)
    done = migcheck("run", "--memory-limit", "600M", "--json", "report.json", cwd=tmp_path)
    assert done.returncode == 3
    results = {each["id"]: each for each in json.loads((tmp_path / "report.json").read_text())["results"]}
    assert results.pop("a/fine")["verdict"] == "match"
    for name, result in results.items():
        (failure,) = result["failures"]
        side = "mindspore" if name == "a/port" else "torch"
        assert (result["verdict"], failure["side"], failure["kind"]) == ("error", side, "memory")
        held = re.fullmatch(r"killed because it held (\d+) MiB \(limit 600 MiB\)", failure["reason"])
        assert held
        assert 600 <= int(held[1]) < 800  # docs/security.md says by how much it may overshoot
    assert re.search(r"\n  torch: killed because it held \d+ MiB \(limit 600 MiB\)\n", done.stdout)


@pytest.mark.parametrize(
    ("size", "given"),
    [
        ("256M", 2**28),
        ("600M", 600 * 2**20),
        ("2G", 2**31),
        ("1.5g", 3 * 2**29),
        ("2 GiB", 2**31),
        ("2GB", 2**31),
        ("300000K", 300_000 * 2**10),
        ("1T", 2**40),
    ],
)
def test_sizes(size: str, given: int) -> None:
    (option,) = (each for each in run_command.params if each.name == "memory_limit")
    assert option.type.convert(size, option, None) == given


UNIT = "is no size; write a number and a unit, such as 2G or 500M"
RANGE = "is out of range: at least 256M, which a framework alone takes, and below 1024T"


@pytest.mark.parametrize(
    ("size", "said"),
    [
        *((size, UNIT) for size in ("600", "", "G", "1X", "-1G", "1.5.5G", "1e3M", "inf", "nanG", "１G", "2G2")),
        *((size, RANGE) for size in ("0G", "255M", "1K", "1024T", "9" * 400 + "T")),
    ],
)
def test_no_size(tmp_path: Path, size: str, said: str) -> None:
    code, out, err = migcheck_here("run", "--memory-limit", size, cwd=tmp_path)
    assert (code, out) == (2, "")
    assert err.splitlines()[-1] == f"Error: Invalid value for '--memory-limit': {size!r} {said}"


def test_from_the_environment_and_the_file(tmp_path: Path) -> None:
    (tmp_path / "cases").mkdir()
    code, _, err = migcheck_here("run", cwd=tmp_path, env={"MIGCHECK_MEMORY_LIMIT": "1X"})
    assert (code, err.splitlines()[-1]) == (
        2,
        f"Error: Invalid value for the environment variable MIGCHECK_MEMORY_LIMIT: '1X' {UNIT}",
    )
    (tmp_path / "pyproject.toml").write_text("[tool.migcheck]\nmemory-limit = 2\n")
    code, _, err = migcheck_here("run", cwd=tmp_path)
    assert (code, err) == (2, "migcheck: pyproject.toml:2: [tool.migcheck]: memory-limit must be a string, not 2\n")


@pytest.fixture
def running() -> Running:
    return Running(Job(1, "", "", "", ""))


@pytest.mark.parametrize(
    ("limit", "held", "said"),
    [
        (600 * 2**20, 600 * 2**20 + 4096, "killed because it held 600 MiB (limit 600 MiB)"),
        (2**30, 3 * 2**29, "killed because it held 1.5 GiB (limit 1.0 GiB)"),
        (600 * 2**20, 600 * 2**20, None),
        (0, 2**60, None),
    ],
)
def test_what_is_said(
    running: Running, limit: int, held: int, said: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("migcheck.host.running.memory_of", lambda pid: held)
    monkeypatch.setattr(running, "kill", lambda failure: setattr(running, "_killed", failure))
    room = running.check(running.started, limit)
    assert room == (limit - held if limit else float("inf"))
    assert running._killed is None if said is None else running._killed and running._killed.reason == said
    running.abandon()


@pytest.mark.parametrize(
    "said",
    ["", "5", "[]", "{}", "[" * 100_000, '{"process": 0, "imported": 1, "failure": null}', '{"failure": {"a": 1}}'],
)
def test_a_program_that_writes_to_our_pipes_ends_itself_alone(running: Running, said: str) -> None:
    running._said["control"] = bytearray(said.encode())
    failure = running._failure(0)
    assert failure
    assert failure.reason == (
        "the process ended before it could report: the program called os._exit(0), or closed file descriptors that "
        "are not its own"
    )
    running.abandon()


def test_a_program_that_floods_our_pipes(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    monkeypatch.setattr("os.killpg", lambda pid, number: None)
    monkeypatch.setattr("os.kill", lambda pid, number: None)
    for _ in range(40):
        os.write(running.child_ends["control"], b" " * 2**15)
        if not running.read("control"):
            break
    assert running._killed
    assert running._killed.reason == "killed because it wrote to a pipe that is not its own"
    running.abandon()
