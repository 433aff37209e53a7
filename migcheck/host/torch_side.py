"""All that knows torch."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from typing import Any

import numpy as np

from .exchange import Leaf, Unstorable, leaf
from .job import Job
from .recorder import Recorder


class TorchSide:
    """Torch as one side of a case."""

    name = "torch"
    # The first optimizer, and the first backward() with a cotangent: 1 s and 0.4 s.
    late = ("torch._dynamo", "torch.fx.experimental.symbolic_shapes")

    def load(self, threads: int) -> str:
        """Import the framework without running an operator, and return its version."""
        import torch

        torch.set_num_threads(threads)
        return str(torch.__version__)

    def warm_up(self, forks: bool) -> None:
        """Seed once, which imports what knows each kind of device; no operator, since those may start threads."""
        import torch

        torch.manual_seed(0)

    def fork(self) -> int:
        """As ``os.fork``: torch needs no more."""
        return os.fork()

    def prepare(self, job: Job) -> None:
        """Seed torch in the process that will run the program."""
        import torch

        torch.manual_seed(job.seed)

    @contextmanager
    def scoped(self, seed: int, mode: str) -> Iterator[None]:
        """The context, in a process of the user's, that has this seed; afterwards torch's generator is as before."""
        import torch

        before = torch.get_rng_state()
        torch.default_generator.manual_seed(seed)
        try:
            yield
        finally:
            torch.set_rng_state(before)

    def changed(self, job: Job) -> str:
        """No variant is about a setting of torch's."""
        return ""

    def precision(self, job: Job) -> AbstractContextManager[Any]:
        """The context in which the program computes in ``job.precision``."""
        if not job.precision:
            return ExitStack()
        from . import torch_float64

        return torch_float64.double_precision()

    def instrumented(self, job: Job, recorder: Recorder | None) -> AbstractContextManager[Any]:
        """The context in which ``job.changes`` hold, and what the program asks of autograd goes to ``recorder``."""
        if recorder is None and not job.changes:
            return ExitStack()
        from . import torch_changes, torch_trace

        stack = ExitStack()
        stack.enter_context(torch_changes.applied(job.changes))
        if recorder:
            stack.enter_context(torch_trace.recording(recorder))
        return stack

    def interrupted(self, error: type[Exception]) -> None:
        """Raise in a forward pass; torch keeps nothing of it."""
        import torch

        with suppress(error):
            (torch.ones(2, requires_grad=True) * 2).sum()
            raise error

    def soil(self, value: float) -> None:
        """Torch takes its memory from the C library: nothing is left for it."""

    def recover(self) -> None:
        """Torch keeps nothing of a forward pass that an exception ended."""

    def tensor(self, stored: Leaf) -> Any:
        """An input as a tensor; a floating or complex one is a leaf with ``requires_grad=True``."""
        import torch

        assert stored.values is not None
        values = torch.from_numpy(np.array(stored.values, order="C"))
        if stored.dtype == "bfloat16":
            values = values.view(torch.bfloat16)
        elif stored.dtype.startswith("complex"):
            values = (
                torch.view_as_complex(values).clone()
                if values.numel()
                else torch.empty(stored.shape, dtype=getattr(torch, stored.dtype))
            )
        floating = values.is_floating_point() or values.is_complex()
        return values.requires_grad_() if floating else values

    def read(self, value: Any, copy: bool = True) -> Leaf | None:
        """A tensor's values as a leaf, copied if that must outlive them; None if it is no tensor of torch's.

        Raises:
            Unstorable: for a sparse or quantized tensor, or a dtype that the exchange does not carry.
        """
        import torch

        if not isinstance(value, torch.Tensor):
            return None
        kind = str(value.dtype).removeprefix("torch.")
        if value.layout != torch.strided or value.is_quantized:
            layout = "quantized" if value.is_quantized else str(value.layout).removeprefix("torch.")
            raise Unstorable(f"a {layout} tensor (call to_dense() or dequantize() on it)")
        plain = value.detach().cpu().resolve_conj().resolve_neg()
        if plain.dtype == torch.bfloat16:
            return leaf(plain.contiguous().view(torch.uint16).numpy(), "bfloat16", copy=copy)
        try:
            return leaf(plain.numpy(), copy=copy)
        except TypeError:
            raise Unstorable(f"a tensor of dtype {kind}") from None


SIDE = TorchSide()
