"""The report as JUnit XML, for the test pages of CI systems.

There is no one schema, so this is what the viewers have in common.  A suite for each theme, the first part of the
ids: GitHub's viewers list suites, and one suite of hundreds of variants would be a wall.  GitLab and Jenkins group by
``classname``, which is the case's path with dots: a package for each theme and a class for each case.  GitLab shows
the text of an element and not its ``message``, the others show both, so the text stands on its own.  Properties are
those of suites, since some schemas forbid them in a test case.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from migcheck.report.blocks import body, head, headline
from migcheck.report.places import file_of
from migcheck.report.text import known_reasons, safe, unfinished
from migcheck.report.value import Report, Result

if TYPE_CHECKING:
    from junitparser import TestCase, TestSuite


def to_junit(report: Report) -> bytes:
    """The report as indented, well-formed XML; the same for the same report but for the times."""
    from junitparser import JUnitXml

    xml = JUnitXml("migcheck")
    themes: dict[str, list[Result]] = {}
    for result in report.results:
        themes.setdefault(_case(result).partition("/")[0] or "migcheck", []).append(result)
    for theme, results in themes.items():
        xml.add_testsuite(_suite(report, theme, [_testcase(report, result) for result in results], results))
    if lacking := unfinished(report):
        xml.add_testsuite(_suite(report, "migcheck", [_lacking(lacking)], []))
    xml.update_statistics()
    xml.time = round(report.seconds, 3)
    out = io.BytesIO()
    xml.write(out)
    tree = ElementTree.fromstring(out.getvalue())
    ElementTree.indent(tree)
    data: bytes = ElementTree.tostring(tree, encoding="utf-8", xml_declaration=True)
    return data + b"\n"


def _suite(report: Report, name: str, cases: list[TestCase], results: list[Result]) -> TestSuite:
    from junitparser import TestSuite

    suite = TestSuite(safe(name))
    for key, value in _properties(report, results):
        suite.add_property(key, safe(value))
    suite.add_testcases(cases)
    return suite


def _properties(report: Report, results: list[Result]) -> list[tuple[str, str]]:
    """What holds for a suite's results, by name."""
    said = [("migcheck", report.migcheck)]
    if report.seed is not None:
        said.append(("seed", str(report.seed)))
    said += [(side, environment.framework) for side, environment in report.environments.items()]
    if report.partition:
        said.append(("partition", report.partition))
    if report.left_out:
        said.append(("left out", str(len(report.left_out))))
    said += [("note", note) for note in report.notes]
    for result in results:
        if result.seed is not None and result.seed != report.seed:
            said.append(("seed", f"{result.id}: {result.seed}"))
        said += [("note", f"{result.id}: {note}") for note in result.notes]
        said += [("gone", f"{result.id}: {line}") for line in result.gone]
    if not results:
        said += [("gone", line) for line in report.gone]
    return said


def _testcase(report: Report, result: Result) -> TestCase:
    from junitparser import Attr, Error, Failure, Skipped, TestCase

    class Located(TestCase):  # type: ignore[misc]  # mypy does not follow the import
        file = Attr()

    case = Located(safe(result.id), safe(_case(result).replace("/", ".").strip(".")), round(result.seconds.total, 3))
    if file := file_of(report, result, "mindspore") or file_of(report, result, "case"):
        case.file = safe(file)
    text = "\n".join([head(result), *("  " + " ".join(line) for line in body(result))])
    outcome: Error | Failure | Skipped | None = None
    if result.verdict == "error":
        outcome = Error(headline(result), result.failures[0].kind if result.failures else "error")
    elif result.verdict in ("mismatch", "stale"):
        outcome = Failure(headline(result), result.verdict)
    elif result.verdict == "known":
        outcome = Skipped("; ".join(known_reasons(result)), "known")
    if outcome is not None:
        outcome.text = text
        case.result = [outcome]
    out, err = _streams(result)
    if out:
        case.system_out = out
    if err:
        case.system_err = err
    return case


def _streams(result: Result) -> tuple[str, str]:
    """What the programs printed, each line after its side; apart from it, what failed programs wrote to stderr."""
    err = {failure.side: failure.stderr for failure in result.failures}
    out = {side: output.removesuffix(err.get(side, "")) for side, output in result.output.items()}
    return _by_side(out), _by_side(err)


def _by_side(texts: Mapping[str, str]) -> str:
    return "\n".join(f"{side} | {line}" for side, text in texts.items() for line in safe(text).splitlines())


def _lacking(sentences: list[str]) -> TestCase:
    """A test case that fails for what no other shows: a page of green would hide it."""
    from junitparser import Error, TestCase

    case = TestCase("migcheck", "migcheck", 0.0)
    outcome = Error(sentences[0] if len(sentences) == 1 else f"{sentences[0]}; and {len(sentences) - 1} more", "run")
    outcome.text = "\n".join(sentences)
    case.result = [outcome]
    return case


def _case(result: Result) -> str:
    """The case's path: a variant's id without the cell of the matrix."""
    return result.id.rpartition("[")[0] if result.cell and "[" in result.id else result.id
