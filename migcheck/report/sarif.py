"""The report as SARIF 2.1.0, for code scanning.

One alert for each cause of a variant, for each finding that no cause explains, and for each failure.  What tells
alerts apart from one run to the next is the variant, the leaf, the kind and the cause, never a number or a line, so an
alert keeps its history while the code around it changes.  ``primaryLocationLineHash`` is left to whoever uploads the
file: GitHub's own action computes it from the sources, and warns of any other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import msgspec

from migcheck.compare.finding import KINDS, Finding
from migcheck.diagnose.value import Explanation
from migcheck.report.blocks import headline
from migcheck.report.json import encode
from migcheck.report.places import Spot, call_spot, failure_spot, gone_spot, spot, stale_spot
from migcheck.report.text import fact_of, safe, unfinished
from migcheck.report.value import Failure, Report, Result, failed

#: GitHub's limits: alerts of a run, and characters of a description.
MOST_ALERTS = 25_000
_LONGEST_DESCRIPTION = 1024
#: Characters of a message.  GitHub states no limit, and shows little more than the first lines.
_LONGEST_MESSAGE = 4000

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

Json = dict[str, Any]


@dataclass(frozen=True)
class _Alert:
    #: ``cause/multi_output``, ``kind/values``, ``error/timeout``, ``stale``.
    rule: str
    text: str
    #: What makes it the same alert in another run, beside its rule.
    key: tuple[str, ...]
    #: Empty for a line of the baseline of which there is no variant.
    id: str = ""
    spot: Spot | None = None
    #: The other side, and where its program is.
    related: tuple[str, Spot] | None = None
    #: Why it is expected; None for an alert that fails the gate.
    known: str | None = None


def to_sarif(report: Report) -> bytes:
    """The report as indented JSON, with a newline at its end."""
    alerts = list(_alerts(report))
    left_out = len(alerts) - MOST_ALERTS
    if left_out > 0:  # what is known goes first
        kept = sorted(range(len(alerts)), key=lambda at: alerts[at].known is not None)[:MOST_ALERTS]
        alerts = [alerts[at] for at in sorted(kept)]
    rules = sorted({alert.rule for alert in alerts})
    numbers = {rule: number for number, rule in enumerate(rules)}
    run: Json = {
        "tool": {
            "driver": {"name": "migcheck", "version": safe(report.migcheck), "rules": [_rule(each) for each in rules]}
        },
        "invocations": [_invocation(report, left_out)],
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "the root of the repository"}}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(alert, numbers[alert.rule]) for alert in alerts],
        "properties": _properties(report),
    }
    if report.partition:  # in one category, each part of a run would replace the part before it
        run["automationDetails"] = {"id": f"migcheck/{safe(report.partition).replace('/', ' of ')}/"}
    return encode({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _alerts(report: Report) -> Iterator[_Alert]:
    for result in report.results:
        found = list(_of_result(report, result))
        if failed(result) and all(alert.known is not None for alert in found):
            found.append(_Alert("error/unknown", headline(result), (), result.id, spot(report, result)))
        yield from found
    for line in report.gone:
        yield _of_gone(report, line)


def _of_result(report: Report, result: Result) -> Iterator[_Alert]:
    for failure in result.failures:
        yield _of_failure(report, result, failure)
    yield from _of_findings(report, result)
    for pattern in result.stale:
        text = f"{safe(pattern)}: a known difference that no longer occurs; delete it from [known] in case.toml"
        yield _Alert("stale", text, (pattern,), result.id, stale_spot(report, result, pattern))
    for line in result.gone:
        yield _of_gone(report, line, result.id)


def _of_failure(report: Report, result: Result, failure: Failure) -> _Alert:
    side = f"{failure.side}: " if failure.side != "case" else ""
    text = _lines(f"{side}{safe(failure.reason)}", _rerun(result))
    where = failure_spot(report, result, failure)
    other = {"torch": "mindspore", "mindspore": "torch"}.get(failure.side, "")
    rule = f"error/{failure.kind}"
    return _Alert(rule, text, (failure.side,), result.id, where, _related(report, result, other))


def _related(report: Report, result: Result, side: str) -> tuple[str, Spot] | None:
    other = call_spot(report, result, side)
    return (side, other) if other else None


def _of_findings(report: Report, result: Result) -> Iterator[_Alert]:
    port, original = call_spot(report, result, "mindspore"), _related(report, result, "torch")
    causes: dict[str, list[Explanation]] = {}
    for cause in result.diagnosis.causes if result.diagnosis else ():
        causes.setdefault(cause.cause, []).append(cause)
    for name, explanations in causes.items():
        leaves = {leaf for cause in explanations for leaf in cause.leaves}
        findings = [finding for finding in result.findings if finding.leaf in leaves and not finding.known]
        if findings:  # the others are alerts of their own
            text = _lines(*_cause(name, explanations, findings), _rerun(result))
            yield _Alert(f"cause/{name}", text, (), result.id, port, original)
    explained = {leaf for each in causes.values() for cause in each for leaf in cause.leaves}
    for finding in result.findings:
        fact = fact_of(finding)
        key = (finding.leaf, finding.kind)
        rule = f"kind/{finding.kind}"
        if finding.known:
            text = _lines(fact, f"known: {safe(finding.known)}")
            yield _Alert(rule, text, key, result.id, port, original, known=safe(finding.known))
        elif finding.leaf not in explained:
            yield _Alert(rule, _lines(fact, *_unexplained(result), _rerun(result)), key, result.id, port, original)


def _cause(name: str, explanations: list[Explanation], findings: list[Finding]) -> Iterator[str]:
    leaves = list(dict.fromkeys(safe(finding.leaf) for finding in findings))
    which = f"{', '.join(leaves[:3])}{f' and {len(leaves) - 3} more' if len(leaves) > 3 else ''}"
    yield f"{which} {'differs' if len(leaves) == 1 else 'differ'}; cause: {name}."
    yield fact_of(findings[0])
    for cause in explanations:
        yield safe(cause.message)
        yield f"confirmed: {safe(cause.confirmed)}"
        yield f"fix: {safe(cause.fix)}; see {cause.page}"


def _unexplained(result: Result) -> list[str]:
    why = result.diagnosis
    if why is None:
        return []
    tried = f" ({len(why.tried)} tried)" if why.tried else ""
    return [safe(why.place.message), f"cause: unknown: no cause was confirmed{tried}"]


def _of_gone(report: Report, line: str, id: str = "") -> _Alert:
    text = f"a difference of the baseline that no longer occurs; delete its line: {safe(line)}"
    return _Alert("stale", text, _entry(line), id, gone_spot(report, line))


def _entry(line: str) -> tuple[str, ...]:
    """What a line of the baseline is about: not where it stands, and not its numbers."""
    try:
        entry = msgspec.json.decode(line[line.find("{") :].encode("utf-8", "replace"), type=dict[str, Any])
    except msgspec.DecodeError:
        return ("gone", line)
    return ("gone", *(str(entry.get(field, "")) for field in ("id", "leaf", "kind", "cause")))


def _rerun(result: Result) -> str:
    return f"rerun: {safe(result.rerun)}" if result.rerun else ""


def _lines(*lines: str) -> str:
    return "\n".join(line for line in lines if line)


def _result(alert: _Alert, rule: int) -> Json:
    said = f"{safe(alert.id)}: {alert.text}" if alert.id else alert.text
    digest = hashlib.sha256("\0".join((alert.rule, alert.id, *alert.key)).encode("utf-8", "surrogatepass"))
    made: Json = {
        "ruleId": alert.rule,
        "ruleIndex": rule,
        "level": "error" if alert.known is None else "note",
        "message": _message(said),
        "locations": [_location(alert.spot or Spot(alert.id or "migcheck"))],
        "partialFingerprints": {"migcheck/v1": digest.hexdigest()[:32]},
    }
    if alert.related:
        side, where = alert.related
        made["relatedLocations"] = [{"id": 1, **_location(where), "message": {"text": f"{side}'s program"}}]
    if alert.known is not None:
        made["suppressions"] = [{"kind": "external", "justification": _cut(alert.known, _LONGEST_MESSAGE)}]
    if alert.id:
        made["properties"] = {"variant": safe(alert.id)}
    return made


def _location(where: Spot) -> Json:
    uri = quote(where.file, safe="/~", errors="surrogatepass")
    artifact = {"uri": uri, "uriBaseId": "%SRCROOT%"}
    return {"physicalLocation": {"artifactLocation": artifact, "region": {"startLine": where.line}}}


def _message(text: str) -> Json:
    # In SARIF, [text](target) is a link, also in plain text.
    return {"text": _cut(text, _LONGEST_MESSAGE).replace("](", "]\u200b(")}


def _cut(text: str, most: int) -> str:
    note = " … (cut)"
    return text if len(text) <= most else text[: most - len(note)] + note


def _rule(rule: str) -> Json:
    family, _, name = rule.partition("/")
    page = ""
    if family == "cause":
        short = f"Gradients differ: {name.replace('_', ' ')}"
        page = f"docs/causes.md#{name}"
        full = f"The port's gradients differ from torch's, and the cause was confirmed to be {name}; see {page}."
    elif family == "kind":
        short = f"Gradients differ: {KINDS.get(name, name)}"
        full = f"The port's gradients or outputs differ from torch's ({KINDS.get(name, name)}), and no cause is known."
    elif family == "stale":
        short = "A known difference no longer occurs"
        full = "A difference that the case or the baseline expects does not occur any more, so the entry must go."
    else:
        short = f"Could not be compared: {name}"
        full = "One of the programs, or the case, could not be run, so nothing is known of its gradients."
    return {
        "id": rule,
        "shortDescription": {"text": _cut(short, _LONGEST_DESCRIPTION)},
        "fullDescription": {"text": _cut(full, _LONGEST_DESCRIPTION)},
        "help": {"text": f"How it looks, why, and the fix: {page}" if page else full},
        "defaultConfiguration": {"level": "error"},
        "properties": {"tags": ["gradients", "mindspore", "pytorch"]},
    }


def _invocation(report: Report, left_out: int) -> Json:
    lacking = unfinished(report)
    said = [("error", sentence) for sentence in lacking]
    if left_out > 0:
        said.append(("warning", f"results left out here, because GitHub takes no more: {left_out}; --json has all"))
    if report.left_out:
        said.append(("note", f"variants left out, because nothing of theirs was changed: {len(report.left_out)}"))
    said += [("note", safe(note)) for note in report.notes]
    return {
        "executionSuccessful": report.exit_code in (0, 1) and not lacking,
        "exitCode": report.exit_code,
        "toolExecutionNotifications": [{"level": level, "message": _message(text)} for level, text in said],
    }


def _properties(report: Report) -> Json:
    made: Json = {side: safe(environment.framework) for side, environment in report.environments.items()}
    if report.seed is not None:
        made["seed"] = report.seed
    if report.partition:
        made["partition"] = safe(report.partition)
    return made
