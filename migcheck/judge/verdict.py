"""The verdict of a variant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from migcheck.compare.finding import Finding
from migcheck.compare.pattern import matches
from migcheck.discover.schema import Known, Scalar, text_of
from migcheck.host.exchange import LeafName

#: From best to worst.
VERDICTS = ("match", "known", "stale", "mismatch", "error")


@dataclass(frozen=True)
class Judgement:
    """A verdict with what it rests on."""

    verdict: str
    #: All findings, the known ones marked with their reason.
    findings: tuple[Finding, ...]
    #: The ``[known]`` patterns that no finding matches any more.
    stale: tuple[str, ...]


def judge(
    findings: tuple[tuple[LeafName | None, Finding], ...],
    known: Mapping[str, Known],
    cell: Mapping[str, Scalar],
) -> Judgement:
    """Judge a variant.  ``[known]`` is strict: a difference that was expected and did not occur is ``stale``."""
    due = expected(known, cell)
    met: set[str] = set()
    marked = []
    for name, finding in findings:
        naming = [pattern for pattern in due if name is not None and matches(pattern, name)]
        met.update(naming)
        marked.append(msgspec.structs.replace(finding, known=due[naming[0]].reason) if naming else finding)
    stale = tuple(pattern for pattern in due if pattern not in met)
    unknown = [finding for finding in marked if not finding.known]
    verdict = "mismatch" if unknown else "stale" if stale else "known" if marked else "match"
    return Judgement(verdict, tuple(marked), stale)


def expected(known: Mapping[str, Known], cell: Mapping[str, Scalar]) -> dict[str, Known]:
    """The known differences that are due in a cell of the matrix."""
    return {pattern: entry for pattern, entry in known.items() if applies(entry, cell)}


def applies(entry: Known, cell: Mapping[str, Scalar]) -> bool:
    """Whether a known difference is expected in a cell of the matrix; values are told apart as they are in ids."""
    return all(
        key in cell and text_of(cell[key]) in map(text_of, values if isinstance(values, list) else [values])
        for key, values in entry.when.items()
    )
