"""The ``-k`` expression."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migcheck.errors import UsageError
from migcheck.select.keyword import compile_keyword

TEXT = "multi_output/summed[graph,float64] slow second-order"


@pytest.mark.parametrize(
    "expression",
    [
        "summed",
        "SUMMED",
        "multi_output",
        "slow",
        "second-order",
        "[graph,float64]",
        "multi and graph",
        "nowhere or graph",
        "not nowhere",
        "not not graph",
        "nowhere and nowhere or graph",
        "graph or nowhere and nowhere",
        "not nowhere and graph",
        "not (nowhere or pynative)",
        "(graph)",
        "((graph)and(slow))",
        "  graph\tand\nslow  ",
        "android or graph",
    ],
)
def test_selects(expression: str) -> None:
    assert compile_keyword(expression)(TEXT)


@pytest.mark.parametrize(
    "expression",
    [
        "nowhere",
        "not graph",
        "graph and nowhere",
        "nowhere or pynative",
        "not (graph or nowhere)",
        "(nowhere or graph) and pynative",
    ],
)
def test_does_not_select(expression: str) -> None:
    assert not compile_keyword(expression)(TEXT)


def test_and_binds_closer_than_or() -> None:
    assert compile_keyword("a or b and c")("a")
    assert not compile_keyword("(a or b) and c")("a")


def test_operators_are_words_of_their_own() -> None:
    assert compile_keyword("order")("order")
    assert compile_keyword("notable")("notable")


@pytest.mark.parametrize(
    ("expression", "what"),
    [
        ("and", "a word is missing before 'and'"),
        ("a and", "a word is missing"),
        ("a or or b", "a word is missing before 'or'"),
        ("not", "a word is missing"),
        ("()", "a word is missing before ')'"),
        ("", "a word is missing"),
        ("(a", "a bracket is not closed"),
        ("(a or (b)", "a bracket is not closed"),
        ("a)", "')' was not expected"),
        ("a b", "'b' was not expected"),
        ("a AND b", "'AND' was not expected"),
        ("a (b)", "'(' was not expected"),
        ("a not b", "'not' was not expected"),
    ],
)
def test_what_does_not_parse(expression: str, what: str) -> None:
    with pytest.raises(UsageError) as caught:
        compile_keyword(expression)
    assert str(caught.value) == f"-k {expression!r}: {what}; write words joined by and, or, not and brackets"


EXPRESSIONS = st.recursive(
    st.sampled_from(["a", "b", "c"]),
    lambda inner: st.one_of(
        inner.map("(not {})".format),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]} and {pair[1]})"),
        st.tuples(inner, inner).map(lambda pair: f"{pair[0]} or {pair[1]}"),
    ),
    max_leaves=8,
)


@given(EXPRESSIONS, st.sets(st.sampled_from("abc")))
@settings(deadline=None, derandomize=True)
def test_an_expression_means_what_python_means(expression: str, present: set[str]) -> None:
    expected = eval(expression, {letter: letter in present for letter in "abc"})
    assert compile_keyword(expression)(" ".join(present)) == expected


@given(st.text(st.sampled_from("ab ()[]\n") | st.characters(), max_size=20))
@settings(deadline=None, derandomize=True)
def test_any_text_is_an_expression_or_a_usage_error(expression: str) -> None:
    try:
        compile_keyword(expression)
    except UsageError:
        pass
