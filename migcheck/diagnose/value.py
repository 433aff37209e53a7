"""A diagnosis as a value."""

from __future__ import annotations

from msgspec import Struct

from migcheck.trace import Trace

#: Where a fault is: a key of :attr:`Place.kind`.
PLACES = {
    "forward": "the forward outputs differ",
    "mindspore_backward": "forward outputs agree; mindspore's gradient contradicts its own forward",
    "torch_backward": "forward outputs agree; torch's gradient contradicts its own forward",
    "both_backward": "forward outputs agree; both gradients contradict their own forward",
    "functions": "forward outputs agree; each side's gradient is right for what it differentiates",
    "undetermined": "forward outputs agree; which side's gradient is right for its forward was not measured",
}


class SideCheck(Struct, frozen=True):
    """One side's gradient against its own forward, along a random direction v.

    Directional derivatives by central differences (L(x + hv) − L(x − hv)) / 2h of the traced scalar L, and by
    one-sided ones, against ⟨∇L, v⟩.
    """

    side: str
    #: ⟨gradient, v⟩ as autograd gave it.
    slope: float | None = None
    central: float | None = None
    forward: float | None = None
    backward: float | None = None
    #: The step, relative to the size of each input, and the dtype of the arithmetic.
    h: float = 0.0
    precision: str = ""
    #: Whether the two agree; None if nothing can be said.
    agrees: bool | None = None
    #: Why nothing can be said.
    note: str = ""


class Place(Struct, frozen=True):
    """Where the fault is."""

    #: A key of :data:`PLACES`.
    kind: str
    message: str
    checks: tuple[SideCheck, ...] = ()


class Explanation(Struct, frozen=True):
    """A cause that was confirmed."""

    #: As a page of docs/causes.md is called.
    cause: str
    #: What the programs do.
    message: str
    #: What confirmed it.
    confirmed: str
    #: What to change.
    fix: str
    #: The leaves whose findings it explains.
    leaves: tuple[str, ...] = ()
    #: A program that shows it on its own; mostly empty.
    snippet: str = ""

    @property
    def page(self) -> str:
        """Where the cause is described."""
        return f"docs/causes.md#{self.cause}"


class Tried(Struct, frozen=True):
    """An intervention and what came of it."""

    cause: str
    #: What was done differently.
    what: str
    #: ``explains all``, ``explains 2 of 3``, ``differs still``, ``cannot run: …``.
    outcome: str
    seconds: float = 0.0


class Diagnosis(Struct, frozen=True):
    """All that is known of why a variant differs."""

    place: Place
    #: Simplest first.  Several explain different leaves, or compose where they explain the same.
    causes: tuple[Explanation, ...] = ()
    #: Leaves whose findings no cause explains.
    unexplained: tuple[str, ...] = ()
    tried: tuple[Tried, ...] = ()
    notes: tuple[str, ...] = ()
    #: Whether the time ran out before all was tried.
    cut_short: bool = False
    #: What each side asked of autograd.
    traces: dict[str, Trace] = {}
    #: Wall time.
    seconds: float = 0.0
