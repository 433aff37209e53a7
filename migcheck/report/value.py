"""The report as a value."""

from __future__ import annotations

from collections import Counter

import msgspec
from msgspec import Struct, field

from migcheck.compare.finding import Finding, Rounding
from migcheck.compare.portrait import LeafError, Portrait
from migcheck.diagnose.value import Diagnosis
from migcheck.discover.schema import Scalar

#: Of the JSON report; raised when a field changes its meaning or goes.
FORMAT = 1


class Failure(Struct, frozen=True):
    """Why a variant has no verdict."""

    #: ``torch``, ``mindspore``, or ``case`` where the case itself cannot be read or fed.
    side: str
    #: ``case``, ``inputs``, ``host``, ``program``, ``exception``, ``timeout``, ``crash``, ``exit``, ``memory``,
    #: ``output``, ``observation``, ``prewarm``, or ``internal``: a fault of migcheck's own.
    kind: str
    reason: str
    #: The Python stack, the user's frames only; may be empty.
    stack: str = ""
    #: The last of what the program wrote to stderr; may be empty.
    stderr: str = ""


class Rounded(Struct, frozen=True):
    """A leaf that failed the quick test and passed the second, against the float64 replay."""

    leaf: str
    rounding: Rounding


class Seconds(Struct, frozen=True):
    """Wall time: of each program's process, of the comparison (replays included), of the diagnosis, and of all."""

    torch: float = 0.0
    mindspore: float = 0.0
    compare: float = 0.0
    diagnose: float = 0.0
    total: float = 0.0


class Result(Struct, frozen=True, kw_only=True):
    """One variant's verdict and all it rests on."""

    id: str
    title: str
    guide: str = ""
    #: The variant's cell of the matrix.
    cell: dict[str, Scalar] = {}
    #: ``match``, ``known``, ``stale``, ``mismatch`` or ``error``.
    verdict: str
    findings: tuple[Finding, ...] = ()
    #: For ``error``, one entry for each side that failed.
    failures: tuple[Failure, ...] = ()
    #: Known differences that no longer occur.
    stale: tuple[str, ...] = ()
    #: Lines of the baseline whose differences no longer occur, each after its place: ``FILE:4: {...}``.
    gone: tuple[str, ...] = ()
    #: Why it would be an error if all that it finds were expected: no gradient was compared, a tolerance was not read.
    void: str = ""
    #: Leaves compared.
    leaves: int = 0
    #: Leaves that differ by mere rounding.
    rounded: tuple[Rounded, ...] = ()
    notes: tuple[str, ...] = ()
    #: Why it differs; None where it does not, or was not asked.
    diagnosis: Diagnosis | None = None
    #: How the differences of the first leaves that differ are distributed; of a mismatch alone.
    portraits: tuple[Portrait, ...] = ()
    #: How far off each leaf is, in torch's order; of a mismatch alone.
    errors: tuple[LeafError, ...] = ()
    #: The files of ``torch``, ``mindspore`` and the ``case``, relative to where the command was given, with slashes.
    files: dict[str, str] = {}
    #: What each program printed, the last 64 KiB; by side.
    output: dict[str, str] = {}
    seconds: Seconds = field(default_factory=Seconds)
    #: None where nothing was run.
    seed: int | None = 0
    #: Framework versions by side.
    versions: dict[str, str] = {}
    #: The command that checks this variant alone.
    rerun: str = ""


class Environment(Struct, frozen=True):
    """What one side ran on."""

    framework: str
    python: str
    numpy: str


class Report(Struct, frozen=True, kw_only=True):
    """One run."""

    format: int = FORMAT
    migcheck: str
    #: None where nothing was run.
    seed: int | None
    #: By side; a side that could not start is absent.
    environments: dict[str, Environment] = {}
    #: By side: why it could not start.
    problems: dict[str, str] = {}
    #: The folder in which the command was given, relative to its repository's root, with slashes; empty for the root.
    directory: str = ""
    #: The text of the files of results that are no plain match, by path as in :attr:`Result.files`.
    sources: dict[str, str] = {}
    #: In the order of ids.
    results: tuple[Result, ...] = ()
    #: What a reader should know of the run as a whole.
    notes: tuple[str, ...] = ()
    #: The part of the selected variants that was checked, ``2/4``; empty for all.
    partition: str = ""
    #: A digest of the ids of all selected variants, whatever their partition.
    selected: str = ""
    #: Of a part: a digest of the commit and of the options that change results; parts of one run have the same.
    kin: str = ""
    #: Ids of variants that were selected, and left out because nothing of theirs was changed.
    left_out: tuple[str, ...] = ()
    #: As :attr:`Result.gone`, of variants that are no more.
    gone: tuple[str, ...] = ()
    #: Variants that were selected and not checked, because the run was interrupted or had failed often enough.
    skipped: int = 0
    interrupted: bool = False
    #: Wall time of the run.
    seconds: float = 0.0
    #: What ``migcheck run`` exits with: see :func:`exit_code`.
    exit_code: int = 0


def concluded(report: Report) -> Report:
    """The report with the exit code that follows from the rest of it."""
    return msgspec.structs.replace(report, exit_code=exit_code(report))


def exit_code(report: Report) -> int:
    """0 parity, known differences included; 1 a difference, or a stale one; 3 not comparable; 4 a fault of migcheck; 5
    nothing checked; 130 interrupted.

    1 wins over 3 and 4: a difference that was found does not go away because another variant could not be compared.
    A part of a run may be empty, and so may what a change touches: both say what was left to others.
    """
    if report.interrupted:
        return 130
    count = verdicts(report.results)
    if count["mismatch"] or count["stale"] or report.gone:
        return 1
    if not report.results:
        return 0 if (report.partition or report.left_out) and not report.skipped else 5
    if any(failure.kind == "internal" for result in report.results for failure in result.failures):
        return 4
    return 3 if count["error"] or report.skipped else 0


def verdicts(results: tuple[Result, ...]) -> Counter[str]:
    """How many results have each verdict."""
    return Counter(result.verdict for result in results)


def failed(result: Result) -> bool:
    """Whether a result fails the gate."""
    return result.verdict in ("mismatch", "stale", "error")
