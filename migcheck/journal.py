"""What a run has found, written down as it comes: ``--lf`` and ``migcheck report LAST`` work after a ``kill -9``.

A file of JSON lines for each run, in the user's cache folder, in a folder for each project, so that a read-only
checkout works and no file of ours appears in it.  The newest few are kept.
"""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import msgspec
from msgspec import Struct

from migcheck.report.json import compact
from migcheck.report.sources import LARGEST_OF_ALL, sources_of
from migcheck.report.value import Environment, Report, Result, concluded, failed

#: Journals of a project that are kept.
_KEPT = 5


class Started(Struct, frozen=True, tag="started"):
    """The first line: the report without its results, what is to be checked, and what had failed before."""

    report: Report
    ids: tuple[str, ...]
    failed: tuple[str, ...]
    #: By id: the versions of the frameworks, by side, with which it was checked before.
    versions: dict[str, dict[str, str]] = {}


class Ready(Struct, frozen=True, tag="ready"):
    """The hosts are there."""

    environments: dict[str, Environment]
    problems: dict[str, str]


class Checked(Struct, frozen=True, tag="checked"):
    """A result; a later one of the same id, with its diagnosis, stands in its place.

    With it goes the text of its files, so that whoever reads a journal opens no file that it names.
    """

    result: Result
    #: Those that no line before has.
    sources: dict[str, str] = {}


class Ended(Struct, frozen=True, tag="ended"):
    """The last line, which a run that was killed has not: the report without its results."""

    report: Report


class Journal:
    """The journal of one run.  A disk that is full or a cache that cannot be written to costs the journal alone."""

    def __init__(self) -> None:
        self._fd = -1
        self._sources: set[str] = set()
        self._room = LARGEST_OF_ALL
        #: Why there is no journal, or an incomplete one; empty if there is one.
        self.problem = ""

    def started(self, report: Report, ids: Iterable[str]) -> None:
        """Begin, with the report as far as it is known."""
        past = _past()
        try:
            folder = _folder()
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for old in sorted(folder.glob("*.jsonl"))[: -_KEPT + 1]:
                old.unlink(missing_ok=True)
            file = folder / f"{time.time_ns():020}-{os.getpid()}.jsonl"
            # What programs print may be the user's secret.
            self._fd = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC, 0o600)
        except (OSError, RuntimeError) as error:  # RuntimeError: a user without a home
            self.problem = str(error)
        bare = msgspec.structs.replace(report, results=())
        self._write(Started(bare, tuple(ids), tuple(sorted(past.failed)), past.versions))

    def ready(self, environments: dict[str, Environment], problems: dict[str, str]) -> None:
        """What the hosts run on."""
        self._write(Ready(environments, problems))

    def checked(self, result: Result) -> None:
        """A result has come."""
        found = sources_of([result], self._room) if self._fd >= 0 else {}
        sources = {path: text for path, text in found.items() if path not in self._sources}
        self._sources.update(sources)
        self._room -= sum(map(len, sources.values()))
        self._write(Checked(result, sources))

    def ended(self, report: Report) -> None:
        """The run is over."""
        self._write(Ended(msgspec.structs.replace(report, results=())))
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def _write(self, line: Struct) -> None:
        if self._fd < 0:
            return
        data = compact(line) + b"\n"
        try:
            while data:
                data = data[os.write(self._fd, data) :]
        except OSError as error:
            self.problem = str(error)
            os.close(self._fd)
            self._fd = -1


def last_report() -> Report | None:
    """The report of the last run in this folder, as far as it came; None if none is recorded."""
    each = next(_journals(), None)
    if each is None:
        return None
    found = tuple(each.results[id] for id in each.started.ids if id in each.results)
    if each.ended:
        return msgspec.structs.replace(each.ended.report, results=found)
    started, ready = each.started, each.ready
    report = msgspec.structs.replace(
        started.report,
        environments=ready.environments if ready else {},
        problems=ready.problems if ready else {},
        sources=each.sources,
        results=found,
        skipped=len(started.ids) - len(found),
        interrupted=True,
        seconds=each.seconds,
    )
    return concluded(report)


def failed_before() -> frozenset[str] | None:
    """The ids that failed when they were last checked in this folder; None if no run is recorded."""
    past = _past()
    return past.failed if past.recorded else None


def versions_before() -> dict[str, dict[str, str]]:
    """By id: the versions of the frameworks, by side, with which it was last checked in this folder."""
    return _past().versions


@dataclass(frozen=True)
class _Read:
    """What one journal says."""

    started: Started
    ready: Ready | None
    ended: Ended | None
    results: dict[str, Result]
    sources: dict[str, str]
    #: From its first line to its last.
    seconds: float


@dataclass(frozen=True)
class _Past:
    """What the journals together say of each variant: runs may overlap, so the newest does not know all."""

    recorded: bool
    failed: frozenset[str]
    versions: dict[str, dict[str, str]]


def _past() -> _Past:
    every = list(_journals())[::-1]
    if not every:
        return _Past(False, frozenset(), {})
    failing, versions = set(every[0].started.failed), dict(every[0].started.versions)
    for each in every:
        for id, result in each.results.items():
            failing.discard(id)
            if failed(result):
                failing.add(id)
            if result.versions:
                versions[id] = result.versions
    return _Past(True, frozenset(failing), versions)


_DECODER = msgspec.json.Decoder(Started | Ready | Checked | Ended)


def _journals() -> Iterator[_Read]:
    """What the journals of this folder say, the newest first; one that cannot be read is as none."""
    try:
        files = sorted(_folder().glob("*.jsonl"), reverse=True)
    except (OSError, RuntimeError):
        return
    for file in files:
        found = _read(file)
        if found:
            yield found


def _read(file: Path) -> _Read | None:
    started: Started | None = None
    ready: Ready | None = None
    ended: Ended | None = None
    results: dict[str, Result] = {}
    sources: dict[str, str] = {}
    try:
        with _opened(file) as stream:
            written = os.fstat(stream.fileno()).st_mtime
            for text in stream:
                try:
                    line = _DECODER.decode(text)
                except (msgspec.MsgspecError, RecursionError):  # cut off in the middle, or none of ours
                    continue
                if isinstance(line, Started):
                    started = line
                elif isinstance(line, Ready):
                    ready = line
                elif isinstance(line, Checked):
                    results[line.result.id] = line.result
                    sources |= line.sources
                else:
                    ended = line
    except OSError:
        return None
    begun = file.name.partition("-")[0]
    seconds = max(0.0, written - int(begun) / 1e9) if begun.isdecimal() else 0.0
    return _Read(started, ready, ended, results, sources, seconds) if started else None


def _opened(file: Path) -> IO[bytes]:
    """A journal that this user has written; whatever else is in its place is not read, and not waited for.

    Raises:
        OSError: it is none.
    """
    descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode) or status.st_uid != os.geteuid():
        os.close(descriptor)
        raise PermissionError(f"{file}: no journal of this user")
    return open(descriptor, "rb")


def _folder() -> Path:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "migcheck" / hashlib.sha256(os.fsencode(os.getcwd())).hexdigest()[:16]
