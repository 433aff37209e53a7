"""Write a saved set from either framework's tensors, in the process that has them."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from migcheck.host import exchange
from migcheck.host.exchange import Leaf, LeafName, plain
from migcheck.host.observe import NotAnObservation, collect
from migcheck.host.side import side_named
from migcheck.saved.names import file_name


def dump(path: str | os.PathLike[str], outputs: Any, gradients: Any) -> None:
    """See :func:`migcheck.dump`."""
    target = Path(path)
    leaves: dict[LeafName, Leaf] = {}
    try:
        for group, tree in (("output", outputs), ("grad", gradients)):
            if tree is not None:
                leaves.update(collect(tree, 0, group, _read))
    except NotAnObservation as error:
        raise TypeError(str(error)) from None
    if not leaves:
        raise ValueError("there is neither an output nor a gradient to save")
    writers = {".safetensors": _safetensors, ".npz": _npz, "": _folder}
    if target.suffix not in writers:
        raise ValueError(f"{target}: save as .safetensors, as .npz, or without a suffix as a folder of .npy")
    target.absolute().parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.absolute().parent) as folder:
        unfinished = Path(folder) / "set"
        writers[target.suffix](unfinished, leaves)
        if target.suffix:
            os.replace(unfinished, target)
        else:
            _replace_folder(unfinished, target)


def _read(value: Any) -> Leaf | None:
    """A tensor of a framework that this process has imported, as a leaf."""
    for side in ("torch", "mindspore"):
        if side in sys.modules and (found := side_named(side).read(value)) is not None:
            return found
    return None


def _safetensors(target: Path, leaves: dict[LeafName, Leaf]) -> None:
    exchange.write(str(target), leaves, 1)


def _npz(target: Path, leaves: dict[LeafName, Leaf]) -> None:
    arrays = {str(name): _array(name, leaf, ".npz") for name, leaf in leaves.items()}
    with target.open("wb") as file:
        np.savez(file, **arrays)


def _folder(target: Path, leaves: dict[LeafName, Leaf]) -> None:
    target.mkdir()
    for name, leaf in leaves.items():
        np.save(target / file_name(str(name)), _array(name, leaf, ".npy"))


def _array(name: LeafName, leaf: Leaf, kind: str) -> exchange.Array:
    if leaf.values is None or leaf.dtype == "bfloat16":
        what = "None" if leaf.values is None else "bfloat16"
        raise ValueError(f"{name} is {what}, which {kind} cannot hold; save as .safetensors")
    return plain(leaf)


def _replace_folder(unfinished: Path, target: Path) -> None:
    """Put a new folder where one of an earlier call may be; a folder that holds anything else is left alone."""
    if target.exists():
        strange = (
            [each.name for each in target.iterdir() if each.suffix != ".npy"] if target.is_dir() else [target.name]
        )
        if strange:
            raise FileExistsError(f"{target}: holds {strange[0]}, which is no saved gradient; choose another folder")
        shutil.rmtree(target)
    os.replace(unfinished, target)
