"""All that knows MindSpore."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, ExitStack
from typing import Any

import numpy as np

from .exchange import Leaf, Unstorable, bfloat16_as_float32, leaf
from .job import Job


class MindSporeSide:
    """MindSpore as one side of a case."""

    name = "mindspore"
    late = ()

    def load(self, threads: int) -> str:
        """Import the framework without running an operator, and return its version."""
        # MindSpore logs to stderr through glog; 4 is above ERROR, whose text its exceptions carry as well.
        os.environ.setdefault("GLOG_v", "4")
        import mindspore

        return str(mindspore.__version__)

    def probe(self) -> None:
        """Run one operator.  With numpy 2, MindSpore 2.10 imports and fails here."""
        import mindspore

        _settle(mindspore)
        (mindspore.Tensor(np.ones(1, np.float32)) + 1).asnumpy()

    def prepare(self, job: Job) -> None:
        """Set mode and seed in the process that will run the program."""
        import mindspore

        _settle(mindspore)
        mode = mindspore.GRAPH_MODE if job.mode == "graph" else mindspore.PYNATIVE_MODE
        mindspore.set_context(mode=mode)
        mindspore.set_seed(job.seed % 2**32)

    def changed(self, job: Job) -> str:
        """Whether a program of a variant with a mode has set another one itself."""
        import mindspore

        modes = {mindspore.GRAPH_MODE: "graph", mindspore.PYNATIVE_MODE: "pynative"}
        mode = modes[mindspore.get_context("mode")]
        if job.mode in ("", mode):
            return ""
        return (
            f"the program switched to {mode} mode, and this variant is to run in {job.mode} mode; "
            "drop its set_context, or mode from [matrix]"
        )

    def precision(self, job: Job) -> AbstractContextManager[Any]:
        """MindSpore computes in the dtype of its inputs, which the caller has widened."""
        return ExitStack()

    def tensor(self, stored: Leaf) -> Any:
        """An input as a tensor."""
        import mindspore

        assert stored.values is not None
        if stored.dtype == "bfloat16":
            return mindspore.Tensor(bfloat16_as_float32(stored.values)).astype(mindspore.bfloat16)
        values = np.array(stored.values, order="C")
        if stored.dtype.startswith("complex"):
            values = values.view(stored.dtype).reshape(stored.shape)
        return mindspore.Tensor(values)

    def read(self, value: Any) -> Leaf | None:
        """A tensor's values copied into a leaf; None if it is no tensor of MindSpore's.

        Raises:
            Unstorable: for a sparse tensor, or a dtype that the exchange does not carry.
        """
        import mindspore

        if isinstance(value, (mindspore.COOTensor, mindspore.CSRTensor, mindspore.RowTensor)):
            raise Unstorable(f"a sparse tensor ({type(value).__name__}; call to_dense() on it)")
        if not isinstance(value, mindspore.Tensor):
            return None
        array = value.asnumpy()
        if array.dtype.name == "bfloat16":
            return leaf(array.view(np.uint16), "bfloat16")
        return leaf(array)


def _settle(mindspore: Any) -> None:
    mindspore.set_device("CPU")
    # Without this an operator runs later on another thread: 25 ms instead of 1 ms for a small gradient, and an
    # operator that fails does so far from its call, or not at all.
    mindspore.runtime.launch_blocking()


SIDE = MindSporeSide()
