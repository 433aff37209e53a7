"""The command as a user calls it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

COLUMNS_80 = {"COLUMNS": "80", "NO_COLOR": "1"}


def migcheck(
    *arguments: str, cwd: Path | None = None, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run ``migcheck`` with both streams in pipes, at 80 columns."""
    return subprocess.run(
        [sys.executable, "-m", "migcheck", *arguments],
        cwd=cwd,
        env={**os.environ, **COLUMNS_80, **(env or {})},
        capture_output=True,
        text=True,
        timeout=300,
    )
