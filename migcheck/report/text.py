"""Numbers and sentences that the formats share."""

from __future__ import annotations

from migcheck.compare.finding import Finding, LeafKind, Number
from migcheck.report.value import Report, verdicts


def safe(text: str) -> str:
    """Text from a case or a program without the control characters that would move a terminal's cursor or colour."""
    return "".join(letter if letter.isprintable() or letter in "\n\t" else _escaped(letter) for letter in text)


def _escaped(letter: str) -> str:
    return letter.encode("unicode_escape").decode("ascii")


def number(value: Number) -> str:
    """A value to read: as many digits as tell float32 values apart, no more."""
    return _decimal(f"{value:.9g}") if isinstance(value, float) else str(value)


def pair(torch: Number, mindspore: Number) -> str:
    """Both values of an element, with as many digits as it takes to tell them apart."""
    texts = number(torch), number(mindspore)
    if texts[0] == texts[1] and torch != mindspore:
        texts = str(torch), str(mindspore)
    return f"torch {texts[0]}, mindspore {texts[1]}"


def short(value: Number | None) -> str:
    """A size: two significant digits."""
    return _decimal(f"{value:.2g}") if isinstance(value, float) else str(value)


def _decimal(text: str) -> str:
    """A float's digits, told from an integer's by a point."""
    return text + ".0" if text.lstrip("-").isdigit() else text


def kind(leaf: LeafKind | None) -> str:
    """``(64, 128) float32``; nothing for a leaf that is not there."""
    if leaf is None:
        return ""
    if leaf.dtype in ("None", "number"):
        return leaf.dtype
    return f"{leaf.shape} {leaf.dtype}"


def percent(finding: Finding) -> str:
    """The share of the elements that disagree."""
    share = 100 * finding.elements / finding.of if finding.of else 0.0
    if finding.elements == finding.of:
        return "100 %"
    return f"{share:.2g} %" if share < 99 else "over 99 %"


def last_line(report: Report) -> str:
    """The one sentence that says it all."""
    count = verdicts(report.results)
    order = ("mismatch", "stale", "error", "match", "known")
    counted = ", ".join(f"{count[verdict]} {verdict}" for verdict in order if count[verdict]) or "nothing checked"
    if report.skipped:
        counted += f", {report.skipped} not checked"
    if report.interrupted:
        head = "interrupted"
    elif not report.results or count["mismatch"] or count["stale"]:
        head = "no parity"
    elif count["error"]:
        head = "not comparable"
    else:
        head = "parity"
    versions = "".join(f", {side} {environment.framework}" for side, environment in report.environments.items())
    ran_on = "" if report.seed is None else f"  (seed {report.seed}{versions})"
    return f"{head}: {counted} in {report.seconds:.2f} s{ran_on}"
