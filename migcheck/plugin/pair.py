"""Two functions of a test, checked in processes of their own or in the test's."""

from __future__ import annotations

import functools
import shlex
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

from migcheck.asserting import plain_numbers, related, tolerances_of
from migcheck.check import DEFAULT_SEED, float64_replay
from migcheck.discover.case import SIDES, Case, Program, Variant
from migcheck.discover.schema import CaseSpec, SpecError, spec_of
from migcheck.feed.draw import FeedError
from migcheck.host.observe import NotAnObservation
from migcheck.observation import Observation
from migcheck.parity import Expectations, judged
from migcheck.plugin.inputs import told
from migcheck.plugin.options import Settings, marked
from migcheck.plugin.session import State
from migcheck.plugin.state import mode, not_fresh
from migcheck.report.text import safe
from migcheck.report.value import Failure, Result
from migcheck.run.here import NotHeld, PairHere
from migcheck.sending.function import NotSendable, program_of
from migcheck.unequal import GradientMismatch, NotComparable

#: A program: takes the inputs by name, and returns outputs and gradients as a case's ``program`` does.
Function = Callable[..., Any]


class PairOfFunctions:
    """Two programs of a test, to be called with inputs."""

    def __init__(
        self, config: pytest.Config, state: State, torch_program: Function, mindspore_program: Function, given: Settings
    ) -> None:
        __tracebackhide__ = True
        self._config = config
        self._state = state
        self._functions = {"torch": torch_program, "mindspore": mindspore_program}
        self._given = given
        self._name = " against ".join(_name_of(each) for each in self._functions.values())

    def __call__(self, inputs: Mapping[str, Any] | None = None) -> Result:
        """Check both programs on these inputs: see :meth:`~migcheck.plugin.parity.Parity.__call__`."""
        __tracebackhide__ = True
        settings = self._given.over(marked(self._state.item))  # of the test that runs now, which may share this pair
        programs, here = self._programs(settings)
        variant, result = None, None
        if not here:
            variant = self._variant(inputs, settings, programs)
            result = self._state.checking.check(variant, diagnose=False)
            here = self._replaced(result)
        if variant is not None and result is not None and not here:
            self._state.checked[f"{variant.id}: hermetic"] += 1
            return self._passed(variant, result)
        if settings.hermetic:
            raise ValueError(f"hermetic=True, but {here}")
        if settings.prewarm:
            raise ValueError(f"prewarm needs processes of their own, but {here}")
        variant = self._variant(inputs, settings, {})
        self._state.checked[f"{variant.id}, in the test's process: {here}"] += 1
        return self._check_here(variant, here)

    def _programs(self, settings: Settings) -> tuple[dict[str, Program], str]:
        """Both functions, as they are now, as programs of other processes, or why they run in this one."""
        if settings.hermetic is False:
            return {}, "hermetic=False"
        if differs := not_fresh(self._state.environment, self._state.originals):
            return {}, differs
        found = {}
        for side, function in self._functions.items():
            try:
                found[side] = program_of(function)
            except NotSendable as error:
                return {}, f"{_name_of(function)} {error}"
        return found, ""

    def _replaced(self, result: Result) -> str:
        """What a host found to be another one there, if that is why there is no verdict."""
        for failure in result.failures:
            if failure.kind == "replaced":
                return f"{_name_of(self._functions[failure.side])} {failure.reason}"
        return ""

    def _passed(self, variant: Variant, result: Result) -> Result:
        """The result of both programs in processes of their own, if it is a match."""
        __tracebackhide__ = True
        checking = self._state.checking
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
        base = Result(
            id=variant.id, title=variant.title, cell=variant.cell, verdict="error", seed=seed, rerun=variant.case.rerun
        )
        ran = f"ran: in the test's process, since {here}; seed {seed}{_versions()}"
        pair = PairHere(variant, self._functions, seed)
        try:
            runs = pair.run()
        except FeedError as error:
            raise ValueError(str(error)) from None
        except NotAnObservation as error:
            raise TypeError(str(error)) from None
        except NotHeld as error:
            failure = Failure(error.side, "program", str(error))
            raise NotComparable((_with(msgspec.structs.replace(base, failures=(failure,)), ran),)) from None

        expectations = Expectations(variant.case.spec.tolerance, {}, {})
        replays = functools.partial(float64_replay, pair)
        result = judged(base, runs["torch"], runs["mindspore"], expectations, replays)
        if result.verdict == "match":
            return result
        result = _with(result, ran)
        if result.verdict == "error":
            raise NotComparable((result,))
        explain = self._state.checking.options.diagnose
        raise GradientMismatch((result,), (lambda: (_related(result, runs),)) if explain else None)

    def _variant(self, inputs: Mapping[str, Any] | None, settings: Settings, programs: dict[str, Program]) -> Variant:
        __tracebackhide__ = True
        tables, arrays = told({} if inputs is None else inputs)
        cell = {"mode": settings.mode or mode(), "dtype": settings.dtype, **plain_numbers(settings.keywords or {})}
        matrix = {key: [value] for key, value in cell.items() if value is not None}
        head = {"seed": settings.seed, "timeout": settings.timeout, "prewarm": settings.prewarm}
        table: dict[str, Any] = {"title": self._name, "inputs": tables, "matrix": matrix}
        table |= {key: plain_numbers(value) for key, value in head.items() if value is not None}
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
