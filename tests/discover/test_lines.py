"""Where in a TOML file a key stands."""

from __future__ import annotations

import pytest

from migcheck.discover.lines import line_of

FILE = """\
title = "a case"   # line 1
seed=7

[inputs]           # line 4
x = 1.0
"y" = { normal = [2, 3] }
z.value = 3

[ tolerance ]      # line 9
"grad['fc.*']" = { rtol = 1e-4 }
'output[0]' = { rtol = 1e-4 }

[inputs.w]         # line 13
normal = [2]
std = 0.1
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("title", 1),
        ("seed", 2),
        ("inputs", 4),
        ("inputs x", 5),
        ("inputs y", 6),
        ("inputs y normal", 6),
        ("inputs z", None),
        ("inputs z value", 7),
        ("tolerance", 9),
        ("tolerance grad['fc.*']", 10),
        ("tolerance grad['fc.*'] rtol", 10),
        ("tolerance output[0]", 11),
        ("inputs w", 13),
        ("inputs w std", 15),
        ("inputs nowhere", 4),
        ("nowhere", None),
    ],
)
def test_the_line_of_a_key(path: str, line: int | None) -> None:
    found = line_of(FILE, tuple(path.split(" ")))
    assert found == line or (line is None and found == 4)


def test_a_table_whose_name_has_brackets() -> None:
    text = "[inputs]\nx = 1.0\n[tolerance.\"grad['x']\"]\nrtl = 1e-4\n"
    assert line_of(text, ("tolerance", "grad['x']")) == 3
    assert line_of(text, ("tolerance", "grad['x']", "rtl")) == 4


def test_a_row_of_a_nested_list_is_no_table() -> None:
    text = "[inputs]\nx = [\n  [1, 2],\n  [3, 4]\n]\ny = { normall = [2] }\n"
    assert line_of(text, ("inputs", "y", "normall")) == 6


def test_the_first_of_two_lines() -> None:
    assert line_of("a = 1\na = 2\n", ("a",)) == 1


def test_nothing_in_an_empty_file() -> None:
    assert line_of("", ("title",)) is None
