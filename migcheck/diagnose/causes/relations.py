"""Causes that an exact relation between the two gradients confirms, without a run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from migcheck.diagnose import identities
from migcheck.diagnose.bench import Bench, Plan
from migcheck.diagnose.causes.candidate import Confirmed, changes
from migcheck.diagnose.evidence import Evidence
from migcheck.report.text import short


def _pairs(evidence: Evidence, bench: Bench | None = None, gradients: bool = True) -> dict[str, tuple[Any, Any, float]]:
    """The differing leaves of the first step that differs, as arrays: later steps carry on what went wrong there.

    With a bench, those of the float64 replays where both programs run in float64: a relation is clearer there.
    """
    names = {title: name for title, name in evidence.names.items() if (name.group == "grad") is gradients}
    step = min((name.step for name in evidence.names.values() if name.group == "grad"), default=None)
    names = {title: name for title, name in names.items() if name.step == step}
    wide = {}
    if bench and names:
        started = {side: bench.start(side, {}, precision="float64") for side in ("torch", "mindspore")}
        wide = {side: future.result().observation for side, future in started.items()}
    found = {}
    for title, name in names.items():
        ours, theirs = evidence.torch.leaves.get(name), evidence.mindspore.leaves.get(name)
        if ours is None or theirs is None:
            continue
        rtol = identities.tolerance(ours, theirs)
        replayed = [observation.leaves.get(name) for observation in wide.values() if observation]
        if len(replayed) == 2 and all(leaf and leaf.dtype in ("float64", "complex128") for leaf in replayed):
            clearer = [leaf for leaf in replayed if leaf]
            if [leaf.shape for leaf in clearer] == [ours.shape, theirs.shape]:
                (ours, theirs), rtol = clearer, min(rtol, _IN_FLOAT64)
        one, other = identities.array(ours), identities.array(theirs)
        if one is not None and other is not None:
            found[title] = (one, other, rtol)
    return found


#: What MindSpore's operators that compute in float32 under a float64 dtype may be off by.
_IN_FLOAT64 = 1e-5


def _covered(evidence: Evidence, leaves: Iterable[str]) -> frozenset[str]:
    """The leaves a relation explains: those it holds for; if they are all of the step, what follows as well."""
    held = set(leaves)
    gradients = set(_pairs(evidence))
    if gradients and gradients <= held:
        step = min(evidence.names[title].step for title in held)
        for title, name in evidence.names.items():
            if name.step > step or (name.step == step and name.group == "output" and _trains(evidence)):
                held.add(title)
    return frozenset(held)


def _since(evidence: Evidence) -> str:
    """In which step a relation was looked for, where that is not the only one that differs."""
    steps = sorted({name.step for name in evidence.names.values()})
    if len(steps) < 2:
        return ""
    return (
        f" in step {steps[0]}, where it begins; what differs later was computed after it, and was not held against it"
    )


def _trains(evidence: Evidence) -> bool:
    return evidence.saw("torch", "optimizers") or evidence.saw("mindspore", "optimizers") or evidence.torch.steps > 1


class Summed:
    """``ms.grad`` sums over all outputs what a Jacobian keeps apart."""

    def measure(self, evidence: Evidence, bench: Bench) -> Iterable[Confirmed]:
        """Where mindspore's leaf is torch's, summed over its first axes; or the mean over them."""
        for title, (one, other, rtol) in _pairs(evidence, bench).items():
            extra = one.ndim - other.ndim
            if extra < 1 or one.shape[extra:] != other.shape or other.size < 2:
                continue
            axes = tuple(range(extra))
            for how, reduced in (("summed", one.sum(axes)), ("averaged", one.mean(axes))):
                if identities.close(reduced, other, rtol):
                    yield Confirmed(
                        "reduction",
                        f"mindspore's {title} is torch's, {how} over its first axes {one.shape[:extra]}: ms.grad "
                        "differentiates the sum of all elements of an output, a Jacobian keeps them apart.",
                        "every element is equal once torch's is reduced",
                        "use ms.jacrev or ms.jacfwd for a Jacobian",
                        frozenset([title]),
                    )


class Exchanged:
    """Gradients under each other's name."""

    def measure(self, evidence: Evidence, bench: Bench) -> Iterable[Confirmed]:
        """Where each differing leaf of torch's equals another one of mindspore's."""
        pairs = _pairs(evidence, bench)
        if len(pairs) < 2:
            return
        rtol = max(rtol for _, _, rtol in pairs.values())
        found = identities.exchanged(
            {title: one for title, (one, _, _) in pairs.items()},
            {title: other for title, (_, other, _) in pairs.items()},
            rtol,
        )
        if found:
            first, second = next(iter(found.items()))
            yield Confirmed(
                "swapped",
                f"gradients stand under each other's name: mindspore's {second} is torch's {first}"
                + (f", and so on for {len(found)} leaves." if len(found) > 2 else "."),
                "the values are equal, crosswise" + _since(evidence),
                "return them in the order of grad_position, and pair parameters by name",
                _covered(evidence, found),
            )


class Rearranged:
    """The same elements in another order: transposed, permuted, reshaped, in other blocks; or conjugated."""

    def measure(self, evidence: Evidence, bench: Bench) -> Iterable[Confirmed]:
        """Leaf by leaf; one explanation for each relation."""
        found: dict[str, list[tuple[str, str]]] = {}
        for title, (one, other, rtol) in _pairs(evidence, bench).items():
            cause, said = _relation(one, other, rtol)
            if cause:
                found.setdefault(cause, []).append((title, said))
        every = [title for entries in found.values() for title, _ in entries]
        together = _covered(evidence, every)
        outputs = {
            title: "sign" if identities.close(one, -other, rtol) else _relation(one, other, rtol)[0]
            for title, (one, other, rtol) in _pairs(evidence, bench, gradients=False).items()
        }
        for cause, entries in found.items():
            leaves = frozenset(title for title, _ in entries)
            if len(found) == 1:
                leaves = together
                # Data in another layout give other outputs; a sign or a conjugate must be seen in them.
                leaves |= {title for title, said in outputs.items() if cause in _LAYOUTS or said == cause}
            yield Confirmed(
                cause,
                f"mindspore's {entries[0][0]} {entries[0][1]}"
                + (f"; so are {len(entries) - 1} more." if entries[1:] else "."),
                "every element is equal once that is undone" + _since(evidence),
                _FIXES[cause],
                leaves,
            )


_LAYOUTS = ("transposed", "permuted", "layout")

_FIXES = {
    "transposed": "transpose it before it is compared, or keep the weight in torch's layout (out, in)",
    "permuted": "permute its axes before it is compared: ops.transpose(g, …)",
    "reshaped": "reshape it before it is compared: g.reshape(…)",
    "layout": "reorder the blocks when the weights are copied, and back when gradients are compared",
    "conjugate": "conjugate it: ops.conj(g); torch's gradient of a real function is the conjugate Wirtinger derivative",
    "sign": "mind the sign of the loss: gradient descent takes −ascent",
}


def _relation(one: Any, other: Any, rtol: float) -> tuple[str, str]:
    if not identities.alike_in_size(one, other, rtol):
        return "", ""
    if identities.ratio(one, other, rtol) is not None and one.size > 1 and identities.close(one, -other, rtol):
        return "sign", "has the opposite sign"
    if identities.conjugated(one, other, rtol):
        return "conjugate", "is the complex conjugate of torch's"
    order = identities.axes_order(one, other, rtol)
    if order:
        if one.ndim == 2:
            return "transposed", "is the transpose of torch's"
        return "permuted", f"has its axes in another order: torch's is ops.transpose(g, {order})"
    if identities.reshaped(one, other, rtol):
        return "reshaped", f"has torch's elements in the shape {other.shape} instead of {one.shape}"
    blocks = identities.block_order(one, other, rtol)
    if blocks:
        axis, into = blocks
        return (
            "layout",
            f"has its {len(into)} blocks along axis {axis} in another order: torch's are its blocks {list(into)}",
        )
    interleaved = identities.interleaved(one, other, rtol)
    if interleaved:
        axis, count = interleaved
        return "layout", f"is interleaved along axis {axis}: torch's is its axis read as ({count}, …) and transposed"
    return "", ""


class Factor:
    """A constant factor: a sign, a count of elements or calls, a loss scale, or a number of the program's own."""

    def measure(self, evidence: Evidence, bench: Bench) -> Iterable[Confirmed]:
        """Where all elements of a leaf have one ratio; leaves of one ratio together."""
        pairs = _pairs(evidence, bench)
        groups: list[tuple[float, list[str]]] = []
        for title, (one, other, rtol) in pairs.items():
            found = identities.ratio(one, other, rtol)
            if found is None:
                continue
            for factor, titles in groups:
                if identities.alike([factor, found]):
                    titles.append(title)
                    break
            else:
                groups.append((found, [title]))
        for factor, titles in groups:
            if sum(pairs[title][0].size for title in titles) < 2 and not _evident(evidence, factor):
                continue  # one number has a ratio to any other
            alike = [*titles, *_outputs_of(evidence, factor)]
            cause, said, fix = named(evidence, factor)
            leaves = frozenset(alike)
            confirmed = f"mindspore = {_digits(factor)} · torch in every element"
            if evidence.leaves - leaves and len(groups) == 1 and set(titles) == set(pairs):
                trial = bench.trial(Plan(mindspore=changes(scale=1 / factor)))
                if not trial.failure and not (trial.remaining - leaves):
                    leaves = evidence.leaves
                    confirmed += "; with its gradients divided by that, the port agrees in all steps"
                elif trial.failure:
                    leaves = leaves | _covered(evidence, titles)
            yield Confirmed(cause, said, confirmed, fix, leaves & evidence.leaves)


def _outputs_of(evidence: Evidence, factor: float) -> list[str]:
    """Outputs, such as the loss, that differ by the same factor."""
    found = []
    for title, name in evidence.names.items():
        if name.group != "output":
            continue
        ours, theirs = evidence.torch.leaves.get(name), evidence.mindspore.leaves.get(name)
        if ours is None or theirs is None:
            continue
        one, other = identities.array(ours), identities.array(theirs)
        if one is None or other is None:
            continue
        if one.shape != other.shape and one.size == 1:  # a loss that was not reduced
            other = other.sum().reshape(one.shape)
            if identities.ratio(one, other, identities.tolerance(ours, theirs)) is not None:
                found.append(title)
            continue
        ratio = identities.ratio(one, other, identities.tolerance(ours, theirs))
        if ratio is not None and identities.alike([ratio, factor]):
            found.append(title)
    return found


def _evident(evidence: Evidence, factor: float) -> bool:
    """Whether a factor is one that the traces know."""
    return named(evidence, factor)[0] not in ("constant_ratio",) and abs(factor) not in (0.5, 2.0)


def _digits(factor: float) -> str:
    """A factor, with as many digits as tell it from 1."""
    texts = [short(factor), *(f"{factor:.{digits}g}" for digits in range(3, 8))]
    return next((text for text in texts if abs(float(text)) != 1), texts[-1])


def named(evidence: Evidence, factor: float) -> tuple[str, str, str]:
    """The cause that a factor speaks of, what to say of it, and the fix."""
    size = abs(factor)
    larger = size if size >= 1 else 1 / size
    whole = round(larger)
    exact = abs(larger - whole) <= 2e-3 * larger
    if identities.alike([factor, -1.0]):
        return "sign", "the port's gradient has the opposite sign.", _FIXES["sign"]
    calls = max(
        len(evidence.outer(side)) // max(observation.steps, 1)
        for side, observation in (("torch", evidence.torch), ("mindspore", evidence.mindspore))
    )
    times = f"{_digits(factor)} times torch's"
    if exact and factor > 0 and whole == calls and calls > 1:
        return (
            "accumulation",
            f"the port's gradient is {times}, and a step makes {calls} calls: one side adds them up, the other "
            "averages.",
            f"divide the loss of each of the {calls} calls by {calls} on both sides, or on neither",
        )
    power = exact and whole >= 64 and whole & (whole - 1) == 0
    if not power and exact and factor > 0 and whole in evidence.counts and _scalars_agree(evidence, factor):
        which = ("sums", "takes the mean") if factor > 1 else ("takes the mean", "sums")
        return (
            "reduction",
            f"the port's gradient is {times}, and {whole} is a number of elements (shape {evidence.counts[whole]}): "
            "the port "
            f"{which[0]} where torch {which[1]}.",
            "reduction='mean'" if factor > 1 else "reduction='sum'",
        )
    masked = _masked(evidence, factor)
    if masked:
        return "reduction", masked, "divide by the number of elements that count, as torch does"
    if exact and factor > 0 and whole >= 8 and whole & (whole - 1) == 0:
        return (
            "cotangent",
            f"the port's gradient is {times}, a power of two as loss scales are: it is "
            + ("not removed." if factor > 1 else "removed twice."),
            "divide the gradients by the loss scale once: scaler.unscale(grads)",
        )
    return (
        "constant_ratio",
        f"the port's gradient is {times} in every element" + (" and has the opposite sign." if factor < 0 else "."),
        "look for a factor that one side's loss has and the other's has not",
    )


class LossScale:
    """Scaled gradients that reach an optimizer, or a norm, before they are unscaled."""

    def measure(self, evidence: Evidence, bench: Bench) -> Iterable[Confirmed]:
        """Where dividing by a scale of the traces, at the gradient or at the optimizer, makes the sides agree."""
        scales = sorted({*_scales(evidence)})
        for scale in scales[-2:]:
            for change, where in (("optimizer_scale", "the optimizer's gradients"), ("scale", "the port's gradients")):
                for factor in (1 / scale, scale):
                    trial = bench.trial(Plan(mindspore=changes(**{change: factor})))
                    verb = "divided" if factor < 1 else "multiplied"
                    if (not trial.failure and not trial.remaining) or (
                        change == "scale" and not trial.failure and _all_scaled(trial, scale)
                    ):
                        pass
                    else:
                        continue
                    yield Confirmed(
                        "cotangent",
                        f"the loss scale of {scale:g} is "
                        + ("not removed" if factor < 1 else "removed twice")
                        + f" where {where} are used.",
                        f"with {where} {verb} by {scale:g}, "
                        + ("the scale alone is left between the sides" if trial.remaining else "both sides agree"),
                        "unscale the gradients once, before they are clipped and before the optimizer has them",
                        evidence.leaves,
                    )
                    return


def _scales(evidence: Evidence) -> Iterable[float]:
    """Loss scales that the traces speak of: arguments of that name, constant cotangents, ratios of scalar to output."""
    for given in evidence.mindspore_trace.saw("loss scales"):
        yield abs(float(given))
    for side in ("torch", "mindspore"):
        observation = evidence.torch if side == "torch" else evidence.mindspore
        trace = evidence.torch_trace if side == "torch" else evidence.mindspore_trace
        losses = [
            float(leaf.values.reshape(-1)[0])
            for name, leaf in observation.leaves.items()
            if name.group == "output" and leaf.values is not None and leaf.values.size == 1 and "float" in leaf.dtype
            and leaf.dtype != "bfloat16"
        ]  # fmt: skip
        for call in trace.outer[:4]:
            for tensor in call.cotangents or ():
                leaf = trace.array(call, tensor)
                if leaf is not None and leaf.values is not None and leaf.values.size and "float" in leaf.dtype:
                    value = float(abs(np_first(leaf.values)))
                    if value > 1 and (leaf.values == leaf.values.flat[0]).all():
                        yield value
            for loss in losses[:4]:
                if call.scalar and loss and abs(call.scalar / loss) > 1.5:
                    ratio = abs(call.scalar / loss)
                    if abs(ratio - round(ratio)) < 1e-3 * ratio:
                        yield float(round(ratio))


def _masked(evidence: Evidence, factor: float) -> str:
    """What to say of a mean over all elements against one over those that a mask, or lengths, let count."""
    for key, leaf in evidence.inputs.items():
        if leaf.values is None or not ("int" in leaf.dtype or leaf.dtype == "bool") or leaf.values.size < 2:
            continue
        for counted in {int(leaf.values.sum()), int((leaf.values != 0).sum()), int((leaf.values >= 0).sum())}:
            for count, shape in evidence.counts.items():
                if not 1 < counted < count:
                    continue
                for over, said in ((counted / count, (count, counted)), (count / counted, (counted, count))):
                    if identities.alike([factor, over], 1e-4) and _scalars_agree(evidence, factor):
                        return (
                            f"the port's gradient is {_digits(factor)} times torch's: it divides by {said[0]} where "
                            "torch "
                            f"divides by {said[1]}; {count} is the number of elements of shape {shape}, and {counted} "
                            f"is what {key.path} lets count."
                        )
    return ""


def _scalars_agree(evidence: Evidence, factor: float) -> bool:
    """Whether what was differentiated differs by the factor as well, as far as the traces tell."""
    step = min((name.step for name in evidence.names.values() if name.group == "grad"), default=0)
    scalars = []
    for side in ("torch", "mindspore"):
        calls = [call for call in evidence.outer(side) if call.step == step] or list(evidence.outer(side))
        scalars.append(calls[-1].scalar if calls else None)
    torch, port = scalars
    if not torch or not port:
        return True
    return identities.alike([port / torch, factor], 2e-2)


def np_first(values: Any) -> float:
    """The first element of an array that is not empty."""
    return float(values.flat[0])


def _all_scaled(trial: Any, scale: float) -> bool:
    """Whether what is left differs by the scale alone: a norm was taken of scaled gradients, and unscaled after."""
    if trial.torch is None or trial.mindspore is None or not trial.remaining:
        return False
    for name, ours in trial.torch.leaves.items():
        if name.title(trial.torch.steps) not in trial.remaining:
            continue
        theirs = trial.mindspore.leaves.get(name)
        if theirs is None or name.group != "grad":
            return False
        one, other = identities.array(ours), identities.array(theirs)
        if one is None or other is None:
            return False
        ratio = identities.ratio(one, other, identities.tolerance(ours, theirs))
        if ratio is None or not (identities.alike([ratio, scale]) or identities.alike([ratio, 1 / scale])):
            return False
    return True
