"""One variant from its inputs to its result.

feed ─→ run both sides ─→ compare ─→ (second opinion) ─→ judge ─→ (diagnose)
"""

from __future__ import annotations

import functools
import os
import shlex
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from migcheck.baseline.adopting import adopted
from migcheck.baseline.value import Baseline
from migcheck.diagnose.value import Diagnosis, Place
from migcheck.discover.case import SIDES, BrokenCase, Item, Variant
from migcheck.discover.tree import SPEC, cases_root
from migcheck.errors import HostError
from migcheck.feed.draw import FeedError
from migcheck.host.job import Failure as RunFailure
from migcheck.parity import Expectations, Replay, failed, judged, portrayed
from migcheck.report.value import Failure, Result, Seconds
from migcheck.run.host import Versions, next_job_id
from migcheck.run.hosts import Hosts
from migcheck.run.pair import Pair, Replayable, SideRun
from migcheck.trace import Trace


@dataclass(frozen=True)
class RunOptions:
    """How a run is to go."""

    #: In place of each case's own; None leaves them.
    seed: int | None = None
    #: Seconds for one program, in place of each case's own; None leaves them.
    timeout: float | None = None
    #: Variants checked at the same time.
    slots: int = 1
    #: Bytes that one program may hold; None for its share of this machine's.
    memory: int | None = None
    #: Failures after which no further variant is started; 0 for no end.
    maxfail: int = 0
    #: ``fork`` or ``spawn``.
    isolation: str = "fork"
    #: By side: the Python that has its framework, this one if empty.
    interpreters: Mapping[str, str] = field(default_factory=dict)
    #: Whether a mismatch is diagnosed, for how many seconds at most.
    diagnose: bool = True
    diagnose_budget: float = 20.0
    #: Whether a match is checked again in a process in which the program ran before; None leaves it to each case.
    prewarm: bool | None = None
    #: Whether a result without a diagnosis tells what each side asked of autograd as well.
    trace: bool = False
    #: Differences that are accepted for now.
    baseline: Baseline | None = None
    #: Whether a mismatch tells how its differences are distributed, for a report to draw.
    portray: bool = False
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

    def check(self, variant: Variant, found: Callable[[Result], None] = lambda _: None) -> Result:
        """Run, compare and judge one variant, and diagnose it.  Whatever goes wrong with it is its result.

        ``found`` is told of a mismatch before the diagnosis, which may take a while.
        """
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
            files=_files(variant),
        )
        if self._problems:
            failures = tuple(Failure(side, "host", problem) for side, problem in self._problems.items())
            return msgspec.structs.replace(base, failures=failures)
        timeout = self._options.timeout or spec.timeout or DEFAULT_TIMEOUT
        pair = Pair(variant, self._hosts, self._folder / f"variant-{next_job_id()}", seed, timeout)
        try:
            runs = pair.run()
            result = self._verdict(variant, pair, runs, base)
            if result.verdict in ("match", "known"):
                result = self._prewarmed(variant, pair, runs, result)
            if result.verdict == "mismatch" and self._options.portray:
                result = self._portrayed(runs, result)
            if result.verdict == "mismatch" and self._options.diagnose and result.diagnosis is None:
                if not (self._options.baseline and self._options.baseline.of(variant.id)):
                    found(_timed(result, started))
                result = self._diagnosed(variant, pair, runs, result)
            if self._options.baseline:
                result = self._adopted(variant, result, self._options.baseline)
            if self._options.trace and all(run.observation for run in runs.values()):
                result = _traced(pair, result)
        except FeedError as error:
            result = failed(base, "inputs", str(error))
        except HostError as error:
            result = failed(base, "host", str(error))
        except Exception as error:  # a fault of ours must not take the other results with it
            reason = f"internal error of migcheck: {type(error).__name__}: {error}"
            result = failed(base, "internal", reason, traceback.format_exc())
        finally:
            pair.close()
        return _timed(result, started)

    def _verdict(self, variant: Variant, pair: Pair, runs: dict[str, SideRun], base: Result) -> Result:
        torch, mindspore = (runs[side].observation for side in SIDES)
        result = msgspec.structs.replace(
            base,
            output={side: run.stdout + run.stderr for side, run in runs.items() if run.stdout or run.stderr},
            seconds=Seconds(torch=runs["torch"].seconds, mindspore=runs["mindspore"].seconds),
        )
        if torch is None or mindspore is None:
            return msgspec.structs.replace(result, failures=_failures(runs))
        return judged(result, torch, mindspore, _expectations(variant), functools.partial(float64_replay, pair))

    def _portrayed(self, runs: dict[str, SideRun], result: Result) -> Result:
        """The result with what a report draws of it; what was found stands, whatever goes wrong with that."""
        try:
            return portrayed(result, runs["torch"].observation, runs["mindspore"].observation)
        except Exception as error:
            note = f"nothing to draw: internal error of migcheck: {type(error).__name__}: {error}"
            return msgspec.structs.replace(result, notes=(*result.notes, note))

    def _adopted(self, variant: Variant, result: Result, baseline: Baseline) -> Result:
        """The result as the baseline makes it; one that is known by it alone was not checked in a used process."""
        made = adopted(result, baseline)
        if result.verdict == "mismatch" and made.verdict == "known" and self._prewarms(variant):
            note = "not checked in a process in which it ran before, since its differences are those of the baseline"
            made = msgspec.structs.replace(made, notes=(*made.notes, note))
        return made

    def _prewarms(self, variant: Variant) -> bool:
        return variant.case.spec.prewarm if self._options.prewarm is None else self._options.prewarm

    def _diagnosed(self, variant: Variant, pair: Pair, runs: dict[str, SideRun], result: Result) -> Result:
        """The result with its diagnosis; what was found stands, whatever goes wrong with that."""
        from migcheck.diagnose.diagnosis import diagnose

        try:
            why = diagnose(result, pair, runs, _expectations(variant), self._options.diagnose_budget)
        except HostError as error:
            note = f"no diagnosis: {error}"
        except Exception as error:  # a fault of ours must not take the findings with it
            note = f"no diagnosis: internal error of migcheck: {type(error).__name__}: {error}"
        else:
            seconds = msgspec.structs.replace(result.seconds, diagnose=why.seconds)
            return msgspec.structs.replace(result, diagnosis=why, seconds=seconds)
        return msgspec.structs.replace(result, notes=(*result.notes, note))

    def _prewarmed(self, variant: Variant, pair: Pair, runs: dict[str, SideRun], result: Result) -> Result:
        """The result, unless the port gives another one in a process in which it ran before."""
        torch = runs["torch"].observation
        if not self._prewarms(variant) or torch is None:
            return result
        notes = list(result.notes)
        said = variant.case.spec.prewarm or variant.case.rerun
        rerun = result.rerun if said else f"{result.rerun} --prewarm"
        for kind, after in PREWARMED.items():
            if kind == "exception" and variant.mode == "graph":
                continue  # what an exception leaves behind is PyNative's
            run = pair.replay("mindspore", prewarm=kind)
            if run.failure and run.failure.kind == "prewarm":
                notes.append(f"not checked {after}: {run.failure.reason}")
                continue
            if run.observation is None:
                reason = run.failure.reason if run.failure else "it gave nothing"
                return failed(
                    msgspec.structs.replace(result, rerun=rerun), "prewarm", f"the port fails {after}: {reason}"
                )
            again = judged(
                result,
                torch,
                run.observation,
                _expectations(variant),
                functools.partial(float64_replay, pair, prewarm=kind),
            )
            if again.verdict == "mismatch":
                from migcheck.diagnose.prewarmed import stale

                return msgspec.structs.replace(again, diagnosis=stale(again, after), rerun=rerun)
            if again.verdict != result.verdict:
                return msgspec.structs.replace(again, rerun=rerun)
        return msgspec.structs.replace(result, notes=tuple(notes))


def _files(variant: Variant) -> dict[str, str]:
    """Where the programs and the case stand, as a report names them."""
    case = variant.case
    files = {side: program.file for side, program in case.programs.items()}
    if case.manifest:
        files["case"] = case.manifest
    return {name: Path(os.path.relpath(file)).as_posix() for name, file in files.items()}


def _traced(pair: Pair, result: Result) -> Result:
    """The result with what each side asks of autograd; a diagnosis that has it stays as it is."""
    why = result.diagnosis or Diagnosis(Place("", ""))
    if why.traces:
        return result
    jobs = [("torch", "torch", pair.variant.mode), ("mindspore", "mindspore", pair.variant.mode)]
    notes = list(why.notes)
    if pair.variant.mode == "graph":
        jobs.append(("pynative", "mindspore", "pynative"))
        notes.append("calls inside a compiled graph cannot be seen; the port's trace is that of PyNative")
    traces = {}
    for name, side, mode in jobs:
        try:
            run = pair.replay(side, trace=True, mode=mode)
        except HostError as error:  # what was found stands
            run = SideRun(None, RunFailure("host", str(error)))
        traces[name] = msgspec.structs.replace(run.trace or Trace(), file="")  # its arrays go with the run
        if run.failure:
            notes.append(f"the {name} run that was to be traced failed: {run.failure.reason}")
    why = msgspec.structs.replace(why, traces=traces, notes=tuple(notes))
    return msgspec.structs.replace(result, diagnosis=why)


#: What may run in a program's process before it, and how to say so.
PREWARMED = {
    "shapes": "after it has run on other shapes in the same process",
    "exception": "after an exception inside a differentiated function was caught in the same process",
}


def _expectations(variant: Variant) -> Expectations:
    spec = variant.case.spec
    return Expectations(spec.tolerance, spec.known, variant.cell)


def _timed(result: Result, started: float) -> Result:
    """The result with the time that the variant took until now."""
    total = time.monotonic() - started
    return msgspec.structs.replace(result, seconds=msgspec.structs.replace(result.seconds, total=total))


def float64_replay(pair: Replayable, side: str, prewarm: str = "") -> Replay:
    """The float64 replay of one side, without leaves if the program does not run in float64."""
    try:
        run = pair.replay(side, precision="float64", prewarm=prewarm if side == "mindspore" else "")
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
    return Result(
        id=case.id,
        title="",
        verdict="error",
        failures=(failure,),
        seed=seed,
        rerun=_rerun(case, seed, options),
        files={"case": Path(os.path.relpath(case.folder / SPEC)).as_posix()},
    )


def _seed(variant: Variant, options: RunOptions) -> int:
    if options.seed is not None:
        return options.seed
    return DEFAULT_SEED if variant.case.spec.seed is None else variant.case.spec.seed


def _rerun(item: Item, seed: int, options: RunOptions) -> str:
    """The command that checks an item alone, from the folder where this one was given."""
    if isinstance(item, Variant) and item.case.rerun:
        return item.case.rerun
    folder = item.folder if isinstance(item, BrokenCase) else item.case.folder
    name = item.id
    if cases_root(folder) != Path("cases").absolute():
        cell = item.id[len(item.case.id) :] if isinstance(item, Variant) else ""
        name = os.path.relpath(folder) + cell
    return shlex.join(["migcheck", "run", name, "--seed", str(seed), *options.rerun_arguments])
