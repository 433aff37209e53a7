"""A function taken apart, so that a host can make it again: see ``host/parcel.py``.

All is stated as it is at this moment, whatever made it so: a value that a fixture has set, a method that was replaced,
a default, a closure.  Only code is told by its source, and only if the source still says what the code does.

What comes from an installed package is imported from there.  What is the user's own is taken apart, functions, classes
and modules, and of a module what is read of it; so nothing of the user's is imported anew, with what that would
import and undo.  An object of any other kind has a state that cannot be told: it is refused.
"""

from __future__ import annotations

import ast
import base64
import contextlib
import dis
import enum
import functools
import gc
import importlib
import inspect
import logging
import math
import pkgutil
import runpy
import sys
import types
import typing
from collections.abc import Callable
from types import BuiltinFunctionType, CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np

from migcheck.host.fingerprint import names_of
from migcheck.host.job import Parcel
from migcheck.host.parcel import codes
from migcheck.sending.addresses import addresses_of, file_of, is_foreign, is_namespace, is_wrapper
from migcheck.sending.installed import Installed
from migcheck.sending.lazily import imports_of, unsettled
from migcheck.sending.names import attributes_of, chains, evaluated, root_of
from migcheck.sending.source import NotSendable, decorators_of, is_users, place_of

#: Elements of a list, and nestings, that are told.
_MOST = 10_000
_DEEPEST = 40
#: Bytes of an array.
_LARGEST = 1 << 20

#: What a class, and what a module, has of itself.
_OF_CLASSES = frozenset(
    (
        "__dict__", "__weakref__", "__module__", "__qualname__", "__annotations__", "__abstractmethods__", "_abc_impl",
        "__parameters__", "__static_attributes__", "__firstlineno__", "__orig_bases__", "__classcell__",
    )
)  # fmt: skip
_OF_MODULES = frozenset(
    (
        "__name__", "__file__", "__package__", "__spec__", "__loader__", "__doc__", "__builtins__", "__cached__",
        "__path__", "__annotations__",
    )
)  # fmt: skip
#: Functions that look names up in a way that is not seen.
_LOOKING = frozenset({"globals", "locals", "vars", "eval", "exec", "__import__"})
#: Attributes that tell of what is around an object.
_LOOKING_AT = frozenset(
    (
        "__subclasses__", "__globals__", "__annotations__", "get_type_hints", "currentframe", "_getframe", "f_globals",
        "import_module",
    )
)  # fmt: skip
#: The same as values, whatever name they have.
_TELLING = frozenset(
    (
        globals, locals, vars, eval, exec, __import__, importlib.import_module, importlib.reload, sys._getframe,
        inspect.currentframe, inspect.stack, typing.get_type_hints, pkgutil.resolve_name, runpy.run_module,
        runpy.run_path, gc.get_objects, gc.get_referrers, gc.get_referents,
    )
)  # fmt: skip
#: Where decorators are from that may be applied again.
_DECORATING = ("torch", "mindspore", "functools", "contextlib")
_STATEFUL = (functools.singledispatch, functools.singledispatchmethod)


class Packing:
    """Collects the nodes of one function."""

    def __init__(self) -> None:
        self._nodes: list[list[Any]] = []
        self._statements: dict[tuple[str, int, str, int], int] = {}
        self._modules: list[int] = []
        self._known: dict[int, int] = {}
        #: What :attr:`_known` goes by must stay alive.
        self._alive: list[Any] = []
        self._depth = 0
        self._seen: set[tuple[int, tuple[str, ...], frozenset[str]]] = set()
        self._installed = Installed()

    def parcel(self, function: Callable[..., Any]) -> Parcel:
        """The function and all that it is made of.

        Raises:
            NotSendable: it is made of something that cannot be told.
        """
        try:
            root = self._pack(function, f"is {_a(function)}")
        except RecursionError:
            raise NotSendable("reads what is nested too deeply") from None
        nodes, reads = tuple(self._nodes), self._installed.reads
        return Parcel(tuple(self._statements), nodes, tuple(self._modules), root, reads, sys.prefix)

    def _pack(self, value: Any, how: str) -> int:
        """The node of a value; ``how`` it is reached, for a refusal: ``reads net``."""
        if id(value) in self._known and type(value) not in _ATOMS:
            return self._known[id(value)]
        self._depth += 1
        if self._depth > _DEEPEST * 10:
            raise NotSendable(f"{how}, which is nested too deeply")
        try:
            return self._new(value, how)
        finally:
            self._depth -= 1

    def _new(self, value: Any, how: str) -> int:
        if type(value) in _ATOMS:
            return self._add(["literal", _literal(value)])
        if type(value) in (list, tuple, set, frozenset):
            return self._items(value, how)
        if type(value) is dict:
            return self._dict(value, how)
        if isinstance(value, ModuleType):
            return self._module(value)
        if type(value) in (FunctionType, BuiltinFunctionType) and value in _TELLING:
            raise NotSendable(f"{how}, which tells of more than it is made of")
        if isinstance(value, FunctionType) and is_users(value.__code__.co_filename):
            return self._function(value)
        if isinstance(value, type) and is_users(file_of(sys.modules.get(value.__module__))):
            return self._class(value, how)
        if isinstance(value, (staticmethod, classmethod)):
            return self._call(type(value), [value.__func__], {}, how)
        if callable(value) and is_wrapper(value):
            return self._reference(value) or self._decorated(value, how)
        if type(value) is property:
            return self._call(property, [value.fget, value.fset, value.fdel], {}, how)
        if type(value) is functools.cached_property:
            return self._call(functools.cached_property, [value.func], {}, how)
        if type(value) is functools.partial and not vars(value):
            return self._call(functools.partial, [value.func, *value.args], value.keywords, how)
        if type(value) in (slice, range):
            return self._call(type(value), [value.start, value.stop, value.step], {}, how)
        if type(value) is logging.Logger:
            return self._call(logging.getLogger, [value.name], {}, how)
        if isinstance(value, (np.ndarray, np.generic, np.dtype)) and type(value).__module__.startswith("numpy"):
            return self._numpy(value, how)
        found = self._of_torch(value, how) or self._reference(value)
        if not found:
            raise NotSendable(f"{how}, {_a(value)}")
        return found

    def _add(self, node: list[Any], value: Any = None) -> int:
        self._nodes.append(node)
        ref = len(self._nodes) - 1
        if value is not None:
            self._known[id(value)] = ref
            self._alive.append(value)
        return ref

    def _items(self, value: Any, how: str) -> int:
        if any(isinstance(each, ModuleType) for each in value):
            raise NotSendable(f"{how}, which holds a module")
        if len(value) > _MOST:
            raise NotSendable(f"{how}, a {type(value).__name__} of {len(value)}")
        if isinstance(value, tuple):
            return self._add(["tuple", [self._pack(each, how) for each in value]])
        node: list[Any] = [type(value).__name__, []]
        ref = self._add(node, value)
        node[1] = [self._pack(each, how) for each in value]
        return ref

    def _dict(self, value: dict[Any, Any], how: str) -> int:
        if any(isinstance(each, ModuleType) for each in value.values()):
            raise NotSendable(f"{how}, which holds a module")
        if len(value) > _MOST:
            raise NotSendable(f"{how}, a dict of {len(value)}")
        node: list[Any] = ["dict", []]
        ref = self._add(node, value)
        node[1] = [[self._pack(key, how), self._pack(each, how)] for key, each in value.items()]
        return ref

    def _call(self, function: Any, arguments: list[Any], named: dict[str, Any], how: str) -> int:
        called = self._pack_reference(function, how)
        given = [self._pack(each, how) for each in arguments]
        return self._add(["call", called, given, {key: self._pack(each, how) for key, each in named.items()}])

    def _numpy(self, value: Any, how: str) -> int:
        if isinstance(value, np.dtype):
            if np.dtype(value.str) != value:
                raise NotSendable(f"{how}, {_a(value)}")
            return self._call(np.dtype, [value.str], {}, how)
        array = np.asarray(value)
        if (
            array.dtype.kind not in "biufc"
            or type(value) not in (np.ndarray, array.dtype.type)
            or array.nbytes > _LARGEST
        ):
            raise NotSendable(f"{how}, {_a(value)}")
        data = base64.b64encode(array.tobytes()).decode("ascii")
        if isinstance(value, np.generic):
            return self._add(["scalar", array.dtype.str, data], value)
        return self._add(["array", array.dtype.str, list(array.shape), data], value)

    def _of_torch(self, value: Any, how: str) -> int:
        """A device or a size of torch's; 0 if it is none."""
        torch = sys.modules.get("torch")
        if torch is None:
            return 0
        if type(value) is torch.device:
            return self._call(torch.device, [str(value)], {}, how)
        return self._call(torch.Size, [list(value)], {}, how) if type(value) is torch.Size else 0

    def _module(self, value: ModuleType) -> int:
        name = value.__name__
        spec = getattr(value, "__spec__", None)
        if sys.modules.get(name) is not value or spec is None:
            raise NotSendable(f"reads {name}, a module that cannot be imported by its name")
        if not is_users(file_of(value)) and not is_namespace(value):
            return self._add(["import", name, "", []], value)
        file, package = file_of(value), getattr(value, "__package__", None) or ""
        doc = value.__doc__ if isinstance(value.__doc__, str) else None
        node: list[Any] = ["module", name, file, package, self._pack(doc, name), {}]
        ref = self._add(node, value)
        self._modules.append(ref)
        return ref

    def _take(self, module: ModuleType, name: str, how: str) -> None:
        """A name of a module of the user's."""
        node = self._nodes[self._module_ref(module)]
        names = node[5]
        if name in names or name in _OF_MODULES or name not in vars(module):
            return
        value = vars(module)[name]
        names[name] = -1  # under way
        names[name] = self._pack(value, how)

    def _module_ref(self, module: ModuleType) -> int:
        return self._pack(module, module.__name__)

    def _function(self, value: FunctionType) -> int:
        code = value.__code__
        place = place_of(code)
        module = sys.modules.get(str(value.__globals__.get("__name__")))
        if module is None or module.__dict__ is not value.__globals__:
            raise NotSendable("is of a module that is no more")
        statement = (place.file, place.first, place.text, place.flags)
        number = self._statements.setdefault(statement, len(self._statements))
        where = [number, code.co_name, code.co_firstlineno, place.number]
        names = [value.__name__, value.__qualname__, value.__module__]
        node: list[Any] = ["function", where, self._module_ref(module), names, [], {}]
        ref = self._add(node, value)
        how = f"calls {value.__name__}, which " if self._depth > 1 else ""
        cells = self._cells(value, how)
        node[4] = [ref for ref, _ in cells.values()]
        self._read_names(code, module, {name: content for name, (_, content) in cells.items()}, how)
        node[5] = {
            "defaults": self._pack(value.__defaults__, f"{how}has as a default"),
            "keywords": self._pack(value.__kwdefaults__, f"{how}has as a default"),
            "attributes": self._pack(_without_marks(value.__dict__), f"{how}has as an attribute"),
            "doc": self._pack(value.__doc__ if isinstance(value.__doc__, str) else None, how),
        }
        return ref

    def _cells(self, value: FunctionType, how: str) -> dict[str, tuple[int, Any]]:
        """By name: the node of each cell of a closure, and what the cell holds."""
        found: dict[str, tuple[int, Any]] = {}
        for name, cell in zip(value.__code__.co_freevars, value.__closure__ or (), strict=True):
            content: Any = None
            if id(cell) in self._known:
                with contextlib.suppress(ValueError):
                    content = cell.cell_contents
                found[name] = self._known[id(cell)], content
                continue
            node: list[Any] = ["cell", -1]
            ref = self._add(node, cell)
            try:
                content = cell.cell_contents
            except ValueError:  # it has no value yet, and will have none there
                found[name] = ref, None
                continue
            node[1] = self._pack(content, f"{how}closes over {name}")
            found[name] = ref, content
        return found

    def _read_names(self, code: CodeType, module: ModuleType, closed_over: dict[str, Any], how: str) -> None:
        """What a code looks up: names of its module, and what it reads of modules."""
        outer, may_read = set(code.co_freevars), names_of(code)
        for inner in codes(code):
            for name in _LOOKING_AT.intersection(inner.co_names):
                raise NotSendable(f"{how}reads {name}, which tells of more than it is made of")
            for each in dis.get_instructions(inner):
                if each.opname in ("STORE_GLOBAL", "DELETE_GLOBAL"):
                    raise NotSendable(f"{how}assigns to {each.argval}, which is not its own")
                if each.opname in ("STORE_DEREF", "DELETE_DEREF") and each.argval in outer & set(inner.co_freevars):
                    raise NotSendable(f"{how}assigns to {each.argval}, which is not its own")
            for each_import in imports_of(inner):
                if name := unsettled(each_import, module):
                    raise NotSendable(f"{how}imports {name}, which is not imported yet")
                self._imported(may_read, each_import.name, module, how)
            for name, of_a_cell, attributes in chains(inner):
                if of_a_cell:
                    if name not in closed_over:
                        continue  # a variable of the function itself
                    value = closed_over[name]
                elif name in vars(module):
                    self._take(module, name, f"{how}reads {name}")
                    value = vars(module)[name]
                elif name in _LOOKING:
                    raise NotSendable(f"{how}calls {name}(), which may read anything")
                else:
                    continue  # a builtin, a name of a class body, or one that does not exist
                if isinstance(value, ModuleType):
                    self._read_of(value, attributes, may_read, f"{how}reads {name}")

    def _read_of(
        self, module: ModuleType, attributes: list[str], may_read: frozenset[str], how: str, imported: bool = False
    ) -> None:
        """What a code reads of a module: a chain of attributes, or, where it imports the module, who knows what."""
        key = (id(module), tuple(attributes), may_read)
        if key in self._seen:
            return
        self._seen.add(key)
        if not attributes and not imported and self._is_taken_apart(module):
            raise NotSendable(f"{how}, a module, as a value")
        if module is sys and "modules" in attributes:
            raise NotSendable(f"{how}.modules, which may read anything")
        if not self._is_taken_apart(module):
            self._read_installed(module, attributes, may_read, how)
            return
        names = attributes[:1] or sorted(may_read)
        for name in names:
            value = vars(module).get(name)
            self._take(module, name, f"{how}.{name}")
            if isinstance(value, ModuleType) and not (self._is_taken_apart(value) and value is module):
                self._read_of(value, attributes[1:], may_read, f"{how}.{name}", imported)

    def _is_taken_apart(self, module: ModuleType) -> bool:
        return bool(self._nodes[self._module_ref(module)][0] == "module")

    def _read_installed(self, module: ModuleType, attributes: list[str], may_read: frozenset[str], how: str) -> None:
        """What a code reads of an installed package, whose submodules on the way are to be imported there as well."""
        more = self._nodes[self._module_ref(module)][3]
        for name in self._installed.submodules(module, attributes, may_read, how):
            if name not in more:
                more.append(name)

    def _imported(self, may_read: frozenset[str], name: str, owner: ModuleType, how: str) -> None:
        """A module that a function imports itself."""
        package = getattr(owner, "__package__", None) or ""
        above = package.split(".")
        candidates = [
            name,
            *(".".join([*above[:depth], *([name] if name else [])]) for depth in range(len(above), 0, -1)),
        ]
        for candidate in candidates:
            module = sys.modules.get(candidate)
            if module is None:
                continue
            if not self._is_taken_apart(module):
                self._installed.check_names(module, may_read, f"{how}imports {candidate}")
                top = candidate.partition(".")[0]
                if top != candidate and top in sys.modules:
                    self._installed.check_names(sys.modules[top], may_read, f"{how}imports {top}")
                continue
            parts = candidate.split(".")
            for depth in range(1, len(parts)):
                parent = sys.modules.get(".".join(parts[:depth]))
                if parent is not None and self._is_taken_apart(parent):
                    self._take(parent, parts[depth], f"{how}imports {candidate}")
            self._read_of(module, [], may_read, f"{how}imports {candidate}", imported=True)

    def _class(self, value: type, how: str) -> int:
        if "__orig_bases__" in vars(value):
            raise NotSendable(f"{how}, a generic class")
        if isinstance(value, enum.EnumMeta) or "__dataclass_fields__" in vars(value):
            raise NotSendable(f"{how}, {'an enum' if isinstance(value, enum.EnumMeta) else 'a dataclass'}")
        for each in value.__mro__[1:]:
            if is_foreign(each) and "__init_subclass__" in vars(each):
                raise NotSendable(f"{how}, whose base {each.__name__} does something when it is made")
        if is_foreign(type(value)):
            raise NotSendable(f"{how}, whose metaclass {type(value).__name__} does something when it is made")
        names = [value.__name__, value.__qualname__, value.__module__]
        module = sys.modules.get(value.__module__)
        if module is not None and is_users(file_of(module)):
            self._module_ref(module)
        node: list[Any] = ["class", names, -1, [], {}]
        ref = self._add(node, value)
        if type(value) is not type:
            node[2] = self._pack(type(value), f"{how}, of the metaclass {type(value).__name__}")
        node[3] = [
            self._pack_reference(each, f"{how}, a class of the base {each.__name__}") for each in value.__bases__
        ]
        slots = vars(value).get("__slots__", ())
        for name, entry in vars(value).items():
            if name in _OF_CLASSES or (name in slots and isinstance(entry, types.MemberDescriptorType)):
                continue
            try:
                node[4][name] = self._pack(entry, f"{how}.{name}")
            except NotSendable:
                if name not in _implicit(value):
                    raise
        return ref

    def _decorated(self, value: Any, how: str) -> int:
        """A function that a decorator of a framework's or of Python's made something else of."""
        inner, layers = value, 0
        while getattr(inner, "__wrapped__", None) is not None and not isinstance(inner, type) and layers < _DEEPEST:
            inner, layers = inner.__wrapped__, layers + 1
            if isinstance(inner, FunctionType) and is_users(inner.__code__.co_filename):
                break
        if not isinstance(inner, FunctionType) or not is_users(inner.__code__.co_filename):
            raise NotSendable(f"{how}, {_a(value)}")
        module = sys.modules.get(inner.__module__)
        decorators = decorators_of(inner.__code__)
        if module is None or len(decorators) != layers or inner.__dict__.get("__wrapped__") is not None:
            raise NotSendable(f"{how}, {_a(value)} around {inner.__name__}")
        added = {key for key in vars(value) if key not in vars(inner) and not key.startswith("__")}
        if any(type(vars(value)[key]) in _ATOMS[1:6] for key in added):
            raise NotSendable(f"{how}, {_a(value)} with attributes of its own")
        said: list[list[Any]] = []
        for decorator in decorators:
            root = root_of(decorator)
            made_by = vars(module).get(root)
            package = made_by.__name__ if isinstance(made_by, ModuleType) else str(getattr(made_by, "__module__", ""))
            names = {each.id for each in ast.walk(decorator) if isinstance(each, ast.Name)}
            made = evaluated(decorator, module)
            if package.partition(".")[0] not in _DECORATING or names != {root} or made in _STATEFUL:
                raise NotSendable(f"{how}, decorated by {ast.unparse(decorator)}")
            if isinstance(made_by, ModuleType):
                self._read_installed(made_by, attributes_of(decorator), frozenset(names), how)
            said.append([ast.unparse(decorator), root, self._pack_reference(made_by, how)])
        return self._add(["decorated", self._pack(inner, how), said], value)

    def _pack_reference(self, value: Any, how: str) -> int:
        """A node for what is a class or a function, by where it is or by what it is made of."""
        found = self._reference(value)
        return found if found else self._pack(value, how)

    def _reference(self, value: Any) -> int:
        """A node that imports a value from an installed package, where it is found; 0 if it is not.

        The first node is never a reference: it is that of the function itself.
        """
        if id(value) in self._known and self._nodes[self._known[id(value)]][0] == "import":
            return self._known[id(value)]
        for module, path in addresses_of(value):
            found: Any = sys.modules.get(module)
            if found is None or is_users(file_of(found)):
                continue
            for part in path.split("."):
                found = getattr(found, part, None)
            if found is value:
                if isinstance(value, type) and not self._installed.is_whole(value):
                    raise NotSendable(f"reads {path}, a part of which was replaced")
                self._installed.state(sys.modules[module], path.split("."), f"reads {module}.{path}")
                return self._add(["import", module, path, []], value)
        return 0


_ATOMS = (bool, int, float, complex, str, bytes, type(None), type(Ellipsis))


def _without_marks(attributes: dict[str, Any]) -> dict[str, Any]:
    """What a function has as attributes, but for pytest's marks."""
    return {name: value for name, value in attributes.items() if name != "pytestmark"}


def _literal(value: Any) -> str:
    if type(value) is float and value != value and math.copysign(1.0, value) < 0:
        return "-nan"
    if type(value) is complex:
        return f"complex({value.real!r}, {value.imag!r})"
    if type(value) is int:
        return hex(value)  # of any size
    return ascii(value)


def _implicit(value: type) -> set[str]:
    """What a class has because of its bases and its metaclass alone."""
    try:
        empty = types.new_class(value.__name__, value.__bases__, {"metaclass": type(value)})
    except Exception:  # whatever a user's metaclass or __init_subclass__ raises
        return set()
    return set(vars(empty))


def _a(value: Any) -> str:
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"
