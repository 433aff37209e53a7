"""The report for GitHub Actions, read back as its runner reads it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migcheck.compare.finding import Element
from migcheck.report.github import annotations, summary
from migcheck.report.value import Failure, Result
from tests.build import f32, finding, only, report, result
from tests.report.test_junit import hostile, letters
from tests.report.test_markdown import WHY, calm, many

FILES = {"torch": "cases/n/torch_program.py", "mindspore": "cases/n/mindspore_program.py", "case": "cases/n/case.toml"}


def lines(*results: Result, **fields: Any) -> list[str]:
    text = annotations(report(*results, **fields))
    assert text.endswith("\n")
    return text.split("\n")[:-1]


def read(line: str) -> tuple[str, dict[str, str], str]:
    """A workflow command as the runner parses it: its name, its properties and its message."""
    assert line.startswith("::")
    info, data = line[2:].split("::", 1)
    name, _, properties = info.partition(" ")
    pairs = (each.split("=", 1) for each in properties.strip().split(",") if each)
    read = {key: _plain(value, ("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ",")) for key, value in pairs}
    return name, read, _plain(data, ("%0D", "\r"), ("%0A", "\n"))


def _plain(text: str, *escapes: tuple[str, str]) -> str:
    for escape, letter in (*escapes, ("%25", "%")):
        text = text.replace(escape, letter)
    return text


def off_by(times: float, id: str) -> Result:
    worst = Element((), 1.0, 2.0, times, 1.0)
    return result("mismatch", id, findings=(finding(worst=worst, of=1, elements=1),))


def test_a_mismatch() -> None:
    here = result(
        "mismatch",
        "a/two[graph,float64]",
        findings=(only(f32(1, 2), f32(1, 3)),),
        diagnosis=WHY,
        files=FILES,
        rerun="migcheck run 'a/two'",
    )
    assert lines(here, directory="sub") == [
        "::error file=sub/cases/n/mindspore_program.py,line=1,title=migcheck%3A a/two[graph%2Cfloat64]"
        "::grad['x'] differs; cause: multi_output"
        "%0Agrad['x'] at [1]: torch 2.0, mindspore 3.0, |diff| 1.0, allowed 4.7e-06"
        "%0Amulti_output: two outputs were summed"
        "%0Afix: pass has_aux=True; see docs/causes.md#multi_output"
        "%0Arerun: migcheck run 'a/two'",
        "::notice title=migcheck::no parity: 1 mismatch in 1.50 s  (seed 0)",
    ]


def test_an_error() -> None:
    failure = Failure("torch", "exception", "torch_program.py:3: ValueError: 100% no")
    assert lines(result("error", "a", failures=(failure,), files=FILES)) == [
        "::error file=cases/n/torch_program.py,line=3,title=migcheck%3A a"
        "::torch: torch_program.py:3: ValueError: 100%25 no",
        "::notice title=migcheck::not comparable: 1 error in 1.50 s  (seed 0)",
    ]


def test_a_known_difference_that_is_gone() -> None:
    assert lines(result("stale", "a", stale=("grad['x']",), files=FILES))[:-1] == [
        "::error file=cases/n/case.toml,line=1,title=migcheck%3A a::grad['x']: a known difference that no longer occurs"
    ]


def test_parity() -> None:
    assert lines(result(), result("known", "k", findings=(finding("none", known="so"),))) == [
        "::notice title=migcheck::parity: 1 match, 1 known in 1.50 s  (seed 0)"
    ]


def test_what_no_result_shows_is_said_first() -> None:
    failure = Failure("torch", "host", "not installed")
    broken = [result("error", f"a/{number}", failures=(failure,)) for number in range(3)]
    assert lines(*broken, problems={"torch": "not installed"}, skipped=2) == [
        "::error title=migcheck::torch could not start: not installed%0A2 variants that were selected were not checked",
        "::error title=migcheck%3A a/0::torch: not installed%0Aand 2 more for the same reason",
        "::notice title=migcheck::not comparable: 3 error, 2 not checked in 1.50 s  (seed 0)",
    ]


def titles(*results: Result, **fields: Any) -> list[str]:
    parsed = [read(line) for line in lines(*results, **fields)]
    return [properties["title"].removeprefix("migcheck: ") for name, properties, _ in parsed if name == "error"]


def test_the_worst_come_first() -> None:
    results = (
        result("error", "error", failures=(Failure("torch", "exit", "it ended"),)),
        result("stale", "stale", stale=("x",)),
        off_by(2.0, "twice"),
        result("match", "match"),
        off_by(1e9, "far"),
        result("mismatch", "known", findings=(finding("none", known="so"), *off_by(3.0, "").findings)),
        result("mismatch", "shape", findings=(finding("shape"),)),
        result("mismatch", "nan", findings=(finding(worst=Element((), 1.0, "nan", "nan", 1.0)),)),
        result("mismatch", "zero", findings=(finding(worst=Element((), 1, 2, 1, 0)),)),
    )
    assert titles(*results) == ["shape", "nan", "zero", "far", "known", "twice", "stale", "error"]


@pytest.mark.parametrize("problems", [{}, {"torch": "gone"}])
def test_ten_are_shown_and_the_others_counted(problems: dict[str, str]) -> None:
    found = titles(*(off_by(float(number), f"n{number}") for number in range(1, 26)), problems=problems)
    worst = [f"n{number}" for number in range(25, 0, -1)]
    assert found == (["migcheck", *worst[:9]] if problems else worst[:10])
    last = lines(*(off_by(float(number), f"n{number}") for number in range(1, 26)), problems=problems)[-1]
    assert f"; {16 if problems else 15} more failed than are annotated" in last


def test_a_long_message_is_cut() -> None:
    _, _, message = read(lines(result("error", failures=(Failure("torch", "exit", "x" * 9000),)))[0])
    assert len(message) == 2002


commands = st.lists(
    letters
    | st.sampled_from(
        [
            "::set-output name=a::b", "::stop-commands::t", "##[add-mask]x", "##[group]", "\n", "\r\n", "\r", "%",
            "%0A", "%0a::error::x", ":", "::", ",", "=", ";", "]", "\n::error::x", "  ::debug::x", "\u2028::debug::x",
            "\x85",
        ]
    )
).map("".join)  # fmt: skip


@given(commands)
@settings(deadline=None, derandomize=True, max_examples=100)
def test_no_text_is_a_command(text: str) -> None:
    made = annotations(hostile(text))
    parsed = [read(line) for line in made.split("\n")[:-1]]
    assert [name for name, _, _ in parsed] == ["error"] * 4 + ["notice"]
    assert not re.search(r"[\r\v\f\x85\u2028\u2029]", made)
    for _, properties, message in parsed:
        assert set(properties) <= {"file", "line", "title"}
        # The log shows a message again, line by line.
        for line in (*message.splitlines(), *properties.values()):
            assert not line.lstrip().startswith("::")
            assert "##[" not in line


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("50%, a:b", "50%, a:b"),
        ("%0A", "%0A"),
        ("%25", "%25"),
        ("a\nb", "a\\nb"),
        ("::error::x", "::error::x"),
        ("##[group]", "##\u200b[group]"),
        ("a\x1b[0m", "a\\x1b[0m"),
    ],
)
def test_a_title_is_read_as_it_was_written(text: str, shown: str) -> None:
    (_, properties, _), *_ = map(read, lines(result("error", text)))
    assert properties == {"title": f"migcheck: {shown}"}


def test_the_summary_is_that_of_a_comment_without_its_marker() -> None:
    text = summary(report(result("error", "a", failures=(Failure("torch", "exit", "it ended"),))))
    assert text == (
        """\
## migcheck: not comparable

| verdict | variants |
| --- | ---: |
| error | 1 |

1.50 s, seed 0

<details><summary><code>ERROR a</code> <code>torch: it ended</code></summary>

```text
torch: it ended
```

</details>
"""
    )


def test_a_summary_fits_whatever_fails() -> None:
    text = summary(many(5000))
    assert 800_000 < len(text.encode()) < 2**20
    shown = text.count("<summary><code>ERROR")
    assert f"**{5000 - shown} more failures than fit here.** `--json` has all." in text
    assert text.count("<details>") == text.count("</details>") == shown + 1
    assert text.count("\n```text\n") * 2 == text.count("```") == 2 * shown


@given(commands)
@settings(deadline=None, derandomize=True, max_examples=10)
def test_a_summary_is_calm(text: str) -> None:
    calm(summary(hostile(text)))
