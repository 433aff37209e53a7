"""Both hosts of a run."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from migcheck.discover.case import SIDES
from migcheck.errors import HostError
from migcheck.run import interrupt
from migcheck.run.host import Host, HostOptions, Versions


class Hosts:
    """A host for each side; :func:`started` makes them and ends them."""

    def __init__(self, options: HostOptions) -> None:
        """Start both processes without waiting for their frameworks."""
        with ThreadPoolExecutor(len(SIDES)) as pool:
            started = {side: pool.submit(Host, side, options) for side in SIDES}
        failed = [future for future in started.values() if future.exception()]
        if failed:
            for future in started.values():
                if future not in failed:
                    future.result().close()
            failed[0].result()
        self._hosts = {side: future.result() for side, future in started.items()}

    def __getitem__(self, side: str) -> Host:
        return self._hosts[side]

    def ready(self) -> tuple[dict[str, Versions], dict[str, str]]:
        """Wait for both; what each runs on, and for a side that cannot run the reason."""
        versions: dict[str, Versions] = {}
        problems: dict[str, str] = {}
        for side, host in self._hosts.items():
            try:
                versions[side] = host.ready()
            except HostError as error:
                problems[side] = str(error)
        return versions, problems

    def close(self) -> None:
        """End both hosts and all they run."""
        with ThreadPoolExecutor(len(SIDES)) as pool:
            for host in self._hosts.values():
                pool.submit(host.close)


@contextmanager
def started(options: HostOptions) -> Iterator[Hosts]:
    """Both hosts, ended at the end, also when an interrupt falls into their start."""
    hosts = None
    try:
        with interrupt.deferred():
            hosts = Hosts(options)
        yield hosts
    finally:
        with interrupt.ignored():
            if hosts:
                hosts.close()
