"""The package under ``tests/demo``: a layer, its port, and tests of it as a user writes them."""

from __future__ import annotations

import shutil
from pathlib import Path
from textwrap import dedent

import pytest

DEMO = Path(__file__).parent.parent / "demo"

FAULT = """
    grad['x'] and 1 more differ; cause: detached
      grad['x'] (8, 3) float32: 24 of 24 elements (100 %) differ; """

SUMMARY = """
    FAILED cases/gated/one_step/case.toml::gated/one_step[float32]
    FAILED cases/gated/one_step/case.toml::gated/one_step[float64]
    FAILED cases/gated/training/case.toml::gated/training
    FAILED tests/test_gated.py::test_gradients_that_the_test_has
    FAILED tests/test_gated.py::test_the_port_computes_the_same_gradients[graph]
    FAILED tests/test_gated.py::test_the_port_computes_the_same_gradients[pynative]
"""


@pytest.fixture
def demo(pytester: pytest.Pytester) -> Path:
    shutil.copytree(DEMO, pytester.path, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".*", "__pycache__"))
    return pytester.path


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [(), ("-n", "2"), ("-p", "no:cacheprovider"), ("--random-order",)], ids=" ".join)
def test_it_passes(pytester: pytest.Pytester, demo: Path, arguments: tuple[str, ...]) -> None:
    done = pytester.runpytest_subprocess(*arguments)
    done.assert_outcomes(passed=7)
    assert "not hermetic" not in done.stdout.str()


@pytest.mark.slow
def test_a_fault_in_the_port_is_named(pytester: pytest.Pytester, demo: Path) -> None:
    port = demo / "gated" / "port.py"
    right = "ops.sigmoid(ops.matmul(x, self.gate.T))"
    text = port.read_text(encoding="utf-8")
    assert right in text
    port.write_text(text.replace(right, f"ops.stop_gradient({right})"), encoding="utf-8")
    done = pytester.runpytest_subprocess("-n", "2", "-k", "not all_batches")  # which hypothesis would make smaller
    done.assert_outcomes(failed=6)
    lines = [line.partition(" - ")[0] for line in done.outlines if line.startswith("FAILED ")]
    assert sorted(lines) == dedent(SUMMARY).strip().splitlines()
    said = done.stdout.str()
    assert f"\n{dedent(FAULT).strip()}" in said  # of a case
    in_test = dedent(FAULT).strip().replace("\n", "\nE       ")
    assert said.count(f"E       migcheck.GradientMismatch: {in_test}") == 2
    cause = "cause: detached. the port cuts a branch off by stop_gradient, and torch differentiates it."
    assert said.count(cause) == 5  # all but the one whose gradients were there already
    assert said.count("E       migcheck.GradientMismatch: grad['x'] and 1 more differ\n") == 1
