"""Assertions on gradients that a test already has, from both frameworks."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np

from migcheck.discover.schema import SpecError, Tolerance, spec_of
from migcheck.feed.dtype import Inputs
from migcheck.host.exchange import Leaf, LeafName
from migcheck.host.job import Failure
from migcheck.host.observe import NotAnObservation, collect
from migcheck.host.side import Side, side_named
from migcheck.observation import Observation
from migcheck.parity import Expectations, Replay, judged
from migcheck.report.value import Result
from migcheck.run.pair import SideRun
from migcheck.unequal import GradientMismatch, NotComparable

_NO_REPLAY = "arrays cannot be run again; give the gradients of the same {} program in float64, as {}_float64"


def assert_grads_match(
    torch_grads: Any,
    mindspore_grads: Any,
    outputs: tuple[Any, Any] | None,
    tolerances: Mapping[str, Tolerance],
    torch_float64: Any,
    mindspore_float64: Any,
) -> None:
    """See :func:`migcheck.assert_grads_match`."""
    __tracebackhide__ = True
    if outputs is not None and not (isinstance(outputs, tuple) and len(outputs) == 2):
        raise TypeError("outputs must be a pair: torch's outputs and mindspore's")
    ours, theirs = (outputs or (None, None)) if outputs is not None else (None, None)
    torch = observed(torch_grads, ours, outputs is not None)
    mindspore = observed(mindspore_grads, theirs, outputs is not None)
    wide = {"torch": torch_float64, "mindspore": mindspore_float64}

    def replay(side: str) -> Replay:
        if wide[side] is None:
            return Replay({}, _NO_REPLAY.format(side, side))
        return Replay(observed(wide[side], None, False).leaves)

    base = Result(id="gradients", title="gradients", verdict="error", seed=None)
    result = judged(base, torch, mindspore, Expectations(tolerances, {}, {}), replay)
    if result.verdict == "match":
        return
    hint = _hint(torch_grads, mindspore_grads, result)
    if result.verdict == "error":
        raise NotComparable((result,), note=hint)
    raise GradientMismatch((result,), lambda: (related(result, torch, mindspore),), hint)


def observed(gradients: Any, outputs: Any, with_outputs: bool) -> Observation:
    """Gradients, and outputs if there are any, as an observation of one step, which borrows their memory.

    Raises:
        TypeError: something in them is no tensor, array, number or None.
    """
    __tracebackhide__ = True
    sides = [side_named(side) for side in ("torch", "mindspore") if side in sys.modules]
    leaves: dict[LeafName, Leaf] = {}
    trees = (("output", outputs), ("grad", gradients)) if with_outputs else (("grad", gradients),)
    try:
        for group, tree in trees:
            leaves.update(collect(tree, 0, group, lambda value: borrowed(value, sides)))
    except NotAnObservation as error:
        raise TypeError(str(error)) from None
    return Observation(leaves, 1)


def borrowed(value: Any, sides: list[Side]) -> Leaf | None:
    """A tensor of one of these frameworks as a leaf that shares its memory."""
    return next((found for side in sides if (found := side.read(value, copy=False)) is not None), None)


def tolerances_of(
    rtol: float | None, atol: float | None, tolerance: Mapping[str, Any] | None, what: str = "tolerance"
) -> dict[str, Tolerance]:
    """Tolerances by pattern: those that are given leaf by leaf, and ``rtol`` and ``atol`` for all others.

    Raises:
        ValueError: a key or a number that cannot be meant.
    """
    __tracebackhide__ = True
    table: dict[str, Any] = dict(plain_numbers(tolerance or {}))
    for_all = {key: plain_numbers(value) for key, value in (("rtol", rtol), ("atol", atol)) if value is not None}
    if for_all:
        if "*" in table:
            raise ValueError(f"give {' and '.join(for_all)}, or '*' in tolerance, not both")
        table["*"] = for_all
    try:
        return spec_of({"title": what, "tolerance": table}).tolerance if table else {}
    except SpecError as error:
        raise ValueError(str(error)) from None


def plain_numbers(value: Any) -> Any:
    """A nesting of dicts, lists and tuples with Python's numbers in the place of numpy's."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Mapping):
        return {key: plain_numbers(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_numbers(each) for each in value]
    return value


class _Arrays:
    """Gradients whose programs are not there: nothing can be run again."""

    mode = ""
    seed = 0
    replays_at_once = 1

    def __init__(self) -> None:
        self.inputs: Inputs = {}

    def replay(self, side: str, *, inputs: Inputs | None = None, trace: bool = False, **changed: Any) -> SideRun:
        return SideRun(None, Failure("host", "arrays cannot be run again"))


def related(result: Result, torch: Observation, mindspore: Observation) -> Result:
    """The result with what an exact relation of the arrays tells of the cause."""
    from migcheck.diagnose.diagnosis import relations

    return msgspec.structs.replace(result, diagnosis=relations(result, _Arrays(), torch, mindspore))


def _hint(torch_grads: Any, mindspore_grads: Any, result: Result) -> str:
    """What to change where no name of one side is one of the other's, which is mostly a dict beside a tuple."""
    kinds = {finding.kind for finding in result.findings}
    if not kinds or kinds - {"missing", "extra"} or result.leaves:
        return ""
    nestings = {type(tree).__name__ for tree in (torch_grads, mindspore_grads)}
    if "dict" in nestings and nestings & {"tuple", "list"}:
        return "leaves are paired by name; of a tuple make a dict: {p.name: g for p, g in zip(parameters, gradients)}"
    return "leaves are paired by name: use the same keys on both sides"
