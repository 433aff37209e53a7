"""The lines of a program that matter for a result, and why."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from msgspec import Struct

from migcheck.report.value import Failure, Report, Result
from migcheck.trace import Call, Trace

#: Characters of a failure's reason that a mark repeats.
_WIDEST = 200
#: Calls that are named by their numbers.
_MOST_NUMBERS = 6


class Mark(Struct, frozen=True):
    """One line of a program's file, from 1, and what is to be said of it."""

    line: int
    why: str


def marks(report: Report, result: Result, side: str) -> tuple[Mark, ...]:
    """The marked lines of one side's program, in the order of the lines, each once.

    Marked are the calls that asked for gradients, where the program failed, and what the causes name.  The last needs
    the text of the program, which not every report holds.
    """
    path = result.files.get(side, "")
    text = report.sources.get(path, "")
    found = [*_failed(result.failures, side, path), *_asked(result, side), *_named(result, text)]
    lines = len(text.splitlines())
    whys: dict[int, list[str]] = {}
    for mark in found:
        if mark.line > 0 and (not text or mark.line <= lines):
            whys.setdefault(mark.line, []).append(mark.why)
    return tuple(Mark(line, "; ".join(dict.fromkeys(whys[line]))) for line in sorted(whys))


# Where it failed


def _failed(failures: Iterable[Failure], side: str, path: str) -> Iterator[Mark]:
    name = PurePosixPath(path).name
    if not name:
        return
    begins = re.compile(rf"{re.escape(name)}:(\d{{1,9}}): (.*)")
    # Python's tracebacks have a comma before the line, and so have those of faulthandler.
    frame = re.compile(rf'File "(?:[^"\n]*[/\\])?{re.escape(name)}", line (\d{{1,9}})')
    for failure in failures:
        if failure.side != side:
            continue
        said = begins.match(failure.reason)
        if said:
            yield Mark(int(said[1]), f"fails here: {_short(said[2])}")
        for line in dict.fromkeys(map(int, frame.findall(failure.stack))):
            if not said or line != int(said[1]):
                yield Mark(line, "in the stack of the failure" if said else f"in the stack: {_short(failure.reason)}")


def _short(text: str) -> str:
    return text if len(text) <= _WIDEST else text[:_WIDEST] + " …"


# What was asked of autograd


def _asked(result: Result, side: str) -> Iterator[Mark]:
    calls: dict[tuple[int, str], list[Call]] = {}
    for call in _trace(result, side).calls:
        if call.line:
            calls.setdefault((call.line, call.api), []).append(call)
    for (line, api), made in calls.items():
        numbers = [str(call.number) for call in made[:_MOST_NUMBERS]]
        more = f" and {len(made) - len(numbers)} more" if len(made) > len(numbers) else ""
        yield Mark(line, f"asks for gradients: {api}, call{'s' * (len(made) > 1)} {', '.join(numbers)}{more}")


def _trace(result: Result, side: str) -> Trace:
    """A side's trace; of a compiled port that of PyNative, in which the calls are seen."""
    traces = result.diagnosis.traces if result.diagnosis else {}
    pynative = traces.get("pynative")
    if side == "mindspore" and pynative and pynative.calls:
        return pynative
    return traces.get(side, Trace())


# What the causes name


def _named(result: Result, text: str) -> Iterator[Mark]:
    if not result.diagnosis or not text:
        return
    words = {
        (word, called): cause.cause
        for cause in result.diagnosis.causes
        for word, called in quoted(f"{cause.message} {cause.fix}")
    }
    for line, name, calls in _names(text) if words else ():
        for (word, called), cause in words.items():
            # What begins with a point is an attribute; a method of that name is another thing.
            if (calls == called if word.startswith(".") else calls or not called) and _is(name, word):
                yield Mark(line, f"cause {cause} names {word}{'()' if called else ''}")


def quoted(text: str) -> tuple[tuple[str, bool], ...]:
    """The words of a sentence that look like code, and whether each is called: ``has_aux=True`` has the word has_aux.

    A word looks like code if it is a name that contains ``_`` or ``.``, or has a parenthesis after it.
    """
    found: dict[tuple[str, bool], None] = {}
    for piece in text.split():
        for match in re.finditer(r"(?<![\w.'\"/#])(\.?[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)(\()?", piece):
            word, called = match[1], bool(match[2])
            rest = piece[match.end() :]
            if rest.startswith("/") or word.endswith((".py", ".md", ".toml")):
                continue  # a path
            if (called or "_" in word or "." in word) and len(word.rpartition(".")[2]) > 1:
                found[word, called] = None
    return tuple(found)


def _is(name: str, word: str) -> bool:
    """Whether a name in a program, ``self.net.backward``, is what a sentence calls ``backward`` or ``.backward``."""
    return name == word or name.endswith(word if word.startswith(".") else "." + word)


def _names(text: str) -> Iterator[tuple[int, str, bool]]:
    """The dotted names of a program, with their lines, and whether each is called; comments and strings have none."""
    line, name, joins = 0, "", False
    for token in _tokens(text):
        if token.type == tokenize.NAME:
            if not joins:
                if name:
                    yield line, name, False
                name = ""
            name, line, joins = name + token.string, token.start[0], False
        elif token.string == ".":
            name, line, joins = name + ".", token.start[0], True
        elif token.type not in (tokenize.NL, tokenize.COMMENT):
            if name:
                yield line, name, token.string == "("
            name, joins = "", False
    if name:
        yield line, name, False


def _tokens(text: str) -> Iterator[tokenize.TokenInfo]:
    """As far as the text is Python."""
    try:
        yield from tokenize.generate_tokens(io.StringIO(text).readline)
    except (tokenize.TokenError, SyntaxError, ValueError):
        return
