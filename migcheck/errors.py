"""What can go wrong outside a single variant, and what an assertion raises.

    MigcheckError           ends the command; its message is one sentence to the user
    ├── UsageError          exit 2: an argument or a configuration that cannot be meant
    ├── NothingSelected     exit 5: no variant is left to check
    └── HostError           a framework's host could not start, or is gone; every variant it concerns is an ``error``

What is wrong with one case or one run is no exception: it is part of the report.  In a user's test it is one:

    Unequal                 its text is the report's block for each result
    ├── GradientMismatch    an AssertionError: gradients differ, or a known difference no longer occurs
    └── NotComparable       no AssertionError, so that no test takes it for a difference: a program failed
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from migcheck.report.value import Result


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


class Unequal(Exception):
    """Two sides that do not agree, or could not be compared.

    ``explain`` looks for the causes.  It is asked when the text is wanted first: a test that expects a mismatch, or
    that hypothesis is still making smaller, does without.
    """

    def __init__(
        self, results: tuple[Result, ...], explain: Callable[[], tuple[Result, ...]] | None = None, note: str = ""
    ) -> None:
        super().__init__(*[result.id for result in results])
        self._results = results
        self._explain = explain
        self._note = note

    @property
    def results(self) -> tuple[Result, ...]:
        """All that is known of each check that failed, its diagnosis included."""
        if self._explain:
            explain, self._explain = self._explain, None
            self._results = explain()
        return self._results

    def __str__(self) -> str:
        from migcheck.report.blocks import assertion

        return assertion(self.results, self._note)


class GradientMismatch(Unequal, AssertionError):
    """Gradients differ, or a known difference no longer occurs."""


class NotComparable(Unequal):
    """A program failed, or there was nothing to compare: neither a match nor a mismatch."""


for _each in (GradientMismatch, NotComparable):
    _each.__module__ = "migcheck"  # where users import them from


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """Says that ``what``, called ``name``, is none of the known, and which of them may have been meant."""
    import difflib

    names = list(known)
    near = difflib.get_close_matches(name, names, n=1)
    return f"unknown {what}; " + (f"did you mean {near[0]!r}?" if near else f"known are {', '.join(names)}")
