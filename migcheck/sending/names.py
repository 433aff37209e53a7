"""What a code, or a decorator, looks up outside itself."""

from __future__ import annotations

import ast
import dis
from collections.abc import Iterator
from types import CodeType, ModuleType
from typing import Any


def chains(code: CodeType) -> Iterator[tuple[str, bool, list[str]]]:
    """The names that a code looks up outside itself, whether in a cell, and the attributes that it reads of each."""
    name: str | None = None
    of_a_cell = False
    attributes: list[str] = []
    for each in dis.get_instructions(code):
        if each.opname == "EXTENDED_ARG":
            continue
        if name is not None and each.opname in ("LOAD_ATTR", "LOAD_METHOD"):
            attributes.append(str(each.argval))
            continue
        if name is not None:
            yield name, of_a_cell, attributes
            name, attributes = None, []
        if each.opname in _LOADING:
            name, of_a_cell = str(each.argval), "DEREF" in each.opname or "CLASSDEREF" in each.opname
    if name is not None:
        yield name, of_a_cell, attributes


_LOADING = (
    "LOAD_GLOBAL", "LOAD_NAME", "LOAD_DEREF", "LOAD_CLASSDEREF", "LOAD_FROM_DICT_OR_GLOBALS", "LOAD_FROM_DICT_OR_DEREF"
)  # fmt: skip


def root_of(node: ast.expr) -> str:
    """The name with which a decorator begins; empty if it begins with none."""
    while isinstance(node, (ast.Call, ast.Attribute)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def attributes_of(node: ast.expr) -> list[str]:
    """The attributes that a decorator reads of the name with which it begins, in order."""
    found: list[str] = []
    while isinstance(node, (ast.Call, ast.Attribute)):
        if isinstance(node, ast.Attribute):
            found.insert(0, node.attr)
        node = node.func if isinstance(node, ast.Call) else node.value
    return found


def evaluated(decorator: ast.expr, module: ModuleType) -> Any:
    """The function that a decorator calls, or is."""
    value = vars(module).get(root_of(decorator))
    for name in attributes_of(decorator):
        value = getattr(value, name, None)
    return value
