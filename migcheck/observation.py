"""What one run of one program produced."""

from __future__ import annotations

from dataclasses import dataclass

from migcheck.host.exchange import Leaf, LeafName


@dataclass(frozen=True)
class Observation:
    """The leaves of one run by name, and how many steps the program made.

    A program that returns makes one step; one that yields makes as many as it yields.
    """

    leaves: dict[LeafName, Leaf]
    steps: int


def title(name: LeafName, steps: int) -> str:
    """A leaf's path as users read it: ``grad['x']``, and ``step[1].grad['x']`` where there is more than one step."""
    return f"step[{name.step}].{name}" if steps > 1 else str(name)
