"""One leaf against its partner."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from migcheck.compare.blocks import Flat, any_nonzero, at, differences, flat, plainly_within, scale_of, unequal
from migcheck.compare.finding import Element, Finding, LeafKind, Number, PassesWith
from migcheck.compare.tolerance import allowance, coarser, without_elements
from migcheck.discover.schema import Tolerance
from migcheck.host.exchange import Leaf

#: What two Python numbers are compared as: their own precision is the interpreter's, not the program's.
_NUMBER_DTYPE = {"float64": "float32", "complex128": "complex64"}
#: bool, integer, floating, complex, by numpy's kind.
_RANK = {"b": 0, "i": 1, "u": 1, "f": 2, "c": 3}


@dataclass(frozen=True)
class LeafComparison:
    """The findings on one leaf, and what a report may want to add."""

    findings: tuple[Finding, ...]
    #: Whether the only finding is a difference of floating values, which rounding may explain.
    doubtful: bool = False
    #: How many NaN and infinities both sides share.
    alike: int = 0


def compare_leaf(leaf: str, step: int, torch: Leaf, mindspore: Leaf, given: Tolerance | None) -> LeafComparison:
    """Compare two partners.

    Shapes must be equal, nothing is broadcast.  A Python number has no dtype of its own: it takes that of the other
    side, or float32's precision if both are numbers.
    """
    about = _About(leaf, step, torch, mindspore)
    if torch.kind == "none" or mindspore.kind == "none":
        return _none(about)
    if torch.shape != mindspore.shape:
        return LeafComparison((about.finding("shape", f"shape {torch.shape} against {mindspore.shape}"),))
    t_dtype, m_dtype = _effective_dtypes(torch, mindspore)
    found: list[Finding] = []
    if t_dtype != m_dtype:
        found.append(about.finding("dtype", f"dtype {t_dtype} against {m_dtype}"))
    t_exact, m_exact = _is_exact(t_dtype), _is_exact(m_dtype)
    if t_exact != m_exact:
        return LeafComparison(tuple(found))
    if t_exact:
        return LeafComparison((*found, *_exact(about, flat(torch), flat(mindspore))))
    return _floating(about, flat(torch), flat(mindspore), coarser(t_dtype, m_dtype), given, found)


@dataclass(frozen=True)
class _About:
    """What all findings on a leaf share."""

    leaf: str
    step: int
    torch: Leaf
    mindspore: Leaf

    def index(self, flat: int) -> tuple[int, ...]:
        """Where in the leaf the element with this number, in C order, stands."""
        shape = self.torch.shape
        return tuple(int(each) for each in np.unravel_index(flat, shape)) if shape else ()

    def finding(self, kind: str, message: str, **more: object) -> Finding:
        of = math.prod(self.torch.shape or self.mindspore.shape)
        fields = {"elements": of, "of": of, **more}
        return Finding(
            leaf=self.leaf,
            step=self.step,
            kind=kind,
            message=message,
            torch=kind_of(self.torch),
            mindspore=kind_of(self.mindspore),
            **fields,  # type: ignore[arg-type]
        )


def kind_of(leaf: Leaf) -> LeafKind:
    """A leaf's dtype and shape, as a report names them."""
    dtype = {"none": "None", "number": "number"}.get(leaf.kind, leaf.dtype)
    return LeafKind(dtype, leaf.shape)


def _none(about: _About) -> LeafComparison:
    if about.torch.kind == about.mindspore.kind:
        return LeafComparison(())
    side, other = ("torch", about.mindspore) if about.torch.kind == "none" else ("mindspore", about.torch)
    partner = "mindspore" if side == "torch" else "torch"
    if not any_nonzero(flat(other)):
        return LeafComparison((about.finding("none_vs_zero", f"None in {side}, zeros in {partner}"),))
    return LeafComparison((about.finding("none", f"None in {side}, values in {partner}"),))


def _effective_dtypes(torch: Leaf, mindspore: Leaf) -> tuple[str, str]:
    """The dtypes to compare in: a number takes the other side's where a value of its kind can be of that dtype."""
    t, m = torch.dtype, mindspore.dtype
    if torch.kind == "number":
        t = _adopted(t, _NUMBER_DTYPE.get(m, m) if mindspore.kind == "number" else m)
    if mindspore.kind == "number":
        m = _adopted(m, t)
    return t, m


def _adopted(number: str, partner: str) -> str:
    own, other = _RANK[np.dtype(number).kind], _rank(partner)
    fits = own == other or 1 <= own <= other
    return partner if fits else _NUMBER_DTYPE.get(number, number)


def _rank(dtype: str) -> int:
    return 2 if dtype == "bfloat16" else _RANK[np.dtype(dtype).kind]


def _is_exact(dtype: str) -> bool:
    return dtype == "bool" or "int" in dtype


def _exact(about: _About, t: Flat, m: Flat) -> tuple[Finding, ...]:
    count, index = unequal(t, m)
    if not count:
        return ()
    t_at, m_at = at(t, index), at(m, index)
    worst = Element(about.index(index), number(t_at), number(m_at), abs(int(t_at) - int(m_at)), 0)
    finding = about.finding("values", "integers compare exactly", elements=count, of=t.size, worst=worst)
    return (finding,)


def _floating(
    about: _About, t: Flat, m: Flat, dtype: str, given: Tolerance | None, found: list[Finding]
) -> LeafComparison:
    if plainly_within(t, m, *without_elements(dtype, given)):
        return LeafComparison(tuple(found))
    scale = scale_of(t)
    allowed = allowance(dtype, scale.rms, given)
    counted = differences(t, m, scale, allowed.rtol, allowed.atol)
    structural = bool(found)
    if counted.nonfinite:
        index = counted.first_nonfinite
        worst = Element(about.index(index), number(at(t, index)), number(at(m, index)), "nan", 0)
        message = "NaN or infinity on one side"
        found.append(about.finding("nonfinite", message, elements=counted.nonfinite, of=t.size, worst=worst))
    if counted.beyond:
        t_at, m_at = at(t, counted.worst).item(), at(m, counted.worst).item()
        worst = Element(
            about.index(counted.worst),
            number(t_at),
            number(m_at),
            number(_distance(t_at, m_at)),
            number(allowed.rtol * _distance(t_at, 0.0) + allowed.atol),
        )
        passes = PassesWith(_rounded_up(counted.rtol), _rounded_up(counted.atol))
        message = "elements differ by more than is allowed"
        found.append(
            about.finding("values", message, elements=counted.beyond, of=t.size, worst=worst, passes_with=passes)
        )
    narrow = dtype not in ("float64", "complex128")
    doubtful = bool(counted.beyond) and not (structural or counted.nonfinite or allowed.explicit) and narrow
    return LeafComparison(tuple(found), doubtful, counted.alike)


def _distance(one: complex, other: complex) -> float:
    with np.errstate(over="ignore"):  # Python's abs raises where a complex magnitude is too large
        return float(np.abs(np.complex128(one) - np.complex128(other)))


def number(value: object) -> Number:
    """A numpy or Python scalar as a report holds it: NaN, infinity and complex numbers as text."""
    item = value.item() if isinstance(value, np.generic) else value
    if isinstance(item, complex):
        return str(item).strip("()")
    if isinstance(item, float) and not math.isfinite(item):
        return str(item)
    assert isinstance(item, (bool, int, float))
    return item


def _rounded_up(value: float) -> float | None:
    """To two significant digits, upwards, so that the tolerance printed does pass."""
    if not math.isfinite(value):
        return None
    if value == 0:
        return 0.0
    digits = f"{value * (1 + 1e-12):.1e}"
    rounded = float(digits)
    if rounded < value * (1 + 1e-12):
        mantissa, exponent = digits.split("e")
        rounded = float(f"{float(mantissa) + 0.1:.1f}e{exponent}")
    return rounded
