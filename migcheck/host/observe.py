"""A program's return value as named leaves.

The names are made so that equal structures give equal names in both frameworks: a dict's key, a named tuple's and a
dataclass's field are all ``['name']``; a position in a list or a tuple is ``[0]``.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import numpy as np

from .exchange import NONE, Leaf, LeafName, Unstorable, leaf

#: Turns a framework's tensor into a leaf, and returns None for a value that is not one.
Read = Callable[[Any], "Leaf | None"]


class Counter(Protocol):
    """Who wants to know in which step a program is."""

    step: int


class NotAnObservation(Exception):
    """The program returned something that cannot be compared; the message says what, where, and what to return."""


def observe(returned: Any, read: Read, counter: Counter | None = None) -> tuple[dict[LeafName, Leaf], int]:
    """Collect the leaves of what a program returned, and count its steps.

    Each yielded step is copied before the program goes on, since ``.grad`` is mutated in place.  ``counter`` is told of
    the step in which the program is.

    Raises:
        NotAnObservation: for anything but ``(outputs, gradients)``, a dict of gradients, or a generator of those.
    """
    __tracebackhide__ = True
    steps = returned if inspect.isgenerator(returned) else iter([returned])
    leaves: dict[LeafName, Leaf] = {}
    count = 0
    for step, value in enumerate(steps):
        count = step + 1
        outputs, gradients = _pair(value)
        for group, tree in (("output", outputs), ("grad", gradients)):
            found = collect(tree, step, group, read)
            leaves.update(found)
            if group == "grad" and not found:
                raise NotAnObservation("the program returned no gradient, so there is nothing to compare")
        if counter:
            counter.step = count
    if not count:
        raise NotAnObservation("the program is a generator that yielded no step, so there is nothing to compare")
    return leaves, count


def collect(tree: Any, step: int, group: str, read: Read) -> dict[LeafName, Leaf]:
    """The leaves of a nesting of tensors, arrays, numbers and None.

    Raises:
        NotAnObservation: for anything else in it.
    """
    __tracebackhide__ = True
    return {LeafName(step, group, path): found for path, found in _walk(tree, "", group, read)}


def _pair(value: Any) -> tuple[Any, Any]:
    __tracebackhide__ = True
    if isinstance(value, dict):
        return (), value
    if isinstance(value, tuple) and len(value) == 2:
        return value
    what = f"a tuple of {len(value)}" if isinstance(value, tuple) else _type_name(value)
    raise NotAnObservation(
        f"the program returned {what}; return (outputs, gradients) or a dict of gradients, or yield one a step"
    )


def _walk(value: Any, path: str, group: str, read: Read) -> Iterator[tuple[str, Leaf]]:
    __tracebackhide__ = True
    if value is None:
        yield path, NONE
        return
    try:
        found = read(value)
        if found is None and isinstance(value, (np.ndarray, np.generic)):
            found = leaf(np.asarray(value))
        if found is None and isinstance(value, (bool, int, float, complex)):
            found = leaf(np.asarray(value), kind="number")
    except (Unstorable, OverflowError) as error:
        raise NotAnObservation(f"{group}{path} is {error}, which cannot be compared") from None
    except NotImplementedError:  # of a tensor of torch's on the device meta
        raise NotAnObservation(
            f"{group}{path} is {_type_name(value)} without values, which cannot be compared"
        ) from None
    if found is not None:
        yield path, found
        return
    for key, child in _children(value, path, group):
        yield from _walk(child, f"{path}[{key!r}]", group, read)


def _children(value: Any, path: str, group: str) -> Iterator[tuple[str | int, Any]]:
    __tracebackhide__ = True
    if isinstance(value, dict):
        for key, child in value.items():
            if type(key) not in (str, int):
                raise NotAnObservation(f"{group}{path} has the key {key!r}; keys must be strings or integers")
            yield key, child
    elif isinstance(value, tuple) and hasattr(value, "_fields"):
        yield from zip(value._fields, value, strict=True)
    elif isinstance(value, (list, tuple)):
        yield from enumerate(value)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield field.name, getattr(value, field.name)
    else:
        raise NotAnObservation(
            f"{group}{path} is {_type_name(value)}; a leaf is a tensor, an array, a number or None, in any nesting of "
            "dict, list, tuple, named tuple and dataclass"
        )


def _type_name(value: Any) -> str:
    kind = type(value)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"
