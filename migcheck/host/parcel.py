"""A function made again from what it was taken apart into.

The parent states the objects that a function is made of, as they are: its code by the statement of a file that holds
it, which is compiled here and never run; everything else by value, or by where to import it from.
"""

from __future__ import annotations

import ast
import base64
import builtins
import functools
import importlib
import math
import sys
import types
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np

from .job import Parcel


def unpack(parcel: Parcel) -> Any:
    """The function, and the modules that it reads in ``sys.modules``, with what it reads of them."""
    unpacking = _Unpacking(parcel)
    for ref in parcel.modules:
        unpacking.get(ref)
    function = unpacking.get(parcel.root)
    unpacking.finish()
    return function


def parsed(line: int, text: str) -> ast.Module:
    """A statement that begins on this line of its file, as a module of its own."""
    tree = ast.parse(text)
    ast.increment_lineno(tree, line - 1)
    return tree


def codes(code: CodeType) -> Iterator[CodeType]:
    """A code object and those inside it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from codes(constant)


def literal(text: str) -> Any:
    """What :func:`repr` wrote; ``inf`` and ``nan`` may stand in it, and complex numbers as calls."""
    return eval(text, _NAMED)


#: What may stand in a literal that is no literal of Python's.
_NAMED = {"__builtins__": {}, "inf": math.inf, "nan": math.nan, "complex": complex, "Ellipsis": Ellipsis}


class _Unpacking:
    def __init__(self, parcel: Parcel) -> None:
        self._parcel = parcel
        self._made: dict[int, Any] = {}
        self._compiled: dict[int, CodeType] = {}
        #: What is done once all that can refer to each other is there.
        self._later: list[Callable[[], object]] = []

    def get(self, ref: int) -> Any:
        """The object of a node."""
        if ref not in self._made:
            kind, *rest = self._parcel.nodes[ref]
            made = getattr(self, f"_{kind}")(ref, *rest)
            self._made.setdefault(ref, made)
        return self._made[ref]

    def finish(self) -> None:
        """Fill in what refers to what was not there yet."""
        while self._later:
            self._later.pop(0)()

    def _literal(self, ref: int, text: str) -> Any:
        return literal(text)

    def _import(self, ref: int, module: str, path: str, more: list[str]) -> Any:
        for name in more:
            importlib.import_module(name)
        found: Any = importlib.import_module(module)
        return functools.reduce(getattr, path.split("."), found) if path else found

    def _list(self, ref: int, items: list[int]) -> Any:
        made: list[Any] = []
        self._made[ref] = made
        made += [self.get(each) for each in items]
        return made

    def _tuple(self, ref: int, items: list[int]) -> Any:
        return tuple(self.get(each) for each in items)

    def _set(self, ref: int, items: list[int]) -> Any:
        return {self.get(each) for each in items}

    def _frozenset(self, ref: int, items: list[int]) -> Any:
        return frozenset(self.get(each) for each in items)

    def _dict(self, ref: int, items: list[list[int]]) -> Any:
        made: dict[Any, Any] = {}
        self._made[ref] = made
        made.update({self.get(key): self.get(value) for key, value in items})
        return made

    def _array(self, ref: int, dtype: str, shape: list[int], data: str) -> Any:
        return np.frombuffer(base64.b64decode(data), dtype).reshape(shape).copy()

    def _scalar(self, ref: int, dtype: str, data: str) -> Any:
        return np.frombuffer(base64.b64decode(data), dtype)[0]

    def _call(self, ref: int, function: int, arguments: list[int], named: dict[str, int]) -> Any:
        given = {name: self.get(each) for name, each in named.items()}
        return self.get(function)(*[self.get(each) for each in arguments], **given)

    def _module(self, ref: int, name: str, file: str, package: str, doc: int, names: dict[str, int]) -> Any:
        module = ModuleType(name)
        module.__dict__["__builtins__"] = builtins
        module.__file__ = file or None
        module.__package__ = package
        self._made[ref] = module
        sys.modules[name] = module  # MindSpore's graph mode finds a function's source through its module
        self._later.append(lambda: module.__dict__.update({key: self.get(each) for key, each in names.items()}))
        module.__doc__ = self.get(doc)
        return module

    def _cell(self, ref: int, content: int) -> Any:
        cell = types.CellType()
        if content >= 0:
            self._later.append(lambda: setattr(cell, "cell_contents", self.get(content)))
        return cell

    def _function(
        self, ref: int, where: list[Any], module: int, names: list[str], cells: list[int], rest: dict[str, int]
    ) -> Any:
        closure = tuple(self.get(each) for each in cells)
        code = self._code(*where)
        name, qualified, of_module = names
        function = FunctionType(code, self.get(module).__dict__, name, None, closure)
        function.__qualname__, function.__module__ = qualified, of_module
        self._made[ref] = function
        self._later.append(lambda: self._complete(function, rest))
        return function

    def _complete(self, function: FunctionType, rest: dict[str, int]) -> None:
        function.__defaults__ = self.get(rest["defaults"])
        function.__kwdefaults__ = self.get(rest["keywords"])
        function.__dict__.update(self.get(rest["attributes"]))
        function.__doc__ = self.get(rest["doc"])

    def _decorated(self, ref: int, inner: int, decorators: list[list[Any]]) -> Any:
        found = self.get(inner)
        for text, name, made_by in reversed(decorators):
            found = eval(text, {name: self.get(made_by)})(found)
        return found

    def _class(self, ref: int, names: list[str], metaclass: int, bases: list[int], entries: dict[str, int]) -> Any:
        name, qualified, module = names
        body = {key: self.get(each) for key, each in entries.items()}
        body |= {"__module__": module, "__qualname__": qualified}
        given = {"metaclass": self.get(metaclass)} if metaclass >= 0 else {}
        return types.new_class(
            name, tuple(self.get(each) for each in bases), given, lambda namespace: namespace.update(body)
        )

    def _code(self, statement: int, name: str, line: int, number: int) -> CodeType:
        if statement not in self._compiled:
            file, first, text, flags = self._parcel.statements[statement]
            self._compiled[statement] = compile(parsed(first, text), file, "exec", flags, dont_inherit=True)
        found = [
            each for each in codes(self._compiled[statement]) if (each.co_name, each.co_firstlineno) == (name, line)
        ]
        return found[number]
