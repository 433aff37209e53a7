"""Modules that a function imports itself, and that nobody has imported yet.

A host imports such a module from its file, and with it what the module imports.  That is the same as here, unless it
leads to a module of the user's that has been imported here, where a test may have changed it.
"""

from __future__ import annotations

import ast
import dis
import functools
import importlib.util
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from types import CodeType, ModuleType

from migcheck.sending.addresses import file_of
from migcheck.sending.source import is_users


@dataclass(frozen=True)
class Import:
    """``from ..name import a, b``, or ``import name``."""

    name: str
    level: int = 0
    of_it: tuple[str, ...] = ()

    def modules(self, package: str) -> Iterator[str]:
        """All that may be imported by it, in a module of this package."""
        try:
            name = importlib.util.resolve_name("." * self.level + self.name, package or None)
        except (ImportError, ValueError):  # it leads out of its package: the program will say so
            return
        yield name
        loaded = sys.modules.get(name)
        yield from (f"{name}.{each}" for each in self.of_it if loaded is None or each not in vars(loaded))


def imports_of(code: CodeType) -> Iterator[Import]:
    """The statements that import something in a code itself."""
    before: list[object] = [0, None]
    for each in dis.get_instructions(code):
        if each.opname == "IMPORT_NAME":
            level, of_it = before
            names = of_it if isinstance(of_it, tuple) else ()
            yield Import(str(each.argval), level if isinstance(level, int) else 0, names)
        if each.opname.startswith("LOAD_"):
            before = [before[1], each.argval]


def unsettled(each: Import, owner: ModuleType) -> str:
    """The first module that is not imported yet, and that would read what is; empty if there is none."""
    package = getattr(owner, "__package__", None) or ""
    return next((name for name in each.modules(package) if name not in sys.modules and _leads_back(name, set())), "")


def _leads_back(name: str, seen: set[str]) -> bool:
    """Whether a module that is not imported is the user's, and leads to one of the user's that is."""
    seen.add(name)
    file, in_a_loaded_package = _file_of(name)
    if not is_users(file):
        return False
    if in_a_loaded_package:
        return True
    package = name if os.path.basename(file) == "__init__.py" else name.rpartition(".")[0]
    for statement in _imports_in(file, os.stat(file).st_mtime_ns):
        for other in statement.modules(package):
            loaded = sys.modules.get(other)
            if loaded is not None and is_users(file_of(loaded)):
                return True
            if loaded is None and other not in seen and _leads_back(other, seen):
                return True
    return False


def _file_of(name: str) -> tuple[str, bool]:
    """The file that would be imported, empty if there is none, and whether a package around it has been."""
    parts = name.split(".")
    path: list[str] | None = None
    around = False
    for depth in range(1, len(parts)):
        inner = ".".join(parts[:depth])
        loaded = sys.modules.get(inner)
        if loaded is not None:
            path, around = list(getattr(loaded, "__path__", ())), around or is_users(file_of(loaded))
            continue
        spec = _found(inner, path)
        path = list(spec.submodule_search_locations or ()) if spec else []
    spec = _found(name, path)
    return (spec.origin or "" if spec else ""), around


def _found(name: str, path: list[str] | None) -> ModuleSpec | None:
    """As :func:`importlib.util.find_spec`, which would import the packages around it."""
    for finder in sys.meta_path:
        try:
            spec = finder.find_spec(name, path)
        except Exception:  # whatever a finder of the user's raises
            continue
        if spec is not None:
            return spec
    return None


@functools.lru_cache(maxsize=256)
def _imports_in(file: str, changed: int) -> tuple[Import, ...]:
    """The imports that stand anywhere in a file, as it was when it was ``changed``."""
    try:
        with open(file, "rb") as stream:
            tree = ast.parse(stream.read(), file)
    except (OSError, SyntaxError, ValueError, RecursionError):  # the program will say so
        return ()
    found: list[Import] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [Import(alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found.append(Import(node.module or "", node.level, tuple(alias.name for alias in node.names)))
    return tuple(found)
