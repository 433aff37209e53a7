"""Reports to draw: one that has some of everything, and texts that mean harm."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from migcheck.compare.distribution import portrait
from migcheck.compare.finding import Element, Finding, LeafKind, PassesWith, Rounding
from migcheck.compare.portrait import LeafError, Portrait
from migcheck.diagnose.value import Diagnosis, Explanation, Place, SideCheck, Tried
from migcheck.host.exchange import leaf
from migcheck.report.value import Environment, Failure, Report, Result, Seconds
from migcheck.trace import Call, Trace, TracedTensor
from tests.build import finding, report, result

TORCH = """\
import torch


def program(x, y):
    z = x**2 + y  # a comment
    z.backward()
    return z, {"x": x.grad, "y": y.grad}
"""
MINDSPORE = '''\
"""A port."""
import mindspore as ms


def program(x, y):
    def net(x, y):
        return x**2 + y, x

    dx, dy = ms.grad(net, grad_position=(0, 1))(x, y)
    return net(x, y)[0], {"x": dx, "y": dy}
'''
CASE = 'title = "two outputs"\n\n[inputs]\nx = 1.0\n'

#: Each would do something, or look like something, if it were not printed as what it is.
HOSTILE = (
    "<script>document.title = 'harmed'</script>",
    "</style><script>document.title = 'harmed'</script>",
    "</script><img src=x onerror=\"document.title='harmed'\">",
    '" onmouseover="document.title=\'harmed\'" x="',
    "' autofocus onfocus='document.title=1",
    "<!-- ",
    "{{ 7 * 7 }}{% raw %}",
    "\u202egnp.exe",
    "\x1b[31mred\x00\x07",
    "\ud800",
    "$\\frac{1}{0}$ $x$",
    "javascript:alert(1)",
    "&amp;&lt;b&gt;",
)


def files(case: str) -> dict[str, str]:
    """The files of a case, by side."""
    names = {"torch": "torch_program.py", "mindspore": "mindspore_program.py", "case": "case.toml"}
    return {side: f"cases/{case}/{name}" for side, name in names.items()}


def sources(*cases: str) -> dict[str, str]:
    """Their texts, by path."""
    texts = {"torch": TORCH, "mindspore": MINDSPORE, "case": CASE}
    return {path: texts[side] for case in cases for side, path in files(case).items()}


@cache
def drawn(name: str = "grad['conv.weight']", factor: float = 1.5) -> Portrait:
    """The portrait of a weight, the latter part of which is too large, and in part not finite."""
    rng = np.random.default_rng(0)
    torch = rng.normal(size=(32, 3, 3, 3)).astype(np.float32)
    mindspore = torch * (1 + np.float32(1e-7) * rng.normal(size=torch.shape).astype(np.float32))
    mindspore[8:] *= np.float32(factor)
    mindspore[20, :, 2] = np.nan
    torch[0] = mindspore[1] = 0
    made = portrait(name, leaf(torch), leaf(mindspore))
    assert made
    return made


def layers(count: int = 12, first: int = 8) -> tuple[LeafError, ...]:
    """Leaves that agree up to the first one that differs."""
    return tuple(LeafError(f"grad['layer{k}.weight']", 1e-7 if k < first else 0.1) for k in range(count))


def differs(name: str, **fields: Any) -> Finding:
    """A finding on a leaf of some elements."""
    kind = LeafKind("float32", (32, 3, 3, 3))
    worst = Element((3, 1, 2, 2), 1.25, 1.875, 0.625, 1.3e-6)
    rounding = Rounding("exceeds", "the port does not run in float64", 1e-8, 0.5, 1.3e-6)
    numbers = {"torch": kind, "mindspore": kind, "elements": 648, "of": 864, "worst": worst, "rounding": rounding}
    return finding("values", name, **{**numbers, "passes_with": PassesWith(0.5, None), **fields})


def diagnosis() -> Diagnosis:
    """One that was confirmed, with the traces of both sides."""
    tensor = TracedTensor("['x']", "float32", ())
    torch = Call(0, "Tensor.backward", 0, 6, outputs=(tensor,), gradients=(tensor,), scalar=3.0)
    port = Call(0, "ms.grad", 0, 9, outputs=(tensor, tensor), gradients=(tensor,), scalar=4.0, positions=(0, 1))
    return Diagnosis(
        Place(
            "functions",
            "forward outputs agree; each side's gradient is right for what it differentiates",
            (SideCheck("torch", 2.0, 2.0, 2.0, 2.0, 1e-5, "float64", True), SideCheck("mindspore", note="no scalar")),
        ),
        causes=(
            Explanation(
                "multi_output",
                "ms.grad differentiated the sum of 2 outputs; torch called backward() on the first.",
                "by replay: differentiating the first output only, both sides give 2",
                "pass has_aux=True",
                ("grad['layer8.weight']",),
            ),
        ),
        unexplained=("grad['layer9.weight']",),
        tried=(Tried("multi_output", "the first output only", "explains 1 of 4", 0.5),),
        traces={"torch": Trace((torch,), {"functions": {"pow": 2}}), "mindspore": Trace((port,))},
        seconds=1.0,
    )


def mismatch(id: str, **fields: Any) -> Result:
    """One with all that a mismatch can have."""
    case = id.partition("[")[0]
    given = {
        "title": "two outputs are summed",
        "guide": "gradient.md#torch-autograd-backward",
        "findings": tuple(differs(f"grad['layer{k}.weight']") for k in range(8, 12)),
        "leaves": 12,
        "diagnosis": diagnosis(),
        "portraits": (drawn(), drawn("grad['other']", 3.0)),
        "errors": layers(),
        "files": files(case),
        "output": {"torch": "epoch 1\n"},
        "seconds": Seconds(total=0.5),
        "rerun": f"migcheck run '{id}' --seed 0",
    }
    return result("mismatch", id, **{**given, **fields})


def everything() -> Report:
    """A report with each verdict."""
    stack = 'Traceback (most recent call last):\n  File "/a/mindspore_program.py", line 9, in program\nTypeError: no'
    failure = Failure("mindspore", "exception", "mindspore_program.py:9: TypeError: no", stack, "a warning")
    known = differs("grad['x']", known="kept to show it")
    return report(
        mismatch("multi/outputs[graph]"),
        mismatch("multi/outputs[pynative]"),
        result("error", "broken/port", title="it raises", failures=(failure,), files=files("broken/port")),
        result("stale", "gone/known", title="it differed", stale=("grad['x']",)),
        result("known", "multi/kept[graph]", title="kept as it is", findings=(known,), files=files("multi/kept")),
        result("match", "right/one[graph]", title="ported right", seconds=Seconds(total=0.25)),
        result("match", "right/one[pynative]", title="ported right"),
        result("match", "right/two", title="another that is right", notes=("both sides have the same NaN",)),
        sources=sources("multi/outputs", "broken/port", "multi/kept"),
        environments={"torch": Environment("2.13.0", "3.11.7", "1.26.4")},
        problems={"mindspore": "no module named mindspore"},
        notes=("a note of the run",),
        left_out=("other/one", "other/two"),
        gone=('migcheck.baseline:4: {"id": "a"}',),
        exit_code=1,
    )


def hostile() -> Report:
    """A report in which every text is one of those that mean harm."""
    results = []
    for at, text in enumerate(HOSTILE):
        element = Element((0,), text, "nan", "inf", 0.0)
        cause = Explanation(text, text, text, text, (text,), text)
        call = Call(0, text, 0, 1, weights=(text,), function=text, inputs=(TracedTensor(of=text),), positions=(0,))
        why = Diagnosis(
            Place("forward", text, (SideCheck(text, note=text),)),
            (cause,),
            (text,),
            (Tried(text, text, text),),
            (text,),
            {"torch": Trace((call,), {text: {text: 2}}), "mindspore": Trace((call,))},
        )
        results.append(
            result(
                "mismatch",
                f"{text}{at}[{text}]",
                title=text,
                guide=text,
                findings=(differs(text, worst=element), finding("shape", text, message=text)),
                diagnosis=why,
                notes=(text,),
                portraits=(drawn(text),),
                errors=tuple(LeafError(text, 0.1 * k) for k in range(6)),
                files={"torch": f"{text}{at}.py", "mindspore": f"{text}{at}m.py"},
                output={"torch": text},
                rerun=text,
            )
        )
        results.append(result("error", f"{at}{text}", title=text, failures=(Failure("torch", text, text, text, text),)))
        results.append(result("known", f"{at}k{text}", title=text, findings=(differs(text, known=text),)))
    paths = [path for each in results for path in each.files.values()]
    texts = {path: f"x = '{path}'\n{path}\n" for path in paths}
    everywhere = {"problems": dict.fromkeys(HOSTILE, "x\u202e"), "notes": HOSTILE, "gone": HOSTILE, "left_out": HOSTILE}
    return report(*results, sources=texts, directory=HOSTILE[0], partition=HOSTILE[1], **everywhere)
