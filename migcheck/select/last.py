"""What failed in the last run, for ``--lf``.

Kept in the user's cache folder, one small file a project, so that a read-only checkout works and no file of ours
appears in it.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path


def read_failed() -> frozenset[str] | None:
    """The ids that failed in the last run in this folder; None if none is recorded."""
    try:
        ids = json.loads(_file().read_text(encoding="utf-8"))["failed"]
        return frozenset(str(each) for each in ids)
    except (OSError, ValueError, KeyError, TypeError, RuntimeError):  # RuntimeError: a user without a home
        return None


def write_failed(checked: set[str], failed: set[str]) -> None:
    """Record a run: ``failed`` of the ids that it ``checked``.  What it did not check keeps its last state."""
    ids = sorted(((read_failed() or frozenset()) - checked) | failed)
    try:
        file = _file()
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_suffix(f".{os.getpid()}")
        draft.write_text(json.dumps({"failed": ids}), encoding="utf-8")
        draft.replace(file)
    except (OSError, RuntimeError):  # no cache folder to write to: --lf will say that it knows nothing
        return


def _file() -> Path:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "migcheck" / f"{hashlib.sha256(os.fsencode(os.getcwd())).hexdigest()[:16]}.json"
