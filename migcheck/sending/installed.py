"""What a function reads of installed packages: imported there, so it must be there what it is here.

What was replaced by something of the user's is refused at once.  Anything else is stated by its fingerprint, which the
host compares with its own.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from migcheck.host.fingerprint import Fingerprints, is_told
from migcheck.sending.addresses import is_foreign
from migcheck.sending.source import NotSendable


class Installed:
    """Collects what one function reads of installed packages."""

    def __init__(self) -> None:
        self._fingerprints = Fingerprints()
        self._reads: dict[tuple[str, tuple[str, ...]], list[Any]] = {}
        self._seen: set[tuple[int, frozenset[str]]] = set()
        self._whole: set[type] = set()

    @property
    def reads(self) -> tuple[list[Any], ...]:
        """For :attr:`~migcheck.host.job.Parcel.reads`, in the order in which they were stated."""
        return tuple(self._reads.values())

    def submodules(self, module: ModuleType, attributes: list[str], names: frozenset[str], how: str) -> Iterator[str]:
        """Check a chain of attributes, and give the modules that it leads through.

        ``names`` are those that the code has, any of which it may read of a module that it has as a value.

        Raises:
            NotSendable: something on the way is the user's.
        """
        value: Any = module
        for position, name in enumerate(attributes):
            owner, inner = value, f"{value.__name__}.{name}"
            if inner in sys.modules:
                yield inner
            how = f"{how}.{name}"
            if name not in vars(owner):
                return  # made when it is asked for, or not there
            value = vars(owner)[name]
            self._refuse(value, how)
            if not isinstance(value, ModuleType):
                self.state(owner, attributes[position:], how)
                return
            if sys.modules.get(inner) is not value:
                self.state(owner, [name], how)
        self.check_names(value, names, how)

    def check_names(self, module: ModuleType, names: frozenset[str], how: str) -> None:
        """Check all that a code has a name for, where it has the module itself.

        Raises:
            NotSendable: something of it is the user's.
        """
        if (id(module), names) in self._seen:
            return
        self._seen.add((id(module), names))
        for name in sorted(names & vars(module).keys()):
            for _ in self.submodules(module, [name], names, how):
                pass

    def state(self, module: ModuleType, path: list[str], how: str) -> None:
        """Say what stands there here."""
        key = (module.__name__, tuple(path))
        if key not in self._reads and is_told(module, path[0], vars(module).get(path[0])):
            self._reads[key] = [module.__name__, path, self._fingerprints.of(module, path), how]

    def _refuse(self, value: Any, how: str) -> None:
        if is_foreign(value) or (isinstance(value, type) and not self.is_whole(value)):
            raise NotSendable(f"{how}, which was replaced")

    def is_whole(self, kind: type) -> bool:
        """Whether nothing of a class of a package, and of its bases, is the user's."""
        for base in kind.__mro__:
            if base not in self._whole:
                if is_foreign(base) or any(is_foreign(each) for each in vars(base).values()):
                    return False
                self._whole.add(base)
        return True
