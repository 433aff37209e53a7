"""What can be done differently in a run of a torch program, each by the name it has in ``Job.changes``.

A change removes one suspected difference between the sides, mostly by making torch do what MindSpore does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any
from unittest import mock

import torch
from torch.overrides import TorchFunctionMode

from . import exchange
from .exchange import LeafName
from .torch_optimizers import RULES
from .torch_trace import by_user, leaves_of, moved, stepping


@contextmanager
def applied(changes: dict[str, Any]) -> Iterator[None]:
    """Do all of it while inside.

    Raises:
        KeyError: for a name that is no change's.
    """
    with ExitStack() as stack:
        for name, argument in changes.items():
            stack.enter_context(CHANGES[name](argument))
        yield


def _clear_grad(_: Any) -> AbstractContextManager[Any]:
    """Clear ``.grad`` of the leaves that a backward reaches before it runs, so that nothing accumulates."""
    backward = torch.autograd.backward

    def cleared(tensors: Any, *args: Any, **kwargs: Any) -> Any:
        outputs = [tensors] if isinstance(tensors, torch.Tensor) else list(tensors)
        with torch._C.DisableTorchFunction():
            for leaf in leaves_of(outputs):
                leaf.grad = None
        return backward(outputs, *args, **kwargs)

    return mock.patch.object(torch.autograd, "backward", cleared)


@contextmanager
def _keep_grad(_: Any) -> Iterator[None]:
    """Clear nothing that the program clears, so that all its backwards accumulate."""

    def kept(self: Any, *args: Any, **kwargs: Any) -> None:
        return None

    leaves: dict[int, Any] = {}
    backward = torch.autograd.backward

    def noted(tensors: Any, *args: Any, **kwargs: Any) -> Any:
        outputs = [tensors] if isinstance(tensors, torch.Tensor) else list(tensors)
        with torch._C.DisableTorchFunction():
            leaves.update({id(leaf): leaf for leaf in leaves_of(outputs)})
        return backward(outputs, *args, **kwargs)

    class Keep(TorchFunctionMode):
        def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            if function in (torch.Tensor.grad.__set__, torch.Tensor.grad.__delete__):
                return None
            if function is torch.Tensor.zero_ and any(leaf.grad is args[0] for leaf in leaves.values()):
                return args[0]
            return function(*args, **(kwargs or {}))

    with (
        mock.patch.object(torch.nn.Module, "zero_grad", kept),
        mock.patch.object(torch.optim.Optimizer, "zero_grad", kept),
        mock.patch.object(torch.autograd, "backward", noted),
        Keep(),
    ):
        yield


@contextmanager
def _cotangents(given: Any) -> Iterator[None]:
    """Differentiate with other cotangents: ones, or those of a trace, call by call."""
    arrays = exchange.read(given)[0] if given else {}
    count = iter(range(1 << 30))

    def chosen(outputs: list[Any]) -> list[Any]:
        number = next(count)
        stored = [arrays.get(LeafName(number, "call", f"cotangents[{index}]")) for index in range(len(outputs))]
        if len(outputs) == 1 and stored == [None]:
            stored = [arrays.get(LeafName(number, "call", "cotangents"))]
        return [
            torch.ones_like(output)
            if leaf is None or leaf.values is None
            else torch.from_numpy(leaf.values.copy()).to(output.dtype).reshape(output.shape)
            for output, leaf in zip(outputs, stored, strict=True)
        ]

    backward, grad = torch.autograd.backward, torch.autograd.grad
    under_way = [False]  # torch hands a call to its function modes, and comes here again

    def changed_backward(tensors: Any, grad_tensors: Any = None, *args: Any, **kwargs: Any) -> Any:
        outputs = [tensors] if isinstance(tensors, torch.Tensor) else list(tensors)
        if under_way[0]:
            return backward(outputs, grad_tensors, *args, **kwargs)
        under_way[0] = True
        try:
            return backward(outputs, chosen(outputs), *args, **kwargs)
        finally:
            under_way[0] = False

    def changed_grad(outputs: Any, inputs: Any, grad_outputs: Any = None, *args: Any, **kwargs: Any) -> Any:
        listed = [outputs] if isinstance(outputs, torch.Tensor) else list(outputs)
        if under_way[0]:
            return grad(listed, inputs, grad_outputs, *args, **kwargs)
        under_way[0] = True
        try:
            return grad(listed, inputs, chosen(listed), *args, **kwargs)
        finally:
            under_way[0] = False

    with (
        mock.patch.object(torch.autograd, "backward", changed_backward),
        mock.patch.object(torch.autograd, "grad", changed_grad),
    ):
        yield


@contextmanager
def _evaluation(_: Any) -> Iterator[None]:
    """Run every module in evaluation mode, whatever the program sets."""
    call = torch.nn.Module.__call__

    def evaluated(self: Any, *args: Any, **kwargs: Any) -> Any:
        self.training = False
        return call(self, *args, **kwargs)

    with mock.patch.object(torch.nn.Module, "__call__", evaluated):
        yield


@contextmanager
def _training(_: Any) -> Iterator[None]:
    """Run every module in training mode, whatever the program sets."""
    call = torch.nn.Module.__call__

    def trained(self: Any, *args: Any, **kwargs: Any) -> Any:
        self.training = True
        return call(self, *args, **kwargs)

    with mock.patch.object(torch.nn.Module, "__call__", trained):
        yield


class _Dropless(TorchFunctionMode):
    """Dropout lets everything through."""

    def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = getattr(function, "__name__", "")
        if "dropout" in name and args and isinstance(args[0], torch.Tensor):
            return args[0]
        return function(*args, **(kwargs or {}))


class _Attached(TorchFunctionMode):
    """Nothing that the program detaches is detached: neither by ``detach`` and ``data`` nor by ``no_grad``.

    With a number, only that call of ``detach`` detaches nothing.
    """

    def __init__(self, nth: int | None) -> None:
        super().__init__()
        self._nth, self._count = nth, -1

    def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if by_user():
            if function in (torch.Tensor.detach, torch.Tensor.detach_) or function == torch.Tensor.data.__get__:
                self._count += 1
                if self._nth is None or self._count == self._nth:
                    return args[0]
            elif function is torch._C._set_grad_enabled and self._nth is None:
                return None
        return function(*args, **(kwargs or {}))


class _Lossy(TorchFunctionMode):
    """In-place methods give their result and leave the tensor as it was; a view is a copy, and takes no writes."""

    def __init__(self, methods: bool, views: bool) -> None:
        super().__init__()
        self._methods, self._views = methods, views

    def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = getattr(function, "__name__", "")
        if stepping() or not by_user():
            return function(*args, **(kwargs or {}))
        if self._methods and name.endswith("_") and not name.endswith("__") and name not in _NO_WRITES:
            plain = getattr(torch.Tensor, name[:-1], None)
            if plain is not None and isinstance(args[0], torch.Tensor):
                return plain(*args, **(kwargs or {}))
            if name == "copy_":
                return args[1]
        result = function(*args, **(kwargs or {}))
        if (
            self._views
            and (name in _ALIASING or function == torch.Tensor.T.__get__)
            and isinstance(result, torch.Tensor)
        ):
            return result.clone()
        return result


_NO_WRITES = {"requires_grad_", "detach_", "retain_grad_", "share_memory_", "zero_"}
_ALIASING = {"view", "reshape", "transpose", "permute", "t", "squeeze", "unsqueeze", "flatten", "view_as", "swapaxes"}


@contextmanager
def _zeros_for_none(_: Any) -> Iterator[None]:
    """Let every optimizer see zeros where a parameter has no gradient."""
    from torch.optim.optimizer import register_optimizer_step_pre_hook

    def fill(optimizer: Any, args: Any, kwargs: Any) -> None:
        for group in optimizer.param_groups:
            for parameter in group["params"]:
                if parameter.grad is None:
                    parameter.grad = torch.zeros_like(parameter)

    handle = register_optimizer_step_pre_hook(fill)
    try:
        yield
    finally:
        handle.remove()


@contextmanager
def _clip(how: str) -> Iterator[None]:
    """Clip in another way: ``alone``, ``global``, ``value``, ``norm_of_value``, ``two``, ``inf`` or ``none``."""
    clip, clip_value = torch.nn.utils.clip_grad_norm_, torch.nn.utils.clip_grad_value_
    pending: list[tuple[list[Any], float]] = []

    def by_norm(parameters: Any, max_norm: float, norm_type: float = 2.0, *args: Any, **kwargs: Any) -> Any:
        listed = [parameters] if isinstance(parameters, torch.Tensor) else list(parameters)
        if how == "none":
            return torch.tensor(0.0)
        if how == "value":
            clip_value(listed, max_norm)
            return torch.tensor(0.0)
        if how == "alone":
            return [clip([each], max_norm, norm_type) for each in listed][-1]
        if how == "global":
            pending.append((listed, max_norm))
            return torch.tensor(0.0)
        return clip(listed, max_norm, {"two": 2.0, "inf": float("inf")}.get(how, norm_type))

    def by_value(parameters: Any, clip_value_: float, *args: Any, **kwargs: Any) -> Any:
        if how == "none":
            return None
        if how == "norm_of_value":
            return clip(parameters, clip_value_)
        return clip_value(parameters, clip_value_)

    def together(*args: Any, **kwargs: Any) -> None:
        if pending:
            clip([each for listed, _ in pending for each in listed], pending[0][1])
            pending.clear()

    from torch.optim.optimizer import register_optimizer_step_pre_hook

    handle = register_optimizer_step_pre_hook(together)
    try:
        with (
            mock.patch.object(torch.nn.utils, "clip_grad_norm_", by_norm),
            mock.patch.object(torch.nn.utils, "clip_grad_value_", by_value),
        ):
            yield
    finally:
        handle.remove()


class _Skipping(TorchFunctionMode):
    """One function hands its first argument on as it is: each call of it, or the ``nth`` of each ``period``."""

    def __init__(self, name: str, nth: int | None, period: int) -> None:
        super().__init__()
        self._name, self._nth, self._period, self._count = name, nth, period, 0

    def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if getattr(function, "__name__", "") == self._name and args and isinstance(args[0], torch.Tensor):
            self._count += 1
            if self._nth is None or self._nth == (self._count - 1) % self._period:
                return args[0]
        return function(*args, **(kwargs or {}))


@contextmanager
def _move(how: dict[str, Any]) -> Iterator[None]:
    """Move the parameters of modules by ``h`` in a random direction, the first time that a module runs.

    What the program is fed, its caller has moved already.
    """
    call = torch.nn.Module.__call__
    generator = torch.Generator().manual_seed(how["seed"])
    known: set[int] = set()

    def moving(self: Any, *args: Any, **kwargs: Any) -> Any:
        with torch._C.DisableTorchFunction(), torch.no_grad():
            for parameter in self.parameters():
                if id(parameter) not in known and parameter.is_floating_point():
                    known.add(id(parameter))
                    direction = torch.randn(parameter.shape, generator=generator, dtype=torch.float64)
                    direction = (direction * _size(parameter)).to(parameter.dtype)
                    moved[id(parameter)] = direction
                    parameter.data.add_(direction, alpha=how["h"])
        return call(self, *args, **kwargs)

    with mock.patch.object(torch.nn.Module, "__call__", moving):
        yield


def _size(tensor: Any) -> float:
    return float(tensor.detach().double().square().mean().sqrt()) or 1.0 if tensor.numel() else 1.0


def _rule(name: str) -> AbstractContextManager[Any]:
    """Let torch's optimizers follow another rule: see ``torch_optimizers.py``."""
    return RULES[name]()


@contextmanager
def _momentum_kept(_: Any) -> Iterator[None]:
    """Let the momentum of a batch normalisation be the share of the old statistics that is kept, as MindSpore does."""
    make = torch.nn.modules.batchnorm._NormBase.__init__

    def made(self: Any, *args: Any, **kwargs: Any) -> None:
        make(self, *args, **kwargs)
        self.momentum = 1.0 - self.momentum

    with mock.patch.object(torch.nn.modules.batchnorm._NormBase, "__init__", made):
        yield


@contextmanager
def _trained_padding(_: Any) -> Iterator[None]:
    """Let the padding row of an embedding have a gradient."""
    embed = torch.nn.functional.embedding

    def embedding(input: Any, weight: Any, padding_idx: Any = None, *args: Any, **kwargs: Any) -> Any:
        return embed(input, weight, None, *args, **kwargs)

    with mock.patch.object(torch.nn.functional, "embedding", embedding):
        yield


class _WithoutConvBias(TorchFunctionMode):
    """Convolutions add no bias."""

    def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if getattr(function, "__name__", "") in ("conv1d", "conv2d", "conv3d"):
            if len(args) > 2:
                args = (*args[:2], None, *args[3:])
            kwargs = {**(kwargs or {}), **({"bias": None} if len(args) < 3 else {})}
        return function(*args, **(kwargs or {}))


CHANGES: dict[str, Callable[[Any], AbstractContextManager[Any]]] = {
    "clear_grad": _clear_grad,
    "keep_grad": _keep_grad,
    "cotangents": _cotangents,
    "evaluation": _evaluation,
    "training": _training,
    "no_dropout": lambda _: _Dropless(),
    "attached": lambda nth: _Attached(nth),
    "lose_in_place": lambda _: _Lossy(methods=True, views=False),
    "lose_view_writes": lambda _: _Lossy(methods=False, views=True),
    "lose_writes": lambda _: _Lossy(methods=True, views=True),
    "zeros_for_none": _zeros_for_none,
    "clip": _clip,
    "skip": lambda given: _Skipping(*given),
    "no_conv_bias": lambda _: _WithoutConvBias(),
    "momentum_kept": _momentum_kept,
    "trained_padding": _trained_padding,
    "move": _move,
    "optimizer_rule": _rule,
}
