"""Where the fault is: do the forwards agree, and is each side's gradient that of its own forward?

Directional derivatives: both sides' programs run on inputs moved by ±h·v, with v drawn at random, and the traced
scalar's difference quotient is held against ⟨gradient, v⟩.  In float64 where a program can run in it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Set
from typing import Any

import numpy as np

from migcheck.compare.finding import Finding
from migcheck.diagnose.bench import Bench, OutOfTime
from migcheck.diagnose.value import PLACES, Place, SideCheck
from migcheck.feed.dtype import Inputs
from migcheck.host.exchange import STORAGE, Leaf, LeafName
from migcheck.trace import Call, Trace

#: Relative to the size of each input.
STEP = {"float64": 1e-5, "float32": 2e-3}
_EPS = {"float64": 2.3e-16, "float32": 1.2e-7}
#: How far ⟨gradient, v⟩ and the difference quotient may lie apart, relative to the larger.
_RTOL = {"float64": 1e-4, "float32": 2e-2}

SEED = 1


def moved(inputs: Inputs, h: float, only: Set[str], dtype: str) -> tuple[Inputs, dict[str, Any]]:
    """The inputs named moved by h along a random direction of their own size, in this dtype, and that direction."""
    found: Inputs = {}
    directions: dict[str, Any] = {}
    for number, (name, leaf) in enumerate(inputs.items()):
        if leaf.values is None or leaf.dtype not in ("float64", "float32") or name.path not in only:
            found[name] = leaf
            continue
        values = np.asarray(leaf.values, np.float64)
        size = float(np.sqrt(np.mean(np.square(values)))) if values.size else 0.0
        direction = np.random.default_rng((SEED, number)).standard_normal(values.shape) * (size or 1.0)
        directions[name.path] = direction
        found[name] = Leaf(leaf.kind, dtype, leaf.shape, np.asarray(values + h * direction, STORAGE[dtype]))
    return found, directions


def place(bench: Bench, findings: tuple[Finding, ...], differing: int, outputs_compared: bool) -> Place:
    """Say where the fault is.

    ``differing`` is the step in which it begins; ``outputs_compared`` whether the programs return any forward output.
    """
    outputs = [
        finding for finding in findings if finding.leaf.removeprefix(f"step[{finding.step}].").startswith("output")
    ]
    kind = "forward" if any(finding.step == differing for finding in outputs) else "agree"
    checks = []
    for check in (_torch, _mindspore):
        try:
            checks.append(check(bench, differing))
        except OutOfTime:
            checks.append(SideCheck(check.__name__.strip("_"), note="no time was left"))
    said = {check.side: check.agrees for check in checks}
    if kind == "agree":
        if said == {"torch": True, "mindspore": True}:
            kind = "functions"
        elif said["mindspore"] is False:
            kind = "both_backward" if said["torch"] is False else "mindspore_backward"
        elif said["torch"] is False:
            kind = "torch_backward"
        else:
            kind = "undetermined"
    message = PLACES[kind]
    if kind != "forward" and not outputs_compared:
        message = _differentiated(bench, message, differing)
    if kind == "forward":
        wrong = [side for side, agrees in said.items() if agrees is False]
        right = [side for side, agrees in said.items() if agrees]
        if wrong:
            message += f"; and {' and '.join(wrong)}'s gradient contradicts its own forward"
        elif len(right) == 2:
            message += ", and each side's gradient is right for its own"
    return Place(kind, message, tuple(checks))


def _differentiated(bench: Bench, message: str, step: int) -> str:
    """The message, by what was differentiated, since no forward output was returned."""
    calls = []
    for side in ("torch", "mindspore"):
        trace = bench.run(side, {}, trace=True).trace
        if trace and trace.saw("random"):
            return message.replace("forward outputs agree", "no forward output is returned")
        calls.append(_call_of(trace, step))
    torch, port = (call.scalar if call else None for call in calls)
    if torch is None or port is None:
        return message.replace("forward outputs agree", "no forward output is returned")
    if math.isclose(torch, port, rel_tol=1e-3, abs_tol=1e-6):
        return message.replace("forward outputs agree", "what is differentiated agrees")
    said = f"what is differentiated differs (summed up, torch {torch:.6g}, mindspore {port:.6g})"
    return message.replace("forward outputs agree", said)


def _torch(bench: Bench, step: int) -> SideCheck:
    for precision in ("float64", "float32"):
        h = STEP[precision]
        job = {"precision": "float64"} if precision == "float64" else {}
        change = {"move": {"h": 0.0, "seed": SEED}}
        trace = bench.run("torch", change, trace=True, **job).trace
        # Once an optimizer has moved the parameters, a gradient is no longer that of the inputs.
        first = bool(trace and trace.saw("optimizers"))
        zero = _call_of(trace, step, first)
        if trace is None or zero is None or zero.scalar is None:
            continue
        reached = {tensor.path[2:-2] for tensor in zero.gradients}
        parameters = not zero.api.endswith("grad")
        calls: list[Call | None] = [zero]
        directions: Mapping[str, Any] = {}
        started = []
        for factor in (1.0, -1.0, 2.0, -2.0):
            name = f"moved {precision} {factor:g}"
            inputs, directions = moved(bench.pair.inputs, factor * h, reached, precision)
            bench.feed(name, inputs)
            change = {"move": {"h": factor * h if parameters else 0.0, "seed": SEED}}
            started.append(bench.start("torch", change, name, trace=True, **job))
        calls += [_call_of(future.result().trace, step, first) for future in started]
        if any(call is None or call.scalar is None for call in calls):
            continue
        slope = _slope(trace, zero, directions)
        if slope is None:
            return SideCheck("torch", note="the gradients are not those of what the program is fed")
        scalars = [call.scalar or 0.0 for call in calls if call is not None]
        return _judged("torch", slope, scalars, h, precision)
    return SideCheck("torch", note="its calls cannot be seen")


def _slope(trace: Trace, call: Call, directions: Mapping[str, Any]) -> float | None:
    """⟨gradient, v⟩ over the fed tensors that the call reached; what the child moved itself is in ``call.slope``."""
    total, any_found = call.slope or 0.0, bool(call.slope)
    for tensor in call.gradients:
        name = tensor.path[2:-2]
        direction = directions.get(name)
        leaf = trace.array(call, tensor)
        if (
            direction is not None
            and leaf is not None
            and leaf.values is not None
            and leaf.values.shape == direction.shape
        ):
            total += float(np.sum(np.asarray(leaf.values, np.float64) * direction))
            any_found = True
    return total if any_found else None


def _mindspore(bench: Bench, step: int) -> SideCheck:
    note = "its calls cannot be seen"
    for precision in ("float64", "float32"):
        job = {"precision": "float64"} if precision == "float64" else {}
        run = bench.run("mindspore", {"probe": {"seed": SEED}}, trace=True, **job)
        call = _call_of(run.trace, step) if run.trace and run.observation else None
        if call is None or call.probe is None:
            continue
        probe = call.probe
        if probe.slope is None or probe.central is None:
            note = probe.problem or note
            continue
        if precision == "float64" and probe.precision != "float64":
            continue  # weights of its own keep it from running in float64
        scale = max(abs(probe.slope), abs(probe.central))
        error = abs(probe.slope - probe.central)
        trusted = abs(probe.central - (probe.wide if probe.wide is not None else probe.central)) + probe.noise
        ahead = probe.central if probe.forward is None else probe.forward
        behind = probe.central if probe.backward is None else probe.backward
        agrees = _verdict(error, scale, trusted, probe.precision, ahead, behind)
        return SideCheck(
            "mindspore", probe.slope, probe.central, probe.forward, probe.backward, probe.h, probe.precision, agrees
        )
    return SideCheck("mindspore", note=note)


def _judged(side: str, slope: float, scalars: list[float], h: float, precision: str) -> SideCheck:
    zero, plus, minus, plus2, minus2 = scalars
    central, wide = (plus - minus) / (2 * h), (plus2 - minus2) / (4 * h)
    noise = _EPS[precision] * (abs(plus) + abs(minus)) / h * 4
    ahead, behind = (plus - zero) / h, (zero - minus) / h
    size = max(abs(slope), abs(central))
    agrees = _verdict(abs(slope - central), size, abs(central - wide) + noise, precision, ahead, behind)
    return SideCheck(side, slope, central, ahead, behind, h, precision, agrees)


def _verdict(error: float, scale: float, trusted: float, precision: str, ahead: float, behind: float) -> bool | None:
    """Whether a slope and a difference quotient agree; None where the quotient itself is not to be trusted."""
    if not np.isfinite(error):
        return False if np.isfinite(trusted) else None
    if abs(ahead - behind) > 0.05 * max(scale, abs(ahead), abs(behind)) + 8 * trusted:
        return None  # a kink: any value between the one-sided slopes is right
    if error <= _RTOL[precision] * scale + 4 * trusted:
        return True if trusted <= 0.2 * scale or error <= _RTOL[precision] * scale else None
    return False if trusted <= 0.1 * scale else None


def _call_of(trace: Trace | None, step: int, first: bool = False) -> Call | None:
    """The last outermost call of a step, or of all if the step has none; the ``first`` of all if asked for."""
    if trace is None:
        return None
    outer = trace.outer
    if first and outer:
        return outer[0]
    within = [call for call in outer if call.step == step] or list(outer)
    return within[-1] if within else None


def directional(name: LeafName) -> str:
    """The input that a gradient is of, by its name; empty for one that is named otherwise."""
    return name.path[2:-2] if name.path.startswith("['") and name.path.endswith("']") else ""
