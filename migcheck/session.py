"""A run from end to end: the items that were selected in, a report out."""

from __future__ import annotations

import functools
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec

from migcheck import __version__
from migcheck.check import DEFAULT_SEED, Checker, RunOptions, broken
from migcheck.discover.case import BrokenCase, Item, Variant
from migcheck.journal import Journal
from migcheck.report.sources import below_repository, sources_of
from migcheck.report.value import Environment, Report, Result, concluded, failed
from migcheck.run import interrupt
from migcheck.run.folder import run_folder
from migcheck.run.host import HostOptions
from migcheck.run.hosts import started
from migcheck.run.resources import memory_per_program, threads_per_program
from migcheck.select.selection import Selection

#: Called with each result, in the order of the items.
OnResult = Callable[[Result], None]


def run(items: list[Item], options: RunOptions, on_result: OnResult, selection: Selection | None = None) -> Report:
    """Check every item and report.  An interrupt ends the run, not the report: it holds what was checked until then.

    ``selection`` is how the items were chosen, where there is more to say of that; such a run is written to a journal.
    """
    begun = time.monotonic()
    chosen = selection or Selection(items)
    journal = Journal() if selection else None
    report = Report(
        migcheck=__version__,
        seed=DEFAULT_SEED if options.seed is None else options.seed,
        directory=below_repository(Path.cwd()),
        notes=chosen.notes,
        partition=chosen.partition,
        selected=chosen.selected,
        kin=chosen.kin,
        left_out=chosen.left_out,
        gone=chosen.gone,
    )
    progress = _Progress(len(items), options.maxfail, on_result, journal)
    environments: dict[str, Environment] = {}
    problems: dict[str, str] = {}
    if journal:
        journal.started(report, [item.id for item in items])
    with interrupt.interruptible(), run_folder() as folder:
        try:
            for index, item in enumerate(items):
                if isinstance(item, BrokenCase):
                    progress.put(index, broken(item, options))
            if any(isinstance(item, Variant) for item in items) and not progress.enough.is_set():
                _check_all(items, options, folder, progress, environments, problems)
        except KeyboardInterrupt:
            progress.interrupted = True
        progress.finish()
    results = tuple(result for result in progress.results if result is not None)
    report = concluded(
        msgspec.structs.replace(
            report,
            environments=environments,
            problems=problems,
            sources=sources_of(results),
            results=results,
            skipped=len(items) - len(results),
            interrupted=progress.interrupted,
            seconds=time.monotonic() - begun,
        )
    )
    if journal:
        journal.ended(report)
        if journal.problem:
            why = f"this run is not recorded, so --lf and migcheck report LAST do not know it: {journal.problem}"
            report = msgspec.structs.replace(report, notes=(*report.notes, why))
    return report


def host_options(options: RunOptions, folder: Path) -> HostOptions:
    """How the hosts of a run are set up that has this folder."""
    return HostOptions(
        folder,
        threads_per_program(options.slots),
        options.isolation,
        options.memory or memory_per_program(options.slots),
        options.interpreters,
    )


class _Progress:
    """Results as they come, handed on in the order of the items; used by the main thread alone."""

    def __init__(self, count: int, maxfail: int, on_result: OnResult, journal: Journal | None) -> None:
        self.results: list[Result | None] = [None] * count
        self.interrupted = False
        self.enough = threading.Event()
        self._maxfail = maxfail
        self._on_result = on_result
        self._journal = journal
        self._next = 0
        self._failures = 0

    def put(self, index: int, result: Result | None) -> None:
        """Take the result of an item; None if it was skipped.  A second one, with its diagnosis, replaces the first."""
        self.results[index] = result
        if self._journal and result is not None:
            self._journal.checked(result)
        while self._next < len(self.results):
            ready = self.results[self._next]
            if ready is None:
                break
            self._hand_on(ready)
            self._next += 1

    def ready(self, environments: dict[str, Environment], problems: dict[str, str]) -> None:
        """The hosts are there."""
        if self._journal:
            self._journal.ready(environments, problems)

    def finish(self) -> None:
        """Hand on what waits behind an item that was skipped or interrupted."""
        for result in self.results[self._next :]:
            if result is not None:
                self._hand_on(result)
        self._next = len(self.results)

    def _hand_on(self, result: Result) -> None:
        self._failures += failed(result)
        if self._maxfail and self._failures >= self._maxfail:
            self.enough.set()
        self._on_result(result)


def _check_all(
    items: list[Item],
    options: RunOptions,
    folder: Path,
    progress: _Progress,
    environments: dict[str, Environment],
    problems: dict[str, str],
) -> None:
    with ThreadPoolExecutor(options.slots) as pool, started(host_options(options, folder)) as hosts:
        try:
            versions, found = hosts.ready()
            problems.update(found)
            environments.update({side: Environment(v.framework, v.python, v.numpy) for side, v in versions.items()})
            progress.ready(environments, problems)
            checker = Checker(hosts, folder, options, versions, problems)
            done: queue.SimpleQueue[tuple[int, Result | Future[Result | None]]] = queue.SimpleQueue()
            pending = 0
            for index, item in enumerate(items):
                if isinstance(item, Variant):
                    future = pool.submit(
                        _unless(progress.enough, functools.partial(checker.check, item, _found(done, index)))
                    )
                    future.add_done_callback(functools.partial(lambda index, future: done.put((index, future)), index))
                    pending += 1
            while pending:
                index, come = done.get()
                if isinstance(come, Future):
                    pending -= 1
                    progress.put(index, come.result())
                else:
                    progress.put(index, come)
        finally:
            progress.enough.set()


def _found(done: queue.SimpleQueue[tuple[int, Any]], index: int) -> Callable[[Result], None]:
    """Hands on a result before its diagnosis."""
    return lambda result: done.put((index, result))


def _unless(stop: threading.Event, work: Callable[[], Result]) -> Callable[[], Result | None]:
    return lambda: None if stop.is_set() else work()
