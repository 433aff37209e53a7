"""What one run of one program asked of autograd.

Imports no numpy: reports hold traces, and are read where there is none.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from migcheck.host.exchange import Leaf


class TracedTensor(msgspec.Struct, frozen=True):
    """A tensor in a call: where it stands, and what it is; its values are in :attr:`Trace.arrays`."""

    path: str = ""
    dtype: str | None = None
    shape: tuple[int, ...] | None = None
    #: ``tensor``, ``number``, ``none``; of an argument its Python type.
    kind: str = "tensor"
    #: The name under which the program was fed it; empty if it was not.
    of: str = ""
    #: Its name in the arrays; empty if it was too large to keep.
    stored: str = ""


class Probe(msgspec.Struct, frozen=True):
    """A call's gradient against its own forward: ⟨gradient, v⟩ and difference quotients of the scalar along v."""

    slope: float | None = None
    central: float | None = None
    #: With twice the step.
    wide: float | None = None
    forward: float | None = None
    backward: float | None = None
    #: The central difference with what the function took from numpy held constant; None if it took nothing.
    held: float | None = None
    h: float = 0.0
    #: What rounding alone may make of the central difference.
    noise: float = 0.0
    precision: str = ""
    problem: str = ""
    #: Of the check of single operators: how many were checked, and the first one found wrong.
    checked: int | None = None
    operator: str = ""
    argument: int = 0
    index: tuple[int, ...] = ()
    gradient: float | str = 0.0
    snippet: str = ""


class Call(msgspec.Struct, frozen=True):
    """One request to autograd."""

    number: int
    #: ``Tensor.backward``, ``torch.autograd.grad``, ``ms.grad``, ``ms.value_and_grad`` …
    api: str
    step: int
    #: Of the program's file, from 1; 0 if the call comes from nowhere in it.
    line: int = 0
    #: The number of the call inside whose function this one was made.
    inside: int | None = None
    #: What was differentiated: the outputs; none are seen of compiled code.
    outputs: tuple[TracedTensor, ...] = ()
    #: None for ones.
    cotangents: tuple[TracedTensor, ...] | None = None
    gradients: tuple[TracedTensor, ...] = ()
    #: Σ cotangent · output: the scalar that was differentiated.
    scalar: float | None = None
    #: Leaves whose ``.grad`` held something before the call.
    filled: tuple[str, ...] = ()
    #: ⟨gradient, v⟩, where the run moved its inputs along v.
    slope: float | None = None
    positions: tuple[int, ...] | None = None
    has_aux: bool = False
    weights: tuple[str, ...] = ()
    inputs: tuple[TracedTensor, ...] = ()
    #: Pairs of arguments that are one tensor.
    same: tuple[tuple[int, int], ...] = ()
    #: Arguments that the function refers to in another way as well.
    closed_over: tuple[int, ...] = ()
    keywords: tuple[str, ...] = ()
    #: Whether the function ran as a compiled graph, inside which nothing is seen.
    compiled: bool = False
    #: Whether it ended by an exception.
    raised: bool = False
    function: str = ""
    probe: Probe | None = None


class Trace(msgspec.Struct, frozen=True):
    """What a program asked of autograd, in order, and what else it did that tells causes apart."""

    calls: tuple[Call, ...] = ()
    #: By kind (``in place``, ``modes``, ``optimizers`` …), how often each was seen.
    facts: dict[str, dict[str, int]] = {}
    #: Calls beyond those kept.
    left_out: int = 0
    #: File of the arrays.
    file: str = ""

    def saw(self, kind: str) -> dict[str, int]:
        """What was seen of a kind."""
        return self.facts.get(kind, {})

    @property
    def outer(self) -> tuple[Call, ...]:
        """The calls that were not made inside another."""
        return tuple(call for call in self.calls if call.inside is None)

    def array(self, call: Call, tensor: TracedTensor) -> Leaf | None:
        """A traced tensor's values; None if they were not kept."""
        if not tensor.stored:
            return None
        from migcheck.host import exchange
        from migcheck.host.exchange import LeafName

        return exchange.read(self.file)[0].get(LeafName(call.number, "call", tensor.stored))


def read_trace(file: str) -> Trace | None:
    """The trace that a host left; None if it left none."""
    try:
        text = Path(file + ".json").read_text(encoding="utf-8")
        # Python writes numbers that JSON does not have.
        plain = json.loads(text, parse_constant=lambda _: None)
        trace = msgspec.convert(plain, Trace)
    except (OSError, ValueError, msgspec.MsgspecError):
        return None
    return msgspec.structs.replace(trace, file=file)
