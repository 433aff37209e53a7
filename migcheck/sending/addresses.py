"""Where an object stands: in a file of the user's, or under a name of an installed package."""

from __future__ import annotations

import enum
import functools
import sys
import types
from collections.abc import Iterator
from types import FunctionType, ModuleType
from typing import Any

from migcheck.sending.source import is_users


def file_of(module: ModuleType | None) -> str:
    """The file of a module; empty if it has none."""
    return str(getattr(module, "__file__", None) or "")


def is_namespace(module: ModuleType) -> bool:
    """Whether it is a package of the user's without an ``__init__.py``."""
    folders = list(getattr(module, "__path__", ())) if not file_of(module) else []
    return bool(folders) and not any(
        part in ("site-packages", "dist-packages") for folder in folders for part in str(folder).split("/")
    )


def addresses_of(value: Any) -> Iterator[tuple[str, str]]:
    """Where a value may stand, likeliest first: module and path in it."""
    kind = type(value)
    try:
        where, name = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    except Exception:  # whatever a __getattr__ of the user's raises
        return
    if isinstance(where, str) and isinstance(name, str):
        yield where, name
    if isinstance(value, enum.Enum):
        yield kind.__module__, f"{kind.__qualname__}.{value.name}"
    short = getattr(value, "__name__", None)
    for package in ("torch", "mindspore", "numpy"):
        module = sys.modules.get(package)
        if module is None or not _may_be_of(package, value, kind):
            continue
        for inner in (package, *_INNER.get(package, ())):
            if isinstance(short, str):
                yield inner, short
        for inner in (package, *_INNER.get(package, ())):
            names = vars(sys.modules[inner]) if inner in sys.modules else {}
            yield from ((inner, key) for key, each in names.items() if each is value)


#: Where public names of a package stand that do not say where they are from.
_INNER = {
    "torch": ("torch.nn.functional", "torch.nn", "torch.linalg", "torch.special", "torch.fft"),
    "mindspore": ("mindspore.ops", "mindspore.nn", "mindspore.mint", "mindspore.numpy", "mindspore.mint.nn.functional"),
}


def _may_be_of(package: str, value: Any, kind: type) -> bool:
    """Whether an object is a function, a class or a constant of a package, and not one of its tensors or layers."""
    origins = {str(each).partition(".")[0] for each in (getattr(value, "__module__", None), kind.__module__) if each}
    origins |= {"torch"} if "builtins" in origins and kind.__name__ == "builtin_function_or_method" else set()
    return package in origins


def is_wrapper(value: Any) -> bool:
    """Whether an object says that it wraps another."""
    try:
        return getattr(value, "__wrapped__", None) is not None
    except Exception:  # whatever a __getattr__ of the user's raises
        return False


def is_foreign(value: Any) -> bool:
    """Whether something that a package should have is the user's, or a mock."""
    if isinstance(value, (types.MethodType, staticmethod, classmethod)):
        return is_foreign(value.__func__)
    if isinstance(value, property):
        return is_foreign(value.fget)
    if isinstance(value, FunctionType):
        return is_users(value.__code__.co_filename)
    if isinstance(value, type):
        return is_users(file_of(sys.modules.get(value.__module__)))
    if isinstance(value, functools.partial):
        return is_foreign(value.func)
    if not isinstance(value, ModuleType) and is_foreign(type(value)):
        return True
    return type(value).__module__.startswith("unittest.mock")
