"""Programs that crash, hang, shout or leave: each ends its own variant, with the reason, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import psutil
import pytest

from migcheck.report.value import Failure, Report, Result
from tests.real import TOML, by_id, check, write_case

SEGFAULT = """
    import ctypes

    def program(x):
        print("about to fall", flush=True)
        ctypes.string_at(0)
"""

HANG_IN_C = """
    import ctypes

    def program(x):
        wait(x)

    def wait(x):
        ctypes.PyDLL(None).sleep(1000)  # holds the GIL
"""

HANG_IN_PYTHON = """
    def program(x):
        while True:
            pass
"""

RAISES = """
    def program(x):
        raise ValueError("the shapes (2, 3) and (4, 5) do not fit\\nmore of it")
"""

RAISES_IN_A_MODULE = """
    import net

    def program(x):
        return net.forward(x)
"""

EATS_MEMORY = """
    def program(x):
        hoard = []
        while True:
            hoard.append(bytearray(64 * 1024 * 1024))
"""

LEAVES = """
    import os

    def program(x):
        os._exit(0)
"""

SYS_EXIT = """
    import sys

    def program(x):
        sys.exit("enough")
"""

ABORTS = """
    import os

    def program(x):
        os.abort()
"""

DIVIDES_BY_ZERO = """
    import mindspore as ms
    from mindspore import ops
    import numpy as np

    def program(x):
        return ops.cholesky(ms.Tensor(np.zeros((0, 0), np.float32)))
"""

SHOUTS = """
    import os

    def program(x):
        while True:
            os.write(2, b"again and again\\n" * 4096)
"""

YIELDS_FOREVER = """
    def program(x):
        while True:
            yield x, {"x": x}
"""

LEAVES_A_CHILD = """
    import subprocess, sys

    def program(x):
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(997)"])
        y = x**2
        y.backward()
        return y, {"x": x.grad}
"""

RESETS_THE_WATCHDOG = """
    import faulthandler

    def program(x):
        faulthandler.cancel_dump_traceback_later()
        while True:
            pass
"""

DROPS_FILES = """
    from pathlib import Path
    import mindspore as ms

    def program(x):
        Path("rank_0").mkdir()
        Path("rank_0/analyze_fail.ir").write_text("noise")
        value, gradient = ms.value_and_grad(lambda x: x**2)(x)
        return value, {"x": gradient}
"""

#: A copy of the process returns what a right program returns; the original does not.
COPIES = """
    import os

    def program(x):
        if pid := os.fork():
            os.waitpid(pid, 0)
            {end}
        y = x**2
        y.backward()
        return y, {{"x": x.grad}}
"""

SWITCHES = """
    import mindspore as ms

    ms.set_context(mode=ms.PYNATIVE_MODE)

    def square(x):
        return x**2

    def program(x):
        value, gradient = ms.value_and_grad(square)(x)
        return value, {"x": gradient}
"""

RULERS = """
    import mindspore as ms

    def program(x):
        return ms.ops.vector_norm(x) if False else ms.mint.norm(x), {"x": x}
"""

#: Takes away the folder that the run works in.
REMOVES = """
    import os
    import shutil

    def program(x):
        shutil.rmtree(os.path.dirname(os.path.dirname(os.getcwd())))
        y = x**2
        y.backward()
        return y, {"x": x.grad}
"""

TAKES_OTHER_ARGUMENTS = """
    def program(image):
        return image, {}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hard")


@pytest.fixture(scope="module")
def report(folder: Path) -> Report:
    cases = folder / "cases"
    short = 'title = "short"\ntimeout = 1.5\n[inputs]\nx = 3.0\n'
    write_case(cases, "a/segfault", torch=SEGFAULT)
    write_case(cases, "a/hang_in_c", torch=HANG_IN_C, toml=short)
    write_case(cases, "a/hang_in_python", mindspore=HANG_IN_PYTHON, toml=short)
    write_case(cases, "a/no_watchdog", torch=RESETS_THE_WATCHDOG, toml=short)
    write_case(cases, "a/raises", torch=RAISES)
    write_case(cases, "a/raises_below", torch=RAISES_IN_A_MODULE, net="def forward(x):\n    return x.nothing")
    write_case(cases, "a/eats_memory", torch=EATS_MEMORY)
    write_case(cases, "a/leaves", mindspore=LEAVES)
    write_case(cases, "a/sys_exit", torch=SYS_EXIT)
    write_case(cases, "a/aborts", mindspore=ABORTS)
    write_case(cases, "a/divides_by_zero", mindspore=DIVIDES_BY_ZERO)
    write_case(cases, "a/shouts", torch=SHOUTS)
    write_case(cases, "a/yields_forever", torch=YIELDS_FOREVER, toml=short)
    write_case(cases, "a/syntax", torch="def program(x):\n    return (x\n")
    write_case(cases, "a/no_program", torch="def programme(x):\n    return x\n")
    write_case(cases, "a/other_arguments", torch=TAKES_OTHER_ARGUMENTS)
    write_case(cases, "a/no_observation", torch="def program(x):\n    return x\n")
    write_case(cases, "a/a_string", torch='def program(x):\n    return x, {"x": "two"}\n')
    write_case(cases, "a/no_gradients", torch="def program(x):\n    return x, {}\n")
    write_case(cases, "a/no_steps", torch="def program(x):\n    return\n    yield\n")
    write_case(cases, "a/sparse", torch='def program(x):\n    return x, {"x": x.reshape(1).to_sparse()}\n')
    write_case(cases, "a/missing_module", torch="import nothing_of_the_kind\n")
    write_case(cases, "a/copy_returns", torch=COPIES.format(end="os.kill(os.getpid(), 11)"))
    write_case(cases, "a/copy_leaves", torch=COPIES.format(end="os._exit(3)"))
    write_case(cases, "b/copy_returns_too", torch=COPIES.format(end="pass"))
    write_case(cases, "a/switches_mode", mindspore=SWITCHES, toml=TOML + '[matrix]\nmode = ["pynative", "graph"]\n')
    write_case(cases, "a/long_words", torch="def program(x):\n    raise ValueError('x' * 10_000_000)\n")
    write_case(cases, "a/rulers", mindspore=RULERS)
    write_case(cases, "b/leaves_a_child", torch=LEAVES_A_CHILD)
    write_case(cases, "b/drops_files", mindspore=DROPS_FILES)
    write_case(cases, "z/last")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("migcheck.session.memory_per_program", lambda slots: 1 << 30)
        patch.chdir(folder)
        return check(cases)


def failure(report: Report, name: str) -> Failure:
    result: Result = by_id(report)[name]
    assert result.verdict == "error"
    assert len(result.failures) == 1
    return result.failures[0]


REASONS = {
    "a/segfault": ("torch", "crash", "crashed with SIGSEGV (invalid memory access in native code)"),
    "a/hang_in_c": ("torch", "timeout", "still running after its timeout of 1.5 s"),
    "a/hang_in_python": ("mindspore", "timeout", "still running after its timeout of 1.5 s"),
    "a/no_watchdog": ("torch", "timeout", "still running after its timeout of 1.5 s"),
    "a/yields_forever": ("torch", "timeout", "still running after its timeout of 1.5 s"),
    "a/raises": (
        "torch",
        "exception",
        "torch_program.py:3: ValueError: the shapes (2, 3) and (4, 5) do not fit",
    ),
    "a/raises_below": (
        "torch",
        "exception",
        "torch_program.py:5: AttributeError: 'Tensor' object has no attribute 'nothing'",
    ),
    "a/leaves": (
        "mindspore",
        "exit",
        "the process ended before it could report: the program called os._exit(0), or closed file descriptors that are "
        "not its own",
    ),
    "a/copy_returns": ("torch", "crash", "crashed with SIGSEGV (invalid memory access in native code)"),
    "a/copy_leaves": (
        "torch",
        "exit",
        "the process ended before it could report: the program called os._exit(3), or closed file descriptors that are "
        "not its own",
    ),
    "a/switches_mode[graph]": (
        "mindspore",
        "program",
        "mindspore_program.py: the program switched to pynative mode, and this variant is to run in graph mode; "
        "drop its set_context, or mode from [matrix]",
    ),
    "a/long_words": ("torch", "exception", "torch_program.py:2: " + ("ValueError: " + 500 * "x")[:500]),
    "a/rulers": (
        "mindspore",
        "exception",
        "mindspore_program.py:5: RuntimeError: The kernel LinalgVectorNorm unregistered.",
    ),
    "a/sys_exit": ("torch", "exit", "the program called sys.exit('enough')"),
    "a/aborts": ("mindspore", "crash", "crashed with SIGABRT (native code gave up)"),
    "a/divides_by_zero": (
        "mindspore",
        "crash",
        "crashed with SIGFPE (integer division by zero or the like in native code)",
    ),
    "a/shouts": ("torch", "output", "killed because it wrote more than 64 MiB to stderr"),
    "a/syntax": ("torch", "exception", "torch_program.py:2: SyntaxError: '(' was never closed"),
    "a/no_program": ("torch", "program", "torch_program.py defines no function program(...)"),
    "a/other_arguments": (
        "torch",
        "program",
        "torch_program.py: program(image) cannot take what case.toml feeds it: missing a required argument: 'image'",
    ),
    "a/no_observation": (
        "torch",
        "observation",
        "torch_program.py: the program returned a torch.Tensor; return (outputs, gradients) or a dict of gradients, "
        "or yield one a step",
    ),
    "a/a_string": (
        "torch",
        "observation",
        "torch_program.py: grad['x'] is a str; a leaf is a tensor, an array, a number or None, in any nesting of dict, "
        "list, tuple, named tuple and dataclass",
    ),
    "a/no_gradients": (
        "torch",
        "observation",
        "torch_program.py: the program returned no gradient, so there is nothing to compare",
    ),
    "a/no_steps": (
        "torch",
        "observation",
        "torch_program.py: the program is a generator that yielded no step, so there is nothing to compare",
    ),
    "a/sparse": (
        "torch",
        "observation",
        "torch_program.py: grad['x'] is a sparse_coo tensor (call to_dense() or dequantize() on it), which cannot be "
        "compared",
    ),
    "a/missing_module": (
        "torch",
        "exception",
        "torch_program.py:1: ModuleNotFoundError: No module named 'nothing_of_the_kind'",
    ),
}


@pytest.mark.parametrize("name", REASONS)
def test_a_hard_program_is_an_error_with_its_reason(report: Report, name: str) -> None:
    found = failure(report, name)
    assert (found.side, found.kind, found.reason) == REASONS[name]


def test_a_program_that_eats_memory_is_stopped(report: Report) -> None:
    found = failure(report, "a/eats_memory")
    assert found.kind == "memory"
    assert re.fullmatch(r"killed because it held 1\.\d GiB \(limit 1\.0 GiB\)", found.reason)


def test_the_stack_of_a_crash_holds_the_users_frames_alone(report: Report) -> None:
    stack = failure(report, "a/segfault").stack.splitlines()
    assert stack[0] == "Fatal Python error: Segmentation fault"
    assert stack[-1].endswith('torch_program.py", line 6 in program')


def test_the_stack_of_a_hang_in_native_code_is_shown(report: Report) -> None:
    stack = failure(report, "a/hang_in_c").stack
    lines = [line.strip() for line in stack.splitlines()[1:]]
    assert [re.sub(r'File ".*/', 'File "', line) for line in lines] == [
        'File "torch_program.py", line 8 in wait',
        'File "torch_program.py", line 5 in program',
    ]


def test_the_traceback_begins_with_the_users_frame(report: Report) -> None:
    stack = failure(report, "a/raises_below").stack.splitlines()
    assert stack[0] == "Traceback (most recent call last):"
    assert 'torch_program.py", line 5, in program' in stack[1]
    assert stack[-1] == "AttributeError: 'Tensor' object has no attribute 'nothing'"
    assert not any("_migcheck_host" in line for line in stack)


def test_the_last_lines_of_stderr_are_kept(report: Report) -> None:
    stderr = failure(report, "a/shouts").stderr
    assert stderr.endswith("again and again\n")
    assert len(stderr) <= 64 * 1024


def test_the_others_run_on(report: Report) -> None:
    assert by_id(report)["b/copy_returns_too"].verdict == "match"
    assert by_id(report)["a/switches_mode[pynative]"].verdict == "match"
    assert by_id(report)["b/leaves_a_child"].verdict == "match"
    assert report.exit_code == 3


def test_a_program_that_removes_the_run_takes_no_result_with_it(tmp_path: Path) -> None:
    write_case(tmp_path / "cases", "a/square")
    write_case(tmp_path / "cases", "b/removes_the_run", torch=REMOVES)
    write_case(tmp_path / "cases", "c/square")
    verdicts = {result.id: result.verdict for result in check(tmp_path / "cases", slots=1).results}
    assert verdicts == {"a/square": "match", "b/removes_the_run": "error", "c/square": "match"}


def test_what_a_program_leaves_running_ends_with_it(report: Report) -> None:
    sleepers = [each for each in psutil.process_iter(["cmdline"]) if "time.sleep(997)" in str(each.info["cmdline"])]
    assert sleepers == []


def test_what_a_program_drops_stays_out_of_the_users_folder(report: Report, folder: Path) -> None:
    assert by_id(report)["b/drops_files"].verdict == "match"
    assert [each.name for each in folder.iterdir()] == ["cases"]
    assert not list(folder.rglob("__pycache__"))


@pytest.mark.slow
def test_a_fresh_process_per_program_gives_the_same_where_there_is_no_fork(tmp_path: Path) -> None:
    cases = tmp_path / "cases"
    write_case(cases, "a/fine")
    write_case(cases, "a/segfault", torch=SEGFAULT)
    write_case(cases, "a/leaves", mindspore=LEAVES)
    found = by_id(check(cases, isolation="spawn", slots=1))
    assert found["a/fine"].verdict == "match"
    assert found["a/segfault"].failures[0].reason == REASONS["a/segfault"][2]
    assert found["a/leaves"].failures[0].reason == REASONS["a/leaves"][2]
