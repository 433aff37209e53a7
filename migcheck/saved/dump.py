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
from migcheck.saved.names import file_name, is_title, name_in_file


def dump(path: str | os.PathLike[str], outputs: Any, gradients: Any) -> None:
    """See :func:`migcheck.dump`."""
    kind, target = Path(path).suffix, Path(path).resolve()
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
    if kind not in writers:
        raise ValueError(f"{os.fspath(path)}: save as .safetensors, as .npz, or without a suffix as a folder of .npy")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".migcheck-", dir=target.parent) as folder:
        unfinished = Path(folder) / "set"
        writers[kind](unfinished, leaves)
        if kind:
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
    plain_file = target.with_name("mode")
    plain_file.touch()
    target.chmod(plain_file.stat().st_mode)  # the library leaves a file that its owner alone may read


def _npz(target: Path, leaves: dict[LeafName, Leaf]) -> None:
    arrays = {}
    for name, leaf in leaves.items():
        key = file_name(str(name))
        if len(key) >= 2**16:
            raise ValueError(f"a name of {len(key)} bytes, which .npz cannot hold; save as .safetensors")
        arrays[key.removesuffix(".npy")] = _array(name, leaf, ".npz")
    with target.open("wb") as file:
        np.savez(file, **arrays)


def _folder(target: Path, leaves: dict[LeafName, Leaf]) -> None:
    target.mkdir()
    for name, leaf in leaves.items():
        np.save(target / file_name(str(name)), _array(name, leaf, ".npy"))


def _array(name: LeafName, leaf: Leaf, kind: str) -> exchange.Array:
    what = {"none": "None", "number": "a Python number"}.get(leaf.kind) or leaf.dtype
    if leaf.kind != "tensor" or leaf.dtype == "bfloat16":
        raise ValueError(f"{name} is {what}, which {kind} cannot hold; save as .safetensors")
    return plain(leaf)


def _replace_folder(unfinished: Path, target: Path) -> None:
    """Put a new folder where one of an earlier call may be; a folder that holds anything else is left alone."""
    if target.exists():
        strange = [each.name for each in target.iterdir() if not _is_ours(each)] if target.is_dir() else [target.name]
        if strange:
            raise FileExistsError(f"{target}: holds {strange[0]}, which is no saved gradient; choose another folder")
        shutil.rmtree(target)
    os.replace(unfinished, target)


def _is_ours(file: Path) -> bool:
    return file.suffix == ".npy" and is_title(name_in_file(file.name)) and file.is_file() and not file.is_symlink()
