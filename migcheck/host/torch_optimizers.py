"""What MindSpore's optimizers do differently, as rules for torch's: each replaces a step of torch by MindSpore's.

Measured on MindSpore 2.10's CPU kernels; each is held against them by a test.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from unittest import mock

import torch


def _stepping(kinds: tuple[Any, ...], update: Callable[[Any, dict[str, Any], dict[str, Any]], None]) -> Any:
    """Replace ``step`` of these optimizers; ``update(parameter, group, state)`` changes one parameter in place."""

    @contextmanager
    def replaced() -> Iterator[None]:
        def step(self: Any, closure: Any = None) -> Any:
            with torch.no_grad():
                for group in self.param_groups:
                    for parameter in group["params"]:
                        if parameter.grad is not None:
                            state = self.state[parameter]
                            state["t"] = state.get("t", 0) + 1
                            update(parameter, group, state)

        with mock.patch.object(kinds[0], "step", step):
            if len(kinds) > 1:
                with mock.patch.object(kinds[1], "step", step):
                    yield
            else:
                yield

    return replaced


def _moments(parameter: Any, group: dict[str, Any], state: dict[str, Any]) -> tuple[Any, Any]:
    one, two = group["betas"]
    first = state.setdefault("m", torch.zeros_like(parameter))
    second = state.setdefault("v", torch.zeros_like(parameter))
    first.mul_(one).add_(parameter.grad, alpha=1 - one)
    second.mul_(two).addcmul_(parameter.grad, parameter.grad, value=1 - two)
    return first, second


def _adam_of_tensorflow(parameter: Any, group: dict[str, Any], state: dict[str, Any]) -> None:
    """``nn.Adam``: epsilon is added to the square root before its bias is corrected."""
    if group["weight_decay"]:
        parameter.grad.add_(parameter, alpha=group["weight_decay"])
    first, second = _moments(parameter, group, state)
    one, two = (beta ** state["t"] for beta in group["betas"])
    parameter.addcdiv_(first, second.sqrt() + group["eps"], value=-group["lr"] * math.sqrt(1 - two) / (1 - one))


def _adam_without_correction(parameter: Any, group: dict[str, Any], state: dict[str, Any]) -> None:
    """``nn.AdamWeightDecay``: no correction of the moments' bias, and decay beside the update."""
    first, second = _moments(parameter, group, state)
    update = first / (second.sqrt() + group["eps"]) + group["weight_decay"] * parameter
    parameter.add_(update, alpha=-group["lr"])


def _adam_without_correction_1e6(parameter: Any, group: dict[str, Any], state: dict[str, Any]) -> None:
    """The same with its own default epsilon of 1e-6."""
    _adam_without_correction(parameter, {**group, "eps": 1e-6}, state)


def _adam_without_correction_or_decay(parameter: Any, group: dict[str, Any], state: dict[str, Any]) -> None:
    """The same with its own default epsilon of 1e-6 and its own default decay of 0."""
    _adam_without_correction(parameter, {**group, "eps": 1e-6, "weight_decay": 0.0}, state)


def _rmsprop(epsilon: float | None, decay: float | None) -> Callable[..., None]:
    def update(parameter: Any, group: dict[str, Any], state: dict[str, Any]) -> None:
        """``nn.RMSProp``: the mean square starts at 1.

        Its CPU kernel takes eight elements at a time and adds epsilon to their roots, and under the root for the rest.
        """
        alpha = group["alpha"] if decay is None else decay
        eps = group["eps"] if epsilon is None else epsilon
        gradient = parameter.grad + group["weight_decay"] * parameter
        square = state.setdefault("square", torch.ones_like(parameter))
        square.mul_(alpha).addcmul_(gradient, gradient, value=1 - alpha)
        if group["centered"]:
            mean = state.setdefault("mean", torch.zeros_like(parameter))
            mean.mul_(alpha).add_(gradient, alpha=1 - alpha)
            root = (square - mean * mean + eps).sqrt()
        else:
            root = (square + eps).sqrt()
            whole = parameter.numel() - parameter.numel() % 8
            root.view(-1)[:whole] = square.reshape(-1)[:whole].sqrt() + eps
        change = gradient / root
        if group["momentum"]:
            moment = state.setdefault("moment", torch.zeros_like(parameter))
            parameter.sub_(moment.mul_(group["momentum"]).add_(change, alpha=group["lr"]))
        else:
            parameter.sub_(change, alpha=group["lr"])

    return update


def _still(parameter: Any, group: dict[str, Any], state: dict[str, Any]) -> None:
    """``mint.optim`` on CPU: the parameters stay as they are."""


@contextmanager
def _plain_momentum() -> Iterator[None]:
    """``nn.Momentum`` on CPU ignores ``use_nesterov``."""
    step = torch.optim.SGD.step

    def plain(self: Any, closure: Any = None) -> Any:
        for group in self.param_groups:
            group["nesterov"] = False
        return step(self, closure)

    with mock.patch.object(torch.optim.SGD, "step", plain):
        yield


@contextmanager
def _adagrad_from_a_tenth() -> Iterator[None]:
    """``nn.Adagrad`` starts its sum of squares at 0.1."""
    make = torch.optim.Adagrad.__init__

    def made(self: Any, *args: Any, **kwargs: Any) -> None:
        if len(args) < 5:
            kwargs.setdefault("initial_accumulator_value", 0.1)
        make(self, *args, **kwargs)

    with mock.patch.object(torch.optim.Adagrad, "__init__", made):
        yield


@contextmanager
def _scheduled_each_step() -> Iterator[None]:
    """A schedule of MindSpore counts an optimizer's steps; torch's counts calls of ``scheduler.step()``."""
    from torch.optim.lr_scheduler import LRScheduler
    from torch.optim.optimizer import register_optimizer_step_post_hook

    schedulers: list[Any] = []
    make = LRScheduler.__init__

    def made(self: Any, *args: Any, **kwargs: Any) -> None:
        make(self, *args, **kwargs)
        schedulers.append((self, type(self).step))
        self.step = lambda *args, **kwargs: None

    def after(optimizer: Any, args: Any, kwargs: Any) -> None:
        for scheduler, step in schedulers:
            if scheduler.optimizer is optimizer:
                step(scheduler)

    handle = register_optimizer_step_post_hook(after)
    try:
        with mock.patch.object(LRScheduler, "__init__", made):
            yield
    finally:
        handle.remove()


_SGD_LIKE = (torch.optim.SGD,)
_ADAMS = (torch.optim.Adam, torch.optim.AdamW)

#: By name: what ``Job.changes["optimizer_rule"]`` can ask for.
RULES: dict[str, Callable[[], AbstractContextManager[Any]]] = {
    "adam_of_tensorflow": _stepping(_ADAMS, _adam_of_tensorflow),
    "adam_without_correction": _stepping(_ADAMS, _adam_without_correction),
    "adam_without_correction_1e6": _stepping(_ADAMS, _adam_without_correction_1e6),
    "adam_without_correction_or_decay": _stepping(_ADAMS, _adam_without_correction_or_decay),
    "rmsprop_from_one": _stepping((torch.optim.RMSprop,), _rmsprop(None, None)),
    "rmsprop_from_one_defaults": _stepping((torch.optim.RMSprop,), _rmsprop(1e-10, 0.9)),
    "adagrad_from_a_tenth": _adagrad_from_a_tenth,
    "still": _stepping(_ADAMS, _still),
    "still_sgd": _stepping(_SGD_LIKE, _still),
    "plain_momentum": _plain_momentum,
    "scheduled_each_step": _scheduled_each_step,
}
