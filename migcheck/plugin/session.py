"""What the plugin knows in one pytest process; as light as the hooks, which import it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from migcheck.plugin.checking import Checking

#: The key under which a test's report carries what it checked: ``("migcheck", "a against b: 3 checks, hermetic")``.
PROPERTY = "migcheck"


class State:
    """What the plugin knows in one pytest process."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._checking: Checking | None = None
        #: The test that is running.
        self.item: pytest.Item | None = None
        #: What it has checked so far, and how.
        self.checked: Counter[str] = Counter()

    @property
    def checking(self) -> Checking:
        """The hosts of this process, which start when they are needed."""
        if self._checking is None:
            from migcheck.plugin.checking import Checking
            from migcheck.plugin.options import run_options

            try:
                options = run_options(self._config)
            except pytest.UsageError as error:  # found by a worker, which cannot end the session
                pytest.fail(str(error), pytrace=False)
            self._checking = Checking(options)
        return self._checking

    def close(self) -> None:
        """End the hosts."""
        if self._checking is not None:
            self._checking.close()


STATE = pytest.StashKey[State]()
"""Where a config keeps it."""
