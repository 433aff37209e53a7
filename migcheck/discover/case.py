"""A case, a case that cannot be read, and the variants that a case's matrix spans."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from migcheck.discover.schema import CaseSpec, Scalar, text_of
from migcheck.host.job import Parcel

if TYPE_CHECKING:  # numpy, which a list of cases does not need
    from migcheck.host.exchange import Leaf

SIDES = ("torch", "mindspore")


@dataclass(frozen=True)
class Program:
    """A function of a file, and how to find it."""

    file: Path
    function: str
    #: Folders that it imports from, in front of all others.
    path: tuple[str, ...] = ()
    #: The function itself, in place of the one that the file defines.
    parcel: Parcel | None = None


@dataclass(frozen=True)
class Case:
    """A pair of programs that should compute the same gradients: a folder, or two functions of a test."""

    #: ``theme/name``: the folder's path below the root of the cases, with slashes.
    id: str
    folder: Path
    spec: CaseSpec
    #: By side.
    programs: Mapping[str, Program] = field(default_factory=dict)
    #: ``inputs.py``, if the case has one.
    inputs_file: Program | None = None
    #: ``case.toml``; None for functions of a test.
    manifest: Path | None = None
    #: Inputs that are there already, by name.
    arrays: Mapping[str, Leaf] = field(default_factory=dict)
    #: The command that checks it again, where that is not ``migcheck run`` with the id.
    rerun: str = ""

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
