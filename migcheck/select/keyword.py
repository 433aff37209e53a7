"""The ``-k`` expression: words, ``and``, ``or``, ``not`` and brackets, as in pytest, without ``eval``."""

from __future__ import annotations

import re
from collections.abc import Callable

from migcheck.errors import UsageError

#: Whether a text (a variant's id and tags) is selected.
Match = Callable[[str], bool]

_TOKEN = re.compile(r"\s*(\(|\)|[^\s()]+)")


def compile_keyword(expression: str) -> Match:
    """A predicate of an expression.  A word matches where it occurs, whatever the case of its letters.

    Raises:
        UsageError: the expression does not parse.
    """
    tokens = _TOKEN.findall(expression)
    parser = _Parser(tokens, expression)
    try:
        match = parser.alternatives()
    except RecursionError:
        raise parser.error("too many brackets") from None
    if parser.rest:
        raise parser.error(f"{parser.rest[0]!r} was not expected")
    return match


class _Parser:
    def __init__(self, tokens: list[str], expression: str) -> None:
        self.rest = tokens
        self._expression = expression

    def error(self, what: str) -> UsageError:
        return UsageError(f"-k {self._expression!r}: {what}; write words joined by and, or, not and brackets")

    def alternatives(self) -> Match:
        terms = [self._term()]
        while self._take("or"):
            terms.append(self._term())
        return lambda text: any(term(text) for term in terms)

    def _term(self) -> Match:
        factors = [self._factor()]
        while self._take("and"):
            factors.append(self._factor())
        return lambda text: all(factor(text) for factor in factors)

    def _factor(self) -> Match:
        if self._take("not"):
            inner = self._factor()
            return lambda text: not inner(text)
        if self._take("("):
            inner = self.alternatives()
            if not self._take(")"):
                raise self.error("a bracket is not closed")
            return inner
        if not self.rest or self.rest[0] in ("and", "or", ")"):
            raise self.error(f"a word is missing before {self.rest[0]!r}" if self.rest else "a word is missing")
        word = self.rest.pop(0).lower()
        return lambda text: word in text.lower()

    def _take(self, token: str) -> bool:
        if self.rest and self.rest[0] == token:
            self.rest.pop(0)
            return True
        return False
