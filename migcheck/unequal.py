"""What an assertion in a user's test raises.

Unequal                 its text is the report's block for each result
├── GradientMismatch    an AssertionError: gradients differ, or a known difference no longer occurs
└── NotComparable       no AssertionError, so that no test takes it for a difference: a program failed
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from migcheck.report.value import Result


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
