"""What the fixture is: two functions, or a case, checked in a test."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from migcheck.check import broken
from migcheck.discover.case import BrokenCase
from migcheck.errors import MigcheckError
from migcheck.plugin.cases import cases_folder
from migcheck.plugin.options import Settings, marked, unknown_setting
from migcheck.plugin.pair import Function, PairOfFunctions
from migcheck.plugin.session import State
from migcheck.report.value import Result
from migcheck.select.arguments import select
from migcheck.unequal import GradientMismatch, NotComparable


class Parity:
    """The fixture ``parity``."""

    def __init__(self, config: pytest.Config, state: State) -> None:
        self._config = config
        self._state = state

    def __call__(
        self,
        torch_program: Function,
        mindspore_program: Function,
        inputs: Mapping[str, Any] | None = None,
        *,
        rtol: float | None = None,
        atol: float | None = None,
        tolerance: Mapping[str, Mapping[str, float]] | None = None,
        mode: str | None = None,
        dtype: str | None = None,
        seed: int | None = None,
        timeout: float | None = None,
        keywords: Mapping[str, Any] | None = None,
        prewarm: bool | None = None,
        hermetic: bool | None = None,
    ) -> Result:
        """Run both programs on the same inputs, and compare what they return.

        Each runs in a fresh process, if it can be sent there; if not, both run in this one, and pytest's summary says
        why.

        Args:
            torch_program: Takes the inputs by name, as tensors; a floating one is a leaf with ``requires_grad=True``.
                Returns ``(outputs, gradients)`` or a dict of gradients, or yields one such a step.
            mindspore_program: The port, which takes the inputs as MindSpore's tensors.
            inputs: By name: an array, a number or nested lists (float32 where floating), or a table as in a
                ``case.toml``, such as ``{"normal": [2, 3]}``.
            rtol: Relative tolerance of all leaves, in place of migcheck's rules.
            atol: Absolute tolerance of all leaves, in their own units.
            tolerance: The same for single leaves, by name or pattern: ``{"grad['fc.*']": {"rtol": 1e-4}}``.
            mode: MindSpore's, ``pynative`` or ``graph``.
            dtype: Of the floating inputs, in place of their own.
            seed: Of drawn inputs and of both programs; 0 if not given.
            timeout: Seconds for one program, where it runs in a process of its own.
            keywords: Further arguments of both programs: numbers, texts and booleans.
            prewarm: Check a match again in a process in which the port ran before.
            hermetic: True for a process of their own or an error, False for this one.

        Returns:
            What migcheck knows of the check, with its verdict ``match``.

        Raises:
            GradientMismatch: They differ.
            NotComparable: A program failed in its own process, or there was nothing to compare.
            ValueError, TypeError: A setting or an input that cannot be meant.
        """
        __tracebackhide__ = True
        given = Settings(rtol, atol, tolerance, mode, dtype, seed, timeout, keywords, prewarm, hermetic)
        return PairOfFunctions(self._config, self._state, torch_program, mindspore_program, given)(inputs)

    def pair(self, torch_program: Function, mindspore_program: Function, **settings: Any) -> PairOfFunctions:
        """Two programs that are to be checked on many inputs: call what this returns with each.

        ``settings`` are those of a call of the fixture itself.
        """
        __tracebackhide__ = True
        if wrong := unknown_setting(settings):
            raise TypeError(wrong)
        return PairOfFunctions(self._config, self._state, torch_program, mindspore_program, Settings(**settings))

    def case(self, name: str) -> list[Result]:
        """Check a case folder, all its variants or one.

        Args:
            name: An id (``theme/name``, ``theme/name[graph]``) below the folder ``migcheck_cases`` of the ini file,
                which is ``cases`` if not given; or the path of a folder.

        Raises:
            GradientMismatch: A variant differs, or a known difference no longer occurs.
            NotComparable: A variant could not be compared.
            ValueError: There is no such case, or a marker of the test says how to check it.
        """
        __tracebackhide__ = True
        unread = [f"{key}=…" for key, value in marked(self._state.item).given.items() if value is not None]
        if unread:
            marker = f"@pytest.mark.parity({', '.join(unread)})"
            raise ValueError(f"parity.case runs a case as its case.toml says: {marker} does not reach it")
        base = name.partition("[")[0]
        folder = cases_folder(self._config)
        argument = name if Path(base).is_dir() and not (folder / base).is_dir() else os.path.relpath(folder / name)
        try:
            items = select((argument,), "", None)
        except MigcheckError as error:
            raise ValueError(str(error)) from None
        checking = self._state.checking
        results = [
            broken(item, checking.options) if isinstance(item, BrokenCase) else checking.check(item) for item in items
        ]
        self._state.checked[f"{name}: hermetic"] += 1
        differing = tuple(each for each in results if each.verdict in ("mismatch", "stale"))
        failed = tuple(each for each in results if each.verdict == "error")
        if differing:
            raise GradientMismatch(differing + failed)
        if failed:
            raise NotComparable(failed)
        return results
