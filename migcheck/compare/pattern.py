"""Leaf names with ``*`` and ``?``.

Not :mod:`fnmatch`: in ``grad['fc.*']`` it would read the brackets as a set of characters.
"""

from __future__ import annotations

import functools
import re

from migcheck.host.exchange import LeafName


def matches(pattern: str, name: LeafName) -> bool:
    """Whether a pattern names a leaf, either of one step (``step[1].grad['x']``) or of all (``grad['x']``)."""
    compiled = _compile(pattern)
    return bool(compiled.fullmatch(str(name)) or compiled.fullmatch(f"step[{name.step}].{name}"))


@functools.lru_cache(maxsize=1024)
def _compile(pattern: str) -> re.Pattern[str]:
    wild = {"*": ".*", "?": "."}
    return re.compile("".join(wild.get(letter, re.escape(letter)) for letter in pattern), re.DOTALL)
