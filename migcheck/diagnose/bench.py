"""The bench on which a diagnosis replays programs: runs are cached, time is bounded, agreement is that of a check."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from migcheck.compare.finding import Finding
from migcheck.diagnose import identities
from migcheck.errors import HostError
from migcheck.feed.dtype import Inputs
from migcheck.host.job import Failure
from migcheck.observation import Observation
from migcheck.parity import Expectations, Replay, judged
from migcheck.report.value import Result
from migcheck.run.pair import Replayable, SideRun

T = TypeVar("T")

#: What may be left of a difference, relative to it, after its cause was removed.
_SETTLED = 2e-3


class OutOfTime(Exception):
    """The budget of a diagnosis is spent."""


@dataclass(frozen=True)
class Plan:
    """One replay of both sides: what each does differently.  The empty plan is the run that was checked."""

    torch: tuple[tuple[str, Any], ...] = ()
    mindspore: tuple[tuple[str, Any], ...] = ()
    #: MindSpore's execution mode; empty leaves that of the bench.
    mode: str = ""
    #: A name of moved inputs that the bench knows; empty for those of the check.
    inputs: str = ""

    def __add__(self, other: Plan) -> Plan:
        """Both at once."""
        return Plan(
            _merged(self.torch, other.torch),
            _merged(self.mindspore, other.mindspore),
            self.mode or other.mode,
            self.inputs or other.inputs,
        )


def _merged(one: tuple[tuple[str, Any], ...], other: tuple[tuple[str, Any], ...]) -> tuple[tuple[str, Any], ...]:
    found = dict(one)
    for name, argument in other:
        before = found.get(name)
        found[name] = {**before, **argument} if isinstance(before, dict) and isinstance(argument, dict) else argument
    return tuple(found.items())


@dataclass(frozen=True)
class Trial:
    """What is left to explain under a plan."""

    #: The leaves that differ and are not expected to, by title.
    remaining: frozenset[str]
    #: Why there is no comparison; empty if there is.
    failure: str
    result: Result
    torch: Observation | None = None
    mindspore: Observation | None = None


class _AtOnce(Executor):
    """Does what is submitted on the spot."""

    def submit(self, work: Callable[..., T], /, *arguments: Any, **named: Any) -> Future[T]:
        future: Future[T] = Future()
        try:
            future.set_result(work(*arguments, **named))
        except Exception as error:
            future.set_exception(error)
        return future


class Bench:
    """Replays of one pair.  Several threads may use it at once."""

    def __init__(self, pair: Replayable, known: Expectations, deadline: float) -> None:
        """``deadline`` is a time of :func:`time.monotonic`, after which no replay begins."""
        self.pair = pair
        self.mode = pair.mode
        self._known = known
        self._deadline = deadline
        self._lock = threading.Lock()
        self._runs: dict[str, Future[SideRun]] = {}
        self._inputs: dict[str, Inputs] = {}
        several = pair.replays_at_once > 1
        self._pool: Executor = ThreadPoolExecutor(pair.replays_at_once) if several else _AtOnce()

    def close(self) -> None:
        """Wait for the replays under way."""
        self._pool.shutdown(cancel_futures=True)

    def feed(self, name: str, inputs: Inputs) -> None:
        """Make other inputs known under a name."""
        self._inputs[name] = inputs

    def keep(self, side: str, run: SideRun) -> None:
        """Remember the run that was checked."""
        future: Future[SideRun] = Future()
        future.set_result(run)
        self._runs[self._key(side, {}, "", {})] = future

    def start(self, side: str, changes: Mapping[str, Any], inputs: str = "", **job: Any) -> Future[SideRun]:
        """Replay one side; an equal replay is made once.

        Raises:
            OutOfTime: the budget is spent.
        """
        if side == "torch":
            job.pop("mode", None)
        elif not job.get("mode"):
            job["mode"] = self.mode
        key = self._key(side, changes, inputs, job)
        with self._lock:
            if key not in self._runs:
                if time.monotonic() > self._deadline:
                    raise OutOfTime
                self._runs[key] = self._pool.submit(self._run, side, dict(changes), inputs, job)
            return self._runs[key]

    def run(self, side: str, changes: Mapping[str, Any], inputs: str = "", **job: Any) -> SideRun:
        """:meth:`start`, and wait."""
        return self.start(side, changes, inputs, **job).result()

    def trial(self, plan: Plan) -> Trial:
        """Run under a plan, and judge as a check judges.

        Raises:
            OutOfTime: the budget is spent.
        """
        job = {"mode": plan.mode} if plan.mode else {}
        started = {
            "torch": self.start("torch", dict(plan.torch), plan.inputs),
            "mindspore": self.start("mindspore", dict(plan.mindspore), plan.inputs, **job),
        }
        runs = {side: future.result() for side, future in started.items()}
        base = Result(id="", title="", verdict="error")
        for side, run in runs.items():
            if run.observation is None:
                reason = run.failure.reason if run.failure else "it gave nothing"
                return Trial(frozenset(), f"{side}: {reason}", base)
        torch, mindspore = (runs[side].observation for side in ("torch", "mindspore"))
        assert torch is not None
        assert mindspore is not None
        changes = {"torch": dict(plan.torch), "mindspore": dict(plan.mindspore)}

        def replay(side: str) -> Replay:
            more = job if side == "mindspore" else {}
            try:
                run = self.run(side, changes[side], plan.inputs, precision="float64", **more)
            except OutOfTime:
                return Replay({}, "no time was left for a float64 replay")
            if run.observation:
                return Replay(run.observation.leaves)
            return Replay({}, "the program does not run in float64")

        result = judged(base, torch, mindspore, self._known, replay)
        if result.verdict == "error":
            return Trial(frozenset(), result.failures[0].reason, result, torch, mindspore)
        # Where a change cuts a branch off, torch has None and MindSpore zeros: that is the same.
        cut = bool(plan.torch or plan.mindspore)
        left = frozenset(
            finding.leaf
            for finding in result.findings
            if not finding.known
            and not (cut and finding.kind == "none_vs_zero")
            and not (plan != Plan() and self._settled(finding, torch, mindspore))
        )
        return Trial(left, "", result, torch, mindspore)

    def _settled(self, finding: Finding, torch: Observation, mindspore: Observation) -> bool:
        """Whether so little is left of a difference that rounding, of another course of the arithmetic, may make it."""
        if finding.kind != "values":
            return False
        kept = {side: self._runs[self._key(side, {}, "", {})].result().observation for side in ("torch", "mindspore")}
        for name, ours in torch.leaves.items():
            if name.title(torch.steps) != finding.leaf:
                continue
            first = [kept[side] for side in ("torch", "mindspore")]
            leaves = [ours, mindspore.leaves.get(name), *(each.leaves.get(name) if each else None for each in first)]
            arrays: list[Any] = [identities.array(leaf) for leaf in leaves if leaf]
            if len(arrays) < 4 or any(each is None for each in arrays) or len({each.shape for each in arrays}) > 1:
                return False
            now, was = np.abs(arrays[0] - arrays[1]), np.abs(arrays[2] - arrays[3])
            tolerance = identities.tolerance(ours, mindspore.leaves[name])
            return bool(np.sum(now**2) <= _SETTLED**2 * np.sum(was**2)) and identities.close(
                arrays[0], arrays[1], tolerance
            )
        return False

    def _key(self, side: str, changes: Mapping[str, Any], inputs: str, job: Mapping[str, Any]) -> str:
        mode = job.get("mode") or self.pair.mode
        rest = {key: value for key, value in job.items() if key != "mode"}
        return json.dumps([side, changes, inputs, mode if side == "mindspore" else "", rest], sort_keys=True)

    def _run(self, side: str, changes: dict[str, Any], inputs: str, job: dict[str, Any]) -> SideRun:
        left = max(1.0, self._deadline - time.monotonic())
        fed = self._inputs[inputs] if inputs else None
        try:
            return self.pair.replay(side, inputs=fed, changes=changes, timeout=left, **job)
        except HostError as error:
            return SideRun(None, Failure("host", str(error)))
