"""What to say of ``assert torch_gradients == mindspore_gradients``."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any

from migcheck.asserting import observed
from migcheck.parity import Expectations, Replay, judged
from migcheck.report.blocks import assertion
from migcheck.report.value import Result


def explained(left: object, right: object) -> list[str] | None:
    """The lines for a comparison of torch's tensors with MindSpore's; None for anything else."""
    sides = [_framework(value) for value in (left, right)]
    if sorted(filter(None, sides)) != ["mindspore", "torch"]:
        return None
    torch, mindspore = (left, right) if sides[0] == "torch" else (right, left)
    names = ("left", "right") if sides[0] == "torch" else ("right", "left")
    head = f"tensors of torch and MindSpore are never ==; use migcheck.assert_grads_match({names[0]}, {names[1]})"
    try:
        ours, theirs = observed(torch, None, False), observed(mindspore, None, False)
    except TypeError:
        return [head]
    no_replay = Replay({}, "arrays cannot be run again")
    result = judged(
        Result(id="", title="", verdict="error"), ours, theirs, Expectations({}, {}, {}), lambda side: no_replay
    )
    if result.verdict == "match":
        return [head, "it finds that they match"]
    return [head, *assertion((result,)).splitlines()]


def _framework(value: object) -> str:
    """``torch`` or ``mindspore``, if a nesting holds tensors of that one alone; else nothing."""
    found = {side for side in ("torch", "mindspore") for leaf in _leaves(value) if _is_of(side, leaf)}
    return found.pop() if len(found) == 1 else ""


def _is_of(side: str, value: object) -> bool:
    return isinstance(value, sys.modules[side].Tensor)


def _leaves(value: Any, around: tuple[int, ...] = ()) -> Iterator[object]:
    """What a nesting holds; what holds itself is no nesting of tensors."""
    if id(value) in around or not isinstance(value, (Mapping, list, tuple)):
        yield value
        return
    for each in value.values() if isinstance(value, Mapping) else value:
        yield from _leaves(each, (*around, id(value)))
