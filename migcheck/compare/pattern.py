"""Leaf names with ``*`` and ``?``.

Brackets are themselves: in ``grad['fc.*']`` they are no set of characters, as they would be to :mod:`fnmatch`.
"""

from __future__ import annotations

import fnmatch
import functools
import re

from migcheck.host.exchange import LeafName


def matches(pattern: str, name: LeafName) -> bool:
    """Whether a pattern names a leaf, either of one step (``step[1].grad['x']``) or of all (``grad['x']``)."""
    compiled = _compile(pattern)
    return bool(compiled.fullmatch(str(name)) or compiled.fullmatch(f"step[{name.step}].{name}"))


@functools.lru_cache(maxsize=1024)
def _compile(pattern: str) -> re.Pattern[str]:
    # Its expressions never go back behind a star, so no pattern takes long.
    return re.compile(fnmatch.translate(pattern.replace("[", "[[]")))
