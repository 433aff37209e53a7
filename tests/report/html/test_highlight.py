"""A program's text as markup."""

from __future__ import annotations

from markupsafe import Markup

from migcheck.report.html.highlight import lines


def test_the_words_of_a_program() -> None:
    assert lines('def f(x):  # a\n    return "<b>" + str(1)', "a/b.py") == [
        "<i class=k>def</i> <i class=f>f</i>(x):  <i class=c># a</i>",
        "    <i class=k>return</i> <i class=s>&#34;&lt;b&gt;&#34;</i> + <i class=b>str</i>(<i class=n>1</i>)",
    ]


def test_a_string_of_several_lines_is_closed_on_each() -> None:
    assert lines('"""one\n\ntwo"""', "a.py") == [
        "<i class=s>&#34;&#34;&#34;one</i>",
        "",
        "<i class=s>two&#34;&#34;&#34;</i>",
    ]


def test_every_line_of_the_file_is_one() -> None:
    text = "\n\nx = 1\n\n\f\ny = '\u2028'\n"
    shown = lines(text, "a.py")
    assert len(shown) == len(text.split("\n"))
    assert "x" in shown[2]
    assert "\\u2028" in shown[5]


def test_a_text_that_is_no_python_is_escaped_all_the_same() -> None:
    for path in ("a.py", "a.toml", "a", "a.txt"):
        (line,) = lines("<script>\u202e", path)
        assert isinstance(line, Markup)
        assert "<script>" not in line
        assert "\u202e" not in line
