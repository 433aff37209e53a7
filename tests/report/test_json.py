"""The report for a machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

from migcheck.compare.finding import KINDS, Element, Finding, LeafKind, PassesWith, Rounding
from migcheck.compare.rounding import against_float64
from migcheck.compare.structure import compare
from migcheck.discover.schema import Scalar
from migcheck.judge.verdict import VERDICTS
from migcheck.report.json import from_json, schema, to_json
from migcheck.report.value import Environment, Failure, Report, Rounded, Seconds
from tests.build import as_leaf, f32, f64, finding, observation, only, report, result, training

SCHEMA = Path(__file__).parents[2] / "docs" / "report.schema.json"


def survives(one: Report) -> dict[str, Any]:
    """Assert that a report is valid JSON by its schema, and read back as it was; what the JSON says."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    data = to_json(one)
    found: dict[str, Any] = json.loads(data, parse_constant=refuse)
    jsonschema.validate(found, schema())
    assert from_json(data) == one
    return found


def every_kind() -> list[Finding]:
    """A finding of each kind, as the comparison makes them."""
    torch = training(
        {
            "values": f32(1, 2),
            "nonfinite": f32(np.nan, 1),
            "shape": f32(1),
            "dtype": f32(1),
            "missing": f32(1),
            "none_vs_zero": None,
            "none": None,
            "complex": np.array([1 + 2j]),
            "integers": np.array([0, 2**64 - 1], np.uint64),
            "booleans": np.array([True]),
            "number": 1.0,
        },
        {},
    )
    mindspore = training(
        {
            "values": f32(1, 3),
            "nonfinite": f32(1, np.inf),
            "shape": f32(1, 2),
            "dtype": f64(1),
            "extra": f32(1),
            "none_vs_zero": f32(0),
            "none": f32(1),
            "complex": np.array([complex(np.nan, np.inf)]),
            "integers": np.array([2**64 - 1, 0], np.uint64),
            "booleans": np.array([False]),
            "number": 2.0,
        }
    )
    return [found for _, found in compare(torch, mindspore, {}).findings]


def test_every_kind_of_finding() -> None:
    findings = every_kind()
    assert {found.kind for found in findings} == set(KINDS)
    survives(report(result("mismatch", findings=tuple(findings))))


def test_everything_that_a_report_can_hold() -> None:
    rounding = Rounding("exceeds", "a note", 1e-7, 2e-7, 3e-7, 4e-7, 5e-7, 6e-7)
    full = finding(
        torch=LeafKind("float32", (2,)),
        mindspore=LeafKind("float32", (2,)),
        elements=1,
        of=2,
        worst=Element((1,), 2.0, 3.0, 1.0, 1e-6),
        passes_with=PassesWith(0.5, None),
        rounding=rounding,
        known="the port keeps logits",
    )
    one = result(
        "mismatch",
        guide="gradient.md",
        cell={"mode": "graph", "steps": 3, "rate": 0.5, "bias": True},
        findings=(full,),
        failures=(Failure("torch", "exception", "no", "stack", "stderr"),),
        stale=("grad['y']",),
        leaves=3,
        rounded=(Rounded("grad['z']", rounding),),
        notes=("a note",),
        output={"torch": "printed\x1b[0m\x00"},
        seconds=Seconds(1.0, 2.0, 0.5, 3.5),
        seed=7,
        versions={"torch": "2.13.0"},
        rerun="migcheck run theme/name --seed 7",
    )
    environment = Environment("2.13.0", "3.11.7", "1.26.4")
    found = survives(
        report(
            one, environments={"torch": environment}, problems={"mindspore": "not installed"}, skipped=1, exit_code=1
        )
    )
    assert found["format"] == 1
    assert found["results"][0]["findings"][0]["worst"]["index"] == [1]
    assert found["results"][0]["findings"][0]["passes_with"] == {"rtol": 0.5, "atol": None}


@pytest.mark.parametrize("verdict", VERDICTS)
def test_every_verdict(verdict: str) -> None:
    assert survives(report(result(verdict)))["results"][0]["verdict"] == verdict


def test_an_empty_report() -> None:
    assert survives(report(interrupted=True, exit_code=130))["results"] == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.nan, "nan"),
        (np.inf, "inf"),
        (-np.inf, "-inf"),
        (complex(1, np.nan), "1+nanj"),
        (complex(0, -np.inf), "-infj"),
    ],
)
def test_nan_and_infinity_are_strings(value: complex, text: str) -> None:
    dtype = np.complex64 if isinstance(value, complex) else np.float32
    found = survives(report(result("mismatch", findings=(only(np.array([1], dtype), np.array([value], dtype)),))))
    assert found["results"][0]["findings"][0]["worst"]["mindspore"] == text


def test_the_largest_sizes() -> None:
    for one, other in ((f64(1.7e308), f64(-1.7e308)), (f64(0), f64(5e-324)), (f64(5e-324), f64(1.79e308))):
        survives(report(result("mismatch", findings=(only(one, other),))))


def test_the_largest_integers() -> None:
    extremes = compare(
        observation({"x": np.array([-(2**63)])}), observation({"x": np.array([2**64 - 1], np.uint64)}), {}
    )
    survives(report(result("mismatch", findings=tuple(found for _, found in extremes.findings))))


@pytest.mark.parametrize("mindspore", [f32(np.nan, 3), f32(np.inf, 3), f32(2, 3)])
def test_a_second_opinion_on_a_leaf_with_nan(mindspore: Any) -> None:
    torch, reference = f32(np.nan, 1), f64(1, 1)
    opinion = against_float64(as_leaf(torch), as_leaf(mindspore), as_leaf(reference), "grad['x']")
    survives(report(result("mismatch", findings=(finding(rounding=opinion),))))


@pytest.mark.parametrize("value", [True, 3, -(2**63), 2**64 - 1, 0.5, 1e300, "graph", ""])
def test_the_cells_of_a_matrix(value: Scalar) -> None:
    found = survives(report(result(cell={"key": value})))
    assert found["results"][0]["cell"] == {"key": value}


@pytest.mark.parametrize("text", ["名 ñ", "\x00\x1b\x7f", "\u2028", '"\\', "\udcff", "\ud800 \udfff"])
def test_any_text_from_a_program(text: str) -> None:
    # an exception may quote a file name that is no UTF-8, which Python holds as lone surrogates
    data = to_json(report(result("error", failures=(Failure("torch", "exception", text, text, text),))))
    jsonschema.validate(json.loads(data), schema())


def test_it_is_text_to_read() -> None:
    data = to_json(report(result()))
    assert data.startswith(b'{\n  "format": 1,\n')
    assert data.endswith(b"}\n")


def test_the_schema_in_the_documentation_is_that_of_the_code() -> None:
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == json.loads(json.dumps(schema()))


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
