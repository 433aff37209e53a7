"""Causes that lie in what autograd is asked: which outputs, with which cotangents, of which arguments, how often."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from migcheck.diagnose.bench import Plan
from migcheck.diagnose.causes.candidate import Candidate, changes, several
from migcheck.diagnose.evidence import Evidence
from migcheck.trace import Call, TracedTensor


class Accumulation:
    """``backward()`` adds to ``.grad``; ``ms.grad`` returns the gradient of its call alone."""

    def candidates(self, evidence: Evidence) -> Iterable[Candidate]:
        """Where a backward found ``.grad`` filled; and where the program clears it."""
        calls = evidence.outer("torch")
        filled = sum(bool(call.filled) for call in calls)
        if filled:
            yield Candidate(
                "accumulation",
                "clearing .grad before each backward()",
                Plan(torch=changes(clear_grad=True)),
                f"torch accumulated: {filled} of {several(len(calls), 'backward() call')} found .grad filled by the "
                "one "
                "before and added to it; ms.grad returns the gradient of one call.",
                "add the gradients of the calls up in the port; if torch was not meant to accumulate, call "
                "zero_grad() there",
            )
        if evidence.saw("torch", "cleared") or len(calls) > 1:
            yield Candidate(
                "accumulation",
                "clearing no .grad in torch",
                Plan(torch=changes(keep_grad=True)),
                "the port adds up the gradients of its calls, and torch clears .grad between them.",
                "return each call's gradient alone, or start the sum anew where torch calls zero_grad()",
            )


class MultiOutput:
    """``backward()`` starts from one output; ``ms.grad`` differentiates the sum of all."""

    def candidates(self, evidence: Evidence) -> Iterable[Candidate]:
        """Where a differentiated function has several outputs."""
        calls = [
            call for call in evidence.mindspore_trace.calls if len(_tops(call.outputs)) > 1 and call.cotangents is None
        ]
        plain = [call for call in calls if not call.has_aux]
        count = max((len(_tops(call.outputs)) for call in plain), default=0)
        for index in range(min(count, 8)):
            which = "the first" if index == 0 else f"output {index}"
            yield Candidate(
                "multi_output",
                f"differentiating {which if index else 'the first output'} only",
                Plan(mindspore=changes(only_output=index)),
                f"ms.grad differentiated the sum of {count} outputs; torch called backward() on {which}.",
                "pass has_aux=True" + ("" if index == 0 else f", and return output {index} first"),
            )
        aux = max((len(_tops(call.outputs)) for call in calls if call.has_aux), default=0)
        for index in range(1, min(aux, 8)):
            yield Candidate(
                "multi_output",
                f"differentiating output {index} only",
                Plan(mindspore=changes(only_output=index)),
                f"has_aux=True differentiates the first output; torch called backward() on output {index}.",
                f"return output {index} first",
            )
        if aux:
            yield Candidate(
                "multi_output",
                "differentiating all outputs",
                Plan(mindspore=changes(all_outputs=True)),
                "has_aux=True differentiates the first output alone; torch differentiated the sum of all.",
                "drop has_aux=True, or return the sum of the outputs first",
            )


def _tops(outputs: tuple[TracedTensor, ...]) -> set[str]:
    """The elements of an output that is a tuple."""
    return {output.path.partition("]")[0] for output in outputs if output.path.startswith("[")}


class Cotangent:
    """What an output is weighed by: the argument of ``backward``, ``sens``, the vector of ``ms.vjp``."""

    def candidates(self, evidence: Evidence) -> Iterable[Candidate]:
        """Where either side gives a cotangent."""
        given = [call for call in evidence.torch_trace.calls if call.cotangents is not None]
        taken = [call for call in evidence.mindspore_trace.calls if call.cotangents is not None]
        if given:
            yield Candidate(
                "cotangent",
                "giving backward() ones",
                Plan(torch=changes(cotangents="")),
                f"torch weighs the output by the {_kind(given[0])} that {given[0].api} is given; the port by ones.",
                "pass it: ms.grad(net, sens_param=True)(x, v), or ms.vjp(net, x)[1](v)",
            )
        if taken:
            yield Candidate(
                "cotangent",
                "giving ones for sens",
                Plan(mindspore=changes(unit_cotangent=True)),
                f"the port weighs the output by a {_kind(taken[0])}; torch by ones.",
                "drop the sensitivity, or give backward() the same one",
            )
            yield Candidate(
                "cotangent",
                "giving backward() the cotangents of the port",
                Plan(torch=changes(cotangents=evidence.mindspore_trace.file)),
                f"the cotangents differ: the port passes a {_kind(taken[0])} that is not the one of {_api(given)}.",
                "pass the cotangent that backward() is given",
            )


def _kind(call: Call) -> str:
    shapes = [str(tuple(tensor.shape or ())) for tensor in call.cotangents or ()]
    return f"cotangent {', '.join(shapes)}"


def _api(calls: Sequence[Call]) -> str:
    return calls[0].api if calls else "torch"


class AfterException:
    """An exception inside a differentiated function leaves PyNative recording what is computed outside."""

    def candidates(self, evidence: Evidence) -> Iterable[Candidate]:
        """Where a call raised, and the program went on."""
        if any(call.raised for call in evidence.mindspore_trace.calls):
            yield Candidate(
                "stale_state",
                "stopping PyNative from recording after the exception",
                Plan(mindspore=changes(recovering=True)),
                "an exception inside a differentiated function was caught; PyNative goes on recording, and later "
                "gradients "
                "flow through what was computed outside.",
                "do not catch exceptions of ms.grad, or compute what is constant under ops.stop_gradient(…)",
            )


class Arguments:
    """Which arguments are differentiated, and as what: shared tensors, Python values, keywords."""

    def candidates(self, evidence: Evidence) -> Iterable[Candidate]:
        """By what stands in the calls' arguments."""
        calls = evidence.mindspore_trace.calls
        shared = [call for call in calls if call.same or call.closed_over]
        if shared:
            call = shared[0]
            where = (
                f"arguments {call.same[0][0]} and {call.same[0][1]} of {call.api} are one tensor"
                if call.same
                else f"argument {call.closed_over[0]} of {call.api} is a tensor that the function also knows otherwise"
            )
            fix = "give each argument a tensor of its own: ms.Tensor(x.asnumpy())"
            if evidence.mode != "graph":
                yield Candidate(
                    "aliasing",
                    "giving each argument a tensor of its own",
                    Plan(mindspore=changes(fresh_arguments=True)),
                    f"{where}, and PyNative differentiates by identity: it gives the sum over all places of that "
                    "tensor.",
                    fix,
                )
            other = "pynative" if evidence.mode == "graph" else "graph"
            yield Candidate(
                "aliasing",
                f"running the port in {other} mode",
                Plan(mode=other),
                f"{where}; PyNative differentiates by identity, graph mode by position.",
                fix,
            )
        if any(len(call.keywords) > 1 for call in calls):
            yield Candidate(
                "swapped",
                "passing keyword arguments in the order of the function",
                Plan(mindspore=changes(by_name=True)),
                "grad_position counts keyword arguments in the order of the call, not in that of the function.",
                "pass the differentiated arguments by position",
            )
        if any(each.kind in ("float", "int", "ndarray") for call in calls for each in call.inputs):
            yield Candidate(
                "dropped_position",
                "making tensors of the numbers among the arguments",
                Plan(mindspore=changes(tensor_arguments=True)),
                "ms.grad silently drops a position whose argument is no Tensor, so that the gradients that are left "
                "move up.",
                "pass ms.Tensor(value) for each argument that is differentiated",
            )


class SecondOrder:
    """Nested ``ms.grad`` in PyNative cuts what does not depend on the leaf element by element."""

    def candidates(self, evidence: Evidence) -> Iterable[Candidate]:
        """Where one call was made inside a function that another differentiates."""
        if evidence.saw("mindspore", "nested") and evidence.mode != "graph":
            yield Candidate(
                "second_order",
                "running the port in graph mode",
                Plan(mode="graph"),
                "PyNative differentiates a gradient only as far as it is an elementwise function of its leaf; what "
                "went through "
                "a reduction, a matmul, a transpose or a concatenation is taken for constant.",
                "compile the outer derivative: @ms.jit or graph mode, or ms.jacrev(ms.grad(f))",
            )
            yield Candidate(
                "second_order",
                "compiling the outer derivative",
                Plan(mindspore=changes(compiled_outer=True)),
                "PyNative differentiates a gradient only as far as it is an elementwise function of its leaf; what "
                "went through "
                "a reduction, a matmul, a transpose or a concatenation is taken for constant.",
                "compile the outer derivative: @ms.jit or graph mode, or ms.jacrev(ms.grad(f))",
            )
