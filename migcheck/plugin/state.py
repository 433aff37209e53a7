"""What a test has set in its process that a fresh process would not have."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any

#: Set by the runner of the tests, test by test, and by MindSpore when it is imported.
_NOT_BY_TESTS = ("PYTEST_", "COV_", "COVERAGE_", "HCCL_")


def not_fresh(environment: Mapping[str, str] | None) -> str:
    """What differs from a fresh process, as the rest of a sentence; empty if nothing does.

    ``environment`` is that of the hosts, None if they have not started: then it will be that of this process.

    What programs are likely to depend on: torch's default dtype, device and grad mode, environment variables.
    MindSpore's mode is part of what a check says, see :func:`mode`.
    """
    torch: Any = sys.modules.get("torch")
    if torch is not None:
        if torch.get_default_dtype() != torch.float32:
            return f"torch's default dtype is {str(torch.get_default_dtype()).removeprefix('torch.')} there"
        if not torch.is_grad_enabled():
            return "torch.no_grad() is in force there"
        if torch.get_default_device().type != "cpu":
            return f"torch's default device is {torch.get_default_device()} there"
        if torch.are_deterministic_algorithms_enabled():
            return "torch's deterministic algorithms are switched on there"
    if environment is None:
        return ""
    names = (name for name in sorted({*environment, *os.environ}) if not name.startswith(_NOT_BY_TESTS))
    changed = [name for name in names if environment.get(name) != os.environ.get(name)]
    return f"the environment variable {changed[0]} was changed there" if changed else ""


def mode() -> str | None:
    """``graph`` if MindSpore was set to it, None for PyNative, its default."""
    mindspore: Any = sys.modules.get("mindspore")
    if mindspore is None or mindspore.get_context("mode") != mindspore.GRAPH_MODE:
        return None
    return "graph"
