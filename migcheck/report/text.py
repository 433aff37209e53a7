"""Numbers and sentences that the formats share."""

from __future__ import annotations

import re

from migcheck.compare.finding import Finding, LeafKind, Number
from migcheck.report.value import Report, Result, verdicts


def safe(text: str) -> str:
    """Text from a case or a program without the control characters that would move a terminal's cursor or colour."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() or letter in "\n\t" else _escaped(letter) for letter in text)


def one_line(text: str) -> str:
    """As :func:`safe`, and on one line: a name that begins a line of its own could pass for another result."""
    return safe(text).replace("\n", "\\n")


def inert(text: str) -> str:
    """Text for a log, in which no line is a command to the CI system that reads it.

    To GitHub ``::`` at the beginning of a line is one and ``##[`` anywhere, to Azure ``##vso[``.
    """
    return re.sub(r"#(?=#\w*\[)", r"\\x23", re.sub(r"(?m)^(\s*):(?=:)", r"\1\\x3a", text))


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
    counts = [f"{count[verdict]} {verdict}" for verdict in order if count[verdict]] or ["nothing checked"]
    more = (
        (len(report.gone), "of the baseline gone"),
        (len(report.left_out), "left out"),
        (report.skipped, "not checked"),
    )
    counts += [f"{number} {what}" for number, what in more if number]
    if report.exit_code == 0 and not report.results:
        counts = counts[1:] or ["no variant"]
    counted = ", ".join(counts) + (f" (part {report.partition})" if report.partition else "")
    if report.interrupted:
        head = "interrupted"
    elif report.exit_code == 0 and not report.results:
        head = "nothing to check"
    elif not report.results or count["mismatch"] or count["stale"] or report.gone:
        head = "no parity"
    elif count["error"] or report.skipped:
        head = "not comparable"
    else:
        head = "parity"
    versions = "".join(f", {safe(side)} {safe(each.framework)}" for side, each in report.environments.items())
    ran_on = "" if report.seed is None else f"  (seed {report.seed}{versions})"
    return f"{head}: {counted} in {report.seconds:.2f} s{ran_on}"


def fact_of(finding: Finding) -> str:
    """A finding in one sentence: its worst element with both values, or what is different."""
    leaf, worst = safe(finding.leaf), finding.worst
    if worst is None:
        return f"{leaf}: {safe(finding.message)}"
    at = f" at {list(worst.index)}" if worst.index else ""
    sizes = f", |diff| {short(worst.difference)}, allowed {short(worst.allowed)}" if finding.kind == "values" else ""
    return f"{leaf}{at}: {pair(worst.torch, worst.mindspore)}{sizes}"


def known_reasons(result: Result) -> list[str]:
    """Why a result's differences are expected, each reason once."""
    return list(dict.fromkeys(safe(finding.known) for finding in result.findings if finding.known))


def unfinished(report: Report) -> list[str]:
    """A sentence for each thing that no result shows, and that keeps the run from being a pass; none for a run whose
    results say it all.
    """
    said = [f"{side} could not start: {safe(problem)}" for side, problem in report.problems.items()]
    if report.interrupted:
        said.append("the run was interrupted")
    if report.skipped:
        were = "variants that were selected were" if report.skipped > 1 else "variant that was selected was"
        said.append(f"{report.skipped} {were} not checked")
    said += [f"in the baseline, and in no case any more; delete its line: {safe(line)}" for line in report.gone]
    left_to_others = (report.partition or report.left_out) and not report.skipped
    if not report.results and not report.interrupted and not left_to_others:
        said.append("nothing was checked")
    return said
