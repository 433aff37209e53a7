"""The block of text on a result that is not a plain match: what differs, where, by how much, and how to see it again.

A block is a list of lines.  A line is a list of pieces, to be joined by a space; whoever prints it breaks between
pieces where the line is too long.
"""

from __future__ import annotations

from collections.abc import Iterable

from migcheck.compare.finding import Finding, Rounding
from migcheck.diagnose.value import Diagnosis
from migcheck.report.text import kind, pair, percent, safe, short
from migcheck.report.value import Failure, Result, failed

Line = list[str]

#: Lines of a stack and of stderr, characters of a line, and findings that a block shows; the JSON report has all.
_SHOWN = 12
_WIDEST = 400
_MOST_FINDINGS = 12


def head(result: Result) -> str:
    """The first line of a block."""
    word = "ERROR" if result.verdict == "error" else "FAILED" if result.verdict in ("mismatch", "stale") else "KNOWN"
    return f"{word} {safe(result.id)}"


def headline(result: Result) -> str:
    """What is wrong, in one short sentence."""
    if result.verdict == "error":
        return "; ".join(_failure(failure)[0][0] for failure in result.failures) or "could not be compared"
    if result.verdict == "known" and result.findings:
        by = "the baseline has it" if all(finding.adopted for finding in result.findings) else "its case expects"
        return f"{_said(list(dict.fromkeys(finding.leaf for finding in result.findings)))}, as {by}"
    leaves = list(dict.fromkeys(finding.leaf for finding in result.findings if not finding.known))
    if not leaves and not result.stale:
        return "a difference of the baseline that no longer occurs"
    if not leaves:
        return f"{' and '.join(map(safe, result.stale))}: a known difference that no longer occurs"
    said = _said(leaves)
    if result.diagnosis and (result.diagnosis.causes or result.diagnosis.unexplained):
        causes = list(dict.fromkeys(cause.cause for cause in result.diagnosis.causes)) or ["unknown"]
        said += f"; cause: {safe(', '.join(causes))}"
    return said


def set_apart(result: Result) -> list[str]:
    """The notes that are no part of a block: all but those that say why a baseline does not accept a failure."""
    return [note for note in result.notes if not (failed(result) and note.startswith("baseline: "))]


def _said(leaves: list[str]) -> str:
    """Which leaves differ."""
    if len(leaves) == 1:
        return f"{safe(leaves[0])} differs"
    return f"{safe(leaves[0])} and {len(leaves) - 1} more differ"


def assertion(results: Iterable[Result], note: str = "") -> str:
    """The text of a failed assertion: for each result a headline, and its block below it."""
    texts = []
    several = tuple(results)
    for result in several:
        said = headline(result)
        lines = [*body(result), *([safe(text)] for text in set_apart(result))]
        head = f"{safe(result.id)}: {said}" if len(several) > 1 else said
        texts.append("\n".join([head, *("  " + " ".join(line) for line in lines if line != [said])]))
    return "\n\n".join(texts) + (f"\n  {note}" if note else "")


def body(result: Result) -> list[Line]:
    """The lines below the head, without their indentation."""
    lines: list[Line] = []
    for failure in result.failures:
        lines += _failure(failure)
    # What is unknown first, in the order of the leaves: the first that differs is the place to look.
    findings = sorted(result.findings, key=lambda finding: bool(finding.known))
    for finding in findings[:_MOST_FINDINGS]:
        lines += _finding(finding)
    if len(findings) > _MOST_FINDINGS:
        lines.append([f"… and {len(findings) - _MOST_FINDINGS} findings more; --json has all"])
    if result.diagnosis:
        differing = len({finding.leaf for finding in result.findings if not finding.known})
        lines += _diagnosis(result.diagnosis, differing, explicable=result.rerun.startswith("migcheck "))
    for pattern in result.stale:
        lines.append(
            [f"{safe(pattern)}: a known difference that no longer occurs;", "delete it from [known] in case.toml"]
        )
    for line in result.gone:
        lines.append(["a difference of the baseline that no longer occurs;", "delete its line:"])
        lines.append([f"  {safe(line)}"])
    apart = set_apart(result)
    lines += [[f"note: {safe(note)}"] for note in result.notes if note not in apart]
    if result.guide:
        lines.append([f"guide: {safe(result.guide)}"])
    if result.rerun:
        lines.append([f"rerun: {safe(result.rerun)}"])
    return lines


def _diagnosis(diagnosis: Diagnosis, differing: int, explicable: bool) -> list[Line]:
    lines: list[Line] = [[safe(diagnosis.place.message)]] if diagnosis.place.message else []
    for cause in diagnosis.causes:
        which = ""
        if cause.leaves and len(cause.leaves) < differing:
            more = f" and {len(cause.leaves) - 1} more" if len(cause.leaves) > 1 else ""
            which = f" (of {safe(cause.leaves[0])}{more})"
        lines.append([f"cause: {safe(cause.cause)}{which}.", *_sentences(safe(cause.message))])
        lines.append([f"       confirmed: {safe(cause.confirmed)}"])
        lines.append([f"fix:   {safe(cause.fix)};", f"see {safe(cause.page)}"])
        for line in cause.snippet.splitlines():
            lines.append([f"       | {safe(line)}"])
    if diagnosis.unexplained:
        known = "no cause was confirmed" if not diagnosis.causes else "not explained"
        names = ", ".join(map(safe, diagnosis.unexplained[:4]))
        more = f" and {len(diagnosis.unexplained) - 4} more" if len(diagnosis.unexplained) > 4 else ""
        tried = f" ({len(diagnosis.tried)} tried)" if diagnosis.tried else ""
        pieces = [f"cause: unknown: {known}{tried}", f"for {names}{more}"]
        lines.append([*pieces[:1], f"{pieces[1]};", "migcheck explain shows the evidence"] if explicable else pieces)
    return lines + [[f"note: {safe(note)}"] for note in diagnosis.notes if "ran out" in note]


def _sentences(text: str) -> list[str]:
    """Pieces between which a line may break."""
    pieces = text.replace("; ", ";\n").replace(": ", ":\n").replace(". ", ".\n").split("\n")
    return [piece for piece in pieces if piece]


def _failure(failure: Failure) -> list[Line]:
    side = f"{safe(failure.side)}: " if failure.side != "case" else ""
    lines = [[f"{side}{safe(failure.reason)}"]]
    for label, text in (("stack", failure.stack), ("stderr", failure.stderr)):
        # MindSpore ends its messages with a stack of its own sources.
        shown = [line[:_WIDEST] for line in safe(text.partition("- C++ Call Stack")[0]).rstrip().splitlines()]
        if failure.kind in ("program", "observation", "host", "case", "inputs") and label == "stack":
            continue
        if len(shown) > _SHOWN:
            shown = [f"… {len(shown) - _SHOWN} lines more", *shown[-_SHOWN:]]
        lines += [[f"  {label} | {line}"] for line in shown]
    return lines


def _finding(finding: Finding) -> list[Line]:
    known = f"known: {safe(finding.known)}"
    lines = [_FACTS.get(finding.kind, _plain)(finding)]
    if finding.known:
        return [*lines, ["  " + known]]
    if finding.rounding:
        first, *rest = _rounding(finding.rounding)
        lines.append([f"  {first}", *rest])
    if finding.passes_with and (finding.passes_with.rtol is not None or finding.passes_with.atol is not None):
        tolerances = [
            f"{name} = {short(value)}"
            for name, value in (("rtol", finding.passes_with.rtol), ("atol", finding.passes_with.atol))
            if value is not None
        ]
        lines.append([f"  would pass with {' or '.join(tolerances)}"])
    return lines


def _values(finding: Finding) -> Line:
    assert finding.worst is not None
    worst = finding.worst
    values = pair(worst.torch, worst.mindspore)
    sizes = f"   |diff| {short(worst.difference)}, allowed {short(worst.allowed)}"
    if finding.kind == "nonfinite":
        sizes = ""
    name = f"{safe(finding.leaf)} {_kinds(finding)}:"
    if finding.of == 1:
        return [f"{name} {values}", sizes] if sizes else [f"{name} {values}"]
    what = "differ" if finding.kind == "values" else "are NaN or infinite on one side"
    count = f"{finding.elements} of {finding.of} elements ({percent(finding)}) {what};"
    return [piece for piece in (name, count, f"worst at {list(worst.index)}: {values}", sizes) if piece]


def _plain(finding: Finding) -> Line:
    kinds = _kinds(finding)
    return [f"{safe(finding.leaf)}{f' {kinds}' if kinds else ''}: {safe(finding.message)}"]


def _difference(finding: Finding) -> Line:
    return [f"{safe(finding.leaf)}: {safe(finding.message)}"]


_FACTS = {"values": _values, "nonfinite": _values, "shape": _difference, "dtype": _difference}


def _kinds(finding: Finding) -> str:
    return kind(finding.torch if finding.torch and finding.torch.dtype != "None" else finding.mindspore)


def _rounding(rounding: Rounding) -> Line:
    if rounding.outcome in ("undetermined", "unavailable"):
        first, *rest = safe(rounding.note).split("; ")
        pieces = [f"no second opinion: {first}", *rest]
        return [*(f"{piece};" for piece in pieces[:-1]), pieces[-1]]
    note = [safe(rounding.note)] if rounding.note else []
    if not rounding.torch_rms + rounding.mindspore_rms:
        return note
    return [
        f"against float64, in units of the leaf's RMS: torch is off by {short(rounding.torch_rms)},",
        f"mindspore by {short(rounding.mindspore_rms)} (allowed {short(rounding.allowed_rms)})" + (";" if note else ""),
        *note,
    ]
