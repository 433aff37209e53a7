"""The one place through which every gradient of MindSpore's is asked for in Python, and how to stand around it."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

_Executor: Any = importlib.import_module("mindspore.graph.api")._JitExecutor
base: Any = importlib.import_module("mindspore.ops.composite.base")


@dataclass(frozen=True)
class Asked:
    """One request for the function of a gradient."""

    #: The ``_Grad`` or ``GradOperation`` object: ``get_value``, ``has_aux``, ``sens_param`` and the like.
    operation: Any
    fn: Any
    weights: Any
    #: ``grad_position``; None where it does not apply.
    position: Any
    _differentiate: Callable[..., Any]

    def function(self, fn: Any = None, operation: Any = None) -> Callable[..., Any]:
        """The function of the gradient, of another ``fn`` or by another ``operation`` if given."""
        operation = operation or self.operation
        more = {}
        if self.weights is not None:
            more["weights"] = self.weights
        if self.position is not None and hasattr(operation, "get_by_position"):
            more["grad_position"] = self.position
        made: Callable[..., Any] = self._differentiate(operation, self.fn if fn is None else fn, **more)
        return made

    @property
    def get_value(self) -> bool:
        """Whether the outputs come first in what it returns."""
        return bool(getattr(self.operation, "get_value", False))

    @property
    def has_aux(self) -> bool:
        """Whether the first output alone is differentiated."""
        return bool(getattr(self.operation, "has_aux", False))

    def split(self, result: Any) -> tuple[Any, Any]:
        """What it returned as gradients and the rest: outputs, or what ``has_aux`` hands on."""
        if self.get_value:
            return result[1], result[0]
        if self.has_aux:
            return result[0], result[1]
        return result, None

    def joined(self, gradients: Any, rest: Any) -> Any:
        """The inverse of :meth:`split`."""
        if self.get_value:
            return rest, gradients
        return (gradients, rest) if self.has_aux else gradients


@contextmanager
def differentiating(around: Callable[[Asked], Callable[..., Any]]) -> Iterator[None]:
    """Let ``around`` make the function of each gradient that is asked for while inside."""
    with ExitStack() as stack:
        for kind in (base._Grad, base.GradOperation):
            stack.enter_context(mock.patch.object(kind, "__call__", _outermost(kind.__call__, around)))
        stack.enter_context(mock.patch.object(_Executor, "__init__", _of_sources(_Executor.__init__)))
        yield


def _of_sources(make: Callable[..., None]) -> Callable[..., None]:
    """What is compiled is compiled from MindSpore's own function, not from one of this package around it."""

    def made(self: Any, fn: Any, *args: Any, **kwargs: Any) -> None:
        make(self, getattr(fn, "compiled_from", fn), *args, **kwargs)

    return made


def _outermost(differentiate: Callable[..., Any], around: Callable[[Asked], Any]) -> Callable[..., Any]:
    def call(self: Any, fn: Any, weights: Any = None, grad_position: Any = None) -> Any:
        if self.pynative_:  # the inner one of two
            more = () if grad_position is None else (grad_position,)
            return differentiate(self, fn, weights, *more)
        asked = Asked(self, fn, weights, grad_position, differentiate)
        made = around(asked)
        with contextlib.suppress(AttributeError):
            made.compiled_from = made.__dict__.get("compiled_from") or asked.function()
        return made

    return call
