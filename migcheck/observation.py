"""What one run of one program produced."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from migcheck.host.exchange import Leaf, LeafName


@dataclass(frozen=True)
class Observation:
    """The leaves of one run by name, and how many steps the program made.

    A program that returns makes one step; one that yields makes as many as it yields.
    """

    leaves: Mapping[LeafName, Leaf]
    steps: int
