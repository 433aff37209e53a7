"""The report as Markdown: a comment on a pull request, or a job's summary.

What a case or a program says is shown as it is written: in fences, code spans and ``<code>``, where nothing is markup,
nobody is mentioned and nothing is linked; in running text by :func:`prose`.  Sizes are of UTF-8, which is never below
the number of characters that some limits speak of.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from migcheck.report.blocks import body, head, headline
from migcheck.report.text import known_reasons, last_line, safe, unfinished
from migcheck.report.value import Report, Result, verdicts

#: By which a bot finds its comment, to replace it.
MARKER = "<!-- migcheck -->"
#: GitHub takes 65,536 characters.
_LONGEST_COMMENT = 65_000
#: Characters of one line of running text or code.
_WIDEST = 500


def to_markdown(report: Report) -> bytes:
    """The report as a comment, which fits."""
    return f"{MARKER}\n{document(report, _LONGEST_COMMENT - len(MARKER) - 1)}".encode()


def document(report: Report, most: int) -> str:
    """The report in at most so many bytes: counts, a block for each failure, then what need not be read.

    Failures whose blocks do not fit are counted, and as many as fit are named.
    """
    top = _top(report, most // 8)
    end = "".join(_rest(report, most // 16))
    room = most - _size(top) - _size(end) - most // 8 - 500
    shown: list[str] = []
    unshown: list[Result] = []
    left_out = 0
    for result, more in failures(report):
        block = "" if unshown else _block(result, more, most // 16)
        room -= _size(block)
        if unshown or room < 0:
            unshown.append(result)
            left_out += 1 + more
        else:
            shown.append(block)
    if unshown:
        note = f"{left_out} more {'failure' if left_out == 1 else 'failures'} than fit here."
        names = (f"{code(result.id)}: {code(headline(result))}" for result in unshown)
        shown += [f"**{note}** `--json` has all.\n\n", _section("not shown", len(unshown), names, most // 8)]
    return f"{top}\n{''.join(shown)}{end}".rstrip("\n") + "\n"


def failures(report: Report) -> list[tuple[Result, int]]:
    """Mismatches and errors in their order, each with how many more there are for the same reason: a framework that
    cannot run one variant can run none.
    """
    found: list[tuple[Result, int]] = []
    at: dict[tuple[str, ...], int] = {}
    for result in report.results:
        if result.verdict not in ("mismatch", "error"):
            continue
        hosts = bool(result.failures) and all(failure.kind == "host" for failure in result.failures)
        reason = tuple(f"{failure.side}: {failure.reason}" for failure in result.failures) if hosts else ()
        if reason in at:
            first, more = found[at[reason]]
            found[at[reason]] = first, more + 1
            continue
        if reason:
            at[reason] = len(found)
        found.append((result, 0))
    return found


def _top(report: Report, most: int) -> str:
    count = verdicts(report.results)
    rows = [(verdict, count[verdict]) for verdict in ("mismatch", "stale", "error", "known", "match")]
    rows += [("gone from the baseline", len(report.gone))] if report.gone else []
    rows += [("left out", len(report.left_out))] if report.left_out else []
    rows += [("not checked", report.skipped)] if report.skipped else []
    table = "".join(f"| {name} | {number} |\n" for name, number in rows if number)
    ran = [f"{report.seconds:.2f} s", *([] if report.seed is None else [f"seed {report.seed}"])]
    ran += [f"{side} {code(environment.framework)}" for side, environment in report.environments.items()]
    ran += [f"part {code(report.partition)}"] if report.partition else []
    lines = [f"## migcheck: {last_line(report).partition(':')[0]}\n\n"]
    if table:
        lines.append(f"| verdict | variants |\n| --- | ---: |\n{table}\n")
    lines.append(f"{', '.join(ran)}\n")
    lacking = unfinished(report)
    if lacking:
        lines.append(f"\n**This is not a full check:**\n\n{_items(map(prose, lacking), len(lacking), most)}")
    return "".join(lines)


def _block(result: Result, more: int, most: int) -> str:
    """A failure, folded: its cause and fix as text, and all that is known in a fence."""
    lines = [f"<details><summary>{_tag(head(result))} {_tag(headline(result))}</summary>\n"]
    for cause in result.diagnosis.causes if result.diagnosis else ():
        lines.append(f"- **cause:** {prose(cause.cause)}. {prose(cause.message)}")
        lines.append(f"- **fix:** {prose(cause.fix)}; see {code(cause.page)}")
    if more:
        lines.append(f"- and {more} more for the same reason")
    if lines[1:]:
        lines.append("")
    lines.append(fence("\n".join(" ".join(line) for line in body(result)), most))
    return "\n".join([*lines, "\n</details>\n\n"])


def _rest(report: Report, most: int) -> Iterable[str]:
    """What is folded away, in sections of at most so many bytes."""
    stale = [(result, each) for result in report.results for each in (*result.stale, *result.gone)]
    items = (f"{code(result.id)}: {code(each)}" for result, each in stale)
    yield _section("stale: known differences that no longer occur", len(stale), items, most)
    items = (code(line) for line in report.gone)
    yield _section("gone: lines of the baseline that no variant has", len(report.gone), items, most)
    known = [result for result in report.results if result.verdict == "known"]
    items = (f"{code(result.id)}: {prose('; '.join(known_reasons(result)))}" for result in known)
    yield _section("known differences", len(known), items, most)
    items = (code(variant) for variant in report.left_out)
    yield _section("left out, because nothing of theirs was changed", len(report.left_out), items, most)
    notes = [("", note) for note in report.notes]
    notes += [(f"{code(result.id)}: ", note) for result in report.results for note in result.notes]
    items = (f"{where}{prose(note)}" for where, note in notes)
    yield _section("notes", len(notes), items, most)


def _section(title: str, count: int, items: Iterable[str], most: int) -> str:
    if not count:
        return ""
    return f"<details><summary>{title} ({count})</summary>\n\n{_items(items, count, most)}\n</details>\n\n"


def _items(items: Iterable[str], count: int, most: int) -> str:
    """A list, of as many items as fit."""
    lines: list[str] = []
    for number, item in enumerate(items):
        most -= _size(item) + 3
        if most < 0:
            lines.append(f"- … and {count - number} more\n")
            break
        lines.append(f"- {item}\n")
    return "".join(lines)


def fence(text: str, most: int) -> str:
    """A block of text as it is, cut after so many characters."""
    if len(text) > most:
        text = f"{text[:most]}\n… cut here; --json has all"
    ticks = "`" * max(3, _longest_run(text) + 1)
    return f"{ticks}text\n{text}\n{ticks}"


def code(text: str) -> str:
    """One line of text as it is, in a code span."""
    text = one_line(text) or " "
    ticks = "`" * (_longest_run(text) + 1)
    pad = " " if text[0] == "`" or text[-1] == "`" or (text[0] == text[-1] == " " and text.strip()) else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def prose(text: str) -> str:
    """One line of text as running text, in which nothing is markup, a mention, a reference or a link."""
    text = re.sub(r"([\\`*_\[\]<>&|~$!#])", r"\\\1", one_line(text).strip())
    text = re.sub(r"^(\d*)([-+=.)])", r"\1\\\2", text)  # at its beginning, a list, a ruler, a heading
    # A zero-width space is seen by no reader: @user, #12, GH-12, :100:, http://, www.
    return re.sub(r"(?i)(@|#(?=\d)|gh-(?=\d)|:(?=//|[\w+-]+:)|www\.|mailto:|xmpp:)", "\\1\u200b", text)


def one_line(text: str) -> str:
    """Text without control characters and line breaks, cut where it is very long."""
    text = safe(text).replace("\n", "\\n").replace("\t", " ")
    return text if len(text) <= _WIDEST else f"{text[:_WIDEST]} …"


def _tag(text: str) -> str:
    return f"<code>{html.escape(one_line(text), quote=False)}</code>"


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


def _size(text: str) -> int:
    return len(text.encode("utf-8"))
