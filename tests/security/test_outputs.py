"""What a case, a program or a file says is shown, in every format, and obeyed in none."""

from __future__ import annotations

import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import msgspec
import pytest
from rich.console import Console

from migcheck.cli.outputs import FORMATS
from migcheck.compare.portrait import Cell, LeafError, Portrait, Ulps
from migcheck.diagnose.value import Diagnosis, Explanation, Place
from migcheck.errors import UsageError
from migcheck.report.explain import explained
from migcheck.report.github import annotations, summary
from migcheck.report.json import to_json
from migcheck.report.reading import read_report
from migcheck.report.terminal import TerminalReport
from migcheck.report.text import inert, one_line
from migcheck.report.value import Report
from tests.build import report, result
from tests.cli.command import migcheck_here
from tests.report.test_junit import hostile
from tests.security.limits import obeyed

TEXTS = [
    *("\x1b[31mred\x1b]0;title\x07", "\x9b31m", "\u202eabc", "\ud800", "\x00", "50%\r100%"),
    *("::error file=a,line=1::pwned", "  ::stop-commands::x", "a\n::add-mask::b", "##[error]x", "##vso[task.x]y"),
    *("</script><script>alert(1)</script>", '" onload=alert(1) x="', "' onload=alert(1) x='", "&#39; onload=x y=&#39;"),
    *("]]>", "<![CDATA[", "&bomb;", "@everyone #12", "[x](javascript:alert(1))", "javascript:alert(1)", "{{ 7*7 }}"),
    *("```\n# head", "</details>", "<!-- migcheck -->", "| a | b |", "../../etc/passwd", "file:///etc/passwd"),
]
SHAPES = {"shape": (8,), "counted": 8, "density": (Cell(0, -9, 8),), "ulps": (Ulps(1, 8),), "map": ((0.1,) * 8,)}


def everywhere(text: str) -> Report:
    """A report with a text in every place, as it comes back from its JSON."""
    given = hostile(text)
    cause = Explanation("multi_output", text, text, text, leaves=(text,), snippet=text)
    more = result(
        "mismatch",
        f"d{text}",
        title=text,
        guide=text,
        rerun=text,
        files={"torch": text, "mindspore": text, "case": text},
        output={"torch": text},
        notes=(text,),
        diagnosis=Diagnosis(Place("forward", text), causes=(cause,), unexplained=(text,)),
        portraits=(Portrait(leaf=text, dtype="float32", **SHAPES),),
        errors=(LeafError(text, 0.5),) * 4,
    )
    given = msgspec.structs.replace(given, results=(*given.results, more), sources={text: text})
    return msgspec.json.decode(to_json(given), type=Report)


class Page(HTMLParser):
    """Fails at what could run or lead away."""

    scripts = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.scripts += tag == "script"
        assert tag not in ("iframe", "object", "embed", "base", "form") or ("role", "search") in attrs
        for name, value in attrs:
            assert not name.startswith("on"), (tag, name, value)
            if name in ("href", "src", "xlink:href", "action"):
                assert (value or "").startswith(("#", "data:,", "data:image/", "http://", "https://")), (tag, value)


@pytest.mark.parametrize("text", TEXTS, ids=ascii)
def test_every_format_shows_it_and_obeys_nothing(text: str) -> None:
    given = everywhere(text)
    made = {format.key: format.render(given).decode("utf-8") for format in FORMATS}
    json.loads(made["json"])
    json.loads(made["sarif"])
    assert "<!ENTITY" not in made["junit"]
    ElementTree.fromstring(made["junit"])
    page = Page()
    page.feed(made["html"])
    assert page.scripts == 1
    for key in ("junit", "markdown", "html", "sarif"):
        shown = made[key].replace("\n", "").replace("\t", "")
        assert re.findall(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown) == [], key
    assert made["markdown"].count("<!-- migcheck -->\n## migcheck") == 1
    commands = annotations(given).splitlines()
    assert all(re.match(r"::(error|notice) [^\x00-\x1f]*$", line) for line in commands)
    assert not any("##[" in line for line in commands)
    assert summary(given).startswith("## migcheck")


@pytest.mark.parametrize("text", TEXTS, ids=ascii)
@pytest.mark.parametrize("verbosity", [0, 1])
def test_a_terminal_and_a_log_obey_nothing(text: str, verbosity: int) -> None:
    given = everywhere(text)
    out = Console(file=io.StringIO(), width=80)
    terminal = TerminalReport(out, None, verbosity, len(given.results))
    for each in given.results:
        terminal.result(each)
    terminal.finish(given, 3)
    assert isinstance(out.file, io.StringIO)
    assert not obeyed(out.file.getvalue())
    for each in given.results:
        assert not obeyed("\n".join(map(inert, explained(each, 80))))


def test_a_line_is_of_one_result() -> None:
    out = Console(file=io.StringIO(), width=80)
    TerminalReport(out, None, 0, 1).result(result("mismatch", "a/b\nmatch     c/d"))
    assert isinstance(out.file, io.StringIO)
    assert out.file.getvalue() == "mismatch  a/b\\nmatch     c/d  0.00 s\n"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a::b", "a::b"),
        ("# ## [x]", "# ## [x]"),
        ("::error::x", "\\x3a:error::x"),
        ("a\n  ::x\n::", "a\n  \\x3a:x\n\\x3a:"),
        (":::x", "\\x3a::x"),
        ("a ##[b] ##vso[c] ###[d]", "a \\x23#[b] \\x23#vso[c] #\\x23#[d]"),
    ],
)
def test_commands_are_written_out(text: str, shown: str) -> None:
    assert inert(text) == shown


def test_one_line() -> None:
    assert one_line("a\nb\r\x1b名") == "a\\nb\\r\\x1b名"


BAD = "\x1b[31m\r\u202e\n::error::x ##[error]y"


@pytest.mark.parametrize(
    "arguments",
    [
        *([("report", BAD)], [("merge", BAD)], [("list", BAD)], [("run", BAD)], [("explain", BAD)], [("new", BAD)]),
        *([("compare", BAD, BAD)], [("run", "-k", f"({BAD}")], [("run", f"--{BAD}")], [(BAD,)]),
        *([("baseline", BAD)], [("baseline", "check", BAD, "--from", "r.json")], [("run", "--changed-since", BAD)]),
        *([("run", "--timeout", BAD)], [("run", "--partition", BAD)], [("doctor", "--torch-python", BAD)]),
        *([("report", "r.json", "--json", f"/{BAD}/x")], [("run", "--memory-limit", BAD)]),
    ],
    ids=lambda each: " ".join(each[0]).replace(BAD, "BAD"),
)
def test_messages_show_an_argument_and_do_not_obey_it(tmp_path: Path, arguments: list[tuple[str, ...]]) -> None:
    (tmp_path / "r.json").write_bytes(to_json(report(result())))
    (tmp_path / "cases").mkdir()
    code, out, err = migcheck_here(*arguments[0], cwd=tmp_path)
    assert code in (2, 5)
    assert (out, bool(err)) == ("", True)
    assert not obeyed(err)


@pytest.mark.parametrize(
    "changed",
    [
        {"map": ()},
        {"map": ((),)},
        {"map": ((1.0,), (1.0, 2.0))},
        {"map": ((-1.0,),)},
        {"map": ((1.0,) * 65,)},
        {"shape": ()},
        {"shape": (0,)},
        {"density": (Cell(0, 0, 0),)},
        {"density": (Cell(-(10**6), 0, 1),)},
        {"density": (Cell(0, 10**6, 1),)},
        {"ulps": (Ulps(10**6, 1),)},
        {"ulps": (Ulps(-1, 1),)},
        {"ulps": (Ulps(0, 2**63),)},
    ],
    ids=str,
)
def test_a_portrait_that_would_be_drawn_for_ever(tmp_path: Path, changed: dict[str, Any]) -> None:
    drawn = Portrait(**{"leaf": "x\x1b", "dtype": "float32", **SHAPES, **changed})
    file = tmp_path / "r.json"
    file.write_bytes(to_json(report(result("mismatch", portraits=(drawn,)))))
    with pytest.raises(UsageError) as caught:
        read_report(str(file))
    assert str(caught.value) == f"{file}: theme/name has a portrait of 'x\\x1b' that cannot be one"
