"""The report for a step of GitHub Actions: annotations of lines, and the job's summary.

GitHub keeps ten annotations of a type for each step, so the worst ten are shown.  Mismatches are worse than all else,
since the check is about them: first what has no measure (a leaf, a shape or a step that is not there, a NaN), then by
how many times the allowed difference the worst element is off.  Stale entries follow, errors of a comparison come
last: often many have one reason.  What no result shows, such as a framework that is not there, is said before them.
"""

# Annotations of types are not postponed here: that import would take the name of a function.
import math
import re

from migcheck.compare.finding import Finding
from migcheck.report.blocks import headline
from migcheck.report.markdown import document, failures, one_line
from migcheck.report.places import Spot, spot
from migcheck.report.text import fact_of, last_line, safe, unfinished
from migcheck.report.value import Report, Result

#: GitHub's limit for a step, of errors and of notices each.
_MOST = 10
#: GitHub's limit of a summary is 1 MiB for all that a step writes to it.
_LONGEST_SUMMARY = 1_000_000
#: Characters of an annotation's message; GitHub folds long ones.
_LONGEST_MESSAGE = 2000


def annotations(report: Report) -> str:
    """Workflow commands, one a line, for the worst failures; and a notice with the last line of the report."""
    errors = []
    if lacking := unfinished(report):
        errors.append(_command("error", "migcheck", "\n".join(lacking)))
    shown = _worst(report)
    for result, more in shown[: _MOST - len(errors)]:
        errors.append(_command("error", f"migcheck: {result.id}", _message(result, more), spot(report, result)))
    left_out = sum(1 + more for _, more in shown[len(errors) - bool(lacking) :])
    note = f"; {left_out} more failed than are annotated" if left_out else ""
    return "".join([*errors, _command("notice", "migcheck", last_line(report) + note)])


def summary(report: Report) -> str:
    """Markdown to append to the file ``$GITHUB_STEP_SUMMARY``."""
    return document(report, _LONGEST_SUMMARY)


def _worst(report: Report) -> list[tuple[Result, int]]:
    """What fails the gate, the worst first, each with how many more there are for the same reason."""
    stale = [(result, 0) for result in report.results if result.verdict == "stale"]
    return sorted([*failures(report), *stale], key=lambda each: _badness(each[0]), reverse=True)


def _badness(result: Result) -> tuple[int, float]:
    if result.verdict != "mismatch":
        return (int(result.verdict == "stale"), 0.0)
    return (2, max((_times(finding) for finding in result.findings if not finding.known), default=0.0))


def _times(finding: Finding) -> float:
    """How many times the allowed difference the worst element is off; infinity where nothing measures it."""
    worst = finding.worst
    if finding.kind != "values" or worst is None:
        return math.inf
    difference, allowed = worst.difference, worst.allowed
    if isinstance(difference, str) or isinstance(allowed, str) or not allowed:
        return math.inf
    times = difference / allowed
    return math.inf if math.isnan(times) else times


def _message(result: Result, more: int) -> str:
    lines = [headline(result)]
    unknown = [finding for finding in result.findings if not finding.known]
    lines += [fact_of(finding) for finding in unknown[:1]]
    for cause in result.diagnosis.causes if result.diagnosis else ():
        lines += [f"{cause.cause}: {safe(cause.message)}", f"fix: {safe(cause.fix)}; see {cause.page}"]
    if more:
        lines.append(f"and {more} more for the same reason")
    if result.rerun:
        lines.append(f"rerun: {safe(result.rerun)}")
    return "\n".join(lines)


def _command(kind: str, title: str, message: str, where: Spot | None = None) -> str:
    """A workflow command: what is after its first ``::`` cannot begin another."""
    properties = {"file": where.file, "line": str(where.line)} if where else {}
    properties["title"] = one_line(title)
    said = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    text = message if len(message) <= _LONGEST_MESSAGE else f"{message[:_LONGEST_MESSAGE]} …"
    return f"::{kind} {said}::{_data(text)}\n"


def _data(text: str) -> str:
    return _inert(safe(text)).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _inert(text: str) -> str:
    """Text that is no command where it is shown again: the log repeats a message, line by line."""
    text = re.sub(r"##(?=\[)", "##\u200b", text)
    return re.sub(r"(?m)^(\s*:)(?=:)", "\\1\u200b", text)
