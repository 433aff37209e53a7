"""How a leaf is called in a file: by its title, ``grad['fc.weight']`` or ``step[1].output[0]``.

Any other name, such as those of a state dict, is that of a gradient: ``fc.weight`` is ``grad['fc.weight']``.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from migcheck.host.exchange import LeafName

_TITLE = re.compile(r"(?:step\[(?P<step>\d{1,9})\]\.)?(?P<group>output|grad)(?P<path>(?:\[.*\])?)", re.DOTALL)

#: What may stand in a file's name as it is.  Not ``/``, so that no name leads out of its folder.
_SAFE = " !#$&'()+,;=@[]{}~^"


def is_title(name: str) -> bool:
    """Whether a name in a file is a leaf's title."""
    return _TITLE.fullmatch(name) is not None


def leaf_name(name: str) -> LeafName:
    """The leaf that a name in a file stands for."""
    title = _TITLE.fullmatch(name)
    if title is None:
        return LeafName(0, "grad", f"[{name!r}]")
    return LeafName(int(title["step"] or 0), title["group"], title["path"])


def file_name(title: str) -> str:
    """The name of the ``.npy`` file of a leaf, without folders: what cannot stand in one is percent-encoded."""
    quoted = quote(title, safe=_SAFE, errors="backslashreplace")
    return (f"%2E{quoted[1:]}" if quoted.startswith(".") else quoted) + ".npy"


def name_in_file(path: str) -> str:
    """The name that :func:`file_name` encoded, or that a user gave: ``fc.weight.npy`` is ``fc.weight``."""
    return unquote(path.removesuffix(".npy"), errors="backslashreplace")
