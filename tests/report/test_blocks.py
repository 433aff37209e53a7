"""The block of text on a result that is not a plain match."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from migcheck.compare.finding import KINDS, LeafKind, PassesWith, Rounding
from migcheck.compare.structure import compare
from migcheck.report.blocks import body, head
from migcheck.report.value import Failure
from tests.build import f32, f64, finding, observation, only, result, training


def lines(*findings: Any, **fields: Any) -> list[str]:
    """The lines of a block, their pieces set apart by a bar."""
    return [" | ".join(line) for line in body(result("mismatch", findings=findings, **fields))]


def compared(torch: Any, mindspore: Any) -> list[str]:
    return lines(only(torch, mindspore))


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        ("mismatch", "FAILED theme/name[graph]"),
        ("stale", "FAILED theme/name[graph]"),
        ("error", "ERROR theme/name[graph]"),
        ("known", "KNOWN theme/name[graph]"),
    ],
)
def test_the_first_line(verdict: str, expected: str) -> None:
    assert head(result(verdict, "theme/name[graph]")) == expected


def test_a_scalar() -> None:
    assert compared(np.float32(2), np.float32(3)) == [
        "grad['x'] () float32: torch 2.0, mindspore 3.0 |    |diff| 1.0, allowed 5.2e-06",
        "  would pass with rtol = 0.26 or atol = 1.0",
    ]


def test_a_vector() -> None:
    assert compared(f32(1, 2, 3, 4), f32(1, 2, 3.5, 4.25)) == [
        "grad['x'] (4,) float32: | 2 of 4 elements (50 %) differ;"
        " | worst at [2]: torch 3.0, mindspore 3.5 |    |diff| 0.5, allowed 7.5e-06",
        "  would pass with rtol = 0.088 or atol = 0.5",
    ]


def test_all_elements_of_a_vector() -> None:
    assert compared(f32(1, 1), f32(2, 2))[0].startswith("grad['x'] (2,) float32: | 2 of 2 elements (100 %) differ;")


def test_two_float64_values_that_differ_do_not_look_alike() -> None:
    assert "torch 1, mindspore 1 " not in compared(f64(1), f64(1 + 3e-9))[0]


def test_no_rtol_would_do() -> None:
    assert compared(f32(0), f32(0.3)) == [
        "grad['x'] (1,) float32: torch 0.0, mindspore 0.300000012 |    |diff| 0.3, allowed 0.0",
        "  would pass with atol = 0.31",
    ]


def test_integers() -> None:
    assert compared(np.array([1, 2]), np.array([1, 5])) == [
        "grad['x'] (2,) int64: | 1 of 2 elements (50 %) differ;"
        " | worst at [1]: torch 2, mindspore 5 |    |diff| 3, allowed 0"
    ]


def test_nan_on_one_side() -> None:
    assert compared(f32(1, 2), f32(1, np.nan)) == [
        "grad['x'] (2,) float32: | 1 of 2 elements (50 %) are NaN or infinite on one side;"
        " | worst at [1]: torch 2.0, mindspore nan"
    ]
    assert compared(np.float32(1), np.float32(np.inf)) == ["grad['x'] () float32: torch 1.0, mindspore inf"]


def test_shapes() -> None:
    assert compared(f32(1), f32(1, 2)) == ["grad['x']: shape (1,) against (2,)"]


def test_dtypes() -> None:
    assert compared(f32(1), f64(1)) == ["grad['x']: dtype float32 against float64"]


def test_none_and_zeros() -> None:
    assert compared(None, f32(0, 0)) == ["grad['x'] (2,) float32: None in torch, zeros in mindspore"]
    assert compared(f32(0, 0), None) == ["grad['x'] (2,) float32: None in mindspore, zeros in torch"]
    assert compared(None, 1.0) == ["grad['x'] number: None in torch, values in mindspore"]


def test_leaves_on_one_side() -> None:
    one, two = observation({"x": f32(1)}), observation({"x": f32(1), "y": f32(1)})
    missing, extra = compare(two, one, {}).findings[0][1], compare(one, two, {}).findings[0][1]
    assert lines(missing) == ["grad['y'] (1,) float32: torch has it, mindspore has not"]
    assert lines(extra) == ["grad['y'] (1,) float32: mindspore has it, torch has not"]


def test_a_step_too_few() -> None:
    ((_, missing),) = compare(training({"x": f32(1)}, {}), training({"x": f32(1)}), {}).findings
    assert lines(missing) == ["step[1]: torch made 2 steps, mindspore 1 step"]


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"values", "nonfinite"}))
def test_every_kind_has_a_line(kind: str) -> None:
    assert "they differ" in lines(finding(kind))[0]


def rounded(rounding: Rounding) -> list[str]:
    return lines(finding("none", rounding=rounding))[1:]


def test_a_second_opinion() -> None:
    opinion = Rounding("exceeds", "", 1e-7, 3e-3, 2.9e-6, 2e-7, 4e-3, 4.5e-6)
    assert rounded(opinion) == [
        "  against float64, in units of the leaf's RMS: torch is off by 1e-07, | mindspore by 0.003 (allowed 2.9e-06)"
    ]


@pytest.mark.parametrize("outcome", ["undetermined", "unavailable"])
def test_no_second_opinion(outcome: str) -> None:
    assert rounded(Rounding(outcome, "the replay failed", 0.5, 0.5)) == ["  no second opinion: the replay failed"]


def test_a_second_opinion_without_numbers() -> None:
    assert rounded(Rounding("exceeds", "grad['x'] is exactly 0 in torch")) == ["  grad['x'] is exactly 0 in torch"]


def test_a_known_difference() -> None:
    known = finding(
        "none", known="the port keeps logits", passes_with=PassesWith(0.1, 0.1), rounding=Rounding("exceeds")
    )
    assert lines(known) == ["grad['x']: they differ", "  known: the port keeps logits"]


def test_a_stale_one() -> None:
    assert lines(stale=("grad['x']",)) == [
        "grad['x']: a known difference that no longer occurs; | delete it from [known] in case.toml"
    ]


def test_the_end_of_a_block() -> None:
    assert lines(guide="gradient.md#backward", rerun="migcheck run theme/name --seed 0") == [
        "guide: gradient.md#backward",
        "rerun: migcheck run theme/name --seed 0",
    ]


def failure(**fields: Any) -> list[str]:
    text = {"side": "torch", "kind": "exception", "reason": "torch_program.py:3: ValueError: no", **fields}
    return [" | ".join(line) for line in body(result("error", failures=(Failure(**text),)))]


def test_an_exception_with_its_stack_and_stderr() -> None:
    assert failure(stack="a\nb\n", stderr="warning\n") == [
        "torch: torch_program.py:3: ValueError: no",
        "  stack | a",
        "  stack | b",
        "  stderr | warning",
    ]


def test_a_long_stack_is_cut_at_its_beginning() -> None:
    shown = failure(stack="\n".join(str(at) for at in range(20)))
    assert shown[1:3] == ["  stack | … 8 lines more", "  stack | 8"]
    assert shown[-1] == "  stack | 19"


def test_a_case_that_cannot_be_read_is_of_no_side() -> None:
    assert failure(side="case", kind="case", reason="case.toml:3: unknown key") == ["case.toml:3: unknown key"]


def test_where_a_stack_would_only_distract() -> None:
    assert failure(kind="program", stack="a\nb") == ["torch: torch_program.py:3: ValueError: no"]


def test_text_from_programs_cannot_move_the_cursor() -> None:
    shown = failure(reason="\x1b[2J", stack="\x1b[2J", stderr="\x1b[2J")
    assert not any("\x1b" in line for line in shown)
    hostile = finding("none", leaf="grad['\x1b[2J']", message="\x1b[2J", torch=LeafKind("None", ()))
    assert not any("\x1b" in line for line in lines(hostile, guide="\x1b", rerun="\x1b", stale=("\x1b",)))
    assert "\x1b" not in head(result(id="\x1b"))
