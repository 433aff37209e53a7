"""What the fixture is: two functions, or a case, checked in a test."""

from __future__ import annotations

import functools
import os
import shlex
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from migcheck.asserting import borrowed, related, tolerances_of
from migcheck.check import DEFAULT_SEED, broken, float64_replay
from migcheck.discover.case import SIDES, BrokenCase, Case, Program, Variant
from migcheck.discover.schema import CaseSpec, SpecError, spec_of
from migcheck.errors import MigcheckError
from migcheck.feed.draw import FeedError
from migcheck.host.exchange import Leaf, Unstorable, leaf, plain
from migcheck.host.observe import NotAnObservation
from migcheck.host.side import side_named
from migcheck.observation import Observation
from migcheck.parity import Expectations, judged
from migcheck.plugin.cases import cases_folder
from migcheck.plugin.options import Settings, marked
from migcheck.plugin.session import State
from migcheck.plugin.state import mode, not_fresh
from migcheck.report.text import safe
from migcheck.report.value import Result
from migcheck.run.here import PairHere
from migcheck.select.arguments import select
from migcheck.sending.function import NotSendable, program_of
from migcheck.unequal import GradientMismatch, NotComparable

#: A program: takes the inputs by name, and returns outputs and gradients as a case's ``program`` does.
Function = Callable[..., Any]


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
            ValueError: A setting or an input that cannot be meant.
        """
        __tracebackhide__ = True
        given = Settings(rtol, atol, tolerance, mode, dtype, seed, timeout, keywords, prewarm, hermetic)
        return PairOfFunctions(self._config, self._state, torch_program, mindspore_program, given)(inputs)

    def pair(self, torch_program: Function, mindspore_program: Function, **settings: Any) -> PairOfFunctions:
        """Two programs that are to be checked on many inputs: call what this returns with each.

        ``settings`` are those of a call of the fixture itself.
        """
        __tracebackhide__ = True
        return PairOfFunctions(self._config, self._state, torch_program, mindspore_program, Settings(**settings))

    def case(self, name: str) -> list[Result]:
        """Check a case folder, all its variants or one.

        Args:
            name: An id (``theme/name``, ``theme/name[graph]``) below the folder ``migcheck_cases`` of the ini file,
                which is ``cases`` if not given; or the path of a folder.

        Raises:
            GradientMismatch: A variant differs, or a known difference no longer occurs.
            NotComparable: A variant could not be compared.
            ValueError: There is no such case.
        """
        __tracebackhide__ = True
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


class PairOfFunctions:
    """Two programs of a test, to be called with inputs."""

    def __init__(
        self, config: pytest.Config, state: State, torch_program: Function, mindspore_program: Function, given: Settings
    ) -> None:
        __tracebackhide__ = True
        self._config = config
        self._state = state
        self._functions = {"torch": torch_program, "mindspore": mindspore_program}
        self._settings = given.over(marked(state.item))
        self._name = " against ".join(_name_of(each) for each in self._functions.values())

    def __call__(self, inputs: Mapping[str, Any] | None = None) -> Result:
        """Check both programs on these inputs: see :meth:`Parity.__call__`."""
        __tracebackhide__ = True
        programs, here = self._programs()
        if here and self._settings.hermetic:
            raise ValueError(f"hermetic=True, but {here}")
        if here and self._settings.prewarm:
            raise ValueError(f"prewarm needs processes of their own, but {here}")
        variant = self._variant(inputs or {}, programs)
        how = f"{variant.id}, in the test's process: {here}" if here else f"{variant.id}: hermetic"
        self._state.checked[how] += 1
        return self._check_here(variant, here) if here else self._check(variant)

    def _programs(self) -> tuple[dict[str, Program], str]:
        """Both functions, as they are now, as programs of other processes, or why they run in this one."""
        if self._settings.hermetic is False:
            return {}, "hermetic=False"
        if differs := not_fresh(self._state.checking.environment):
            return {}, differs
        found = {}
        for side, function in self._functions.items():
            try:
                found[side] = program_of(function)
            except NotSendable as error:
                return {}, f"{_name_of(function)} {error}"
        return found, ""

    def _check(self, variant: Variant) -> Result:
        __tracebackhide__ = True
        checking = self._state.checking
        result = checking.check(variant, diagnose=False)
        for side, text in result.output.items():  # for pytest to capture
            sys.stdout.write("".join(f"{side} | {line}\n" for line in safe(text).splitlines()))
        if result.verdict == "match":
            return result
        ran = f"ran: each program in a process of its own, seed {result.seed}"
        result = _with(result, f"{ran}{''.join(f', {side} {version}' for side, version in result.versions.items())}")
        if result.verdict == "error":
            lacking = any(name in each.reason for each in result.failures for name in _LACKING)
            raise NotComparable((result,), note=_HINT if lacking else "")

        def explained() -> tuple[Result, ...]:
            again = checking.check(variant)
            return (msgspec.structs.replace(result, diagnosis=again.diagnosis, notes=(*again.notes, *result.notes)),)

        raise GradientMismatch((result,), explained if checking.options.diagnose else None)

    def _check_here(self, variant: Variant, here: str) -> Result:
        __tracebackhide__ = True
        seed = self._state.checking.options.seed
        if seed is None:
            seed = DEFAULT_SEED if variant.case.spec.seed is None else variant.case.spec.seed
        pair = PairHere(variant, self._functions, seed)
        try:
            runs = pair.run()
        except FeedError as error:
            raise ValueError(str(error)) from None
        except NotAnObservation as error:
            raise TypeError(str(error)) from None
        base = Result(
            id=variant.id, title=variant.title, cell=variant.cell, verdict="error", seed=seed, rerun=variant.case.rerun
        )

        expectations = Expectations(variant.case.spec.tolerance, {}, {})
        replays = functools.partial(float64_replay, pair)
        result = judged(base, runs["torch"], runs["mindspore"], expectations, replays)
        if result.verdict == "match":
            return result
        result = _with(result, f"ran: in the test's process, since {here}; seed {seed}{_versions()}")
        if result.verdict == "error":
            raise NotComparable((result,))
        explain = self._state.checking.options.diagnose
        raise GradientMismatch((result,), (lambda: (_related(result, runs),)) if explain else None)

    def _variant(self, inputs: Mapping[str, Any], programs: dict[str, Program]) -> Variant:
        __tracebackhide__ = True
        tables, arrays = _inputs(inputs)
        settings = self._settings
        cell = {"mode": settings.mode or mode(), "dtype": settings.dtype, **(settings.keywords or {})}
        matrix = {key: [value] for key, value in cell.items() if value is not None}
        head = {"seed": settings.seed, "timeout": settings.timeout, "prewarm": settings.prewarm}
        table: dict[str, Any] = {"title": self._name, "inputs": tables, "matrix": matrix}
        table |= {key: value for key, value in head.items() if value is not None}
        tolerances = tolerances_of(settings.rtol, settings.atol, settings.tolerance)
        try:
            spec: CaseSpec = msgspec.structs.replace(spec_of(table), tolerance=tolerances)
        except SpecError as error:
            raise ValueError(str(error)) from None
        folder = Path(programs["torch"].file).parent if programs else Path.cwd()
        case = Case(self._name, folder, spec, programs, arrays=arrays, rerun=self._rerun())
        (variant,) = case.variants()
        return variant

    def _rerun(self) -> str:
        item = self._state.item
        if item is None:
            return ""
        seed = self._config.getoption("migcheck_seed")
        return shlex.join(["pytest", item.nodeid, *([f"--migcheck-seed={seed}"] if seed is not None else [])])


#: What a program raises that misses something of the test's process.
_LACKING = ("NameError", "ImportError", "ModuleNotFoundError", "FileNotFoundError", "AttributeError")
_HINT = "hermetic=False would run both programs in the test's own process"


def _with(result: Result, note: str) -> Result:
    return msgspec.structs.replace(result, notes=(*result.notes, note))


def _related(result: Result, runs: Mapping[str, Observation]) -> Result:
    return related(result, runs["torch"], runs["mindspore"])


def _versions() -> str:
    found = ((side, getattr(sys.modules.get(side), "__version__", "")) for side in SIDES)
    return "".join(f", {side} {version}" for side, version in found if version)


def _name_of(function: Function) -> str:
    return str(getattr(function, "__name__", type(function).__name__))


def _inputs(inputs: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Leaf]]:
    """What a ``case.toml`` could say, and arrays.

    Raises:
        ValueError: an input is neither.
    """
    __tracebackhide__ = True
    tables: dict[str, Any] = {}
    arrays: dict[str, Leaf] = {}
    sides = [side_named(side) for side in SIDES if side in sys.modules]
    for name, value in inputs.items():
        if isinstance(value, (bool, int, float, list, dict)):
            tables[name] = value
            continue
        if not (isinstance(name, str) and name.isidentifier()):
            raise ValueError(f"input {name!r} is no Python identifier, so no program can take it as an argument")
        try:
            found = borrowed(value, sides)
            if found is None and isinstance(value, (np.ndarray, np.generic)):
                found = leaf(np.asarray(value))
            if found is None:
                kind = type(value).__name__
                raise Unstorable(
                    f"{'an' if kind[0] in 'aeiouAEIOU' else 'a'} {kind}, neither an array, a number, a list nor a table"
                )
        except Unstorable as error:
            raise ValueError(f"input {name!r} is {error}") from None
        arrays[name] = leaf(plain(found)) if found.dtype != "bfloat16" else leaf(np.asarray(found.values), "bfloat16")
    return tables, arrays
