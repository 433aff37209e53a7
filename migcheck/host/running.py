"""One child process as its host sees it: its pipes, its deadline, and in the end how it ended."""

from __future__ import annotations

import json
import math
import os
import signal
import time

from .job import Failure, Job, Outcome

#: Bytes of a program's stdout and of its stderr that are kept: the last ones.
KEPT = 64 * 1024
#: Bytes that a program may write to one of them.
MOST_OUTPUT = 64 * 1024 * 1024
#: Bytes that it may write to the pipes of ours; what we write there is cut far below it.
_MOST_SAID = 1024 * 1024
#: Seconds after the deadline at which a child is killed that its own watchdog has not ended.
_GRACE = 1.0

_STREAMS = ("stdout", "stderr", "control", "stack")


class Running:
    """A child of the host.  Whoever starts it, with :attr:`child_ends` as its descriptors, calls :meth:`began`."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.pid = 0
        self.folder = ""
        self.started = time.monotonic()
        self.deadline = self.started + job.timeout
        #: Late modules of the framework that the program needed; known when it has ended.
        self.imported: list[str] = []
        self.host_ends: dict[str, int] = {}
        self.child_ends: dict[str, int] = {}
        for stream in _STREAMS:
            read, write = os.pipe()
            os.set_blocking(read, False)
            self.host_ends[stream] = read
            self.child_ends[stream] = write
        self._said = {stream: bytearray() for stream in _STREAMS}
        self._counts = dict.fromkeys(_STREAMS, 0)
        self._killed: Failure | None = None
        self._status = 0

    def began(self, pid: int, loading: float = 0.0) -> None:
        """The child is there; its time runs from now on, after ``loading`` seconds for it to import its framework."""
        self.pid = pid
        self.started = time.monotonic()
        self.deadline = self.started + self.job.timeout + loading

    def abandon(self) -> None:
        """There will be no child: close all ends of its pipes."""
        self.close_child_ends()
        for fd in self.host_ends.values():
            os.close(fd)
        self.host_ends = {}

    def close_child_ends(self) -> None:
        """Close the host's copies of the child's ends, once the child has them."""
        for fd in self.child_ends.values():
            os.close(fd)
        self.child_ends = {}

    def read(self, stream: str) -> bool:
        """Take what a pipe holds, keeping the end of it; False when the pipe is closed."""
        while True:
            try:
                chunk = os.read(self.host_ends[stream], 1 << 16)
            except BlockingIOError:
                return True
            if not chunk:
                return False
            kept = self._said[stream]
            kept += chunk
            self._counts[stream] += len(chunk)
            if stream in ("stdout", "stderr"):
                del kept[:-KEPT]
                if self._counts[stream] > MOST_OUTPUT:
                    size = MOST_OUTPUT // 1024 // 1024
                    self.kill(Failure("output", f"killed because it wrote more than {size} MiB to {stream}"))
                    return False
            elif self._counts[stream] > _MOST_SAID:
                self.kill(Failure("output", "killed because it wrote to a pipe that is not its own"))
                return False

    def check(self, now: float, memory: int) -> float:
        """Kill the child if it is past its deadline or holds more than ``memory`` bytes, 0 for no limit.

        Returns how many bytes more it may hold.
        """
        held = memory_of(self.pid) if memory else 0
        if now > self.deadline + _GRACE:
            self.kill(Failure("timeout", f"still running after its timeout of {self.job.timeout:g} s"))
        elif held > memory:
            unit, name, digits = (2**30, "GiB", 1) if memory >= 2**30 else (2**20, "MiB", 0)
            sizes = f"{held / unit:.{digits}f} {name} (limit {memory / unit:.{digits}f} {name})"
            self.kill(Failure("memory", f"killed because it held {sizes}"))
        return memory - held if memory else math.inf

    def kill(self, failure: Failure | None = None) -> None:
        """End the child and whatever it started; the first reason given is the one reported."""
        self._killed = self._killed or failure
        for end in (os.killpg, os.kill):
            try:
                end(self.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):  # gone, or not yet the leader of its group
                continue

    def ended(self) -> bool:
        """Whether the child has ended; asked again only while it has not."""
        pid, self._status = os.waitpid(self.pid, os.WNOHANG)
        return pid != 0

    def outcome(self) -> Outcome:
        """End what the ended child left running, and say how it went."""
        seconds = time.monotonic() - self.started
        for stream in _STREAMS:
            self.read(stream)
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass
        for fd in self.host_ends.values():
            os.close(fd)
        failure = self._failure(os.waitstatus_to_exitcode(self._status))
        return Outcome(self.job.id, failure, self._text("stdout"), self._text("stderr"), seconds)

    def _text(self, stream: str) -> str:
        return self._said[stream].decode("utf-8", "replace")

    def _failure(self, code: int) -> Failure | None:
        if self._killed:
            return self._killed
        stack = _own_frames(self._text("stack"))
        if stack.startswith("Timeout"):
            reason = f"still running after its timeout of {self.job.timeout:g} s"
            return Failure("timeout", reason, stack.partition("\n")[2])
        try:
            said = json.loads(self._said["control"])
            process, imported = said["process"], [str(each) for each in said["imported"]]
            failure = Failure(**said["failure"]) if said["failure"] else None
        except (ValueError, TypeError, LookupError, RecursionError):  # a program may write to any of its descriptors
            return Failure(*_ending(code), stack)
        if code != 0 or process != self.pid:
            return Failure(*_ending(code), stack)
        self.imported = imported
        return failure


def _ending(code: int) -> tuple[str, str]:
    if code >= 0:
        call = f"the program called os._exit({code}), or closed file descriptors that are not its own"
        return "exit", f"the process ended before it could report: {call}"
    if code == -signal.SIGKILL:
        return "memory", "killed by SIGKILL, as the system does to a process when memory runs out"
    name = signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"
    return "crash", f"crashed with {name}" + (f" ({_MEANING[name]})" if name in _MEANING else "")


_MEANING = {
    "SIGSEGV": "invalid memory access in native code",
    "SIGFPE": "integer division by zero or the like in native code",
    "SIGABRT": "native code gave up",
    "SIGBUS": "invalid memory access in native code, or no space left in shared memory",
    "SIGILL": "an instruction that this processor does not know",
}


def _own_frames(text: str) -> str:
    """faulthandler's stack, most recent call first, down to where the user's code was called."""
    kept = []
    below = False
    for line in text.splitlines():
        frame = line.startswith("  File ")
        below = frame and (below or "_migcheck_host" in line)
        if not (below or "<frozen importlib" in line or line.startswith("Extension modules:")):
            kept.append(line)
    return "\n".join(kept).strip()


def memory_of(pid: int) -> int:
    """The resident memory of a process in bytes, 0 where the system does not tell it as Linux does."""
    try:
        with open(f"/proc/{pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0
