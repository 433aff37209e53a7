"""Open a saved set, whatever it was saved as."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from migcheck.host.exchange import LeafName
from migcheck.observation import Observation
from migcheck.saved.arrays import open_folder, open_npz
from migcheck.saved.bad import BadSet
from migcheck.saved.names import leaf_name
from migcheck.saved.stored import Lazy, Stored
from migcheck.saved.tensors import open_safetensors

_KINDS = ".safetensors, .npz or a folder of .npy"


def open_set(path: Path, scratch: Path) -> Observation:
    """The leaves of a saved set.

    Headers are read and checked here, so that what is wrong with a set is known before anything is compared.  Arrays
    are mapped when they are asked for; one that is compressed is unpacked into ``scratch`` for as long as it is used.

    Raises:
        BadSet: it is not there, or is not what it should be; the message names the file and the remedy.
    """
    found: Mapping[LeafName, Stored] | Mapping[str, Stored]
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            found = open_folder(path)
        elif not stat.S_ISREG(mode):
            raise BadSet(f"{path}: neither a file nor a folder; give {_KINDS}")
        elif not os.access(path, os.R_OK):
            raise BadSet(f"{path}: not readable by you")
        elif path.suffix == ".safetensors":
            found = open_safetensors(path)
        elif path.suffix == ".npz":
            found = open_npz(path, scratch)
        else:
            raise BadSet(f"{path}: unknown kind of file {path.suffix!r}; give {_KINDS}")
    except OSError as error:
        raise BadSet(f"{path}: {error.strerror or error}") from None
    return _observation(path, found)


def _observation(path: Path, found: Mapping[LeafName, Stored] | Mapping[str, Stored]) -> Observation:
    if not found:
        raise BadSet(f"{path}: no array in it")
    leaves: dict[LeafName, Stored] = {}
    for given, stored in found.items():
        name = leaf_name(given) if isinstance(given, str) else given
        if name in leaves:
            raise BadSet(f"{path}: {name} is there twice")
        leaves[name] = stored
    return Observation(Lazy(leaves), 1 + max(name.step for name in leaves))
