"""The options that choose what a run checks.  None of them can be set in a file: a gate is narrowed in plain sight."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

from migcheck.cli.saying import say

if TYPE_CHECKING:
    from migcheck.baseline.value import Baseline
    from migcheck.check import RunOptions
    from migcheck.discover.case import Item
    from migcheck.select.partition import Partition
    from migcheck.select.selection import Selection

F = TypeVar("F", bound=Callable[..., Any])

#: Ids that a note names.
_MOST_NAMED = 8


class _Part(click.ParamType):  # type: ignore[type-arg]  # generic from click 8.4 on
    name = "part"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Partition:
        from migcheck.select.partition import partition_of

        try:
            return partition_of(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


def choosing_options(command: F) -> F:
    """Folders and ids, ``-k``, ``--lf``, ``--changed-since``, ``--partition``."""
    for option in reversed(
        (
            click.argument("cases", nargs=-1, metavar="[FOLDER|ID]..."),
            click.option(
                "-k",
                "keyword",
                default="",
                metavar="EXPR",
                help="Only variants whose id or tags match: words, and, or, not, brackets.",
            ),
            click.option(
                "--lf",
                "last_failed",
                is_flag=True,
                help="Only what failed in the last run here; everything if nothing did.",
            ),
            click.option(
                "--changed-since",
                metavar="REF",
                help="Only cases that are touched by what changed since REF and HEAD parted, in git.",
            ),
            click.option(
                "--partition", type=_Part(), metavar="I/N", help="Only part I of N, for as many machines; see merge."
            ),
        )
    ):
        command = option(command)
    return command


@dataclass(frozen=True)
class Choice:
    """What the options say."""

    cases: tuple[str, ...]
    keyword: str
    last_failed: bool
    changed_since: str | None
    partition: Partition | None


def choice_of(given: Mapping[str, Any]) -> Choice:
    """The choice that a command's parameters make."""
    return Choice(**{name: given[name] for name in Choice.__dataclass_fields__})


def choose(choice: Choice, options: RunOptions) -> Selection:
    """The selection that was chosen.

    Raises:
        UsageError, NothingSelected: see :func:`migcheck.select.arguments.select`, and
            :func:`migcheck.select.changed.changed_files`.
    """
    from migcheck.select.arguments import select
    from migcheck.select.selection import Selection, digest

    before = _failed_before(choice) if choice.last_failed else None
    items = select(choice.cases, choice.keyword, before)
    baseline = options.baseline
    notes: list[str] = []
    left_out: tuple[str, ...] = ()
    if choice.changed_since is not None:
        items, left_out, notes = _touched(items, choice.changed_since, options.interpreters, baseline)
    whole = digest(item.id for item in items)
    part = choice.partition
    kin = _kin(options, items[0]) if part and items else ""
    if part:
        here = [item for item in items if part.holds(item.id)]
        notes.append(f"part {part}: {len(here)} of {len(items)} variants")
        items = here
    gone: tuple[str, ...] = ()
    if baseline and not choice.keyword and before is None:
        from migcheck.baseline.gone import gone_from

        gone, unjudged = gone_from(baseline, choice.cases, part)
        if unjudged:
            notes.append(f"{baseline.file} has {unjudged} entries, none of these cases; they were not judged")
    return Selection(items, str(part) if part else "", whole, left_out, gone, tuple(notes), kin)


def _kin(options: RunOptions, item: Item) -> str:
    """What tells whether two parts are of one run: the commit, and what changes a result."""
    from migcheck.discover.case import Variant
    from migcheck.select.changed import commit_of
    from migcheck.select.selection import digest

    folder = item.case.folder if isinstance(item, Variant) else item.folder
    accepted = [each.line for each in options.baseline.placed] if options.baseline else []
    return digest([f"{commit_of(folder)} {options.seed} {options.prewarm} {options.diagnose}", *accepted])


def _failed_before(choice: Choice) -> frozenset[str] | None:
    """The ids that failed before; None, for everything, where there is none, or none of them is there any more."""
    from migcheck.errors import NothingSelected
    from migcheck.journal import failed_before
    from migcheck.select.arguments import select

    before = failed_before()
    if not before:
        say("--lf: no failure is recorded here; running everything")
        return None
    if not choice.cases:  # what is named may have had no failure
        try:
            select((), "", before)
        except NothingSelected:
            say("--lf: nothing that failed is there any more; running everything")
            return None
    return before


def _touched(
    items: list[Item], reference: str, interpreters: Mapping[str, str], baseline: Baseline | None
) -> tuple[list[Item], tuple[str, ...], list[str]]:
    """What a change touches, the ids of what it does not, and what to say of that."""
    from migcheck.discover.case import Variant
    from migcheck.journal import versions_before
    from migcheck.run.installed import framework_versions
    from migcheck.select.affected import affected
    from migcheck.select.changed import changed_files

    first = items[0]
    changed = changed_files(reference, first.case.folder if isinstance(first, Variant) else first.folder)
    past = versions_before()
    installed = _without_builds(framework_versions(interpreters)) if past else {}
    before: dict[str, dict[str, str]] = {}
    for id, versions in past.items():
        of_case = before.setdefault(id.partition("[")[0], {})
        for side, version in _without_builds(versions).items():
            if of_case.get(side) in (None, installed.get(side)):  # of several variants, the one that is behind
                of_case[side] = version
    file = baseline.file if baseline else ""
    touched = affected(items, changed, installed=installed, before=before, baseline=file)
    kept = [item for item in items if touched.keeps(item)]
    left_out = tuple(item.id for item in items if not touched.keeps(item))
    cases = {item.case.id if isinstance(item, Variant) else item.id for item in items}
    notes = [f"changed since {reference}: {len(touched.reasons)} of {_cases(len(cases))}"]
    reasons: dict[str, list[str]] = {}
    for case, reason in touched.reasons.items():
        reasons.setdefault(reason, []).append(case)
    for reason, of in list(reasons.items())[:_MOST_NAMED]:
        notes.append(f"checked, since {reason}: {_named(of)}")
    if len(reasons) > _MOST_NAMED:
        notes.append(f"… and for {len(reasons) - _MOST_NAMED} reasons more")
    if touched.left_out:
        notes.append(f"left out: {_named(list(touched.left_out))}")
    return kept, left_out, notes


def _without_builds(versions: Mapping[str, str]) -> dict[str, str]:
    """Versions without what follows a plus sign: pip may leave it out."""
    return {side: version.partition("+")[0] for side, version in versions.items()}


def _cases(count: int) -> str:
    return "1 case is touched" if count == 1 else f"{count} cases are touched"


def _named(cases: list[str]) -> str:
    more = f" and {len(cases) - _MOST_NAMED} more" if len(cases) > _MOST_NAMED else ""
    return ", ".join(cases[:_MOST_NAMED]) + more
