"""What a torch program asks of autograd.

A function mode sees every call of torch's own functions, whatever name the program gave them; the entries of autograd,
which no mode sees, are replaced where torch keeps them, before the program's modules are imported.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

import torch
from torch.overrides import TorchFunctionMode, resolve_name
from torch.utils._pytree import tree_leaves

from .recorder import Recorder, dot

#: Nodes of a graph that are walked to find its leaves.
_MOST_NODES = 200_000

_VIEWS = {"view", "reshape", "transpose", "permute", "t", "squeeze", "unsqueeze", "flatten", "view_as", "swapaxes"}
_TO_INTEGER = {"int", "long", "short", "bool", "char", "byte"}
_RANDOM = {"bernoulli", "dropout", "multinomial", "normal", "rand", "rand_like", "randint", "randn", "randn_like"}


@contextmanager
def recording(recorder: Recorder) -> Iterator[None]:
    """Record while inside."""
    with ExitStack() as stack:
        for entry in (_Backward(recorder), _Grad(recorder)):
            stack.enter_context(mock.patch.object(torch.autograd, entry.name, entry))
        for name in ("grad", "vjp", "jvp", "jacrev", "jacfwd", "hessian", "grad_and_value"):
            made = _transform(recorder, name, getattr(torch.func, name))
            stack.enter_context(mock.patch.object(torch.func, name, made))
        stack.enter_context(_modules_and_optimizers(recorder))
        stack.enter_context(_Seen(recorder))
        yield


class _Backward:
    """In the place of :func:`torch.autograd.backward`, which ``Tensor.backward`` calls as well."""

    name = "backward"

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._call = torch.autograd.backward
        #: Torch hands a call to its function modes, and comes here again.
        self._under_way = False

    def __call__(self, tensors: Any, grad_tensors: Any = None, *args: Any, **kwargs: Any) -> Any:
        recorder = self._recorder
        outputs = [tensors] if isinstance(tensors, torch.Tensor) else list(tensors)
        if self._under_way or _inside_a_transform(outputs):
            return self._call(outputs, grad_tensors, *args, **kwargs)
        caller = sys._getframe(1)
        by_tensor = caller.f_code.co_name == "backward" and "torch" in caller.f_code.co_filename
        given = grad_tensors if grad_tensors is None or isinstance(grad_tensors, torch.Tensor) else list(grad_tensors)
        with torch._C.DisableTorchFunction():
            leaves = leaves_of(outputs)
            call = recorder.begin("Tensor.backward" if by_tensor else "torch.autograd.backward")
            before = [leaf.grad.detach().clone() if leaf.grad is not None else None for leaf in leaves]
            held = [leaf for leaf, grad in zip(leaves, before, strict=True) if grad is not None]
            call["filled"] = [_title(recorder, leaf) for leaf in held]
            if any(_is_custom(node) for node in _nodes(outputs)):
                recorder.fact("custom", "autograd.Function")
            _asked(recorder, call, outputs, given)
        self._under_way = True
        try:
            return self._call(outputs, given, *args, **kwargs)
        finally:
            self._under_way = False
            with torch._C.DisableTorchFunction():
                gained = {}
                slope = 0.0
                for leaf, old in zip(leaves, before, strict=True):
                    if leaf.grad is None:
                        continue
                    gain = leaf.grad.detach() - old if old is not None else leaf.grad.detach()
                    gained[_title(recorder, leaf)] = gain
                    direction = moved.get(id(leaf))
                    if direction is not None:
                        slope += float(torch.sum(gain.double() * direction.double()))
                recorder.describe(call, "gradients", gained)
                if moved:
                    call["slope"] = slope
            recorder.end(call)


class _Grad:
    """In the place of :func:`torch.autograd.grad`."""

    name = "grad"

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._call = torch.autograd.grad
        self._under_way = False

    def __call__(self, outputs: Any, inputs: Any, grad_outputs: Any = None, *args: Any, **kwargs: Any) -> Any:
        recorder = self._recorder
        asked = [outputs] if isinstance(outputs, torch.Tensor) else list(outputs)
        wanted = [inputs] if isinstance(inputs, torch.Tensor) else list(inputs)
        given = grad_outputs if grad_outputs is None or isinstance(grad_outputs, torch.Tensor) else list(grad_outputs)
        if self._under_way or _inside_a_transform([*asked, *wanted]):
            return self._call(asked, wanted, given, *args, **kwargs)
        with torch._C.DisableTorchFunction():
            call = recorder.begin("torch.autograd.grad", filled=[])
            _asked(recorder, call, asked, given)
        self._under_way = True
        gradients = None
        try:
            gradients = self._call(asked, wanted, given, *args, **kwargs)
            return gradients
        finally:
            self._under_way = False
            with torch._C.DisableTorchFunction():
                found = {}
                slope = 0.0
                for variable, gradient in zip(wanted, gradients or (), strict=False):
                    if gradient is not None:
                        found[_title(recorder, variable)] = gradient.detach()
                        direction = moved.get(id(variable))
                        if direction is not None:
                            slope += float(torch.sum(gradient.detach().double() * direction.double()))
                recorder.describe(call, "gradients", found)
                if moved:
                    call["slope"] = slope
            recorder.end(call)


def _inside_a_transform(tensors: list[Any]) -> bool:
    """Whether ``torch.func`` asks, for tensors that have no values of their own; its own call is recorded."""
    return any(torch._C._functorch.is_functorch_wrapped_tensor(each) for each in tensors)


#: The direction in which each leaf was moved, by identity: see the change ``move``.
moved: dict[int, Any] = {}


def _asked(recorder: Recorder, call: dict[str, Any], outputs: list[Any], cotangents: Any) -> None:
    given = [cotangents] if isinstance(cotangents, torch.Tensor) or cotangents is None else list(cotangents)
    plain = {f"[{index}]": output.detach() for index, output in enumerate(outputs)}
    known = {path[2:-2]: leaf for path, leaf in recorder.leaves(plain).items()}
    recorder.describe(call, "outputs", None, known)
    weights = None
    if any(each is not None for each in given):
        filled = {
            f"[{index}]": (torch.ones_like(output) if cotangent is None else cotangent).detach()
            for index, (output, cotangent) in enumerate(zip(outputs, given, strict=False))
        }
        weights = {path[2:-2]: leaf for path, leaf in recorder.leaves(filled).items()}
        recorder.describe(call, "cotangents", None, weights)
    else:
        call["cotangents"] = None
    call["scalar"] = dot(known, weights)


def leaves_of(outputs: list[Any]) -> list[Any]:
    """The leaf tensors whose ``.grad`` a backward from these outputs fills."""
    found: dict[int, Any] = {}
    for output in outputs:
        if output.grad_fn is None and output.requires_grad:
            found[id(output)] = output
    for node in _nodes(outputs):
        variable = getattr(node, "variable", None)
        if variable is not None:
            found[id(variable)] = variable
    return list(found.values())


def _nodes(outputs: list[Any]) -> Iterator[Any]:
    waiting = [output.grad_fn for output in outputs if output.grad_fn is not None]
    seen = set(waiting)
    while waiting and len(seen) < _MOST_NODES:
        node = waiting.pop()
        yield node
        for following, _ in node.next_functions:
            if following is not None and following not in seen:
                seen.add(following)
                waiting.append(following)


def _is_custom(node: Any) -> bool:
    return isinstance(node, torch.autograd.function.BackwardCFunction)


def _title(recorder: Recorder, tensor: Any) -> str:
    name = recorder.origin(tensor)
    if name:
        return name
    number = _numbers.setdefault(id(tensor), len(_numbers))
    return f"leaf {number}"


_numbers: dict[int, int] = {}


def _transform(recorder: Recorder, name: str, make: Callable[..., Any]) -> Callable[..., Any]:
    """A function transform whose uses are recorded; inside it tensors have no values to keep."""
    if name in ("vjp", "jvp"):

        def applied_at_once(*args: Any, **kwargs: Any) -> Any:
            call = recorder.begin(
                f"torch.func.{name}", filled=[], cotangents=None, scalar=None, outputs=[], gradients=[]
            )
            try:
                return make(*args, **kwargs)
            finally:
                recorder.end(call)

        return applied_at_once

    def made(*args: Any, **kwargs: Any) -> Any:
        transformed = make(*args, **kwargs)

        def called(*inputs: Any, **keywords: Any) -> Any:
            positions = kwargs.get("argnums", args[1] if len(args) > 1 else 0)
            has_aux = bool(kwargs.get("has_aux"))
            call = recorder.begin(f"torch.func.{name}", filled=[], cotangents=None, scalar=None, outputs=[])
            call.update(positions=[positions] if isinstance(positions, int) else list(positions), has_aux=has_aux)
            result = None
            try:
                result = transformed(*inputs, **keywords)
                return result
            finally:
                if recorder.current is call:
                    shown = [each for each in tree_leaves(result) if isinstance(each, torch.Tensor)]
                    plain = not any(torch._C._functorch.is_functorch_wrapped_tensor(each) for each in shown)
                    recorder.describe(call, "gradients", [each.detach() for each in shown] if plain else [])
                recorder.end(call)

        return called

    return made


_HERE = os.path.dirname(__file__)
_TORCH = os.path.dirname(torch.__file__)
_OPTIMIZERS = os.path.dirname(torch.optim.__file__)
#: Files through which a program's own ``with torch.no_grad():`` passes.
_CONTEXTS = ("grad_mode.py", "_contextlib.py", "contextlib.py")


def stepping() -> bool:
    """Whether an optimizer is at work: what it does is not the program's."""
    frame: Any = sys._getframe(2)
    while frame is not None:
        if frame.f_code.co_filename.startswith(_OPTIMIZERS):
            return True
        frame = frame.f_back
    return False


def by_user() -> bool:
    """Whether the program itself calls, rather than torch (``load_state_dict`` writes in place) or this package."""
    frame: Any = sys._getframe(2)
    while frame is not None and frame.f_code.co_filename.endswith(_CONTEXTS):
        frame = frame.f_back
    return frame is None or not frame.f_code.co_filename.startswith((_TORCH, _HERE))


@contextmanager
def _modules_and_optimizers(recorder: Recorder) -> Iterator[None]:
    """What modules run in which mode, which optimizers step, and what clears gradients."""
    call_module = torch.nn.Module.__call__
    clear = torch.nn.Module.zero_grad
    make_optimizer = torch.optim.Optimizer.__init__
    clear_optimizer = torch.optim.Optimizer.zero_grad
    clip, clip_value = torch.nn.utils.clip_grad_norm_, torch.nn.utils.clip_grad_value_
    seen: set[int] = set()

    def called(self: Any, *args: Any, **kwargs: Any) -> Any:
        name = type(self).__name__
        if "Norm" in name or "Dropout" in name:
            recorder.fact("modes", f"{name} {'train' if self.training else 'eval'}")
        if id(self) not in seen:
            seen.add(id(self))
            recorder.fact("modules", name)
        if name.startswith("Conv") and isinstance(self.padding, tuple):
            recorder.fact("padding", str(self.padding[0]))
        return call_module(self, *args, **kwargs)

    def cleared(self: Any, *args: Any, **kwargs: Any) -> Any:
        recorder.fact("cleared", "Module.zero_grad")
        return clear(self, *args, **kwargs)

    def optimizer_cleared(self: Any, *args: Any, **kwargs: Any) -> Any:
        recorder.fact("cleared", "Optimizer.zero_grad")
        return clear_optimizer(self, *args, **kwargs)

    def optimizer_made(self: Any, *args: Any, **kwargs: Any) -> Any:
        recorder.fact("optimizers", type(self).__name__)
        return make_optimizer(self, *args, **kwargs)

    def clipped(*args: Any, **kwargs: Any) -> Any:
        recorder.fact("clipped", "clip_grad_norm_")
        return clip(*args, **kwargs)

    def clipped_by_value(*args: Any, **kwargs: Any) -> Any:
        recorder.fact("clipped", "clip_grad_value_")
        return clip_value(*args, **kwargs)

    with (
        mock.patch.object(torch.nn.Module, "__call__", called),
        mock.patch.object(torch.nn.Module, "zero_grad", cleared),
        mock.patch.object(torch.optim.Optimizer, "__init__", optimizer_made),
        mock.patch.object(torch.optim.Optimizer, "zero_grad", optimizer_cleared),
        mock.patch.object(torch.nn.utils, "clip_grad_norm_", clipped),
        mock.patch.object(torch.nn.utils, "clip_grad_value_", clipped_by_value),
    ):
        yield


class _Seen(TorchFunctionMode):
    """Counts what tells causes apart: in-place writes, views, detached tensors, casts, random draws."""

    def __init__(self, recorder: Recorder) -> None:
        super().__init__()
        self._recorder = recorder

    def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        fact, name = self._recorder.fact, getattr(function, "__name__", "")
        if not stepping() and not sys._getframe(1).f_code.co_filename.startswith(_HERE):
            fact("functions", name if name != "__get__" else str(resolve_name(function) or name))
            if name in _RANDOM or name.startswith(("dropout", "alpha_dropout", "feature_")):
                if name != "dropout" or _active(args, kwargs or {}):
                    fact("random", name)
            elif by_user():
                self._note(function, name, args)
        return function(*args, **(kwargs or {}))

    def _note(self, function: Any, name: str, args: Any) -> None:
        fact = self._recorder.fact
        if name == "__set__" and function == torch.Tensor.grad.__set__:
            fact("cleared", ".grad = None" if args[1] is None else ".grad = …")
        elif name == "__setitem__" or (name.endswith("_") and not name.endswith("__") and name != "requires_grad_"):
            fact("in place", name)
        elif name in _VIEWS or function == torch.Tensor.T.__get__:
            fact("views", name if name != "__get__" else "T")
        elif name in ("detach", "detach_", "numpy", "item"):
            fact("detached", name)
        elif name == "_set_grad_enabled":
            fact("detached", "no_grad")
        elif function == torch.Tensor.data.__get__:
            fact("detached", "data")
        elif name in _TO_INTEGER or (name in ("to", "type") and any(_is_integer(each) for each in args)):
            fact("integer casts", name)


def _is_integer(value: Any) -> bool:
    return isinstance(value, torch.dtype) and not (value.is_floating_point or value.is_complex)


def _active(args: Any, kwargs: dict[str, Any]) -> bool:
    rate = kwargs.get("p", args[1] if len(args) > 1 else 0.5)
    training = kwargs.get("training", args[2] if len(args) > 2 else True)
    return bool(rate) and bool(training)
