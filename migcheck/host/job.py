"""The two values that cross the wire: what a host is asked to run, and how that ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

#: Seconds; what the systems' timers hold.
LONGEST_TIMEOUT = 1e7


@dataclass(frozen=True)
class Parcel:
    """What a function is made of, stated so that it can be made again: see ``sending/packing.py``."""

    #: Statements of files, at module level: file, the line on which it begins, text, flags for :func:`compile`.
    statements: tuple[tuple[str, int, str, int], ...]
    #: The kind of each object, and what it takes to make it; an object refers to another by its index here.
    nodes: tuple[list[Any], ...]
    #: The nodes of modules, which are made first.
    modules: tuple[int, ...]
    #: The node of the function.
    root: int
    #: What it reads of installed packages: a module, a path in it, its fingerprint, and how it is read, for a message.
    reads: tuple[list[Any], ...] = ()
    #: ``sys.prefix`` of the Python whose packages these are; another one's may be other versions.
    prefix: str = ""


@dataclass(frozen=True)
class Job:
    """One run of one function of a case.  A replay is the same job with one field changed."""

    id: int
    #: Absolute path of the file that defines the function.
    file: str
    #: Its name: ``program``, ``make_inputs`` of an ``inputs.py``, or that of the function in ``parcel``.
    function: str
    #: safetensors file of the inputs; empty where the function draws them itself.
    inputs: str
    #: safetensors file that the child writes.
    output: str
    #: Further keyword arguments, from the case's matrix.
    keywords: dict[str, Any] = field(default_factory=dict)
    #: MindSpore's execution mode, ``pynative`` or ``graph``, if the variant is about it; torch has no use for it.
    mode: str = ""
    #: For Python, numpy and the framework.
    seed: int = 0
    #: Folders put in front of ``sys.path``.
    path: list[str] = field(default_factory=list)
    #: ``float64`` computes the whole program in double precision, whatever the dtype of its inputs; empty leaves it.
    precision: str = ""
    #: safetensors file for what the program asks of autograd; empty records nothing.  Beside it goes a ``.json``.
    trace: str = ""
    #: What is done differently in this run, by name: see ``torch_changes.py`` and ``mindspore_changes.py``.
    changes: dict[str, Any] = field(default_factory=dict)
    #: ``shapes``, ``exception`` or ``memory 7.5``: what runs in the same process before the program; empty for nothing.
    prewarm: str = ""
    #: A byte with which the C library fills what it hands out (glibc's ``MALLOC_PERTURB_``); 0 leaves memory as it is.
    allocator: int = 0
    #: Seconds of wall time.
    timeout: float = 60.0
    #: The function itself: the fields of a :class:`Parcel`; empty for that of the file.
    parcel: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Failure:
    """Why a run produced no observation.

    ``kind`` is one of ``exception``, ``timeout``, ``crash``, ``exit``, ``memory``, ``output``, ``observation``,
    ``program``, ``replaced``, ``prewarm``, ``host``, ``internal``.
    """

    kind: str
    #: One sentence.
    reason: str
    #: The Python stack where it ended, the user's frames only; may be empty.
    stack: str = ""


@dataclass(frozen=True)
class Outcome:
    """How a job ended.  The leaves themselves are in the job's output file."""

    id: int
    failure: Failure | None
    #: The last 64 KiB of what the child wrote.
    stdout: str
    stderr: str
    #: Seconds of wall time, from the fork to the end.
    seconds: float


def outcome_from(data: dict[str, Any]) -> Outcome:
    """The outcome that :func:`dataclasses.asdict` took apart for the wire."""
    failure = data["failure"]
    return Outcome(**{**data, "failure": Failure(**failure) if failure else None})
