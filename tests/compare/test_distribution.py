"""What a report draws, against the same numbers computed in one line each of numpy."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from migcheck.compare import distribution
from migcheck.compare.distribution import (
    COLUMNS,
    DECADES,
    MOST_ERRORS,
    MOST_PORTRAITS,
    ROWS,
    errors,
    portrait,
    portraits,
    relative_error,
)
from migcheck.compare.portrait import PER_DECADE, Cell, LeafError, Portrait, Ulps
from migcheck.host.exchange import NONE, Leaf, leaf, plain
from tests.build import Array, as_leaf, bfloat16, f32, f64, observation, training

examples = settings(deadline=None, derandomize=True, max_examples=60)

FLOATING = ["float16", "bfloat16", "float32", "float64", "complex64", "complex128"]
MANTISSA = {"float16": 10, "bfloat16": 7, "float32": 23, "float64": 52, "complex64": 23, "complex128": 52}


def drawn(torch: Any, mindspore: Any) -> Portrait:
    """The portrait of two leaves, which there is."""
    found = portrait("grad['x']", as_leaf(torch), as_leaf(mindspore))
    assert found is not None
    return found


def wide(one: Leaf) -> Array:
    """All elements in double precision."""
    values = plain(one)
    with np.errstate(invalid="ignore"):
        return values.astype(np.complex128 if values.dtype.kind == "c" else np.float64).reshape(-1)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Leaf, Leaf]:
    """Two leaves of one shape and dtype whose bits may be anything: NaN, infinity, subnormal, tiny and huge numbers."""
    dtype = draw(st.sampled_from(FLOATING))
    shape = draw(hnp.array_shapes(min_dims=0, max_dims=3, min_side=1, max_side=7))
    if dtype == "bfloat16":
        bits = hnp.arrays("uint16", shape)
        t, m = draw(bits), draw(bits)
    else:
        elements = hnp.from_dtype(np.dtype(dtype))
        t, m = draw(hnp.arrays(dtype, shape, elements=elements)), draw(hnp.arrays(dtype, shape, elements=elements))
    same = draw(hnp.arrays(bool, shape))
    return leaf(t, dtype), leaf(np.where(same, t, m).astype(t.dtype), dtype)


# A density and bars, by hand


def test_the_density_counts_magnitudes_and_errors() -> None:
    found = drawn(f64(1, 5, 50, 0, -2), f64(1, 5.02, 50, 0.2, 2))
    assert found.density == (
        Cell(None, -2, 1),  # 0 against 0.2, which is in [10^-1, 10^-0.5)
        Cell(0, None, 1),  # 1 against 1
        Cell(0, 1, 1),  # -2 against 2: an error of 4 in [10^0.5, 10)
        Cell(1, -4, 1),  # 5 against 5.02: 0.02 in [10^-2, 10^-1.5)
        Cell(3, None, 1),  # 50 against 50
    )
    assert found.counted == 5


def test_bars_count_units_in_the_last_place() -> None:
    one = np.float32(1.5)
    t = np.full(7, one)
    ulps = [0, 1, 2, 3, 4, 5, 1024]
    m = np.array([one + k * np.float32(2.0**-23) for k in ulps], np.float32)
    assert drawn(t, m).ulps == (Ulps(None, 1), Ulps(0, 1), Ulps(1, 1), Ulps(2, 2), Ulps(3, 1), Ulps(10, 1))


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "complex64", "complex128"])
@pytest.mark.parametrize("size", [1.0, 1.99, 1e-3, 6e4])
def test_the_next_number_is_one_ulp_away(dtype: str, size: float) -> None:
    real = np.dtype(dtype).type(0).real.dtype
    t = np.full(3, size, real)
    m = np.nextafter(t, np.full(3, np.inf, real), dtype=real)
    assert drawn(t.astype(dtype), m.astype(dtype)).ulps == (Ulps(0, 3),)


def test_the_next_number_of_bfloat16_is_one_ulp_away() -> None:
    assert drawn(bfloat16(0x3F80, 0x4049), bfloat16(0x3F81, 0x404A)).ulps == (Ulps(0, 2),)


def test_subnormal_numbers_are_one_ulp_apart() -> None:
    for dtype, least in (("float16", 2.0**-24), ("float32", 2.0**-149), ("float64", 5e-324)):
        t, m = np.array([0, least], dtype), np.array([least, 2 * least], dtype)
        assert drawn(t, m).ulps == (Ulps(0, 2),), dtype


def test_a_small_element_is_measured_by_the_ulp_of_the_leaf() -> None:
    # beside 1, 1e-30 carries the rounding of 1: 2^-23 is about one ulp of it, not 10^23
    rms = math.sqrt(0.5)
    found = drawn(f32(1, 1e-30), f32(1, 1e-30 + 2.0**-23))
    (_, bar) = found.ulps
    assert bar == Ulps(math.ceil(math.log2(2.0**-23 / (2.0 ** math.floor(math.log2(rms * 2.0**-23)) * 2.0**-23))), 1)


def test_what_lies_far_below_is_in_the_lowest_bin() -> None:
    found = drawn(f64(1e6, 1e-40, 1e-200), f64(1e6 + 1, 2e-40, 2e-200))
    floor = 12 - DECADES * PER_DECADE
    assert found.density == (Cell(floor, floor - 12, 2), Cell(12, 0, 1))


# Against numpy


@given(pairs())
@examples
def test_each_element_is_counted_once(pair: tuple[Leaf, Leaf]) -> None:
    found = portrait("x", *pair)
    size = math.prod(pair[0].shape)
    assert (found is None) == (size < 2)
    if found is None:
        return
    with np.errstate(all="ignore"):
        t, m = wide(pair[0]), wide(pair[1])
        same = (t.real == m.real) & (t.imag == m.imag)
        countable = np.isfinite(np.abs(t)) & (np.isfinite(np.abs(t - m)) | same)
    assert found.counted == size
    assert sum(cell.count for cell in found.density) == int(countable.sum())
    assert sum(bar.count for bar in found.ulps) == int(countable.sum())
    zeros = Counter(cell.error for cell in found.density for _ in range(cell.count))[None]
    assert zeros == int((countable & (t == m)).sum())
    assert next((bar.count for bar in found.ulps if bar.exponent is None), 0) == zeros


@given(pairs())
@examples
def test_bins_hold_what_they_say(pair: tuple[Leaf, Leaf]) -> None:
    found = portrait("x", *pair)
    if found is None:
        return
    with np.errstate(all="ignore"):
        t, m = wide(pair[0]), wide(pair[1])
        magnitude, error = np.abs(t), np.abs(t - m)
        usable = np.isfinite(magnitude) & np.isfinite(error)
        magnitude, error = magnitude[usable], error[usable]
        error[t[usable] == m[usable]] = 0
    expected: Counter[tuple[float | None, float | None]] = Counter()

    def binned(values: Array) -> list[int | None]:
        bins = [None if each == 0 else math.floor(math.log10(each) * PER_DECADE) for each in values.tolist()]
        floor = max((each for each in bins if each is not None), default=0) - DECADES * PER_DECADE
        return [None if each is None else max(each, floor) for each in bins]

    expected.update(zip(binned(magnitude), binned(error), strict=True))
    assert {(cell.magnitude, cell.error): cell.count for cell in found.density} == dict(expected)


@given(pairs())
@examples
def test_bars_hold_what_they_say(pair: tuple[Leaf, Leaf]) -> None:
    found = portrait("x", *pair)
    if found is None:
        return
    t, m = wide(pair[0]), wide(pair[1])
    least = np.finfo("float32" if found.dtype in ("bfloat16", "complex64") else found.dtype).minexp
    with np.errstate(all="ignore"):
        # by the exponents of Python, which has integers of any size
        finite = np.abs(t)[np.isfinite(t)].tolist()
        top = max((each for each in finite if each < math.inf), default=0.0) or 1.0
        rms = top * math.sqrt(sum((min(each, 1e308) / top) ** 2 for each in finite) / max(len(finite), 1)) or 1.0
    expected: Counter[int | None] = Counter()
    for one, other in zip(t.tolist(), m.tolist(), strict=True):
        with np.errstate(all="ignore"):
            size, error = float(np.abs(one)), float(np.abs(np.subtract(one, other)))
        if not (math.isfinite(size) and math.isfinite(error)):
            continue
        unit = max(size, rms * 2.0 ** -MANTISSA[found.dtype])
        exponent = max(math.frexp(unit)[1] - 1 if unit else least, least) - MANTISSA[found.dtype]
        expected[None if not error else max(math.ceil(math.log2(error) - exponent), 0)] += 1
    assert {bar.exponent: bar.count for bar in found.ulps} == dict(expected)


def tiles_of(relative: Array) -> list[list[float]]:
    """The largest error of each tile, element by element."""
    rows = relative.reshape(relative.shape[0], -1) if relative.ndim > 1 else relative.reshape(1, -1)
    height, width = min(ROWS, rows.shape[0]), min(COLUMNS, rows.shape[1])
    tiles = [[0.0] * width for _ in range(height)]
    for (row, column), value in np.ndenumerate(rows):
        at = row * height // rows.shape[0], column * width // rows.shape[1]
        tiles[at[0]][at[1]] = max(tiles[at[0]][at[1]], value)
    return tiles


@pytest.mark.parametrize(
    "shape", [(2,), (48,), (49,), (1000,), (1, 5), (5, 1), (24, 48), (25, 49), (3, 4, 5, 6), (100, 7), (7, 300)]
)
def test_the_map_holds_the_largest_error_of_each_tile(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(0)
    t = rng.standard_normal(shape)
    m = t + rng.standard_normal(shape) * (rng.random(shape) < 0.2)
    found = drawn(t, m)
    expected = tiles_of(np.abs(t - m) / np.sqrt(np.mean(t**2)))
    assert [list(row) for row in found.map] == [[float(f"{each:.2g}") for each in row] for row in expected]
    assert found.shape == shape


def test_a_row_of_the_map_is_a_range_of_the_first_axis() -> None:
    t = np.ones((4, 3), np.float32)
    m = t.copy()
    m[2] = 2
    assert drawn(t, m).map == ((0, 0, 0), (0, 0, 0), (1, 1, 1), (0, 0, 0))


def test_what_is_not_finite_on_one_side_is_in_the_map_alone() -> None:
    nan, inf = math.nan, math.inf
    found = drawn(f32(1, nan, inf, nan, 1, inf), f32(1, 1, 1, nan, -inf, inf))
    assert found.map == ((0, None, None, 0, None, 0),)
    assert (found.density, found.ulps) == ((Cell(0, None, 1),), (Ulps(None, 1),))


def test_complex_numbers_are_alike_in_both_parts() -> None:
    nan = math.nan
    t = np.array([complex(nan, 1), complex(nan, 1), 1, 1j], np.complex64)
    m = np.array([complex(nan, 1), complex(nan, 5), 1, -1j], np.complex64)
    assert drawn(t, m).map == ((0, None, 0, 2),)


def test_a_leaf_of_zeros_is_mapped_as_it_is() -> None:
    found = drawn(f32(0, 0), f32(0, 0.25))
    assert found.map == ((0, 0.25),)
    assert relative_error(leaf(f32(0, 0)), leaf(f32(0, 0.25))) is None


@pytest.mark.parametrize("scale", [1e-30, 1e-20, 1.0, 1e20, 1e30])
def test_the_unit_of_a_leaf_changes_nothing_but_the_place_of_the_density(scale: float) -> None:
    rng = np.random.default_rng(1)
    t = rng.standard_normal((6, 5))
    m = t * (1 + 1e-3 * rng.standard_normal((6, 5)))
    power = 2.0 ** round(math.log2(scale))
    one, other = (drawn((t * by).astype("float32"), (m * by).astype("float32")) for by in (1.0, power))
    assert (one.map, one.ulps, one.counted) == (other.map, other.ulps, other.counted)


def test_the_largest_numbers_of_float64() -> None:
    huge = np.array([1.7e308, -1.7e308, 1.0])
    found = drawn(huge, np.array([-1.7e308, 1.7e308, 1.0]))  # the difference is beyond float64
    assert found.map == ((None, None, 0),)
    assert sum(cell.count for cell in found.density) == 1
    assert relative_error(leaf(huge), leaf(-huge)) is None
    assert relative_error(leaf(huge), leaf(huge / 2)) == 0.5
    drawn(np.array([1.7e308 + 1.7e308j, 1]), np.array([1.7e308 + 1.7e308j, 2]))
    drawn(np.array([1e-300, 1e-310]), np.array([1e300, 0]))


# Layouts


def layouts(array: Array) -> list[Leaf]:
    """The same elements, laid out in other ways, as a saved set may hold them."""
    strided = np.zeros((*array.shape[:-1], 2 * array.shape[-1]), array.dtype)[..., ::2]
    strided[...] = array
    swapped = array.astype(array.dtype.newbyteorder())
    other = [array, np.asfortranarray(array), strided, array[::-1][::-1], swapped]
    return [leaf(each, array.dtype.name, copy=False) for each in other]


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "complex64", "complex128"])
def test_a_layout_changes_nothing(dtype: str) -> None:
    rng = np.random.default_rng(2)
    t = rng.standard_normal((5, 6, 7)).astype(dtype)
    m = (t * (1 + (rng.random(t.shape) < 0.3))).astype(dtype)
    expected, error = drawn(t, m), relative_error(leaf(t), leaf(m))
    for one in layouts(t):
        for other in layouts(m):
            assert portrait("grad['x']", one, other) == expected
            assert relative_error(one, other) == error


# Large leaves


def test_blocks_are_seamless(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    t = rng.standard_normal((37, 41)).astype("float32")
    m = t + (rng.random(t.shape) < 0.1).astype("float32")
    whole, error = drawn(t, m), relative_error(leaf(t), leaf(m))
    for block in (7, 41, 100, 1517):
        monkeypatch.setattr(distribution, "_BLOCK", block)
        assert drawn(t, m) == whole
        assert relative_error(leaf(t), leaf(m)) == error


def test_of_a_large_leaf_a_part_is_counted_and_all_is_mapped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distribution, "_BLOCK", 10)
    monkeypatch.setattr(distribution, "MOST_COUNTED", 100)
    t = np.ones(1000, np.float32)
    m = t.copy()
    m[15] = 2  # in a block that is not counted
    found = drawn(t, m)
    assert found.counted == sum(cell.count for cell in found.density) == 100
    assert max(each or 0 for each in found.map[0]) == 1.0


def test_a_portrait_is_small_whatever_its_leaf_is() -> None:
    rng = np.random.default_rng(4)
    t = (rng.standard_normal((300, 300)) * 10.0 ** rng.integers(-30, 30, (300, 300))).astype("float32")
    found = drawn(t, -t * 10.0 ** rng.integers(-8, 8, t.shape))
    assert len(found.density) <= (DECADES * PER_DECADE + 2) ** 2
    assert (len(found.map), len(found.map[0])) == (ROWS, COLUMNS)


# All leaves


@given(pairs())
@examples
def test_a_relative_error_is_that_of_numpy(pair: tuple[Leaf, Leaf]) -> None:
    found = relative_error(*pair)
    with np.errstate(all="ignore"):
        t, m = wide(pair[0]), wide(pair[1])
        same = ((t.real == m.real) | (np.isnan(t.real) & np.isnan(m.real))) & (
            (t.imag == m.imag) | (np.isnan(t.imag) & np.isnan(m.imag))
        )
        gap = np.where(same, 0, np.abs(t - m))
        top = float(np.max(np.abs(t), initial=0.0))
        expected = float(np.linalg.norm(gap / top) / np.linalg.norm(np.abs(t) / top)) if top else math.nan
    if math.isfinite(expected) and (expected > 1e-150 or expected == 0):
        assert found == pytest.approx(expected, rel=0.06)  # two digits
    elif not math.isfinite(expected):
        assert found is None


def test_errors_of_all_leaves_in_torchs_order() -> None:
    torch = observation({"b": f32(3, 4), "a": f32(1), "zero": f32(0), "none": None, "i": np.array([1, 2])}, f32(2))
    port = observation(
        {"a": f32(1.5), "b": f32(3, 4), "zero": f32(1), "none": f32(1), "i": np.array([1, 3]), "extra": f32(1)}, f32(1)
    )
    assert errors(torch, port) == (
        LeafError("output", 0.5),
        LeafError("grad['b']", 0.0),
        LeafError("grad['a']", 0.5),
        LeafError("grad['zero']", None),
    )


def test_errors_are_named_by_their_steps() -> None:
    torch, port = training({"x": f32(1)}, {"x": f32(2)}), training({"x": f32(1)})
    assert errors(torch, port) == (LeafError("step[0].grad['x']", 0.0),)


def test_errors_end_somewhere() -> None:
    many = observation({f"w{number}": f32(1) for number in range(MOST_ERRORS + 5)})
    assert len(errors(many, many)) == MOST_ERRORS


def test_portraits_of_the_first_leaves_that_can_be_drawn() -> None:
    grads = {f"w{number}": f32(1, number) for number in range(10)}
    torch = observation({**grads, "one": f32(1), "gone": f32(1, 2), "i": np.array([1, 2])})
    port = observation({**grads, "one": f32(2), "i": np.array([1, 3])})
    titles = [
        "grad['one']",
        "grad['gone']",
        "grad['nowhere']",
        "grad['i']",
        *(f"grad['w{n}']" for n in (5, 5, *range(10))),
    ]
    found = portraits(torch, port, tuple(titles))
    assert [each.leaf for each in found] == [f"grad['w{n}']" for n in (5, 0, 1, 2, 3, 4)]
    assert len(found) == MOST_PORTRAITS


@pytest.mark.parametrize(
    ("torch", "mindspore"),
    [
        (f32(1), f32(2)),
        (np.float32(1), np.float32(2)),
        (f32(), f32()),
        (np.empty((0, 3), "float32"), np.empty((0, 3), "float32")),
        (f32(1, 2), f32(1, 2, 3)),
        (f32(1, 2), f32(1, 2).reshape(2, 1)),
        (np.array([1, 2]), np.array([1, 3])),
        (np.array([True, False]), np.array([True, True])),
        (f32(1, 2), np.array([1, 2])),
        (f32(1, 2), np.array([1, 2], "complex64")),
        (f32(1, 2), NONE),
        (NONE, NONE),
        (1.5, 2.5),
    ],
)
def test_what_there_is_nothing_to_draw_of(torch: Any, mindspore: Any) -> None:
    assert portrait("x", as_leaf(torch), as_leaf(mindspore)) is None


def test_two_dtypes_of_floats_are_drawn_by_torchs() -> None:
    found = drawn(f32(1, 1), np.array([1, 1 + 2.0**-10], "float16"))
    assert (found.dtype, found.ulps) == ("float32", (Ulps(None, 1), Ulps(13, 1)))


def test_a_leaf_of_no_axes_has_an_error_and_no_portrait() -> None:
    assert relative_error(leaf(np.array(2.0)), leaf(np.array(3.0))) == 0.5
