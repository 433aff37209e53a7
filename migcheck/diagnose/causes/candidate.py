"""What every cause is made of: a suspicion with an intervention that would remove it, and what to say if it does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from migcheck.diagnose.bench import Bench, Plan
from migcheck.diagnose.evidence import Evidence


@dataclass(frozen=True)
class Candidate:
    """A suspected cause.  It is confirmed if both sides agree under its plan."""

    cause: str
    #: What was done differently, as a gerund: ``clearing .grad before each backward()``.
    what: str
    plan: Plan
    #: What the programs do, if it is confirmed.
    message: str
    fix: str


@dataclass(frozen=True)
class Confirmed:
    """What a measurement of its own confirmed."""

    cause: str
    message: str
    #: What was measured.
    confirmed: str
    fix: str
    leaves: frozenset[str]
    snippet: str = ""


@runtime_checkable
class Cause(Protocol):
    """A cause that agreement under a plan confirms."""

    def candidates(self, evidence: Evidence) -> Iterable[Candidate]:
        """What the evidence makes worth trying, likeliest first; nothing where it does not apply."""


@runtime_checkable
class Measured(Protocol):
    """A cause that a measurement of its own confirms: an identity, or runs that are compared in another way."""

    def measure(self, evidence: Evidence, bench: Bench) -> Iterable[Confirmed]:
        """What it confirms; nothing where it does not apply.

        Raises:
            OutOfTime: the budget is spent.
        """


def changes(**named: object) -> tuple[tuple[str, object], ...]:
    """Changes of one side, for a plan."""
    return tuple(named.items())


def several(count: int, what: str) -> str:
    """``3 calls``, ``1 call``."""
    return f"{count} {what}" + ("" if count == 1 else "s")
