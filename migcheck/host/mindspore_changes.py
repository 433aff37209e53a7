"""What can be done differently in a run of a MindSpore program, each by the name it has in ``Job.changes``.

A change removes one suspected difference between the sides.  Those that replace what is inside a differentiated
function hold in PyNative mode, where it is Python that runs; graph mode compiles from sources, and they leave it alone.
"""

from __future__ import annotations

import functools
import importlib
import inspect
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any
from unittest import mock

import mindspore
import numpy as np
from mindspore import Tensor, nn, ops

from . import exchange
from .mindspore_entry import Asked, base, differentiating
from .mindspore_operators import operators
from .mindspore_probe import probe


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


def _one_output(fn: Any, index: int) -> Callable[..., Any]:
    """``fn`` with all outputs but one held constant."""

    def one_output(*args: Any) -> Any:
        outputs = fn(*args)
        if not isinstance(outputs, (tuple, list)):
            return outputs
        kept: Any = ()
        for at in range(len(outputs)):
            kept = (*kept, outputs[at]) if at == index else (*kept, ops.stop_gradient(outputs[at]))
        return kept

    return one_output


def _only_output(index: int) -> AbstractContextManager[Any]:
    """Differentiate one output of each differentiated function."""

    def around(asked: Asked) -> Callable[..., Any]:
        if asked.has_aux:
            return _plainly(asked, _one_output(asked.fn, index))
        return asked.function(_one_output(asked.fn, index))

    return differentiating(around)


def _all_outputs(_: Any) -> AbstractContextManager[Any]:
    """Differentiate the sum of all outputs where ``has_aux`` asks for the first."""

    def around(asked: Asked) -> Callable[..., Any]:
        return _plainly(asked, asked.fn) if asked.has_aux else asked.function()

    return differentiating(around)


def _plainly(asked: Asked, fn: Any) -> Callable[..., Any]:
    """What ``has_aux`` returns, but without what it asks for: all outputs are differentiated."""
    operation = asked.operation
    plain = base._Grad(
        operation.get_all, operation.get_by_list, operation.sens_param, operation.get_by_position, False, True,
        operation.return_ids, operation.merge_forward,
    )  # fmt: skip
    after = asked.function(fn, plain)

    def called(*args: Any, **kwargs: Any) -> Any:
        outputs, gradients = after(*args, **kwargs)
        return asked.joined(gradients, outputs if asked.get_value else outputs[1:])

    return called


def _unit_cotangent(_: Any) -> AbstractContextManager[Any]:
    """Ones in the place of every sensitivity."""

    def ones(value: Any) -> Any:
        if isinstance(value, (tuple, list)):
            return type(value)(ones(each) for each in value)
        return ops.ones_like(value) if isinstance(value, Tensor) else value

    def around(asked: Asked) -> Callable[..., Any]:
        after = asked.function()
        if not asked.operation.sens_param:
            return after

        def called(*args: Any, **kwargs: Any) -> Any:
            if "sens" in kwargs:
                kwargs["sens"] = ones(kwargs["sens"])
            elif args:
                args = (*args[:-1], ones(args[-1]))
            return after(*args, **kwargs)

        return called

    return differentiating(around)


def _scaled(tree: Any, factor: float) -> Any:
    if isinstance(tree, (tuple, list)):
        return type(tree)(_scaled(each, factor) for each in tree)
    return tree * factor if isinstance(tree, Tensor) else tree


def _scale(factor: float) -> AbstractContextManager[Any]:
    """Multiply all gradients by a factor, before the program sees them."""

    def around(asked: Asked) -> Callable[..., Any]:
        after = asked.function()

        def called(*args: Any, **kwargs: Any) -> Any:
            gradients, rest = asked.split(after(*args, **kwargs))
            return asked.joined(_scaled(gradients, factor), rest)

        return called

    return differentiating(around)


@contextmanager
def _optimizer_scale(factor: float) -> Iterator[None]:
    """Multiply the gradients that an optimizer is given by a factor."""
    call = nn.Cell.__call__

    def called(self: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(self, nn.Optimizer) and args:
            args = (_scaled(args[0], factor), *args[1:])
        return call(self, *args, **kwargs)

    with mock.patch.object(nn.Cell, "__call__", called):
        yield


@contextmanager
def _mode(training: bool) -> Iterator[None]:
    """Run every cell in training, or in evaluation, whatever the program sets."""
    call = nn.Cell.__call__

    def called(self: Any, *args: Any, **kwargs: Any) -> Any:
        if self.training != training and not isinstance(self, nn.Optimizer):
            self.set_train(training)
        return call(self, *args, **kwargs)

    with mock.patch.object(nn.Cell, "__call__", called):
        yield


@contextmanager
def _no_dropout(_: Any) -> Iterator[None]:
    """Dropout lets everything through."""

    def through(x: Any, *args: Any, **kwargs: Any) -> Any:
        return x

    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(nn.Dropout, "construct", lambda self, x: x))
        for name in ("Dropout1d", "Dropout2d", "Dropout3d"):
            if hasattr(nn, name):
                stack.enter_context(mock.patch.object(getattr(nn, name), "construct", lambda self, x: x))
        for module in (ops, importlib.import_module("mindspore.mint.nn.functional")):
            for name in ("dropout", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout", "feature_alpha_dropout"):
                if hasattr(module, name):
                    stack.enter_context(mock.patch.object(module, name, through))
        yield


@contextmanager
def _defaults(table: dict[str, dict[str, Any]]) -> Iterator[None]:
    """Other defaults: ``{"mindspore.nn.LayerNorm": {"epsilon": 1e-5}}``; ``"=name"`` is another argument's value."""
    with ExitStack() as stack:
        for path, values in table.items():
            stack.enter_context(_default(path, values))
        yield


@contextmanager
def _arguments(table: dict[str, dict[str, Any]]) -> Iterator[None]:
    """Other arguments, whatever the program gives: in the form of :func:`_defaults`."""
    with ExitStack() as stack:
        for path, values in table.items():
            stack.enter_context(_default(path, values, always=True))
        yield


@contextmanager
def _default(path: str, values: dict[str, Any], always: bool = False) -> Iterator[None]:
    module, _, name = path.rpartition(".")
    owner = resolved(module)
    target = getattr(owner, name)
    if not inspect.isclass(target) and not always and not any(map(_refers, values.values())):
        with _with_defaults(_with_argument(target, next(iter(values))), values):
            yield
        return
    function = target.__init__ if inspect.isclass(target) else target
    signature = inspect.signature(_with_argument(function, next(iter(values))))

    @functools.wraps(function)
    def filled(*args: Any, **kwargs: Any) -> Any:
        bound = signature.bind_partial(*args, **kwargs)
        missing = {key: value for key, value in values.items() if always or key not in bound.arguments}
        bound.apply_defaults()
        more = {key: bound.arguments.get(value[1:]) if _refers(value) else value for key, value in missing.items()}
        return function(*args, **{**kwargs, **more})

    holder, attribute = (target, "__init__") if inspect.isclass(target) else (owner, name)
    with mock.patch.object(holder, attribute, filled):
        yield


def _with_argument(function: Any, name: str) -> Any:
    """The function that has the argument: itself, what it wraps, or what its decorator closes over."""
    waiting, seen = [function], set()
    while waiting:
        each = waiting.pop(0)
        if id(each) in seen or not callable(each):
            continue
        seen.add(id(each))
        code = getattr(each, "__code__", None)
        if code is not None and name in code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]:
            return each
        if hasattr(each, "__wrapped__"):
            waiting.append(each.__wrapped__)
        waiting += [cell.cell_contents for cell in getattr(each, "__closure__", None) or ()]
    raise KeyError(name)


@contextmanager
def _with_defaults(function: Any, values: dict[str, Any]) -> Iterator[None]:
    """In the function object itself, so that it holds under whatever name a program imported it."""
    before = function.__defaults__, function.__kwdefaults__
    parameters = list(inspect.signature(function).parameters.values())
    positional = [each for each in parameters if each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)]
    with_default = [each for each in positional if each.default is not inspect.Parameter.empty]
    function.__defaults__ = tuple(values.get(each.name, each.default) for each in with_default) or None
    if before[1]:
        function.__kwdefaults__ = {key: values.get(key, value) for key, value in before[1].items()}
    try:
        yield
    finally:
        function.__defaults__, function.__kwdefaults__ = before


def _refers(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("=")


def resolved(path: str) -> Any:
    """The object at a dotted path."""
    parts = path.split(".")
    found: Any = importlib.import_module(parts[0])
    for at, part in enumerate(parts[1:], 1):
        if not hasattr(found, part):
            importlib.import_module(".".join(parts[: at + 1]))
        found = getattr(found, part)
    return found


def _fresh_arguments(_: Any) -> AbstractContextManager[Any]:
    """Give each argument of a differentiated function a tensor of its own."""

    def around(asked: Asked) -> Callable[..., Any]:
        after = asked.function()

        def called(*args: Any, **kwargs: Any) -> Any:
            return after(*map(_fresh, args), **{key: _fresh(value) for key, value in kwargs.items()})

        return called

    return differentiating(around)


def _fresh(value: Any) -> Any:
    return Tensor(value.asnumpy(), dtype=value.dtype) if isinstance(value, Tensor) else value


def _tensor_arguments(_: Any) -> AbstractContextManager[Any]:
    """Make tensors of the numbers and arrays among the arguments of a differentiated function."""

    def made(value: Any) -> Any:
        if isinstance(value, float) or (isinstance(value, int) and not isinstance(value, bool)):
            return Tensor(np.float32(value))
        if isinstance(value, np.ndarray):
            return Tensor(value)
        return value

    def around(asked: Asked) -> Callable[..., Any]:
        after = asked.function()

        def called(*args: Any, **kwargs: Any) -> Any:
            return after(*map(made, args), **{key: made(value) for key, value in kwargs.items()})

        return called

    return differentiating(around)


def _by_name(_: Any) -> AbstractContextManager[Any]:
    """Pass keyword arguments in the order in which the function names them."""

    def around(asked: Asked) -> Callable[..., Any]:
        after = asked.function()
        names = list(inspect.signature(asked.fn.construct if isinstance(asked.fn, nn.Cell) else asked.fn).parameters)

        def called(*args: Any, **kwargs: Any) -> Any:
            ordered = [kwargs.pop(name) for name in names[len(args) :] if name in kwargs]
            return after(*args, *ordered, **kwargs)

        return called

    return differentiating(around)


@contextmanager
def _cut_integer_casts(_: Any) -> Iterator[None]:
    """No gradient flows through a cast to integers or booleans."""

    def cut(cast: Callable[..., Any]) -> Callable[..., Any]:
        def casting(*args: Any, **kwargs: Any) -> Any:
            result = cast(*args, **kwargs)
            exact = isinstance(result, Tensor) and (
                "int" in str(result.dtype).lower() or "bool" in str(result.dtype).lower()
            )
            return ops.stop_gradient(result) if exact else result

        return casting

    with ExitStack() as stack:
        for name in ("astype", "int", "long", "bool", "to", "short", "type"):
            if hasattr(Tensor, name):
                stack.enter_context(mock.patch.object(Tensor, name, cut(getattr(Tensor, name))))
        for owner in (ops, ops.functional):
            if hasattr(owner, "cast"):
                stack.enter_context(mock.patch.object(owner, "cast", cut(owner.cast)))
        yield


@contextmanager
def _attached(_: Any) -> Iterator[None]:
    """``stop_gradient`` and a way through numpy detach nothing."""
    links: dict[int, tuple[Any, Any]] = {}
    to_numpy = Tensor.asnumpy

    def linked(self: Any) -> Any:
        array = to_numpy(self)
        links[id(array)] = (array, self)
        return array

    def through(value: Any, *args: Any, **kwargs: Any) -> Any:
        known = links.get(id(value))
        if known and known[0] is value:
            return known[1]
        return make_tensor(value, *args, **kwargs)

    make_tensor = mindspore.Tensor
    with (
        mock.patch.object(ops, "stop_gradient", lambda value: value),
        mock.patch.object(Tensor, "asnumpy", linked),
        mock.patch.object(mindspore, "tensor", through),
        mock.patch.object(mindspore, "Tensor", _Maker(through)),
    ):
        yield


class _Maker:
    """Stands for the class :class:`mindspore.Tensor` in a program: makes tensors, and tells them."""

    def __init__(self, make: Callable[..., Any]) -> None:
        self._make = make

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._make(*args, **kwargs)

    def __instancecheck__(self, value: Any) -> bool:
        return isinstance(value, Tensor)

    def __getattr__(self, name: str) -> Any:
        return getattr(Tensor, name)


@contextmanager
def _no_bprop(_: Any) -> Iterator[None]:
    """Differentiate cells that have a hand-written ``bprop`` as any other."""
    make = nn.Cell.__init__

    def made(self: Any, *args: Any, **kwargs: Any) -> None:
        kind = type(self)
        if "bprop" in kind.__dict__ and not kind.__module__.startswith("mindspore."):
            del kind.bprop
        make(self, *args, **kwargs)

    with mock.patch.object(nn.Cell, "__init__", made):
        yield


def _only_call(how: dict[str, Any]) -> AbstractContextManager[Any]:
    """Make one of the calls alone; the others give what they gave in the run that the trace ``file`` is of."""
    arrays = exchange.read(how["file"])[0]
    count = iter(range(1 << 30))

    def around(asked: Asked) -> Callable[..., Any]:
        after = asked.function()

        def called(*args: Any, **kwargs: Any) -> Any:
            number = next(count)
            if number == how["call"] or number >= how["calls"]:
                return after(*args, **kwargs)
            found = {
                name.path.removeprefix("gradients"): _tensor(leaf)
                for name, leaf in arrays.items()
                if name.step == number and name.path.startswith("gradients")
            }
            gradients = _nested(found)
            outputs = {
                name.path.removeprefix("outputs"): _tensor(leaf)
                for name, leaf in arrays.items()
                if name.step == number and name.path.startswith("outputs")
            }
            return asked.joined(
                gradients, _nested(outputs) if asked.get_value else _nested(outputs)[1:] if asked.has_aux else None
            )

        return called

    return differentiating(around)


def _tensor(leaf: Any) -> Any:
    if leaf.dtype == "bfloat16":
        return Tensor(exchange.bfloat16_as_float32(leaf.values)).astype(mindspore.bfloat16)
    return Tensor(np.array(leaf.values))


def _nested(found: dict[str, Any]) -> Any:
    """A nesting of tuples, from paths such as ``[0][1]``."""
    if list(found) == [""]:
        return found[""]
    groups: dict[str, dict[str, Any]] = {}
    for path, value in found.items():
        head, _, rest = path.partition("]")
        groups.setdefault(head, {})[rest] = value
    return tuple(_nested(group) for group in groups.values())


@contextmanager
def _skip(given: tuple[str, int | None, int]) -> Iterator[None]:
    """One function or layer hands its first argument on as it is.

    ``given`` is its name, and which: the ``nth`` call of each ``period`` of a function's, or the ``nth`` layer of that
    kind; all for None.
    """
    name, nth, period = given
    count = [0]
    layers: list[Any] = []

    def skipping_layer(construct: Callable[..., Any]) -> Callable[..., Any]:
        def skipped(self: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
            if not any(each is self for each in layers):
                layers.append(self)
            if nth is None or (nth < len(layers) and layers[nth] is self):
                return x
            return construct(self, x, *args, **kwargs)

        return skipped

    def skipping(function: Callable[..., Any], place: int) -> Callable[..., Any]:
        def skipped(*args: Any, **kwargs: Any) -> Any:
            count[0] += 1
            if nth is None or nth == (count[0] - 1) % period:
                return args[place]
            return function(*args, **kwargs)

        return skipped

    with ExitStack() as stack:
        functional = importlib.import_module("mindspore.mint.nn.functional")
        for module in (ops, importlib.import_module("mindspore.mint"), functional):
            function = getattr(module, name, None)
            if inspect.isroutine(function):
                stack.enter_context(mock.patch.object(module, name, skipping(function, 0)))
            elif inspect.isclass(function) and issubclass(function, ops.Primitive):
                stack.enter_context(mock.patch.object(function, "__call__", skipping(function.__call__, 1)))
        if hasattr(Tensor, name):
            stack.enter_context(mock.patch.object(Tensor, name, skipping(getattr(Tensor, name), 0)))
        cell = getattr(nn, name, None)
        if inspect.isclass(cell) and issubclass(cell, nn.Cell):
            stack.enter_context(mock.patch.object(cell, "construct", skipping_layer(getattr(cell, "construct"))))  # noqa: B009
        yield


@contextmanager
def _no_clipping(_: Any) -> Iterator[None]:
    """Clip nothing."""

    def unclipped(x: Any, *args: Any, **kwargs: Any) -> Any:
        return x

    with ExitStack() as stack:
        for name in ("clip_by_global_norm", "clip_by_norm", "clip_by_value"):
            if hasattr(ops, name):
                stack.enter_context(mock.patch.object(ops, name, unclipped))
        if hasattr(nn, "ClipByNorm"):
            stack.enter_context(mock.patch.object(nn.ClipByNorm, "construct", lambda self, x, *args: x))
        yield


@contextmanager
def _decay_all(_: Any) -> Iterator[None]:
    """Optimizers decay every parameter, those named gamma and beta as well."""
    make = nn.Optimizer.__init__

    def made(self: Any, *args: Any, **kwargs: Any) -> None:
        make(self, *args, **kwargs)
        if hasattr(self, "decay_flags"):
            self.decay_flags = tuple(True for _ in self.decay_flags)

    with mock.patch.object(nn.Optimizer, "__init__", made):
        yield


def _compiled_outer(_: Any) -> AbstractContextManager[Any]:
    """Compile each outermost gradient, and with it what is differentiated inside."""
    depth = [0]

    def around(asked: Asked) -> Callable[..., Any]:
        if depth[0]:
            return asked.function()
        after = asked.function()

        def called(*args: Any, **kwargs: Any) -> Any:
            depth[0] += 1
            mindspore.set_context(mode=mindspore.GRAPH_MODE)
            try:
                return asked.function()(*args, **kwargs)
            except Exception:
                mindspore.set_context(mode=mindspore.PYNATIVE_MODE)
                return after(*args, **kwargs)
            finally:
                mindspore.set_context(mode=mindspore.PYNATIVE_MODE)
                depth[0] -= 1

        return called

    return differentiating(around)


def _recovering(_: Any) -> AbstractContextManager[Any]:
    """After an exception inside a differentiated function, undo what it left behind."""
    executor = importlib.import_module("mindspore.graph.api")._pynative_executor

    def around(asked: Asked) -> Callable[..., Any]:
        after = asked.function()

        def called(*args: Any, **kwargs: Any) -> Any:
            try:
                return after(*args, **kwargs)
            except BaseException:
                executor.set_grad_flag(False)
                executor.clear_res()
                raise

        return called

    return differentiating(around)


CHANGES: dict[str, Callable[[Any], AbstractContextManager[Any]]] = {
    "only_output": _only_output,
    "all_outputs": _all_outputs,
    "unit_cotangent": _unit_cotangent,
    "scale": _scale,
    "optimizer_scale": _optimizer_scale,
    "training": lambda _: _mode(True),
    "evaluation": lambda _: _mode(False),
    "no_dropout": _no_dropout,
    "defaults": _defaults,
    "arguments": _arguments,
    "fresh_arguments": _fresh_arguments,
    "tensor_arguments": _tensor_arguments,
    "by_name": _by_name,
    "cut_integer_casts": _cut_integer_casts,
    "attached": _attached,
    "no_bprop": _no_bprop,
    "only_call": _only_call,
    "skip": _skip,
    "no_clipping": _no_clipping,
    "compiled_outer": _compiled_outer,
    "recovering": _recovering,
    "decay_all": _decay_all,
    "probe": probe,
    "operators": operators,
}
