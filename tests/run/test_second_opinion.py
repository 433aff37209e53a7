"""Rounding against difference, on the real frameworks: deep networks match, small faults do not."""

from __future__ import annotations

import pytest

from migcheck.report.value import Report, Result
from tests.real import by_id, check, write_case

TANH_TORCH = """
    import torch

    def program(x, weights, gain):
        h = x
        for weight in weights:
            h = torch.tanh(h @ weight * gain)
        loss = (h * h).mean()
        loss.backward()
        return loss, {"x": x.grad, "weights": weights.grad}
"""

TANH_MINDSPORE = """
    import mindspore as ms
    from mindspore import ops

    def program(x, weights, gain):
        def forward(x, weights):
            h = x
            for layer in range(60):
                h = ops.tanh(ops.matmul(h, weights[layer]) * gain)
            return (h * h).mean()

        loss, (dx, dweights) = ms.value_and_grad(forward, (0, 1))(x, weights)
        return loss, {"x": dx, "weights": dweights}
"""

TANH = """
    title = "60 layers of tanh"
    [inputs]
    x = { normal = [8, 32] }
    weights = { normal = [60, 32, 32], std = 0.17677 }
    [matrix]
    gain = [1.0, 1.5]
"""

TINY_TORCH = """
    def program(x):
        y = (x**2).sum() * 1e-20
        y.backward()
        return {"x": x.grad}
"""

#: The largest element's gradient is off by one part in a thousand.
TINY_MINDSPORE = """
    import mindspore as ms
    from mindspore import ops

    def program(x):
        gradient = ms.grad(lambda x: (x**2).sum() * 1e-20)(x)
        largest = ops.abs(x) == ops.abs(x).max()
        return {"x": ops.where(largest, gradient * FACTOR, gradient)}
"""

#: Layer normalisation, twelve times, with an epsilon that is not torch's.
NORM_TORCH = """
    import torch

    def program(x):
        h = x
        for _ in range(12):
            h = torch.tanh(torch.nn.functional.layer_norm(h, (16,), eps=1e-5) * 1.7)
        loss = (h[:, :3] ** 3).sum()
        loss.backward()
        return loss, {"x": x.grad}
"""

NORM_MINDSPORE = """
    import mindspore as ms
    from mindspore import ops

    def program(x):
        def forward(x):
            h = x
            for _ in range(12):
                centred = h - h.mean(-1, keep_dims=True)
                normal = centred / ops.sqrt((centred**2).mean(-1, keep_dims=True) + EPS)
                h = ops.tanh(normal * 1.7)
            return (h[:, :3] ** 3).sum()

        loss, gradient = ms.value_and_grad(forward)(x)
        return loss, {"x": gradient}
"""

#: A bias in front of a batch normalisation: its true gradient is 0, and both sides hold rounding alone.
BIAS_TORCH = """
    import torch

    def program(x, weight, bias, out):
        h = torch.nn.functional.batch_norm(x @ weight + bias, None, None, training=True)
        loss = (torch.sigmoid(h @ out) ** 2).sum()
        loss.backward()
        return loss, {"weight": weight.grad, "bias": bias.grad}
"""

BIAS_MINDSPORE = """
    import mindspore as ms
    from mindspore import ops

    def program(x, weight, bias, out):
        def forward(weight, bias):
            h = ops.matmul(x, weight) + bias
            h = (h - h.mean(0)) / ops.sqrt(((h - h.mean(0)) ** 2).mean(0) + 1e-5)
            return (ops.sigmoid(ops.matmul(h, out)) ** 2).sum()

        loss, (dweight, dbias) = ms.value_and_grad(forward, (0, 1))(weight, bias)
        return loss, {"weight": dweight, "bias": dbias + WRONG}
"""

BIAS = """
    title = "a bias in front of a batch normalisation"
    [inputs]
    x = { normal = [16, 8] }
    weight = { normal = [8, 12] }
    bias = { normal = [12] }
    out = { normal = [12, 4] }
"""

#: A dropout mask that the float64 replay must draw again, bit for bit.
DROPOUT_TORCH = """
    import torch

    def program(x):
        mask = torch.nn.functional.dropout(torch.ones(64), 0.25)
        scale = torch.rand(64) + torch.randn(64)
        loss = torch.exp(torch.tanh(x * mask * scale)).sum()
        loss.backward()
        return loss, {"x": x.grad}
"""

#: The mask of another seed: a wrong port, however noisy the reference.
DROPOUT_MINDSPORE = """
    import mindspore as ms
    from mindspore import ops
    import numpy as np

    def program(x):
        random = np.random.default_rng(5)
        mask = ms.Tensor((random.random(64) > 0.25) / np.float32(0.75), ms.float32)
        scale = ms.Tensor(random.random(64) + random.standard_normal(64), ms.float32)
        loss, gradient = ms.value_and_grad(lambda x: ops.exp(ops.tanh(x * mask * scale)).sum())(x)
        return loss, {"x": gradient}
"""

#: Computes in float32 whatever it is fed.
NARROW_TORCH = """
    import numpy as np

    def program(x):
        return {"x": 2 * x.detach().numpy().astype(np.float32)}
"""

REFUSES_TORCH = """
    import torch

    def program(x):
        if x.dtype == torch.float64:
            raise TypeError("float32 only")
        (x**2).backward()
        return {"x": x.grad}
"""

OFF_MINDSPORE = """
    def program(x):
        return {"x": 2 * x * (1 + 1e-3)}
"""

VECTOR = 'title = "t"\n[inputs]\nx = { normal = [64] }\n'


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    cases = tmp_path_factory.mktemp("rounding") / "cases"
    norm = 'title = "norm"\n[inputs]\nx = { normal = [8, 16] }\n'
    write_case(cases, "deep/tanh", torch=TANH_TORCH, mindspore=TANH_MINDSPORE, toml=TANH)
    write_case(cases, "tiny/right", torch=TINY_TORCH, mindspore=TINY_MINDSPORE.replace("FACTOR", "1.0"), toml=VECTOR)
    write_case(cases, "tiny/wrong", torch=TINY_TORCH, mindspore=TINY_MINDSPORE.replace("FACTOR", "1.001"), toml=VECTOR)
    write_case(cases, "norm/right", torch=NORM_TORCH, mindspore=NORM_MINDSPORE.replace("EPS", "1e-5"), toml=norm)
    write_case(cases, "norm/wrong", torch=NORM_TORCH, mindspore=NORM_MINDSPORE.replace("EPS", "1e-7"), toml=norm)
    write_case(cases, "bias/right", torch=BIAS_TORCH, mindspore=BIAS_MINDSPORE.replace("WRONG", "0"), toml=BIAS)
    write_case(cases, "bias/wrong", torch=BIAS_TORCH, mindspore=BIAS_MINDSPORE.replace("WRONG", "1e-3"), toml=BIAS)
    write_case(cases, "random/dropout", torch=DROPOUT_TORCH, mindspore=DROPOUT_MINDSPORE, toml=VECTOR)
    scalar = 'title = "t"\n[inputs]\nx = 3.0\n'
    write_case(cases, "replay/narrow", torch=NARROW_TORCH, mindspore=OFF_MINDSPORE, toml=VECTOR)
    write_case(cases, "replay/refuses", torch=REFUSES_TORCH, mindspore=OFF_MINDSPORE, toml=scalar)
    return check(cases)


def result(report: Report, name: str) -> Result:
    return by_id(report)[name]


def notes(result: Result) -> list[str]:
    return [finding.rounding.note for finding in result.findings if finding.rounding]


@pytest.mark.parametrize("gain", ["1.0", "1.5"])
def test_sixty_layers_of_tanh_match_although_they_differ_by_rounding(report: Report, gain: str) -> None:
    deep = result(report, f"deep/tanh[{gain}]")
    assert (deep.verdict, deep.findings, deep.failures) == ("match", (), ())
    assert "grad['x']" in {each.leaf for each in deep.rounded}


def test_they_do_differ_by_about_a_thousandth(report: Report) -> None:
    rounded = {each.leaf: each.rounding for each in result(report, "deep/tanh[1.5]").rounded}
    assert rounded["grad['x']"].mindspore_rms > 1e-4


def test_a_thousandth_in_the_largest_element_at_1e_minus_20_is_a_mismatch(report: Report) -> None:
    assert result(report, "tiny/right").verdict == "match"
    wrong = result(report, "tiny/wrong")
    assert wrong.verdict == "mismatch"
    (finding,) = wrong.findings
    assert finding.elements == 1
    assert finding.worst is not None
    assert isinstance(finding.worst.torch, float)
    assert abs(finding.worst.torch) < 1e-19


def test_a_wrong_epsilon_in_a_normalisation_is_seen(report: Report) -> None:
    assert result(report, "norm/right").verdict == "match"
    wrong = result(report, "norm/wrong")
    assert wrong.verdict == "mismatch"
    assert "grad['x']" in {finding.leaf for finding in wrong.findings}


def test_a_gradient_that_is_rounding_alone_matches_and_a_wrong_one_does_not(report: Report) -> None:
    assert result(report, "bias/right").verdict == "match"
    wrong = result(report, "bias/wrong")
    assert wrong.verdict == "mismatch"
    assert [finding.leaf for finding in wrong.findings] == ["grad['bias']"]


def test_the_replay_draws_the_random_numbers_of_the_program(report: Report) -> None:
    dropout = result(report, "random/dropout")
    assert dropout.verdict == "mismatch"
    for finding in dropout.findings:
        assert finding.rounding is not None
        assert finding.rounding.outcome == "exceeds"
        assert finding.rounding.torch_rms < 1e-6


def test_a_replay_that_stays_in_float32_is_no_reference(report: Report) -> None:
    narrow = result(report, "replay/narrow")
    assert narrow.verdict == "mismatch"
    assert notes(narrow) == ["the float64 replay of the torch program still computes grad['x'] in float32"]


def test_a_program_that_does_not_run_in_float64_says_so(report: Report) -> None:
    refuses = result(report, "replay/refuses")
    assert refuses.verdict == "mismatch"
    assert notes(refuses) == ["the torch program does not run in float64 (torch_program.py:6: TypeError: float32 only)"]
