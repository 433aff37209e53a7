"""The files of a repository that a case's programs import, read from their text: nothing is imported to find them.

A place where Python would look for a module counts whether or not there is a file, so that a deleted module counts
too.  Where a text does not tell, more is taken than is imported.  What a text cannot tell at all, such as the name of
a module that is computed, is said, with its line: whoever asks has to reckon with every file.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from migcheck.discover.case import SIDES, Case
from migcheck.select.source import COMPILED, Import, Source, read_source

#: Modules that are installed, whatever folders of the repository are called.
_FRAMEWORKS = frozenset((*SIDES, "numpy"))


@dataclass(frozen=True, eq=False)
class Module:
    """A file that a case depends on, and what it depends on in turn.  All but :attr:`path` are real paths."""

    #: By which it is imported.
    path: str
    #: Where the links on the way to it lie, and the file itself, last.
    places: tuple[str, ...]
    source: Source
    #: Where Python looks for what it imports, whether or not there is a file.
    looked_at: frozenset[str]
    #: Folders of which it may import any module.
    all_of: frozenset[str]
    #: Files that its strings name.
    named: frozenset[str]
    #: Folders of the modules that it imports, where those are in packages: their other files are theirs to read.
    folders: frozenset[str]
    #: The files that are there, by the paths that their own imports start from.
    found: tuple[str, ...]


@dataclass
class _Found:
    """As in :class:`Module`, while it is gathered."""

    looked_at: set[str] = field(default_factory=set)
    all_of: set[str] = field(default_factory=set)
    folders: set[str] = field(default_factory=set)
    files: dict[str, None] = field(default_factory=dict)

    def add(self, other: _Found) -> None:
        self.looked_at |= other.looked_at
        self.all_of |= other.all_of
        self.folders |= other.folders
        self.files |= other.files


@dataclass(frozen=True)
class _Folder:
    """What Python sees in a folder: files, by the name under which they are imported, and folders."""

    modules: dict[str, str]
    folders: frozenset[str]

    def has(self, name: str) -> bool:
        return name in self.modules or name in self.folders


class Finder:
    """Finds what cases import.  What it has read it keeps, for the next case."""

    def __init__(self, root: str, files: Iterable[str]) -> None:
        """``root`` is the repository's folder, ``files`` all in it that is known, deleted or not, with slashes."""
        self._root = os.path.realpath(root)
        self._known = [file for file in files if file.endswith(".py")]
        self._ways: dict[str, tuple[str, ...]] = {}
        self._folders: dict[str, _Folder] = {}
        self._sources: dict[str, Source] = {}
        self._modules: dict[tuple[str, tuple[str, ...]], Module] = {}
        self._absolutes: dict[tuple[Import, tuple[str, ...]], _Found] = {}

    def reached(self, case: Case) -> Iterator[tuple[Module, str]]:
        """The files that a case's programs are made of, the nearest first, each with the program that leads to it.

        Of what would be in the case's own folder, that which is not there is left out: any change there counts.
        """
        own = str(case.folder)
        todo: deque[tuple[str, str, tuple[str, ...]]] = deque()
        seen: dict[tuple[str, ...], set[str]] = defaultdict(set)
        for each in (*case.programs.values(), *([case.inputs_file] if case.inputs_file else [])):
            todo.append((str(each.file), each.file.name, each.path))
            seen[each.path].add(str(each.file))
        while todo:
            file, program, path = todo.popleft()
            module = self._module(file, path, own)
            yield module, program
            fresh = [each for each in module.found if each not in seen[path]]
            todo.extend((each, program, path) for each in fresh)
            seen[path].update(fresh)

    def way(self, path: str) -> tuple[str, ...]:
        """Where the links on the way to a path lie, and last what they lead to."""
        if path not in self._ways:
            self._ways[path] = (path,)  # where a circle of links ends
            self._ways[path] = self._follow(path)
        return self._ways[path]

    def _follow(self, path: str) -> tuple[str, ...]:
        parent, name = os.path.split(path)
        if parent == path:
            return (path,)
        *links, folder = self.way(parent)
        if name in ("", ".", ".."):
            return (*links, os.path.dirname(folder) if name == ".." else folder)
        here = os.path.join(folder, name)
        try:
            target = os.readlink(here)
        except (OSError, ValueError):  # ValueError: a null byte
            return (*links, here)
        return (*links, here, *self.way(os.path.join(folder, target)))

    def _module(self, file: str, path: tuple[str, ...], own: str) -> Module:
        source = self._source(file)
        if path[:1] == (own,) and not _may_be_in(self._folder(own), source):
            path = path[1:]  # so that cases share what has nothing to do with their own folders
        if (file, path) not in self._modules:
            found = _Found()
            for wanted in source.imports:
                found.add(self._relative(wanted, file, path) if wanted.level else self._absolute(wanted, path))
            named = [os.path.join(self._root, each) for each in self._scripts(source)]
            self._modules[file, path] = Module(
                path=file,
                places=self.way(file),
                source=source,
                looked_at=frozenset(found.looked_at),
                all_of=frozenset(found.all_of),
                named=frozenset(place for each in named for place in self.way(each)),
                folders=frozenset(found.folders),
                found=(*found.files, *filter(os.path.exists, named)),
            )
        return self._modules[file, path]

    def _absolute(self, wanted: Import, path: tuple[str, ...]) -> _Found:
        if (wanted, path) in self._absolutes:
            return self._absolutes[wanted, path]
        found = self._absolutes[wanted, path] = _Found()
        head, *rest = wanted.module.split(".")
        if not head or (wanted.guessed and not any(self._folder(each).has(head) for each in path)):
            return found
        end = not rest and not wanted.names
        decided, below = self._look(head, path, found, tops=path, end=end)
        if not decided and not wanted.guessed and head not in sys.stdlib_module_names:
            below += self._elsewhere(head, found)
        self._inside(rest, wanted.names, below, found)
        return found

    def _relative(self, wanted: Import, file: str, path: tuple[str, ...]) -> _Found:
        found = _Found()
        package = os.path.dirname(file)
        for _ in range(wanted.level - 1):
            package = os.path.dirname(package)
        first = os.path.join(package, "__init__.py")
        found.looked_at.update(self.way(first))
        if "__init__" in self._folder(package).modules:
            found.files[first] = None
        else:  # one portion of a package that may have others
            for root in path:
                if package.startswith(f"{root}/"):
                    module = ".".join((*package[len(root) + 1 :].split("/"), *filter(None, [wanted.module])))
                    found.add(self._absolute(Import(module, wanted.names), path))
        parts = wanted.module.split(".") if wanted.module else []
        self._inside(parts, wanted.names, (package,), found, tops=path)
        return found

    def _inside(
        self,
        parts: list[str],
        names: tuple[str, ...],
        packages: tuple[str, ...],
        found: _Found,
        tops: tuple[str, ...] = (),
    ) -> None:
        """Look for ``parts`` in packages, one in the other, and there for names, each of which may be a module."""
        for index, part in enumerate(parts):
            end = index == len(parts) - 1 and not names
            packages = self._look(part, packages, found, tops=tops, end=end)[1]
        for name in names:
            if name != "*":
                self._look(name, packages, found, tops=tops, end=True)
                continue
            for package in packages:
                found.all_of.add(self.way(package)[-1])
                folder = self._folder(package)
                for each in (*folder.modules, *folder.folders):
                    if each != "__main__":
                        self._look(each, (package,), found, tops=tops, end=False)

    def _look(
        self, name: str, locations: tuple[str, ...], found: _Found, *, tops: tuple[str, ...], end: bool
    ) -> tuple[bool, tuple[str, ...]]:
        """Look for a module as Python does: whether a location decides what it is, and where its own modules are.

        ``tops`` are folders of which nothing but modules is part of a program; ``end`` means that nothing is looked
        for inside of it.
        """
        below = []
        for location in locations:
            folder, here = os.path.join(location, name), self._folder(location)
            first = os.path.join(folder, "__init__.py")
            found.looked_at.update(self.way(first), self.way(f"{folder}.py"))
            if name in here.folders and "__init__" in (inner := self._folder(folder)).modules:
                found.files[os.path.join(folder, inner.modules["__init__"])] = None
                found.folders.add(self.way(folder)[-1])
                return True, (folder,)
            if name in here.modules:
                found.files[os.path.join(location, here.modules[name])] = None
                if location not in tops:
                    found.folders.add(self.way(location)[-1])
                return True, ()
            if end and name in here.folders and name not in _FRAMEWORKS:
                found.folders.add(self.way(folder)[-1])
            below.append(folder)
        return False, tuple(below)

    def _elsewhere(self, name: str, found: _Found) -> tuple[str, ...]:
        """Look for a module that no folder of the case's path has in the rest of the repository."""
        below: tuple[str, ...] = ()
        for root in () if name in _FRAMEWORKS else self._tops.get(name, ()):
            below += self._look(name, (root,), found, tops=(root,), end=False)[1]
        try:
            spec = importlib.util.find_spec(name)
        except Exception:  # a finder may be anybody's
            spec = None
        if spec is None:
            return below
        packages = tuple(each for each in spec.submodule_search_locations or () if self._is_ours(each))
        if spec.has_location and spec.origin and self._is_ours(os.path.dirname(spec.origin)):
            found.files[spec.origin] = None
            found.looked_at.update(self.way(spec.origin))
        found.folders.update(self.way(each)[-1] for each in packages)
        return below + packages

    @cached_property
    def _tops(self) -> dict[str, tuple[str, ...]]:
        """Folders in which a module of this name may be looked for, because the repository has a file to match."""
        tops: dict[str, set[str]] = defaultdict(set)
        for file in self._known:
            *folders, name = file.split("/")
            for depth, each in enumerate((*folders, name.removesuffix(".py"))):
                tops[each].add("/".join((self._root, *folders[:depth])))
        return {name: tuple(sorted(folders)) for name, folders in tops.items()}

    @cached_property
    def _known_folders(self) -> frozenset[str]:
        return frozenset(os.path.dirname(os.path.join(self._root, file)) for file in self._known)

    def _is_ours(self, folder: str) -> bool:
        real = self.way(os.path.abspath(folder))[-1]
        return real in self._known_folders and {"site-packages", "dist-packages"}.isdisjoint(real.split("/"))

    def _scripts(self, source: Source) -> list[str]:
        return [file for file in self._known if file.endswith(tuple(source.scripts))] if source.scripts else []

    def _source(self, file: str) -> Source:
        if file not in self._sources:
            self._sources[file] = read_source(file)
        return self._sources[file]

    def _folder(self, path: str) -> _Folder:
        if path not in self._folders:
            self._folders[path] = _listed(path)
        return self._folders[path]


def _may_be_in(folder: _Folder, source: Source) -> bool:
    """Whether a file's imports may lead into a folder; relative ones do where a package has several portions."""
    if not source.heads.isdisjoint(folder.modules) or not source.heads.isdisjoint(folder.folders):
        return True
    return source.is_relative and not folder.folders <= {"__pycache__"}


def _listed(path: str) -> _Folder:
    modules: dict[str, str] = {}
    folders = set()
    try:
        entries = sorted(os.scandir(path), key=lambda entry: entry.name.endswith(".py"))  # a text wins
    except (OSError, ValueError):
        return _Folder({}, frozenset())
    for entry in entries:
        try:
            if entry.is_dir():
                folders.add(entry.name)
            elif entry.name.endswith((".py", *COMPILED)) and entry.is_file():
                modules[entry.name.partition(".")[0]] = entry.name
        except OSError:  # a link that leads to itself
            continue
    return _Folder(modules, frozenset(folders))
