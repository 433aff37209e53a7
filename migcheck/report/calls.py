"""The calls of a trace in words, and which call of one side stands beside which of the other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import zip_longest

import msgspec

from migcheck.report.text import number, safe
from migcheck.trace import Call, Trace, TracedTensor

#: Tensors of a call that are named.
MOST_TENSORS = 8
#: Stands where there is nothing to say.
NOTHING = "–"
#: A blank at which no line is broken; no text that is safe has it.
JOINED = "\N{NO-BREAK SPACE}"


def sides(traces: dict[str, Trace]) -> tuple[Trace, Trace, str]:
    """The traces to show, and what the second is of: in graph mode that of PyNative, in which the calls are seen."""
    torch, mindspore = (traces.get(side, Trace()) for side in ("torch", "mindspore"))
    pynative = traces.get("pynative")
    if not pynative or not pynative.calls:
        return torch, mindspore, "mindspore"
    compiled = {call.number for call in mindspore.calls if call.compiled}
    calls = tuple(
        msgspec.structs.replace(call, compiled=call.compiled or call.number in compiled) for call in pynative.calls
    )
    return torch, msgspec.structs.replace(pynative, calls=calls), "mindspore (seen in PyNative)"


def paired(torch: tuple[Call, ...], mindspore: tuple[Call, ...]) -> Iterator[tuple[Call | None, Call | None]]:
    """Call by call, within each step."""
    for step in sorted({call.step for call in (*torch, *mindspore)}):
        yield from zip_longest(*([call for call in calls if call.step == step] for calls in (torch, mindspore)))


def names(every: Iterable[str], most: int) -> str:
    """The first of some names, and how many more there are."""
    every = list(every)
    more = f" and {len(every) - most} more" if len(every) > most else ""
    return ", ".join(every[:most]) + more


def _kind(tensor: TracedTensor) -> str:
    if tensor.kind == "none":
        return "None"
    shape = "" if tensor.shape is None else f"{str(tuple(tensor.shape)).replace(' ', JOINED)} "
    return shape + safe(tensor.dtype or tensor.kind)


def _counted(tensors: tuple[TracedTensor, ...]) -> str:
    """``3: (2, 4) float32 ×2, () float32``."""
    kinds = Counter(map(_kind, tensors))
    return f"{len(tensors)}: {names(times(kinds), MOST_TENSORS)}"


def _outputs(call: Call) -> str:
    return _counted(call.outputs) if call.outputs else "not seen"


def _scalar(call: Call) -> str:
    return "not seen" if call.scalar is None else number(call.scalar)


def _cotangents(call: Call) -> str:
    return "ones" if call.cotangents is None else _counted(call.cotangents)


def _argument(call: Call, position: int) -> str:
    name = safe(call.inputs[position].of) if position < len(call.inputs) else ""
    return f"{position} ({name})" if name else str(position)


def _positions(call: Call) -> str:
    if call.positions is None:
        return NOTHING
    return names((_argument(call, position) for position in call.positions), MOST_TENSORS)


def _aux(call: Call) -> str:
    if call.has_aux:
        return "yes"
    return NOTHING if call.positions is None and not call.weights else "no"


def _gradients(call: Call) -> str:
    """Each with its name: that of the trace, else that of the input at its position, or of the weight."""
    given = [call.inputs[at].of if at < len(call.inputs) else "" for at in call.positions or ()] + list(call.weights)
    if len(given) != len(call.gradients):
        given = [""] * len(call.gradients)
    said = []
    for known, tensor in zip(given, call.gradients, strict=True):
        named = re.fullmatch(r"\['([^']*)'\]", tensor.path)
        name = named[1] if named else known or tensor.path
        said.append(f"{safe(name)} {_kind(tensor)}".strip())
    return names(said, MOST_TENSORS) or "none"


def _same(call: Call) -> str:
    return names((f"{_argument(call, one)} and {_argument(call, two)}" for one, two in call.same), MOST_TENSORS)


def _api(call: Call) -> str:
    return safe(f"{call.api} of {call.function}" if call.function else call.api)


#: What is said of a call, by label.
ITEMS: dict[str, Callable[[Call], str]] = {
    "call": lambda call: f"{call.number}, in step {call.step}",
    "api": _api,
    "inside": lambda call: NOTHING if call.inside is None else f"the function of call {call.inside}",
    "outputs": _outputs,
    "scalar": _scalar,
    "cotangents": _cotangents,
    "positions": _positions,
    "weights": lambda call: names(map(safe, call.weights), MOST_TENSORS) or NOTHING,
    "has_aux": _aux,
    "gradients": _gradients,
    "filled .grad": lambda call: names(map(safe, call.filled), MOST_TENSORS) or NOTHING,
    "same tensor": lambda call: _same(call) or NOTHING,
    "closed over": lambda call: names((_argument(call, each) for each in call.closed_over), MOST_TENSORS) or NOTHING,
    "compiled": lambda call: "yes" if call.compiled else NOTHING,
}


def times(seen: Mapping[str, int]) -> Iterator[str]:
    """Names that are safe, each with how often it was seen."""
    for name, count in seen.items():
        yield f"{name}{JOINED}×{count}" if count > 1 else name
