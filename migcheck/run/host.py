"""One framework's host process, as the parent sees it."""

from __future__ import annotations

import itertools
import os
import re
import shlex
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from concurrent import futures
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

import execnet

from migcheck.errors import HostError
from migcheck.host import bootstrap
from migcheck.host.job import Job, Outcome, outcome_from

#: Seconds that a host may take to import its framework: minutes on a cold network file system are normal.
START_TIMEOUT = 300.0

#: The oldest Python that the code of a host runs on.
OLDEST_PYTHON = (3, 10)


#: What a side needs where migcheck itself is not installed.
_PACKAGES = {"torch": "torch numpy safetensors", "mindspore": "mindspore 'numpy<2' safetensors"}


@dataclass(frozen=True)
class HostOptions:
    """How the hosts of a run are set up."""

    #: The folder of the run.
    folder: Path
    #: Threads for a program's operators.
    threads: int
    #: ``fork`` or ``spawn``: how a host makes the process of a program.
    isolation: str
    #: Bytes of memory that one program may hold.
    memory: int
    #: By side: the absolute path of the Python that has its framework, this process's own if empty.
    interpreters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Versions:
    """What a host runs on."""

    framework: str
    python: str
    numpy: str
    executable: str


class Host:
    """Starts a host and gives it jobs.  Several threads may use it at once."""

    def __init__(self, side: str, options: HostOptions) -> None:
        """Start the process; :meth:`ready` waits for it."""
        self.side = side
        self._interpreter = options.interpreters.get(side, "")
        self._lock = threading.Lock()
        self._waiting: dict[int, futures.Future[Outcome]] = {}
        self._hello: futures.Future[dict[str, Any]] = futures.Future()
        self._gone = ""
        self._closed = False
        self._group = execnet.Group()
        self._channel: Any = None
        if self._interpreter and (problem := unusable(self._interpreter)):
            self._end(f"{self._interpreter} {problem}; give another --{side}-python")
            return
        python = self._interpreter or sys.executable
        try:
            self._channel = self._start(_one_slash(python), options)
        except Exception as error:  # execnet's ways to say that nobody answers
            why = f" ({error})" if str(error) else ": does it print something when it starts?"
            self._end(f"{python} does not answer as a Python interpreter does{why}")

    def _start(self, python: str, options: HostOptions) -> Any:
        """The channel to a new process that has been told what to do."""
        scratch = _one_slash(str(options.folder / self.side))
        Path(scratch).mkdir(exist_ok=True)
        # A Python that is given its code as text looks for modules where it starts: not in a folder of the user's.
        start = shlex.join([*_python_path(), "sh", "-c", 'cd "$0" && exec "$@"', scratch, python])
        with _sigint_blocked():
            gateway = self._group.makegateway(f"popen//execmodel=main_thread_only//id={self.side}//python={start}")
        channel = gateway.remote_exec(bootstrap)
        channel.send(
            {
                "side": self.side,
                "scratch": scratch,
                "run": str(options.folder),
                "threads": options.threads,
                "isolation": options.isolation,
                "memory": options.memory,
                "environment": _environment(options.threads),
                "sources": _sources(),
            }
        )
        channel.setcallback(self._receive, endmarker=None)
        return channel

    def ready(self) -> Versions:
        """Wait until the framework is imported.

        Raises:
            HostError: it cannot be used; the message says why and what to do.
        """
        try:
            hello = self._hello.result(START_TIMEOUT)
        except futures.TimeoutError:
            raise HostError(f"importing {self.side} took more than {START_TIMEOUT:g} s") from None
        if hello["problem"]:
            raise HostError(self._import_problem(hello))
        if hello["operator"]:
            of_numpy = self.side == "mindspore" and int(hello["numpy"].partition(".")[0]) >= 2
            beside = f" with numpy {hello['numpy']}" if of_numpy else ""
            mend = f"; run: {self._pip} install 'numpy<2'" if of_numpy else ""
            what = f"{self.side} {hello['version']} cannot run{beside}: its first operator fails"
            raise HostError(f"{what} ({hello['operator']}){mend}")
        return Versions(hello["version"], hello["python"], hello["numpy"], hello["executable"])

    def submit(self, job: Job) -> futures.Future[Outcome]:
        """Run a job; the future raises :class:`HostError` if the host ends before the job does."""
        future: futures.Future[Outcome] = futures.Future()
        with self._lock:
            if self._gone:
                future.set_exception(HostError(self._gone))
                return future
            self._waiting[job.id] = future
        try:
            self._channel.send(asdict(job))
        except OSError:
            self._end(f"the {self.side} host is gone")
        return future

    def close(self) -> None:
        """End the host and every program that it runs; a second time does nothing."""
        if self._closed:
            return
        self._closed = True
        self._end("the run was ended")
        try:
            if self._channel:
                self._channel.send({"bye": True})
        except OSError:  # gone already
            pass
        self._group.terminate(timeout=1.0)

    @property
    def _pip(self) -> str:
        """The pip that installs where the host's framework is."""
        return f"{shlex.quote(self._interpreter)} -m pip" if self._interpreter else "pip"

    def _import_problem(self, hello: dict[str, Any]) -> str:
        said = str(hello["problem"]).strip().splitlines()[0]
        where = f"Python {hello['python']}" + (f" ({self._interpreter})" if self._interpreter else "")
        missing = said.startswith("ModuleNotFoundError")
        if missing and f"'{self.side}'" in said:
            return f"{self.side} is not installed for {where}; run: {self._pip} install {_PACKAGES[self.side]}"
        if missing and hello["ours"]:
            return f"{where} needs numpy and safetensors; run: {self._pip} install {_PACKAGES[self.side]}"
        return f"{self.side} cannot be imported ({where}): {said}"

    def _receive(self, message: dict[str, Any] | None) -> None:
        """On execnet's receiver thread."""
        if message is None:
            self._end(f"the {self.side} host ended unexpectedly")
        elif "fault" in message:
            self._end(f"the {self.side} host ended by an internal error of migcheck: {message['fault']}")
        elif "problem" in message:
            with self._lock:
                if not self._hello.done():
                    self._hello.set_result(message)
        else:
            outcome = outcome_from(message)
            with self._lock:
                future = self._waiting.pop(outcome.id, None)
            if future:
                future.set_result(outcome)

    def _end(self, why: str) -> None:
        with self._lock:
            self._gone = self._gone or why
            waiting, self._waiting = self._waiting, {}
            if not self._hello.done():
                self._hello.set_exception(HostError(self._gone))
        for future in waiting.values():
            future.set_exception(HostError(self._gone))


_ids = itertools.count(1)


def next_job_id() -> int:
    """A number that no other job of this process has."""
    return next(_ids)


def _sources() -> dict[str, str]:
    package = resources.files("migcheck.host")
    return {file.name: file.read_text(encoding="utf-8") for file in package.iterdir() if file.name.endswith(".py")}


def _environment(threads: int) -> dict[str, str]:
    """Set before numpy and the framework load: their thread pools read it once."""
    count = str(threads)
    names = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
    return dict.fromkeys(names, count)


def _python_path() -> list[str]:
    """What makes the entries of PYTHONPATH absolute, for a process that starts in another folder."""
    given = os.environ.get("PYTHONPATH")
    if not given:
        return []
    entries = (_one_slash(os.path.abspath(each)) for each in given.split(os.pathsep))
    return ["env", f"PYTHONPATH={os.pathsep.join(entries)}"]


def _one_slash(path: str) -> str:
    """A path without two slashes in a row, which POSIX lets stand at its beginning, and execnet takes for its own."""
    return re.sub("//+", "/", path)


def ask(interpreter: str, code: str, *arguments: str) -> str:
    """The last line that an interpreter prints when it runs ``code``; empty if it prints nothing.

    Raises:
        OSError, subprocess.SubprocessError: it cannot be started, or takes too long.
    """
    done = subprocess.run(
        [interpreter, "-c", code, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=START_TIMEOUT,
        text=True,
        errors="replace",
        cwd="/",  # not where a module of the user's may stand in for one of Python's
    )
    return (done.stdout.strip().splitlines() or [""])[-1]


def unusable(interpreter: str) -> str:
    """Why a file cannot be the Python of a host; empty if it can."""
    code = "import sys; sys.stdout.write('%d %d' % sys.version_info[:2])"
    try:
        said = ask(interpreter, code)
        version = tuple(int(part) for part in said.split())
    except (OSError, ValueError, subprocess.SubprocessError):
        version = ()
    if len(version) != 2:
        return "is no Python interpreter"
    if version < OLDEST_PYTHON:
        return f"is Python {version[0]}.{version[1]}; a host needs {OLDEST_PYTHON[0]}.{OLDEST_PYTHON[1]} or newer"
    return ""


@contextmanager
def _sigint_blocked() -> Iterator[None]:
    """A process started inside inherits the blocked signal, so Ctrl-C cannot reach it before it is set up."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
