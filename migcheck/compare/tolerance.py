"""How far apart two elements may be.

The quick test allows ``rtol · (|t| + rms(t))`` between an element ``t`` of torch's leaf and its partner.  The first
term is the relative error of the element itself.  The second is relative to the leaf: where large terms cancel, a
small element carries the rounding of the large ones.  Nothing in it is absolute, so multiplying both sides by a
constant changes no verdict; a fixed atol would call every gradient below it equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from migcheck.compare.pattern import matches
from migcheck.discover.schema import Tolerance
from migcheck.host.exchange import LeafName

#: Per dtype of the coarser side.  float16 and float32 are those of ``torch.testing.assert_close``.  Its float64 (1e-7)
#: would pass an operator that computes in float32 under a float64 dtype, as some of MindSpore's do; its bfloat16
#: (1.6e-2) is halved, since both terms of the test add up.
RTOL = {
    "bfloat16": 8e-3,
    "float16": 1e-3,
    "float32": 1.3e-6,
    "float64": 1e-9,
    "complex64": 1.3e-6,
    "complex128": 1e-9,
}

#: The unit in the last place of 1.0.
EPS = {
    "bfloat16": 2.0**-7,
    "float16": 2.0**-10,
    "float32": 2.0**-23,
    "float64": 2.0**-52,
    "complex64": 2.0**-23,
    "complex128": 2.0**-52,
}

#: From coarse to fine.
_PRECISION = ("bfloat16", "float16", "float32", "complex64", "float64", "complex128")


@dataclass(frozen=True)
class Allowance:
    """``|t − m| ≤ rtol·|t| + atol`` for a leaf's elements; ``atol`` is in the leaf's own units."""

    rtol: float
    atol: float
    #: Written in the case, so that no second opinion is asked.
    explicit: bool


def allowance(dtype: str, rms: float, given: Tolerance | None) -> Allowance:
    """What a leaf of ``dtype`` and root mean square ``rms`` is allowed; ``given`` is what its case says of it."""
    if given is None:
        rtol = RTOL[dtype]
        return Allowance(rtol, rtol * rms, explicit=False)
    rtol = RTOL[dtype] if given.rtol is None else given.rtol
    return Allowance(rtol, rtol * rms if given.atol is None else given.atol, explicit=True)


def without_elements(dtype: str, given: Tolerance | None) -> tuple[float, float | None]:
    """The part of :func:`allowance` that is the same for all elements: ``rtol`` of the leaf's RMS, or an ``atol``."""
    rtol = RTOL[dtype] if given is None or given.rtol is None else given.rtol
    return rtol, given.atol if given else None


def given_for(name: LeafName, tolerances: Mapping[str, Tolerance]) -> Tolerance | None:
    """What a case says of a leaf: under its exact name, else under the first pattern that matches."""
    exact = tolerances.get(f"step[{name.step}].{name}") or tolerances.get(str(name))
    if exact:
        return exact
    return next((value for pattern, value in tolerances.items() if matches(pattern, name)), None)


def coarser(one: str, other: str) -> str:
    """The less precise of two floating or complex dtypes; complex if either is."""
    found = min(one, other, key=_PRECISION.index)
    if "complex" in one + other and not found.startswith("complex"):
        return "complex128" if found == "float64" else "complex64"
    return found
