"""What runs in a program's process before the program: does a gradient depend on calls made before?"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

import numpy as np

from .exchange import Leaf, LeafName
from .job import Job
from .side import Side

#: Lengths of a first axis, each taken for that of a batch, that are tried.
_MOST_SIZES = 3


class NotPrewarmed(Exception):
    """Nothing could be run before the program; the message says why."""


class _Interrupted(Exception):
    """Raised inside a differentiated function, to see what an exception leaves behind."""


def prewarm(kind: str, function: Any, stored: Mapping[LeafName, Leaf], side: Side, job: Job) -> None:
    """Run the program on other shapes (``shapes``), let a differentiation end by an exception (``exception``), or
    leave a value in freed memory (``memory 7.5``).

    What the program itself raises then is no concern: it was not made for these inputs.

    Raises:
        NotPrewarmed: it ran on no other shape, so that nothing was there to leave a trace.
    """
    if kind.startswith("memory "):
        side.soil(float(kind.partition(" ")[2]))
        return
    if kind == "exception":
        side.interrupted(_Interrupted)
        return
    ran = 0
    sizes = list(dict.fromkeys(leaf.shape[0] for leaf in stored.values() if leaf.values is not None and leaf.shape))
    for size in sizes[:_MOST_SIZES]:
        for resize in (_doubled, _shortened):
            batch = {name.path: resize(leaf) if leaf.shape[:1] == (size,) else leaf for name, leaf in stored.items()}
            if all(leaf.shape == batch[name.path].shape for name, leaf in stored.items()):
                continue
            try:
                returned = function(**{name: side.tensor(leaf) for name, leaf in batch.items()}, **job.keywords)
                if inspect.isgenerator(returned):
                    for _ in returned:
                        continue
            except Exception:  # see above
                side.recover()
            else:
                ran += 1
    if not ran:
        raise NotPrewarmed("the program runs on no other length of a first axis")


def _doubled(leaf: Leaf) -> Leaf:
    """Twice the batch: the values twice along the first axis."""
    if leaf.values is None or not leaf.shape:
        return leaf
    return Leaf(leaf.kind, leaf.dtype, (2 * leaf.shape[0], *leaf.shape[1:]), np.concatenate([leaf.values, leaf.values]))


def _shortened(leaf: Leaf) -> Leaf:
    """A batch of one less."""
    if leaf.values is None or not leaf.shape or leaf.shape[0] < 2:
        return leaf
    return Leaf(leaf.kind, leaf.dtype, (leaf.shape[0] - 1, *leaf.shape[1:]), np.array(leaf.values[:-1]))
