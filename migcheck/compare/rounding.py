"""The second opinion on a leaf that failed the quick test: is the difference mere rounding?

Both sides are rounded arithmetic.  How much rounding a gradient gathers depends on its program: a deep network
amplifies it ten-thousandfold, so no fixed tolerance is both safe for a shallow program and fair to a deep one.  Two
looks tell it from a difference of the programs.

*Against torch's own error.*  The float64 replay of the torch program is, to float32, exact; against it each side has
an error of its own, ``e_t`` and ``e_m``.  The port passes if ``e_m`` is at most a small multiple of ``e_t``, in the
root mean square over the leaf and in its worst element.  The multiple is not 1, since ``e_t`` is one draw of a random
quantity: where all elements share one rounding error, its size in one run is an order of magnitude, no more.

*In float64.*  MindSpore's float32 kernels on CPU are coarser than torch's: measured on [-9, 9], its tanh is off by up
to 1e-4 where torch's is by 3e-8, its exp by 5e-6 of the value.  A right port then fails the first look.  So the port
is replayed in float64 as well.  If the two replays pass the quick test between them, at float32's tolerance, the
programs compute the same function, and what is left is arithmetic; it passes while a quarter of the dtype's digits are
right, or while it is of the size of torch's own error.
"""

from __future__ import annotations

import msgspec
import numpy as np

from migcheck.compare.blocks import all_finite, differences, errors, flat, scale_of
from migcheck.compare.finding import Rounding
from migcheck.compare.tolerance import EPS, RTOL, coarser
from migcheck.host.exchange import Leaf
from migcheck.observation import Observation

#: How many times torch's own error the port's may be.
MULTIPLE = 16.0

#: And up to how many times the first look alone is enough.
PLAINLY = 4.0

#: Relative error from which a leaf of a dtype is no longer known well enough to judge by: a third of its digits.
UNSTABLE = {dtype: eps ** (1 / 3) for dtype, eps in EPS.items()}

#: Where the programs agree in float64, arithmetic alone may cost all but this share of a dtype's digits.
ARITHMETIC = 1 / 4

#: And never more than this much of a leaf's RMS, however large torch's own error is: a sign or a factor is no rounding.
MOST_ARITHMETIC = 0.5

#: The replayed leaf vanishes against torch's error by this factor: its true value is 0, and both sides hold rounding
#: alone, as the gradient of a bias in front of a batch normalisation does.  Float64's noise is about 2e-9 of float32's.
VANISHING = 1e-6

_DIFFER = "the size of torch's own rounding, but the programs differ in float64 as well"


def magnitude_of(observation: Observation, step: int) -> float:
    """The largest root mean square among the floating gradients of a step; a loss says nothing of their size."""
    floating = [
        leaf
        for name, leaf in observation.leaves.items()
        if name.step == step and name.group == "grad" and ("float" in leaf.dtype or "complex" in leaf.dtype)
    ]
    return max((scale_of(flat(leaf)).rms for leaf in floating), default=0.0)


def against_float64(
    torch: Leaf, mindspore: Leaf, reference: Leaf | None, leaf: str, magnitude: float = 0.0
) -> Rounding:
    """Judge a leaf by both sides' errors against the float64 replay of the torch program.

    The three have one shape.  ``magnitude`` is that of torch's gradients in the same step (:func:`magnitude_of`): what
    rounding noise is small against, where the leaf's true value is 0.  All errors in the answer are in units of the
    reference's RMS, or of torch's error where the reference vanishes.
    """
    if reference is None or reference.kind != torch.kind or reference.shape != torch.shape:
        return Rounding("unavailable", f"the float64 replay of the torch program has no such {leaf}")
    if reference.kind == "tensor" and reference.dtype not in ("float64", "complex128"):
        return Rounding(
            "unavailable", f"the float64 replay of the torch program still computes {leaf} in {reference.dtype}"
        )
    true = flat(reference)
    if not all_finite(true):
        return Rounding("unavailable", f"the float64 replay of the torch program has NaN or infinity in {leaf}")
    dtype = _dtype(torch, mindspore)
    scale = scale_of(true)
    e_t = errors(flat(torch), true, scale.factor)
    e_m = errors(flat(mindspore), true, scale.factor)
    if not np.isfinite(e_t.rms):
        return Rounding("unavailable", f"torch has NaN or infinity in {leaf}, its float64 replay has not")
    if not np.isfinite(e_m.rms):
        return Rounding("exceeds", f"mindspore has NaN or infinity in {leaf}")
    vanishing = scale.rms <= VANISHING * e_t.rms
    unit = e_t.rms if vanishing else scale.rms
    if unit == 0.0:  # both torch and its replay are all zeros: any other value is no rounding of torch's size
        return Rounding("exceeds", f"{leaf} is exactly 0 in torch, in float64 as well")
    allowed_rms, allowed_max = MULTIPLE * e_t.rms / unit, MULTIPLE * e_t.largest / unit
    if not vanishing:
        allowed_rms = min(allowed_rms, UNSTABLE[dtype]) + RTOL[dtype]
        allowed_max = min(allowed_max, UNSTABLE[dtype] * max(1.0, scale.largest / unit)) + RTOL[dtype]
    measured = Rounding(
        "exceeds",
        torch_rms=e_t.rms / unit,
        mindspore_rms=e_m.rms / unit,
        allowed_rms=allowed_rms,
        torch_max=e_t.largest / unit,
        mindspore_max=e_m.largest / unit,
        allowed_max=allowed_max,
    )
    if vanishing and not max(e_t.rms, e_m.rms) <= UNSTABLE[dtype] * magnitude:
        note = (
            f"in float64 {leaf} is 0 but for rounding, and no larger gradient tells how much of it there may be; "
            "give it an atol in [tolerance]"
        )
        return msgspec.structs.replace(measured, outcome="undetermined", note=note)
    if not vanishing and measured.torch_rms > UNSTABLE[dtype]:
        note = (
            f"torch's own {dtype} error is {measured.torch_rms:.2g} of the RMS: too little of {leaf} is left to judge"
        )
        return msgspec.structs.replace(measured, outcome="undetermined", note=note)
    if measured.mindspore_rms <= allowed_rms and measured.mindspore_max <= allowed_max:
        return msgspec.structs.replace(measured, outcome="passes")
    return measured


def needs_port(opinion: Rounding) -> bool:
    """Whether the first look leaves a doubt that the float64 replay of the port can settle.

    It does where it did not pass, and where it passed with an error so much larger than torch's that a small factor
    between the programs could hide in it.
    """
    if opinion.outcome == "passes":
        large = (
            opinion.mindspore_rms > PLAINLY * opinion.torch_rms or opinion.mindspore_max > PLAINLY * opinion.torch_max
        )
        return large and opinion.mindspore_rms > 0
    return opinion.outcome in ("exceeds", "undetermined")


def agree_in_float64(
    opinion: Rounding,
    torch: Leaf,
    mindspore: Leaf,
    reference: Leaf,
    port: Leaf | None,
    leaf: str,
    magnitude: float,
) -> Rounding:
    """Look again at a leaf that :func:`needs_port`, with the float64 replay of the port as well.

    Without such a replay the first look stands.
    """
    passed = opinion.outcome == "passes"
    if port is None or port.shape != reference.shape or port.dtype != reference.dtype:
        note = f"mindspore has no float64 replay of {leaf} to look at again"
        return opinion if passed else msgspec.structs.replace(opinion, note=note)
    dtype = _dtype(torch, mindspore)
    true, port_true = flat(reference), flat(port)
    scale = scale_of(true)
    e_m = errors(flat(mindspore), true, scale.factor)
    if not np.isfinite(e_m.rms) or not all_finite(port_true):
        return opinion
    if max(scale.rms, scale_of(port_true).rms) <= VANISHING * e_m.rms:
        noise = e_m.rms <= UNSTABLE[dtype] * magnitude
        return msgspec.structs.replace(opinion, outcome="passes_in_float64", note="") if noise else opinion
    # At most float32's rtol, whatever the dtype was: between two replays it is not the dtype's rounding that counts.
    rtol = min(RTOL[dtype], RTOL["float32"])
    if differences(true, port_true, scale, rtol, rtol * scale.rms).beyond:
        return msgspec.structs.replace(opinion, outcome="exceeds", note=_DIFFER) if passed else opinion
    if passed:
        return opinion
    most, spread = EPS[dtype] ** ARITHMETIC, max(1.0, scale.largest / scale.rms)
    judged = msgspec.structs.replace(
        opinion,
        outcome="passes_in_float64",
        note="",
        allowed_rms=min(max(most, MULTIPLE * opinion.torch_rms), MOST_ARITHMETIC),
        allowed_max=min(max(most * spread, MULTIPLE * opinion.torch_max), MOST_ARITHMETIC * spread),
    )
    if judged.mindspore_rms <= judged.allowed_rms and judged.mindspore_max <= judged.allowed_max:
        return judged
    note = f"the programs agree in float64; mindspore's {dtype} arithmetic alone makes the difference"
    return msgspec.structs.replace(judged, outcome="exceeds", note=note)


def _dtype(torch: Leaf, mindspore: Leaf) -> str:
    tensors = [leaf.dtype for leaf in (torch, mindspore) if leaf.kind == "tensor"] or ["float32"]
    return coarser(tensors[0], tensors[-1])
