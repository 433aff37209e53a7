"""Which leaves of two observations are partners, and what has none."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from dataclasses import dataclass

from migcheck.compare.finding import Finding
from migcheck.compare.leaves import compare_leaf, kind_of
from migcheck.compare.pattern import matches
from migcheck.compare.tolerance import given_for
from migcheck.discover.schema import Tolerance
from migcheck.host.exchange import LeafName
from migcheck.observation import Observation

#: Leaves without a partner for which one of like name is looked for: each is compared with all that are left.
_MOST_SUGGESTIONS = 12


@dataclass(frozen=True)
class Comparison:
    """All findings of a variant, in torch's order of leaves."""

    #: With the leaf each is on; None for the observation as a whole.
    findings: tuple[tuple[LeafName | None, Finding], ...]
    #: Leaves whose only finding is a difference of floating values: rounding may explain it.
    doubtful: frozenset[LeafName]
    #: Leaves compared.
    leaves: int
    #: Whether there is any gradient at all.
    gradients: bool
    #: Whether any gradient held a finite number to compare: one that is None, empty or NaN on both sides does not.
    informative: bool
    #: Patterns of ``[tolerance]`` that match no leaf: what they were meant for was compared without them.
    unread: tuple[str, ...]
    #: What a reader should know although it is no finding.
    notes: tuple[str, ...]


def compare(torch: Observation, mindspore: Observation, tolerances: Mapping[str, Tolerance]) -> Comparison:
    """Compare two observations, leaf by leaf, by name: never by shape or order."""
    findings: list[tuple[LeafName | None, Finding]] = []
    doubtful: set[LeafName] = set()
    notes: list[str] = []
    steps = max(torch.steps, mindspore.steps)
    common = min(torch.steps, mindspore.steps)
    if torch.steps != mindspore.steps:
        message = f"torch made {_count(torch.steps)}, mindspore {_count(mindspore.steps)}"
        findings.append((None, Finding(leaf=f"step[{common}]", step=common, kind="missing_step", message=message)))
    lone = [name for name in mindspore.leaves if name not in torch.leaves and name.step < common]
    compared = lacking = 0
    informative = False
    for name, leaf in torch.leaves.items():
        if name.step >= common:
            continue
        shown = name.title(steps)
        partner = mindspore.leaves.get(name)
        if partner is None:
            message = "torch has it, mindspore has not"
            if lacking < _MOST_SUGGESTIONS:
                message += _near(name, lone)
            lacking += 1
            findings.append(
                (name, Finding(leaf=shown, step=name.step, kind="missing", message=message, torch=kind_of(leaf)))
            )
            continue
        compared += 1
        result = compare_leaf(shown, name.step, leaf, partner, given_for(name, tolerances))
        findings.extend((name, finding) for finding in result.findings)
        if result.doubtful:
            doubtful.add(name)
        informative |= name.group == "grad" and leaf.kind != "none" and result.alike < math.prod(leaf.shape)
        if result.alike:
            notes.append(f"{shown}: both sides have the same NaN or infinity in {_count(result.alike, 'place')}")
    for name in lone:
        leaf = mindspore.leaves[name]
        shown = name.title(steps)
        message = "mindspore has it, torch has not"
        findings.append(
            (name, Finding(leaf=shown, step=name.step, kind="extra", message=message, mindspore=kind_of(leaf)))
        )
    names = [*torch.leaves, *mindspore.leaves]
    unread = tuple(pattern for pattern in tolerances if not any(matches(pattern, name) for name in names))
    gradients = any(name.group == "grad" for name in names)
    return Comparison(tuple(findings), frozenset(doubtful), compared, gradients, informative, unread, tuple(notes))


def _near(name: LeafName, lone: list[LeafName]) -> str:
    near = difflib.get_close_matches(str(name), [str(each) for each in lone if each.step == name.step], n=1, cutoff=0.5)
    return f"; {near[0]} is there" if near else ""


def _count(number: int, what: str = "step") -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")
