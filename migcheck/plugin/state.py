"""What a test has set in its process that a fresh process would not have."""

from __future__ import annotations

import importlib
import operator
import os
import sys
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

#: Set by the runner of the tests, test by test, and by the frameworks themselves when they are used.
_NOT_BY_TESTS = (
    "PYTEST_", "COV_", "COVERAGE_", "HCCL_", "TORCHINDUCTOR_", "TRITON_", "LD_LIBRARY_PATH", "PROTOCOL_BUFFERS_"
)  # fmt: skip

#: What programs use without reading it themselves: modules, and classes with all that they inherit.
_NAMESPACES = (
    "builtins", "torch", "torch.nn.functional", "torch.Tensor", "torch.nn.Module", "mindspore", "mindspore.ops",
    "mindspore.mint", "mindspore.Tensor", "mindspore.nn.Cell", "torch.nn", "mindspore.nn",
)  # fmt: skip


class Originals:
    """The functions and classes of a few namespaces, as they were before a test could replace them."""

    def __init__(self) -> None:
        self._held: dict[str, tuple[dict[str, Any], list[_Part]]] = {}

    def hold(self) -> None:
        """Keep what the namespaces have, of those that are imported by now and were not before."""
        for name in _NAMESPACES:
            if name not in self._held and (parts := _namespaces(name)):
                held = {key: each for part in parts for key, each in part.items() if _is_held(each)}
                self._held[name] = held, [_Part(part) for part in parts]

    def replaced(self) -> str:
        """The first that is another one now, by its full name; empty if none is."""
        for name, (held, parts) in self._held.items():
            if all(part.is_unchanged() for part in parts):
                continue
            now = {key: each for part in _namespaces(name) for key, each in part.items()}
            for key, each in held.items():
                if now.get(key) is not each and not _by_its_own(each, now.get(key)):
                    return f"{name}.{key}"
        return ""


class _Part:
    """A module, or one class of those that a class inherits from: thousands of names, compared before each check."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        held = {key: each for key, each in names.items() if _is_held(each)}
        self._names = names
        self._size = len(names)
        self._read = operator.itemgetter(*held, *list(held)[:1]) if held else None
        self._values = self._read(names) if self._read else ()

    def is_unchanged(self) -> bool:
        """Whether it has the same functions and classes; one that is new may hide one that is inherited."""
        try:
            same = self._read is None or bool(self._read(self._names) == self._values)
        except Exception:  # one is gone, or cannot be compared
            return False
        return same and (isinstance(self._names, dict) or len(self._names) == self._size)


def _namespaces(name: str) -> list[Mapping[str, Any]]:
    """What a module has, or each class that a class inherits from, itself last; empty if it is not imported."""
    if name in sys.modules:
        return [vars(sys.modules[name])] if isinstance(sys.modules[name], ModuleType) else []
    module, _, short = name.rpartition(".")
    kind = vars(sys.modules[module]).get(short) if isinstance(sys.modules.get(module), ModuleType) else None
    return [vars(base) for base in reversed(kind.__mro__)] if isinstance(kind, type) else []


def _is_held(value: Any) -> bool:
    return callable(value) or isinstance(value, (staticmethod, classmethod, property))


def _by_its_own(was: Any, now: Any) -> bool:
    """Whether a package has put something of the same name in the place of its own, as some do when they are used."""
    from migcheck.host.fingerprint import Fingerprints
    from migcheck.sending.addresses import is_foreign

    if is_foreign(now):
        return False
    told = []
    for each in (was, now):
        holder = ModuleType("holder")
        vars(holder)["each"] = each
        told.append(Fingerprints().of(holder, ["each"]))
    return told[0] == told[1]


def not_fresh(environment: Mapping[str, str], originals: Originals) -> str:
    """What differs from a fresh process, as the rest of a sentence; empty if nothing does.

    What programs are likely to depend on: torch's modes and defaults, what all programs use of the frameworks, and
    the environment, which is to be that of the hosts.  MindSpore's mode is part of what a check says, see :func:`mode`.
    """
    originals.hold()
    for said in _of_torch():
        return said
    if replaced := originals.replaced():
        return f"{replaced} was replaced there"
    names = (name for name in sorted({*environment, *os.environ}) if not name.startswith(_NOT_BY_TESTS))
    changed = [name for name in names if environment.get(name) != os.environ.get(name)]
    return f"the environment variable {changed[0]} was changed there" if changed else ""


def _of_torch() -> Iterator[str]:
    torch: Any = sys.modules.get("torch")
    if torch is None:
        return
    if torch.get_default_dtype() != torch.float32:
        yield f"torch's default dtype is {str(torch.get_default_dtype()).removeprefix('torch.')} there"
    if torch.is_inference_mode_enabled():
        yield "torch.inference_mode() is in force there"
    if not torch.is_grad_enabled():
        yield "torch.no_grad() is in force there"
    if _autocasts(torch):
        yield "torch.autocast is in force there"
    if torch.get_default_device().type != "cpu":
        yield f"torch's default device is {torch.get_default_device()} there"
    if torch.are_deterministic_algorithms_enabled():
        yield "torch's deterministic algorithms are switched on there"
    names = vars(importlib.import_module("torch.nn.modules.module"))
    if any(names[name] for name in names if name.startswith("_global_") and name.endswith("_hooks")):
        yield "a global module hook is registered there"


def _autocasts(torch: Any) -> bool:
    try:
        return bool(torch.is_autocast_enabled("cpu"))
    except TypeError:  # before torch 2.4
        return bool(torch.is_autocast_cpu_enabled())


def mode() -> str | None:
    """``graph`` if MindSpore was set to it, None for PyNative, its default."""
    mindspore: Any = sys.modules.get("mindspore")
    if mindspore is None or mindspore.get_context("mode") != mindspore.GRAPH_MODE:
        return None
    return "graph"
