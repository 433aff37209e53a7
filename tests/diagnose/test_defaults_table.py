"""The tables of defaults and of optimizers' rules, held against the frameworks that are installed."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import migcheck
from migcheck.diagnose.causes.defaults import table

ENTRIES = table("defaults")
RULES = table("optimizers")

KEYS = {"mindspore", "torch", "fix", "source", "argument", "value", "torch_argument", "torch_value", "with"}
CAUSES = {"default_differs", "framework_bug"}


def title(entry: dict[str, Any]) -> str:
    return f"{entry['mindspore']}-{entry.get('argument') or '+'.join(entry['with'])}"


IDS = [title(entry) for entry in ENTRIES]


def values(entry: dict[str, Any]) -> dict[str, Any]:
    """MindSpore's defaults as an entry says them, by argument."""
    return entry["value"] if "with" in entry else {entry["argument"]: entry["value"]}


#: Prints, for each path and arguments that it is given, the defaults that are installed, or what is wrong with it.
_ASK = """
import inspect, json, sys, importlib

def resolved(path):
    parts = path.split(".")
    found = importlib.import_module(parts[0])
    for at, part in enumerate(parts[1:], 1):
        if not hasattr(found, part):
            importlib.import_module(".".join(parts[: at + 1]))
        found = getattr(found, part)
    return found

def functions(function):
    waiting, seen = [function], []
    while waiting:
        each = waiting.pop(0)
        if not callable(each) or any(each is other for other in seen):
            continue
        seen.append(each)
        yield each
        if hasattr(each, "__wrapped__"):
            waiting.append(each.__wrapped__)
        waiting += [cell.cell_contents for cell in getattr(each, "__closure__", None) or ()]

def default(target, name):
    for each in functions(target.__init__ if inspect.isclass(target) else target):
        code = getattr(each, "__code__", None)
        if code is None or name not in code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]:
            continue
        found = inspect.signature(each, follow_wrapped=False).parameters[name].default
        if found is inspect.Parameter.empty:
            return {"problem": "has no default"}
        return {"default": "None" if found is None else found}
    return {"problem": "no such argument"}

answers = []
for path, names in json.load(sys.stdin):
    try:
        target = resolved(path)
    except Exception as error:
        answers.append({"problem": repr(error)})
        continue
    answers.append({"arguments": {name: default(target, name) for name in names}})
print(json.dumps(answers, default=str))
"""


def ask(questions: list[tuple[str, list[str]]]) -> list[dict[str, Any]]:
    """Of a process that imports the frameworks."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _ASK],
        input=json.dumps(questions), capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@dataclass(frozen=True)
class Installed:
    """What the frameworks answered, entry by entry."""

    mindspore: list[dict[str, Any]]
    torch: list[dict[str, Any]]


@pytest.fixture(scope="module")
def installed() -> Installed:
    count = len(ENTRIES)
    answers = ask(
        [(entry["mindspore"], [*values(entry), *set_to(entry), *referred(entry)]) for entry in ENTRIES]
        + [(entry["torch"], []) for entry in ENTRIES]
    )
    return Installed(answers[:count], answers[count:])


def set_to(entry: dict[str, Any]) -> dict[str, Any]:
    """What a diagnosis sets, by argument."""
    return entry["with"] if "with" in entry else {entry["argument"]: entry["torch_value"]}


def referred(entry: dict[str, Any]) -> list[str]:
    """The arguments whose value another one is set to."""
    return [value[1:] for value in set_to(entry).values() if isinstance(value, str) and value.startswith("=")]


# The form of the tables


@pytest.mark.parametrize("entry", ENTRIES, ids=IDS)
def test_an_entry_of_defaults_is_well_formed(entry: dict[str, Any]) -> None:
    assert set(entry) <= KEYS
    assert {"mindspore", "torch", "fix", "source", "value"} <= set(entry)
    assert entry["mindspore"].startswith("mindspore.")
    assert entry["torch"].startswith("torch.")
    assert entry["fix"]
    assert entry["source"] == "measured" or entry["source"].startswith("https://")
    if "with" in entry:
        assert "argument" not in entry
        assert "torch_value" not in entry
        assert isinstance(entry["with"], dict)
        assert isinstance(entry["value"], dict)
        assert set(entry["value"]) <= set(entry["with"])
        assert entry["value"] != entry["with"]
    else:
        assert {"argument", "torch_value"} <= set(entry)
        assert entry["value"] != entry["torch_value"]


def test_no_entry_of_defaults_stands_twice() -> None:
    seen = [(entry["mindspore"], entry["torch"], json.dumps(set_to(entry))) for entry in ENTRIES]
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("entry", RULES, ids=[entry.get("rule") or entry["change"] for entry in RULES])
def test_a_rule_is_well_formed(entry: dict[str, Any]) -> None:
    assert set(entry) <= {"torch", "mindspore", "rule", "change", "cause", "what", "message", "fix"}
    assert ("rule" in entry) != ("change" in entry)
    assert entry["cause"] in CAUSES
    assert all(isinstance(entry[key], str) and entry[key] for key in ("what", "message", "fix"))
    for side in ("torch", "mindspore"):
        assert entry[side]
        assert all(isinstance(name, str) for name in entry[side])
    assert entry["mindspore"] == ["*"] or "*" not in entry["mindspore"]


# Against the frameworks


@pytest.mark.slow
@pytest.mark.parametrize("at", range(len(ENTRIES)), ids=IDS)
def test_the_defaults_of_mindspore_are_those_installed(at: int, installed: Installed) -> None:
    entry, answer = ENTRIES[at], installed.mindspore[at]
    assert "problem" not in answer
    for name, value in values(entry).items():
        found = answer["arguments"][name]
        assert "problem" not in found, (name, found)
        assert found["default"] == value
        assert isinstance(found["default"], bool) == isinstance(value, bool)


@pytest.mark.slow
@pytest.mark.parametrize("at", range(len(ENTRIES)), ids=IDS)
def test_all_arguments_that_are_set_or_referred_to_exist(at: int, installed: Installed) -> None:
    entry, answer = ENTRIES[at], installed.mindspore[at]
    for name in set_to(entry):
        assert "problem" not in answer["arguments"][name]
    for name in referred(entry):
        assert answer["arguments"][name].get("problem") in (None, "has no default")


@pytest.mark.slow
@pytest.mark.parametrize("at", range(len(ENTRIES)), ids=IDS)
def test_the_torch_counterpart_exists(at: int, installed: Installed) -> None:
    assert "problem" not in installed.torch[at]


@pytest.mark.slow
def test_the_rules_and_the_optimizers_exist() -> None:
    code = """if True:
        import json, sys
        sys.path.insert(0, sys.argv[1])
        import torch, mindspore as ms
        from migcheck.host.torch_optimizers import RULES
        from migcheck.host.mindspore_changes import CHANGES
        optimizers = dir(ms.nn) + ["mint." + name for name in dir(ms.mint.optim)]
        optimizers += ["experimental." + name for name in dir(ms.experimental.optim)]
        print(json.dumps([sorted(RULES), sorted(CHANGES), dir(torch.optim), optimizers]))
    """
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, str(Path(migcheck.__file__).parent.parent)],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    rules, changes, torch, mindspore = json.loads(done.stdout.splitlines()[-1])
    used = {entry["rule"] for entry in RULES if "rule" in entry}
    assert used == set(rules)
    assert {entry["change"] for entry in RULES if "change" in entry} <= set(changes)
    for entry in RULES:
        assert set(entry["torch"]) <= set(torch)
        assert set(entry["mindspore"]) - {"*"} <= set(mindspore)
