"""Causes that a measurement confirms: repeated runs, moved inputs, float64, another process, a single operator."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from migcheck.diagnose import identities
from migcheck.diagnose.bench import Bench, Plan
from migcheck.diagnose.causes.candidate import Confirmed
from migcheck.diagnose.evidence import Evidence
from migcheck.diagnose.triage import directional
from migcheck.feed.dtype import Inputs
from migcheck.host.exchange import STORAGE, Leaf, LeafName
from migcheck.observation import Observation
from migcheck.report.text import number, short
from migcheck.trace import Call, Trace

_EPS = {"float16": 9.8e-4, "bfloat16": 7.8e-3, "float32": 1.2e-7, "float64": 2.2e-16}


class NoneVsZero:
    """None on one side, zeros on the other."""

    def measure(self, evidence: Evidence, bench: Bench) -> Iterable[Confirmed]:
        """By the kind of the finding."""
        leaves = frozenset(finding.leaf for finding in evidence.findings if finding.kind == "none_vs_zero")
        if leaves:
            side = next(
                "torch" if finding.torch and finding.torch.dtype == "None" else "mindspore"
                for finding in evidence.findings
                if finding.kind == "none_vs_zero"
            )
            yield Confirmed(
                "none_vs_zero",
                f"{side} gives None for what takes no part in the output, and the other side gives zeros.",
                "None on one side and zeros in every element on the other",
                "ask for the gradients of what the loss uses; or state the difference in [known]",
                leaves,
            )


class IntegerInput:
    """MindSpore differentiates integers."""

    def measure(self, evidence: Evidence, bench: Bench) -> Iterable[Confirmed]:
        """Where torch has no gradient and MindSpore one of an integer dtype."""
        leaves = frozenset(
            finding.leaf
            for finding in evidence.findings
            if finding.mindspore and ("int" in finding.mindspore.dtype or finding.mindspore.dtype == "bool")
            and finding.kind in ("none", "none_vs_zero", "extra", "dtype")
        )  # fmt: skip
        if leaves:
            yield Confirmed(
                "integer_cast",
                "MindSpore gives an integer input a gradient, in its own dtype; torch gives integers none.",
                "the port's gradient is of an integer dtype, and torch has none",
                "leave the integer argument out of grad_position",
                leaves,
            )


class DroppedPosition:
    """A position whose argument is no Tensor is dropped."""

    def measure(self, evidence: Evidence, bench: Bench) -> Iterable[Confirmed]:
        """Where a call gave fewer gradients than it was asked for."""
        kinds = ("missing", "none", "shape", "values", "extra")
        missing = frozenset(
            finding.leaf
            for finding in evidence.findings
            if finding.kind in kinds and not finding.leaf.startswith("output")
        )
        for call in evidence.mindspore_trace.calls:
            dropped = [
                (at, call.inputs[at].kind)
                for at in call.positions or ()
                if at < len(call.inputs) and call.inputs[at].shape is None
            ]
            if dropped and missing and len(call.gradients) < len(call.positions or ()) + len(call.weights):
                at, kind = dropped[0]
                yield Confirmed(
                    "dropped_position",
                    f"{call.api} was asked for the gradients of arguments {list(call.positions or ())} and silently "
                    "dropped "
                    f"argument {at}, which is a {kind} and no Tensor; the gradients that are left move up.",
                    f"the traced call returned {len(call.gradients)} of {len(call.positions or ())} gradients",
                    "pass ms.Tensor(value), or each tensor of a list as an argument of its own",
                    missing,
                )
                return


class Rounding:
    """The same function, in arithmetic that amplifies rounding."""

    def measure(self, evidence: Evidence, bench: Bench) -> Iterable[Confirmed]:
        """Where both programs agree in float64, and the port repeats itself in its own precision."""
        runs = {side: bench.start(side, {}, precision="float64") for side in ("torch", "mindspore")}
        again = bench.start("mindspore", {}, trace=True)
        t, m, repeated = (each.result().observation for each in (runs["torch"], runs["mindspore"], again))
        if t is None or m is None or repeated is None:
            return
        explained: set[str] = set()
        worst = 0.0
        for finding in evidence.findings:
            name = evidence.names.get(finding.leaf)
            if (
                finding.kind not in ("values", "nonfinite")
                or name is None
                or name not in t.leaves
                or name not in m.leaves
            ):
                return
            dtype = evidence.torch.leaves[name].dtype
            ours, theirs = identities.array(t.leaves[name]), identities.array(m.leaves[name])
            mine, was = (identities.array(each.leaves[name]) for each in (evidence.torch, evidence.mindspore))
            now = identities.array(repeated.leaves[name]) if name in repeated.leaves else None
            if ours is None or theirs is None or mine is None or was is None or now is None or dtype == "float64":
                return
            if not np.array_equal(was, now, equal_nan=True) or not identities.close(ours, theirs, 1e-5):
                return
            finite = np.isfinite(mine) & np.isfinite(was)
            difference = _size((mine - was)[finite]) if finite.any() else math.inf
            # What is left in float64 must be small beside what is to be explained, not merely small.
            if finding.kind == "values" and _size(ours - theirs) > 0.02 * difference:
                return
            worst = max(worst, difference / (_EPS.get(dtype, 1.2e-7) * (_size(ours) or 1.0)))
            explained.add(finding.leaf)
        if explained:
            yield Confirmed(
                "rounding",
                f"the programs compute the same function; rounding is amplified {_times(worst)}.",
                "replayed in float64, both sides agree",
                "rewrite the unstable expression (log_softmax, logsumexp, centred variance), or give the leaf a "
                "tolerance",
                frozenset(explained),
            )


def _times(factor: float) -> str:
    return f"{short(float(factor))} times" if math.isfinite(factor) else "until nothing finite is left"


def _size(values: Any) -> float:
    return float(np.sqrt(np.mean(np.abs(values) ** 2))) if values.size else 0.0


class Kink:
    """A point at which the function has no derivative: any value between its one-sided slopes is right."""

    def measure(self, evidence: Evidence, bench: Bench) -> Iterable[Confirmed]:
        """Where moved inputs agree, twice; and, at an operator that is smooth there, who is wrong."""
        for seed in (1, 2):
            name = f"jittered {seed}"
            inputs = jittered(bench.pair.inputs, seed)
            if inputs is None:
                return
            bench.feed(name, inputs)
            trial = bench.trial(Plan(inputs=name))
            if trial.failure or trial.remaining & evidence.leaves:
                return
        wrong = _operator(evidence, bench)
        if wrong:
            yield wrong
            return
        slopes = _one_sided(evidence, bench)
        smooth = slopes is None or abs(slopes[0] - slopes[1]) <= 1e-3 * max(abs(slopes[0]), abs(slopes[1]), 1e-3)
        if smooth and evidence.place.checks and all(check.agrees for check in evidence.place.checks):
            return  # no kink: what moved is a mask, padding or labels
        said = ""
        if slopes:
            ahead, behind, leaf, worst = slopes
            said = (
                f" At the worst element of {leaf} torch's one-sided slopes are {number(float(f'{behind:.6g}'))} and "
                f"{number(float(f'{ahead:.6g}'))}; torch takes {worst[0]}, mindspore {worst[1]}."
            )
        yield Confirmed(
            "kink",
            f"the function has no derivative at this point, and the frameworks take different subgradients.{said}",
            "on inputs moved by a thousandth of their size, both sides agree",
            "neither is wrong; move the inputs off the tie, the bound or the zero, or state the difference in [known]",
            evidence.leaves,
        )


def jittered(inputs: Inputs, seed: int) -> Inputs | None:
    """The floating inputs moved by about a thousandth of their size; None if there are none."""
    found: Inputs = {}
    any_moved = False
    for at, (name, leaf) in enumerate(inputs.items()):
        if leaf.values is None or not leaf.dtype.startswith(("float", "complex")) or leaf.values.size == 0:
            found[name] = leaf
            continue
        values = np.asarray(leaf.values, np.float64)
        size = _size(values) or 1.0
        sizes = 2e-2 if leaf.dtype == "float16" else 2e-3
        move = np.random.default_rng((seed, at)).uniform(0.5, 1.0, values.shape) * sizes * size
        move *= np.where(np.random.default_rng((seed, at, 1)).random(values.shape) < 0.5, -1.0, 1.0)
        found[name] = Leaf(leaf.kind, leaf.dtype, leaf.shape, np.asarray(values + move, STORAGE[leaf.dtype]))
        any_moved = True
    return found if any_moved else None


def _one_sided(evidence: Evidence, bench: Bench) -> tuple[float, float, str, tuple[object, object]] | None:
    """Torch's slopes to both sides along the worst element of a leaf that is an input's, in float64."""
    for finding in evidence.findings:
        name = evidence.names.get(finding.leaf)
        if name is None or finding.worst is None:
            continue
        source = LeafName(0, "input", directional(name))
        leaf = next((leaf for key, leaf in bench.pair.inputs.items() if key.path == source.path), None)
        if leaf is None or leaf.values is None or leaf.shape != (finding.torch.shape if finding.torch else None):
            continue
        scalars = []
        for h in (0.0, 1e-5, -1e-5):
            values = np.array(leaf.values, np.float64)
            values[tuple(finding.worst.index)] += h
            moved = {
                key: Leaf(each.kind, "float64", each.shape, values) if key.path == source.path else each
                for key, each in bench.pair.inputs.items()
            }
            label = f"{source.path} at {finding.worst.index} {h:g}"
            bench.feed(label, moved)
            trace = bench.run("torch", {}, label, precision="float64", trace=True).trace
            calls = trace.outer if trace else ()
            if not calls or calls[-1].scalar is None:
                return None
            scalars.append(calls[-1].scalar)
        zero, plus, minus = scalars
        worst = (finding.worst.torch, finding.worst.mindspore)
        return (plus - zero) / 1e-5, (zero - minus) / 1e-5, finding.leaf, worst
    return None


class FrameworkBug:
    """An operator of MindSpore's whose backward contradicts its forward."""

    def measure(self, evidence: Evidence, bench: Bench) -> Iterable[Confirmed]:
        """Where one does, called alone."""
        found = _operator(evidence, bench)
        if found:
            yield found


def _operator(evidence: Evidence, bench: Bench) -> Confirmed | None:
    if any(check.side == "mindspore" and check.agrees for check in evidence.place.checks):
        return None  # the port's gradient is right for its own forward
    run = bench.run("mindspore", {"operators": {}}, trace=True, mode="pynative")
    if run.trace is None:
        return None
    for call in run.trace.outer:
        probe = call.probe
        if probe is None or not probe.operator:
            continue
        at = f" at {list(probe.index)}" if probe.index else ""
        slope = probe.slope if probe.slope is not None else math.nan
        return Confirmed(
            "framework_bug",
            f"the backward of {probe.operator} contradicts its forward: argument {probe.argument}{at} has the slope "
            f"{short(slope)}, and ms.grad gives "
            f"{short(probe.gradient) if isinstance(probe.gradient, float) else probe.gradient}.",
            f"{probe.operator} called alone, against central differences in {probe.precision}",
            f"do without {probe.operator}: write it from other operators, or give it a bprop of your own; report it "
            "to MindSpore",
            evidence.leaves,
            probe.snippet,
        )
    return None


class TorchCustomBackward:
    """A hand-written ``backward`` of torch's contradicts its forward."""

    def measure(self, evidence: Evidence, bench: Bench) -> Iterable[Confirmed]:
        """Where torch's check fails, and the port's does not."""
        checks = {check.side: check for check in evidence.place.checks}
        torch, port = checks.get("torch"), checks.get("mindspore")
        if torch is None or torch.agrees is not False or not evidence.saw("torch", "custom"):
            return
        if port is None or port.agrees is not True or not _same_scalars(evidence):
            return
        yield Confirmed(
            "custom_backward",
            "the backward of torch's autograd.Function is not the derivative of its forward; the port's gradient is.",
            f"along a random direction torch's gradient gives {short(torch.slope)}, its forward {short(torch.central)}",
            "mend the torch program's backward(ctx, grad_output), or port what it does by a bprop",
            evidence.leaves,
        )


def _same_scalars(evidence: Evidence) -> bool:
    """Whether both sides differentiated the same number, as far as the traces tell."""
    ends = [calls[-1].scalar if (calls := evidence.outer(side)) else None for side in ("torch", "mindspore")]
    torch, port = ends
    return torch is None or port is None or math.isclose(torch, port, rel_tol=1e-3, abs_tol=1e-6)


class ThroughNumpy:
    """A branch through numpy, which autograd cannot follow."""

    def measure(self, evidence: Evidence, bench: Bench) -> Iterable[Confirmed]:
        """Where the gradient is that of the forward with numpy's values held constant."""
        if any(check.side == "torch" and check.agrees is False for check in evidence.place.checks):
            return  # torch cuts something off as well
        if not _same_scalars(evidence):
            return
        run = bench.run("mindspore", {"probe": {"seed": 1}}, trace=True)
        for call in run.trace.outer if run.trace else ():
            probe = call.probe
            if probe is None or probe.held is None or probe.slope is None or probe.central is None:
                continue
            scale = max(abs(probe.slope), abs(probe.central), abs(probe.held))
            near = abs(probe.slope - probe.held) <= 0.02 * scale + probe.noise
            far = abs(probe.central - probe.held) > 0.05 * scale + probe.noise
            if near and far:
                yield Confirmed(
                    "detached",
                    "the port goes through numpy (asnumpy) inside the differentiated function; autograd does not "
                    "follow it.",
                    f"with numpy's values held constant the forward's slope is {short(probe.held)}, which is what "
                    f"ms.grad gives; let go, it is {short(probe.central)}",
                    "compute it with MindSpore's operators, or give it a bprop",
                    evidence.leaves,
                )
                return


class StaleState:
    """A gradient that depends on calls made before it in the same process."""

    def measure(self, evidence: Evidence, bench: Bench) -> Iterable[Confirmed]:
        """Where a call that is made alone gives another gradient, and all agree with torch then."""
        if evidence.mode == "graph" and evidence.modes_differ:
            return  # what a graph keeps from its compilation is the mode's own doing
        base = bench.run("mindspore", {}, trace=True)
        trace = base.trace
        if trace is None or base.observation is None:
            return
        calls = trace.outer
        if len(calls) < 2 or any(call.inside is not None for call in trace.calls):
            return
        fixed: set[str] = set()
        first = ""
        for call in calls[1:9]:
            change = {"only_call": {"file": trace.file, "call": call.number, "calls": len(calls)}}
            replayed = bench.run("mindspore", change, trace=True)
            alone = replayed.observation
            if alone is None or not _has_scalar(replayed.trace, call):
                continue  # it fails, or its forward differs as well: a state of the program's own
            for finding in evidence.findings:
                name = evidence.names.get(finding.leaf)
                if name is None or name.step != call.step or finding.leaf in fixed or name not in alone.leaves:
                    continue
                ours, theirs = identities.array(evidence.torch.leaves[name]), identities.array(alone.leaves[name])
                was = identities.array(evidence.mindspore.leaves[name])
                if ours is None or theirs is None or was is None or np.array_equal(was, theirs):
                    continue
                if identities.close(
                    ours, theirs, identities.tolerance(evidence.torch.leaves[name], alone.leaves[name])
                ):
                    fixed.add(finding.leaf)
                    first = first or f"call {call.number} ({call.api})"
        if fixed:
            yield stale_state(
                f"made alone, {first} gives torch's gradient; made after the others it does not", frozenset(fixed)
            )


def _has_scalar(trace: Trace | None, call: Call) -> bool:
    """Whether one of the calls differentiated the same number."""
    if call.scalar is None or trace is None:
        return True
    return any(
        each.scalar is not None and math.isclose(each.scalar, call.scalar, rel_tol=1e-4, abs_tol=1e-12)
        for each in trace.outer
    )


def stale_state(confirmed: str, leaves: frozenset[str]) -> Confirmed:
    """The cause, however it was confirmed."""
    return Confirmed(
        "stale_state",
        "a gradient of the port depends on calls that were made before it in the same process, on other shapes or "
        "after an "
        "exception; a check of a single call does not see it.",
        confirmed,
        "keep shapes equal (drop or pad the last batch), or compile the call with @ms.jit; report it to MindSpore",
        leaves,
    )


class UninitialisedMemory:
    """An operator returns memory that nobody wrote."""

    def measure(self, evidence: Evidence, bench: Bench) -> Iterable[Confirmed]:
        """Where two runs differ that differ in what is left in the memory that they get.

        MindSpore's own pool is filled first.  Filling what the C library hands out takes an interpreter of its own, and
        seconds: so that only where something is empty, or not repeatable.
        """
        runs = [bench.start("mindspore", {}, prewarm=f"memory {value}") for value in ("7.5", "-1e6")]
        how = "two runs on memory that was left full of different numbers differ"
        leaves = self._differing(evidence, [future.result().observation for future in runs])
        if leaves:  # traced, only so that it is another run
            again = bench.run("mindspore", {}, prewarm="memory 7.5", trace=True).observation
            leaves -= self._differing(evidence, [runs[0].result().observation, again])
        elif self._suspicious(evidence, bench):
            poisoned = [bench.start("mindspore", {}, allocator=byte) for byte in (85, 170)]
            how = "two runs whose allocator fills memory with different bytes differ"
            leaves = self._differing(evidence, [future.result().observation for future in poisoned])
            if leaves:
                again = bench.run("mindspore", {}, allocator=85, trace=True).observation
                leaves -= self._differing(evidence, [poisoned[0].result().observation, again])
            else:  # memory that the program itself has used, and freed
                how = "a run whose memory other runs of the program have used differs, and something in it is empty"
                used = bench.run("mindspore", {}, prewarm="shapes").observation
                leaves = self._differing(evidence, [evidence.mindspore, used])
        if leaves:
            yield Confirmed(
                "uninitialised_memory",
                "the port's result depends on what memory held before: an operator returns elements that it never "
                "wrote.",
                how,
                "avoid the operator for empty or degenerate shapes; report it to MindSpore",
                leaves,
            )

    @staticmethod
    def _differing(evidence: Evidence, runs: list[Observation | None]) -> frozenset[str]:
        one, other = runs
        return frozenset() if one is None or other is None else _differing(evidence, one, other)

    @staticmethod
    def _suspicious(evidence: Evidence, bench: Bench) -> bool:
        again = bench.run("mindspore", {}, trace=True).observation
        shapes = {tensor.shape for call in evidence.mindspore_trace.calls for tensor in (*call.inputs, *call.outputs)}
        shapes |= {leaf.shape for leaf in (*evidence.inputs.values(), *evidence.mindspore.leaves.values())}
        empty = any(0 in shape for shape in shapes if shape)
        return empty or (again is not None and bool(_differing(evidence, evidence.mindspore, again)))


class Randomness:
    """Random numbers that the frameworks cannot share."""

    def measure(self, evidence: Evidence, bench: Bench) -> Iterable[Confirmed]:
        """Where another seed gives other gradients, on equal inputs; or the same seed does."""
        again = bench.run("mindspore", {}, trace=True).observation
        leaves = _differing(evidence, evidence.mindspore, again) if again else frozenset()
        if leaves:
            yield Confirmed(
                "randomness",
                "the port gives another gradient each time it runs, with the same seed.",
                "two runs with one seed differ",
                "set seeds inside the program, or feed what is random",
                leaves,
            )
            return
        if self._hides_more(evidence, bench):
            return
        seed = bench.pair.seed + 1
        moved: dict[str, frozenset[str]] = {}
        for side, observation in (("torch", evidence.torch), ("mindspore", evidence.mindspore)):
            other = bench.run(side, {}, seed=seed).observation
            moved[side] = _differing(evidence, observation, other) if other else frozenset()
        leaves = moved["torch"] | moved["mindspore"]
        if leaves:
            sides = " and ".join(side for side, found in moved.items() if found)
            yield Confirmed(
                "randomness",
                f"the gradients depend on random numbers that the programs draw ({sides}); the frameworks' "
                "generators give "
                "different ones for any seed.",
                "on the same inputs, another seed gives other gradients",
                "draw them once, as inputs of the case (inputs.py or normal, uniform, integers), and feed both sides",
                leaves,
            )

    @staticmethod
    def _hides_more(evidence: Evidence, bench: Bench) -> bool:
        """Whether dropout is all that is random, and the sides differ without it as well."""
        drawn = {*evidence.torch_trace.saw("random"), *evidence.mindspore_trace.saw("random")}
        if not drawn or not all("dropout" in name.lower() for name in drawn):
            return False
        off = (("no_dropout", True),)
        trial = bench.trial(Plan(torch=off, mindspore=off))
        return not trial.failure and bool(trial.remaining & evidence.leaves)


def _differing(evidence: Evidence, one: Observation, other: Observation) -> frozenset[str]:
    """The leaves with findings that two runs of a side do not share, by far more than rounding."""
    found = set()
    for finding in evidence.findings:
        name = evidence.names.get(finding.leaf)
        if name is None or name not in one.leaves or name not in other.leaves:
            continue
        first, second = identities.array(one.leaves[name]), identities.array(other.leaves[name])
        if first is None or second is None:
            continue
        if first.shape != second.shape:
            found.add(finding.leaf)
            continue
        same = np.array_equal(first, second, equal_nan=True)
        if not same and not identities.close(first, second, 1e-3):
            found.add(finding.leaf)
    return frozenset(found)
