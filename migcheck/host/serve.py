"""The host process: holds one framework, imported once, and runs each job in a child process of its own.

The host runs nothing of a program, so that each begins where the others did: it imports, forks and watches.  It is one
loop over file descriptors: the wire's receiver thread wakes it for a job, a signal for a child that ended, a pipe for
what a child says, a clock for deadlines and memory.
"""

from __future__ import annotations

import gc
import importlib
import json
import math
import os
import platform
import queue
import selectors
import shutil
import signal
import subprocess
import sys
import time
import warnings
from dataclasses import asdict
from typing import Any

import numpy as np

from . import child
from .huge import collapse
from .job import Failure, Job, Outcome
from .running import Running, memory_of
from .side import side_named

#: Seconds between two looks at the memory of the children, at most and at least: fewer the less they may still take.
_TICK = 0.05
_SHORTEST_TICK = 0.002
#: Bytes that a process can fill in a second.
_FASTEST = 4 * 2**30
#: Seconds that a spawned child may take to import its framework, on top of its timeout.
_LOADING = 120.0


class Server:
    """Serves jobs from ``channel`` until it closes.

    ``config``: ``side``, ``scratch`` (a folder of this host's own), ``threads``, ``isolation`` (``fork`` or ``spawn``),
    ``memory`` (bytes that a program may hold).
    """

    def __init__(self, channel: Any, config: dict[str, Any]) -> None:
        self._channel = channel
        self._config = config
        self._side = side_named(config["side"])
        self._mail: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._running: dict[int, Running] = {}
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_read, False)
        os.set_blocking(self._wake_write, False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._wake_read, selectors.EVENT_READ)
        # Before the framework opens descriptors of its own, which its programs need.
        self._own = _descriptors() - {0, 1, 2}
        self._tick = _TICK
        self._next_look = 0.0
        self._next_look_at_all = 0.0
        #: Whether the parent went without a word, so that nobody else is left to remove what the run wrote.
        self.orphaned = False

    def serve(self) -> None:
        """Import the framework, report it, and work until the parent closes the wire or is gone."""
        gc.disable()  # the many objects of an import are there to stay
        try:
            version = self._side.load(self._config["threads"])
        except BaseException as error:  # a framework may fail to import in any way; the parent reports it
            problem = f"{type(error).__name__}: {error}"
            self._say({"problem": problem, "python": platform.python_version(), "ours": False})
            self._channel.setcallback(self._receive, endmarker=None)
            self._loop()
            return
        sys.dont_write_bytecode = True  # of the user's modules, into the user's folders
        _offer_to_the_oom_killer()
        operator = self._warm_up()
        gc.freeze()  # keeps the children's collector off the pages that they share with the host
        collapse()
        gc.enable()
        self._say(
            {
                "problem": "",
                "python": platform.python_version(),
                "numpy": np.__version__,
                "version": version,
                "executable": sys.executable,
                "operator": operator,
            }
        )
        signal.set_wakeup_fd(self._wake_write, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self._channel.setcallback(self._receive, endmarker=None)
        try:
            self._loop()
        finally:
            for running in self._running.values():
                running.kill()

    def _say(self, message: dict[str, Any]) -> None:
        try:
            self._channel.send(message)
        except OSError:  # the parent is gone; the loop will be told
            return

    def _receive(self, message: dict[str, Any] | None) -> None:
        """On the wire's receiver thread: hand over and wake the loop."""
        self._mail.put(message)
        os.write(self._wake_write, b"m")

    def _loop(self) -> None:
        while True:
            for key, _ in self._selector.select(self._tick if self._running else None):
                if key.fd == self._wake_read:
                    _drain(self._wake_read)
                else:
                    running, stream = key.data
                    if not running.read(stream):
                        self._selector.unregister(key.fd)
            while not self._mail.empty():
                message = self._mail.get()
                if message is None or "bye" in message:
                    self.orphaned = message is None
                    return
                job = Job(**message)
                try:
                    self._start(job)
                except OSError as error:  # no process, no memory, no room, or no rest for it
                    failure = Failure("host", f"its process cannot be started: {error}")
                    self._say(asdict(Outcome(job.id, failure, "", "", 0.0)))
            self._watch()

    def _watch(self) -> None:
        for running in [each for each in self._running.values() if each.ended()]:
            self._finish(running)
        now = time.monotonic()
        if now < self._next_look:
            return
        room = min((each.check(now, self._config["memory"]) for each in self._running.values()), default=math.inf)
        self._tick = min(_TICK, max(_SHORTEST_TICK, room / _FASTEST))
        self._next_look = now + self._tick
        if now < self._next_look_at_all:
            return
        self._next_look_at_all = now + _TICK
        if self._running and _memory_is_short():
            max(self._running.values(), key=lambda each: memory_of(each.pid)).kill(
                Failure("memory", "killed because the machine ran out of memory; the program held the most of it")
            )

    def _start(self, job: Job) -> None:
        running = Running(job)
        try:
            self._start_child(running, os.path.join(self._config["scratch"], f"job-{job.id}"))
        except OSError:
            running.abandon()
            raise

    def _start_child(self, running: Running, folder: str) -> None:
        job = running.job
        # Nothing of the host's may stay open in a program: not the wire, not another program's pipes.
        ours = [fd for each in (*self._running.values(), running) for fd in each.host_ends.values()]
        ours += self._own
        if self._config["isolation"] == "fork" and not job.allocator:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # Python 3.12 warns of fork in a process with threads; see above
                pid = self._side.fork()
            if pid == 0:
                child.live(job, self._side, **running.child_ends, folder=folder, close=ours)
            running.began(pid)
        else:
            running.began(self._spawn(job, running, folder), _LOADING)
        running.folder = folder
        running.close_child_ends()
        self._running[running.pid] = running
        for stream, fd in running.host_ends.items():
            self._selector.register(fd, selectors.EVENT_READ, (running, stream))

    def _spawn(self, job: Job, running: Running, folder: str) -> int:
        ends = running.child_ends
        given = {
            "side": self._config["side"], "threads": self._config["threads"], "job": asdict(job),
            "control": ends["control"], "stack": ends["stack"], "folder": folder,
        }  # fmt: skip
        poison = {"MALLOC_PERTURB_": str(job.allocator)} if job.allocator else {}
        code = "import sys; sys.path.insert(0, sys.argv[1]); from _migcheck_host.child import main; main(sys.argv[2])"
        process = subprocess.Popen(
            [sys.executable, "-c", code, self._config["scratch"], json.dumps(given)],
            stdin=subprocess.DEVNULL,
            stdout=ends["stdout"],
            stderr=ends["stderr"],
            pass_fds=(ends["control"], ends["stack"]),
            start_new_session=True,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **poison},
        )
        process.returncode = 0  # reaped here, by pid, as a forked child is
        return process.pid

    def _finish(self, running: Running) -> None:
        del self._running[running.pid]
        for fd in running.host_ends.values():
            if fd in self._selector.get_map():
                self._selector.unregister(fd)
        outcome: Outcome = running.outcome()
        shutil.rmtree(running.folder, ignore_errors=True)
        self._say(asdict(outcome))
        for name in running.imported:
            if name in self._side.late and name not in sys.modules:  # a program may say anything
                importlib.import_module(name)
                gc.freeze()

    def _warm_up(self) -> str:
        """What the first operator says where it fails; empty if it works."""
        try:
            self._side.warm_up(forks=self._config["isolation"] == "fork")
        except Exception as error:  # any failure of a first operator is the answer
            root: BaseException = error
            while root.__cause__ or root.__context__:
                root = root.__cause__ or root.__context__ or root
            said = str(root).strip().splitlines() or [""]
            return f"{type(root).__name__}: {said[0]}"
        return ""


def _offer_to_the_oom_killer() -> None:
    """Should memory run out, a program goes, the one that holds the most, rather than the parent.

    Programs inherit this; to set it in each takes a millisecond.
    """
    try:
        with open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
            file.write("1000")
    except OSError:  # not Linux, or not permitted in a container; the memory limit still holds
        return


def _descriptors() -> set[int]:
    """The file descriptors that are open now."""
    listing = "/proc/self/fd" if os.path.isdir("/proc/self/fd") else "/dev/fd"
    return {int(name) for name in os.listdir(listing) if _is_open(int(name))}


def _is_open(fd: int) -> bool:
    try:
        os.fstat(fd)
    except OSError:  # that of the listing itself
        return False
    return True


def _drain(fd: int) -> None:
    try:
        while os.read(fd, 4096):
            continue
    except BlockingIOError:
        return


def _memory_is_short() -> bool:
    """Less than 2 % of the memory is left, as Linux tells it."""
    try:
        with open("/proc/meminfo", encoding="ascii") as file:
            sizes = dict(line.split(":", 1) for line in file)
        return int(sizes["MemAvailable"].split()[0]) < 0.02 * int(sizes["MemTotal"].split()[0])
    except (OSError, KeyError, ValueError):
        return False
