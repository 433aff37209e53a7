"""The command as a user calls it."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest import mock

from migcheck.cli import main

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


def migcheck_here(*arguments: str, cwd: Path, env: dict[str, str] | None = None) -> tuple[int, str, str]:
    """The same in this process, which is faster: its exit code and what it wrote to both streams."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    code: object = None
    before = Path.cwd()
    os.chdir(cwd)
    try:
        with (
            mock.patch.dict(os.environ, {**COLUMNS_80, **(env or {})}),
            mock.patch.object(sys, "argv", ["migcheck", *arguments]),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            main()
    except SystemExit as end:
        code = end.code
    finally:
        os.chdir(before)
    assert isinstance(code, int)
    said = [stream.buffer.getvalue().decode() for stream in (out, err) if isinstance(stream.buffer, io.BytesIO)]
    return code, said[0], said[1]
