"""What a framework's file provides to the rest of the host."""

from __future__ import annotations

import importlib
from contextlib import AbstractContextManager
from typing import Any, Protocol

from .exchange import Leaf
from .job import Job
from .recorder import Recorder


class Side(Protocol):
    """One framework.  ``torch_side.py`` and ``mindspore_side.py`` each implement it; a third would be a third file."""

    name: str
    #: Modules of the framework that it imports late, at the first use of a feature.  Once a program has needed one, the
    #: host imports it for the programs to come.
    late: tuple[str, ...]

    def load(self, threads: int) -> str:
        """Import the framework without running an operator, and return its version."""

    def warm_up(self, forks: bool) -> None:
        """Do in the host what else every program would have to do; if it ``forks``, as far as it can do so after that.

        Raises:
            Exception: what the framework raises where its first operator fails.
        """

    def fork(self) -> int:
        """As ``os.fork``, with what the framework needs before and after."""

    def prepare(self, job: Job) -> None:
        """Set modes and seeds in the process that will run the program."""

    def changed(self, job: Job) -> str:
        """What the program changed although its variant is about it, as a sentence; mostly nothing."""

    def precision(self, job: Job) -> AbstractContextManager[Any]:
        """The context in which the program computes in ``job.precision``."""

    def instrumented(self, job: Job, recorder: Recorder | None) -> AbstractContextManager[Any]:
        """The context in which ``job.changes`` hold, and what the program asks of autograd goes to ``recorder``."""

    def interrupted(self, error: type[Exception]) -> None:
        """Let a differentiation end by this exception, and catch it."""

    def soil(self, value: float) -> None:
        """Leave this value in the memory that the framework will hand out next."""

    def recover(self) -> None:
        """Undo what an exception inside a differentiation has left behind."""

    def tensor(self, stored: Leaf) -> Any:
        """An input as the framework's tensor, a copy."""

    def read(self, value: Any, copy: bool = True) -> Leaf | None:
        """A tensor's values as a leaf, copied if that must outlive them; None if it is no tensor of the framework's."""

    def scoped(self, seed: int, mode: str) -> AbstractContextManager[Any]:
        """The context, in a process of the user's, that has this seed and mode; afterwards all is as it was before."""


def side_named(name: str) -> Side:
    """The side of a framework, which is not imported yet."""
    module = importlib.import_module(f".{name}_side", __package__)
    side: Side = module.SIDE
    return side
