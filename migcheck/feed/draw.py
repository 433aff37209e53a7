"""The arrays that a variant's programs are fed.

Each input is drawn from a stream of its own, seeded by the run's seed and the input's name, so that adding an input
to a case leaves the others as they were.
"""

from __future__ import annotations

import math
import os
import stat
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np

from migcheck.discover.case import Variant
from migcheck.discover.schema import ArraySpec
from migcheck.feed.dtype import Inputs, floating_as
from migcheck.host.exchange import Array, LeafName, Unstorable, leaf


class FeedError(Exception):
    """An input cannot be made; the message says which, why, and what to do."""


def draw(variant: Variant, seed: int) -> Inputs:
    """The inputs of the ``[inputs]`` table, and those that are given as arrays, in the variant's dtype.

    Without a dtype in the matrix, drawn and written floating values are float32 and loaded ones keep their own.

    Raises:
        FeedError: a file cannot be loaded, or a value is no array.
    """
    inputs: Inputs = {}
    for name, spec in variant.case.spec.inputs.items():
        try:
            drawn = leaf(_array(spec, name, seed, variant.case.folder))
            wanted = spec.dtype or variant.dtype or ("" if spec.load else "float32")
            inputs[LeafName(0, "input", name)] = floating_as(drawn, wanted) if wanted.startswith(_FLOATING) else drawn
        except (Unstorable, ValueError, OverflowError, MemoryError) as error:
            where = f"{variant.case.manifest}: " if variant.case.manifest else ""
            raise FeedError(f"{where}input {name!r}: {error}") from None
    for name, given in variant.case.arrays.items():
        inputs[LeafName(0, "input", name)] = floating_as(given, variant.dtype) if variant.dtype else given
    return inputs


_FLOATING = ("float", "bfloat")


def _array(spec: ArraySpec, name: str, seed: int, folder: Path) -> Array:
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, zlib.crc32(name.encode())])))
    if spec.source in ("normal", "uniform", "integers", "zeros", "ones"):
        _check_room(getattr(spec, spec.source))
    array = _MAKERS[spec.source](spec, rng, folder)
    if spec.dtype and not spec.dtype.startswith(_FLOATING):
        with np.errstate(invalid="ignore"):
            cast = array.astype(spec.dtype)
        if cast.dtype.kind != "c" and not np.array_equal(cast, array):
            raise ValueError(f"{spec.dtype} cannot hold its values")
        return cast
    if spec.dtype and array.dtype.kind in "iub":
        return array.astype(np.float64)
    return array


def _check_room(shape: list[int]) -> None:
    """Refuse what this process cannot hold: it is no program, which a limit would end."""
    size, memory = 8 * math.prod(shape), os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    if size > memory // 2:
        have = f"this machine has {memory / 2**30:.1f}"
        raise ValueError(f"Unable to allocate {size / 2**30:.1f} GiB for the shape {shape}: {have}")


def _normal(spec: ArraySpec, rng: np.random.Generator, folder: Path) -> Array:
    mean = 0.0 if spec.mean is None else spec.mean
    std = 1.0 if spec.std is None else spec.std
    return np.asarray(rng.normal(mean, std, spec.normal))


def _uniform(spec: ArraySpec, rng: np.random.Generator, folder: Path) -> Array:
    low = 0.0 if spec.low is None else spec.low
    high = 1.0 if spec.high is None else spec.high
    return np.asarray(rng.uniform(low, high, spec.uniform))


def _integers(spec: ArraySpec, rng: np.random.Generator, folder: Path) -> Array:
    assert spec.high is not None
    return np.asarray(rng.integers(int(spec.low or 0), int(spec.high), spec.integers, dtype=np.int64))


def _value(spec: ArraySpec, rng: np.random.Generator, folder: Path) -> Array:
    try:
        array = np.array(spec.value)
    except ValueError:
        raise ValueError("its lists have different lengths") from None
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{spec.value!r} is no array of numbers or booleans")
    return array


def _load(spec: ArraySpec, rng: np.random.Generator, folder: Path) -> Array:
    assert spec.load is not None
    file = folder / spec.load
    try:
        # What is no file, such as a pipe, is not waited for.
        with open(os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise ValueError("not a file")
            array = np.load(stream, allow_pickle=False)
    except OSError as error:
        raise ValueError(f"{file} cannot be read: {error.strerror or error}") from None
    except Exception as error:  # there is no end to the ways in which a header can be wrong
        raise ValueError(f"{file} is no readable .npy file of numbers: {error}") from None
    if not isinstance(array, np.ndarray):
        raise ValueError(f"{file} is an archive; save the one array with numpy.save")
    return array


_MAKERS: dict[str, Callable[[ArraySpec, np.random.Generator, Path], Array]] = {
    "normal": _normal,
    "uniform": _uniform,
    "integers": _integers,
    "zeros": lambda spec, rng, folder: np.zeros(spec.zeros or ()),
    "ones": lambda spec, rng, folder: np.ones(spec.ones or ()),
    "value": _value,
    "load": _load,
}
