"""What a program may do and be: its return values, imports, seeds and inputs, on both frameworks."""

from __future__ import annotations

import platform
import sys
from pathlib import Path

import numpy as np
import pytest

from migcheck.report.value import Report, Result
from migcheck.run.host import Host, HostOptions
from tests.real import by_id, check, write_case

SAME = "title = 'same'\n[inputs]\nx = 3.0\n"

#: Leaves of every kind, made in each framework from the same numpy values.
KINDS_TORCH = """
    import numpy as np
    import torch
    import values

    def program(x):
        leaves = {name: torch.from_numpy(np.array(array)) for name, array in values.ARRAYS.items()}
        leaves["transposed"] = leaves["matrix"].T
        leaves["strided"] = leaves["matrix"][:, ::2]
        leaves["broadcast"] = torch.tensor([1.0, 2.0, 3.0]).expand(4, 3)
        leaves["conjugate"] = leaves["complex64"].conj()
        leaves["bfloat16"] = leaves["float32"].to(torch.bfloat16)
        leaves["none"] = None
        leaves["number"] = 2.5
        return [{"nested": (leaves, 7)}], {"x": x.detach()}
"""

KINDS_MINDSPORE = """
    import numpy as np
    import mindspore as ms
    import values

    def program(x):
        leaves = {name: ms.Tensor(np.array(array)) for name, array in values.ARRAYS.items()}
        leaves["transposed"] = leaves["matrix"].T
        leaves["strided"] = leaves["matrix"][:, ::2]
        leaves["broadcast"] = ms.ops.broadcast_to(ms.Tensor([1.0, 2.0, 3.0], ms.float32), (4, 3))
        leaves["conjugate"] = leaves["complex64"].conj()
        leaves["bfloat16"] = leaves["float32"].astype(ms.bfloat16)
        leaves["none"] = None
        leaves["number"] = 2.5
        return [{"nested": (leaves, 7)}], {"x": x}
"""

VALUES = """
    import numpy as np

    ARRAYS = {
        name: np.array([1, 2, 100], dtype=name)
        for name in ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16")
    }
    ARRAYS["bool"] = np.array([True, False])
    ARRAYS["float32"] = np.array([1.1, -2.2, np.nan, np.inf, -0.0, 1e-45], np.float32)
    ARRAYS["float64"] = np.array([1.1, 5e-324, 1e308])
    ARRAYS["complex64"] = np.array([1 + 2j, -3.5j], np.complex64)
    ARRAYS["complex128"] = np.array([1 + 2j, 1e-300j])
    ARRAYS["scalar"] = np.array(3.0, np.float32)
    ARRAYS["empty"] = np.zeros((0, 3), np.float32)
    ARRAYS["matrix"] = np.arange(12, dtype=np.float32).reshape(3, 4)
"""

COUNTS = """
    import {package}
    from shared_package.weights import FACTOR
    import helper

    def program(x, steps):
        for step in range(steps):
            yield helper.total(step), {{"x": x * FACTOR * step}}
"""

DRAWS = """
    import random
    import numpy as np

    def program(x):
        return random.random(), {"x": np.random.standard_normal(3)}
"""

INPUTS_PY = """
    import numpy as np

    def make_inputs(rng):
        return {"table": rng.standard_normal((2, 3)).astype(np.float32), "mask": np.array([True, False])}
"""

TAKES_TABLE = """
    def program(x, table, mask):
        assert str(mask.dtype).lower().endswith("bool"), mask.dtype
        return table.sum() * 0 + x, {"table": table}
"""

OWN_SEED = """
    import torch

    def program(x):
        return torch.rand(3).numpy(), {"x": x.detach()}
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    project = tmp_path_factory.mktemp("project with a space")
    (project / "pyproject.toml").write_text("")
    (project / "shared_package").mkdir()
    (project / "shared_package" / "__init__.py").write_text("")
    (project / "shared_package" / "weights.py").write_text("FACTOR = 2\n")
    cases = project / "cases"
    write_case(cases, "a/kinds", torch=KINDS_TORCH, mindspore=KINDS_MINDSPORE, values=VALUES, toml=SAME)
    write_case(
        cases,
        "a/steps",
        torch=COUNTS.format(package="torch"),
        mindspore=COUNTS.format(package="mindspore"),
        helper="def total(step):\n    return [step, {'twice': 2 * step}]\n",
        toml='title = "s"\n[inputs]\nx = 3.0\n[matrix]\nsteps = [1, 3]\ndtype = ["float32", "float16", "bfloat16"]\n',
    )
    write_case(cases, "a/draws", torch=DRAWS, mindspore=DRAWS, toml="title = 'draws'\nseed = 7\n[inputs]\nx = 1.0\n")
    write_case(cases, "a/inputs_py", torch=TAKES_TABLE, mindspore=TAKES_TABLE, inputs=INPUTS_PY, toml=SAME)
    write_case(cases, "b/inputs_py_raises", inputs="def make_inputs(rng):\n    return 1 / 0\n")
    write_case(
        cases, "b/inputs_py_twice", inputs="import numpy as np\ndef make_inputs(rng):\n    return {'x': np.ones(1)}\n"
    )
    write_case(
        cases,
        "b/inputs_py_clash",
        inputs="import numpy as np\ndef make_inputs(rng):\n    return {'n': np.ones(1)}\n",
        toml='title = "t"\n[matrix]\nn = [1]\n',
    )
    write_case(cases, "b/unread_tolerance", toml=SAME + "[tolerance]\n\"grad['y']\" = { rtol = 1.0 }\n")
    write_case(cases, "b/only_none", torch=NONE, mindspore=NONE)
    write_case(cases, "b/nan", torch=NANS, mindspore=NANS)
    write_case(cases, "b/no_array", toml='title = "t"\n[inputs]\nx = { load = "x.npy" }\n')
    write_case(cases, "c/one_step_short", mindspore=SHORT, torch=LONG)
    return check(cases)


NONE = "def program(x):\n    return x, {'x': None}\n"
NANS = """
    import numpy as np

    def program(x):
        return {"x": np.array([np.nan, 1.0], np.float32)}
"""
LONG = "def program(x):\n    for step in range(3):\n        yield x * step, {'x': x * step}\n"
SHORT = LONG.replace("range(3)", "range(2)")


def result(report: Report, name: str) -> Result:
    return by_id(report)[name]


def test_leaves_of_every_kind_survive_bit_for_bit(report: Report) -> None:
    kinds = result(report, "a/kinds")
    assert (kinds.verdict, kinds.failures, kinds.findings) == ("match", (), ())
    assert kinds.leaves == 26
    assert kinds.notes == (
        "output[0]['nested'][0]['float32']: both sides have the same NaN or infinity in 2 places",
        "output[0]['nested'][0]['bfloat16']: both sides have the same NaN or infinity in 2 places",
    )


@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16"])
def test_generators_matrix_keywords_and_imports(report: Report, dtype: str) -> None:
    assert result(report, f"a/steps[1,{dtype}]").verdict == "match"
    three = result(report, f"a/steps[3,{dtype}]")
    assert (three.verdict, three.leaves) == ("match", 9)


def test_python_and_numpy_are_seeded_alike_on_both_sides(report: Report) -> None:
    draws = result(report, "a/draws")
    assert (draws.verdict, draws.seed) == ("match", 7)


def test_inputs_py_is_called_with_a_generator(report: Report) -> None:
    assert result(report, "a/inputs_py").verdict == "match"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("b/inputs_py_raises", "inputs.py:2: ZeroDivisionError: division by zero"),
        ("b/inputs_py_twice", "input 'x' is in both case.toml and inputs.py; keep one"),
        ("b/inputs_py_clash[1]", "'n' is both an input of inputs.py and a key of [matrix]; rename one"),
    ],
)
def test_inputs_that_cannot_be_made(report: Report, name: str, reason: str) -> None:
    assert [(each.side, each.kind, each.reason) for each in result(report, name).failures] == [
        ("case", "inputs", reason)
    ]


def test_an_array_that_is_not_there(report: Report) -> None:
    (failure,) = result(report, "b/no_array").failures
    assert failure.reason.endswith("no_array/x.npy cannot be read: No such file or directory")
    assert "b/no_array/case.toml: input 'x': " in failure.reason


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("b/unread_tolerance", "[tolerance] \"grad['y']\" matches no leaf; correct it, or delete it"),
        ("b/only_none", "nothing was compared: every gradient is None, empty or NaN on both sides"),
    ],
)
def test_nothing_passes_because_it_was_not_compared(report: Report, name: str, reason: str) -> None:
    assert [each.reason for each in result(report, name).failures] == [reason]


def test_a_nan_on_both_sides_is_noted(report: Report) -> None:
    nan = result(report, "b/nan")
    assert nan.verdict == "match"
    assert nan.notes == ("grad['x']: both sides have the same NaN or infinity in 1 place",)


def test_a_missing_step_is_a_finding(report: Report) -> None:
    short = result(report, "c/one_step_short")
    assert short.verdict == "mismatch"
    assert [(each.leaf, each.kind, each.message) for each in short.findings] == [
        ("step[2]", "missing_step", "torch made 3 steps, mindspore 2 steps")
    ]


def test_another_seed_draws_other_inputs(tmp_path: Path) -> None:
    write_case(tmp_path / "cases", "a/x", toml='title = "t"\n[inputs]\nx = { normal = [] }\n', torch=PRINTS)
    said = {check(tmp_path / "cases", seed=seed).results[0].output["torch"] for seed in (0, 0, 1)}
    assert len(said) == 2


PRINTS = "def program(x):\n    print(x.item())\n    (x**2).backward()\n    return x**2, {'x': x.grad}\n"


def test_a_torch_leaf_requires_grad_and_an_integer_does_not(tmp_path: Path) -> None:
    program = (
        "def program(x, n):\n    assert x.is_leaf and x.requires_grad and not n.requires_grad\n    return {'x': x}\n"
    )
    same = "def program(x, n):\n    return {'x': x}\n"
    toml = 'title = "t"\n[inputs]\nx = 1.0\nn = 3\n'
    write_case(tmp_path / "cases", "a/x", torch=program, mindspore=same, toml=toml)
    assert check(tmp_path / "cases").results[0].verdict == "match"


def test_a_host_in_another_interpreter(tmp_path: Path) -> None:
    folder = tmp_path / "an interpreter"
    folder.mkdir()
    python = folder / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    options = HostOptions(tmp_path, threads=1, isolation="fork", memory=0, interpreters={"torch": str(python)})
    host = Host("torch", options)
    try:
        assert host.ready().python == platform.python_version()
    finally:
        host.close()


def test_numpy_is_version_1_beside_mindspore() -> None:
    assert int(np.__version__.split(".")[0]) == 1
