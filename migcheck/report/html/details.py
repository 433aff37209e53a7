"""All that is known of one variant, as markup, and the numbers of its findings as they are printed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from jinja2 import Environment
from markupsafe import Markup

from migcheck.compare.finding import Element, Finding
from migcheck.report.html.asked import asked
from migcheck.report.html.cases import Variant
from migcheck.report.html.plots import Gallery
from migcheck.report.text import kind, number, short
from migcheck.report.value import Result

#: Findings in the table; of those that are expected, a sample.
_MOST_FINDINGS, _MOST_KNOWN = 60, 12


def details(
    templates: Environment, variant: Variant, gallery: Gallery | None, anchors: Mapping[str, str], jump: str
) -> Markup:
    """What a row opens to; ``anchors`` are those of all results, by id, and ``jump`` that of programs with marks."""
    result = variant.result
    # What is unknown first, in the order of the leaves: the first that differs is the place to look.
    unknown = [finding for finding in result.findings if not finding.known]
    findings = unknown[:_MOST_FINDINGS] + [finding for finding in result.findings if finding.known][:_MOST_KNOWN]
    return Markup(
        templates.get_template("variant.html.jinja").render(
            variant=variant,
            findings=findings,
            differing=len({finding.leaf for finding in unknown}),
            kinds=any(finding.kind != "values" for finding in findings),
            measured=any(finding.worst for finding in findings),
            passing=any(passes(finding) for finding in findings),
            second=any(against(finding) for finding in findings),
            known=_known(findings),
            opinions=_opinions(findings),
            gallery=gallery,
            anchors=anchors,
            jump=jump,
            asked=asked(result.diagnosis.traces) if result.diagnosis else None,
        )
    )


def has_details(result: Result) -> bool:
    """Whether there is more to say than the row says."""
    return result.verdict != "match" or bool(result.notes or result.rounded or any(result.output.values()))


def shape(finding: Finding) -> str:
    """``(64, 3) float32``, or what each side has, where that differs."""
    torch, mindspore = kind(finding.torch), kind(finding.mindspore)
    if finding.kind in ("shape", "dtype"):
        return ""
    present = [each for each in (torch, mindspore) if each and each != "None"]
    return present[0] if present else ""


def values(element: Element) -> tuple[str, str]:
    """Both values, with as many digits as it takes to tell them apart."""
    texts = number(element.torch), number(element.mindspore)
    if texts[0] == texts[1] and element.torch != element.mindspore:
        return str(element.torch), str(element.mindspore)
    return texts


def passes(finding: Finding) -> str:
    """``0.26 / 1.0``: the rtol, and the atol, with which a leaf would pass; of what is known nobody asks."""
    given = finding.passes_with
    if given is None or finding.known or given.rtol is given.atol is None:
        return ""
    return " / ".join("–" if value is None else short(value) for value in (given.rtol, given.atol))


def against(finding: Finding) -> str:
    """Both sides' errors against a float64 replay, and what is allowed; nothing where there are none."""
    rounding = finding.rounding
    if rounding is None or finding.known or rounding.outcome in ("undetermined", "unavailable"):
        return ""
    if not rounding.torch_rms + rounding.mindspore_rms:
        return ""
    return " / ".join(map(short, (rounding.torch_rms, rounding.mindspore_rms, rounding.allowed_rms)))


def _known(findings: list[Finding]) -> list[tuple[str, list[str]]]:
    """Each reason why a difference is expected, with the leaves."""
    reasons: dict[str, list[str]] = {}
    for finding in findings:
        if finding.known:
            where = f" ({finding.adopted})" if finding.adopted else ""
            reasons.setdefault(finding.known + where, []).append(finding.leaf)
    return list(reasons.items())


def _opinions(findings: list[Finding]) -> list[tuple[str, int]]:
    """What the float64 replays do not say, and of how many leaves."""
    notes: Counter[str] = Counter()
    for finding in findings:
        rounding = finding.rounding
        if rounding and rounding.note and not finding.known:
            without = rounding.outcome in ("undetermined", "unavailable")
            notes[f"No second opinion: {rounding.note}" if without else f"Second opinion: {rounding.note}"] += 1
    return list(notes.items())
