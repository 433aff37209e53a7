"""What a test gives as inputs: what a ``case.toml`` could say, and arrays."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import numpy as np

from migcheck.asserting import borrowed, plain_numbers
from migcheck.discover.case import SIDES
from migcheck.host.exchange import Leaf, Unstorable, leaf, plain
from migcheck.host.side import side_named


def told(inputs: Any) -> tuple[dict[str, Any], dict[str, Leaf]]:
    """The tables, numbers and lists, and the arrays and tensors, each by name.

    Raises:
        TypeError: they have no names.
        ValueError: one is neither.
    """
    __tracebackhide__ = True
    if not isinstance(inputs, Mapping):
        raise TypeError(f"inputs must be a dict of arrays, numbers, lists and tables by name, not {_a(inputs)}")
    tables: dict[str, Any] = {}
    arrays: dict[str, Leaf] = {}
    sides = [side_named(side) for side in SIDES if side in sys.modules]
    for name, value in inputs.items():
        if isinstance(value, (bool, int, float, list, dict)) and not isinstance(value, np.generic):
            tables[name] = plain_numbers(value)
            continue
        if not (isinstance(name, str) and name.isidentifier()):
            raise ValueError(f"input {name!r} is no Python identifier, so no program can take it as an argument")
        try:
            found = borrowed(value, sides)
            if found is None and isinstance(value, (np.ndarray, np.generic)):
                found = leaf(np.asarray(value))
            if found is None:
                raise Unstorable(f"{_a(value)}, neither an array, a number, a list nor a table")
        except Unstorable as error:
            raise ValueError(f"input {name!r} is {error}") from None
        except NotImplementedError:  # of a tensor of torch's on the device meta
            raise ValueError(f"input {name!r} is {_a(value)} without values") from None
        arrays[name] = leaf(plain(found)) if found.dtype != "bfloat16" else leaf(np.asarray(found.values), "bfloat16")
    return tables, arrays


def _a(value: Any) -> str:
    kind = type(value).__name__
    return f"{'an' if kind[0] in 'aeiouAEIOU' else 'a'} {kind}"
