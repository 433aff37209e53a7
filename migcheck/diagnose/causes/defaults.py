"""Causes that lie in a default: one table of arguments, one of optimizers' rules."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Any

from migcheck.diagnose.bench import Plan
from migcheck.diagnose.causes.candidate import Candidate, changes
from migcheck.diagnose.evidence import Evidence

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


@cache
def table(name: str) -> list[dict[str, Any]]:
    """The entries of ``defaults.toml`` or ``optimizers.toml``."""
    text = (resources.files("migcheck.diagnose") / f"{name}.toml").read_text(encoding="utf-8")
    entries: list[dict[str, Any]] = next(iter(tomllib.loads(text).values()))
    return entries


class DefaultDiffers:
    """An argument that the port leaves out has another default than torch's."""

    def candidates(self, evidence: Evidence) -> Iterable[Candidate]:
        """For each entry of the table whose function or layer the port uses."""
        used = {*evidence.functions("mindspore")}
        used |= {name.rpartition(".")[2] for name in evidence.mindspore_trace.saw("optimizers")}
        together: dict[str, list[tuple[dict[str, Any], dict[str, Any]]]] = {}
        for entry in table("defaults"):
            name = entry["mindspore"].rpartition(".")[2]
            short = name.removeprefix("deprecated_").removeprefix("tensor_")
            if not {name, short} & used:
                continue
            values = {key: _value(value) for key, value in entry.get("with", {}).items()}
            if not values:
                values = {entry["argument"]: _value(entry["torch_value"])}
            together.setdefault(entry["mindspore"], []).append((entry, values))
            yield _of_default(entry["mindspore"], values, [entry])
        for path, several in together.items():
            values = {key: value for _, each in several for key, value in each.items()}
            if len(several) > 1 and len(values) == sum(len(each) for _, each in several):
                yield _of_default(path, values, [entry for entry, _ in several])


def _of_default(path: str, values: dict[str, Any], entries: list[dict[str, Any]]) -> Candidate:
    theirs = []
    for entry in entries:
        was = entry.get("value")
        given = was if isinstance(was, dict) else {entry["argument"]: was}
        theirs += [f"{key}={_shown(value)}" for key, value in given.items()]
    said = ", ".join(f"{key}={_shown(value)}" for key, value in values.items())
    return Candidate(
        "default_differs",
        f"calling {_public(path)} with {said}",
        Plan(mindspore=changes(defaults={path: values})),
        f"{_public(path)} has the default {', '.join(theirs)}; {entries[0]['torch']} does what {said} does.",
        f"write {' and '.join(entry['fix'] for entry in entries)}",
    )


class Convention:
    """An argument that the port gives, and that means something else there."""

    def candidates(self, evidence: Evidence) -> Iterable[Candidate]:
        """For the layers of which that is known."""
        layers = evidence.functions("torch")
        if any("BatchNorm" in name for name in layers):
            yield Candidate(
                "default_differs",
                "letting torch's BatchNorm keep the share momentum of its statistics",
                Plan(torch=changes(momentum_kept=True)),
                "momentum is the share of the new statistics in torch, and of the old ones in MindSpore: 0.1 there "
                "is 0.9 here.",
                "write momentum=1 - m: nn.BatchNorm2d(c, momentum=0.9)",
            )
        if "embedding" in layers or "Embedding" in layers:
            yield Candidate(
                "default_differs",
                "giving torch's padding row a gradient",
                Plan(torch=changes(trained_padding=True)),
                "padding_idx keeps the gradient of its row at 0 in torch; in MindSpore it only sets the row's first "
                "values.",
                "mask that row's gradient in the port",
            )
        for size in evidence.torch_trace.saw("padding"):
            given = {"pad_mode": "pad", "padding": int(size)}
            paths = [
                f"mindspore.nn.{name}"
                for name in ("Conv1d", "Conv2d", "Conv3d")
                if name in evidence.functions("mindspore")
            ]
            if paths:
                yield Candidate(
                    "default_differs",
                    f"calling {paths[0].removeprefix('mindspore.')} with pad_mode='pad', padding={size}",
                    Plan(mindspore=changes(arguments=dict.fromkeys(paths, given))),
                    f"the port's convolution pads in another way than torch's padding={size}: pad_mode='same', the "
                    "default, "
                    "divides the padding as the input's size wants it.",
                    f"write pad_mode='pad', padding={size}",
                )
                yield Candidate(
                    "default_differs",
                    f"calling {paths[0].removeprefix('mindspore.')} with pad_mode='pad', padding={size}, and torch's "
                    "without bias",
                    Plan(torch=changes(no_conv_bias=True), mindspore=changes(arguments=dict.fromkeys(paths, given))),
                    "the port's convolution has neither torch's padding nor its bias: pad_mode='same' and "
                    "has_bias=False are "
                    "its defaults.",
                    f"write pad_mode='pad', padding={size}, has_bias=True",
                )


class OptimizerRule:
    """MindSpore's optimizer of the same name follows another rule."""

    def candidates(self, evidence: Evidence) -> Iterable[Candidate]:
        """For each rule whose optimizers both programs use."""
        ours, theirs = evidence.torch_trace.saw("optimizers"), evidence.mindspore_trace.saw("optimizers")
        for entry in table("optimizers"):
            if not set(entry["torch"]) & set(ours):
                continue
            if entry["mindspore"] != ["*"] and not set(entry["mindspore"]) & set(theirs):
                continue
            plan = (
                Plan(torch=changes(optimizer_rule=entry["rule"]))
                if "rule" in entry
                else Plan(mindspore=changes(**{entry["change"]: True}))
            )
            yield Candidate(entry["cause"], entry["what"], plan, entry["message"], entry["fix"])


def _value(value: Any) -> Any:
    return None if value == "None" else value


def _shown(value: Any) -> str:
    return str(value) if isinstance(value, str) else repr(value)


def _public(path: str) -> str:
    if ".tensor_method." in path:
        return "Tensor." + path.rpartition(".")[2].removeprefix("deprecated_").removeprefix("tensor_")
    return path.removeprefix("mindspore.")
