"""What is installed on each side, what will not work, and how to mend it.

The versions are those that pip knows.  Whether things work is not concluded from them but tried: a small pair of
programs is run and compared, on the way that every pair takes.
"""

from __future__ import annotations

import platform
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import msgspec
from msgspec import Struct

from migcheck import __version__
from migcheck.check import RunOptions
from migcheck.discover.case import SIDES
from migcheck.report.value import Report, failed
from migcheck.run.folder import free_space
from migcheck.run.host import ask, unusable
from migcheck.run.resources import cores, memory_per_program, threads_per_program
from migcheck.select.arguments import select
from migcheck.session import run
from migcheck.template import write_template

#: Of the JSON form.
FORMAT = 1

#: The versions that migcheck is tested with.
TESTED = {"torch": "2.13.0", "mindspore": "2.10.0"}
TESTED_PYTHON = ((3, 10), (3, 12))

#: What a side needs beside its framework.
_NEEDED = ("numpy", "safetensors")

#: Arrays between processes have less room than this: a large model may not fit.
_LITTLE_SPACE = 2 * 2**30

_LIST = """
import json, platform, sys
from importlib import metadata
def version(name):
    try:
        return metadata.version(name)
    except Exception:
        return ""
names = {"numpy", "safetensors", sys.argv[1]}
print(json.dumps({"python": platform.python_version(), "executable": sys.executable,
                  "packages": {name: version(name) for name in names}}))
"""


class Check(Struct, frozen=True):
    """One thing that was looked at."""

    #: ``ok``, ``warn`` or ``fail``.
    status: str
    #: One sentence.
    what: str
    #: What to do about it; empty for ``ok``.
    mend: str = ""


class Part(Struct, frozen=True):
    """What belongs together: a side, the machine, the pair that was tried."""

    name: str
    checks: tuple[Check, ...]


class Checkup(Struct, frozen=True, kw_only=True):
    """All that was looked at."""

    format: int = FORMAT
    migcheck: str = __version__
    #: Whether ``migcheck run`` can compare programs here.
    ready: bool
    parts: tuple[Part, ...]


class Installed(Struct, frozen=True):
    """What one interpreter has; a package that is not installed has the version ``""``."""

    python: str
    executable: str
    packages: Mapping[str, str]


def examine(options: RunOptions) -> Checkup:
    """Look at both sides and at this machine, and try a pair of programs."""
    sides = [Part(side, _side(side, options.interpreters.get(side, ""))) for side in SIDES]
    report = _try_pair(options)
    ready = report.exit_code == 0
    if ready:  # what works needs no mending, whatever pip knows of it
        sides = [Part(side.name, tuple(_milder(check) for check in side.checks)) for side in sides]
    machine = Part("this machine", _machine(options))
    return Checkup(ready=ready, parts=(*sides, machine, Part("a pair of programs", _pair(report))))


def _milder(check: Check) -> Check:
    return Check("warn", check.what, check.mend) if check.status == "fail" else check


def _side(side: str, interpreter: str) -> tuple[Check, ...]:
    python = interpreter or sys.executable
    if problem := unusable(python):
        return (Check("fail", f"{python} {problem}", f"give another --{side}-python"),)
    try:
        installed = msgspec.json.decode(ask(python, _LIST, side), type=Installed)
    except (OSError, subprocess.SubprocessError, msgspec.DecodeError):
        return (Check("fail", f"{python} does not run as a Python interpreter does", f"give another --{side}-python"),)
    return side_checks(side, installed, f"{shlex.quote(interpreter)} -m pip" if interpreter else "pip")


def side_checks(side: str, installed: Installed, pip: str) -> tuple[Check, ...]:
    """What is to say of the packages on one side; ``pip`` is the command that installs there."""
    version = tuple(int(part) for part in installed.python.split(".")[:2])
    python = f"Python {installed.python}  {installed.executable}"
    framework = installed.packages.get(side, "")
    found = []
    if TESTED_PYTHON[0] <= version <= TESTED_PYTHON[1]:
        found.append(Check("ok", python))
    else:
        tested = " to ".join(".".join(map(str, each)) for each in TESTED_PYTHON)
        found.append(Check("warn", f"{python}: migcheck is tested with {tested}", f"use a Python {tested}"))
    tested = TESTED[side]
    if not framework:
        found.append(Check("fail", f"{side} is not installed", f"{pip} install {side}=={tested}"))
    elif framework.partition("+")[0] != tested:
        mend = f"where it makes trouble: {pip} install {side}=={tested}"
        found.append(Check("warn", f"{side} {framework}: migcheck is tested with {tested}", mend))
    else:
        found.append(Check("ok", f"{side} {framework}"))
    for name in _NEEDED:
        there = installed.packages.get(name, "")
        if not there:
            wanted = "'numpy<2'" if (side, name) == ("mindspore", "numpy") else name
            found.append(Check("fail", f"{name} is not installed", f"{pip} install {wanted}"))
        elif (side, name) == ("mindspore", "numpy") and not there.startswith(("0.", "1.")):
            what = f"numpy {there}: mindspore imports with it and fails at its first operator"
            found.append(Check("fail", what, f"{pip} install 'numpy<2'"))
        else:
            found.append(Check("ok", f"{name} {there}"))
    return tuple(found)


def _machine(options: RunOptions) -> tuple[Check, ...]:
    found = []
    slots = cores()
    threads, memory = threads_per_program(slots), memory_per_program(slots)
    limit = f" and {memory / 2**30:.1f} GiB" if memory else ""
    count = f"{slots} core{'s' if slots > 1 else ''}"
    at_once = f"{slots} variant{'s' if slots > 1 else ''} at the same time"
    share = f"{threads} thread{'s' if threads > 1 else ''}{limit} for each program"
    found.append(Check("ok", f"{platform.system()}, {count}: {at_once}, {share}"))
    if options.isolation == "fork":
        found.append(Check("ok", "each program runs in a process forked from its host"))
    else:
        what = "each program starts a fresh interpreter, which costs the import of its framework"
        found.append(Check("warn", what, "on Linux, leave out --isolation spawn"))
    folder, free = free_space()
    text = f"arrays go through {folder}, {free / 2**30:.1f} GiB free"
    if free < _LITTLE_SPACE:
        found.append(Check("warn", text, "set TMPDIR to a folder with more room"))
    else:
        found.append(Check("ok", text))
    return tuple(found)


def _try_pair(options: RunOptions) -> Report:
    with tempfile.TemporaryDirectory(prefix="migcheck-") as folder:
        case = Path(folder) / "cases" / "doctor" / "pair"
        write_template(case)
        return run(select((str(case.parent.parent),), "", None), options, lambda result: None)


def _pair(report: Report) -> tuple[Check, ...]:
    if report.interrupted:
        raise KeyboardInterrupt
    if report.problems:
        return tuple(Check("fail", problem) for problem in report.problems.values())
    bad = [result for result in report.results if failed(result)]
    if not bad:
        ids = " and ".join(result.id.partition("[")[2].rstrip("]") for result in report.results)
        return (Check("ok", f"ran and matched, in {ids} mode, in {report.seconds:.1f} s"),)
    found = []
    for result in bad:
        reasons = [f"{failure.side}: {failure.reason}" for failure in result.failures]
        reasons += [f"{finding.leaf}: {finding.message}" for finding in result.findings]
        mend = "please report it, with the output of migcheck doctor --json -"
        found += [Check("fail", f"{result.id}: {reason}", mend) for reason in reasons]
    return tuple(found)
