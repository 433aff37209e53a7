"""From two observations to a verdict.

compare ─→ (second opinion) ─→ judge
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec

from migcheck.compare.finding import Finding, Rounding
from migcheck.compare.pattern import matches
from migcheck.compare.rounding import against_float64, agree_in_float64, magnitude_of, needs_port
from migcheck.compare.structure import Comparison, compare
from migcheck.discover.schema import Known, Scalar, Tolerance
from migcheck.host.exchange import Leaf, LeafName
from migcheck.judge.verdict import expected, judge
from migcheck.observation import Observation
from migcheck.report.value import Failure, Result, Rounded


@dataclass(frozen=True)
class Expectations:
    """What is known beforehand of a pair: the tables of a case."""

    tolerance: Mapping[str, Tolerance]
    known: Mapping[str, Known]
    #: The variant's cell of the matrix.
    cell: Mapping[str, Scalar]


@dataclass(frozen=True)
class Replay:
    """The same program in float64: its leaves, or why there are none."""

    leaves: Mapping[LeafName, Leaf]
    failure: str = ""

    def explain(self, opinion: Rounding) -> Rounding:
        """An opinion that has no replay to rest on, with the reason why."""
        return msgspec.structs.replace(opinion, note=self.failure) if self.failure else opinion


#: Gives the float64 replay of a side; called only where there is a doubt that it can settle.
Replays = Callable[[str], Replay]


def judged(base: Result, torch: Observation, mindspore: Observation, known: Expectations, replays: Replays) -> Result:
    """``base`` with the verdict on two observations and all that it rests on."""
    started = time.monotonic()
    comparison = compare(torch, mindspore, known.tolerance)
    findings = comparison.findings
    rounded: tuple[Rounded, ...] = ()
    doubtful = comparison.doubtful - _plainly_known(comparison, known)
    if doubtful:
        findings, rounded = _second_opinion(comparison, doubtful, torch, mindspore, replays)
    judgement = judge(findings, known.known, known.cell)
    about_gradients = comparison.informative or any(name and name.group == "grad" for name, _ in findings)
    void = ""
    if not about_gradients:
        why = "every gradient is None, empty or NaN on both sides" if comparison.gradients else "there is no gradient"
        void = f"nothing was compared: {why}"
        if judgement.verdict in ("match", "known"):
            return failed(base, "observation", void)
    notes = comparison.notes
    if comparison.unread:
        names = " and ".join(map(repr, comparison.unread))
        unread = f"[tolerance] {names} matches no leaf; correct it, or delete it"
        if judgement.verdict in ("match", "known"):
            return failed(base, "case", unread)
        notes = (*notes, unread)
        void = void or unread
    return msgspec.structs.replace(
        base,
        verdict=judgement.verdict,
        findings=judgement.findings,
        stale=judgement.stale,
        void=void,
        leaves=comparison.leaves,
        rounded=rounded,
        notes=notes,
        seconds=msgspec.structs.replace(base.seconds, compare=time.monotonic() - started),
    )


def portrayed(result: Result, torch: Observation | None, mindspore: Observation | None) -> Result:
    """A result with the distribution of its differences."""
    from migcheck.compare.distribution import errors, portraits

    if torch is None or mindspore is None:
        return result
    titles = tuple(finding.leaf for finding in result.findings if not finding.known)
    return msgspec.structs.replace(
        result, portraits=portraits(torch, mindspore, titles), errors=errors(torch, mindspore)
    )


def failed(base: Result, kind: str, reason: str, stack: str = "") -> Result:
    """``base`` as an ``error`` that is neither side's own."""
    return msgspec.structs.replace(base, verdict="error", failures=(Failure("case", kind, reason, stack),))


#: A known difference that takes more than this as rtol is not rounding: no replay is needed to say so.
_PLAIN = 0.1


def _plainly_known(comparison: Comparison, known: Expectations) -> frozenset[LeafName]:
    """Leaves that are expected to differ, and do so by far more than rounding."""
    due = expected(known.known, known.cell)
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
    replays: Replays,
) -> tuple[Findings, tuple[Rounded, ...]]:
    """Judge the doubtful leaves against float64 replays; those that differ by mere rounding are findings no more."""
    reference = replays("torch")
    steps = {name.step for name in doubtful if name in reference.leaves}
    magnitudes = {step: magnitude_of(torch, step) for step in steps}
    opinions = {
        name: against_float64(
            torch.leaves[name],
            mindspore.leaves[name],
            reference.leaves.get(name),
            name.title(torch.steps),
            magnitudes.get(name.step, 0.0),
        )
        for name in doubtful
    }
    unsettled = [name for name, opinion in opinions.items() if needs_port(opinion)]
    if unsettled:
        port = replays("mindspore")
        for name in unsettled:
            leaves = (torch.leaves[name], mindspore.leaves[name], reference.leaves[name], port.leaves.get(name))
            title = name.title(torch.steps)
            opinions[name] = port.explain(agree_in_float64(opinions[name], *leaves, title, magnitudes[name.step]))
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
