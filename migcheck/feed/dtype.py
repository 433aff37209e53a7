"""Arrays in the dtype that a variant asks for."""

from __future__ import annotations

import numpy as np

from migcheck.host.exchange import Array, Leaf, LeafName, leaf, plain

Inputs = dict[LeafName, Leaf]

#: The complex dtype that goes with a floating one.
_COMPLEX = {"float16": "complex64", "bfloat16": "complex64", "float32": "complex64", "float64": "complex128"}


def floating_as(value: Leaf, dtype: str) -> Leaf:
    """A floating leaf in ``dtype``, a complex one in its complex counterpart, any other as it is."""
    array = plain(value)
    if array.dtype.kind not in "fc":
        return value
    with np.errstate(over="ignore", invalid="ignore"):  # a value too large is infinite, as it is in both frameworks
        if array.dtype.kind == "c":
            return leaf(array.astype(_COMPLEX[dtype]))
        if dtype == "bfloat16":
            return leaf(bfloat16_bits(array), "bfloat16")
        return leaf(array.astype(dtype))


def all_floating_as(inputs: Inputs, dtype: str) -> Inputs:
    """Every input through :func:`floating_as`."""
    return {name: floating_as(value, dtype) for name, value in inputs.items()}


def bfloat16_bits(array: Array) -> Array:
    """The upper halves of float32's bits, rounded to nearest with ties to even; NaN stays NaN."""
    single = np.array(array, dtype=np.float32, order="C")
    bits, half, upper = single.view(np.uint32), np.uint32(0x7FFF), np.uint32(16)
    with np.errstate(over="ignore"):  # of NaN alone
        rounded = np.asarray((bits + half + ((bits >> upper) & np.uint32(1))) >> upper).astype(np.uint16)
    return np.where(np.isnan(single), np.uint16(0x7FC0), rounded)
