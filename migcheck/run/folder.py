"""The run's own folder: inputs, observations, scratch.  It is gone when the run is."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: A memory-backed file system is used only with this much room: a full one ends a process with SIGBUS.
_ROOM = 2 * 2**30


@contextmanager
def run_folder() -> Iterator[Path]:
    """A new folder, in memory-backed storage where there is enough, else where ``TMPDIR`` says; removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="migcheck-", dir=_base()))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def free_space() -> tuple[str, int]:
    """Where run folders go, and the free bytes there."""
    folder = _base() or tempfile.gettempdir()
    return folder, shutil.disk_usage(folder).free


def _base() -> str | None:
    if os.environ.get("TMPDIR"):
        return None
    shared = "/dev/shm"
    try:
        if os.access(shared, os.W_OK) and shutil.disk_usage(shared).free >= _ROOM:
            return shared
    except OSError:
        pass
    return None
