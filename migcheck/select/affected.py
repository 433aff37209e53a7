"""Which cases a change touches, by what their programs import and name.

A case that is left out is not checked, so whatever may touch a case does: no more is left out than what cannot matter.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from migcheck.discover.case import BrokenCase, Case, Item, Variant
from migcheck.discover.tree import SPEC
from migcheck.select.changed import Changed
from migcheck.select.imports import Finder, Module
from migcheck.select.source import Texts, texts

#: Lower case.
_DECLARATIONS = (
    *("pyproject.toml", "setup.py", "setup.cfg", "requirements*.txt", "requirements*.in", "constraints*.txt"),
    *("*.lock", "*-lock.*", "pylock*.toml", "pipfile", "environment*.yml", "environment*.yaml", "conda*.yml"),
    *("conda*.yaml", ".python-version", "dockerfile*", "*.dockerfile"),
)

#: Folders whose files are declarations of the folder that they are in.
_DECLARING = {
    "requirements": ("*.txt", "*.in"),
    "constraints": ("*.txt",),
    "docker": _DECLARATIONS,
    ".devcontainer": ("*",),
    ".github/workflows": ("*.yml", "*.yaml"),
}

#: Modules that are built from them have no text that tells.
_COMPILED_FROM = (".c", ".cc", ".cpp", ".cxx", ".cu", ".cuh", ".h", ".hh", ".hpp", ".pyx", ".pxd", ".rs", ".f90")

#: The package that checks.
_MIGCHECK = os.path.realpath(Path(__file__).parent.parent)


@dataclass(frozen=True)
class Affected:
    """Which cases a change touches."""

    #: Why, by id: the first reason that was found.
    reasons: Mapping[str, str]
    #: The ids of all others.
    left_out: tuple[str, ...] = ()

    def keeps(self, item: Item) -> bool:
        """Whether a variant, or a case that cannot be read, is to be looked at."""
        return (item.case.id if isinstance(item, Variant) else item.id) in self.reasons


def affected(
    items: Iterable[Item | Case],
    changed: Changed,
    *,
    installed: Mapping[str, str] | None = None,
    before: Mapping[str, Mapping[str, str]] | None = None,
    baseline: str = "",
) -> Affected:
    """Which cases a change touches, and why.

    ``installed`` are the versions of the frameworks by side, ``before`` those with which each case was last checked, by
    its id; a side that one of them does not have tells nothing.  ``baseline`` is the file of accepted differences: what
    it says may be of any case.  A case that cannot be read is always affected.
    """
    cases: dict[str, Case | BrokenCase] = {}
    for item in items:
        case = item.case if isinstance(item, Variant) else item
        cases.setdefault(case.id, case)
    updates = {id: _update(installed or {}, (before or {}).get(id, {})) for id in cases}
    change = _Change(changed, [case for case in cases.values() if isinstance(case, Case)])
    accepted = change.of_file(baseline) if baseline else ""
    reasons = {id: accepted or updates[id] or change.reason(case) for id, case in cases.items()}
    kept = {id: reason for id, reason in reasons.items() if reason}
    return Affected(kept, tuple(id for id in reasons if id not in kept))


def _update(installed: Mapping[str, str], before: Mapping[str, str]) -> str:
    for side, version in installed.items():
        if version and before.get(side, version) not in ("", version):
            return f"{side} was {before[side]} when last checked here and is {version}"
    return ""


class _Change:
    """What has changed, by all that is asked of it.  Paths are absolute and real but for those that are shown."""

    def __init__(self, changed: Changed, cases: list[Case]) -> None:
        self._root = str(changed.root)
        self._finder = Finder(self._root, changed.tracked | changed.files)
        self._known = changed.tracked | changed.files
        self._whole = {self._absolute(path): _printable(path) for path in sorted(changed.whole)}
        #: Changed paths, and those at which links show the same file; each with what is to be shown for it.
        self._at: dict[str, str] = {}
        #: By folder that they are below: any file, and one that is no Python.
        self._below: dict[str, str] = {}
        self._data_below: dict[str, str] = {}
        #: Python files by the package that they are directly in.
        self._in_package: dict[str, str] = {}
        #: Files that are no Python, by name; folders by name, with what has changed in them.
        self._data: dict[str, str] = {}
        self._dotless: dict[str, str] = {}
        self._folders: dict[str, dict[str, str]] = defaultdict(dict)
        self._declared: dict[str, str] = {}
        for path, original in sorted(self._aliased(changed).items(), key=lambda pair: (pair[0] != pair[1], pair)):
            self._enter(path, _printable(original))
        self._for_all = self._touching_all(changed, cases)
        self._touching: dict[Module, tuple[str, str] | None] = {}

    def _absolute(self, path: str) -> str:
        return os.path.join(self._root, path)

    def _above(self, path: str) -> Iterator[str]:
        """The folders that a path below the root is in, the nearest first."""
        while path:
            path = os.path.dirname(path)
            yield self._absolute(path) if path else self._root

    def _aliased(self, changed: Changed) -> dict[str, str]:
        """All paths at which a changed file is seen, through links of the repository, with the file's own."""
        entries = {path: path for path in changed.files if "__pycache__" not in path.split("/")}
        links: dict[str, list[str]] = defaultdict(list)
        for link in changed.links:
            for place in self._finder.way(self._absolute(link))[1:]:
                links[place].append(link)
                for path in changed.whole:
                    if _is_in(place, self._absolute(path)):
                        entries[link] = path
        fresh = dict(entries)
        for _ in range(4 if links else 0):  # links to links; those that lead in a circle do so for ever
            found = {}
            for path, original in fresh.items():
                for target in (self._absolute(path), *self._above(path)):
                    rest = self._absolute(path)[len(target) :]
                    found.update({f"{link}{rest}": original for link in links.get(target, ())})
            fresh = {path: original for path, original in found.items() if path not in entries}
            entries |= fresh
        return entries

    def _enter(self, path: str, shown: str) -> None:
        name, python = os.path.basename(path), path.endswith(".py")
        self._at.setdefault(self._absolute(path), shown)
        above = list(self._above(path))
        for folder in above:
            self._below.setdefault(folder, shown)
        if python:
            self._in_package.setdefault(above[0], shown)
            if name == "__init__.py" and len(above) > 1:
                self._in_package.setdefault(above[1], shown)
        else:
            self._data.setdefault(name, shown)
            if "." not in name:
                self._dotless.setdefault(name, shown)
            for folder in above[:-1] if name != SPEC else ():  # whoever reads a case's manifest names it
                self._folders[os.path.basename(folder)].setdefault(folder, shown)
            for folder in above:
                self._data_below.setdefault(folder, shown)
        declaring = _declares(path)
        if declaring is not None:
            self._declared.setdefault(self._absolute(declaring) if declaring else self._root, shown)

    def _touching_all(self, changed: Changed, cases: list[Case]) -> str:
        folders = {self._finder.way(str(case.folder))[-1] for case in cases}
        for path in sorted(changed.files):
            if path.endswith(_COMPILED_FROM) and folders.isdisjoint(self._above(path)):
                return f"{_printable(path)} changed, which may change a compiled module"
        if _MIGCHECK in self._below:
            return f"{self._below[_MIGCHECK]} changed, and it is part of migcheck"
        return ""

    def of_file(self, path: str) -> str:
        """Why all cases are affected by a file that speaks of them; empty if they are not."""
        places = self._finder.way(os.path.abspath(path))
        shown = self._changed(frozenset(places)) or self._unknown(places[-1])
        return f"{shown} changed, which may speak of any case" if shown else ""

    def _unknown(self, place: str) -> str:
        """A file of the repository of which git knows nothing, and so nothing of its changes; empty for any other."""
        if not _is_in(place, self._root) or not os.path.isfile(place):
            return ""
        path = place[len(self._root) + 1 :]
        installed = {"site-packages", "dist-packages"}.intersection(path.split("/"))
        return "" if installed or path in self._known else _printable(path)

    def reason(self, case: Case | BrokenCase) -> str:
        """Why a case is affected; empty if it is not."""
        if isinstance(case, BrokenCase):
            return "it cannot be read"
        *links, folder = self._finder.way(str(case.folder))
        if not _is_in(folder, self._root):
            return f"it is not in the repository {_printable(self._root)}"
        files = [str(each) for each in (case.manifest, *(program.file for program in case.programs.values())) if each]
        places = frozenset(links + [place for each in files for place in self._finder.way(each)])
        if shown := self._below.get(folder) or self._changed(places | {folder}):
            return f"{shown} changed"
        if case.manifest and self._finder.way(str(case.manifest))[-1][len(self._root) + 1 :] not in self._known:
            return f"git knows nothing of its {case.manifest.name}, so nothing of its changes"
        if reason := self._declared_for(folder) or self._for_all:
            return reason
        return self._from_inputs(case, folder) or self._from_imports(case, folder)

    def _changed(self, places: Iterable[str]) -> str:
        """What has changed of these places; empty if nothing has."""
        if common := self._at.keys() & places:
            return self._at[min(common)]
        return next((shown for path, shown in self._whole.items() for each in places if _is_in(each, path)), "")

    def _declared_for(self, folder: str) -> str:
        for declaring, shown in self._declared.items():
            if _is_in(folder, declaring):
                return f"{shown} changed, which may change the installed frameworks"
        return ""

    def _from_inputs(self, case: Case, folder: str) -> str:
        loaded = [os.path.join(folder, each.load) for each in case.spec.inputs.values() if each.load]
        for each in loaded:
            if shown := self._unknown(self._finder.way(each)[-1]):
                return f"git knows nothing of {shown}, loaded by case.toml, so nothing of its changes"
        if shown := self._changed(frozenset(place for each in loaded for place in self._finder.way(each))):
            return f"{shown}, loaded by case.toml, changed"
        axes = [axis for key, axis in case.spec.matrix.items() if key not in ("mode", "dtype")]
        values = texts(value for axis in axes for value in axis if isinstance(value, str))
        if shown := self._named(values) or self._in_named(values, folder):
            return f"{shown}, named by case.toml, changed"
        return ""

    def _from_imports(self, case: Case, folder: str) -> str:
        unknown = ""
        for module, program in self._finder.reached(case):
            if module not in self._touching:
                self._touching[module] = self._touched(module)
            if touched := self._touching[module]:
                return f"{touched[0]}, {touched[1]} {self._route(module, program, case)}, changed"
            if shown := self._in_named(module.source.texts, folder):
                return f"{shown}, in a folder named by {self._route(module, program, case)}, changed"
            if reason := self._declared_for(module.places[-1]):
                return reason
            if (shown := self._unknown(module.places[-1])) and not unknown:
                unknown = f"git knows nothing of {shown}, imported by {program}, so nothing of its changes"
            if module.source.unknown and not unknown:
                unknown = f"its imports cannot be read: {self._shown(module, case)}{module.source.unknown}"
        return unknown

    def _route(self, module: Module, program: str, case: Case) -> str:
        shown = self._shown(module, case)
        return program if shown == program else f"{program} through {shown}"

    def _touched(self, module: Module) -> tuple[str, str] | None:
        """What touches any case that a module is part of, and how."""
        if shown := self._changed(module.looked_at):
            return shown, "imported by"
        if common := self._in_package.keys() & module.all_of:
            return self._in_package[min(common)], "imported by"
        if shown := self._changed(module.named):
            return shown, "named by"
        if common := self._data_below.keys() & module.folders:
            return self._data_below[min(common)], "beside a module imported by"
        named = self._named(module.source.texts)
        return (named, "named by") if named else None

    def _named(self, texts: Texts) -> str:
        """What has changed and has a name that texts may mean; empty if nothing has."""
        names = self._data if texts.heads or "." in texts.whole else self._dotless
        return next((shown for name, shown in names.items() if texts.name(name)), "")

    def _in_named(self, texts: Texts, folder: str) -> str:
        """What has changed in a folder that texts name, unless it is one that the case's folder is in as well."""
        for part in sorted(self._folders.keys() & texts.parts) if self._folders else ():
            for named, shown in self._folders[part].items():
                if not _is_in(folder, named):
                    return shown
        return ""

    def _shown(self, module: Module, case: Case) -> str:
        """A file as a message names it: from the case's folder, or from the root."""
        for path, top in ((module.path, str(case.folder)), (module.places[-1], self._root)):
            if _is_in(path, top):
                return _printable(path[len(top) + 1 :])
        return _printable(module.path)


def _declares(path: str) -> str | None:
    """The folder for which a file may declare what is installed, empty for the root; None if it is no such file."""
    folder, _, name = path.rpartition("/")
    for declaring, patterns in _DECLARING.items():
        if f"/{folder}".endswith(f"/{declaring}") and any(fnmatchcase(name.lower(), each) for each in patterns):
            return folder[: -len(declaring)].rstrip("/")
    return folder if any(fnmatchcase(name.lower(), each) for each in _DECLARATIONS) else None


def _is_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder}/")


def _printable(text: str) -> str:
    return text if text.isprintable() else ascii(text)[1:-1]
