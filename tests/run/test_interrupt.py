"""Ctrl-C, a polite end and a hard one: what was checked is reported, and nothing is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.real import write_case

SLEEPS = "import time\n\ndef program(x):\n    time.sleep(500)\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_case(tmp_path / "cases", "a/square")
    write_case(tmp_path / "cases", "b/sleeps", torch=SLEEPS)
    write_case(tmp_path / "cases", "b/sleeps_too", mindspore=SLEEPS)
    (tmp_path / "run").mkdir()
    return tmp_path


@pytest.fixture
def running(project: Path) -> Iterator[subprocess.Popen[str]]:
    """A run that has checked its first case and hangs in the next two."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "migcheck", "run", "-n", "2"],
        cwd=project,
        env={**os.environ, "TMPDIR": str(project / "run"), "XDG_CACHE_HOME": str(project / "cache")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with process:
        yield process
        process.kill()


def family(process: subprocess.Popen[str]) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def wait_for(condition: object, seconds: float = 20.0) -> bool:
    assert callable(condition)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


def gone(processes: list[psutil.Process]) -> bool:
    return not any(each.is_running() and each.status() != psutil.STATUS_ZOMBIE for each in processes)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupt_keeps_the_results_and_leaves_nothing(
    project: Path, running: subprocess.Popen[str], number: signal.Signals
) -> None:
    assert running.stdout is not None
    first = running.stdout.readline()
    assert first.startswith("match     a/square")
    assert wait_for(lambda: len(family(running)) == 4)  # two hosts, and two programs that sleep
    members = family(running)
    os.killpg(running.pid, number)  # as a terminal does: to every process of the group
    stdout, stderr = running.communicate(timeout=30)
    assert running.returncode == 130
    assert "interrupted: 1 match, 2 not checked in " in stdout
    assert stderr == ""
    assert wait_for(lambda: gone(members))
    assert list((project / "run").iterdir()) == []


def test_a_killed_parent_leaves_nothing(project: Path, running: subprocess.Popen[str]) -> None:
    assert running.stdout is not None
    running.stdout.readline()
    assert wait_for(lambda: len(family(running)) == 4)
    members = family(running)
    running.kill()
    running.communicate(timeout=30)
    assert wait_for(lambda: gone(members))
    assert wait_for(lambda: not list((project / "run").iterdir()))


@pytest.mark.parametrize("delay", [0.0, 0.2, 0.6])
def test_an_interrupt_during_the_start_leaves_nothing(
    project: Path, running: subprocess.Popen[str], delay: float
) -> None:
    assert wait_for(lambda: list((project / "run").iterdir()))  # from here on there is something to leave behind
    time.sleep(delay)
    members = family(running)
    os.killpg(running.pid, signal.SIGINT)
    _, stderr = running.communicate(timeout=30)
    assert running.returncode == 130
    assert stderr == ""
    assert wait_for(lambda: gone(members))
    assert list((project / "run").iterdir()) == []
