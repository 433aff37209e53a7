"""The command in a process that may take only so much memory and time."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

#: Bytes of address space: the command itself, with numpy, takes half of it.
MEMORY = 2 * 2**30
SECONDS = 60


@dataclass(frozen=True)
class Ended:
    """How the command ended."""

    code: int
    out: str
    err: str


def limited(
    *arguments: str, cwd: Path, memory: int = MEMORY, largest: int = 2**40, env: dict[str, str] | None = None
) -> Ended:
    """Run ``migcheck``; a hang, more memory, or a file of more than ``largest`` bytes is an error of its own."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))

    done = subprocess.run(
        [sys.executable, "-m", "migcheck", *arguments],
        cwd=cwd,
        env={**os.environ, "XDG_CACHE_HOME": str(cwd / "cache"), "OPENBLAS_NUM_THREADS": "1", **(env or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=SECONDS,
        preexec_fn=limit,
    )
    return Ended(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


def obeyed(text: str) -> list[str]:
    """The lines that a terminal or a CI system would obey, where it should only show them."""
    lines = text.split("\n")
    moves = [line for line in lines if not line.replace("\t", "").isprintable()]
    return moves + [line for line in lines if line.lstrip().startswith("::") or "##[" in line or "##vso[" in line]
