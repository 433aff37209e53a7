"""A program's text as markup, line by line, with a class for each kind of word.  The classes are in ``style.css``."""

from __future__ import annotations

from functools import cache
from typing import Any

from markupsafe import Markup

from migcheck.report.html.visible import visible

#: Stretches of a line, each with its class.
Line = list[tuple[str, str]]


def lines(text: str, path: str) -> list[Markup]:
    """The lines of a file's text, numbered as Python and TOML number them."""
    from pygments.lexers import PythonLexer, TextLexer, TOMLLexer

    suffix = path.rpartition(".")[2]
    kind = {"py": PythonLexer, "toml": TOMLLexer}.get(suffix, TextLexer)
    found: list[Line] = [[]]
    for token, words in kind(stripnl=False, ensurenl=False).get_tokens(text):
        for at, word in enumerate(words.split("\n")):
            if at:
                found.append([])
            if word:
                _append(found[-1], _class(token) if word.strip() else "", word)
    return [Markup("").join(_marked_up(known, word) for known, word in line) for line in found]


def _append(line: Line, known: str, word: str) -> None:
    if line and line[-1][0] == known:
        line[-1] = (known, line[-1][1] + word)
    else:
        line.append((known, word))


def _marked_up(known: str, word: str) -> Markup:
    return (Markup(f"<i class={known}>{{}}</i>") if known else Markup("{}")).format(visible(word))


@cache
def _class(token: Any) -> str:
    from pygments.token import Comment, Keyword, Name, Number, Operator, String

    kinds = {
        "k": (Keyword, Operator.Word),
        "c": (Comment,),
        "s": (String,),
        "n": (Number,),
        "f": (Name.Function, Name.Class, Name.Decorator),
        "b": (Name.Builtin,),
    }
    return next((name for name, tokens in kinds.items() if any(token in each for each in tokens)), "")
