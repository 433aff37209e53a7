"""What the command line names: folders of cases, case ids, and single variants such as ``theme/name[graph]``."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from migcheck.discover.case import BrokenCase, Case, Item, Variant
from migcheck.discover.tree import discover
from migcheck.errors import NothingSelected, UsageError
from migcheck.select.keyword import compile_keyword

DEFAULT_FOLDER = Path("cases")

_WHAT_IS_A_CASE = "; a case is a folder with case.toml and two programs (migcheck new)"


@dataclass(frozen=True)
class _Wanted:
    """One argument: a folder of cases, the folder of one case with a variant's cell, or an id of a case or variant."""

    text: str
    folder: Path
    id: str = ""
    #: ``[graph]``, to choose among the variants of the case that ``folder`` is.
    cell: str = ""

    def names(self, item: Item) -> bool:
        case = item if isinstance(item, BrokenCase) else item.case
        if self.id:
            return self.id in (item.id, case.id)
        inside = case.folder.resolve().is_relative_to(self.folder.resolve())
        return inside and item.id.endswith(self.cell)


def select(arguments: tuple[str, ...], keyword: str, last_failed: frozenset[str] | None) -> list[Item]:
    """The variants (and unreadable cases) that a command is to work on, in the order of their ids.

    ``last_failed`` keeps only those ids; None keeps all.

    Raises:
        UsageError: an argument names nothing, or ``keyword`` does not parse.
        NothingSelected: nothing is left.
    """
    matches = compile_keyword(keyword) if keyword.strip() else None
    wanted = [_parse(argument) for argument in arguments] or [_Wanted("", DEFAULT_FOLDER)]
    folders = list(dict.fromkeys(each.folder for each in wanted))
    items = [item for case in discover(folders) for item in _items(case)]
    if not items:
        where = ", ".join(map(str, folders))
        raise NothingSelected(f"no case in {where}{_WHAT_IS_A_CASE}")
    for each in wanted:
        if any(each.names(item) for item in items):
            continue
        if not each.id and not each.cell:
            raise NothingSelected(f"no case in {each.folder}{_WHAT_IS_A_CASE}")
        ids = {item.id for item in items} | {item.case.id for item in items if isinstance(item, Variant)}
        near = difflib.get_close_matches(each.id or each.text, sorted(ids), n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise UsageError(f"{each.text}: neither a folder nor the id of a case{hint}")
    chosen = [item for item in items if any(each.names(item) for each in wanted)]
    for keep, why in _filters(matches, keyword, last_failed):
        chosen = [item for item in chosen if keep(item)]
        if not chosen:
            raise NothingSelected(why)
    return chosen


def _filters(
    matches: Callable[[str], bool] | None, keyword: str, last_failed: frozenset[str] | None
) -> list[tuple[Callable[[Item], bool], str]]:
    filters: list[tuple[Callable[[Item], bool], str]] = []
    if matches:
        filters.append((lambda item: matches(" ".join((item.id, *item.tags))), f"-k {keyword!r} matches no variant"))
    if last_failed is not None:
        cases = {id.partition("[")[0] for id in last_failed}
        filters.append(
            (lambda item: _failed(item, last_failed, cases), "--lf: none of these variants failed in the last run")
        )
    return filters


def _failed(item: Item, ids: frozenset[str], cases: set[str]) -> bool:
    """Whether an item failed.  A case that cannot be read stands for all its variants, before and now."""
    if isinstance(item, BrokenCase):
        return item.id in cases
    return item.id in ids or item.case.id in ids


def _items(case: Case | BrokenCase) -> list[Item]:
    return [case] if isinstance(case, BrokenCase) else list(case.variants())


def _parse(argument: str) -> _Wanted:
    path = Path(argument)
    if path.is_dir():
        return _Wanted(argument, path)
    if path.exists():
        raise UsageError(f"{argument}: a file; name the case's folder")
    base, bracket, cell = argument.partition("[")
    if bracket and Path(base).is_dir():
        return _Wanted(argument, Path(base), cell=f"[{cell}")
    if not DEFAULT_FOLDER.is_dir():
        raise UsageError(f"{argument}: no such folder")
    return _Wanted(argument, DEFAULT_FOLDER, argument.rstrip("/"))
