"""The hosts of one pytest process."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from migcheck.check import Checker, RunOptions
from migcheck.discover.case import Variant
from migcheck.report.value import Result
from migcheck.run.folder import run_folder
from migcheck.run.hosts import started
from migcheck.session import host_options


class Checking:
    """Hosts that start when the first test needs them, and end with the session.

    Each worker of pytest-xdist has its own, and shares cores and memory with the others.
    """

    def __init__(self, options: RunOptions, environment: Mapping[str, str]) -> None:
        """``environment`` is that of the hosts, and of all that runs in them, whichever test starts them."""
        self.options = replace(options, slots=int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))
        self._environment = environment
        self._stack = ExitStack()
        self._checkers: dict[bool, Checker] = {}

    def start(self) -> None:
        """Import both frameworks, if that has not been done: seconds, once."""
        if self._checkers:
            return
        with _environment(self._environment):
            folder = self._stack.enter_context(run_folder())
            hosts = self._stack.enter_context(started(host_options(self.options, folder)))
        versions, problems = hosts.ready()
        for diagnose in (True, False):
            options = replace(self.options, diagnose=self.options.diagnose and diagnose)
            self._checkers[diagnose] = Checker(hosts, folder, options, versions, problems)

    def check(self, variant: Variant, diagnose: bool = True) -> Result:
        """Run, compare and judge one variant, and look for the cause of a mismatch if that is wanted."""
        self.start()
        return self._checkers[diagnose].check(variant)

    def close(self) -> None:
        """End the hosts; a second time does nothing."""
        self._checkers.clear()
        self._stack.close()


@contextmanager
def _environment(wanted: Mapping[str, str]) -> Iterator[None]:
    """The context in which this process has another environment: processes that start in it inherit that."""
    before = dict(os.environ)
    _become(wanted)
    try:
        yield
    finally:
        _become(before)


def _become(wanted: Mapping[str, str]) -> None:
    for name in os.environ.keys() - wanted.keys():
        del os.environ[name]
    os.environ.update({name: value for name, value in wanted.items() if os.environ.get(name) != value})
