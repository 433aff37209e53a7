"""The fixture ``parity`` and ``assert_grads_match`` in a user's tests: whole sessions, with the real frameworks."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.plugin.test_cases import RUNS

HEAD = """
    import mindspore as ms
    import numpy as np
    import pytest
    import torch

    import migcheck

    X = np.arange(6, dtype=np.float32).reshape(2, 3)


    def torch_program(x):
        loss = (x**2).sum()
        loss.backward()
        return loss, {"x": x.grad}


    def net(x):
        return (x**2).sum()


    def mindspore_program(x):
        loss, gradient = ms.value_and_grad(net)(x)
        return loss, {"x": gradient}


    def doubled(x):
        loss, gradients = mindspore_program(x)
        return loss, {"x": 2 * gradients["x"]}


    class Offset:
        def __init__(self, by):
            self.by = by

"""

SESSION = """
    def test_right(parity):
        result = parity(torch_program, mindspore_program, {"x": {"normal": [2, 3]}})
        assert (result.verdict, result.leaves) == ("match", 2)


    @pytest.mark.parity(mode="graph", dtype="float64")
    def test_marked(parity):
        result = parity(torch_program, mindspore_program, {"x": X})
        assert result.id == "torch_program against mindspore_program[graph,float64]"


    def test_wrong(parity):
        parity(torch_program, doubled, {"x": X})


    def test_closure(parity):
        offset = Offset(0.5)

        def program(x):
            loss = ((x - offset.by) ** 2).sum()
            loss.backward()
            return loss, {"x": x.grad}

        def port(x):
            loss, gradient = ms.value_and_grad(lambda x: ((x - offset.by) ** 2).sum())(x)
            return loss, {"x": gradient}

        parity(program, port, {"x": X})
        parity(program, mindspore_program, {"x": X})


    def test_local(parity):
        power = 3

        def program(x):
            (x**power).sum().backward()
            return {"x": x.grad}

        def port(x):
            return {"x": ms.grad(lambda x: (x**power).sum())(x)}

        parity(program, port, {"x": X}, hermetic=True)


    def test_fails(parity):
        def program(x):
            print("on its way")
            raise ValueError("no such luck")

        parity(program, mindspore_program, {"x": X})


    def test_case(parity):
        (result,) = parity.case("theme/square")
        assert result.verdict == "match"


    def test_case_that_differs(parity):
        parity.case("theme/doubled")
"""

WRONG = """
    E       migcheck.GradientMismatch: grad['x'] differs; cause: constant_ratio
    E         grad['x'] (2, 3) float32: 5 of 6 elements (83 %) differ; worst at [1, 2]: torch 10.0, mindspore 20.0    |diff| 10.0, allowed 2.1e-05
    E           against float64, in units of the leaf's RMS: torch is off by 0.0, mindspore by 1.0 (allowed 1.3e-06)
    E           would pass with rtol = 0.63 or atol = 10.0
    E         forward outputs agree; each side's gradient is right for what it differentiates
    E         cause: constant_ratio. the port's gradient is 2.0 times torch's in every element.
    E                confirmed: mindspore = 2.0 · torch in every element
    E         fix:   look for a factor that one side's loss has and the other's has not; see docs/causes.md#constant_ratio
    E         rerun: pytest {file}::test_wrong
    E         ran: each program in a process of its own, seed 0, torch 2.13.0+cpu, mindspore 2.10.0
"""  # noqa: E501

CLOSURE = """
    E       migcheck.GradientMismatch: output and 1 more differ
    E         output () float32: torch 41.5, mindspore 55.0    |diff| 14.0, allowed 0.00011
    E           against float64, in units of the leaf's RMS: torch is off by 0.0, mindspore by 0.33 (allowed 1.3e-06)
    E           would pass with rtol = 0.17 or atol = 14.0
    E         grad['x'] (2, 3) float32: 6 of 6 elements (100 %) differ; worst at [0, 0]: torch -1.0, mindspore 0.0    |diff| 1.0, allowed 8.1e-06
    E           against float64, in units of the leaf's RMS: torch is off by 0.0, mindspore by 0.19 (allowed 1.3e-06)
    E           would pass with rtol = 0.16 or atol = 1.0
    E         the forward outputs differ
    E         rerun: pytest {file}::test_closure
    E         ran: in the test's process, since program closes over offset, an Offset; seed 0, torch 2.13.0+cpu, mindspore 2.10.0
"""  # noqa: E501

FAILS = """
    E       migcheck.NotComparable: torch: {file}:83: ValueError: no such luck
    E           stack | Traceback (most recent call last):
    E           stack |   File "{path}", line 83, in program
    E           stack |     raise ValueError("no such luck")
    E           stack | ValueError: no such luck
    E         rerun: pytest {file}::test_fails
    E         ran: each program in a process of its own, seed 0, torch 2.13.0+cpu, mindspore 2.10.0
"""


def _case(pytester: pytest.Pytester) -> None:
    from tests.plugin.folders import DOUBLED
    from tests.real import write_case

    write_case(pytester.path / "cases", "theme/square")
    write_case(pytester.path / "cases", "theme/doubled", mindspore=DOUBLED)


@pytest.mark.slow
@pytest.mark.parametrize("workers", RUNS, ids=" ".join)
def test_functions_of_a_test(pytester: pytest.Pytester, workers: tuple[str, ...]) -> None:
    _case(pytester)
    pytester.makeini("[pytest]\naddopts = --strict-markers\nfilterwarnings = error")
    path = pytester.makepyfile(dedent(HEAD) + dedent(SESSION))
    done = pytester.runpytest_subprocess("-v", *workers)
    done.assert_outcomes(passed=4, failed=4)
    said = done.stdout.str()
    for text in (WRONG, CLOSURE, FAILS):
        assert dedent(text).strip("\n").format(file=path.name, path=path) in said
    assert "migcheck/plugin" not in said  # none of our frames
    assert "Captured stdout call" in said
    assert "\ntorch | on its way\n" in said
    assert "E       migcheck.GradientMismatch: grad['x'] differs; cause: unknown\n" in said  # of the case
    section = said.partition("- migcheck: not hermetic -")[2].splitlines()[1:3]
    why = "in the test's process: program closes over offset, an Offset"
    assert section == [
        f"{path.name}::test_closure: program against port, {why}",
        f"{path.name}::test_closure: program against mindspore_program, {why}",
    ]


RIGHT = """
    import random

    from hypothesis import given, settings
    from hypothesis import strategies as st


    @given(n=st.integers(1, 4))
    @settings(max_examples=5, deadline=None)
    def test_hypothesis(parity, n):
        parity(torch_program, mindspore_program, {"x": {"normal": [n]}})


    @given(n=st.integers(1, 100))
    @settings(max_examples=20, deadline=None)
    def test_hypothesis_and_a_pair(parity, n):
        with pytest.raises(AssertionError):
            parity.pair(torch_program, doubled, hermetic=False)({"x": {"ones": [n]}})


    def test_a_pair_for_many_inputs(parity):
        pair = parity.pair(torch_program, mindspore_program, rtol=1e-5)
        for n in (1, 2):
            assert pair({"x": {"ones": [n]}}).verdict == "match"


    @pytest.fixture(scope="module")
    def checked(parity):
        return parity(torch_program, mindspore_program, {"x": X})


    def test_in_a_fixture_of_a_module(checked):
        assert checked.verdict == "match"


    @pytest.mark.xfail(strict=True, raises=migcheck.GradientMismatch, reason="the port doubles it")
    def test_known(parity):
        parity(torch_program, doubled, {"x": X})


    def test_the_cause_is_looked_for_when_it_is_asked_for(parity):
        with pytest.raises(migcheck.GradientMismatch) as caught:
            parity(torch_program, doubled, {"x": X})
        assert caught.value._results[0].diagnosis is None
        (result,) = caught.value.results
        assert [each.cause for each in result.diagnosis.causes] == ["constant_ratio"]


    @pytest.mark.parametrize("hermetic", [True, False])
    def test_seeds(parity, hermetic):
        def program(x):
            (x * np.float32(np.random.rand() + random.random())).sum().backward()
            return {"x": x.grad}

        def same(x):
            return {"x": ms.grad(lambda x: (x * np.random.rand() + x * random.random()).sum())(x)}

        states = random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state().tolist()
        first = parity(program, same, {"x": {"normal": [3]}}, seed=3, hermetic=hermetic)
        assert first.seed == 3
        assert states == (random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state().tolist())


    def test_the_mode_is_put_back(parity):
        offset = Offset(2.0)
        seen = []

        def port(x):
            seen.append(ms.get_context("mode"))
            loss, gradient = ms.value_and_grad(net)(x)
            return loss, {"x": gradient}

        def program(x):
            assert offset
            return torch_program(x)

        before = ms.get_context("mode")
        parity(program, port, {"x": X}, mode="graph")
        assert (seen, ms.get_context("mode")) == ([ms.GRAPH_MODE], before)


    def test_rounding_is_told_from_a_fault_in_this_process_too(parity):
        offset = Offset(2.0)

        def program(x):
            assert offset
            torch.tanh(4 * x).sum().backward()
            return {"x": x.grad}

        def port(x):
            return {"x": ms.grad(lambda x: ms.ops.tanh(4 * x).sum())(x)}

        result = parity(program, port, {"x": {"normal": [100]}})
        assert result.verdict == "match"
        assert [each.leaf for each in result.rounded] == ["grad['x']"]


    def test_an_exception_of_a_program_in_this_process_is_its_own(parity):
        offset = Offset(2.0)

        def program(x):
            raise KeyError(offset)

        with pytest.raises(KeyError):
            parity(program, mindspore_program, {"x": X})


    def test_keywords_and_tensors_as_inputs(parity):
        def program(x, power):
            (x**power).sum().backward()
            return {"x": x.grad}

        def port(x, power):
            return {"x": ms.grad(lambda x: (x**power).sum())(x)}

        given = {"x": torch.tensor([1.0, 2.0], requires_grad=True)}
        result = parity(program, port, given, keywords={"power": 3})
        assert result.id == "program against port[3]"


    def test_a_bfloat16_and_a_bool(parity):
        def program(x, mask):
            assert (x.dtype, mask.dtype) == (torch.bfloat16, torch.bool)
            return {"x": x.detach(), "mask": mask}

        def port(x, mask):
            assert (x.dtype, mask.dtype) == (ms.bfloat16, ms.bool_)
            return {"x": x, "mask": mask}

        parity(program, port, {"x": torch.ones(2, dtype=torch.bfloat16), "mask": np.array([True, False])})


    def test_what_cannot_be_meant(parity):
        def refused(**settings):
            with pytest.raises((ValueError, TypeError)) as caught:
                parity(torch_program, mindspore_program, **{"inputs": {"x": X}, **settings})
            return str(caught.value)

        assert refused(mode="grpah") == "unknown mode 'grpah'; did you mean 'graph'?"
        assert refused(rtol=-1.0) == "rtol of '*' must be a finite number, 0 or more"
        assert refused(seed=-1) == "seed must not be negative"
        assert refused(inputs={"x": "text"}) == "input 'x' is a str, neither an array, a number, a list nor a table"
        assert refused(inputs={"x": {"normla": [2]}}).startswith("unknown key 'normla'")
        assert refused(inputs={"1x": X}).startswith("input '1x' is no Python identifier")
        assert refused(rtol=0.1, tolerance={"*": {"rtol": 1.0}}) == "give rtol, or '*' in tolerance, not both"
        said = "inputs must be a dict of arrays, numbers, lists and tables by name, not a list"
        assert refused(inputs=[1.0]) == said
        assert refused(inputs={"x": torch.ones(2, device="meta")}) == "input 'x' is a Tensor without values"
        with pytest.raises(TypeError, match="^unknown keyword 'rtoll'; did you mean 'rtol'.$"):
            parity.pair(torch_program, mindspore_program, rtoll=1)
        offset = Offset(2.0)
        with pytest.raises(ValueError) as caught:
            parity(lambda x: offset, mindspore_program, {"x": X}, hermetic=True)
        assert str(caught.value) == "hermetic=True, but <lambda> closes over offset, an Offset"
        with pytest.raises(ValueError, match="prewarm needs processes of their own, but hermetic=False"):
            parity(torch_program, mindspore_program, {"x": X}, hermetic=False, prewarm=True)
        with pytest.raises(ValueError, match="nowhere: no such folder"):
            parity.case("nowhere")
        with pytest.raises(TypeError, match="the program returned a torch.Tensor; return"):
            parity(lambda x: x, mindspore_program, {"x": X}, hermetic=False)


    def test_numbers_of_numpy(parity):
        given = {"x": np.float64(2.0)}
        result = parity(torch_program, mindspore_program, given, rtol=np.float64(1e-5), seed=np.int64(3))
        assert (result.verdict, result.seed) == ("match", 3)
        listed = {"x": [np.float32(1.0), 2.0]}
        assert parity(torch_program, mindspore_program, listed, tolerance={"*": {"rtol": np.float32(1e-5)}}).leaves == 2


    def test_none_of_our_frames_stands_in_a_traceback(parity):
        from pathlib import Path

        def fails(x):
            yield None, {"x": x}
            raise RuntimeError("no such luck")

        def without_values():
            migcheck.assert_grads_match(torch.ones(2, device="meta"), ms.Tensor([1.0, 2.0]))

        def badly():
            migcheck.assert_grads_match(1.0, 1.0, rtol=-1.0)

        for work, kind in (
            (lambda: parity(fails, mindspore_program, {"x": X}, hermetic=False), RuntimeError),
            (without_values, TypeError),
            (badly, ValueError),
        ):
            with pytest.raises(kind) as caught:
                work()
            assert {Path(each.path).name for each in caught.traceback.filter(caught)} == {Path(__file__).name}
        with pytest.raises(TypeError, match="^grad is a torch.Tensor without values, which cannot be compared$"):
            without_values()


    def test_nothing_compared_is_no_pass(parity):
        def nothing(x):
            return {"x": None}

        for hermetic in (True, False):
            with pytest.raises(migcheck.NotComparable, match="every gradient is None"):
                parity(nothing, nothing, {"x": X}, hermetic=hermetic)


    def test_gradients_that_are_there():
        t, m = torch.tensor([1.0, 2.0]), ms.Tensor([1.0, 2.0])
        migcheck.assert_grads_match({"a": [t, None]}, {"a": (m, None)}, outputs=(t, m))
        migcheck.assert_grads_match(t, m.asnumpy())
        with pytest.raises(migcheck.GradientMismatch, match="output differs"):
            migcheck.assert_grads_match(t, m, outputs=(t, 2 * m))
        with pytest.raises(TypeError, match="grad is a set; a leaf is"):
            migcheck.assert_grads_match({1.0}, m)


    def test_equality():
        with pytest.raises(AssertionError) as caught:
            assert {"x": torch.tensor(2.0)} == {"x": ms.Tensor(3.0)}
        assert str(caught.value).splitlines()[:3] == [
            "assert tensors of torch and MindSpore are never ==; use migcheck.assert_grads_match(left, right)",
            "  grad['x'] differs",
            "    grad['x'] () float32: torch 2.0, mindspore 3.0    |diff| 1.0, allowed 5.2e-06",
        ]
        with pytest.raises(AssertionError) as caught:
            assert ms.Tensor(2.0) == torch.tensor(2.0)
        assert str(caught.value).splitlines() == [
            "assert tensors of torch and MindSpore are never ==; use migcheck.assert_grads_match(right, left)",
            "  it finds that they match",
        ]


    def test_other_assertions_are_left_alone(monkeypatch):
        import sys

        cyclic = [torch.ones(2)]
        cyclic.append(cyclic)
        with pytest.raises(AssertionError):
            assert cyclic[1:] == [1]
        with monkeypatch.context() as patch:
            patch.setitem(sys.modules, "torch", None)
            with pytest.raises(AssertionError, match="assert 1 == 2"):
                assert 1 == int("2")
"""


@pytest.mark.slow
@pytest.mark.parametrize("workers", RUNS, ids=" ".join)
def test_what_a_test_can_do(pytester: pytest.Pytester, workers: tuple[str, ...]) -> None:
    pytester.makeini("[pytest]\naddopts = --strict-markers\nfilterwarnings = error")
    pytester.makepyfile(dedent(HEAD) + dedent(RIGHT))
    done = pytester.runpytest_subprocess(*workers)
    done.assert_outcomes(passed=19, xfailed=1)
