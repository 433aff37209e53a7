"""Causes that lie in what the programs compute: modes, random numbers, what is detached, cast, overwritten, added."""

from __future__ import annotations

from collections.abc import Iterable

from migcheck.diagnose.bench import Plan
from migcheck.diagnose.causes.candidate import Candidate, changes
from migcheck.diagnose.evidence import Evidence


class TrainMode:
    """Torch's modules start in training mode, MindSpore's cells in evaluation mode."""

    def candidates(self, evidence: Evidence) -> Iterable[Candidate]:
        """Where layers that know the two modes ran, in a mode that the other side's did not."""
        torch = _modes(evidence, "torch")
        port = _modes(evidence, "mindspore")
        fix = "call net.set_train(): cells start in evaluation mode, modules in training mode"
        said = f"torch ran {_listed(torch)}, the port {_listed(port)}."
        one_sided = evidence.saw("torch", "random") != evidence.saw("mindspore", "random")
        if "train" in torch and "eval" in port:
            yield Candidate(
                "train_mode", "running torch in evaluation mode", Plan(torch=changes(evaluation=True)), said, fix
            )
            yield Candidate(
                "train_mode", "running the port in training mode", Plan(mindspore=changes(training=True)), said, fix
            )
        if "eval" in torch and "train" in port:
            fix = "call net.set_train(False) where torch calls net.eval()"
            yield Candidate(
                "train_mode", "running the port in evaluation mode", Plan(mindspore=changes(evaluation=True)), said, fix
            )
            yield Candidate(
                "train_mode", "running torch in training mode", Plan(torch=changes(training=True)), said, fix
            )
        if one_sided:
            which = "torch" if evidence.saw("torch", "random") else "the port"
            yield Candidate(
                "train_mode",
                "switching dropout off on both sides",
                Plan(torch=changes(no_dropout=True), mindspore=changes(no_dropout=True)),
                f"dropout is active in {which} alone: one side runs it in training mode, the other in evaluation mode.",
                "let dropout follow the mode: training=self.training, and net.set_train() or net.set_train(False)",
            )


def _modes(evidence: Evidence, side: str) -> dict[str, str]:
    trace = evidence.torch_trace if side == "torch" else evidence.mindspore_trace
    return {entry.rpartition(" ")[2]: entry.rpartition(" ")[0] for entry in trace.saw("modes")}


def _listed(modes: dict[str, str]) -> str:
    words = {"train": "in training", "eval": "in evaluation"}
    return " and ".join(f"{layer} {words[mode]}" for mode, layer in modes.items()) or "no such layer"


class Dropout:
    """Both sides drop, by masks that come from different generators, or at different rates."""

    def candidates(self, evidence: Evidence) -> Iterable[Candidate]:
        """Where torch drew a mask."""
        if evidence.saw("torch", "random") and evidence.saw("mindspore", "random"):
            yield Candidate(
                "dropout",
                "switching dropout off on both sides",
                Plan(torch=changes(no_dropout=True), mindspore=changes(no_dropout=True)),
                "both sides drop, and the masks come from different generators (or the rates differ: the first "
                "positional "
                "argument of nn.Dropout is keep_prob); without dropout they agree.",
                "compare with dropout off, or feed both sides one mask; write nn.Dropout(p=…)",
            )


class Detached:
    """A branch that is constant for one side's autograd, and not for the other's."""

    def candidates(self, evidence: Evidence) -> Iterable[Candidate]:
        """Where either side detaches."""
        if evidence.saw("torch", "detached"):
            yield Candidate(
                "detached",
                "detaching nothing in torch",
                Plan(torch=changes(attached=None)),
                "torch holds a branch constant (detach(), .data or no_grad()), and the port differentiates it.",
                "wrap the branch in ops.stop_gradient(…)",
            )
            count = evidence.torch_trace.saw("detached").get("detach", 0)
            for nth in range(min(count, 6)) if count > 1 else ():
                yield Candidate(
                    "detached",
                    f"not detaching in call {nth} of torch's detach()",
                    Plan(torch=changes(attached=nth)),
                    f"torch holds {count} branches constant, and the port differentiates that of call {nth}.",
                    "wrap that branch in ops.stop_gradient(…) as well",
                )
        if evidence.saw("mindspore", "detached"):
            how = " and ".join(evidence.mindspore_trace.saw("detached"))
            yield Candidate(
                "detached",
                "detaching nothing in the port",
                Plan(mindspore=changes(attached=True)),
                f"the port cuts a branch off by {how}, and torch differentiates it.",
                "keep the branch in MindSpore's operators, without stop_gradient and without a way through numpy",
            )


class LostInPlace:
    """In-place methods and writes through views, which MindSpore loses inside a differentiated function."""

    def candidates(self, evidence: Evidence) -> Iterable[Candidate]:
        """Where torch writes in place."""
        if not evidence.saw("torch", "in place"):
            return
        written = ", ".join(sorted(evidence.torch_trace.saw("in place"))[:4])
        for change, what, lost in (
            ("lose_in_place", "dropping torch's in-place writes", "in-place methods"),
            ("lose_view_writes", "keeping torch's writes from going through views", "writes through a view"),
            ("lose_writes", "dropping torch's in-place writes, those through views too", "in-place writes"),
        ):
            yield Candidate(
                "lost_in_place",
                what,
                Plan(torch=changes(**{change: True})),
                f"the port loses {lost}: torch writes with {written}, and without these writes computes what the "
                "port does.",
                "rebind instead of writing in place: y = y + a; assemble the result with ops.cat, ops.where or "
                "ops.select",
            )


class IntegerCast:
    """MindSpore lets a gradient flow through a cast to integers."""

    def candidates(self, evidence: Evidence) -> Iterable[Candidate]:
        """Where either side casts to integers or booleans."""
        if evidence.saw("torch", "integer casts") or evidence.saw("mindspore", "integer casts"):
            yield Candidate(
                "integer_cast",
                "cutting the gradient at casts to integers",
                Plan(mindspore=changes(cut_integer_casts=True), mode="pynative"),
                "MindSpore lets the gradient flow through a cast to an integer or boolean dtype; torch's stops there.",
                "wrap the cast: ops.stop_gradient(x.astype(ms.int32))",
            )


class CustomBackward:
    """A ``bprop`` written by hand."""

    def candidates(self, evidence: Evidence) -> Iterable[Candidate]:
        """Where a cell of the port's own has one."""
        for name in evidence.mindspore_trace.saw("custom"):
            yield Candidate(
                "custom_backward",
                f"differentiating {name} without its bprop",
                Plan(mindspore=changes(no_bprop=True)),
                f"the bprop that {name} defines is not the derivative of its construct; without it the gradients "
                "agree.",
                f"mend {name}.bprop: multiply by dout, and mind that parameters inside get no gradient from it",
            )
            return


class Clipping:
    """Gradients are clipped in another way."""

    def candidates(self, evidence: Evidence) -> Iterable[Candidate]:
        """Where either side clips."""
        ours = [name for name in evidence.functions("torch") if "clip_grad" in name]
        ours += list(evidence.torch_trace.saw("clipped"))
        theirs = [name for name in evidence.functions("mindspore") if "clip" in name.lower()]
        if not ours or not theirs:
            return
        fix = "clip as clip_grad_norm_ does: ops.clip_by_global_norm(grads, max_norm)"
        for how, said in (
            ("alone", "each tensor by its own norm, where torch takes the norm of all together"),
            ("value", "each element at the bound, where torch scales by the norm"),
            ("global", "all by the norm of all together, where torch takes each tensor's own"),
            ("two", "by the Euclidean norm, where torch takes another"),
            ("norm_of_value", "by the norm, where torch clips each element"),
            ("inf", "by the largest element, where torch takes the Euclidean norm"),
        ):
            yield Candidate(
                "clipping",
                f"clipping in torch as: {how}",
                Plan(torch=changes(clip=how)),
                f"the port clips {said}.",
                fix,
            )
        yield Candidate(
            "clipping",
            "clipping nothing on either side",
            Plan(torch=changes(clip="none"), mindspore=changes(no_clipping=True)),
            f"the sides clip in different ways (torch {ours[0]}, the port {theirs[0]}); unclipped, the gradients "
            "agree.",
            fix,
        )


#: Functions of one tensor that keep its shape, by torch's name: the port's function, and its layer or operator.
_UNARY = {
    "softmax": ("softmax", "Softmax"),
    "log_softmax": ("log_softmax", "LogSoftmax"),
    "sigmoid": ("sigmoid", "Sigmoid"),
    "relu": ("relu", "ReLU"),
    "tanh": ("tanh", "Tanh"),
    "gelu": ("gelu", "GELU"),
    "silu": ("silu", "SiLU"),
    "leaky_relu": ("leaky_relu", "LeakyReLU"),
    "normalize": ("normalize", "L2Normalize"),
    "layer_norm": ("layer_norm", "LayerNorm"),
    "exp": ("exp", "Exp"),
    "log": ("log", "Log"),
    "sqrt": ("sqrt", "Sqrt"),
    "abs": ("abs", "Abs"),
    "square": ("square", "Square"),
}


class ExtraOperation:
    """One side applies a function that the other does not."""

    def candidates(self, evidence: Evidence) -> Iterable[Candidate]:
        """For each function of one tensor that the sides call a different number of times in a step."""
        steps = max(evidence.torch.steps, 1)
        ours = {name: max(1, count // steps) for name, count in evidence.torch_trace.saw("functions").items()}
        functions, layers = evidence.mindspore_trace.saw("functions"), evidence.mindspore_trace.saw("modules")
        for name, (function, layer) in _UNARY.items():
            torch_count = ours.get(name, 0)
            calls = {}
            if layer in layers:
                calls[layer] = layers[layer]
            elif layer in functions:  # an operator's class
                calls[layer] = max(1, functions[layer] // steps)
            if function in functions:
                calls[function] = max(1, functions[function] // steps)
            port_count = sum(calls.values())
            for spelling, count in calls.items() if port_count > torch_count else ():
                for nth in [None] if count == 1 else [count - 1, 0, None]:
                    yield Candidate(
                        "extra_operation",
                        f"leaving out the port's {spelling}" + (f", number {nth}" if nth is not None else ""),
                        Plan(mindspore=changes(skip=[spelling, nth, count])),
                        f"the port applies {spelling} where torch does not (in a step torch {torch_count}, the port "
                        f"{port_count} times).",
                        f"drop that {spelling}; mind that losses on logits apply their own softmax or sigmoid",
                    )
            for nth in ([None] if torch_count == 1 else [torch_count - 1, 0, None]) if torch_count > port_count else ():
                yield Candidate(
                    "extra_operation",
                    f"leaving out torch's {name}" + (f", number {nth}" if nth is not None else ""),
                    Plan(torch=changes(skip=[name, nth, torch_count])),
                    f"torch applies {name} where the port does not (in a step torch {torch_count}, the port "
                    f"{port_count} "
                    "times).",
                    f"apply ops.{name} in the port",
                )


class ExecutionMode:
    """Graph mode and PyNative differ."""

    def candidates(self, evidence: Evidence) -> Iterable[Candidate]:
        """Where nothing more specific explains it."""
        if not evidence.mode:
            return
        other = "pynative" if evidence.mode == "graph" else "graph"
        names = {"pynative": "PyNative", "graph": "graph mode"}
        yield Candidate(
            "execution_mode",
            f"running the port in {other} mode",
            Plan(mode=other),
            f"the port's two execution modes disagree: {names[evidence.mode]} differs from torch, {names[other]} "
            "does not.",
            "look for what graph mode compiles once (globals, attributes, in-place writes, numpy), or run that part "
            "in PyNative",
        )


class NoneAndOptimizer:
    """An optimizer that is given zeros moves a parameter that one given None leaves alone."""

    def candidates(self, evidence: Evidence) -> Iterable[Candidate]:
        """Where torch uses an optimizer."""
        if evidence.saw("torch", "optimizers"):
            yield Candidate(
                "none_vs_zero",
                "giving torch's optimizer zeros where it has None",
                Plan(torch=changes(zeros_for_none=True)),
                "a parameter without a gradient is None in torch, and its optimizer leaves it alone; MindSpore gives "
                "zeros, and "
                "weight decay or momentum moves it.",
                "give the optimizer the parameters that the loss uses, and no others",
            )
