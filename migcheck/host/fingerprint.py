"""What a name of an installed package stands for, in a few letters: the same in each process that has not changed it.

A test may replace what a program reads of a package (``torch.nn.functional.relu``, ``models.EPS``), and a host, whose
package is as it was installed, would run another program.  So the parent states what each name stands for, and the
host compares.  Nothing in it may differ between two processes by itself: functions and classes go by their names,
plain values by type and ``repr``, instances by their classes and what they plainly hold.

Of the frameworks, of numpy and of Python only the names are told.  A function of another package is told with what it
reads, to any depth; of that, what is private and no function is left out, since it may be the package's own state.
"""

from __future__ import annotations

import functools
import hashlib
import importlib
import sys
from collections.abc import Sequence
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from .job import Parcel

_ATOMS = (bool, int, float, complex, str, bytes, type(None), type(Ellipsis))
#: Packages of which only the names are told.
_SHALLOW = frozenset({"torch", "functorch", "mindspore", "numpy", "migcheck", *sys.stdlib_module_names})
#: Values of Python's own modules that tests replace; all others are the state of the process.
_PLATFORM = {("sys", "platform"), ("os", "name")}
#: Items of a container, attributes of an instance, functions of one walk, and nestings that are told.
_MOST = 1000
_MOST_FUNCTIONS = 500
_DEEPEST = 8

_ABSENT = object()


def replaced(parcel: Parcel) -> str:
    """Which name of an installed package stands for something else here than where the parcel was made.

    As the rest of a sentence; empty if none does, or if the packages here are others anyway.
    """
    if parcel.prefix != sys.prefix:
        return ""
    reader = Fingerprints()
    for module, path, told, how in parcel.reads:
        try:
            found = importlib.import_module(module)
        except Exception:  # the program will say so itself, if it needs it
            continue
        if reader.of(found, path) != told:
            return f"{how}, which was replaced"
    return ""


class Fingerprints:
    """Tells what names stand for.  What was told once is told by its name after that, so the order matters."""

    def __init__(self) -> None:
        self._told: set[int] = set()
        #: What :attr:`_told` goes by must stay alive.
        self._alive: list[Any] = []
        self._functions = 0

    def of(self, module: ModuleType, path: Sequence[str]) -> str:
        """Of what stands at the end of a chain of attributes, through modules and classes."""
        texts: list[str] = []
        value: Any = module
        for name in path:
            if isinstance(value, ModuleType):
                value = _of_module(value, name)
            elif isinstance(value, type):
                value = static(value, name)
            else:
                break
            if not isinstance(value, ModuleType):
                texts.append(self._text(value, frozenset(), 0))
        if isinstance(value, ModuleType):
            texts.append(f"module {value.__name__}")
        return hashlib.blake2b("\n".join(texts).encode("utf-8", "replace"), digest_size=8).hexdigest()

    def _text(self, value: Any, names: frozenset[str], depth: int) -> str:
        """``names`` are those that the code has which reads it, where it is a module."""
        kind = type(value)
        if kind in _ATOMS:
            return f"{kind.__name__} {value!r}"
        if depth > _DEEPEST:
            return _name(kind)
        if isinstance(value, ModuleType):
            return self._module(value, names, depth)
        if isinstance(value, type):
            return self._class(value, depth)
        if kind in (list, tuple, set, frozenset, dict):
            return self._container(value, depth)
        if isinstance(value, (staticmethod, classmethod, MethodType)):
            return f"{kind.__name__} {self._text(value.__func__, names, depth)}"
        if isinstance(value, property):
            return f"property {self._text(value.fget, names, depth)}"
        if isinstance(value, functools.partial):
            return f"partial {self._text([value.func, value.args, value.keywords], names, depth)}"
        if isinstance(value, FunctionType):
            return self._function(value, depth)
        if isinstance(value, np.ndarray) and value.size <= _MOST and value.dtype.kind in "biufc":
            return f"array {value.dtype} {value.tolist()!r}"
        if callable(value) and (named := _name(value)):
            inner = _attribute(value, "__wrapped__")
            return f"{_name(kind)} {named}" + (
                f" {self._function(inner, depth)}" if type(inner) is FunctionType else ""
            )
        return self._instance(value, depth)

    def _once(self, value: Any) -> bool:
        """Whether it has not been told yet."""
        if id(value) in self._told:
            return False
        self._told.add(id(value))
        self._alive.append(value)
        return True

    def _module(self, module: ModuleType, names: frozenset[str], depth: int) -> str:
        """What a code may read of a module: what it has a name for."""
        told = [f"module {module.__name__}"]
        for name in sorted(names & vars(module).keys()):
            value = vars(module)[name]
            if (not isinstance(value, ModuleType) or self._once(value)) and _is_told(name, value, module.__name__):
                told.append(f"{name}: {self._text(value, names, depth + 1)}")
        return "\n".join(told)

    def _function(self, value: FunctionType, depth: int) -> str:
        told = [f"function {_name(value)}"]
        if "<lambda>" in value.__qualname__:
            told.append(f"line {value.__code__.co_firstlineno}")
        if _is_shallow(_attribute(value, "__module__")) or self._functions > _MOST_FUNCTIONS or not self._once(value):
            return " ".join(told)
        self._functions += 1
        told.append(self._text([value.__defaults__, value.__kwdefaults__], frozenset(), depth + 1))
        for cell in value.__closure__ or ():
            try:
                content = cell.cell_contents
            except ValueError:  # it has no value yet
                continue
            if callable(content):
                told.append(self._text(content, frozenset(), depth + 1))
        names = names_of(value.__code__)
        for name in sorted(names & value.__globals__.keys()):
            each = value.__globals__[name]
            if _is_told(name, each, str(value.__module__)):
                told.append(f"{name}: {self._text(each, names, depth + 1)}")
        return "\n".join(told)

    def _class(self, value: type, depth: int) -> str:
        """Its functions and those of its bases; of a package that is told in full, its plain values too."""
        told = [f"class {_name(value)} {_name(type(value))}"]
        if not self._once(value):
            return told[0]
        for base in value.__mro__:
            module = str(_attribute(base, "__module__"))
            shallow = _is_shallow(module)
            for name, entry in sorted(vars(base).items()):
                function = isinstance(entry, (FunctionType, staticmethod, classmethod, property))
                if function or (not shallow and not name.startswith("__") and _is_told(name, entry, module)):
                    told.append(f"{name}: {self._text(entry, frozenset(), depth + 1)}")
        return "\n".join(told)

    def _container(self, value: Any, depth: int) -> str:
        kind = type(value).__name__
        if len(value) > _MOST or not self._once(value):
            return kind
        if isinstance(value, dict):
            items = sorted(
                f"{self._text(key, frozenset(), depth + 1)}: {self._text(each, frozenset(), depth + 1)}"
                for key, each in value.items()
            )
            return f"{kind} {items}"
        items = [self._text(each, frozenset(), depth + 1) for each in value]
        return f"{kind} {sorted(items) if isinstance(value, (set, frozenset)) else items}"

    def _instance(self, value: Any, depth: int) -> str:
        kind = type(value)
        told = f"an {self._class(kind, depth)}"
        held = _attribute(value, "__dict__")
        if _is_shallow(_attribute(kind, "__module__")) or not isinstance(held, dict) or len(held) > _MOST:
            return told
        if not self._once(value):
            return told
        plain = sorted(
            f"{name} {each!r}"
            for name, each in held.items()
            if isinstance(name, str) and not name.startswith("_") and type(each) in _ATOMS
        )
        return f"{told} {plain}"


def static(kind: type, name: str) -> Any:
    """What a class has under a name, itself or of a base."""
    return next((vars(base)[name] for base in kind.__mro__ if name in vars(base)), _ABSENT)


def names_of(code: CodeType) -> frozenset[str]:
    """All names and short texts in a code and those inside it: what it may read of a module that it has."""
    found = {*code.co_names}
    for constant in code.co_consts:
        if isinstance(constant, str) and constant.isidentifier():
            found.add(constant)
        elif isinstance(constant, CodeType):
            found |= names_of(constant)
        elif isinstance(constant, tuple):
            found |= {each for each in constant if isinstance(each, str) and each.isidentifier()}
    return frozenset(found)


def _of_module(module: ModuleType, name: str) -> Any:
    try:
        return getattr(module, name, _ABSENT)
    except Exception:  # whatever its __getattr__ raises
        return _ABSENT


def _is_told(name: str, value: Any, module: str) -> bool:
    """Whether a value is no state: of a package what is public, of Python functions and classes."""
    if isinstance(value, (FunctionType, BuiltinFunctionType, type, ModuleType)):
        return True
    if _is_shallow(module):
        return callable(value) or (module, name) in _PLATFORM
    return not name.startswith("_")


def _is_shallow(module: Any) -> bool:
    return str(module).partition(".")[0] in _SHALLOW


def is_told(module: ModuleType, name: str, value: Any) -> bool:
    """Whether a name that a program reads itself is to be stated: all but the state of Python and of a framework."""
    return module.__name__.partition(".")[0] not in sys.stdlib_module_names or _is_told(name, value, module.__name__)


def _name(value: Any) -> str:
    """The full name of a function or a class; empty if it has none."""
    names = [_attribute(value, name) for name in ("__module__", "__qualname__", "__name__")]
    module, qualified, short = (each if isinstance(each, str) else "" for each in names)
    return f"{module}.{qualified or short}" if qualified or short else ""


def _attribute(value: Any, name: str) -> Any:
    try:
        return getattr(value, name, None)
    except Exception:  # whatever a __getattr__ raises
        return None
