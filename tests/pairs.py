"""Pairs of programs whose sides are replayed one by one, on hosts that stay up for a module of tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from migcheck.discover.case import Variant
from migcheck.observation import Observation
from migcheck.run.folder import run_folder
from migcheck.run.host import HostOptions, next_job_id
from migcheck.run.hosts import Hosts, started
from migcheck.run.pair import Pair
from migcheck.select.arguments import select
from tests.build import bits

_MEMORY = 4 << 30


class Pairs:
    """Makes pairs of cases on disk."""

    def __init__(self, hosts: Hosts, folder: Path) -> None:
        self._hosts = hosts
        self._folder = folder

    def of(self, case: Path) -> Pair:
        """The pair of a case of one variant."""
        (variant,) = select((str(case),), "", None)
        assert isinstance(variant, Variant)
        return Pair(variant, self._hosts, self._folder / f"variant-{next_job_id()}", 0, 60.0)


@contextmanager
def replaying() -> Iterator[Pairs]:
    """Hosts of both frameworks."""
    with run_folder() as folder, started(HostOptions(folder, 1, "fork", _MEMORY, {})) as hosts:
        _, problems = hosts.ready()
        assert problems == {}
        yield Pairs(hosts, folder)


def exactly(observation: Observation | None) -> dict[str, tuple[str, str, tuple[int, ...], bytes | None]]:
    """An observation to compare bit for bit."""
    assert observation is not None
    return {
        name.title(observation.steps): (
            leaf.kind, leaf.dtype, tuple(leaf.shape), None if leaf.values is None else bits(leaf.values),
        )
        for name, leaf in observation.leaves.items()
    }  # fmt: skip
