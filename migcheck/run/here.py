"""Two functions that only this process has, run in it one after the other.

Nothing is changed in them, and nothing is put between them and their framework: a test's process is its user's.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from migcheck.discover.case import SIDES, Variant
from migcheck.feed.draw import draw
from migcheck.feed.dtype import Inputs, all_floating_as
from migcheck.host.job import Failure, Job
from migcheck.host.observe import observe
from migcheck.host.side import side_named
from migcheck.observation import Observation
from migcheck.run.pair import SideRun


class NotHeld(Exception):
    """A program has changed what its variant is about; the message says what, and what to do."""

    def __init__(self, side: str, said: str) -> None:
        super().__init__(said)
        self.side = side


class PairHere:
    """The two sides of a variant as functions of this process.

    As a :class:`~migcheck.run.pair.Pair`, but an exception of a program's goes through, with its own traceback.
    """

    #: In the thread that asks: a framework's modes and seeds are the whole process's.
    replays_at_once = 1

    def __init__(self, variant: Variant, functions: Mapping[str, Callable[..., Any]], seed: int) -> None:
        self.variant = variant
        self.mode = variant.mode
        self.seed = seed
        #: What both programs were fed; empty before :meth:`run`.
        self.inputs: Inputs = {}
        self._functions = functions
        self._observations: dict[str, Observation] = {}

    def run(self) -> dict[str, Observation]:
        """Feed both programs and run them.

        Raises:
            FeedError: the inputs cannot be made.
            NotAnObservation: a program returned what cannot be compared.
            NotHeld: a program has set another mode.
            Exception: what a program raises.
        """
        __tracebackhide__ = True
        self.inputs = draw(self.variant, self.seed)
        for side in SIDES:
            self._observations[side] = self._observed(side, self.inputs, "")
        return dict(self._observations)

    def replay(self, side: str, *, inputs: Inputs | None = None, trace: bool = False, **changed: Any) -> SideRun:
        """Run one side again in float64, the one thing that can be changed from outside.

        A function of this process may have a state, and give something else when it is called again: so it first has
        to give again what it gave.
        """
        precision = changed.pop("precision", "")
        changed.pop("timeout", None)
        if trace or inputs is not None or any(changed.values()) or precision != "float64":
            return SideRun(None, Failure("host", "in the test's own process nothing is changed in a program"))
        try:
            if not _equal(self._observed(side, self.inputs, ""), self._observations[side]):
                return SideRun(None, Failure("exception", "it gives something else when it is called again"))
            return SideRun(self._observed(side, all_floating_as(self.inputs, precision), precision), None)
        except Exception as error:  # a program need not run in float64
            said = str(error).strip().splitlines() or [""]
            return SideRun(None, Failure("exception", f"{type(error).__name__}: {said[0]}"))

    def _observed(self, side: str, inputs: Inputs, precision: str) -> Observation:
        __tracebackhide__ = True
        framework = side_named(side)
        job = Job(0, "", "", "", "", precision=precision, seed=self.seed, mode=self.mode)
        with _seeded(self.seed), framework.scoped(self.seed, self.mode), framework.precision(job):
            fed = {name.path: framework.tensor(value) for name, value in inputs.items()}
            try:
                leaves, steps = observe(self._functions[side](**fed, **self.variant.keywords), framework.read)
            except BaseException:
                framework.recover()
                raise
            if changed := framework.changed(job):
                raise NotHeld(side, changed)
        return Observation(leaves, steps)


def _equal(one: Observation, other: Observation) -> bool:
    """Whether two observations are the same, bit for bit."""
    return (one.steps, list(one.leaves)) == (other.steps, list(other.leaves)) and all(
        (leaf.kind, leaf.dtype, leaf.shape) == (partner.kind, partner.dtype, partner.shape)
        and (leaf.values is None or partner.values is None or leaf.values.tobytes() == partner.values.tobytes())
        for leaf, partner in zip(one.leaves.values(), other.leaves.values(), strict=True)
    )


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """The generators of Python and numpy with this seed; as they were before at the end."""
    before = random.getstate(), np.random.get_state()
    random.seed(seed)
    np.random.seed(seed % 2**32)
    try:
        yield
    finally:
        random.setstate(before[0])
        np.random.set_state(before[1])
