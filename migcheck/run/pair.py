"""A variant's two programs, run at the same time on the same inputs, and the replay of one with something changed."""

from __future__ import annotations

import dataclasses
import shutil
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from migcheck.discover.case import SIDES, Program, Variant
from migcheck.feed.draw import FeedError, draw
from migcheck.feed.dtype import Inputs, all_floating_as
from migcheck.host import exchange
from migcheck.host.job import Failure, Job, Outcome
from migcheck.observation import Observation
from migcheck.run.host import next_job_id
from migcheck.run.hosts import Hosts
from migcheck.trace import Trace, read_trace


@dataclass(frozen=True)
class SideRun:
    """How one run of one side went: an observation, or the failure that stands in its place."""

    observation: Observation | None
    failure: Failure | None
    stdout: str = ""
    stderr: str = ""
    #: Wall time, from the fork to the end.
    seconds: float = 0.0
    #: What the program asked of autograd, if that was recorded; also of a program that failed.
    trace: Trace | None = None


class Replayable(Protocol):
    """What a second opinion and a diagnosis need of a pair, which is as a rule a :class:`Pair`."""

    @property
    def mode(self) -> str:
        """MindSpore's execution mode, empty if it is not set."""

    @property
    def inputs(self) -> Inputs:
        """What both programs were fed."""

    @property
    def seed(self) -> int:
        """Of the inputs and the programs."""

    @property
    def replays_at_once(self) -> int:
        """How many replays may be under way at the same time; with 1, they are made by the thread that asks."""

    def replay(self, side: str, *, inputs: Inputs | None = None, trace: bool = False, **changed: Any) -> SideRun:
        """Run one side again, with something changed."""


class Pair:
    """The two sides of one variant.  Files go to ``folder``, which :meth:`close` removes.

    Arrays of an observation are views of those files, so they are used before that.
    """

    #: A host has that many programs under way for one diagnosis.
    replays_at_once = 3

    def __init__(self, variant: Variant, hosts: Hosts, folder: Path, seed: int, timeout: float) -> None:
        self.variant = variant
        self.mode = variant.mode
        self.seed = seed
        #: What both programs were fed; empty before :meth:`run`.
        self.inputs: Inputs = {}
        self._hosts = hosts
        self._folder = folder
        self._timeout = timeout

    def close(self) -> None:
        """Remove the variant's files."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def run(self) -> dict[str, SideRun]:
        """Feed both programs and run them at the same time.

        Raises:
            FeedError: the inputs cannot be made.
            HostError: a host is gone.
        """
        self._folder.mkdir(parents=True)
        self.inputs = self._feed()
        exchange.write(str(self._folder / "inputs.safetensors"), self.inputs, 1)
        jobs = {side: self._job(side, "inputs") for side in SIDES}
        running = {side: self._hosts[side].submit(job) for side, job in jobs.items()}
        return {side: _collect(running[side], jobs[side]) for side in SIDES}

    def replay(self, side: str, *, inputs: Inputs | None = None, trace: bool = False, **changed: Any) -> SideRun:
        """Run one side again with fields of its job changed, for example ``precision="float64"``, or on other inputs.

        Raises:
            HostError: the host is gone.
        """
        file, wanted = "inputs", self.inputs if inputs is None else inputs
        if changed.get("precision"):
            wanted = all_floating_as(wanted, changed["precision"])
        if wanted is not self.inputs:
            file = f"inputs-{next_job_id()}"
            exchange.write(str(self._folder / f"{file}.safetensors"), wanted, 1)
        job = dataclasses.replace(self._job(side, file), **changed)
        if trace:
            job = dataclasses.replace(job, trace=str(self._folder / f"{job.id}-{side}.trace"))
        run = _collect(self._hosts[side].submit(job), job)
        return dataclasses.replace(run, trace=read_trace(job.trace)) if trace else run

    def _feed(self) -> Inputs:
        inputs = draw(self.variant, self.seed)
        file = self.variant.case.inputs_file
        if file is None:
            return inputs
        job = dataclasses.replace(self._job("torch", "", program=file), keywords={})
        made = _collect(self._hosts["torch"].submit(job), job)
        if made.failure or made.observation is None:
            raise FeedError(made.failure.reason if made.failure else "inputs.py made nothing")
        for name, value in made.observation.leaves.items():
            if name.path in self.variant.cell:
                raise FeedError(f"{name.path!r} is both an input of inputs.py and a key of [matrix]; rename one")
            if name in inputs:
                raise FeedError(f"input {name.path!r} is in both case.toml and inputs.py; keep one")
            inputs[name] = value
        return all_floating_as(inputs, self.variant.dtype) if self.variant.dtype else inputs

    def _job(self, side: str, inputs: str, program: Program | None = None) -> Job:
        number = next_job_id()
        program = program or self.variant.case.programs[side]
        return Job(
            id=number,
            file=str(program.file),
            function=program.function,
            inputs=str(self._folder / f"{inputs}.safetensors"),
            output=str(self._folder / f"{number}-{side}.safetensors"),
            keywords=self.variant.keywords,
            mode=self.variant.mode,
            seed=self.seed,
            path=list(program.path),
            timeout=self._timeout,
            parcel=vars(program.parcel) if program.parcel else {},
        )


def _collect(future: Future[Outcome], job: Job) -> SideRun:
    outcome = future.result()
    observation, failure = None, outcome.failure
    if failure is None:
        try:
            leaves, steps = exchange.read(job.output)
            observation = Observation(leaves, steps)
        except exchange.Unreadable as error:
            failure = Failure("observation", f"what the program returned could not be read back: {error}")
    return SideRun(observation, failure, outcome.stdout, outcome.stderr, outcome.seconds)
