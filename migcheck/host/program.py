"""Load a case's function, feed it, and collect what it returns."""

from __future__ import annotations

import importlib.util
import inspect
import os
import random
import sys
import traceback
from pathlib import Path
from typing import Any

import numpy as np

from . import exchange, fingerprint, parcel
from .exchange import Leaf, LeafName
from .job import Failure, Job, Parcel
from .observe import NotAnObservation, observe
from .prewarm import NotPrewarmed, prewarm
from .recorder import Recorder
from .side import Side

_HERE = str(Path(__file__).parent)

#: Characters of a reason, and of a stack, that are kept.
_LONGEST = 500
_LONGEST_STACK = 64 * 1024


class BadProgram(Exception):
    """The program's file does not define what the case needs; the message says what."""


class Replaced(Exception):
    """The test's process has put something else in the place of what the program reads of a package."""


def run(job: Job, side: Side) -> Failure | None:
    """Run the job in this process and write its output file; return the reason if there is none."""
    process = os.getpid()
    try:
        if job.function == "make_inputs":
            leaves, steps = _drawn(job)
        else:
            leaves, steps = _observed(job, side)
        if os.getpid() != process:
            os._exit(0)  # a copy that the program forked and let return; the original speaks for both
        exchange.write(job.output, leaves, steps)
        return None
    except BadProgram as error:
        return Failure("program", str(error))
    except Replaced as error:
        return Failure("replaced", str(error))
    except NotPrewarmed as error:
        return Failure("prewarm", str(error))
    except NotAnObservation as error:
        return Failure("observation", f"{Path(job.file).name}: {error}")
    except SystemExit as error:
        return Failure("exit", f"the program called sys.exit({error.code!r})", _stack(error))
    except BaseException as error:  # whatever a user's code raises is this variant's result
        return Failure("exception", _reason(error, job), _stack(error))


def _observed(job: Job, side: Side) -> tuple[dict[LeafName, Leaf], int]:
    _check_packages(job)
    _seed(job, side)
    recorder = Recorder(side.read, job.file) if job.trace else None
    with side.precision(job), side.instrumented(job, recorder):
        function = _load(job)
        stored = exchange.read(job.inputs)[0]
        if job.prewarm:
            prewarm(job.prewarm, function, stored, side, job)
            _seed(job, side)
        fed = {name.path: side.tensor(value) for name, value in stored.items()}
        arguments = {**fed, **job.keywords}
        _check_signature(function, arguments, job)
        if recorder is None:
            observed = observe(function(**arguments), side.read)
        else:
            recorder.fed.update({id(tensor): name for name, tensor in fed.items()})
            try:
                observed = observe(function(**arguments), side.read, recorder)
            finally:
                recorder.write(job.trace)
    if changed := side.changed(job):
        raise BadProgram(f"{Path(job.file).name}: {changed}")
    return observed


def _check_packages(job: Job) -> None:
    """Compare what a parcel reads of packages; in a replay, whose first run has, they are changed by ourselves."""
    changed = job.trace or job.changes or job.precision
    if job.parcel and not changed and (said := fingerprint.replaced(Parcel(**job.parcel))):
        raise Replaced(said)


def _seed(job: Job, side: Side) -> None:
    random.seed(job.seed)
    side.prepare(job)
    np.random.seed(job.seed % 2**32)  # last: MindSpore's set_seed reseeds numpy's global generator


def _drawn(job: Job) -> tuple[dict[LeafName, Leaf], int]:
    random.seed(job.seed)
    np.random.seed(job.seed % 2**32)
    function = _load(job)
    arrays = function(np.random.default_rng(job.seed))
    if not isinstance(arrays, dict):
        raise BadProgram(f"inputs.py: make_inputs(rng) returned {type(arrays).__name__}, not a dict of arrays")
    leaves = {}
    for name, array in arrays.items():
        if not (isinstance(name, str) and name.isidentifier()):
            raise BadProgram(f"inputs.py: make_inputs(rng) named an input {name!r}, which is no Python identifier")
        if not isinstance(array, (np.ndarray, np.generic)):
            raise BadProgram(f"inputs.py: make_inputs(rng)[{name!r}] is {type(array).__name__}, not a numpy array")
        try:
            leaves[LeafName(0, "input", name)] = exchange.leaf(np.asarray(array))
        except exchange.Unstorable as error:
            raise BadProgram(f"inputs.py: make_inputs(rng)[{name!r}] is {error}, which no framework takes") from None
    return leaves, 1


def _load(job: Job) -> Any:
    file = Path(job.file)
    sys.path[:0] = job.path
    if job.parcel:
        return parcel.unpack(Parcel(**job.parcel))
    # In sys.modules under its own name: MindSpore's graph mode finds a function's source through its module.
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[file.stem] = module
    spec.loader.exec_module(module)
    function = getattr(module, job.function, None)
    if not callable(function):
        raise BadProgram(f"{file.name} defines no function {job.function}(...)")
    return function


def _check_signature(function: Any, arguments: dict[str, Any], job: Job) -> None:
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return
    try:
        signature.bind(**arguments)
    except TypeError as error:
        what = "its inputs" if job.parcel else "what case.toml feeds it"
        raise BadProgram(f"{Path(job.file).name}: {job.function}{signature} cannot take {what}: {error}") from None


def _reason(error: BaseException, job: Job) -> str:
    name = Path(job.file).name
    if isinstance(error, SyntaxError) and error.filename:
        return f"{Path(error.filename).name}:{error.lineno}: {type(error).__name__}: {error.msg}"
    said = ": ".join((type(error).__name__, *_gist(str(error))))[:_LONGEST]
    lines = [
        f"{name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__) if frame.filename == job.file
    ]
    return f"{lines[-1] if lines else name}: {said}"


def _gist(text: str) -> list[str]:
    """The first line of an error's text; of MindSpore's, which frames its headings with rulers, heading and line."""
    lines = [line.strip().removeprefix("- ").rstrip(":") for line in text.partition("- C++ Call Stack")[0].splitlines()]
    lines = [line for line in lines if line.strip("-= ")]
    return lines[:2] if text.lstrip().startswith("---") else lines[:1]


def _stack(error: BaseException) -> str:
    """The traceback from the user's first frame on: the frames of this package would only distract."""
    summary = traceback.TracebackException.from_exception(error)
    link: traceback.TracebackException | None = summary
    while link is not None:
        frames = [frame for frame in link.stack if not frame.filename.startswith((_HERE, "<frozen importlib"))]
        link.stack = traceback.StackSummary.from_list(frames)
        link = link.__cause__ or link.__context__
    return "".join(summary.format()).rstrip()[-_LONGEST_STACK:]
