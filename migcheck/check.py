"""One variant from its inputs to its result.

feed ─→ run both sides ─→ compare ─→ (second opinion) ─→ judge
"""

from __future__ import annotations

import os
import shlex
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from migcheck.compare.finding import Finding, Rounding
from migcheck.compare.pattern import matches
from migcheck.compare.rounding import against_float64, agree_in_float64, magnitude_of, needs_port
from migcheck.compare.structure import Comparison, compare
from migcheck.discover.case import SIDES, BrokenCase, Item, Variant
from migcheck.discover.schema import Known
from migcheck.discover.tree import cases_root
from migcheck.errors import HostError
from migcheck.feed.draw import FeedError
from migcheck.host.exchange import LeafName
from migcheck.host.job import Failure as RunFailure
from migcheck.judge.verdict import expected, judge
from migcheck.observation import Observation
from migcheck.report.value import Failure, Result, Rounded, Seconds
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
            result = _failed(base, "inputs", str(error))
        except HostError as error:
            result = _failed(base, "host", str(error))
        except Exception as error:  # a fault of ours must not take the other results with it
            reason = f"internal error of migcheck: {type(error).__name__}: {error}"
            result = _failed(base, "internal", reason, traceback.format_exc())
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
        started = time.monotonic()
        spec = variant.case.spec
        comparison = compare(torch, mindspore, spec.tolerance)
        if not comparison.findings and not comparison.informative:
            reason = "nothing was compared: every gradient is None, empty or NaN on both sides"
            return _failed(result, "observation", reason)
        findings = comparison.findings
        rounded: tuple[Rounded, ...] = ()
        doubtful = comparison.doubtful - _plainly_known(comparison, spec.known, variant)
        if doubtful:
            findings, rounded = _second_opinion(comparison, doubtful, torch, mindspore, pair)
        judgement = judge(findings, spec.known, variant.cell)
        if comparison.unread and judgement.verdict in ("match", "known"):
            names = " and ".join(map(repr, comparison.unread))
            return _failed(result, "case", f"[tolerance] {names} matches no leaf; correct it, or delete it")
        return msgspec.structs.replace(
            result,
            verdict=judgement.verdict,
            findings=judgement.findings,
            stale=judgement.stale,
            leaves=comparison.leaves,
            rounded=rounded,
            notes=comparison.notes,
            seconds=msgspec.structs.replace(result.seconds, compare=time.monotonic() - started),
        )


#: A known difference that takes more than this as rtol is not rounding: no replay is needed to say so.
_PLAIN = 0.1


def _plainly_known(comparison: Comparison, known: Mapping[str, Known], variant: Variant) -> frozenset[LeafName]:
    """Leaves that are expected to differ, and do so by far more than rounding."""
    due = expected(known, variant.cell)
    return frozenset(
        name
        for name, finding in comparison.findings
        if name in comparison.doubtful
        and finding.passes_with
        and (finding.passes_with.rtol is None or finding.passes_with.rtol > _PLAIN)
        and any(matches(pattern, name) for pattern in due)
    )


Findings = tuple[tuple[LeafName | None, Finding], ...]


def _second_opinion(
    comparison: Comparison,
    doubtful: frozenset[LeafName],
    torch: Observation,
    mindspore: Observation,
    pair: Pair,
) -> tuple[Findings, tuple[Rounded, ...]]:
    """Judge the doubtful leaves against float64 replays; those that differ by mere rounding are findings no more."""
    reference = _Replay(pair, "torch")
    opinions = {
        name: against_float64(
            torch.leaves[name],
            mindspore.leaves[name],
            reference.leaves.get(name),
            name.title(torch.steps),
            magnitude_of(torch, name.step),
        )
        for name in doubtful
    }
    unsettled = [name for name, opinion in opinions.items() if needs_port(opinion)]
    if unsettled:
        port = _Replay(pair, "mindspore")
        for name in unsettled:
            leaves = (torch.leaves[name], mindspore.leaves[name], reference.leaves[name], port.leaves.get(name))
            magnitude = magnitude_of(torch, name.step)
            again = agree_in_float64(opinions[name], *leaves, name.title(torch.steps), magnitude)
            opinions[name] = port.explain(again)
    findings: list[tuple[LeafName | None, Finding]] = []
    rounded: list[Rounded] = []
    for name_or_none, finding in comparison.findings:
        found = opinions.get(name_or_none) if name_or_none else None
        if found and found.outcome in ("passes", "passes_in_float64"):
            rounded.append(Rounded(finding.leaf, found))
        elif found:
            finding = msgspec.structs.replace(finding, rounding=reference.explain(found))
            findings.append((name_or_none, finding))
        else:
            findings.append((name_or_none, finding))
    return tuple(findings), tuple(rounded)


class _Replay:
    """The float64 replay of one side: its leaves, none if the program does not run in float64."""

    def __init__(self, pair: Pair, side: str) -> None:
        try:
            run = pair.replay(side, precision="float64")
        except HostError as error:  # what was found without the replay stands
            run = SideRun(None, RunFailure("host", str(error)))
        self._failure = run.failure and f"the {side} program does not run in float64 ({run.failure.reason})"
        self.leaves = run.observation.leaves if run.observation else {}

    def explain(self, opinion: Rounding) -> Rounding:
        """An opinion that has no replay to rest on, with the reason why."""
        return msgspec.structs.replace(opinion, note=self._failure) if self._failure else opinion


def _failed(result: Result, kind: str, reason: str, stack: str = "") -> Result:
    return msgspec.structs.replace(result, verdict="error", failures=(Failure("case", kind, reason, stack),))


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
