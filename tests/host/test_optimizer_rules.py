"""Each rule by which a MindSpore optimizer differs from torch's, held against MindSpore's own steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from migcheck.diagnose.causes.defaults import table
from migcheck.observation import Observation
from tests.pairs import Pairs, replaying
from tests.real import write_case

pytestmark = pytest.mark.slow

TOML = """
    title = "an optimizer"
    [inputs]
    a = { normal = [3, 4] }
    b = { normal = [5] }
    da = { normal = [5, 3, 4] }
    db = { uniform = [5, 5], low = 0.02, high = 0.04 }
"""

TORCH = """
    import torch
    from torch import nn, optim
    from torch.optim import lr_scheduler

    class Never:
        def step(self):
            pass

    def program(a, b, da, db):
        gamma, w = nn.Parameter(a.detach().clone()), nn.Parameter(b.detach().clone())
        optimizer = optim.{optimizer}
        scheduler = {scheduler}
        for step in range(5):
            optimizer.zero_grad()
            gamma.grad, w.grad = da[step].detach().clone(), db[step].detach().clone()
            optimizer.step()
            if step % 2:
                scheduler.step()
            yield {{"a": gamma.detach().clone(), "b": w.detach().clone()}}, {{"a": da[step]}}
"""

MINDSPORE = """
    import mindspore as ms
    from mindspore import mint, nn

    def program(a, b, da, db):
        parameters = [ms.Parameter(a, name="{name}"), ms.Parameter(b, name="w")]
        optimizer = {optimizer}
        for step in range(5):
            optimizer((da[step], db[step]))
            a, b = (parameter.asnumpy().copy() for parameter in parameters)
            yield {{"a": a, "b": b}}, {{"a": da[step]}}
"""


@dataclass(frozen=True)
class Optimizers:
    """An optimizer of each framework, and the rule that makes torch's step as MindSpore's."""

    rule: str
    torch: str
    mindspore: str
    scheduler: str = "Never()"


#: What MindSpore's kernels may differ by: they take 0.999 as a float32, and from that 1 − 0.999.
NEAR = 4e-4

PAIRS = {
    "epsilon": Optimizers(
        "adam_of_tensorflow", "Adam([gamma, w], 0.1, eps=0.05)", "nn.Adam(parameters, 0.1, eps=0.05)"
    ),
    "epsilon_and_betas": Optimizers(
        "adam_of_tensorflow", "Adam([gamma, w], 0.1, (0.7, 0.9), 0.05)", "nn.Adam(parameters, 0.1, 0.7, 0.9, 0.05)"
    ),
    "epsilon_and_decay": Optimizers(
        "adam_of_tensorflow",
        "Adam([gamma, w], 0.1, eps=0.05, weight_decay=0.3)",
        "nn.Adam(parameters, 0.1, eps=0.05, weight_decay=0.3)",
    ),
    "decoupled_decay": Optimizers(
        "adam_of_tensorflow",
        "AdamW([gamma, w], 0.1, weight_decay=0.3)",
        "nn.Adam(parameters, 0.1, weight_decay=0.3)",
    ),
    "lazy": Optimizers(
        "adam_of_tensorflow", "Adam([gamma, w], 0.1, eps=0.05)", "nn.LazyAdam(parameters, 0.1, eps=0.05)"
    ),
    "uncorrected": Optimizers(
        "adam_without_correction",
        "AdamW([gamma, w], 0.1, (0.8, 0.95), eps=1e-3, weight_decay=0.3)",
        "nn.AdamWeightDecay(parameters, 0.1, 0.8, 0.95, 1e-3, 0.3)",
    ),
    "uncorrected_own_epsilon": Optimizers(
        "adam_without_correction_1e6",
        "AdamW([gamma, w], 0.1, weight_decay=0.3)",
        "nn.AdamWeightDecay(parameters, 0.1, weight_decay=0.3)",
    ),
    "uncorrected_undecayed": Optimizers(
        "adam_without_correction_or_decay", "AdamW([gamma, w], 0.1)", "nn.AdamWeightDecay(parameters, 0.1)"
    ),
    "mean_square": Optimizers(
        "rmsprop_from_one",
        "RMSprop([gamma, w], 0.1, alpha=0.8, eps=1e-3)",
        "nn.RMSProp(parameters, 0.1, decay=0.8, epsilon=1e-3)",
    ),
    "mean_square_momentum": Optimizers(
        "rmsprop_from_one",
        "RMSprop([gamma, w], 0.1, alpha=0.8, eps=1e-3, momentum=0.5)",
        "nn.RMSProp(parameters, 0.1, decay=0.8, epsilon=1e-3, momentum=0.5)",
    ),
    "mean_square_decay": Optimizers(
        "rmsprop_from_one",
        "RMSprop([gamma, w], 0.1, alpha=0.8, eps=1e-3, weight_decay=0.3)",
        "nn.RMSProp(parameters, 0.1, decay=0.8, epsilon=1e-3, weight_decay=0.3)",
    ),
    "mean_square_centered": Optimizers(
        "rmsprop_from_one",
        "RMSprop([gamma, w], 0.1, alpha=0.8, eps=1e-3, centered=True)",
        "nn.RMSProp(parameters, 0.1, decay=0.8, epsilon=1e-3, centered=True)",
    ),
    "mean_square_defaults": Optimizers(
        "rmsprop_from_one_defaults", "RMSprop([gamma, w], 0.1)", "nn.RMSProp(parameters, 0.1)"
    ),
    "sum_of_squares": Optimizers(
        "adagrad_from_a_tenth", "Adagrad([gamma, w], 0.1)", "nn.Adagrad(parameters, learning_rate=0.1)"
    ),
    "sum_of_squares_decay": Optimizers(
        "adagrad_from_a_tenth",
        "Adagrad([gamma, w], 0.1, weight_decay=0.3)",
        "nn.Adagrad(parameters, learning_rate=0.1, weight_decay=0.3)",
    ),
    "nesterov": Optimizers(
        "plain_momentum",
        "SGD([gamma, w], 0.1, momentum=0.9, nesterov=True)",
        "nn.Momentum(parameters, 0.1, 0.9, use_nesterov=True)",
    ),
    "still_sgd": Optimizers("still_sgd", "SGD([gamma, w], 0.1)", "mint.optim.SGD(parameters, 0.1)"),
    "still_adam": Optimizers("still", "Adam([gamma, w], 0.1)", "mint.optim.Adam(parameters, 0.1)"),
    "schedule": Optimizers(
        "scheduled_each_step",
        "SGD([gamma, w], 0.5)",
        "nn.SGD(parameters, nn.ExponentialDecayLR(0.5, 0.7, 1))",
        "lr_scheduler.ExponentialLR(optimizer, 0.7)",
    ),
    "schedule_by_list": Optimizers(
        "scheduled_each_step",
        "Adam([gamma, w], 0.5)",
        "nn.Adam(parameters, [0.5, 0.5, 0.25, 0.25, 0.125])",
        "lr_scheduler.StepLR(optimizer, 2, 0.5)",
    ),
}


@pytest.fixture(scope="module")
def pairs() -> Iterator[Pairs]:
    with replaying() as pairs:
        yield pairs


def apart(one: Observation, other: Observation) -> float:
    """The largest difference of two parameters in any step, relative to what a step moves."""
    worst = 0.0
    for name, leaf in one.leaves.items():
        if name.group == "output":
            assert leaf.values is not None
            theirs = other.leaves[name].values
            worst = max(worst, float(np.max(np.abs(leaf.values.astype(np.float64) - theirs))))
    return worst / 0.1


def observed(run: object) -> Observation:
    assert run.failure is None, run.failure  # type: ignore[attr-defined]
    return run.observation  # type: ignore[attr-defined,no-any-return]


@pytest.mark.parametrize("name", PAIRS)
def test_under_the_rule_torch_steps_as_mindspore_does(name: str, pairs: Pairs, tmp_path: Path) -> None:
    each = PAIRS[name]
    case = write_case(
        tmp_path, name, toml=TOML,
        torch=TORCH.format(optimizer=each.torch, scheduler=each.scheduler),
        mindspore=MINDSPORE.format(optimizer=each.mindspore, name="a"),
    )  # fmt: skip
    pair = pairs.of(case)
    runs = pair.run()
    torch, mindspore = (observed(runs[side]) for side in ("torch", "mindspore"))
    ruled = observed(pair.replay("torch", changes={"optimizer_rule": each.rule}))
    assert apart(torch, mindspore) > 4e-3
    assert apart(ruled, mindspore) < NEAR
    pair.close()


@pytest.mark.parametrize(
    "optimizer", ["nn.Momentum(parameters, 0.1, 0.9, 0.3)", "nn.Adam(parameters, 0.1, weight_decay=0.3)"]
)
def test_with_all_decayed_a_parameter_named_gamma_steps_as_any(optimizer: str, pairs: Pairs, tmp_path: Path) -> None:
    ours = (
        "SGD([gamma, w], 0.1, 0.9, weight_decay=0.3)"
        if "Momentum" in optimizer
        else "Adam([gamma, w], 0.1, weight_decay=0.3)"
    )
    case = write_case(
        tmp_path, "gamma", toml=TOML,
        torch=TORCH.format(optimizer=ours, scheduler="Never()"),
        mindspore=MINDSPORE.format(optimizer=optimizer, name="norm.gamma"),
    )  # fmt: skip
    pair = pairs.of(case)
    runs = pair.run()
    torch, mindspore = (observed(runs[side]) for side in ("torch", "mindspore"))
    decayed = observed(pair.replay("mindspore", changes={"decay_all": True}))
    assert apart(torch, mindspore) > 4e-3
    assert apart(torch, decayed) < NEAR
    pair.close()


def test_nesterov_of_mindspore_sgd_is_that_of_torch(pairs: Pairs, tmp_path: Path) -> None:
    """So that what is said of ``nn.Momentum`` does not hold of it."""
    case = write_case(
        tmp_path, "sgd", toml=TOML,
        torch=TORCH.format(optimizer="SGD([gamma, w], 0.1, momentum=0.9, nesterov=True)", scheduler="Never()"),
        mindspore=MINDSPORE.format(optimizer="nn.SGD(parameters, 0.1, 0.9, nesterov=True)", name="a"),
    )  # fmt: skip
    pair = pairs.of(case)
    runs = pair.run()
    assert apart(observed(runs["torch"]), observed(runs["mindspore"])) < NEAR
    pair.close()


def test_each_rule_is_held_against_mindspore() -> None:
    assert {entry["rule"] for entry in table("optimizers") if "rule" in entry} == {each.rule for each in PAIRS.values()}
