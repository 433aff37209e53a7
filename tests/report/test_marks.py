"""The lines of a program that matter for a result, and why."""

from __future__ import annotations

from typing import Any

import pytest

from migcheck.diagnose.value import Diagnosis, Explanation, Place
from migcheck.report.marks import Mark, marks, quoted
from migcheck.report.value import Failure, Result
from migcheck.trace import Call, Trace
from tests.build import report, result

TORCH = """\
import torch

# backward() is called twice
def program(x):
    loss = (x**2).sum()
    loss.backward()
    loss.backward()
    return loss, {"x": x.grad}
"""
MINDSPORE = """\
import mindspore as ms

def program(x):
    dx = ms.grad(
        net)(x)
    return net(x), {"x": dx}
"""
FILES = {"torch": "cases/a/torch_program.py", "mindspore": "cases/a/mindspore_program.py"}


def marked(side: str, torch: str = TORCH, **fields: Any) -> list[tuple[int, str]]:
    """The marks of one side's program, as pairs."""
    sources = {FILES["torch"]: torch, FILES["mindspore"]: MINDSPORE}
    about: Result = result("mismatch", files=FILES, **fields)
    return [(mark.line, mark.why) for mark in marks(report(about, sources=sources), about, side)]


def traced(**calls: tuple[Call, ...]) -> Diagnosis:
    return Diagnosis(Place("", ""), traces={side: Trace(each) for side, each in calls.items()})


def explained(message: str, fix: str = "") -> Diagnosis:
    return Diagnosis(Place("", ""), causes=(Explanation("accumulation", message, "", fix),))


def test_a_result_without_anything_to_mark() -> None:
    assert marks(report(), result(), "torch") == ()
    assert marked("torch") == []


def test_the_calls_that_ask_for_gradients() -> None:
    calls = (Call(0, "Tensor.backward", 0, 6), Call(1, "Tensor.backward", 0, 7), Call(2, "Tensor.backward", 1, 6))
    assert marked("torch", diagnosis=traced(torch=calls)) == [
        (6, "asks for gradients: Tensor.backward, calls 0, 2"),
        (7, "asks for gradients: Tensor.backward, call 1"),
    ]


def test_of_many_calls_the_first() -> None:
    calls = tuple(Call(number, "Tensor.backward", number, 6) for number in range(100))
    assert marked("torch", diagnosis=traced(torch=calls)) == [
        (6, "asks for gradients: Tensor.backward, calls 0, 1, 2, 3, 4, 5 and 94 more")
    ]


def test_a_call_that_comes_from_no_line() -> None:
    assert marked("torch", diagnosis=traced(torch=(Call(0, "Tensor.backward", 0, 0),))) == []


def test_of_a_compiled_port_the_calls_that_pynative_saw() -> None:
    diagnosis = traced(mindspore=(Call(0, "ms.grad", 0, 3),), pynative=(Call(0, "ms.grad", 0, 4),))
    assert marked("mindspore", diagnosis=diagnosis) == [(4, "asks for gradients: ms.grad, call 0")]


@pytest.mark.parametrize(
    ("message", "lines"),
    [
        ("torch called backward() twice", [6, 7]),
        ("torch called Tensor.backward() twice", []),
        ("the .grad was filled", [8]),
        ("x.grad was filled.", [8]),
        ("a gradient was filled, and backward too", []),
        ("see docs/causes.md#x.grad and torch_program.py", []),
    ],
)
def test_what_a_cause_names(message: str, lines: list[int]) -> None:
    assert [line for line, _ in marked("torch", diagnosis=explained(message))] == lines


def test_what_a_fix_names() -> None:
    diagnosis = explained("the sum", "pass has_aux=True to ms.grad")
    assert marked("mindspore", diagnosis=diagnosis) == [(4, "cause accumulation names ms.grad")]


def test_comments_and_strings_name_nothing() -> None:
    program = '"""loss.backward()"""\n# loss.backward()\nx = "loss.backward()"\nloss.backward()\n'
    assert marked("torch", program, diagnosis=explained("backward() was called")) == [
        (4, "cause accumulation names backward()")
    ]


def test_a_text_that_is_no_python_is_read_as_far_as_it_is() -> None:
    program = 'loss.backward()\nx = """'
    assert marked("torch", program, diagnosis=explained("backward() was called")) == [
        (1, "cause accumulation names backward()")
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("pass has_aux=True", [("has_aux", False)]),
        ("detach(), .data or no_grad().", [("detach", True), (".data", False), ("no_grad", True)]),
        ("wrap it in ops.stop_gradient(…)", [("ops.stop_gradient", True)]),
        ("of grad['my_weight'], e.g. 2.5 times.", []),
        ("the sum of 2 outputs (shape (6,))", []),
    ],
)
def test_words_that_look_like_code(text: str, words: list[tuple[str, bool]]) -> None:
    assert list(quoted(text)) == words


def test_where_a_program_failed() -> None:
    failure = Failure("torch", "exception", "torch_program.py:5: TypeError: no", stack=stack(5))
    assert marked("torch", failures=(failure,)) == [(5, "fails here: TypeError: no")]
    assert marked("mindspore", failures=(failure,)) == []


def test_the_lines_of_a_stack() -> None:
    failure = Failure("torch", "exception", "torch_program.py:5: TypeError: no", stack=stack(5, 8))
    assert marked("torch", failures=(failure,)) == [
        (5, "fails here: TypeError: no"),
        (8, "in the stack of the failure"),
    ]


def test_the_stack_of_a_crash() -> None:
    failure = Failure("torch", "crash", "crashed with SIGSEGV", stack=stack(6))
    assert marked("torch", failures=(failure,)) == [(6, "in the stack: crashed with SIGSEGV")]


def stack(*lines: int) -> str:
    frames = [f'  File "/a/torch_program.py", line {line}, in program\n    x' for line in lines]
    other = '  File "/a/other_torch_program.py", line 1, in f'
    return "\n".join(["Traceback (most recent call last):", *frames, other])


def test_a_line_has_one_mark_that_says_it_all() -> None:
    diagnosis = Diagnosis(
        Place("", ""),
        causes=(Explanation("accumulation", "backward() was called", "", ""),),
        traces={"torch": Trace((Call(0, "Tensor.backward", 0, 6),))},
    )
    assert marked("torch", diagnosis=diagnosis)[0] == (
        6,
        "asks for gradients: Tensor.backward, call 0; cause accumulation names backward()",
    )


def test_a_line_that_the_file_has_no_more_is_not_marked() -> None:
    assert marked("torch", diagnosis=traced(torch=(Call(0, "Tensor.backward", 0, 900),))) == []


def test_without_the_text_the_lines_of_calls_are_marked() -> None:
    about = result("mismatch", files=FILES, diagnosis=traced(torch=(Call(0, "Tensor.backward", 0, 6),)))
    assert marks(report(about), about, "torch") == (Mark(6, "asks for gradients: Tensor.backward, call 0"),)
