"""What the pytest plugin costs: calls of ``parity`` beyond their programs, and ``assert_grads_match`` against numpy."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

TEST = """
import statistics
import time

import mindspore as ms
import numpy as np
import pytest
import torch
from compare import shapes

import migcheck

X = np.arange(6, dtype=np.float32).reshape(2, 3)


def torch_program(x):
    loss = (x**2).sum()
    loss.backward()
    return loss, {"x": x.grad}


def square(x):
    return (x**2).sum()


def mindspore_program(x):
    loss, gradient = ms.value_and_grad(square)(x)
    return loss, {"x": gradient}


def programs():
    torch_program(torch.tensor(X, requires_grad=True))
    loss, gradients = mindspore_program(ms.Tensor(X))
    return loss.asnumpy(), gradients["x"].asnumpy()


def seconds(work, count):
    work()
    started = time.perf_counter()
    for _ in range(count):
        work()
    return (time.perf_counter() - started) / count


def test_calls(parity, capsys):
    alone = seconds(programs, 100)
    with capsys.disabled():
        print(f"\\n| both programs, in one process | {1e3 * alone:.1f} ms |")
    for hermetic, name in ((True, "in processes of their own"), (False, "in the test's process")):
        whole = seconds(lambda: parity(torch_program, mindspore_program, {"x": X}, hermetic=hermetic), 100)
        with capsys.disabled():
            print(f"| parity, {name} | {1e3 * whole:.1f} ms, {1e3 * (whole - alone):.1f} ms more |")


@pytest.mark.parametrize("close", [True, False], ids=["rounding", "1e-4"])
def test_gradients(capsys, close):
    rng = np.random.default_rng(0)
    ours, theirs = {}, {}
    for number, shape in enumerate(shapes()):
        values = rng.standard_normal(shape, dtype=np.float32)
        ours[str(number)] = torch.from_numpy(values)
        noise = 1e-7 if close else 1e-4
        theirs[str(number)] = ms.Tensor(values * (1 + noise * rng.standard_normal(shape, dtype=np.float32)))
    rtol = {"rtol": 1e-5} if close else {"rtol": 1e-3}

    def numpys():
        assert all(np.allclose(ours[key].numpy(), theirs[key].asnumpy(), **rtol) for key in ours)

    times = [
        [seconds(work, 1) for work in (lambda: migcheck.assert_grads_match(ours, theirs, **rtol), numpys)]
        for _ in range(7)
    ]
    migchecks, allcloses = (statistics.median(each) for each in zip(*times))
    with capsys.disabled():
        print(
            f"\\n| assert_grads_match, ResNet-50's shapes, {rtol} | {1e3 * migchecks:.0f} ms |"
            f" np.allclose {1e3 * allcloses:.0f} ms | ratio {migchecks / allcloses:.2f} |"
        )
"""


def main() -> None:
    """Run the tests that measure, and print their lines."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "test_cost.py").write_text(TEST, encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "/dev/null", folder]
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
    print(*(line for line in done.stdout.splitlines() if line.startswith("|")), sep="\n")
    if done.returncode:
        sys.exit(done.stdout + done.stderr)


if __name__ == "__main__":
    main()
