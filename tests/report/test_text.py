"""Numbers and sentences that the formats share."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migcheck.compare.finding import LeafKind, Number
from migcheck.report.text import kind, last_line, number, percent, safe, short
from migcheck.report.value import Environment
from tests.build import finding, report, result

examples = settings(deadline=None, derandomize=True)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("grad['fc.weight']", "grad['fc.weight']"),
        ("one\n\ttwo", "one\n\ttwo"),
        ("名 ñ − ×", "名 ñ − ×"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("50%\r100%", "50%\\r100%"),
        ("bell\a\x00\x7f", "bell\\x07\\x00\\x7f"),
        ("\u202eabc", "\\u202eabc"),
        ("\ud800", "\\ud800"),
        ("\x9b2J", "\\x9b2J"),
    ],
)
def test_no_control_character_reaches_the_terminal(text: str, shown: str) -> None:
    assert safe(text) == shown


@given(st.text(st.characters() | st.characters(categories=["Cs", "Cc", "Cf"])))
@examples
def test_any_text_is_printable(text: str) -> None:
    shown = safe(text)
    assert all(letter.isprintable() or letter in "\n\t" for letter in shown)
    shown.encode("utf-8")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2.0, "2.0"),
        (0.1, "0.1"),
        (0.10000000149011612, "0.100000001"),
        (1e-20, "1e-20"),
        (3, "3"),
        (2**64 - 1, "18446744073709551615"),
        (True, "True"),
        ("nan", "nan"),
        ("1+2j", "1+2j"),
    ],
)
def test_values(value: Number, text: str) -> None:
    assert number(value) == text


@given(st.floats(width=32, allow_nan=False), st.floats(width=32, allow_nan=False))
@examples
def test_two_float32_values_never_look_alike(one: float, other: float) -> None:
    assert (number(one) == number(other)) == (repr(one) == repr(other))


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.0, "1.0"), (1.2345e-6, "1.2e-06"), (123456.0, "1.2e+05"), (3, "3"), ("inf", "inf"), (0.0, "0.0")],
)
def test_sizes(value: Number, text: str) -> None:
    assert short(value) == text


@pytest.mark.parametrize(
    ("leaf", "text"),
    [
        (None, ""),
        (LeafKind("None", ()), "None"),
        (LeafKind("number", ()), "number"),
        (LeafKind("float32", ()), "() float32"),
        (LeafKind("bfloat16", (64, 128)), "(64, 128) bfloat16"),
        (LeafKind("int64", (3,)), "(3,) int64"),
    ],
)
def test_kinds_of_leaves(leaf: LeafKind | None, text: str) -> None:
    assert kind(leaf) == text


@pytest.mark.parametrize(
    ("elements", "of", "text"),
    [
        (1, 1, "100 %"),
        (7, 7, "100 %"),
        (1, 2, "50 %"),
        (1, 3, "33 %"),
        (1, 1000, "0.1 %"),
        (1, 10**7, "1e-05 %"),
        (95, 100, "95 %"),
        (989, 1000, "99 %"),
        (9999, 10000, "over 99 %"),
        (10**7 - 1, 10**7, "over 99 %"),
    ],
)
def test_shares(elements: int, of: int, text: str) -> None:
    assert percent(finding(elements=elements, of=of)) == text


@given(st.integers(1, 10**6), st.integers(1, 10**6))
@examples
def test_only_all_of_them_are_100_percent(elements: int, more: int) -> None:
    assert not percent(finding(elements=elements, of=elements + more)).startswith("100 ")


def line(*verdicts: str, **fields: Any) -> str:
    return last_line(report(*(result(verdict) for verdict in verdicts), **fields))


def test_parity() -> None:
    assert line("match", "match", "known") == "parity: 2 match, 1 known in 1.50 s  (seed 0)"


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        (["match", "mismatch", "error"], "no parity: 1 mismatch, 1 error, 1 match in 1.50 s  (seed 0)"),
        (["stale", "match"], "no parity: 1 stale, 1 match in 1.50 s  (seed 0)"),
        (["error", "match"], "not comparable: 1 error, 1 match in 1.50 s  (seed 0)"),
    ],
)
def test_what_the_gate_fails_on(verdicts: list[str], expected: str) -> None:
    assert line(*verdicts) == expected


def test_an_interrupted_run() -> None:
    assert line("match", interrupted=True, skipped=3) == ("interrupted: 1 match, 3 not checked in 1.50 s  (seed 0)")


def test_a_run_that_was_stopped_by_its_failures() -> None:
    assert line("mismatch", skipped=2) == "no parity: 1 mismatch, 2 not checked in 1.50 s  (seed 0)"


def test_nothing_checked_is_no_parity() -> None:
    assert not line().startswith("parity")


def test_the_versions_of_both_sides() -> None:
    environments = {
        "torch": Environment("2.13.0", "3.11.7", "1.26.4"),
        "mindspore": Environment("2.10.0", "3.11.7", "1.26.4"),
    }
    assert line("match", seed=7, environments=environments) == (
        "parity: 1 match in 1.50 s  (seed 7, torch 2.13.0, mindspore 2.10.0)"
    )
