"""What this machine has to share out between two sides and ``-n`` slots."""

from __future__ import annotations

import os
from pathlib import Path

#: No limit is below this: a framework alone takes a tenth of it.
_LEAST_MEMORY = 4 * 2**30

#: The share of the memory that all programs of one side may hold together.
_MEMORY_SHARE = 0.7


def cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def threads_per_program(slots: int) -> int:
    """So that the two sides of every slot do not fight for the cores."""
    return max(1, cores() // (2 * slots))


def memory_per_program(slots: int) -> int:
    """Bytes that one program may hold; 0, for no limit, where the system does not tell how much there is."""
    sizes = [size for size in (_physical(), _container()) if size]
    return max(int(_MEMORY_SHARE * min(sizes) / slots), _LEAST_MEMORY) if sizes else 0


def _physical() -> int:
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError):
        return 0


def _container() -> int:
    for file in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            return int(Path(file).read_text(encoding="ascii"))
        except (OSError, ValueError):
            continue
    return 0
