"""What a MindSpore program asks of autograd.

All ways to a gradient (``grad``, ``value_and_grad``, ``GradOperation``, ``vjp``, ``jvp``, ``jacrev``, ``jacfwd``) lead
through two classes, so it does not matter under which name a program imported them.  They are only looked at in Python:
what is compiled (graph mode, ``ms.jit``) is compiled from the same sources as ever, and the trace says that it did not
see inside.
"""

from __future__ import annotations

import importlib
import inspect
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

import mindspore
from mindspore import Parameter, Tensor

from . import mindspore_probe
from .mindspore_entry import Asked, base, differentiating
from .recorder import Recorder, dot

_grad_func: Any = importlib.import_module("mindspore.ops.function.grad.grad_func")
_api: Any = importlib.import_module("mindspore.graph.api")

_PACKAGE = os.path.dirname(mindspore.__file__)
_HERE = os.path.dirname(__file__)

#: Operators' names in C++ that tell causes apart; the profiler sees each as ``Tensor.<name>``.
_RANDOM = {
    "bernoulli", "gamma", "laplace", "multinomial", "normal", "rand", "rand_like", "randint", "randint_like", "randn",
    "randn_like", "random_categorical", "randperm", "shuffle", "standard_normal", "StandardNormal", "uniform",
}  # fmt: skip
_TO_INTEGER = {"astype", "int", "long", "bool", "to", "short", "cast", "type"}


@contextmanager
def recording(recorder: Recorder) -> Iterator[None]:
    """Record while inside."""
    with ExitStack() as stack:
        stack.enter_context(differentiating(lambda asked: _traced(recorder, asked)))
        for module in (base, _grad_func):
            name = "_pynative_func_grad_forward"
            stack.enter_context(mock.patch.object(module, name, _noting(recorder, getattr(module, name))))
        stack.enter_context(_vjps(recorder))
        stack.enter_context(_profiled(recorder))
        yield


def _vjps(recorder: Recorder) -> Any:
    """The call of a function that ``ms.vjp`` returned; PyNative goes another way there than for ``ms.grad``."""
    backward = _grad_func._pynative_func_grad_backward

    def called(fn: Any, operation: Any, weights: Any, position: Any, has_aux: Any, *run: Any) -> Any:
        cotangents = run[-1]
        call = recorder.begin("ms.vjp", has_aux=bool(has_aux), weights=_names(weights), compiled=False, scalar=None)
        call.update(outputs=[], positions=list(range(len(run) - 1)), same=[], closed_over=[], keywords=[])
        call["inputs"] = [_input(recorder, each) for each in run[:-1]]
        recorder.describe(call, "cotangents", cotangents)
        try:
            gradients = backward(fn, operation, weights, position, has_aux, *run)
            recorder.describe(call, "gradients", gradients)
            return gradients
        finally:
            recorder.end(call)

    return mock.patch.object(_grad_func, "_pynative_func_grad_backward", called)


def _noting(recorder: Recorder, forward: Callable[..., Any]) -> Callable[..., Any]:
    """The forward pass of a differentiated function, whose outputs go to the call under way."""

    def noted(fn: Any, *args: Any, **kwargs: Any) -> Any:
        recorder.forwards += 1
        try:
            out = forward(fn, *args, **kwargs)
        finally:
            recorder.forwards -= 1
        call = recorder.current
        if call is not None and call.get("outputs") is None:
            known = recorder.leaves(out)
            recorder.describe(call, "outputs", None, known)
            first = {path: leaf for path, leaf in known.items() if path.startswith("[0]")}
            call["scalar"] = dot(first if call.get("has_aux") else known, call.pop("weights_of_outputs", None))
        return out

    return noted


def _traced(recorder: Recorder, asked: Asked) -> Callable[..., Any]:
    after, operation, fn = asked.function(), asked.operation, asked.fn

    def traced(*inputs: Any, **keywords: Any) -> Any:
        if recorder.forwards:
            recorder.fact("nested", _api_name(operation))
        call = recorder.begin(
            _api_name(operation),
            positions=_positions(operation, asked.position, inputs),
            has_aux=asked.has_aux,
            weights=_names(asked.weights),
            compiled=mindspore.get_context("mode") == mindspore.GRAPH_MODE,
            outputs=None,
            scalar=None,
            function=getattr(fn, "__name__", type(fn).__name__),
        )
        _describe_inputs(recorder, call, operation, fn, inputs, keywords)
        finished = False
        try:
            result = after(*inputs, **keywords)
            finished = True
            return result
        finally:
            call["outputs"] = call["outputs"] or []
            call.pop("weights_of_outputs", None)
            call["probe"] = mindspore_probe.taken()
            call["raised"] = not finished
            if finished:
                recorder.describe(call, "gradients", asked.split(result)[0])
            recorder.end(call)

    return traced


def _api_name(operation: Any) -> str:
    if type(operation).__name__ == "GradOperation":
        return "ms.GradOperation"
    return "ms.value_and_grad" if operation.get_value else "ms.vjp" if operation.merge_forward else "ms.grad"


def _positions(operation: Any, position: Any, inputs: Any) -> list[int] | None:
    """Which arguments are differentiated; None if none is."""
    if operation.get_all:
        return list(range(len(inputs) - bool(operation.sens_param)))
    if getattr(operation, "get_by_position", False):
        return list(position) if isinstance(position, (tuple, list)) else [int(position or 0)]
    return None if operation.get_by_list else [0]


def _names(weights: Any) -> list[str]:
    if weights is None:
        return []
    return [getattr(each, "name", "") for each in ([weights] if isinstance(weights, Tensor) else weights)]


def _describe_inputs(
    recorder: Recorder, call: dict[str, Any], operation: Any, fn: Any, inputs: Any, keywords: dict[str, Any]
) -> None:
    given = list(inputs) + list(keywords.values())
    cotangents = None
    if operation.sens_param and given:
        cotangents = keywords["sens"] if "sens" in keywords else given[-1]
        given = [each for each in given if each is not cotangents]
        known = recorder.leaves(cotangents)
        recorder.describe(call, "cotangents", None, known)
        call["weights_of_outputs"] = known
    else:
        call["cotangents"] = None
    call["inputs"] = [_input(recorder, each) for each in given]
    call["keywords"] = list(keywords)
    tensors = [(index, each) for index, each in enumerate(given) if isinstance(each, Tensor)]
    call["same"] = [[i, j] for i, a in tensors for j, b in tensors if i < j and a is b]
    closed = _closed_over(fn)
    call["closed_over"] = [index for index, each in tensors if any(each is other for other in closed)]


def _input(recorder: Recorder, value: Any) -> dict[str, Any]:
    is_tensor = isinstance(value, Tensor)
    return {
        "kind": "Parameter" if isinstance(value, Parameter) else type(value).__name__,
        "shape": list(value.shape) if is_tensor else None,
        "dtype": str(value.dtype).lower() if is_tensor else None,
        "of": recorder.origin(value),
    }


def _closed_over(fn: Any) -> list[Any]:
    """Tensors that a function refers to other than by its arguments, and the parameters of cells it refers to."""
    found: list[Any] = []
    cells = [fn] if isinstance(fn, mindspore.nn.Cell) else []
    for cell in getattr(fn, "__closure__", None) or ():
        try:
            value = cell.cell_contents
        except ValueError:
            continue
        if isinstance(value, Tensor):
            found.append(value)
        elif isinstance(value, mindspore.nn.Cell):
            cells.append(value)
        elif callable(value) and hasattr(value, "__closure__") and value is not fn:
            found += _closed_over(value)
    for cell in cells:
        found += cell.get_parameters()
        found += [value for value in vars(cell).values() if isinstance(value, Tensor)]
    code, scope = getattr(fn, "__code__", None), getattr(fn, "__globals__", {})
    found += [scope[name] for name in getattr(code, "co_names", ()) if isinstance(scope.get(name), Tensor)]
    return found


@contextmanager
def _profiled(recorder: Recorder) -> Iterator[None]:
    """Facts that the interpreter's profiler sees without anything being replaced."""
    cells: dict[int, Any] = {}

    def asked(name: str) -> Callable[[Any], None]:
        return lambda frame: recorder.fact("asked", name)

    def compiled(frame: Any) -> None:
        recorder.fact("compiled", getattr(getattr(frame.f_locals["self"], "fn", None), "__name__", "function"))

    def optimizer(frame: Any) -> None:
        recorder.fact("optimizers", type(frame.f_locals["self"]).__name__)
        scaled(frame)

    def scaled(frame: Any) -> None:
        for name in ("loss_scale", "sens", "scale_value", "init_scale"):
            value = frame.f_locals.get(name)
            if isinstance(value, (int, float)) and value not in (0, 1):
                recorder.fact("loss scales", f"{float(value):g}")

    def to_numpy(frame: Any) -> None:
        if recorder.current and not frame.f_back.f_code.co_filename.startswith(_HERE):
            recorder.fact("detached", "asnumpy")

    watched: dict[Any, Callable[[Any], None]] = {
        _code(_api._JitExecutor.__call__): compiled,
        _code(mindspore.nn.Cell.__call__): lambda frame: _cell(recorder, frame.f_locals["self"], cells),
        _code(mindspore.nn.Optimizer.__init__): optimizer,
        _code(Tensor.asnumpy): to_numpy,
        _code(mindspore.ops.stop_gradient): lambda frame: recorder.fact("detached", "stop_gradient"),
    }

    def dropped(frame: Any) -> None:
        scope = frame.f_locals
        if scope.get("training", True) and scope.get("p", 0.5):
            recorder.fact("random", "dropout")

    for name in ("dropout", "dropout1d", "dropout2d", "dropout3d"):
        if hasattr(mindspore.ops, name):
            watched[_code(getattr(mindspore.ops, name))] = dropped
    for name in ("vjp", "jvp", "jacrev", "jacfwd", "get_grad"):
        watched[_code(getattr(_grad_func, name))] = asked(f"ms.{name}")

    def profile(frame: Any, event: str, argument: Any) -> None:
        if event == "call":
            look = watched.get(frame.f_code)
            if look:
                look(frame)
            caller = frame.f_back
            if caller is not None and _of_user(caller) and frame.f_code.co_filename.startswith(_PACKAGE):
                scaled(frame)
                owner = frame.f_locals.get("self")
                if isinstance(owner, (mindspore.nn.Cell, mindspore.ops.Primitive)):
                    _function(recorder, type(owner).__name__)
                else:
                    _function(recorder, frame.f_code.co_name)
                if ".optim" in type(owner).__module__ and "__init__" in frame.f_code.co_name:
                    package = type(owner).__module__.split(".")[1]
                    recorder.fact("optimizers", f"{package}.{type(owner).__name__}")
        elif event == "c_call" and _of_user(frame):
            name = getattr(argument, "__qualname__", "") or ""
            if name.startswith(("Tensor", "Parameter", "PyCapsule.pyboost")):
                _function(recorder, name)

    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        yield
    finally:
        sys.setprofile(before)


def _code(function: Any) -> Any:
    return inspect.unwrap(function).__code__


def _of_user(frame: Any) -> bool:
    return not frame.f_code.co_filename.startswith((_PACKAGE, _HERE, "<frozen"))


def _function(recorder: Recorder, name: str) -> None:
    last = name.rpartition(".")[2]
    recorder.fact("functions", last)
    if last.endswith("_") and not last.endswith("__"):
        recorder.fact("in place", last)
    if last in _RANDOM:
        recorder.fact("random", last)
    if last in _TO_INTEGER:
        recorder.fact("integer casts", last)


def _cell(recorder: Recorder, cell: Any, seen: dict[int, Any]) -> None:
    name = type(cell).__name__
    if id(cell) not in seen:
        seen[id(cell)] = cell
        recorder.fact("modules", name)
        if hasattr(cell, "bprop") and not type(cell).__module__.startswith("mindspore."):
            recorder.fact("custom", name)
    if "Norm" in name or "Dropout" in name:
        recorder.fact("modes", f"{name} {'train' if cell.training else 'eval'}")
        if "Dropout" in name and cell.training:
            recorder.fact("random", name)
