"""The rates of the diagnosis: faults found and named in ``tests/faults``, right ports left alone, the gallery.

``tests/faults/<cause>/<name>`` is a port with one planted fault of that cause; ``tests/faults/right`` holds ports that
are right and hard to compare.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from migcheck.check import RunOptions
from migcheck.discover.case import Item, Variant
from migcheck.judge.verdict import expected
from migcheck.report.value import Report, Result
from migcheck.select.arguments import select
from migcheck.session import run

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent.parent
FAULTS = ROOT / "tests" / "faults"
GALLERY = ROOT / "cases"

#: With ``MIGCHECK_CORPUS=all`` every program is checked; two of each cause else, which takes a third of the time.
ALL = os.environ.get("MIGCHECK_CORPUS") == "all"
OF_EACH = 2

#: Programs of which another name is as true, with that name.
AS_TRUE = {
    # Graph mode alone drops this write.
    "lost_in_place/copy_into_buffer_graph": "execution_mode",
    # The default of the layer is reduction='none': what differs is the default, and what it does is to sum.
    "default_differs/huber_unreduced": "reduction",
    "default_differs/cross_entropy_layer_unreduced": "reduction",
    # One tensor's worth of dropout that one side does not have.
    "train_mode/functional_dropout_always_on": "dropout",
    "train_mode/dropout_layers_in_training": "dropout",
}


def checked(items: list[Item]) -> Report:
    # Generous, since a loaded machine is no reason to find less.
    return run(items, RunOptions(slots=2, diagnose_budget=60.0), lambda result: None)


def causes(result: Result) -> set[str]:
    return {cause.cause for cause in result.diagnosis.causes} if result.diagnosis else set()


def is_named(result: Result, wanted: set[str]) -> bool:
    """Every cause that is alleged is one of those, and no gradient is left without one."""
    found = causes(result)
    left = result.diagnosis.unexplained if result.diagnosis else ("all",)
    return bool(found) and found <= wanted and not any("grad" in leaf for leaf in left)


def chosen(items: list[Item]) -> list[Item]:
    """The first variant of each case (of a fault of one mode, both), of so many cases of each cause."""
    kept: dict[str, set[str]] = {}
    found = []
    for item in items:
        assert isinstance(item, Variant)
        cases = kept.setdefault(item.case.id.partition("/")[0], set())
        if item.case.id in cases:
            if item.case.id.startswith("execution_mode"):
                found.append(item)
        elif ALL or len(cases) < OF_EACH:
            cases.add(item.case.id)
            found.append(item)
    return found


def test_faults_are_found_and_their_causes_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    items = [item for item in select((str(FAULTS),), "", None) if not item.id.startswith("right/")]
    report = checked(chosen(items))
    missed, wrong, right = [], [], 0
    for result in report.results:
        name = result.id.partition("[")[0]
        cause = name.partition("/")[0]
        if result.verdict == "match" and cause == "execution_mode":
            continue  # the mode that is right
        if result.verdict != "mismatch":
            missed.append(f"{result.id}: {result.verdict}")
        elif is_named(result, {cause, AS_TRUE.get(name, cause)}):
            right += 1
        else:
            wrong.append(f"{result.id}: {', '.join(sorted(causes(result))) or 'unknown'}")
    total = right + len(wrong) + len(missed)
    with capsys.disabled():
        print(f"\n{total} faults: {total - len(missed)} found, {right} named ({right / total:.1%})", *wrong, sep="\n  ")
    assert total >= 60
    assert missed == []
    assert right / total >= 0.95


def test_nothing_is_alleged_of_right_ports(capsys: pytest.CaptureFixture[str]) -> None:
    report = checked(list(select((str(FAULTS / "right"),), "", None)))
    alarms = [f"{result.id}: {result.verdict}" for result in report.results if result.verdict != "match"]
    with capsys.disabled():
        print(f"\n{len(report.results)} variants of right ports: {len(alarms)} false alarms")
    assert len({result.id.partition("[")[0] for result in report.results}) >= 40
    assert alarms == []
    assert [result.id for result in report.results if result.diagnosis] == []


def test_the_cause_of_each_difference_of_the_gallery_is_named(tmp_path: Path) -> None:
    kept = {}
    for file in GALLERY.glob("*/*/case.toml"):
        text = file.read_text()
        if "\n[known" in text:
            copy = tmp_path / "cases" / file.parent.relative_to(GALLERY)
            shutil.copytree(file.parent, copy)
            (copy / "case.toml").write_text(without_known(text))
            kept[copy.relative_to(tmp_path / "cases").as_posix()] = text
    wanted = {}
    variants = [item for item in select((str(GALLERY),), "", None) if isinstance(item, Variant)]
    for variant in variants:
        due = expected(variant.case.spec.known, variant.cell)
        if due:
            wanted[variant.id] = {known.cause for known in due.values()}
    items = [item for item in select((str(tmp_path / "cases"),), "", None) if item.id in wanted]
    first = [next(item for item in items if item.id.partition("[")[0] == name) for name in kept]
    report = checked(first)
    wrong = [
        f"{result.id}: {', '.join(sorted(causes(result))) or 'unknown'}, not {', '.join(wanted[result.id])}"
        for result in report.results
        if not is_named(result, wanted[result.id])
    ]
    assert wrong == []


def without_known(text: str) -> str:
    """A ``case.toml`` that expects no difference."""
    found = re.sub(r"(?ms)^\[known[^\n]*\n.*?(?=^\[(?!known)|\Z)", "", text)
    assert "known" not in tomllib.loads(found)
    return found
