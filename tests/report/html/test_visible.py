"""What is printed on the page: nothing hidden, and not without end."""

from __future__ import annotations

from typing import Any

import pytest
from markupsafe import Markup

from migcheck.report.html.visible import LONGEST, head, printed, tail


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("a\tb\nc", "a\tb\nc"),
        ("\u202ea", "\\u202ea"),
        (0.1, "0.1"),
        (3, 3),
        (None, None),
        (Markup("<b>\u202e</b>"), Markup("<b>\u202e</b>")),
        ("x" * (LONGEST + 5), "x" * LONGEST + " … 5 characters more are not shown"),
    ],
)
def test_what_a_template_prints(value: Any, shown: Any) -> None:
    assert printed(value) == shown


def test_the_first_lines() -> None:
    assert head("a\nb\nc", 5, 100) == ("a\nb\nc", "")
    assert head("a\nb\nc", 2, 100) == ("a\nb", "… 1 line more is not shown")
    assert head("aaaa\nbbbb\nc", 5, 7) == ("aaaa", "… 2 lines more are not shown")


def test_the_last_lines() -> None:
    assert tail("a\nb\nc\n\n", 5, 100) == "a\nb\nc"
    assert tail("a\nb\nc", 2, 100) == "… 1 line more is not shown\nb\nc"
    assert tail("abcdef", 2, 3) == "… what is before is left out\ndef"
