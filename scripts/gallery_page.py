"""Writes docs/gallery.md from the cases and from docs/guide.toml; with --check, says whether it is up to date."""

from __future__ import annotations

import sys
from itertools import groupby
from pathlib import Path
from urllib.parse import urljoin

from migcheck.discover.case import Case
from migcheck.discover.tree import discover

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "gallery.md"

#: The last version of MindSpore's documentation that has the page.
GUIDE = "https://www.mindspore.cn/docs/en/r2.5.0/migration_guide/model_development/"

INTRODUCTION = """\
# Gallery

{cases} pairs in {variants} variants, written from the page [Gradient Derivation]({guide}gradient.html) of
MindSpore's migration guide, the pages that it links to, and what was measured with torch 2.13 and MindSpore 2.10
on CPU. `migcheck run cases/` checks them all.

A pair marked **differs** shows a difference of the two frameworks, or a common mistake, and expects it: should it
vanish, the check fails. The pair that ports it right stands beside it.

<!-- Written by scripts/gallery_page.py from the cases and docs/guide.toml. -->
"""


def page() -> str:
    """The whole page."""
    cases = [case for case in discover([ROOT / "cases"]) if isinstance(case, Case)]
    variants = sum(len(list(case.variants())) for case in cases)
    parts = [INTRODUCTION.format(cases=len(cases), variants=variants, guide=GUIDE), *_statements(), *_themes(cases)]
    return "\n".join(parts)


def _statements() -> list[str]:
    lines = ["## What the guide says, and the pairs that show it\n"]
    guide = tomllib.loads((ROOT / "docs" / "guide.toml").read_text(encoding="utf-8"))
    for section in guide["section"]:
        link = _link(f"gradient.md#{section['anchor']}")
        lines += [f"### [{section['title']}]({link})\n", "| the page says | pairs |", "|---|---|"]
        for statement in section["statement"]:
            pairs = ", ".join(f"[`{pair}`](../cases/{pair})" for pair in statement.get("pairs", []))
            lines.append(f"| {_cell(statement['says'])} | {pairs or 'none: ' + _cell(statement['nothing_to_run'])} |")
        lines.append("")
    return lines


def _themes(cases: list[Case]) -> list[str]:
    lines = ["## All pairs, by theme\n"]
    for theme, members in groupby(cases, key=lambda case: case.id.partition("/")[0]):
        lines += [f"### {theme.replace('_', ' ')}\n", "| pair | what it shows | checked in |", "|---|---|---|"]
        lines += [_row(case) for case in members]
        lines.append("")
    return lines


def _row(case: Case) -> str:
    spec = case.spec
    shows = f"{_cell(spec.title)} ([guide]({_link(spec.guide)}))"
    for known in spec.known.values():
        when = ", ".join(f"{key} {values}" for key, values in known.when.items())
        reason = f"<br>**differs**{f' ({when})' if when else ''}: {_cell(known.reason)}"
        if reason not in shows:
            shows += reason
    checked = "; ".join(f"{key} {', '.join(map(str, values))}" for key, values in spec.matrix.items())
    return f"| [`{case.id}`](../cases/{case.id}) | {shows} | {checked} |"


def _link(guide: str) -> str:
    page, _, anchor = guide.partition("#")
    return f"{urljoin(GUIDE, page.removesuffix('.md'))}.html#{anchor}"


def _cell(text: str) -> str:
    for letter in "\\`*_{}[]<>|":
        text = text.replace(letter, "\\" + letter)
    return text


def main() -> int:
    """Write the page, or check it."""
    wanted = page()
    if sys.argv[1:] != ["--check"]:
        PAGE.write_text(wanted, encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == wanted:
        return 0
    print("docs/gallery.md is not what the cases say; run: python scripts/gallery_page.py", file=sys.stderr)  # noqa: T201
    return 1


if __name__ == "__main__":
    sys.exit(main())
