"""Relations that say nothing are not alleged: what equal gradients would fulfil as well, or any two numbers."""

from __future__ import annotations

import pytest

from migcheck.report.value import Result
from tests.real import by_id, check, write_case

pytestmark = pytest.mark.slow

TORCH = """
    import torch

    def program(a):
        x = {made}
        ({loss}).backward()
        return {{"x": x.grad}}
"""

MINDSPORE = """
    import mindspore as ms
    from mindspore import ops

    def program(a):
        return {{"x": {gradient}}}
"""

#: By name: the input, torch's leaf and loss, the port's gradient, and what must not be said of them.
PAIRS = {
    "symmetric": (
        "normal = [4, 4]",
        "(a + a.T).detach().requires_grad_()",
        "torch.sin(x).sum()",
        "ms.grad(lambda x: 1.0001 * ops.sin(x).sum())(a + a.T)",
        "transposed",
    ),
    "equal_rows": (
        "normal = [6, 4]",
        "a.detach().requires_grad_()",
        "torch.sin(x.sum(0)).sum()",
        "ms.grad(lambda x: 1.0001 * ops.sin(x.sum(0)).sum())(a)",
        "layout",
    ),
    "almost_real": (
        'normal = [6], dtype = "complex64"',
        "a.detach().real.to(torch.complex64).requires_grad_()",
        "(x * x.conj()).real.sum() + 1e-7 * x.imag.sum()",
        "a.real().astype(ms.complex64) * 2.0002",
        "conjugate",
    ),
    "one_element": (
        "normal = [6]",
        "a.detach().requires_grad_()",
        "torch.sin(x[2])",
        "ms.grad(lambda x: ops.tanh(x[2]))(a)",
        "constant_ratio",
    ),
}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    cases = tmp_path_factory.mktemp("alleged") / "cases"
    for name, (source, made, loss, gradient, _) in PAIRS.items():
        write_case(
            cases, name,
            toml=f'title = "alleged"\n[inputs]\na = {{ {source} }}\n',
            torch=TORCH.format(made=made, loss=loss),
            mindspore=MINDSPORE.format(gradient=gradient),
        )  # fmt: skip
    return {name.rpartition("/")[2]: result for name, result in by_id(check(cases, diagnose=True)).items()}


@pytest.mark.parametrize("name", PAIRS)
def test_a_relation_that_says_nothing_is_not_alleged(name: str, results: dict[str, Result]) -> None:
    result = results[name]
    assert result.verdict == "mismatch", result.failures
    assert result.diagnosis is not None
    assert PAIRS[name][-1] not in {cause.cause for cause in result.diagnosis.causes}
