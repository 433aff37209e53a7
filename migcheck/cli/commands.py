"""The commands by name, each imported when it is asked for: ``migcheck list`` does not wait for those of ``run``."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, MutableMapping

import click

#: By name: the module of a command, and its name there.
PLACES = {
    "run": ("migcheck.cli.run", "run_command"),
    "explain": ("migcheck.cli.explain", "explain_command"),
    "baseline": ("migcheck.cli.baseline", "baseline_command"),
    "report": ("migcheck.cli.merge", "report_command"),
    "merge": ("migcheck.cli.merge", "merge_command"),
    "compare": ("migcheck.cli.compare", "compare_command"),
    "list": ("migcheck.cli.listing", "list_command"),
    "new": ("migcheck.cli.new", "new_command"),
    "doctor": ("migcheck.cli.doctor", "doctor_command"),
}


class Commands(MutableMapping[str, click.Command]):
    """The commands of the group, and what is added to them."""

    def __init__(self) -> None:
        self._there: dict[str, click.Command] = {}
        self._names = dict.fromkeys(PLACES)

    def __getitem__(self, name: str) -> click.Command:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._there:
            module, attribute = PLACES[name]
            self._there[name] = getattr(importlib.import_module(module), attribute)
        return self._there[name]

    def __setitem__(self, name: str, command: click.Command) -> None:
        self._names[name] = None
        self._there[name] = command

    def __delitem__(self, name: str) -> None:
        del self._names[name]
        self._there.pop(name, None)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
