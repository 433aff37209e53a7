"""What can go wrong outside a single variant.

    MigcheckError           ends the command; its message is one sentence to the user
    ├── UsageError          exit 2: an argument or a configuration that cannot be meant
    ├── NothingSelected     exit 5: no variant is left to check
    └── HostError           a framework's host could not start, or is gone; every variant it concerns is an ``error``

What is wrong with one case or one run is no exception: it is part of the report.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class MigcheckError(Exception):
    """Ends the command with :attr:`exit_code` and its message on stderr."""

    exit_code = 4


class UsageError(MigcheckError):
    """An argument or a configuration that cannot be meant."""

    exit_code = 2


class NothingSelected(MigcheckError):
    """No variant is left to check."""

    exit_code = 5


class HostError(MigcheckError):
    """A framework's host could not start, or is gone."""

    exit_code = 3


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """Says that ``what``, called ``name``, is none of the known, and which of them may have been meant."""
    names = list(known)
    near = difflib.get_close_matches(name, names, n=1)
    return f"unknown {what}; " + (f"did you mean {near[0]!r}?" if near else f"known are {', '.join(names)}")
