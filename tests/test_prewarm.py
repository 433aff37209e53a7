"""Gradients that depend on calls made before: ``--prewarm``, ``prewarm = true``, and a loop that shows it by itself."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from migcheck.report.value import Result
from tests.real import check, write_case

pytestmark = pytest.mark.slow

BATCH = """
    title = "one batch"
    {more}
    [inputs]
    logits = {{ normal = [3, 2] }}
    labels = {{ value = [[0.0, 1.0], [1.0, 1.0], [0.0, 0.0]] }}
"""
TORCH = """
    from torch.nn.functional import binary_cross_entropy_with_logits

    def program(logits, labels):
        loss = binary_cross_entropy_with_logits(logits, labels)
        loss.backward()
        return loss, {"logits": logits.grad}
"""
MINDSPORE = """
    import mindspore as ms
    from mindspore import nn

    def program(logits, labels):
        loss, gradient = ms.value_and_grad(nn.BCEWithLogitsLoss())(logits, labels)
        return loss, {"logits": gradient}
"""
SQUARES = """
    def program(x):
        y = x**2
        y.sum().backward()
        return y, {"x": x.grad}
"""
EPOCH = """
    title = "an epoch of 19 samples in batches of 8, 8 and 3"
    [inputs]
    logits = { normal = [19, 2] }
    labels = { integers = [19, 2], low = 0, high = 2, dtype = "float32" }
"""
TORCH_EPOCH = """
    from torch.nn.functional import binary_cross_entropy_with_logits

    def program(logits, labels):
        for start in (0, 8, 16):
            batch = logits[start : start + 8].detach().requires_grad_()
            loss = binary_cross_entropy_with_logits(batch, labels[start : start + 8].detach())
            loss.backward()
            yield loss, {"logits": batch.grad}
"""
MINDSPORE_EPOCH = """
    import mindspore as ms
    from mindspore import nn

    def program(logits, labels):
        grad = ms.value_and_grad(nn.BCEWithLogitsLoss())
        for start in (0, 8, 16):
            loss, gradient = grad(logits[start : start + 8], labels[start : start + 8])
            yield loss, {"logits": gradient}
"""


def causes(result: Result) -> list[str]:
    return [cause.cause for cause in result.diagnosis.causes] if result.diagnosis else []


def test_a_single_batch_is_right_unless_another_ran_before(tmp_path: Path) -> None:
    write_case(tmp_path / "cases", "loss/batch", toml=BATCH.format(more=""), torch=TORCH, mindspore=MINDSPORE)
    (plain,) = check(tmp_path / "cases").results
    assert plain.verdict == "match"
    (result,) = check(tmp_path / "cases", prewarm=True).results
    assert (result.verdict, causes(result)) == ("mismatch", ["stale_state"])
    assert [finding.leaf for finding in result.findings] == ["grad['logits']"]
    assert result.diagnosis is not None
    assert result.diagnosis.place.message == (
        "the port's gradient changes after it has run on other shapes in the same process"
    )
    assert result.rerun.endswith("--seed 0 --prewarm")


def test_a_case_asks_for_it_and_the_command_line_overrides(tmp_path: Path) -> None:
    toml = BATCH.format(more="prewarm = true")
    write_case(tmp_path / "cases", "loss/batch", toml=toml, torch=TORCH, mindspore=MINDSPORE)
    (result,) = check(tmp_path / "cases").results
    assert (result.verdict, causes(result)) == ("mismatch", ["stale_state"])
    assert result.rerun.endswith("--seed 0")
    (result,) = check(tmp_path / "cases", prewarm=False).results
    assert result.verdict == "match"


def test_a_right_port_stays_right(tmp_path: Path) -> None:
    write_case(tmp_path / "cases", "a/square", toml='title = "squares"\n[inputs]\nx = { normal = [4] }', torch=SQUARES)
    (result,) = check(tmp_path / "cases", prewarm=True).results
    assert (result.verdict, result.diagnosis, result.notes) == ("match", None, ())


def test_what_has_no_batch_is_not_passed_off_as_checked(tmp_path: Path) -> None:
    write_case(tmp_path / "cases", "a/square")
    (result,) = check(tmp_path / "cases", prewarm=True).results
    assert result.verdict == "match"
    assert result.notes == (
        "not checked after it has run on other shapes in the same process: "
        "the program runs on no other length of a first axis",
    )


def test_a_known_difference_does_not_keep_the_rest_from_being_checked(tmp_path: Path) -> None:
    known = """
    [known]
    "output" = { cause = "constant_ratio", reason = "the port returns twice the loss" }
    """
    port = MINDSPORE.replace("return loss,", "return 2 * loss,")
    toml = dedent(BATCH.format(more="")) + dedent(known)
    write_case(tmp_path / "cases", "loss/batch", toml=toml, torch=TORCH, mindspore=port)
    (plain,) = check(tmp_path / "cases").results
    assert plain.verdict == "known"
    (result,) = check(tmp_path / "cases", prewarm=True).results
    assert (result.verdict, causes(result)) == ("mismatch", ["stale_state"])
    assert [finding.leaf for finding in result.findings if not finding.known] == ["grad['logits']"]


def test_the_last_and_smaller_batch_of_an_epoch(tmp_path: Path) -> None:
    write_case(tmp_path / "cases", "loss/epoch", toml=EPOCH, torch=TORCH_EPOCH, mindspore=MINDSPORE_EPOCH)
    (result,) = check(tmp_path / "cases", diagnose=True).results
    assert [finding.leaf for finding in result.findings] == ["step[2].grad['logits']"]
    assert causes(result) == ["stale_state"]
    assert result.diagnosis is not None
    assert result.diagnosis.causes[0].confirmed == (
        "made alone, call 2 (ms.value_and_grad) gives torch's gradient; made after the others it does not"
    )


def test_no_diagnosis_where_none_is_wanted(tmp_path: Path) -> None:
    write_case(tmp_path / "cases", "loss/epoch", toml=EPOCH, torch=TORCH_EPOCH, mindspore=MINDSPORE_EPOCH)
    (result,) = check(tmp_path / "cases", diagnose=False).results
    assert (result.verdict, result.diagnosis) == ("mismatch", None)


def test_a_budget_that_is_spent_is_said_and_loses_nothing(tmp_path: Path) -> None:
    write_case(tmp_path / "cases", "loss/epoch", toml=EPOCH, torch=TORCH_EPOCH, mindspore=MINDSPORE_EPOCH)
    (result,) = check(tmp_path / "cases", diagnose=True, diagnose_budget=1e-6).results
    assert result.verdict == "mismatch"
    assert result.diagnosis is not None
    assert "the time for a diagnosis ran out; --diagnose-budget gives it more" in result.diagnosis.notes
