"""Reports of earlier runs, from their JSON files or from this folder's journal."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

import msgspec

from migcheck.compare.finding import KINDS
from migcheck.compare.portrait import is_whole
from migcheck.errors import UsageError
from migcheck.judge.verdict import VERDICTS
from migcheck.report.bounded import TooLarge, read_bounded
from migcheck.report.value import FORMAT, Report, concluded

#: The last run in this folder.
LAST = "LAST"
#: Bytes of a file that is read.
_LARGEST = 512 * 2**20
#: Values in it, each of which takes up to 150 bytes of memory; a mismatch has about 10,000.
_MOST_VALUES = 10_000_000


#: No format expects more in the place of a side, a kind, a dtype, the name of a cause or a value that is no number.
_WORD = re.compile(r"[\w .,+()/-]{0,200}", re.ASCII)


class _Format(msgspec.Struct, frozen=True):
    """The part of a report that tells whether the rest can be understood."""

    format: int


def read_report(name: str) -> Report:
    """The report in a JSON file, or the last one.

    Raises:
        UsageError: there is none, or it cannot be read as one.
    """
    if name == LAST:
        from migcheck.journal import last_report

        report = last_report()
        if report is None:
            raise UsageError("LAST: no run is recorded for this folder; run migcheck run here, or name a JSON report")
        return report
    try:
        data = read_bounded(name, _LARGEST)
    except OSError as error:
        raise UsageError(f"{name}: cannot be read: {error.strerror}") from None
    except TooLarge:
        raise UsageError(f"{name}: larger than {_LARGEST // 2**20} MiB; this is no report") from None
    if sum(map(data.count, (b",", b"[", b"{"))) > _MOST_VALUES:
        raise UsageError(f"{name}: more than {_MOST_VALUES} values; this is no report, or one to be read in parts")
    try:
        written = msgspec.json.decode(data, type=_Format).format
        if written != FORMAT:
            raise UsageError(f"{name}: a report of format {written}, and this migcheck reads format {FORMAT}")
        report = msgspec.json.decode(data, type=Report)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise UsageError(f"{name}: no report of migcheck run --json: {error}") from None
    for word in _words(report):
        if not _WORD.fullmatch(word):
            raise UsageError(f"{name}: {word!r} stands where migcheck writes a word of its own")
    # What a gate says must follow from what is there.
    for result in report.results:
        if result.verdict not in VERDICTS:
            raise UsageError(f"{name}: {result.id} has the verdict {result.verdict!r}, which there is none of")
        for finding in result.findings:
            if finding.kind not in KINDS or (finding.kind in ("values", "nonfinite") and finding.worst is None):
                raise UsageError(f"{name}: {result.id} has a finding of the kind {finding.kind!r} that says nothing")
        wrong = [each.leaf for each in result.portraits if not is_whole(each)]
        wrong += [each.leaf for each in result.errors if each.error and not 0 < each.error < math.inf]
        if wrong:
            raise UsageError(f"{name}: {result.id} has a portrait of {wrong[0]!r} that cannot be one")
    return concluded(report)


def _words(report: Report) -> Iterator[str]:
    """What migcheck itself has named, so that the formats print it as it is."""
    yield report.partition
    yield from (*report.environments, *report.problems)
    for result in report.results:
        yield from (*result.files, *result.output, *result.versions)
        for failure in result.failures:
            yield from (failure.side, failure.kind)
        for finding in result.findings:
            yield from (leaf.dtype for leaf in (finding.torch, finding.mindspore) if leaf)
            worst = finding.worst
            numbers = (worst.torch, worst.mindspore, worst.difference, worst.allowed) if worst else ()
            yield from (number for number in numbers if isinstance(number, str))
        yield from (portrait.dtype for portrait in result.portraits)
        if result.diagnosis:
            yield from result.diagnosis.traces
            yield from (each.cause for each in result.diagnosis.causes)
            yield from (each.cause for each in result.diagnosis.tried)
            for check in result.diagnosis.place.checks:
                yield from (check.side, check.precision)
