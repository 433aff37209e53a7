"""What the plugin knows in one pytest process; as light as the hooks, which import it."""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from migcheck.check import RunOptions
    from migcheck.plugin.checking import Checking
    from migcheck.plugin.state import Originals

#: The key under which a test's report carries what it checked: ``("migcheck", "a against b: 3 checks, hermetic")``.
PROPERTY = "migcheck"


class State:
    """What the plugin knows in one pytest process."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._checking: Checking | None = None
        self._options: RunOptions | None = None
        #: What is wrong with the options.
        self._problem = ""
        self._originals: Originals | None = None
        #: The session's: what it was when all tests were collected, and no test had changed it.
        self.environment: dict[str, str] = {}
        #: The test that is running.
        self.item: pytest.Item | None = None
        #: What it has checked so far, and how.
        self.checked: Counter[str] = Counter()

    def begin(self, checks: bool) -> None:
        """Keep what tests may change, and read the settings if there is a test that ``checks`` something.

        Raises:
            pytest.UsageError: a setting cannot be meant.
        """
        self.environment = dict(os.environ)
        if checks:
            self.originals.hold()
            self._read()

    def _read(self) -> RunOptions:
        from migcheck.plugin.options import run_options

        if self._options is None:
            try:
                self._options = run_options(self._config)
            except pytest.UsageError as error:
                self._problem = str(error)
                raise
        return self._options

    @property
    def originals(self) -> Originals:
        """What the frameworks had before a test could replace it."""
        if self._originals is None:
            from migcheck.plugin.state import Originals

            self._originals = Originals()
        return self._originals

    @property
    def checking(self) -> Checking:
        """The hosts of this process, which start when they are needed."""
        if self._checking is None:
            from migcheck.plugin.checking import Checking

            try:
                options = self._read()
            except pytest.UsageError as error:  # found by a worker, which cannot end the session
                pytest.fail(str(error), pytrace=False)
            self._checking = Checking(options, self.environment)
        return self._checking

    def close(self) -> None:
        """End the hosts."""
        if self._checking is not None:
            self._checking.close()


STATE = pytest.StashKey[State]()
"""Where a config keeps it."""
