"""The report as JUnit XML."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migcheck.diagnose.value import Diagnosis, Explanation, Place
from migcheck.report.junit import to_junit
from migcheck.report.value import Environment, Failure, Report, Result, Seconds
from tests.build import finding, report, result

FILES = {"mindspore": "cases/theme/name/mindspore_program.py", "case": "cases/theme/name/case.toml"}


def xml(*results: Result, **fields: Any) -> str:
    return to_junit(report(*results, **fields)).decode()


def test_a_report_with_each_verdict() -> None:
    results = (
        result("match", "a/one", seconds=Seconds(total=0.25), files=FILES, output={"torch": "loss 1\nloss 2\n"}),
        result(
            "mismatch",
            "a/two[graph,float64]",
            cell={"mode": "graph", "dtype": "float64"},
            findings=(finding("shape", message="shape (1,) against (2,)"),),
            rerun="migcheck run 'a/two[graph,float64]'",
            files=FILES,
            seconds=Seconds(total=0.5),
            notes=("the port ran twice",),
            seed=7,
        ),
        result("known", "b/deep/one", findings=(finding(kind="none", known="of <old> & new"),)),
        result("stale", "b/two", stale=("grad['x']",), gone=("base.jsonl:4: {}",)),
        result(
            "error",
            "c",
            failures=(Failure("torch", "exit", "it ended with 3", stderr="ended\n"),),
            output={"torch": "begun\nended\n", "mindspore": "fine"},
        ),
    )
    fields: dict[str, Any] = {
        "environments": {"torch": Environment("2.13.0", "3.11", "1.26")},
        "directory": "sub",
        "partition": "2/4",
        "left_out": ("x", "y"),
        "notes": ("a note",),
    }
    shared = """\
    <properties>
      <property name="migcheck" value="0.1.0" />
      <property name="seed" value="0" />
      <property name="torch" value="2.13.0" />
      <property name="partition" value="2/4" />
      <property name="left out" value="2" />
      <property name="note" value="a note" />
"""
    assert xml(*results, **fields) == (
        f"""\
<?xml version='1.0' encoding='utf-8'?>
<testsuites name="migcheck" tests="5" failures="2" errors="1" skipped="1" time="1.5">
  <testsuite name="a" tests="2" errors="0" failures="1" skipped="0" time="0.75">
{shared}\
      <property name="seed" value="a/two[graph,float64]: 7" />
      <property name="note" value="a/two[graph,float64]: the port ran twice" />
    </properties>
    <testcase name="a/one" classname="a.one" time="0.25" file="sub/cases/theme/name/mindspore_program.py">
      <system-out>torch | loss 1
torch | loss 2</system-out>
    </testcase>
    <testcase name="a/two[graph,float64]" classname="a.two" time="0.5" file="sub/cases/theme/name/mindspore_program.py">
      <failure message="grad['x'] differs" type="mismatch">FAILED a/two[graph,float64]
  grad['x']: shape (1,) against (2,)
  rerun: migcheck run 'a/two[graph,float64]'</failure>
    </testcase>
  </testsuite>
  <testsuite name="b" tests="2" errors="0" failures="1" skipped="1" time="0.0">
{shared}\
      <property name="gone" value="b/two: base.jsonl:4: {{}}" />
    </properties>
    <testcase name="b/deep/one" classname="b.deep.one" time="0.0">
      <skipped message="of &lt;old&gt; &amp; new" type="known">KNOWN b/deep/one
  grad['x']: they differ
    known: of &lt;old&gt; &amp; new</skipped>
    </testcase>
    <testcase name="b/two" classname="b.two" time="0.0">
      <failure message="grad['x']: a known difference that no longer occurs" type="stale">FAILED b/two
  grad['x']: a known difference that no longer occurs; delete it from [known] in case.toml
  a difference of the baseline that no longer occurs; delete its line:
    base.jsonl:4: {{}}</failure>
    </testcase>
  </testsuite>
  <testsuite name="c" tests="1" errors="1" failures="0" skipped="0" time="0.0">
{shared}\
    </properties>
    <testcase name="c" classname="c" time="0.0">
      <error message="torch: it ended with 3" type="exit">ERROR c
  torch: it ended with 3
    stderr | ended</error>
      <system-out>torch | begun
mindspore | fine</system-out>
      <system-err>torch | ended</system-err>
    </testcase>
  </testsuite>
</testsuites>
"""
    )


def lacking(**fields: Any) -> str:
    """The error of the test case that fails for the run as a whole, and the counts."""
    tree = ElementTree.fromstring(xml(**fields))
    (error,) = tree.iterfind("testsuite[@name='migcheck']/testcase[@name='migcheck']/error")
    assert tree.get("errors") == "1"
    return f"{error.get('message')}\n{error.text}"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"problems": {"torch": "not installed"}, "left_out": ("a",)}, ["torch could not start: not installed"] * 2),
        (
            {"interrupted": True, "skipped": 3},
            [
                "the run was interrupted; and 1 more",
                "the run was interrupted",
                "3 variants that were selected were not checked",
            ],
        ),
        ({}, ["nothing was checked"] * 2),
    ],
)
def test_what_did_not_run_is_not_green(fields: dict[str, Any], said: list[str]) -> None:
    assert lacking(**fields) == "\n".join(said)


def test_a_baseline_that_outlived_its_cases_is_not_green() -> None:
    text = xml(result(), gone=("base.jsonl:4: {}",))
    said = "in the baseline, and in no case any more; delete its line: base.jsonl:4: {}"
    assert f'<error message="{said}" type="run">{said}</error>' in text
    assert '<property name="gone" value="base.jsonl:4: {}" />' in text


def test_a_run_that_leaves_all_to_others_has_no_test() -> None:
    assert ElementTree.fromstring(xml(left_out=("a/b",))).attrib["tests"] == "0"


def test_a_pair_of_files_is_in_a_suite_too() -> None:
    text = xml(result("match", "/tmp/torch.npz /tmp/port.npz"))
    assert '<testsuite name="migcheck" ' in text
    assert 'classname="tmp.torch.npz .tmp.port.npz"' in text


def test_a_result_without_a_seed() -> None:
    assert 'name="seed"' not in xml(result(seed=None), seed=None)


letters = st.characters() | st.characters(categories=["Cs", "Cc", "Cf", "Co", "Cn"])
anything = st.lists(letters | st.sampled_from(["]]>", "<![CDATA[", "&#0;", "\r\n", "<a/>"])).map("".join)


def hostile(text: str) -> Report:
    """A report with a text in every place."""
    failure = Failure("torch", "exit", text, text, text)
    why = Diagnosis(Place("forward", text), (Explanation("sign", text, text, text, (text,), text),), (text,))
    results = (
        result("match", text, output={"torch": text, "mindspore": text}, files={"mindspore": text}, notes=(text,)),
        result(
            "mismatch",
            f"m{text}",
            findings=(finding("none", text, message=text),),
            rerun=text,
            guide=text,
            diagnosis=why,
        ),
        result("known", f"k{text}", findings=(finding("none", text, message=text, known=text),), cell={"a": text}),
        result("stale", f"s{text}", stale=(text,), gone=(text,)),
        result("error", f"e{text}", failures=(failure,), output={"torch": text}),
    )
    environment = Environment(text, text, text)
    return report(
        *results,
        environments={"torch": environment},
        problems={"mindspore": text},
        directory=text,
        partition=text,
        notes=(text,),
        left_out=(text,),
        gone=(text,),
    )


@given(anything)
@settings(deadline=None, derandomize=True, max_examples=60)
def test_any_text_makes_well_formed_xml(text: str) -> None:
    data = to_junit(hostile(text))
    tree = ElementTree.fromstring(data)
    assert len(tree.findall(".//testcase")) == 6
    assert len(tree.findall(".//failure")) == 2
    assert len(tree.findall(".//error")) == 2
    data.decode("utf-8")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("]]>", "]]>"),
        ("\x1b[31m", "\\x1b[31m"),
        ("\ud800", "\\ud800"),
        ("\x00\ufffe", "\\x00\\ufffe"),
        ("one\r\ntwo", "one\\r\ntwo"),
        ("<b>&amp;", "<b>&amp;"),
        ("名\U0001f600", "名\U0001f600"),
    ],
)
def test_a_text_is_read_as_it_was_written(text: str, shown: str) -> None:
    tree = ElementTree.fromstring(to_junit(report(result("error", text, failures=(Failure("case", "case", text),)))))
    (case,) = tree.iterfind(".//testcase")
    assert case.get("name") == shown
    assert case[0].get("message") == shown
    assert case[0].text == f"ERROR {shown}\n  {shown}"


def test_as_many_variants_as_there_are() -> None:
    many = report(*(result("match", f"theme/{number}") for number in range(2000)))
    assert ElementTree.fromstring(to_junit(many)).get("tests") == "2000"
