"""``case.toml``: what it may say, and what is said of one that may not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migcheck.discover.schema import ArraySpec, CaseSpec, Known, SpecError, Tolerance, parse, text_of

TITLE = 'title = "a case"\n'

FULL = """\
title = "ms.grad differentiates the sum of all outputs"
guide = "gradient.md#torch-autograd-backward"
tags = ["multi-output", "slow"]
seed = 3
timeout = 2.5

[inputs]
x = 1.0
n = 2
on = true
v = [1.0, 2.0]
image = { normal = [2, 3, 8, 8], std = 0.5 }
labels = { integers = [2], low = 0, high = 10 }
table = { load = "table.npy" }
half = { uniform = [], dtype = "float16" }

[matrix]
mode = ["pynative", "graph"]
dtype = ["float32", "float64"]
steps = [1, 3]

[tolerance]
"grad['fc.*']" = { rtol = 1e-4 }
"output" = { rtol = 0, atol = 1 }

[known]
"grad['x']" = { cause = "multi_output", reason = "the port keeps logits", when = { mode = "graph", steps = [1, 3] } }
"""


def parsed(toml: str) -> CaseSpec:
    return parse(TITLE + toml)


def problem(toml: str) -> tuple[int | None, str]:
    """The line and the message of a file that is not valid; line 1 is its title."""
    with pytest.raises(SpecError) as caught:
        parse(TITLE + toml)
    return caught.value.line, str(caught.value)


def test_all_that_a_case_can_say() -> None:
    spec = parse(FULL)
    assert spec.title == "ms.grad differentiates the sum of all outputs"
    assert spec.guide == "gradient.md#torch-autograd-backward"
    assert spec.tags == ("multi-output", "slow")
    assert (spec.seed, spec.timeout) == (3, 2.5)
    assert spec.inputs["x"] == ArraySpec(value=1.0)
    assert spec.inputs["n"] == ArraySpec(value=2)
    assert spec.inputs["on"] == ArraySpec(value=True)
    assert spec.inputs["v"] == ArraySpec(value=[1.0, 2.0])
    assert spec.inputs["image"] == ArraySpec(normal=[2, 3, 8, 8], std=0.5)
    assert spec.inputs["labels"] == ArraySpec(integers=[2], low=0, high=10)
    assert spec.inputs["table"] == ArraySpec(load="table.npy")
    assert spec.inputs["half"] == ArraySpec(uniform=[], dtype="float16")
    assert spec.matrix == {"mode": ("pynative", "graph"), "dtype": ("float32", "float64"), "steps": (1, 3)}
    assert spec.tolerance == {"grad['fc.*']": Tolerance(rtol=1e-4), "output": Tolerance(rtol=0, atol=1)}
    assert spec.known == {
        "grad['x']": Known("multi_output", "the port keeps logits", {"mode": "graph", "steps": [1, 3]})
    }


def test_a_title_is_enough() -> None:
    assert parse(TITLE) == CaseSpec("a case")


def test_the_source_of_an_input() -> None:
    spec = parse(FULL)
    assert {name: array.source for name, array in spec.inputs.items()} == {
        "x": "value", "n": "value", "on": "value", "v": "value",
        "image": "normal", "labels": "integers", "table": "load", "half": "uniform",
    }  # fmt: skip


@pytest.mark.parametrize(("value", "text"), [(True, "true"), (1, "1"), (1.5, "1.5"), ("graph", "graph")])
def test_a_value_of_the_matrix_as_text(value: bool | int | float | str, text: str) -> None:
    assert text_of(value) == text


@pytest.mark.parametrize("toml", ["", "title = 3\n", 'title = "  "\n'])
def test_a_case_without_a_title(toml: str) -> None:
    with pytest.raises(SpecError) as caught:
        parse(toml)
    assert str(caught.value) == 'a case needs a title; add title = "what should agree"'


@pytest.mark.parametrize(
    ("toml", "line", "message"),
    [
        ('\ntitel = "x"', 3, "unknown key 'titel'; did you mean 'title'?"),
        ("[toleranse]", 2, "unknown key 'toleranse'; did you mean 'tolerance'?"),
        (
            "xyz = 1",
            2,
            "unknown key 'xyz'; known are title, guide, tags, seed, timeout, prewarm, inputs, matrix, tolerance, known",
        ),
        ('seed = "a"', 2, "seed: expected `int | null`, got `str`"),
        ("seed = true", 2, "seed: expected `int | null`, got `bool`"),
        ("seed = -1", 2, "seed must not be negative"),
        ("timeout = 0", 2, "timeout must be more than 0 seconds"),
        ("timeout = nan", 2, "timeout must be more than 0 seconds"),
        ('tags = ["a", 3]', 2, "tags: expected `str`, got `int`"),
        ('tags = "a"', 2, "tags: expected `array`, got `str`"),
        ("inputs = 3", 2, "[inputs] must be a table"),
        ("[[matrix]]", 2, "[matrix] must be a table"),
    ],
)
def test_what_is_wrong_at_the_top(toml: str, line: int, message: str) -> None:
    assert problem(toml) == (line, message)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ('"a"', "input 'x' must be a number, a list, or a table such as { normal = [2, 3] }"),
        ("2020-01-01", "input 'x' must be a number, a list, or a table such as { normal = [2, 3] }"),
        (
            "{ normal = [2], ones = [2] }",
            "input 'x' needs exactly one of normal, uniform, integers, zeros, ones, value, load; "
            "it has normal and ones",
        ),
        ("{}", "input 'x' needs exactly one of normal, uniform, integers, zeros, ones, value, load; it has none"),
        ("{ normall = [2] }", "unknown key 'normall' in inputs.x; did you mean 'normal'?"),
        ("{ normal = [2, -1] }", "input 'x' has a negative size in its shape [2, -1]"),
        ('{ normal = ["a"] }', "inputs.x.normal: expected `int`, got `str`"),
        ("{ normal = 3 }", "inputs.x.normal: expected `array | null`, got `int`"),
        ('{ value = "a" }', "inputs.x.value: expected `bool | int | float | array | null`, got `str`"),
        ("{ normal = [2], low = 1 }", "'low' has no meaning beside 'normal' in input 'x'"),
        ("{ uniform = [2], std = 1 }", "'std' has no meaning beside 'uniform' in input 'x'"),
        ("{ value = 1.0, high = 1 }", "'high' has no meaning beside 'value' in input 'x'"),
        ('{ ones = [2], dtype = "flaot32" }', "unknown dtype 'flaot32'; did you mean 'float32'?"),
    ],
)
def test_what_is_wrong_with_an_input(value: str, message: str) -> None:
    assert problem(f"[inputs]\ny = 1.0\nx = {value}") == (4, message)


@pytest.mark.parametrize(
    "bounds",
    [
        "",
        ", high = 0",
        ", low = 3, high = 3",
        ", low = 3, high = 2",
        ", high = inf",
        ", high = nan",
        ", low = -inf, high = 3",
    ],
)
def test_integers_need_bounds(bounds: str) -> None:
    assert problem(f"[inputs]\nx = {{ integers = [2]{bounds} }}") == (
        3,
        "input 'x' needs high, above low (0 if not given): integers are drawn from low to high − 1",
    )


@pytest.mark.parametrize("bounds", ["high = 2.5", "low = 0.5, high = 3"])
def test_integers_need_whole_bounds(bounds: str) -> None:
    # half a bound would be cut off without a word
    assert problem(f"[inputs]\nx = {{ integers = [2], {bounds} }}")[0] == 3


def test_an_input_that_no_program_can_take() -> None:
    assert problem('[inputs]\n"a b" = 1.0') == (
        3,
        "input 'a b' is no Python identifier, so no program can take it as an argument",
    )


@pytest.mark.parametrize(
    ("axis", "message"),
    [
        ('mode = "graph"', "matrix key 'mode' needs a list of at least one value"),
        ("mode = []", "matrix key 'mode' needs a list of at least one value"),
        ('mode = ["grph"]', "unknown mode 'grph'; did you mean 'graph'?"),
        ('mode = [["graph"]]', "unknown mode ['graph']; did you mean 'graph'?"),
        ('dtype = ["int8"]', "unknown dtype 'int8'; known are float16, bfloat16, float32, float64"),
        ("steps = [1, 2, 1]", "matrix key 'steps' holds a value twice"),
        ('steps = [1, "1"]', "matrix key 'steps' holds a value twice"),
        ("steps = [[1]]", "matrix key 'steps' holds [1]; values are strings, numbers and booleans"),
        ('"a b" = [1]', "matrix key 'a b' is no Python identifier, so no program can take it as an argument"),
        ("x = [1]", "'x' is both an input and a key of the matrix; rename one"),
    ],
)
def test_what_is_wrong_with_a_matrix(axis: str, message: str) -> None:
    assert problem(f"[inputs]\nx = 1.0\n[matrix]\n{axis}") == (5, message)


@pytest.mark.parametrize("value", ["inf", "-inf", "nan"])
def test_a_matrix_holds_what_json_can_say(value: str) -> None:
    assert problem(f"[matrix]\nfactor = [1.0, {value}]")[0] == 3


@pytest.mark.parametrize(
    ("tolerance", "message"),
    [
        ("{ rtl = 1e-4 }", "unknown key 'rtl' in tolerance.grad['x']; did you mean 'rtol'?"),
        ("{}", "the tolerance of \"grad['x']\" needs rtol, atol or both"),
        ("{ rtol = -1e-4 }", "rtol of \"grad['x']\" must be a finite number, 0 or more"),
        ("{ atol = nan }", "atol of \"grad['x']\" must be a finite number, 0 or more"),
        ("{ atol = inf }", "atol of \"grad['x']\" must be a finite number, 0 or more"),
        ("{ rtol = true }", "tolerance.grad['x'].rtol: expected `float | null`, got `bool`"),
        ("1e-3", "tolerance.grad['x']: expected `object`, got `float`"),
    ],
)
def test_what_is_wrong_with_a_tolerance(tolerance: str, message: str) -> None:
    assert problem(f"[tolerance]\n\"grad['x']\" = {tolerance}") == (3, message)


@pytest.mark.parametrize(
    ("known", "message"),
    [
        ('{ cause = "c" }', "known.x: object missing required field `reason`"),
        ('{ cause = "c", reason = " " }', "the known difference of 'x' needs a cause and a reason"),
        ('{ cause = "", reason = "r" }', "the known difference of 'x' needs a cause and a reason"),
        ('{ cause = "c", reason = "r", wen = {} }', "unknown key 'wen' in known.x; did you mean 'when'?"),
        ('{ cause = "c", reason = "r", when = 3 }', "known.x.when: expected `object`, got `int`"),
        (
            '{ cause = "c", reason = "r", when = { dtype = "float64" } }',
            "when of 'x' names 'dtype', which is no key of [matrix]",
        ),
        (
            '{ cause = "c", reason = "r", when = { mode = "pynative" } }',
            "when of 'x' names mode = 'pynative', which [matrix] does not have",
        ),
        (
            '{ cause = "c", reason = "r", when = { mode = ["graph", "eager"] } }',
            "when of 'x' names mode = 'eager', which [matrix] does not have",
        ),
        ("3", "known.x: expected `object`, got `int`"),
    ],
)
def test_what_is_wrong_with_a_known_difference(known: str, message: str) -> None:
    assert problem(f'[matrix]\nmode = ["graph"]\n[known]\nx = {known}') == (5, message)


def test_not_toml() -> None:
    line, message = problem("\nseed = = 3")
    assert line == 3
    assert message.startswith("not valid TOML: ")
    assert "line" not in message


def test_not_toml_at_its_end() -> None:
    assert problem("seed = [1")[1].startswith("not valid TOML: ")


@pytest.mark.parametrize("toml", ["timeout = inf", "seed = 99999999999999999999"])
def test_numbers_that_no_framework_takes(toml: str) -> None:
    assert problem(toml)[0] == 2


@pytest.mark.parametrize(
    "toml",
    [
        "x = " + "[" * 5000 + "]" * 5000,
        "seed = 1" + "0" * 5000,
        "[inputs]\nx = { integers = [2], high = 1" + "0" * 400 + " }",
    ],
    ids=["deep", "long", "large"],
)
def test_hostile_files_are_errors_like_any_other(toml: str) -> None:
    problem(toml)


def line_at_fault(toml: str) -> int | None:
    """The line that an error names; 0 if the file is valid."""
    try:
        parsed(toml)
    except SpecError as error:
        return error.line
    return 0


examples = settings(deadline=None, derandomize=True, max_examples=300)

VALUES = st.sampled_from(
    ["1", "-1", "1.5", "inf", "nan", "true", '"a"', "[]", "[1]", "[-1]", "[nan]", '["a"]', "[[1]]", "{}", "2020-01-01"]
)
KEYS = st.sampled_from([*ArraySpec.__struct_fields__, *Known.__struct_fields__, *Tolerance.__struct_fields__])


@given(st.text(max_size=60))
@examples
def test_any_text_is_a_case_or_an_error(text: str) -> None:
    line_at_fault(text)


@given(st.sampled_from(["inputs", "matrix", "tolerance", "known"]), VALUES)
@examples
def test_any_value_in_any_table_is_a_case_or_an_error(table: str, value: str) -> None:
    assert line_at_fault(f"[{table}]\nx = {value}") in (0, 3)


@given(st.sampled_from(["inputs", "tolerance", "known"]), st.dictionaries(KEYS, VALUES, max_size=4))
@examples
def test_any_inline_table_is_a_case_or_an_error(table: str, fields: dict[str, str]) -> None:
    inside = ", ".join(f"{key} = {value}" for key, value in fields.items())
    assert line_at_fault(f"[{table}]\nx = {{ {inside} }}") in (0, 3)
