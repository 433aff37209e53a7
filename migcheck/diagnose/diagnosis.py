"""The way from findings to a diagnosis: trace both sides, place the fault, try cause after cause until one explains."""

from __future__ import annotations

import contextlib
import itertools
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace

import msgspec

from migcheck.diagnose import identities
from migcheck.diagnose.bench import Bench, OutOfTime, Plan, Trial
from migcheck.diagnose.causes import OF_A_MODE, STAGES, WITHOUT_RUNS, Candidate, Cause, Confirmed, Measured
from migcheck.diagnose.causes.program import ExecutionMode
from migcheck.diagnose.causes.relations import named
from migcheck.diagnose.evidence import Evidence
from migcheck.diagnose.triage import place
from migcheck.diagnose.value import PLACES, Diagnosis, Explanation, Place, Tried
from migcheck.observation import Observation
from migcheck.parity import Expectations
from migcheck.report.value import Result
from migcheck.run.pair import Replayable, SideRun
from migcheck.trace import Trace

#: Candidates whose replays are under way at the same time.
_AHEAD = 2
#: Pairs of candidates that are tried together.
_MOST_PAIRS = 12


def diagnose(
    result: Result, pair: Replayable, runs: dict[str, SideRun], known: Expectations, budget: float
) -> Diagnosis:
    """Why a variant differs.

    ``result`` has the findings, ``runs`` what they rest on; ``pair`` is still open.  ``budget`` is in seconds.
    """
    begun = time.monotonic()
    bench = Bench(pair, known, begun + budget)
    for side, run in runs.items():
        bench.keep(side, run)
    try:
        diagnosis = _Procedure(result, bench, runs).diagnosis()
    finally:
        bench.close()
    # The arrays of a trace go with the run.
    traces = {name: msgspec.structs.replace(trace, file="") for name, trace in diagnosis.traces.items()}
    return msgspec.structs.replace(diagnosis, traces=traces, seconds=time.monotonic() - begun)


def relations(result: Result, pair: Replayable, torch: Observation, mindspore: Observation) -> Diagnosis:
    """What the arrays alone tell of why they differ, where the programs cannot be run with something changed.

    ``pair`` may refuse every replay.
    """
    begun = time.monotonic()
    bench = Bench(pair, Expectations({}, {}, {}), begun + _FOR_RELATIONS)
    runs = {"torch": SideRun(torch, None), "mindspore": SideRun(mindspore, None)}
    for side, run in runs.items():
        bench.keep(side, run)
    try:
        diagnosis = _Procedure(result, bench, runs).of_arrays()
    finally:
        bench.close()
    # That no relation holds says nothing: what else could explain it was not looked for.
    return msgspec.structs.replace(diagnosis, unexplained=(), seconds=time.monotonic() - begun)


#: Seconds for the search for a relation.
_FOR_RELATIONS = 20.0


class _Procedure:
    def __init__(self, result: Result, bench: Bench, runs: dict[str, SideRun]) -> None:
        self._bench = bench
        self._findings = tuple(finding for finding in result.findings if not finding.known)
        torch, mindspore = (runs[side].observation for side in ("torch", "mindspore"))
        assert torch is not None
        assert mindspore is not None
        self._torch: Observation = torch
        self._mindspore: Observation = mindspore
        self._tried: list[Tried] = []
        self._notes: list[str] = []
        self._cut_short = False
        self._causes: list[Explanation] = []
        #: Candidates that explained something, with what they left.
        self._helpful: list[tuple[Candidate, Trial]] = []
        self._composed: list[Explanation] = []

    def diagnosis(self) -> Diagnosis:
        where = Place("undetermined", "")
        evidence = None
        traces: dict[str, Trace] = {}
        try:
            traces = self._trace()
            evidence = self._evidence(traces)
            first = min((finding.step for finding in self._findings), default=0)
            outputs = any(name.group == "output" for name in self._torch.leaves)
            where = place(self._bench, self._findings, first, outputs)
            if where.kind in ("torch_backward", "both_backward") and evidence.saw("torch", "detached"):
                how = " and ".join(evidence.torch_trace.saw("detached"))
                where = msgspec.structs.replace(
                    where, message=f"{where.message}, as what it detaches ({how}) makes it do"
                )
            evidence = replace(evidence, place=where)
            self._explain(evidence)
        except OutOfTime:
            self._cut_short = True
            self._notes.append("the time for a diagnosis ran out; --diagnose-budget gives it more")
            evidence = evidence or self._without_runs()
            self._relate(evidence)
        return self._concluded(where, evidence, traces)

    def of_arrays(self) -> Diagnosis:
        """What needs neither a trace nor a change of a program."""
        evidence = self._without_runs()
        first = min((finding.step for finding in self._findings), default=0)
        outputs = [name for name in evidence.names.values() if name.group == "output" and name.step == first]
        where = Place("forward", PLACES["forward"]) if outputs else Place("undetermined", "")
        self._relate(evidence)
        return self._concluded(where, evidence, {})

    def _relate(self, evidence: Evidence) -> None:
        for cause in WITHOUT_RUNS:
            with contextlib.suppress(OutOfTime):
                self._causes += list(self._measured(cause, self._left(evidence)))

    def _concluded(self, where: Place, evidence: Evidence | None, traces: dict[str, Trace]) -> Diagnosis:
        left = evidence.leaves if evidence else frozenset(finding.leaf for finding in self._findings)
        explained = frozenset(leaf for cause in self._causes for leaf in cause.leaves)
        order = [finding.leaf for finding in self._findings]
        unexplained = tuple(leaf for leaf in dict.fromkeys(order) if leaf in left - explained)
        return Diagnosis(
            where, tuple(self._causes), unexplained, tuple(self._tried), tuple(self._notes), self._cut_short, traces
        )

    def _trace(self) -> dict[str, Trace]:
        mode = self._bench.pair.mode
        started = {
            "torch": self._bench.start("torch", {}, trace=True),
            "mindspore": self._bench.start("mindspore", {}, trace=True),
        }
        if mode == "graph":
            started["pynative"] = self._bench.start("mindspore", {}, trace=True, mode="pynative")
        traces = {}
        for name, future in started.items():
            traces[name] = future.result().trace or Trace()
        if mode == "graph":
            self._notes.append("calls inside a compiled graph cannot be seen; the port's trace is that of PyNative")
        if traces["mindspore"].saw("compiled") and mode != "graph":
            names = ", ".join(traces["mindspore"].saw("compiled"))
            self._notes.append(f"the port compiles ({names}); what autograd is asked inside cannot be seen")
        return traces

    def _evidence(self, traces: dict[str, Trace]) -> Evidence:
        differ = None
        if self._bench.pair.mode == "graph":
            # Where both modes agree with each other, causes are looked for in PyNative, where the port can be changed.
            other = self._bench.run("mindspore", {}, trace=True, mode="pynative").observation
            differ = other is None or not self._same(other)
            if not differ:
                self._bench.mode = "pynative"
        port = traces.get("pynative") or traces["mindspore"]
        return replace(self._without_runs(), torch_trace=traces["torch"], mindspore_trace=port, modes_differ=differ)

    def _without_runs(self) -> Evidence:
        """What is known without a trace."""
        titles = {finding.leaf for finding in self._findings}
        names = {name.title(self._steps()): name for name in (*self._torch.leaves, *self._mindspore.leaves)}
        return Evidence(
            self._findings,
            self._torch,
            self._mindspore,
            Trace(),
            Trace(),
            Place("undetermined", ""),
            self._bench.pair.inputs,
            self._bench.pair.mode,
            names={title: name for title, name in names.items() if title in titles},
        )

    def _steps(self) -> int:
        return max(self._torch.steps, self._mindspore.steps)

    def _same(self, other: Observation) -> bool:
        """Whether a run of the port gave what the checked one gave, on the leaves that differ."""
        titles = {finding.leaf for finding in self._findings}
        for name, leaf in self._mindspore.leaves.items():
            if name.title(self._steps()) not in titles:
                continue
            partner = other.leaves.get(name)
            if partner is None or partner.shape != leaf.shape or partner.kind != leaf.kind:
                return False
            one, two = identities.array(leaf), identities.array(partner)
            if one is None or two is None:
                continue
            if not identities.close(one, two, 10 * identities.tolerance(leaf, partner)) and one.size:
                return False
        return True

    def _explain(self, evidence: Evidence) -> None:
        stages = STAGES
        if evidence.modes_differ and self._of_the_mode(evidence):
            stages = (OF_A_MODE,)
        for stage in stages:
            for cause in stage:
                left = self._left(evidence)
                if not left.findings:
                    return
                for explanation in self._of(cause, left):
                    self._causes.append(explanation)
                    left = self._left(evidence)
                    if not left.findings:
                        return
        left = self._left(evidence)
        if left.findings:
            self._compose(left)

    def _of_the_mode(self, evidence: Evidence) -> bool:
        """Whether the port is right in PyNative; if only some leaves are, graph mode explains those."""
        for candidate in ExecutionMode().candidates(evidence):
            begun = time.monotonic()
            trial = self._bench.trial(candidate.plan)
            self._note(candidate.cause, candidate.what, _outcome(trial, evidence), begun)
            if trial.failure:
                continue
            if not trial.remaining & evidence.leaves:
                return True
            fixed = evidence.leaves - trial.remaining
            if fixed:
                self._causes.append(_from(candidate, trial, fixed))
                self._bench.mode = "pynative"
        return False

    def _left(self, evidence: Evidence) -> Evidence:
        explained = {leaf for cause in self._causes for leaf in cause.leaves}
        findings = tuple(finding for finding in evidence.findings if finding.leaf not in explained)
        names = {title: name for title, name in evidence.names.items() if title not in explained}
        return replace(evidence, findings=findings, names=names)

    def _of(self, cause: Cause | Measured, evidence: Evidence) -> Iterator[Explanation]:
        if isinstance(cause, Measured):
            yield from self._measured(cause, evidence)
        else:
            yield from self._replayed(cause, evidence)

    def _measured(self, cause: Measured, evidence: Evidence) -> Iterator[Explanation]:
        begun = time.monotonic()
        found = False
        for each in cause.measure(evidence, self._bench):
            if not each.leaves & evidence.leaves:
                continue
            found = True
            self._note(each.cause, "measured", f"explains {_share(each.leaves, evidence)}", begun)
            yield _explanation(each, each.leaves & evidence.leaves)
        if not found:
            words = type(cause).__name__
            self._note(_named(words), "measured", "not confirmed", begun)

    def _replayed(self, cause: Cause, evidence: Evidence) -> Iterator[Explanation]:
        for batch in _batches(cause.candidates(evidence), _AHEAD):
            for candidate in batch:
                self._start(candidate.plan)
            for candidate in batch:
                begun = time.monotonic()
                trial = self._bench.trial(candidate.plan)
                self._note(candidate.cause, candidate.what, _outcome(trial, evidence), begun)
                if trial.failure:
                    continue
                if not trial.remaining & evidence.leaves and not trial.remaining - self._all():
                    yield _from(candidate, trial, evidence.leaves)
                    return
                if trial.remaining < self._all():
                    self._helpful.append((candidate, trial))
                composed = self._with_factor(candidate, trial, evidence)
                if composed:
                    self._composed = self._composed or composed

    def _all(self) -> frozenset[str]:
        return frozenset(finding.leaf for finding in self._findings)

    def _start(self, plan: Plan) -> None:
        job = {"mode": plan.mode} if plan.mode else {}
        self._bench.start("torch", dict(plan.torch), plan.inputs)
        self._bench.start("mindspore", dict(plan.mindspore), plan.inputs, **job)

    def _with_factor(self, candidate: Candidate, trial: Trial, evidence: Evidence) -> list[Explanation]:
        """The candidate and a count of elements at once: what it leaves differs by one factor that the traces know."""
        if trial.torch is None or trial.mindspore is None or trial.remaining - evidence.leaves:
            return []
        factors = []
        for name, ours in trial.torch.leaves.items():
            title = name.title(self._steps())
            if title not in trial.remaining:
                continue
            theirs = trial.mindspore.leaves.get(name)
            if theirs is None:
                return []
            one, other = identities.array(ours), identities.array(theirs)
            if one is None or other is None:
                return []
            factor = identities.ratio(one, other, identities.tolerance(ours, theirs))
            if factor is None:
                return []
            factors.append((factor, one.size))
        if (
            not factors
            or sum(size for _, size in factors) < 2
            or not identities.alike([factor for factor, _ in factors])
        ):
            return []
        cause, said, fix = named(evidence, factors[0][0])
        if cause not in ("reduction", "sign", "cotangent") or cause == candidate.cause:
            return []
        one = _from(candidate, trial, evidence.leaves)
        two = Explanation(cause, said, f"it is left after {candidate.what}", fix, tuple(sorted(evidence.leaves)))
        return [one, two]

    def _compose(self, evidence: Evidence) -> None:
        """Several causes, each for a part of the leaves, or two that only together remove anything."""
        if self._composed:
            self._causes += self._composed
            return
        plan, left, found = Plan(), evidence.leaves, list[Explanation]()
        for candidate, alone in sorted(self._helpful, key=lambda each: len(each[1].remaining)):
            trial = self._together(plan, candidate, evidence) if found else alone
            if trial and trial.remaining & left < left:
                plan += candidate.plan
                found.append(_from(candidate, trial, left - trial.remaining))
                left = trial.remaining & left
            if not left:
                break
        likely = [
            candidate for stage in STAGES[1:4] for cause in stage if isinstance(cause, Cause)
            for candidate in cause.candidates(evidence)
        ]  # fmt: skip
        pairs = [(plan, [], each) for each in likely] if found else [
            (one.plan, [one], two) for one, two in itertools.combinations(likely, 2) if one.cause != two.cause
        ]  # fmt: skip
        for before, first, candidate in pairs[:_MOST_PAIRS] if left else ():
            trial = self._together(before, candidate, evidence)
            if trial and not trial.remaining & left:
                found += [_from(each, trial, left) for each in [*first, candidate]]
                break
        self._causes += found

    def _together(self, plan: Plan, candidate: Candidate, evidence: Evidence) -> Trial | None:
        """A trial of a candidate on top of a plan; None if it says nothing."""
        if plan.mode and candidate.plan.mode and plan.mode != candidate.plan.mode:
            return None
        begun = time.monotonic()
        trial = self._bench.trial(plan + candidate.plan)
        self._note(candidate.cause, f"beside what helped: {candidate.what}", _outcome(trial, evidence), begun)
        return None if trial.failure or trial.remaining - self._all() else trial

    def _note(self, cause: str, what: str, outcome: str, begun: float) -> None:
        self._tried.append(Tried(cause, what, outcome, round(time.monotonic() - begun, 3)))


def _batches(candidates: Iterable[Candidate], size: int) -> Iterator[list[Candidate]]:
    waiting = iter(candidates)
    while batch := list(itertools.islice(waiting, size)):
        yield batch


def _outcome(trial: Trial, evidence: Evidence) -> str:
    if trial.failure:
        return f"cannot run: {trial.failure}"
    fixed = evidence.leaves - trial.remaining
    new = trial.remaining - evidence.leaves
    said = f"explains {_share(fixed, evidence)}" if fixed else "differs still"
    return said + (f", and {len(new)} more differ" if new else "")


def _share(leaves: frozenset[str], evidence: Evidence) -> str:
    held = leaves & evidence.leaves
    return "all" if held == evidence.leaves else f"{len(held)} of {len(evidence.leaves)}"


def _from(candidate: Candidate, trial: Trial, leaves: frozenset[str]) -> Explanation:
    values = _values(trial, sorted(leaves))
    agree = f"both sides give {values}" if values else "both sides agree"
    return Explanation(
        candidate.cause,
        candidate.message,
        f"by replay: {candidate.what}, {agree}",
        candidate.fix,
        tuple(sorted(leaves)),
    )


def _values(trial: Trial, titles: list[str]) -> str:
    """The value of a leaf of one element under a plan, to show."""
    if trial.torch is None or trial.mindspore is None:
        return ""
    for name, leaf in trial.mindspore.leaves.items():
        if name.title(trial.mindspore.steps) in titles and name.group == "grad":
            values = identities.array(leaf)
            if values is not None and values.size == 1:
                return f"{values.reshape(-1)[0]:.6g}"
            return ""
    return ""


def _explanation(each: Confirmed, leaves: frozenset[str]) -> Explanation:
    return Explanation(each.cause, each.message, each.confirmed, each.fix, tuple(sorted(leaves)), each.snippet)


def _named(words: str) -> str:
    """``StaleState`` as ``stale_state``."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in words).lstrip("_")
