"""Case folders as collectors and items."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from migcheck.discover.case import BrokenCase, Variant
from migcheck.discover.tree import MARKS, cases_root, read_case
from migcheck.plugin.session import PROPERTY, STATE
from migcheck.report.text import safe
from migcheck.report.value import Result
from migcheck.unequal import GradientMismatch, NotComparable, Unequal


def represents(file: Path) -> bool:
    """Whether a file stands for the case that its folder is: the first that is there."""
    return file.name == next((mark for mark in MARKS if (file.parent / mark).is_file()), "")


#: Markers that change how a test runs, or whether it may fail: pytest's, those of two plugins of its own makers, ours.
_ACTIVE = frozenset(
    (
        "skip", "skipif", "xfail", "usefixtures", "filterwarnings", "parametrize", "tryfirst", "trylast", "flaky",
        "timeout", "parity", "migcheck",
    )
)  # fmt: skip


class CaseFile(pytest.File):
    """A case folder, by its ``case.toml``."""

    def collect(self) -> Iterator[VariantItem]:
        """An item for each cell of the matrix.

        Raises:
            CollectError: the case cannot be read.
        """
        shown = Path(os.path.relpath(self.path.parent))  # as messages name it
        case = read_case(shown, _root(self.path.parent, self.config))
        if isinstance(case, BrokenCase):
            raise self.CollectError(case.problem)
        for tag in case.spec.tags:
            self._mark(tag)
        self.add_marker("migcheck")
        for variant in case.variants():
            yield VariantItem.from_parent(self, name=variant.id, variant=variant)

    def _mark(self, tag: str) -> None:
        """A tag of the case as a keyword, for ``-k``, and as a marker, for ``-m``, if as one it would do nothing."""
        self.extra_keyword_matches.add(tag)
        if not tag.startswith("_") and tag not in _ACTIVE:  # pytest has no markers with an underscore
            self.config.addinivalue_line("markers", f"{tag}: a tag of case folders.")
            self.add_marker(tag)


class VariantItem(pytest.Item):
    """One variant of a case."""

    def __init__(self, *, variant: Variant, **given: Any) -> None:
        super().__init__(**given)
        self.variant = variant

    def setup(self) -> None:
        """Start the hosts, so that the duration of a test is its own."""
        self.config.stash[STATE].checking.start()

    def runtest(self) -> None:
        """Check the variant.

        Raises:
            GradientMismatch, NotComparable: it fails the gate.
            pytest.xfail.Exception: it differs as its case expects.
        """
        result = self.config.stash[STATE].checking.check(self.variant)
        for side, text in result.output.items():
            self.add_report_section("call", f"{side} output", safe(text))
        self.user_properties.append((PROPERTY, result.verdict))
        if result.verdict == "known":
            pytest.xfail(_reasons(result))  # does nothing under --runxfail, where a known difference fails
        if result.verdict != "match":
            raise (NotComparable if result.verdict == "error" else GradientMismatch)((result,))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The block that ``migcheck run`` prints, without a traceback of ours."""
        if isinstance(excinfo.value, Unequal):
            strict = "[XPASS(strict)] " if any(each.verdict == "stale" for each in excinfo.value.results) else ""
            return f"{strict}{excinfo.value}"
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """The case, a line of it, which pytest wants of what is skipped, and the id by which migcheck knows it."""
        return self.path, 0, self.name


def _root(folder: Path, config: pytest.Config) -> Path:
    """The folder that ids are relative to: whichever files the command line names, a variant has one id."""
    root = cases_root(folder)
    if root.name == "cases":
        return root
    named = (Path(config.invocation_params.dir, each.partition("::")[0]) for each in config.args)
    for root in (cases_folder(config), config.rootpath, *named):
        if folder != root and folder.is_relative_to(root) and root.is_dir():
            return root
    return folder.parent


def cases_folder(config: pytest.Config) -> Path:
    """Where ``parity.case()`` finds cases."""
    return config.rootpath / str(config.getini("migcheck_cases"))


def _reasons(result: Result) -> str:
    """Why the differences are expected, as the case says."""
    return "; ".join(dict.fromkeys(safe(finding.known) for finding in result.findings if finding.known))
