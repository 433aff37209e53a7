"""What is known of a variant before any cause is suspected."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field

from migcheck.compare.finding import Finding
from migcheck.diagnose.value import Place
from migcheck.feed.dtype import Inputs
from migcheck.host.exchange import LeafName
from migcheck.observation import Observation
from migcheck.trace import Call, Trace


@dataclass(frozen=True)
class Evidence:
    """The findings that are to be explained, and what the programs asked of autograd."""

    findings: tuple[Finding, ...]
    torch: Observation
    mindspore: Observation
    torch_trace: Trace
    #: Of the port in PyNative mode where that can be had, since nothing is seen inside a graph.
    mindspore_trace: Trace
    place: Place
    inputs: Inputs
    #: The variant's mode, ``pynative``, ``graph`` or empty.
    mode: str
    #: Whether the port differs from itself in the other mode; None if that was not seen.
    modes_differ: bool | None = None
    #: By title, the name of each leaf with a finding.
    names: dict[str, LeafName] = field(default_factory=dict)

    @property
    def leaves(self) -> frozenset[str]:
        """The leaves that are to be explained, by title."""
        return frozenset(finding.leaf for finding in self.findings)

    def saw(self, side: str, kind: str, *names: str) -> bool:
        """Whether a program's trace has any of these facts of a kind; any at all if none is named."""
        seen = (self.torch_trace if side == "torch" else self.mindspore_trace).saw(kind)
        return any(name in seen for name in names) if names else bool(seen)

    def functions(self, side: str) -> dict[str, int]:
        """Which public functions and layers a program called, and how often."""
        trace = self.torch_trace if side == "torch" else self.mindspore_trace
        return {**trace.saw("modules"), **trace.saw("functions")}

    @property
    def counts(self) -> dict[int, str]:
        """Numbers of elements or samples that occur in the traces, each with a shape that it is of."""
        shapes = {leaf.shape for leaf in self.inputs.values()}
        for call in (*self.torch_trace.calls, *self.mindspore_trace.calls):
            shapes |= {tensor.shape or () for tensor in (*call.outputs, *call.inputs)}
        for observation in (self.torch, self.mindspore):
            shapes |= {leaf.shape for name, leaf in observation.leaves.items() if name.group == "output"}
        found: dict[int, str] = {}
        for shape in sorted(shapes, key=lambda shape: (len(shape), shape)):
            if not shape:
                continue
            # A batch, its elements, those of a sample; and, if that says something, those of a position.
            counts = [shape[0], math.prod(shape)]
            counts += [count for count in (math.prod(shape[1:]), math.prod(shape[:-1]), shape[-1]) if count > 3]
            for count in counts:
                if count > 1:
                    found.setdefault(count, f"{tuple(shape)}")
        sizes = sorted({size for shape in shapes for size in shape if size > 1})
        for one, other in itertools.combinations_with_replacement(sizes, 2):  # of what is made on the way
            if one * other > 3:
                found.setdefault(one * other, f"{one} × {other}")
        return found

    def outer(self, side: str) -> tuple[Call, ...]:
        """A side's calls that were not made inside another."""
        return (self.torch_trace if side == "torch" else self.mindspore_trace).outer
