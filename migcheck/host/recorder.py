"""What a program asks of autograd, call by call, while it runs: the evidence on which a diagnosis rests.

A framework's own file (``torch_trace.py``, ``mindspore_trace.py``) sees the calls and describes them here; this one
knows neither.  Nothing is recorded in an ordinary run.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable
from types import FrameType
from typing import Any

import numpy as np

from . import exchange
from .exchange import Leaf, LeafName
from .observe import NotAnObservation, collect

#: Elements of an array that a trace keeps; of larger ones it keeps dtype and shape.
_LARGEST = 1 << 22
#: Calls that a trace keeps; what comes after is counted.
_MOST_CALLS = 256


class Recorder:
    """The trace of one run."""

    def __init__(self, read: Callable[[Any], Leaf | None], file: str = "") -> None:
        """``read`` is the side's: a tensor as a leaf; ``file`` that of the program."""
        self.calls: list[dict[str, Any]] = []
        self.arrays: dict[LeafName, Leaf] = {}
        #: What else was seen, by kind, each with how often: ``{"in place": {"Tensor.add_": 2}}``.
        self.facts: dict[str, Counter[str]] = {}
        #: The step in which the program is.
        self.step = 0
        #: The names of what the program was fed, by identity.
        self.fed: dict[int, str] = {}
        #: Calls beyond :data:`_MOST_CALLS`.
        self.left_out = 0
        self._read = read
        self._file = file
        self._open: list[dict[str, Any]] = []
        #: Differentiated functions that are running: a call made meanwhile is nested.
        self.forwards = 0

    def begin(self, api: str, **known: Any) -> dict[str, Any]:
        """A call begins; :meth:`end` must follow."""
        call: dict[str, Any] = {
            "number": len(self.calls),
            "api": api,
            "step": self.step,
            "line": self._line(),
            "inside": self._open[-1]["number"] if self._open else None,
            **known,
        }
        if len(self.calls) < _MOST_CALLS:
            self.calls.append(call)
        else:
            self.left_out += 1
        self._open.append(call)
        return call

    def _line(self) -> int:
        """The line of the program's file that is being run; 0 if none is."""
        frame: FrameType | None = sys._getframe(2)
        while frame is not None and frame.f_code.co_filename != self._file:
            frame = frame.f_back
        return frame.f_lineno if frame is not None else 0

    def end(self, call: dict[str, Any]) -> None:
        """The call has returned, or raised."""
        while self._open and self._open.pop() is not call:
            continue

    @property
    def current(self) -> dict[str, Any] | None:
        """The innermost call under way."""
        return self._open[-1] if self._open else None

    def fact(self, kind: str, what: str) -> None:
        """Count something seen."""
        self.facts.setdefault(kind, Counter())[what] += 1

    def leaves(self, tree: Any) -> dict[str, Leaf]:
        """The leaves of a nesting by path; what is no leaf stands in none."""
        try:
            return {name.path: leaf for name, leaf in collect(tree, 0, "call", self._read).items()}
        except NotAnObservation:
            return {}

    def describe(self, call: dict[str, Any], role: str, tree: Any, known: dict[str, Leaf] | None = None) -> None:
        """Put a nesting of tensors into the call: dtype, shape and origin of each, and its values to the arrays."""
        entries = []
        for path, leaf in (self.leaves(tree) if known is None else known).items():
            entry: dict[str, Any] = {"path": path, "dtype": leaf.dtype, "shape": list(leaf.shape), "kind": leaf.kind}
            if leaf.values is not None and leaf.values.size <= _LARGEST and len(self.calls) < _MOST_CALLS:
                entry["stored"] = f"{role}{path}"
                self.arrays[LeafName(call["number"], "call", f"{role}{path}")] = leaf
            entries.append(entry)
        call[role] = entries

    def origin(self, value: Any) -> str:
        """The name under which the program was fed a tensor; empty if it was not."""
        return self.fed.get(id(value), "")

    def write(self, file: str) -> None:
        """Write arrays to ``file`` and the rest to ``file.json``."""
        exchange.write(file, self.arrays, max(len(self.calls), 1))
        facts = {kind: dict(counted) for kind, counted in self.facts.items()}
        with open(file + ".json", "w", encoding="utf-8") as out:
            json.dump({"calls": self.calls, "facts": facts, "left_out": self.left_out}, out)


def dot(one: dict[str, Leaf], other: dict[str, Leaf] | None) -> float | None:
    """Σ Re(conj(one)·other) over leaves of equal paths, in float64; ``other`` None stands for ones.  None if unfit."""
    total = 0.0
    for path, leaf in one.items():
        if leaf.values is None or not ("float" in leaf.dtype or "complex" in leaf.dtype):
            continue
        if other is None:
            values = widened(leaf)
            total += float(np.sum(values[..., 0] if "complex" in leaf.dtype else values))
            continue
        partner = other.get(path)
        if partner is None:
            continue
        if (
            partner.values is None
            or partner.shape != leaf.shape
            or ("complex" in leaf.dtype) != ("complex" in partner.dtype)
        ):
            return None
        total += float(np.dot(widened(leaf).ravel(), widened(partner).ravel()))
    return total


def widened(leaf: Leaf) -> Any:
    """A leaf's values as float64; complex ones as pairs along a last axis."""
    assert leaf.values is not None
    if leaf.dtype == "bfloat16":
        return exchange.bfloat16_as_float32(leaf.values).astype(np.float64)
    return np.asarray(leaf.values, dtype=np.float64)
