"""The results in the order of the page: by verdict, the worst first, and the variants of a case together."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from migcheck.report.blocks import headline
from migcheck.report.text import known_reasons
from migcheck.report.value import Report, Result

#: In the order of the page, with the sign that tells them apart without colour.
SIGNS = {"mismatch": "✗", "error": "!", "stale": "○", "known": "≈", "match": "✓"}

_TITLES = {
    "mismatch": "The gradients differ",
    "error": "Could not be compared",
    "stale": "A known difference that no longer occurs",
    "known": "Differ as expected",
    "match": "Match",
}


@dataclass(frozen=True)
class Variant:
    """A row of the page."""

    result: Result
    #: Stable: the same for the same id in every report.
    anchor: str
    #: ``[graph,float64]``; of a case without a matrix its id.
    cell: str
    headline: str


@dataclass(frozen=True)
class Case:
    """The variants of a case that have one verdict."""

    id: str
    title: str
    anchor: str
    variants: tuple[Variant, ...]


@dataclass(frozen=True)
class Section:
    """All results of one verdict."""

    verdict: str
    title: str
    count: int
    cases: tuple[Case, ...]


def sections(report: Report) -> tuple[Section, ...]:
    """Those that are not empty."""
    anchors = _Anchors()
    found = []
    for verdict in dict.fromkeys([*SIGNS, *(result.verdict for result in report.results)]):
        results = [result for result in report.results if result.verdict == verdict]
        if not results:
            continue
        cases = tuple(_case(list(group), anchors, verdict) for _, group in groupby(results, key=_case_of))
        found.append(Section(verdict, _TITLES.get(verdict, verdict), len(results), cases))
    return tuple(found)


def _case_of(result: Result) -> tuple[str, str, str]:
    """The id without the cell of the matrix, and the title: not every id that has a bracket is that of a variant."""
    return result.id.partition("[")[0], result.title, str(sorted(result.files.items()))


def _case(results: Sequence[Result], anchors: _Anchors, verdict: str) -> Case:
    name = results[0].id.partition("[")[0]
    variants = tuple(
        Variant(result, anchors.of(result.id), result.id[len(name) :], _headline(result)) for result in results
    )
    return Case(name, results[0].title, anchors.of(f"{verdict}/{name}"), variants)


def _headline(result: Result) -> str:
    if result.verdict == "match":
        return ""
    if result.verdict == "known":
        reasons = known_reasons(result)
        return "; ".join(reasons[:2]) + (" …" if len(reasons) > 2 else "")
    return headline(result)


class _Anchors:
    """Ids of elements: readable, and no two alike."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def of(self, id: str) -> str:
        readable = re.sub(r"[^A-Za-z0-9_.]+", "-", id).strip("-")[:60]
        digest = hashlib.sha256(id.encode("utf-8", "surrogatepass")).hexdigest()
        anchor = f"{readable}-{digest[:4]}".lstrip("-")
        while anchor in self._taken:
            anchor += "-2"
        self._taken.add(anchor)
        return anchor
