"""Where in a file a code object stands, and whether the file still says what it does."""

from __future__ import annotations
import __future__

import ast
import functools
import os
import sysconfig
import tokenize
from dataclasses import dataclass
from pathlib import Path
from types import CodeType

from migcheck.host.parcel import codes


class NotSendable(Exception):
    """Why a function can run in this process alone, as the rest of a sentence: ``closes over net, a Linear``."""


@dataclass(frozen=True)
class Place:
    """A code object by the statement of a file, at module level, that holds it."""

    file: str
    #: The line on which the statement begins, from 1.
    first: int
    text: str
    #: Of the ``from __future__`` imports, for :func:`compile`.
    flags: int
    #: Among the code objects of this name and line, the how manieth.
    number: int


def place_of(code: CodeType) -> Place:
    """Where a code object stands.

    Raises:
        NotSendable: nowhere, or what stands there is something else.
    """
    source = _read(code.co_filename, _changed(code.co_filename))
    alike = source.codes.get((code.co_name, code.co_firstlineno), [])
    for number, each in enumerate(alike):
        if _same(code, each):
            first, last = source.statement_at(code.co_firstlineno)
            text = "\n".join(source.lines[first - 1 : last]) + "\n"
            return Place(code.co_filename, first, text, source.flags, number)
    raise NotSendable(f"is not what {os.path.basename(code.co_filename)} says in line {code.co_firstlineno}")


def decorators_of(code: CodeType) -> list[ast.expr]:
    """The decorators of the function that has this code."""
    source = _read(code.co_filename, _changed(code.co_filename))
    node = source.functions.get((code.co_name, code.co_firstlineno))
    return node.decorator_list if node else []


def is_users(file: str) -> bool:
    """Whether a file is the user's own, and not of an installed package."""
    return bool(file) and (_is_users_at if os.path.isabs(file) else _is_users_at.__wrapped__)(file)


@functools.lru_cache(maxsize=4096)
def _is_users_at(file: str) -> bool:
    return _is_users(os.path.realpath(file))


@functools.lru_cache(maxsize=4096)
def _is_users(file: str) -> bool:
    installed = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    installed |= {str(Path(__file__).parent.parent)}  # our own checkout
    packages = {"site-packages", "dist-packages"}
    inside = any(Path(file).is_relative_to(os.path.realpath(each)) for each in installed if each)
    return not inside and packages.isdisjoint(Path(file).parts) and Path(file).is_file()


class _File:
    """A parsed source file."""

    def __init__(self, file: str) -> None:
        with tokenize.open(file) as stream:  # as Python decodes it
            text = stream.read()
        tree = ast.parse(text, file)
        # Not splitlines(), which also splits where Python does not.
        self.lines = text.split("\n")
        self._statements = [(self._first_line(node), node.end_lineno or node.lineno) for node in tree.body]
        self.functions = {
            (node.name, self._first_of(node)): node
            for node in ast.walk(tree)
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        }
        self.flags: int = 0
        for node in tree.body:
            if isinstance(node, ast.ImportFrom) and node.module == "__future__":
                for alias in node.names:
                    self.flags |= int(getattr(__future__, alias.name).compiler_flag)
        # The whole of it: how a call is compiled depends on what the module imports.
        self.codes: dict[tuple[str, int], list[CodeType]] = {}
        for code in codes(compile(tree, file, "exec", self.flags, dont_inherit=True)):
            self.codes.setdefault((code.co_name, code.co_firstlineno), []).append(code)

    def statement_at(self, line: int) -> tuple[int, int]:
        """The first and the last line of the statement, or statements, at module level that stand on a line."""
        found, wider = (line, line), (0, 0)
        while found != wider:
            found, wider = self._around(*found), found
        return found

    def _around(self, low: int, high: int) -> tuple[int, int]:
        there = [(first, last) for first, last in self._statements if first <= high and low <= last]
        return min([low, *(first for first, _ in there)]), max([high, *(last for _, last in there)])

    def _first_line(self, node: ast.stmt) -> int:
        """The line on which a statement begins: that of the ``@`` if it is decorated."""
        first = self._first_of(node)
        if getattr(node, "decorator_list", []):
            while not self.lines[first - 1].lstrip().startswith("@"):
                first -= 1
        return first

    @staticmethod
    def _first_of(node: ast.stmt) -> int:
        """The line that Python gives to a function as its first: that of the first decorator's expression."""
        decorators: list[ast.expr] = getattr(node, "decorator_list", [])
        return min([node.lineno, *(each.lineno for each in decorators)])


@functools.lru_cache(maxsize=64)
def _read(file: str, changed: int) -> _File:
    """A file, as it was when it was ``changed``."""
    try:
        return _File(file)
    except (OSError, UnicodeDecodeError, SyntaxError, ValueError, RecursionError) as error:
        raise NotSendable(f"is of a file whose source cannot be read: {error}") from None


def _changed(file: str) -> int:
    try:
        return os.stat(file).st_mtime_ns
    except OSError:
        raise NotSendable("is not defined in a file") from None


def _same(code: CodeType, other: CodeType) -> bool:
    """Whether two code objects do the same."""
    alike = all(
        getattr(code, name) == getattr(other, name)
        for name in ("co_argcount", "co_posonlyargcount", "co_kwonlyargcount", "co_freevars")
    )
    if not alike:
        return False
    if any(name.startswith("@py") for name in (*code.co_names, *code.co_varnames)):  # pytest rewrote its asserts
        return set(other.co_names) <= set(code.co_names) and set(map(repr, _atoms(other))) <= set(
            map(repr, _atoms(code))
        )
    if (code.co_code, code.co_names, code.co_varnames, code.co_cellvars) != (
        other.co_code, other.co_names, other.co_varnames, other.co_cellvars
    ):  # fmt: skip
        return False
    if getattr(code, "co_exceptiontable", b"") != getattr(other, "co_exceptiontable", b""):  # from Python 3.11 on
        return False
    if len(code.co_consts) != len(other.co_consts):
        return False
    for one, two in zip(code.co_consts, other.co_consts, strict=True):
        if isinstance(one, CodeType) and isinstance(two, CodeType):
            if not _same(one, two):
                return False
        elif _written(one) != _written(two):
            return False
    return True


def _written(constant: object) -> object:
    """A constant so that 0.0 is not -0.0, and 1 is not True."""
    if isinstance(constant, frozenset):
        return "frozenset", sorted(map(repr, constant))
    return type(constant), repr(constant)


def _atoms(code: CodeType) -> list[object]:
    return [each for each in code.co_consts if not isinstance(each, CodeType)]
