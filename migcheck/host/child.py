"""The life of one child process: cut off from its host, run one program, say how it ended, and go."""

from __future__ import annotations

import ctypes
import faulthandler
import json
import os
import signal
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict

from .job import Failure, Job
from .program import run
from .side import Side, side_named

_PR_SET_PDEATHSIG = 1


def live(
    job: Job, side: Side, stdout: int, stderr: int, control: int, stack: int, folder: str, close: Sequence[int] = ()
) -> None:
    """Run the job and end the process; never returns, whatever happens.

    ``control`` receives the end as JSON: ``process`` (its id), ``failure`` (null for none), and which of the side's
    late modules were ``imported``.  ``stack`` receives the Python stack of a crash or a time-out.
    ``folder`` becomes the working directory; the descriptors in ``close`` are closed.
    """
    status = 1
    try:
        for fd in close:
            os.close(fd)
        _cut_off(stdout, stderr, folder)
        _watch(stack, job.timeout)
        failure = run(job, side)
        _flush()
        _say(control, failure, [name for name in side.late if name in sys.modules])
        status = 0
    except BaseException as error:  # a fault of ours: said rather than lost
        _say(control, Failure("internal", f"internal error of migcheck: {type(error).__name__}: {error}"))
    finally:
        os._exit(status)


def _cut_off(stdout: int, stderr: int, folder: str) -> None:
    if hasattr(os, "setsid") and os.getpid() != os.getsid(0):
        os.setsid()
    if sys.platform == "linux":
        # Should the host be killed, its programs go with it.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGCHLD):
        signal.signal(name, signal.SIG_DFL)
    signal.set_wakeup_fd(-1)
    empty = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((empty, 0), (stdout, 1), (stderr, 2)):
        os.dup2(source, target)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)  # noqa: SIM115
    # What a framework drops into the working directory (MindSpore's rank_0/) goes with the run.
    os.makedirs(folder, exist_ok=True)
    os.chdir(folder)
    tempfile.tempdir = folder


def _watch(stack: int, timeout: float) -> None:
    # faulthandler's timer is a thread of C code: it needs no GIL, so it also ends a hang in native code.
    faulthandler.enable(stack)
    faulthandler.dump_traceback_later(timeout, exit=True, file=stack)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):  # closed or replaced by the program
            continue


def _say(control: int, failure: Failure | None, imported: Sequence[str] = ()) -> None:
    words: dict[str, str] | None = asdict(failure) if failure else None
    if words:  # a program may quote a file name that is no valid text
        words = {key: text.encode("utf-8", "backslashreplace").decode() for key, text in words.items()}
    message = json.dumps({"process": os.getpid(), "failure": words, "imported": list(imported)}).encode()
    while message:
        message = message[os.write(control, message) :]


def main(arguments: str) -> None:
    """The whole life in a fresh interpreter, where a process cannot be forked from the host."""
    given = json.loads(arguments)
    side = side_named(given["side"])
    side.load(given["threads"])
    live(Job(**given["job"]), side, 1, 2, given["control"], given["stack"], given["folder"])
