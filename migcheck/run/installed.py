"""Which versions of the frameworks are installed, as pip knows them: nothing is imported to tell."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from importlib import metadata

from migcheck.discover.case import SIDES
from migcheck.run.host import ask

_ASK = "import sys; from importlib import metadata; print(metadata.version(sys.argv[1]))"


def framework_versions(interpreters: Mapping[str, str]) -> dict[str, str]:
    """By side; a side whose interpreter does not tell is left out."""
    found = {}
    for side in SIDES:
        try:
            if interpreter := interpreters.get(side, ""):
                version = ask(interpreter, _ASK, side)
            else:
                version = metadata.version(side)
        except (OSError, subprocess.SubprocessError, metadata.PackageNotFoundError):
            continue
        if version:
            found[side] = version
    return found
