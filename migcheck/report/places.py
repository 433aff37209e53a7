"""What a report points at: the file and line of a call, of a failure, of a difference that is gone."""

from __future__ import annotations

import posixpath
import re

from msgspec import Struct

from migcheck.report.value import Failure, Report, Result


class Spot(Struct, frozen=True):
    """A line of a file."""

    #: Relative to the root of the repository, with slashes.
    file: str
    #: From 1, which also stands for a line that is not known.
    line: int = 1


def file_of(report: Report, result: Result, name: str) -> str:
    """A result's file by its name (``torch``, ``mindspore`` or ``case``), relative to the repository's root.

    Empty if there is none, or if it is outside of the repository.
    """
    return _inside(report, result.files.get(name, ""))


def _inside(report: Report, given: str) -> str:
    path = posixpath.normpath(posixpath.join(report.directory, given))
    return path if given and path != ".." and not path.startswith(("../", "/")) else ""


def spot(report: Report, result: Result) -> Spot | None:
    """Where to look first: at what failed, at the known difference that is gone, else at what the port asks of
    autograd.
    """
    if result.failures:
        return failure_spot(report, result, result.failures[0])
    if result.verdict == "stale" and result.stale:
        return stale_spot(report, result, result.stale[0])
    if result.verdict == "stale" and result.gone:
        return gone_spot(report, result.gone[0])
    return call_spot(report, result, "mindspore")


def call_spot(report: Report, result: Result, side: str) -> Spot | None:
    """Where a side asks autograd for its gradients: of the calls of its own file, the first of the step in which
    something differs.
    """
    file = file_of(report, result, side)
    return Spot(file, _line_of_call(result, side)) if file else None


def _line_of_call(result: Result, side: str) -> int:
    if result.diagnosis is None:
        return 1
    step = next((finding.step for finding in result.findings if not finding.known), 0)
    # In a graph little is seen of the port, and more in the same port's PyNative.
    for name in (side, "pynative") if side == "mindspore" else (side,):
        trace = result.diagnosis.traces.get(name)
        calls = [call for call in trace.outer if call.line > 0] if trace else []
        if calls:
            return next((call.line for call in calls if call.step == step), calls[0].line)
    return 1


def failure_spot(report: Report, result: Result, failure: Failure) -> Spot | None:
    """The line that a failure's reason or stack names in the failing side's file."""
    names = (failure.side,) if failure.side in result.files else ("case", "mindspore", "torch")
    for name in names:
        file = file_of(report, result, name)
        if file:
            base = re.escape(posixpath.basename(file))
            found = re.search(rf"(?:^|[\s/]){base}:(\d{{1,9}})\b", failure.reason) or re.search(
                rf"(?:^|[\"/]){base}\", line (\d{{1,9}})\b", failure.stack
            )
            return Spot(file, max(int(found[1]), 1) if found else 1)
    return None


def stale_spot(report: Report, result: Result, pattern: str) -> Spot | None:
    """The line of the case that names a known difference."""
    file = file_of(report, result, "case")
    if not file:
        return None
    lines = report.sources.get(result.files["case"], "").splitlines()
    known = next((number for number, line in enumerate(lines, 1) if line.strip().startswith("[known")), 0)
    for number, line in enumerate(lines[known:], known + 1):
        if line.strip().startswith((f'"{pattern}"', f"'{pattern}'")):
            return Spot(file, number)
    return Spot(file, known or 1)


def gone_spot(report: Report, line: str) -> Spot | None:
    """The line of the baseline whose difference is gone, which begins with its place."""
    found = re.match(r"(.+?):(\d{1,9}): ", line)
    file = _inside(report, found[1]) if found else ""
    return Spot(file, int(found[2])) if found and file else None
