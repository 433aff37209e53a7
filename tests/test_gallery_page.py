"""docs/gallery.md is written from the cases, and kept up with them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_the_page_is_what_the_cases_say() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "gallery_page.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
