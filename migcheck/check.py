"""One variant from its inputs to its result.

feed ─→ run both sides ─→ compare ─→ (second opinion) ─→ judge
"""

from __future__ import annotations

import functools
import os
import shlex
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from migcheck.discover.case import SIDES, BrokenCase, Item, Variant
from migcheck.discover.tree import cases_root
from migcheck.errors import HostError
from migcheck.feed.draw import FeedError
from migcheck.host.job import Failure as RunFailure
from migcheck.parity import Expectations, Replay, failed, judged
from migcheck.report.value import Failure, Result, Seconds
from migcheck.run.host import Versions, next_job_id
from migcheck.run.hosts import Hosts
from migcheck.run.pair import Pair, SideRun


@dataclass(frozen=True)
class RunOptions:
    """How a run is to go."""

    #: In place of each case's own; None leaves them.
    seed: int | None = None
    #: Seconds for one program, in place of each case's own; None leaves them.
    timeout: float | None = None
    #: Variants checked at the same time.
    slots: int = 1
    #: Failures after which no further variant is started; 0 for no end.
    maxfail: int = 0
    #: ``fork`` or ``spawn``.
    isolation: str = "fork"
    #: By side: the Python that has its framework, this one if empty.
    interpreters: Mapping[str, str] = field(default_factory=dict)
    #: What a command that checks one variant again needs besides its id and seed.
    rerun_arguments: tuple[str, ...] = ()


DEFAULT_SEED = 0
DEFAULT_TIMEOUT = 60.0


class Checker:
    """One variant from its inputs to its result; used by several threads at once."""

    def __init__(
        self,
        hosts: Hosts,
        folder: Path,
        options: RunOptions,
        versions: dict[str, Versions],
        problems: dict[str, str],
    ) -> None:
        self._hosts = hosts
        self._folder = folder
        self._options = options
        self._versions = {side: version.framework for side, version in versions.items()}
        self._problems = problems

    def check(self, variant: Variant) -> Result:
        """Run, compare and judge one variant.  Whatever goes wrong with it is its result."""
        started = time.monotonic()
        spec = variant.case.spec
        seed = _seed(variant, self._options)
        base = Result(
            id=variant.id,
            title=spec.title,
            guide=spec.guide,
            cell=variant.cell,
            verdict="error",
            seed=seed,
            versions=self._versions,
            rerun=_rerun(variant, seed, self._options),
        )
        if self._problems:
            failures = tuple(Failure(side, "host", problem) for side, problem in self._problems.items())
            return msgspec.structs.replace(base, failures=failures)
        timeout = self._options.timeout or spec.timeout or DEFAULT_TIMEOUT
        pair = Pair(variant, self._hosts, self._folder / f"variant-{next_job_id()}", seed, timeout)
        try:
            result = self._verdict(variant, pair, base)
        except FeedError as error:
            result = failed(base, "inputs", str(error))
        except HostError as error:
            result = failed(base, "host", str(error))
        except Exception as error:  # a fault of ours must not take the other results with it
            reason = f"internal error of migcheck: {type(error).__name__}: {error}"
            result = failed(base, "internal", reason, traceback.format_exc())
        finally:
            pair.close()
        total = time.monotonic() - started
        return msgspec.structs.replace(result, seconds=msgspec.structs.replace(result.seconds, total=total))

    def _verdict(self, variant: Variant, pair: Pair, base: Result) -> Result:
        runs = pair.run()
        torch, mindspore = (runs[side].observation for side in SIDES)
        result = msgspec.structs.replace(
            base,
            output={side: run.stdout + run.stderr for side, run in runs.items() if run.stdout or run.stderr},
            seconds=Seconds(torch=runs["torch"].seconds, mindspore=runs["mindspore"].seconds),
        )
        if torch is None or mindspore is None:
            return msgspec.structs.replace(result, failures=_failures(runs))
        spec = variant.case.spec
        known = Expectations(spec.tolerance, spec.known, variant.cell)
        return judged(result, torch, mindspore, known, functools.partial(_replay, pair))


def _replay(pair: Pair, side: str) -> Replay:
    """The float64 replay of one side, without leaves if the program does not run in float64."""
    try:
        run = pair.replay(side, precision="float64")
    except HostError as error:  # what was found without the replay stands
        run = SideRun(None, RunFailure("host", str(error)))
    if run.observation:
        return Replay(run.observation.leaves)
    reason = run.failure.reason if run.failure else ""
    return Replay({}, f"the {side} program does not run in float64 ({reason})")


def _failures(runs: dict[str, SideRun]) -> tuple[Failure, ...]:
    return tuple(
        Failure(side, run.failure.kind, run.failure.reason, run.failure.stack, run.stderr)
        for side, run in runs.items()
        if run.failure
    )


def broken(case: BrokenCase, options: RunOptions) -> Result:
    """The result of a case that cannot be read."""
    seed = DEFAULT_SEED if options.seed is None else options.seed
    failure = Failure("case", "case", case.problem)
    rerun = _rerun(case, seed, options)
    return Result(id=case.id, title="", verdict="error", failures=(failure,), seed=seed, rerun=rerun)


def _seed(variant: Variant, options: RunOptions) -> int:
    if options.seed is not None:
        return options.seed
    return DEFAULT_SEED if variant.case.spec.seed is None else variant.case.spec.seed


def _rerun(item: Item, seed: int, options: RunOptions) -> str:
    """The command that checks an item alone, from the folder where this one was given."""
    folder = item.folder if isinstance(item, BrokenCase) else item.case.folder
    name = item.id
    if cases_root(folder) != Path("cases").absolute():
        cell = item.id[len(item.case.id) :] if isinstance(item, Variant) else ""
        name = os.path.relpath(folder) + cell
    return shlex.join(["migcheck", "run", name, "--seed", str(seed), *options.rerun_arguments])
