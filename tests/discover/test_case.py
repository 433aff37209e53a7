"""A case and the variants that its matrix spans."""

from __future__ import annotations

import contextlib
from pathlib import Path

from migcheck.discover.case import Case, Variant
from migcheck.discover.schema import SpecError, parse
from tests.build import variant

MATRIX = """\
title = "a case"
tags = ["slow"]
[matrix]
mode = ["pynative", "graph"]
dtype = ["float32", "bfloat16"]
steps = [3]
bias = [true]
"""


def case(toml: str, folder: Path = Path("cases/theme/name")) -> Case:
    return Case("theme/name", folder, parse(toml))


def test_one_variant_without_a_matrix() -> None:
    (only,) = case('title = "a case"').variants()
    assert only.id == "theme/name"
    assert (only.mode, only.dtype, only.keywords) == ("", None, {})


def test_a_variant_for_each_cell() -> None:
    assert [each.id for each in case(MATRIX).variants()] == [
        "theme/name[pynative,float32,3,true]",
        "theme/name[pynative,bfloat16,3,true]",
        "theme/name[graph,float32,3,true]",
        "theme/name[graph,bfloat16,3,true]",
    ]


def test_what_a_variant_is_run_with() -> None:
    last = case(MATRIX).variants()[-1]
    assert (last.mode, last.dtype) == ("graph", "bfloat16")
    assert last.keywords == {"steps": 3, "bias": True}
    assert (last.title, last.tags) == ("a case", ("slow",))


def test_the_order_of_the_matrix_is_that_of_the_file() -> None:
    variants = case('title = "a"\n[matrix]\nb = [1]\na = [2]').variants()
    assert [each.id for each in variants] == ["theme/name[1,2]"]


def test_ids_are_unique() -> None:
    toml = 'title = "a"\n[matrix]\na = ["x", "y"]\nb = [1, 1.0, true, "one"]\nc = [-1, 1]'
    found = [each.id for each in case(toml).variants()]
    assert len(set(found)) == 16


def test_a_comma_in_a_value_gives_no_two_variants_one_id() -> None:
    with contextlib.suppress(SpecError):  # to refuse such a value is as good
        found = [each.id for each in case('title = "a"\n[matrix]\na = ["x,y", "x"]\nb = ["z", "y,z"]').variants()]
        assert len(set(found)) == 4


def test_a_variant_is_a_case_and_a_cell() -> None:
    one = variant(cell={"steps": 3})
    assert one == Variant(one.case, {"steps": 3})
    assert one.id == "theme/name[3]"
