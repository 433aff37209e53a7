"""What a baseline makes of a result, and a baseline of results."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from migcheck.baseline.value import Baseline, Entry, Placed, cause_of, entry_of, is_exact
from migcheck.compare.finding import Finding
from migcheck.report.value import Failure, Result

#: How much worse than recorded passes: another processor rounds in another order.
SLACK = 1.1
#: What a note of ours begins with.
_NOTE = "baseline: "


def adopted(result: Result, baseline: Baseline) -> Result:
    """The result with the differences that the baseline has as known ones.

    Strict both ways: a difference that is worse than its entry stays a mismatch, and an entry whose difference no
    longer occurs makes the result ``stale``.  What could not be compared says nothing of either.
    """
    result = without(result)
    if result.verdict == "error" or not (entries := baseline.of(result.id)):
        return result
    met: set[str] = set()
    notes = list(result.notes)
    findings = []
    for finding in result.findings:
        if finding.known:
            findings.append(finding)
            continue
        found = _entry_for(result, finding, entries)
        if found is None:
            findings.append(finding)
            notes += _other_cause(result, finding, entries)
            continue
        met.add(found.place)
        if worse := _worse(result, finding, found):
            notes.append(worse)
            findings.append(finding)
        else:
            findings.append(msgspec.structs.replace(finding, known=f"adopted, {found.place}", adopted=found.place))
    gone = tuple(each.shown for each in entries if each.place not in met)
    return judged_again(msgspec.structs.replace(result, findings=tuple(findings), gone=gone, notes=tuple(notes)))


def without(result: Result) -> Result:
    """The result as it is without any baseline."""
    findings = tuple(
        msgspec.structs.replace(finding, known="", adopted="") if finding.adopted else finding
        for finding in result.findings
    )
    notes = tuple(note for note in result.notes if not note.startswith(_NOTE))
    return judged_again(msgspec.structs.replace(result, findings=findings, gone=(), notes=notes))


def judged_again(result: Result) -> Result:
    """The result with the verdict that its findings ask for."""
    if result.verdict == "error" and not result.void:
        return result
    unknown = any(not finding.known for finding in result.findings)
    stale = result.stale or result.gone
    verdict = "mismatch" if unknown else "stale" if stale else "known" if result.findings else "match"
    if result.void and verdict in ("match", "known"):  # no baseline makes a pass of what compared nothing
        failure = Failure("case", "observation", result.void)
        return msgspec.structs.replace(result, verdict="error", failures=(failure,))
    return msgspec.structs.replace(result, verdict=verdict, failures=())


def entries_of(results: Iterable[Result], before: Baseline) -> list[Entry]:
    """The entries that accept what these results have, known differences of the cases left to them.

    Variants that were not checked, or could not be compared, keep the entries that they have.
    """
    checked = {result.id: result for result in results if result.verdict != "error"}
    kept = {each.entry.key: each.entry for each in before.placed if each.entry.id not in checked}
    for result in checked.values():
        for finding in result.findings:
            if not finding.known or finding.adopted:
                entry = entry_of(result, finding)
                kept[entry.key] = max(entry, kept.get(entry.key, entry), key=_size)
    return list(kept.values())


def _size(entry: Entry) -> tuple[float, float]:
    return entry.ratio or 0.0, entry.difference or 0.0


def _entry_for(result: Result, finding: Finding, entries: tuple[Placed, ...]) -> Placed | None:
    """The entry of a finding.  A cause that was not looked for, then or now, is no other one."""
    cause = cause_of(result.diagnosis, finding)
    alike = [each for each in entries if (each.entry.leaf, each.entry.kind) == (finding.leaf, finding.kind)]
    same = [each for each in alike if each.entry.cause == cause]
    open_ones = [each for each in alike if not cause or not each.entry.cause]
    return next(iter(same or open_ones), None)


def _worse(result: Result, finding: Finding, found: Placed) -> str:
    """Why a difference is worse than recorded, or another one; empty if it is neither."""
    now, then = entry_of(result, finding), found.entry
    if now.what != then.what:
        return f"{_NOTE}{finding.leaf}: {now.what}; {found.place} has {then.what or 'nothing of that'}"
    slack = 1.0 if is_exact(finding) else SLACK
    if _within(now.ratio, then.ratio, slack) and _within(now.difference, then.difference, slack):
        return ""
    return f"{_NOTE}{finding.leaf}: worse than recorded: {_measure(now)}; {found.place} has {_measure(then)}"


def _within(now: float | None, then: float | None, slack: float) -> bool:
    """Whether a measure is no worse.  What was measured in another way, or not at all, says nothing of it."""
    if now is None or then is None:
        return now is then
    return now <= then * slack


def _measure(entry: Entry) -> str:
    if entry.ratio is not None:
        return f"{entry.ratio:g} " + ("elements" if entry.kind == "nonfinite" else "times what is allowed")
    return "no measure" if entry.difference is None else f"{entry.difference:g} where nothing is allowed"


def _other_cause(result: Result, finding: Finding, entries: tuple[Placed, ...]) -> list[str]:
    now = cause_of(result.diagnosis, finding)
    return [
        f"{_NOTE}{finding.leaf}: the cause is {now}; {each.place} has this difference with the cause {each.entry.cause}"
        for each in entries
        if (each.entry.leaf, each.entry.kind) == (finding.leaf, finding.kind)
    ]
