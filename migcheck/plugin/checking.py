"""The hosts of one pytest process."""

from __future__ import annotations

import os
from contextlib import ExitStack
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

    def __init__(self, options: RunOptions) -> None:
        self.options = replace(options, slots=int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))
        #: That of the hosts, and of all that runs in them; None before they start.
        self.environment: dict[str, str] | None = None
        self._stack = ExitStack()
        self._checkers: dict[bool, Checker] = {}

    def start(self) -> None:
        """Import both frameworks, if that has not been done: seconds, once."""
        if self._checkers:
            return
        self.environment = dict(os.environ)
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
