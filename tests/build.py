"""Small constructors that the tests share."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from migcheck.compare.finding import Element, Finding
from migcheck.compare.leaves import LeafComparison, compare_leaf
from migcheck.diagnose.value import Diagnosis, Explanation, Place
from migcheck.discover.case import Case, Variant
from migcheck.discover.schema import Tolerance, parse
from migcheck.host.exchange import NONE, Leaf, LeafName, leaf
from migcheck.observation import Observation
from migcheck.report.value import Report, Result

Array = np.ndarray[Any, np.dtype[Any]]


def as_leaf(value: Any) -> Leaf:
    """A leaf of an array, of a Python number, of None, or the leaf that is given."""
    if isinstance(value, Leaf):
        return value
    if value is None:
        return NONE
    if isinstance(value, (np.ndarray, np.generic)):
        return leaf(np.asarray(value))
    return leaf(np.asarray(value), kind="number")


def f32(*values: float) -> Array:
    """A vector of float32."""
    return np.array(values, np.float32)


def f64(*values: float) -> Array:
    """A vector of float64."""
    return np.array(values, np.float64)


def bfloat16(*bits: int) -> Leaf:
    """A vector of bfloat16, by its bits."""
    return leaf(np.array(bits, np.uint16), "bfloat16")


def grad(name: str, step: int = 0) -> LeafName:
    """The name of ``grad['name']``."""
    return LeafName(step, "grad", f"[{name!r}]")


def observation(grad: Mapping[str, Any], output: Any = None) -> Observation:
    """One step with these gradients, and one output if it is given."""
    return training(grad) if output is None else _with_output(training(grad), output)


def training(*steps: Mapping[str, Any]) -> Observation:
    """A step for each dict of gradients."""
    leaves = {grad(name, step): as_leaf(value) for step, grads in enumerate(steps) for name, value in grads.items()}
    return Observation(leaves, len(steps))


def _with_output(observed: Observation, output: Any) -> Observation:
    return Observation({LeafName(0, "output", ""): as_leaf(output), **observed.leaves}, observed.steps)


def compared(torch: Any, mindspore: Any, given: Tolerance | None = None) -> LeafComparison:
    """``grad['x']`` of torch against that of mindspore."""
    return compare_leaf("grad['x']", 0, as_leaf(torch), as_leaf(mindspore), given)


def kinds(torch: Any, mindspore: Any, given: Tolerance | None = None) -> list[str]:
    """The kinds of the findings on a leaf; none if it matches."""
    return [finding.kind for finding in compared(torch, mindspore, given).findings]


def only(torch: Any, mindspore: Any, given: Tolerance | None = None) -> Finding:
    """The one finding on a leaf."""
    (finding,) = compared(torch, mindspore, given).findings
    return finding


def bits(array: Array) -> bytes:
    """An array's elements, bit for bit, in C order and the machine's byte order."""
    return np.array(array, dtype=array.dtype.newbyteorder("="), order="C").tobytes()


def write_case(folder: Path, toml: str = 'title = "a case"', without: str = "") -> Path:
    """A case's folder with its three files, but one if ``without`` names it."""
    folder.mkdir(parents=True)
    files = {"case.toml": toml, "torch_program.py": "", "mindspore_program.py": ""}
    for name, text in files.items():
        if name != without:
            (folder / name).write_text(text, encoding="utf-8")
    return folder


def variant(toml: str = "", folder: Path = Path("cases/theme/name"), cell: dict[str, Any] | None = None) -> Variant:
    """A variant of a case whose ``case.toml`` goes on with ``toml``."""
    case = Case("theme/name", folder, parse(f'title = "a case"\n{toml}'), manifest=folder / "case.toml")
    return Variant(case, cell or {})


def finding(kind: str = "values", leaf: str = "grad['x']", **fields: Any) -> Finding:
    """A finding, as short as it can be."""
    return Finding(**{"leaf": leaf, "step": 0, "kind": kind, "message": "they differ", **fields})


def values(ratio: float, leaf: str = "grad['x']", **fields: Any) -> Finding:
    """A finding on a leaf whose worst element differs by ``ratio`` times what is allowed."""
    return finding("values", leaf, worst=Element((), 1.0, 1.0 + ratio, float(ratio), 1.0), **fields)


def because(cause: str, *leaves: str, cut_short: bool = False) -> Diagnosis:
    """A diagnosis that explains these leaves; ``grad['x']`` if none is given."""
    explained = Explanation(cause, "a message", "by replay", "a fix", leaves or ("grad['x']",))
    return Diagnosis(Place("functions", ""), (explained,) if cause else (), cut_short=cut_short)


def result(verdict: str = "match", id: str = "theme/name", **fields: Any) -> Result:
    """A result, as short as it can be."""
    return Result(**{"id": id, "title": "a case", "verdict": verdict, **fields})


def report(*results: Result, **fields: Any) -> Report:
    """A report of these results."""
    return Report(**{"migcheck": "0.1.0", "seed": 0, "results": results, "seconds": 1.5, **fields})
