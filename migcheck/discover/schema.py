"""``case.toml`` as one frozen value.

Every key that is not known is an error with its place and the nearest known name: a misspelt tolerance that went
unread would be a false verdict.
"""

from __future__ import annotations

import math
import re
import sys
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from migcheck.discover.lines import line_of
from migcheck.errors import unknown
from migcheck.host.job import LONGEST_TIMEOUT

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

MODES = ("pynative", "graph")
FLOATING = ("float16", "bfloat16", "float32", "float64")
DTYPES = (
    *FLOATING, "complex64", "complex128", "bool",
    "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
)  # fmt: skip

#: Exactly one of these keys of an input's table says where its values come from.
SOURCES = ("normal", "uniform", "integers", "zeros", "ones", "value", "load")

Scalar = bool | int | float | str


class ArraySpec(Struct, frozen=True, forbid_unknown_fields=True):
    """How one input's values are made: one key of :data:`SOURCES`, and what goes with it.

    ``normal``, ``uniform``, ``integers``, ``zeros`` and ``ones`` give a shape; ``value`` a number or nested lists;
    ``load`` an ``.npy`` file beside the case.
    """

    normal: list[int] | None = None
    uniform: list[int] | None = None
    integers: list[int] | None = None
    zeros: list[int] | None = None
    ones: list[int] | None = None
    value: bool | int | float | list[Any] | None = None
    load: str | None = None
    mean: float | None = None
    std: float | None = None
    low: float | None = None
    high: float | None = None
    #: Overrides the variant's dtype, or the one that numpy would give.
    dtype: str | None = None

    @property
    def source(self) -> str:
        """Which of :data:`SOURCES` is given."""
        return next(key for key in SOURCES if getattr(self, key) is not None)


class Tolerance(Struct, frozen=True, forbid_unknown_fields=True):
    """What the author of a case allows on the leaves that match: ``|torch − mindspore| ≤ rtol·|torch| + atol``.

    ``atol`` is absolute, in the leaf's own units.  Where it is not given, ``rtol`` times the leaf's root mean square
    stands for it.
    """

    rtol: float | None = None
    atol: float | None = None


class Known(Struct, frozen=True, forbid_unknown_fields=True):
    """A difference that is expected.  It is strict: where it no longer occurs, the variant is ``stale``."""

    cause: str
    reason: str
    #: The cells of the matrix in which it occurs, for example ``{ mode = "pynative" }``; everywhere if empty.
    when: dict[str, Scalar | list[Scalar]] = {}


class CaseSpec(Struct, frozen=True):
    """All that a ``case.toml`` says."""

    title: str
    guide: str = ""
    tags: tuple[str, ...] = ()
    #: Of the drawn inputs and of the programs, unless ``--seed`` gives another.
    seed: int | None = None
    #: Seconds of wall time for one program, unless ``--timeout`` gives another.
    timeout: float | None = None
    #: Whether the port is also checked in a process in which it ran before.
    prewarm: bool = False
    inputs: dict[str, ArraySpec] = {}
    matrix: dict[str, tuple[Scalar, ...]] = {}
    tolerance: dict[str, Tolerance] = {}
    known: dict[str, Known] = {}


class SpecError(Exception):
    """What is wrong in a ``case.toml``; :attr:`line` is 1-based, or None."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


class _At(Exception):
    """A problem at a path of keys; given its line on the way out."""

    def __init__(self, path: tuple[str, ...], message: str) -> None:
        super().__init__(message)
        self.path = path


#: Points in a key; here none has more than two.
_DEEPEST = 32
#: Variants of one case: more would be listed, and run, for ever.
MOST_VARIANTS = 10_000

T = TypeVar("T", bound=Struct)

_PLAIN = re.compile(r"[^\s,\[\]]+")


def parse(text: str) -> CaseSpec:
    """Read a ``case.toml``.

    Raises:
        SpecError: for anything but a valid file, naming the key and the remedy.
    """
    _check_depth(text)
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+), column \d+\)$", str(error))
        message = str(error).removesuffix(place[0]).rstrip() if place else str(error)
        raise SpecError(f"not valid TOML: {message}", int(place[1]) if place else None) from None
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, brackets thousands deep
        raise SpecError(f"not valid TOML: {error}") from None
    try:
        return _spec(raw)
    except _At as error:
        raise SpecError(str(error), line_of(text, error.path)) from None


def _check_depth(text: str) -> None:
    """Refuse a key of thousands of parts, for which Python's parser takes gigabytes."""
    for number, line in enumerate(text.splitlines(), start=1):
        *keys, _ = line.split("=") if "=" in line else (line, "")
        if max(re.split(r"[,{]", key)[-1].count(".") for key in keys) > _DEEPEST:
            raise SpecError(f"not valid TOML: a key of more than {_DEEPEST} parts", number)


def spec_of(table: dict[str, Any]) -> CaseSpec:
    """What a table says that has the keys of a ``case.toml``.

    Raises:
        SpecError: for anything but a valid one, naming the key and the remedy.
    """
    try:
        return _spec(table)
    except _At as error:
        raise SpecError(str(error)) from None


def _spec(raw: dict[str, Any]) -> CaseSpec:
    _check_keys(raw, CaseSpec.__struct_fields__, ())
    if not isinstance(raw.get("title"), str) or not raw["title"].strip():
        raise _At(("title",), 'a case needs a title; add title = "what should agree"')
    tables = {key: raw.get(key, {}) for key in ("inputs", "matrix", "tolerance", "known")}
    for key, table in tables.items():
        if not isinstance(table, dict):
            raise _At((key,), f"[{key}] must be a table")
    inputs = {name: _input(name, value) for name, value in tables["inputs"].items()}
    matrix = {key: _axis(key, values, inputs) for key, values in tables["matrix"].items()}
    if (count := math.prod(map(len, matrix.values()))) > MOST_VARIANTS:
        raise _At(("matrix",), f"[matrix] has {count} variants; a case has at most {MOST_VARIANTS}, so split it")
    tolerance = {key: _tolerance(key, value) for key, value in tables["tolerance"].items()}
    known = {key: _known(key, value, matrix) for key, value in tables["known"].items()}
    head = {key: value for key, value in raw.items() if key not in tables}
    spec = _convert(head, CaseSpec, ())
    if spec.timeout is not None and not 0 < spec.timeout <= LONGEST_TIMEOUT:
        limit = f"at most {LONGEST_TIMEOUT:g} seconds" if spec.timeout > 0 else "more than 0 seconds"
        raise _At(("timeout",), f"timeout must be {limit}")
    if spec.seed is not None and spec.seed < 0:
        raise _At(("seed",), "seed must not be negative")
    if spec.seed is not None and spec.seed >= 2**63:
        raise _At(("seed",), "seed must be less than 2^63")
    return msgspec.structs.replace(spec, inputs=inputs, matrix=matrix, tolerance=tolerance, known=known)


def _input(name: str, raw: Any) -> ArraySpec:
    path = ("inputs", name)
    if not name.isidentifier():
        raise _At(path, f"input {name!r} is no Python identifier, so no program can take it as an argument")
    if isinstance(raw, (bool, int, float, list)):
        raw = {"value": raw}
    if not isinstance(raw, dict):
        raise _At(path, f"input {name!r} must be a number, a list, or a table such as {{ normal = [2, 3] }}")
    spec = _convert(raw, ArraySpec, path)
    given = [key for key in SOURCES if getattr(spec, key) is not None]
    if len(given) != 1:
        said = " and ".join(given) or "none"
        raise _At(path, f"input {name!r} needs exactly one of {', '.join(SOURCES)}; it has {said}")
    wanted = {"normal": {"mean", "std"}, "uniform": {"low", "high"}, "integers": {"low", "high"}}.get(given[0], set())
    for key in ("mean", "std", "low", "high"):
        if getattr(spec, key) is not None and key not in wanted:
            raise _At((*path, key), f"{key!r} has no meaning beside {given[0]!r} in input {name!r}")
    if given[0] == "integers" and not _are_bounds(spec.low or 0.0, spec.high):
        message = "needs high, above low (0 if not given): integers are drawn from low to high − 1"
        raise _At(path, f"input {name!r} {message}")
    shape = getattr(spec, given[0])
    if given[0] not in ("value", "load") and any(size < 0 for size in shape):
        raise _At(path, f"input {name!r} has a negative size in its shape {shape}")
    if spec.dtype is not None and spec.dtype not in DTYPES:
        raise _At((*path, "dtype"), unknown(f"dtype {spec.dtype!r}", spec.dtype, DTYPES))
    return spec


def _are_bounds(low: float, high: float | None) -> bool:
    return high is not None and math.isfinite(low) and math.isfinite(high) and low < high and low % 1 == high % 1 == 0


def _axis(key: str, values: Any, inputs: dict[str, ArraySpec]) -> tuple[Scalar, ...]:
    path = ("matrix", key)
    if not isinstance(values, list) or not values:
        raise _At(path, f"matrix key {key!r} needs a list of at least one value")
    allowed = {"mode": MODES, "dtype": FLOATING}.get(key)
    for value in values:
        if allowed and value not in allowed:
            raise _At(path, unknown(f"{key} {value!r}", str(value), allowed))
        if not isinstance(value, (bool, int, float, str)):
            raise _At(path, f"matrix key {key!r} holds {value!r}; values are strings, numbers and booleans")
        text = text_of(value)
        if not _PLAIN.fullmatch(text) or not text.isprintable() or text.lstrip("-") in ("inf", "nan"):
            message = "it stands in ids, so it is finite, printable, and without spaces, commas and brackets"
            raise _At(path, f"matrix key {key!r} holds {value!r}; {message}")
    if len({text_of(value) for value in values}) < len(values):
        raise _At(path, f"matrix key {key!r} holds a value twice")
    if not allowed and not key.isidentifier():
        raise _At(path, f"matrix key {key!r} is no Python identifier, so no program can take it as an argument")
    if key in inputs:
        raise _At(path, f"{key!r} is both an input and a key of the matrix; rename one")
    return tuple(values)


def _tolerance(pattern: str, raw: Any) -> Tolerance:
    path = ("tolerance", pattern)
    spec = _convert(raw, Tolerance, path)
    for key in ("rtol", "atol"):
        value = getattr(spec, key)
        if value is not None and not 0 <= value < float("inf"):
            raise _At((*path, key), f"{key} of {pattern!r} must be a finite number, 0 or more")
    if spec.rtol is None and spec.atol is None:
        raise _At(path, f"the tolerance of {pattern!r} needs rtol, atol or both")
    return spec


def _known(pattern: str, raw: Any, matrix: dict[str, tuple[Scalar, ...]]) -> Known:
    path = ("known", pattern)
    spec = _convert(raw, Known, path)
    if not spec.reason.strip() or not spec.cause.strip():
        raise _At(path, f"the known difference of {pattern!r} needs a cause and a reason")
    for key, values in spec.when.items():
        if key not in matrix:
            raise _At((*path, "when"), f"when of {pattern!r} names {key!r}, which is no key of [matrix]")
        if values == []:
            raise _At((*path, "when"), f"when of {pattern!r} has no value for {key!r}; give one, or leave it out")
        for value in values if isinstance(values, list) else [values]:
            if text_of(value) not in map(text_of, matrix[key]):
                raise _At((*path, "when"), f"when of {pattern!r} names {key} = {value!r}, which [matrix] does not have")
    return spec


def _convert(raw: Any, kind: type[T], path: tuple[str, ...]) -> T:
    if isinstance(raw, dict):
        _check_keys(raw, kind.__struct_fields__, path)
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        message, _, place = str(error).partition(" - at `$")
        inner = tuple(part for part in re.split(r"[.\[\]`]+", place) if part and not part.isdigit())
        where = ".".join((*path, *inner)) or "case.toml"
        raise _At((*path, *inner), f"{where}: {message[0].lower()}{message[1:]}") from None


def _check_keys(raw: dict[str, Any], known: tuple[str, ...], path: tuple[str, ...]) -> None:
    for key in raw:
        if key not in known:
            inside = f" in {'.'.join(path)}" if path else ""
            raise _At((*path, key), unknown(f"key {key!r}{inside}", key, known))


def text_of(value: Scalar) -> str:
    """A value of the matrix as it stands in a variant's id."""
    return str(value).lower() if isinstance(value, bool) else str(value)
