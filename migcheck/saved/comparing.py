"""Two saved sets to a report."""

from __future__ import annotations

import dataclasses
import os
import shlex
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import msgspec

from migcheck import __version__
from migcheck.discover.case import SIDES
from migcheck.discover.schema import Tolerance
from migcheck.observation import Observation
from migcheck.parity import Expectations, Replay, failed, judged, portrayed
from migcheck.report.value import Failure, Report, Result, concluded
from migcheck.run import interrupt
from migcheck.saved.bad import BadSet
from migcheck.saved.reading import open_set
from migcheck.saved.stored import Lazy

_NO_REPLAY = "saved gradients cannot be run again; give those of the same program in float64, as --{}-float64"


@dataclass(frozen=True)
class Saved:
    """What was saved where, by side."""

    sets: dict[str, Path]
    #: The same programs' sets in float64, where there are any.
    float64: dict[str, Path]
    #: Of all leaves, in place of what migcheck allows; None for that.
    tolerance: Tolerance | None


def compare_saved(saved: Saved) -> Report:
    """Compare two sets; torch's is the reference."""
    begun = time.monotonic()
    names = [str(saved.sets[side]) for side in SIDES]
    base = Result(id=shlex.join(names), title="saved gradients", verdict="error", seed=None, rerun=_rerun(saved))
    # Not /dev/shm: what is unpacked is there to be kept out of memory.
    with interrupt.interruptible(), tempfile.TemporaryDirectory(prefix="migcheck-") as scratch:
        result = _compared(base, saved, Path(scratch))
    total = time.monotonic() - begun
    result = msgspec.structs.replace(result, seconds=msgspec.structs.replace(result.seconds, total=total))
    return concluded(Report(migcheck=__version__, seed=None, results=(result,), seconds=total))


def _compared(base: Result, saved: Saved, scratch: Path) -> Result:
    opened: dict[tuple[str, str], Observation] = {}
    failures = []
    for given, sets in (("", saved.sets), ("float64", saved.float64)):
        for side, path in sets.items():
            try:
                opened[side, given] = open_set(path, scratch)
            except BadSet as error:
                failures.append(Failure(side, "inputs", str(error)))
    if failures:
        return msgspec.structs.replace(base, failures=tuple(failures))
    tolerance = {"*": saved.tolerance} if saved.tolerance else {}

    def replay(side: str) -> Replay:
        found = opened.get((side, "float64"))
        return Replay(_beside(found, torch).leaves) if found else Replay({}, _NO_REPLAY.format(side))

    try:
        known = Expectations(tolerance, {}, {})
        torch = _beside(opened["torch", ""], opened["mindspore", ""])
        mindspore = _beside(opened["mindspore", ""], opened["torch", ""])
        result = judged(base, torch, mindspore, known, replay)
        return portrayed(result, torch, mindspore) if result.verdict == "mismatch" else result
    except BadSet as error:
        return failed(base, "inputs", str(error))
    except OSError as error:  # a file that has gone since it was opened
        return failed(base, "inputs", f"{error.filename}: {error.strerror}" if error.filename else str(error))


def _beside(one: Observation, other: Observation) -> Observation:
    """A set, of which no array is opened that has no partner in the other."""
    assert isinstance(one.leaves, Lazy)
    assert isinstance(other.leaves, Lazy)
    return dataclasses.replace(one, leaves=one.leaves.beside(other.leaves))


def _rerun(saved: Saved) -> str:
    names = [os.fspath(saved.sets[side]) for side in SIDES]
    words = ["migcheck", "compare"]
    for side, path in saved.float64.items():
        words += [f"--{side}-float64", os.fspath(path)]
    for name in ("rtol", "atol"):
        value = getattr(saved.tolerance, name, None)
        if value is not None:
            words += [f"--{name}", repr(value)]
    return shlex.join([*words, *(["--"] if any(each.startswith("-") for each in names) else []), *names])
