"""The whole page: what stands at its top, and what its templates can say."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence, Sized
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from migcheck.report.html import details as of_variant
from migcheck.report.html import plots
from migcheck.report.html.cases import SIGNS, Case, Section, sections
from migcheck.report.html.programs import programs
from migcheck.report.html.visible import printed, tail, visible
from migcheck.report.text import last_line, percent, short
from migcheck.report.value import Report, Result

#: Characters of all details of variants, and of all programs: with more, a browser is slow.
_ROOM = 8_000_000
#: Of long lists that say the same of many.
_MOST = 200
#: Of what a variant or a side says, from its end.
_LINES, _CHARACTERS = 200, 16_000
#: Characters of an outcome.
_GIST = 300
#: Failing variants that are open from the start, at most.
_OPEN = 3

_OUTCOMES = {
    "no parity": "mismatch",
    "not comparable": "error",
    "interrupted": "error",
    "parity": "match",
    "nothing to check": "match",
}


def page(report: Report) -> str:
    """The markup of a report."""
    templates = _templates()
    found = sections(report)
    body = _Body(templates, report, found)
    said = last_line(report)
    head, _, rest = said.partition(": ")
    style, script = (_file(name) for name in ("style.css", "filter.js"))
    markup = templates.get_template("page.html.jinja").render(
        report=report,
        sections=found,
        details=body.details,
        programs=body.programs,
        cut=body.cut,
        opened=body.opened,
        last_line=said,
        head=head[:1].upper() + head[1:],
        rest=rest,
        outcome=_OUTCOMES.get(head, "error"),
        causes=_causes(report.results),
        notes=report.notes,
        gone=report.gone,
        facts=list(_facts(report)),
        no_plots=plots.wanted(report.results) and not plots.can_draw(),
        style=Markup(style),
        script=Markup(script),
        policy=_policy(style, script),
    )
    # All attributes stand in double quotes, and names of leaves are full of single ones.
    return markup.replace("&#39;", "'")


class _Body:
    """What the rows open to, and the programs, until the page is full."""

    def __init__(self, templates: Environment, report: Report, found: Sequence[Section]) -> None:
        self._templates = templates
        self._report = report
        failing = [section for section in found if section.verdict in ("mismatch", "error", "stale")]
        self.opened = 0 < sum(section.count for section in failing) <= _OPEN
        #: By the anchor of the case, and that of the variant.
        self.details: dict[str, dict[str, Markup]] = {}
        #: By the anchor of the case.
        self.programs: dict[str, Markup] = {}
        self.cut = 0
        anchors = {
            variant.result.id: variant.anchor for each in found for case in each.cases for variant in case.variants
        }
        galleries = plots.draw(report.results) if plots.can_draw() else {}
        room = _ROOM
        shown: dict[tuple[tuple[str, str], ...], str] = {}
        for section in found:
            for case in section.cases:
                inside = self.details.setdefault(case.anchor, {})
                wanted = [variant for variant in case.variants if of_variant.has_details(variant.result)]
                if room <= 0:
                    self.cut += len(wanted)
                    wanted = []
                self.programs[case.anchor], jump = self._programs(case, shown) if wanted else (Markup(), "")
                room -= len(self.programs[case.anchor])
                for variant in wanted:
                    gallery = galleries.get(variant.result.id)
                    inside[variant.anchor] = of_variant.details(templates, variant, gallery, anchors, jump)
                    room -= len(inside[variant.anchor])

    def _programs(self, case: Case, shown: dict[tuple[tuple[str, str], ...], str]) -> tuple[Markup, str]:
        """The programs of a case, or a link to where they are; and their anchor, if they have marks."""
        results = [variant.result for variant in case.variants]
        paths = tuple(sorted(results[0].files.items()))
        anchor = shown.get(paths, "")
        found = () if anchor else programs(self._report, results)
        if not anchor and not found:
            return Markup(), ""
        marked = sum(program.marked for program in found)
        shown.setdefault(paths, f"programs-{case.anchor}")
        markup = self._templates.get_template("programs.html.jinja").render(
            programs=found,
            marked=marked,
            anchor=shown[paths],
            elsewhere=anchor,
            opened=self.opened and results[0].verdict in ("mismatch", "error", "stale"),
        )
        return Markup(markup), shown[paths] if marked else ""


def _templates() -> Environment:
    """The templates; whatever they print is made visible, cut where it has no end, and escaped."""
    templates = Environment(
        loader=PackageLoader("migcheck.report.html", ""),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=printed,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.globals.update(
        signs=SIGNS,
        most=_MOST,
        more=_more,
        counted=_counted,
        seconds=_seconds,
        short=short,
        percent=percent,
        shape=of_variant.shape,
        values=of_variant.values,
        passes=of_variant.passes,
        against=of_variant.against,
    )
    templates.filters.update(tail=lambda text: tail(text, _LINES, _CHARACTERS), gist=_gist)
    return templates


def _file(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """What a browser may load: images that the page holds, and its own style and script, known by their digests."""
    own = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (style, script))
    kinds = (f"{kind}-src 'sha256-{digest}'" for kind, digest in zip(("style", "script"), own, strict=True))
    return "; ".join(("default-src 'none'", "img-src data:", *kinds, "base-uri 'none'", "form-action 'none'"))


def _causes(results: Sequence[Result]) -> list[tuple[str, int]]:
    """Each cause with the variants that have it, the most frequent first."""
    count = Counter(
        cause
        for result in results
        if result.diagnosis
        for cause in {each.cause for each in result.diagnosis.causes}
        | ({"unknown"} if result.diagnosis.unexplained else set())
    )
    return sorted(((visible(cause), many) for cause, many in count.items()), key=lambda each: (-each[1], each[0]))


def _facts(report: Report) -> Iterator[tuple[str, str]]:
    yield "migcheck", report.migcheck
    for side, environment in report.environments.items():
        yield side, f"{environment.framework}, Python {environment.python}, numpy {environment.numpy}"
    if report.seed is not None:
        yield "seed", str(report.seed)
    yield "time", f"{report.seconds:.2f} s"
    if report.directory:
        yield "folder", report.directory
    if report.partition:
        yield "part", report.partition
    yield "exit code", str(report.exit_code)


def _more(listed: Sized, shown: int) -> str:
    return f" and {len(listed) - shown:,} more" if len(listed) > shown else ""


def _counted(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def _seconds(result: Result) -> str:
    return f"{result.seconds.total:.2f} s" if result.seconds.total else ""


def _gist(text: Any) -> str:
    said = " ".join(str(text).split())
    return said if len(said) <= _GIST else said[:_GIST] + " …"
