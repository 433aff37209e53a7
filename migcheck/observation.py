"""What one run of one program produced."""

from __future__ import annotations

from dataclasses import dataclass

from migcheck.compare.blocks import scale_of
from migcheck.host.exchange import Leaf, LeafName, plain


@dataclass(frozen=True)
class Observation:
    """The leaves of one run by name, and how many steps the program made.

    A program that returns makes one step; one that yields makes as many as it yields.
    """

    leaves: dict[LeafName, Leaf]
    steps: int

    def magnitude(self, step: int) -> float:
        """The largest root mean square among the floating gradients of a step; a loss says nothing of their size."""
        floating = [
            leaf
            for name, leaf in self.leaves.items()
            if name.step == step and name.group == "grad" and ("float" in leaf.dtype or "complex" in leaf.dtype)
        ]
        return max((scale_of(plain(leaf)).rms for leaf in floating), default=0.0)


def title(name: LeafName, steps: int) -> str:
    """A leaf's path as users read it: ``grad['x']``, and ``step[1].grad['x']`` where there is more than one step."""
    return f"step[{name.step}].{name}" if steps > 1 else str(name)
