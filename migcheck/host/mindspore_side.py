"""All that knows MindSpore."""

from __future__ import annotations

import importlib
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from typing import Any

import numpy as np

from .exchange import Leaf, Unstorable, bfloat16_as_float32, leaf
from .job import Job
from .recorder import Recorder

#: Seconds to wait for the threads of the host to sleep.
_LONGEST_UNREST = 60.0


class MindSporeSide:
    """MindSpore as one side of a case."""

    #: MindSpore's own support for forking after an operator; None before :meth:`warm_up`, or where it has none.
    _forking: Any = None

    name = "mindspore"
    # Half of all programs need the first, jit and jacrev the second.
    late = ("mindspore.graph._parse.compile_config", "mindspore.ops._grad_experimental", "mindspore.ops._vmap")

    def load(self, threads: int) -> str:
        """Import the framework without running an operator, and return its version."""
        # MindSpore logs to stderr through glog; 4 is above ERROR, whose text its exceptions carry as well.
        os.environ.setdefault("GLOG_v", "4")
        import mindspore

        return str(mindspore.__version__)

    def warm_up(self, forks: bool) -> None:
        """Run one operator: the first one starts MindSpore's runtime, which takes 25 ms and a shell's ``cpuinfo``.

        A child forked after that hangs, unless MindSpore itself is told before and after, as its own
        ``mindspore.multiprocessing`` does.  Without that support every program has a first operator of its own.

        With numpy 2, MindSpore 2.10 imports, and fails at its first operator: here.
        """
        import mindspore

        if forks and sys.platform == "linux":
            self._forking = getattr(importlib.import_module("mindspore._c_expression"), "fork_utils", None)
        if self._forking or not forks:
            _settle(mindspore)
            (mindspore.Tensor(np.ones(1, np.float32)) + 1).asnumpy()

    def fork(self) -> int:
        """As ``os.fork``, telling MindSpore's runtime, which makes new threads for the child.

        A worker thread that is looking for work holds its lock, and a child born then waits for that lock for ever: so
        this first waits until all threads sleep, which takes them 0.1 s after an operator.
        """
        if not self._forking:
            return os.fork()
        self._forking.prepare_before_fork()
        try:
            _wait_for_rest()
            pid = os.fork()
        except OSError:
            self._forking.parent_at_fork()
            raise
        try:
            if pid:
                self._forking.parent_at_fork()
            else:
                self._forking.child_at_fork()
        except BaseException:
            if pid == 0:  # the child must not go on as a second host
                os._exit(1)
            raise
        return pid

    def prepare(self, job: Job) -> None:
        """Set mode and seed in the process that will run the program."""
        import mindspore

        if not self._forking:  # else the host has, and its child keeps it
            _settle(mindspore)
        mode = mindspore.GRAPH_MODE if job.mode == "graph" else mindspore.PYNATIVE_MODE
        mindspore.set_context(mode=mode)
        mindspore.set_seed(job.seed % 2**32)

    @contextmanager
    def scoped(self, seed: int, mode: str) -> Iterator[None]:
        """The context, in a process of the user's, that has this seed and, if one is given, mode.

        Afterwards the mode and the global seed are those from before.  Generators that had moved on from that seed
        begin anew: those of MindSpore 2.10's CPU kernels cannot be read out.
        """
        import mindspore

        before = mindspore.get_context("mode"), mindspore.get_seed()
        if mode:
            mindspore.set_context(mode=mindspore.GRAPH_MODE if mode == "graph" else mindspore.PYNATIVE_MODE)
        mindspore.set_seed(seed % 2**32)
        try:
            yield
        finally:
            if mindspore.get_context("mode") != before[0]:
                mindspore.set_context(mode=before[0])
            if before[1] is None:
                vars(importlib.import_module("mindspore.common.seed"))["_GLOBAL_SEED"] = None
            else:
                mindspore.set_seed(before[1])

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

    def instrumented(self, job: Job, recorder: Recorder | None) -> AbstractContextManager[Any]:
        """The context in which ``job.changes`` hold, and what the program asks of autograd goes to ``recorder``."""
        if recorder is None and not job.changes:
            return ExitStack()
        from . import mindspore_changes, mindspore_trace

        stack = ExitStack()
        stack.enter_context(mindspore_changes.applied(job.changes))
        if recorder:
            stack.enter_context(mindspore_trace.recording(recorder))
        return stack

    def interrupted(self, error: type[Exception]) -> None:
        """Raise inside a differentiated function: PyNative then goes on recording (MindSpore 2.10)."""
        import mindspore

        def stumbling(x: Any) -> Any:
            x * x  # recorded, before it stops
            raise error

        if mindspore.get_context("mode") == mindspore.PYNATIVE_MODE:
            with suppress(error):
                mindspore.grad(stumbling)(mindspore.Tensor(np.ones(2, np.float32)))

    def soil(self, value: float) -> None:
        """MindSpore keeps what it has freed in a pool of its own, and hands it out as it is."""
        import mindspore

        for _ in range(3):
            kept = [mindspore.Tensor(np.full(1 << power, value, np.float32)) + 0 for power in range(4, 18)]
            del kept

    def recover(self) -> None:
        """Stop PyNative from recording, which an exception leaves it doing."""
        executor = importlib.import_module("mindspore.graph.api")._pynative_executor
        executor.set_grad_flag(False)
        executor.clear_res()

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

    def read(self, value: Any, copy: bool = True) -> Leaf | None:
        """A tensor's values as a leaf, copied if that must outlive them; None if it is no tensor of MindSpore's.

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
            return leaf(array.view(np.uint16), "bfloat16", copy=copy)
        return leaf(array, copy=copy)


def _wait_for_rest() -> None:
    deadline = time.monotonic() + _LONGEST_UNREST
    while not _others_sleep():
        if time.monotonic() > deadline:
            raise OSError(
                f"the threads of MindSpore did not come to rest in {_LONGEST_UNREST:g} s; try --isolation spawn"
            )
        time.sleep(0.0005)


def _others_sleep() -> bool:
    """Whether all threads of this process but this one sleep, as Linux tells it."""
    for thread in os.listdir("/proc/self/task"):
        if int(thread) == threading.get_native_id():
            continue
        try:
            with open(f"/proc/self/task/{thread}/stat", encoding="utf-8", errors="replace") as file:
                state = file.read().rpartition(")")[2]
        except OSError:  # it has ended meanwhile
            continue
        if not state.startswith(" S"):
            return False
    return True


def _settle(mindspore: Any) -> None:
    mindspore.set_device("CPU")
    # Without this an operator runs later on another thread: 25 ms instead of 1 ms for a small gradient, and an
    # operator that fails does so far from its call, or not at all.
    mindspore.runtime.launch_blocking()


SIDE = MindSporeSide()
