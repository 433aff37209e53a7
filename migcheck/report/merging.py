"""Several reports as one: those of the parts of a run, or of runs of different cases."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

import msgspec

from migcheck.errors import UsageError
from migcheck.report.value import Environment, Report, Result, concluded
from migcheck.select.partition import partition_of
from migcheck.select.selection import digest

Named = tuple[str, Report]


def merged(reports: list[Named]) -> Report:
    """One report of all results, in the order of their ids, under the names of the files that they are from.

    Raises:
        UsageError: a part is missing or there twice, or a variant is in two reports: what is whole would not be known.
    """
    reports = sorted(reports, key=lambda each: (_number_of(each), each[0]))
    _check_parts(reports)
    results: dict[str, Result] = {}
    holder: dict[str, str] = {}
    sources: dict[str, str] = {}
    directories = {report.directory for _, report in reports}
    for name, report in reports:
        moved = report.directory if len(directories) > 1 else ""
        for result in report.results:
            if result.id in results:
                raise UsageError(f"{result.id} is in both {holder[result.id]} and {name}; merge reports of other cases")
            holder[result.id] = name
            files = {side: _below(moved, path) for side, path in result.files.items()}
            results[result.id] = msgspec.structs.replace(result, files=files)
        for path, text in report.sources.items():
            sources.setdefault(_below(moved, path), text)
    _check_whole(reports, results.keys())
    every = [report for _, report in reports]
    seeds = {report.seed for report in every if report.results}
    environments, notes = _environments(reports)
    return concluded(
        Report(
            migcheck=every[0].migcheck,
            seed=seeds.pop() if len(seeds) == 1 else None,
            environments=environments,
            problems=_problems(reports),
            directory=directories.pop() if len(directories) == 1 else "",
            sources=sources,
            results=tuple(results[id] for id in sorted(results)),
            notes=(*_unique(note for report in every for note in _notes(report)), *notes),
            selected=every[0].selected if len({report.selected for report in every}) == 1 else "",
            left_out=tuple(sorted({id for report in every for id in report.left_out} - results.keys())),
            gone=_unique(line for report in every for line in report.gone),
            skipped=sum(report.skipped for report in every),
            interrupted=any(report.interrupted for report in every),
            seconds=sum(report.seconds for report in every),
        )
    )


def _notes(report: Report) -> tuple[str, ...]:
    """What a report says of its run, but for the part that it is."""
    return tuple(note for note in report.notes if not note.startswith(f"part {report.partition}:"))


def _number_of(named: Named) -> tuple[int, int]:
    """Which part of how many a report is; 0 of 0 for a whole run."""
    name, report = named
    if not report.partition:
        return 0, 0
    try:
        part = partition_of(report.partition)
    except ValueError as error:
        raise UsageError(f"{name}: no part of a run: {error}") from None
    return part.number, part.count


def _check_whole(reports: list[Named], ids: Iterable[str]) -> None:
    """Refuse parts that together are not what was selected, although each says that it is all there."""
    selected = {report.selected for _, report in reports if report.partition}
    skipped = any(report.skipped or report.interrupted for _, report in reports)
    if selected and not skipped and selected != {digest(ids)}:
        raise UsageError("the parts do not hold what was selected; run all parts again")


def _check_parts(reports: list[Named]) -> None:
    parts = [(name, report) for name, report in reports if report.partition]
    if not parts:
        return
    first, reference = parts[0]
    count = reference.partition.partition("/")[2]
    seen: dict[str, str] = {}
    for name, report in reports:
        if not report.partition:
            raise UsageError(
                f"{name} is of a whole run, and {first} is part {reference.partition} of one; merge one kind"
            )
        if report.partition.partition("/")[2] != count:
            raise UsageError(f"{first} is part {reference.partition}, and {name} part {report.partition}")
        if report.kin != reference.kin:
            what = "at another commit, or with another seed, baseline or other option that changes results"
            raise UsageError(f"{first} and {name} are parts of different runs: {what}; run all parts alike")
        if report.selected != reference.selected:
            what = "of other cases: run all parts on the same commit, with the same options"
            raise UsageError(f"{first} and {name} are parts of different runs, {what}")
        if report.partition in seen:
            raise UsageError(f"{seen[report.partition]} and {name} are both part {report.partition}")
        seen[report.partition] = name
    missing = [f"{number}/{count}" for number in range(1, int(count) + 1) if f"{number}/{count}" not in seen]
    if missing:
        raise UsageError(f"part {', '.join(missing)} is missing; give the report of each")


def _environments(reports: list[Named]) -> tuple[dict[str, Environment], list[str]]:
    """What each side ran on, and what to say where that differs."""
    found: dict[str, dict[Environment, str]] = {}
    for name, report in reports:
        for side, environment in report.environments.items():
            found.setdefault(side, {}).setdefault(environment, name)
    notes = []
    for side, by in found.items():
        if len(by) > 1:
            each = (f"{it.framework}, Python {it.python}, numpy {it.numpy} in {name}" for it, name in by.items())
            notes.append(f"{side} was not the same everywhere: {'; '.join(each)}")
    return {side: next(iter(by)) for side, by in found.items()}, notes


def _problems(reports: list[Named]) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for name, report in reports:
        for side, problem in report.problems.items():
            found.setdefault(side, []).append(f"{name}: {problem}")
    return {side: "; ".join(each) for side, each in found.items()}


def _below(folder: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(folder, path))


def _unique(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
