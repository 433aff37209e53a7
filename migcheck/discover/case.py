"""A case, a case that cannot be read, and the variants that a case's matrix spans."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from migcheck.discover.schema import CaseSpec, Scalar, text_of

SIDES = ("torch", "mindspore")


@dataclass(frozen=True)
class Case:
    """A folder with a pair of programs that should compute the same gradients."""

    #: ``theme/name``: the folder's path below the root of the cases, with slashes.
    id: str
    folder: Path
    #: The nearest folder above with a ``pyproject.toml``, a ``setup.py`` or a ``.git``: programs import from it.
    project: Path
    spec: CaseSpec

    def program(self, side: str) -> Path:
        """The file of one side's program."""
        return self.folder / f"{side}_program.py"

    @property
    def inputs_file(self) -> Path | None:
        """``inputs.py``, if the case has one."""
        file = self.folder / "inputs.py"
        return file if file.is_file() else None

    def variants(self) -> list[Variant]:
        """One variant for each cell of the matrix, in the order of its lists; one if there is none."""
        axes = self.spec.matrix
        return [Variant(self, dict(zip(axes, cell, strict=True))) for cell in itertools.product(*axes.values())]


@dataclass(frozen=True)
class BrokenCase:
    """A case folder that cannot be read.  It is in every report, as an ``error``."""

    id: str
    folder: Path
    #: What is wrong, where, and what to do.
    problem: str

    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Variant:
    """One cell of a case's matrix: the unit that gets a verdict."""

    case: Case
    cell: dict[str, Scalar]

    @property
    def id(self) -> str:
        """``theme/name[graph,float64]``, the values in the order of the matrix."""
        return f"{self.case.id}[{','.join(map(text_of, self.cell.values()))}]" if self.cell else self.case.id

    @property
    def title(self) -> str:
        """Of its case."""
        return self.case.spec.title

    @property
    def tags(self) -> tuple[str, ...]:
        """Of its case."""
        return self.case.spec.tags

    @property
    def mode(self) -> str:
        """MindSpore's execution mode, empty if the matrix does not set it."""
        return str(self.cell.get("mode", ""))

    @property
    def dtype(self) -> str | None:
        """The dtype of the floating inputs, if the matrix sets it."""
        return str(self.cell["dtype"]) if "dtype" in self.cell else None

    @property
    def keywords(self) -> dict[str, Any]:
        """The further keyword arguments of both programs."""
        return {key: value for key, value in self.cell.items() if key not in ("mode", "dtype")}


#: What a run is made of: a variant to check, or a case to report as unreadable.
Item = Variant | BrokenCase
