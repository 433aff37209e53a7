"""The report as a comment on a pull request."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from migcheck.diagnose.value import Diagnosis, Explanation, Place
from migcheck.report.markdown import code, document, fence, prose, to_markdown
from migcheck.report.value import Environment, Failure, Report, Result
from tests.build import finding, report, result
from tests.report.test_junit import hostile, letters

WHY = Diagnosis(
    Place("functions", "forward outputs agree"),
    (Explanation("multi_output", "two outputs were summed", "by replay", "pass has_aux=True", ("grad['x']",)),),
)


def markdown(*results: Result, **fields: Any) -> str:
    return to_markdown(report(*results, **fields)).decode()


def test_a_report_with_each_verdict() -> None:
    results = (
        result("match", "a/one", notes=("the port ran twice",)),
        result(
            "mismatch", "a/two[graph]", findings=(finding("none"),), diagnosis=WHY, rerun="migcheck run 'a/two[graph]'"
        ),
        result("known", "b/one", findings=(finding(known="issue 12"),)),
        result("stale", "b/two", stale=("grad['x']",), gone=("base.jsonl:4: {}",)),
        result("error", "c", failures=(Failure("torch", "exit", "it ended with 3"),)),
    )
    fields: dict[str, Any] = {
        "environments": {"torch": Environment("2.13.0", "3.11", "1.26")},
        "partition": "2/4",
        "left_out": ("x/y",),
        "notes": ("a note",),
        "gone": ("base.jsonl:5: {}",),
        "exit_code": 1,
    }
    assert markdown(*results, **fields) == (
        """\
<!-- migcheck -->
## migcheck: no parity

| verdict | variants |
| --- | ---: |
| mismatch | 1 |
| stale | 1 |
| error | 1 |
| known | 1 |
| match | 1 |
| gone from the baseline | 1 |
| left out | 1 |

1.50 s, seed 0, torch `2.13.0`, part `2/4`

**This is not a full check:**

- in the baseline, and in no case any more; delete its line: base.jsonl:\u200b5: {}

<details><summary><code>FAILED a/two[graph]</code> <code>grad['x'] differs; cause: multi_output</code></summary>

- **cause:** multi\\_output. two outputs were summed
- **fix:** pass has\\_aux=True; see `docs/causes.md#multi_output`

```text
grad['x']: they differ
forward outputs agree
cause: multi_output. two outputs were summed
       confirmed: by replay
fix:   pass has_aux=True; see docs/causes.md#multi_output
rerun: migcheck run 'a/two[graph]'
```

</details>

<details><summary><code>ERROR c</code> <code>torch: it ended with 3</code></summary>

```text
torch: it ended with 3
```

</details>

<details><summary>stale: known differences that no longer occur (2)</summary>

- `b/two`: `grad['x']`
- `b/two`: `base.jsonl:4: {}`

</details>

<details><summary>gone: lines of the baseline that no variant has (1)</summary>

- `base.jsonl:5: {}`

</details>

<details><summary>known differences (1)</summary>

- `b/one`: issue 12

</details>

<details><summary>left out, because nothing of theirs was changed (1)</summary>

- `x/y`

</details>

<details><summary>notes (2)</summary>

- a note
- `a/one`: the port ran twice

</details>
"""
    )


def test_parity() -> None:
    assert markdown(result(), result("known", "k", findings=(finding(known="so"),))) == (
        """\
<!-- migcheck -->
## migcheck: parity

| verdict | variants |
| --- | ---: |
| known | 1 |
| match | 1 |

1.50 s, seed 0

<details><summary>known differences (1)</summary>

- `k`: so

</details>
"""
    )


def test_what_did_not_run() -> None:
    text = markdown(interrupted=True, skipped=2, problems={"torch": "not installed"}, seed=None)
    assert text == (
        """\
<!-- migcheck -->
## migcheck: interrupted

| verdict | variants |
| --- | ---: |
| not checked | 2 |

1.50 s

**This is not a full check:**

- torch could not start: not installed
- the run was interrupted
- 2 variants that were selected were not checked
"""
    )


def test_nothing_checked() -> None:
    assert markdown(exit_code=5).endswith("1.50 s, seed 0\n\n**This is not a full check:**\n\n- nothing was checked\n")


def test_what_a_host_says_is_said_once() -> None:
    failure = Failure("torch", "host", "torch is not installed")
    text = markdown(*(result("error", f"a/{number}", failures=(failure,)) for number in range(20)))
    assert text.count("torch is not installed") == 2
    assert "\n- and 19 more for the same reason\n" in text


def many(count: int) -> Report:
    lines = "".join(f"line {number}\n" for number in range(20))
    failure = Failure("torch", "exception", "it failed", stack=lines, stderr=lines)
    return report(*(result("error", f"theme/n{number}", failures=(failure,)) for number in range(count)), exit_code=3)


def test_a_comment_fits_whatever_fails() -> None:
    text = to_markdown(many(5000)).decode()
    assert len(text.encode()) < 65_536
    assert len(text.encode()) > 50_000
    shown = text.count("<summary><code>ERROR")
    assert f"**{5000 - shown} more failures than fit here.** `--json` has all." in text
    assert f"<summary>not shown ({5000 - shown})</summary>" in text
    assert f"- `theme/n{shown}`: `torch: it failed`\n" in text
    named = text.count("`: `torch: it failed`")
    assert f"- … and {5000 - shown - named} more\n" in text
    assert text.count("<details>") == text.count("</details>") == shown + 1
    assert text.count("```") == 2 * shown


def test_lists_fit_whatever_is_known_or_left_out() -> None:
    known = (result("known", f"k/{number}", findings=(finding(known="x" * 400),)) for number in range(5000))
    text = markdown(*known, left_out=tuple(f"l/{number}" for number in range(5000)), notes=("n" * 900,) * 5000)
    assert len(text.encode()) < 65_536
    assert "- `l/0`\n" in text
    assert "- `k/0`: xxx" in text


def test_a_very_long_failure_is_cut() -> None:
    text = markdown(result("error", "a" * 9000, failures=(Failure("torch", "exit", "名" * 90_000),)))
    assert len(text.encode()) < 40_000
    assert "名\n… cut here; --json has all\n```\n" in text


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("a", "`a`"),
        ("a`b", "``a`b``"),
        ("`", "`` ` ``"),
        ("``a", "``` ``a ```"),
        (" a ", "`  a  `"),
        ("", "` `"),
        ("one\ntwo", "`one\\ntwo`"),
        ("\x1b", "`\\x1b`"),
    ],
)
def test_code_spans(text: str, span: str) -> None:
    assert code(text) == span


@pytest.mark.parametrize(
    ("text", "block"),
    [
        ("a", "```text\na\n```"),
        ("a\n```\n@me", "````text\na\n```\n@me\n````"),
        ("`````", "``````text\n`````\n``````"),
        ("12345678901", "```text\n1234567890\n… cut here; --json has all\n```"),
    ],
)
def test_fences(text: str, block: str) -> None:
    assert fence(text, 10) == block


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("has_aux=True, *args", r"has\_aux=True, \*args"),
        ("@user and a@b.org", "@\u200buser and a@\u200bb.org"),
        ("#12, GH-12, x#y", "\\#\u200b12, GH-\u200b12, x\\#y"),
        ("http://a.test www.b.test", "http:\u200b//a.test www.\u200bb.test"),
        ("[a](b) ![c](d) <e>", r"\[a\](b) \!\[c\](d) \<e\>"),
        ("port.py:100: no", "port.py:\u200b100: no"),
        ("- a", r"\- a"),
        ("1. a", r"1\. a"),
        ("# a", r"\# a"),
        ("a|b\nc", r"a\|b\\nc"),
    ],
)
def test_running_text(text: str, shown: str) -> None:
    assert prose(text) == shown


class Tags(HTMLParser):
    """The tags of a page, and the text in ``<code>`` and ``<pre>`` and out of it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.code: list[str] = []
        self.rest: list[str] = []
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "code":
            self._depth += 1
            self.code.append("")

    def handle_endtag(self, tag: str) -> None:
        self._depth -= tag == "code"

    def handle_data(self, data: str) -> None:
        if self._depth:
            self.code[-1] += data
        else:
            self.rest.append(data)

    def handle_comment(self, data: str) -> None:
        self.tags.append(f"<!--{data}-->")


def rendered(text: str) -> Tags:
    parser = Tags()
    parser.feed(MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text))
    parser.close()
    return parser


markup = st.lists(
    letters
    | st.sampled_from(
        [
            "`", "```", "~~~", "<b>", "</details>", "</code>", "<!--", "-->", "&amp;", "&#64;", "@user", "#12", "GH-7",
            "[a](b)", "![a](b)", "https://x.test", "www.x.test", "|", "\n", "\n\n", "\\", "**", "_", "$", "- ", "1. ",
            "# ", "> ", "---", "    ", "\t", "[x]: y", "[^1]", "<https://x.test>", "a@b.test", "mailto:a@b.test", "::",
        ]
    )
).map("".join)  # fmt: skip


def calm(text: str) -> None:
    """Nothing of what is rendered outside of code is a mention, a reference, a link, or alive in another way."""
    page = rendered(text)
    allowed = {"h2", "table", "thead", "tbody", "tr", "th", "td", "p", "details", "summary", "code", "pre"}
    assert set(page.tags) <= allowed | {"ul", "li", "strong", "<!-- migcheck -->"}
    said = "".join(page.rest)
    for alive in ("@user", "@b", "#12", "GH-7", "://x", "www.x", "mailto:a"):
        assert alive not in said


@given(markup)
@settings(deadline=None, derandomize=True, max_examples=40)
def test_no_text_is_markup(text: str) -> None:
    given = hostile(text)
    page = to_markdown(given).decode()
    calm(page)
    tags = rendered(page).tags
    assert tags.count("tr") == 8
    assert tags.count("details") == 7
    assert tags.count("pre") == 2
    assert page.isprintable() or set(page) - {"\n", "\u200b"} == {c for c in page if c.isprintable()}


@given(markup)
@settings(deadline=None, derandomize=True, max_examples=100)
def test_a_text_is_read_as_it_was_written(text: str) -> None:
    span, block = rendered(f"- {code(text)}\n"), rendered(f"{fence(text, 10**6)}\n")
    assert span.tags == ["ul", "li", "code"]
    assert block.tags == ["pre", "code"]
    line = rendered(f"- {prose(text)}\n")
    assert line.tags == ["ul", "li"]


@given(markup, st.integers(3000, 20_000), st.integers(1, 9))
@settings(deadline=None, derandomize=True, max_examples=20)
def test_a_document_fits(text: str, most: int, count: int) -> None:
    given = [each for number in range(count) for each in hostile(f"{number}{text}").results]
    made = document(report(*given), most)
    assert len(made.encode()) <= most
    calm(made)
