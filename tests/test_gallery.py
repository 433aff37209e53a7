"""The pairs under ``cases/``, run with the real frameworks: their verdicts, and the numbers that the guide prints."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from migcheck.discover.case import Variant
from migcheck.host.exchange import plain
from migcheck.observation import Observation, title
from migcheck.report.value import Report
from migcheck.run.folder import run_folder
from migcheck.run.host import HostOptions
from migcheck.run.hosts import started
from migcheck.run.pair import Pair
from migcheck.select.arguments import select
from tests.real import check

pytestmark = pytest.mark.slow

GALLERY = Path(__file__).resolve().parent.parent / "cases"

VERDICTS = {
    "accumulation/cleared_between_calls[pynative]": "match",
    "accumulation/cleared_between_calls[graph]": "match",
    "accumulation/not_accumulated[pynative]": "known",
    "accumulation/not_accumulated[graph]": "known",
    "accumulation/two_backward_calls_accumulate[pynative]": "match",
    "accumulation/two_backward_calls_accumulate[graph]": "match",
    "backward_basics/autograd_backward[pynative]": "match",
    "backward_basics/autograd_backward[graph]": "match",
    "backward_basics/both_positions[pynative]": "match",
    "backward_basics/both_positions[graph]": "match",
    "backward_basics/tensor_backward[pynative,float32]": "match",
    "backward_basics/tensor_backward[pynative,float64]": "match",
    "backward_basics/tensor_backward[graph,float32]": "match",
    "backward_basics/tensor_backward[graph,float64]": "match",
    "cotangent/backward_with_cotangent[pynative]": "match",
    "cotangent/backward_with_cotangent[graph]": "match",
    "cotangent/forgotten_cotangent[pynative]": "known",
    "cotangent/forgotten_cotangent[graph]": "known",
    "grad_in_cell/grad_net_wrt_x[pynative]": "match",
    "grad_in_cell/grad_net_wrt_x[graph]": "match",
    "multi_output/has_aux[pynative,float32]": "match",
    "multi_output/has_aux[pynative,float64]": "match",
    "multi_output/has_aux[graph,float32]": "match",
    "multi_output/has_aux[graph,float64]": "match",
    "multi_output/summed_outputs[pynative]": "known",
    "multi_output/summed_outputs[graph]": "known",
    "networks/mlp[pynative]": "match",
    "networks/mlp[graph]": "match",
    "training/forgotten_zero_grad[pynative,1]": "match",
    "training/forgotten_zero_grad[pynative,3]": "known",
    "training/forgotten_zero_grad[graph,1]": "match",
    "training/forgotten_zero_grad[graph,3]": "known",
    "training/optimizer_step[pynative,1]": "match",
    "training/optimizer_step[pynative,3]": "match",
    "training/optimizer_step[graph,1]": "match",
    "training/optimizer_step[graph,3]": "match",
}


@pytest.fixture(scope="module")
def report() -> Report:
    return check(GALLERY)


def test_every_variant_has_its_verdict(report: Report) -> None:
    assert {result.id: result.verdict for result in report.results} == VERDICTS


def test_the_gallery_passes_the_gate(report: Report) -> None:
    assert report.exit_code == 0


def test_every_case_says_where_it_is_documented(report: Report) -> None:
    assert [result.id for result in report.results if not result.guide.startswith("gradient.md#")] == []


def test_the_first_step_hides_a_forgotten_zero_grad(report: Report) -> None:
    (result,) = (each for each in report.results if each.id == "training/forgotten_zero_grad[pynative,3]")
    assert {finding.step for finding in result.findings} == {1, 2}
    assert "step[1].output['loss']" not in {finding.leaf for finding in result.findings}


#: A leaf's path → its value as plain Python: a float, nested lists of them, or None.
Leaves = dict[str, Any]

#: Runs the two programs of a variant and gives each side's leaves.
Observe = Callable[[str], dict[str, Leaves]]

MODES = pytest.mark.parametrize("mode", ["pynative", "graph"])


@pytest.fixture(scope="module")
def observe() -> Iterator[Observe]:
    numbers = count()
    with run_folder() as folder, started(HostOptions(folder, threads=1, isolation="fork", memory=0)) as hosts:

        def run(variant_id: str) -> dict[str, Leaves]:
            (variant,) = select((f"{GALLERY}/{variant_id}",), "", None)
            assert isinstance(variant, Variant)
            pair = Pair(variant, hosts, folder / f"pair-{next(numbers)}", seed=0, timeout=60.0)
            try:
                return {side: leaves_of(run.observation) for side, run in pair.run().items()}
            finally:
                pair.close()

        yield run


def leaves_of(observation: Observation | None) -> Leaves:
    assert observation is not None
    return {
        title(name, observation.steps): None if leaf.kind == "none" else plain(leaf).tolist()
        for name, leaf in observation.leaves.items()
    }


@MODES
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_tensor_backward_prints_2_and_1(observe: Observe, mode: str, dtype: str) -> None:
    for leaves in observe(f"backward_basics/tensor_backward[{mode},{dtype}]").values():
        assert leaves == {"output": 3.0, "grad['x']": 2.0, "grad['y']": 1.0}


@MODES
@pytest.mark.parametrize("name", ["both_positions", "autograd_backward"])
def test_its_other_spellings_print_the_same(observe: Observe, name: str, mode: str) -> None:
    for leaves in observe(f"backward_basics/{name}[{mode}]").values():
        assert leaves == {"output": 3.0, "grad['x']": 2.0, "grad['y']": 1.0}


@MODES
def test_summed_outputs_print_3_for_the_first_position(observe: Observe, mode: str) -> None:
    """For the second position the guide prints 3.0 as well, which is the first one's again: the derivative is 1."""
    sides = observe(f"multi_output/summed_outputs[{mode}]")
    assert sides["torch"] == {"output": 3.0, "grad['x']": 2.0, "grad['y']": 1.0}
    assert sides["mindspore"] == {"output": 3.0, "grad['x']": 3.0, "grad['y']": 1.0}


@MODES
def test_has_aux_prints_2_and_1(observe: Observe, mode: str) -> None:
    for leaves in observe(f"multi_output/has_aux[{mode},float32]").values():
        assert leaves == {"output": 3.0, "grad['x']": 2.0, "grad['y']": 1.0}


@MODES
def test_the_leaf_behind_a_non_leaf_gets_4(observe: Observe, mode: str) -> None:
    for leaves in observe(f"cotangent/backward_with_cotangent[{mode}]").values():
        assert leaves == {"output": [[1.0, 1.0]] * 2, "grad['leaf']": [[4.0, 4.0]] * 2, "grad['x']": None}


@MODES
def test_without_its_cotangent_the_leaf_gets_2(observe: Observe, mode: str) -> None:
    sides = observe(f"cotangent/forgotten_cotangent[{mode}]")
    assert sides["torch"]["grad['leaf']"] == [[4.0, 4.0]] * 2
    assert sides["mindspore"]["grad['leaf']"] == [[2.0, 2.0]] * 2


@MODES
def test_a_second_backward_doubles_the_gradients(observe: Observe, mode: str) -> None:
    for leaves in observe(f"accumulation/two_backward_calls_accumulate[{mode}]").values():
        assert (leaves["step[0].grad['x']"], leaves["step[1].grad['x']"]) == (2.0, 4.0)
        assert (leaves["step[0].grad['y']"], leaves["step[1].grad['y']"]) == (1.0, 2.0)
