"""A function of a test as a program that a host can run, without the rest of the test's file.

A test's file imports both frameworks, and pytest: to import it anew for each program would cost seconds, and undo what
fixtures have set.  So the function is taken apart into what it is made of, and made again there.
"""

from __future__ import annotations

import functools
import os
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from types import FunctionType
from typing import Any

from migcheck.discover.case import Program
from migcheck.sending.packing import Packing
from migcheck.sending.source import NotSendable, is_users

__all__ = ["NotSendable", "program_of"]


#: Of decorators around a function.
_MOST_LAYERS = 40


def program_of(function: Callable[..., Any]) -> Program:
    """A program that runs a function, as it is now, in another process.

    Raises:
        NotSendable: it depends on what only this process has.
    """
    inner: Any = function
    for _ in range(_MOST_LAYERS):
        inner = getattr(inner, "__wrapped__", None) or inner
    if not isinstance(inner, FunctionType):
        kind = type(function).__name__
        raise NotSendable(f"is {'an' if kind[0] in 'aeiouAEIOU' else 'a'} {kind}, not a function")
    file = inner.__code__.co_filename
    if not is_users(file):
        raise NotSendable("is not defined in a file of the project's")
    return Program(Path(file), inner.__name__, _import_path(), Packing().parcel(function))


def _import_path() -> tuple[str, ...]:
    """The folders of ``sys.path`` that are not those of this interpreter's own packages."""
    return _not_installed(tuple(os.path.abspath(each) for each in sys.path))


@functools.lru_cache(maxsize=8)
def _not_installed(folders: tuple[str, ...]) -> tuple[str, ...]:
    own = {os.path.realpath(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    names = ("site-packages", "dist-packages", "lib-dynload")
    return tuple(
        each for each in folders
        if os.path.isdir(each) and os.path.realpath(each) not in own and os.path.basename(each) not in names
    )  # fmt: skip
