"""One disagreement on one leaf, as a value: data first, so that every report renders the same."""

from __future__ import annotations

from msgspec import Struct

#: JSON has no NaN, no infinity and no complex numbers: those are strings, as Python writes them.
Number = bool | int | float | str

#: What a finding can be about.
KINDS = {
    "values": "elements differ by more than is allowed",
    "nonfinite": "NaN or infinity where the other side has none, or another one",
    "shape": "the shapes differ",
    "dtype": "the dtypes differ",
    "missing": "torch has the leaf, mindspore has not",
    "extra": "mindspore has the leaf, torch has not",
    "none_vs_zero": "None on one side, all zeros on the other",
    "none": "None on one side, values on the other",
    "missing_step": "one side made fewer steps",
}


class Element(Struct, frozen=True):
    """One element on both sides."""

    index: tuple[int, ...]
    torch: Number
    mindspore: Number
    difference: Number
    allowed: Number


class LeafKind(Struct, frozen=True):
    """What one side has: ``dtype`` is ``None`` for the value None, ``number`` for a Python scalar."""

    dtype: str
    shape: tuple[int, ...]


class PassesWith(Struct, frozen=True):
    """The smallest tolerances, rounded up, with which a leaf would pass; None where none would do."""

    rtol: float | None
    #: Beside the dtype's own rtol.
    atol: float | None


class Rounding(Struct, frozen=True):
    """Both sides' errors against a float64 replay of the torch program, in units of the replayed leaf's RMS.

    ``outcome``: ``passes`` (the port's error is of the size of torch's own), ``passes_in_float64`` (it is larger, but
    the two programs agree in float64), ``exceeds``, ``undetermined`` (torch's own error is too large to judge by),
    ``unavailable`` (there is no reference).
    """

    outcome: str
    #: Why there is no judgement, or what the numbers do not say; mostly empty.
    note: str = ""
    torch_rms: float = 0.0
    mindspore_rms: float = 0.0
    allowed_rms: float = 0.0
    torch_max: float = 0.0
    mindspore_max: float = 0.0
    allowed_max: float = 0.0


class Finding(Struct, frozen=True, kw_only=True):
    """One disagreement on one leaf."""

    #: As users read it: ``step[1].grad['fc.weight']``.
    leaf: str
    step: int
    #: A key of :data:`KINDS`.
    kind: str
    #: One sentence of fact.
    message: str
    torch: LeafKind | None = None
    mindspore: LeafKind | None = None
    #: How many elements disagree, of how many.
    elements: int = 0
    of: int = 0
    worst: Element | None = None
    passes_with: PassesWith | None = None
    rounding: Rounding | None = None
    #: The reason why this difference is expected, from the case or from a baseline; empty if it is not.
    known: str = ""
    #: The place in the baseline, ``FILE:4``, that has it; empty if none has.
    adopted: str = ""
