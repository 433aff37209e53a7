"""An entry of a baseline, and all of them."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable
from functools import cached_property

from msgspec import Struct

from migcheck.compare.finding import Finding
from migcheck.diagnose.value import Diagnosis
from migcheck.report.value import Result

#: The cause of an entry, or of a finding, that no cause explains.
UNKNOWN = "unknown"
#: Kinds of findings that no number measures: one that says something else is another difference.
UNMEASURED = ("shape", "dtype", "none", "none_vs_zero", "missing_step")


class Entry(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One difference: of this variant, on this leaf, of this kind and cause, and no worse than this."""

    id: str
    leaf: str
    kind: str
    #: As docs/causes.md calls it; several are joined by ``+``; ``unknown``; empty where none was looked for.
    cause: str = ""
    #: See :func:`ratio_of`; None where there is no such measure.
    ratio: float | None = None
    #: See :func:`difference_of`; None where something is allowed, so that there is a ratio.
    difference: float | None = None
    #: What no number measures: ``shape (2, 3) against (3, 2)``; see :data:`UNMEASURED`.
    what: str = ""

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What tells entries apart."""
        return self.id, self.leaf, self.kind, self.cause


class Placed(Struct, frozen=True):
    """An entry, and where it stands: ``FILE:4``, and the line itself."""

    entry: Entry
    place: str
    line: str

    @property
    def shown(self) -> str:
        """The line after its place."""
        return f"{self.place}: {self.line}"


class Baseline:
    """The entries of one file."""

    def __init__(self, placed: Iterable[Placed], file: str = "") -> None:
        self.placed = tuple(placed)
        self.file = file

    @cached_property
    def _by_id(self) -> dict[str, tuple[Placed, ...]]:
        found: dict[str, list[Placed]] = {}
        for each in self.placed:
            found.setdefault(each.entry.id, []).append(each)
        return {id: tuple(entries) for id, entries in found.items()}

    def of(self, id: str) -> tuple[Placed, ...]:
        """The entries of a variant."""
        return self._by_id.get(id, ())


def entry_of(result: Result, finding: Finding) -> Entry:
    """The entry that would accept a finding."""
    return Entry(
        result.id,
        finding.leaf,
        finding.kind,
        cause_of(result.diagnosis, finding),
        ratio_of(finding),
        difference_of(finding),
        finding.message if finding.kind in UNMEASURED else "",
    )


def cause_of(diagnosis: Diagnosis | None, finding: Finding) -> str:
    """What explains a finding; empty where that was not looked for to the end."""
    if diagnosis is None or diagnosis.cut_short:
        return ""
    names = sorted({cause.cause for cause in diagnosis.causes if finding.leaf in cause.leaves})
    return "+".join(names) or UNKNOWN


def ratio_of(finding: Finding) -> float | None:
    """How bad a finding is, rounded up to two digits: the worst element's difference over what is allowed there, or how
    many elements are NaN or infinite on one side.  None for what is there or not: a missing leaf, another shape.
    """
    if finding.kind == "nonfinite":
        return float(finding.elements)
    worst = finding.worst
    if finding.kind != "values" or worst is None or not worst.allowed:
        return None
    return _rounded_up(float(worst.difference) / float(worst.allowed))


def difference_of(finding: Finding) -> float | None:
    """How large the worst difference is where nothing is allowed: of integers, or where all that torch has is 0.

    It has the leaf's unit, so it is no ratio, and is not to be held against one.
    """
    worst = finding.worst
    if finding.kind != "values" or worst is None or worst.allowed:
        return None
    difference = float(worst.difference)
    return difference if is_exact(finding) else _rounded_up(difference)


def is_exact(finding: Finding) -> bool:
    """Whether a finding is measured by what no rounding changes: integers, or how many elements are not finite."""
    worst = finding.worst
    return finding.kind == "nonfinite" or (worst is not None and isinstance(worst.difference, int))


def _rounded_up(value: float) -> float:
    """To two digits; what is beyond float64, or is inf / inf, as its largest number, since JSON has no infinity."""
    if not math.isfinite(value):
        return sys.float_info.max
    rounded = float(f"{value:.1e}")
    if rounded < value:
        mantissa, exponent = f"{rounded:.1e}".split("e")
        rounded = float(f"{float(mantissa) + 0.1:.1f}e{exponent}")
    return min(rounded, sys.float_info.max)
