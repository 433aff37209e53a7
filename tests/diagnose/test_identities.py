"""The relations between two gradients: found where they were applied, and nowhere else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from migcheck.diagnose import identities
from migcheck.diagnose.identities import TOLERANCE
from migcheck.host.exchange import Leaf, leaf
from tests.build import as_leaf, bfloat16, f32, f64

RTOL = TOLERANCE["float32"]

Array = Any

#: The same examples in every run, and no deadline on a busy machine.
examples = settings(deadline=None, derandomize=True, max_examples=60)
many = settings(examples, max_examples=200)

SEEDS = st.integers(0, 2**32 - 1)
SHAPES = st.lists(st.integers(2, 6), min_size=1, max_size=4).map(tuple).filter(lambda shape: np.prod(shape) >= 4)
MATRICES = st.tuples(st.integers(2, 8), st.integers(2, 8)).filter(lambda shape: np.prod(shape) >= 6)
DTYPES = st.sampled_from([np.float64, np.complex128])
#: Relative to what is allowed, so that it stays within.
NOISE = st.sampled_from([0.0, 0.1, 0.45])


def drawn(seed: int, shape: tuple[int, ...], dtype: Any = np.float64) -> Array:
    """Normal numbers of any size between 1e-6 and 1e6."""
    generator = np.random.default_rng(seed)
    values = generator.standard_normal(shape)
    if dtype is np.complex128:
        values = values + 1j * generator.standard_normal(shape)
    return values * 10.0 ** generator.uniform(-6, 6)


def noisy(values: Array, seed: int, level: float, rtol: float = RTOL) -> Array:
    """The values with an error of ``level`` times what is allowed relative to each."""
    return values * (1 + level * rtol * np.random.default_rng((seed, 1)).uniform(-1, 1, values.shape))


def relations(torch: Array, mindspore: Array, rtol: float = RTOL) -> dict[str, Any]:
    """All relations of two arrays that hold, by name."""
    found = {
        "ratio": identities.ratio(torch, mindspore, rtol),
        "axes_order": identities.axes_order(torch, mindspore, rtol),
        "reshaped": identities.reshaped(torch, mindspore, rtol) or None,
        "conjugated": identities.conjugated(torch, mindspore, rtol) or None,
        "block_order": identities.block_order(torch, mindspore, rtol),
        "interleaved": identities.interleaved(torch, mindspore, rtol),
    }
    return {name: value for name, value in found.items() if value is not None}


# ratio


@examples
@given(SEEDS, SHAPES, DTYPES, NOISE, st.floats(1e-4, 1e4), st.booleans())
def test_a_factor_is_found(
    seed: int, shape: tuple[int, ...], dtype: Any, level: float, factor: float, negative: bool
) -> None:
    factor = -factor if negative else factor
    assume(abs(factor - 1) > 0.02)
    values = drawn(seed, shape, dtype)
    found = identities.ratio(values, noisy(values * factor, seed, level), RTOL)
    assert found == pytest.approx(factor, rel=RTOL)


@examples
@given(SEEDS, SHAPES, st.floats(0.995, 1.005))
def test_a_factor_of_about_one_is_none(seed: int, shape: tuple[int, ...], factor: float) -> None:
    values = drawn(seed, shape)
    assert identities.ratio(values, values * factor, RTOL) is None


@examples
@given(SEEDS, SHAPES, st.floats(0.1, 3.0))
def test_a_complex_factor_is_none(seed: int, shape: tuple[int, ...], angle: float) -> None:
    values = drawn(seed, shape, np.complex128)
    assert identities.ratio(values, values * np.exp(1j * angle), RTOL) is None


@examples
@given(SEEDS, SHAPES)
def test_one_element_of_another_factor_is_no_factor(seed: int, shape: tuple[int, ...]) -> None:
    values = drawn(seed, shape)
    other = 3 * values
    largest = np.unravel_index(np.argmax(np.abs(values)), shape)
    other[largest] *= 1.01
    assert identities.ratio(values, other, RTOL) is None


def test_zeros_have_no_factor() -> None:
    assert identities.ratio(np.zeros(5), np.zeros(5), RTOL) is None
    assert identities.ratio(np.zeros(5), np.ones(5), RTOL) is None
    assert identities.ratio(np.ones(5), np.zeros(5), RTOL) is None


def test_arrays_of_other_shapes_have_no_factor() -> None:
    assert identities.ratio(f64(1, 2, 3), f64(2, 4, 6).reshape(3, 1), RTOL) is None


def test_factors_that_are_one() -> None:
    assert identities.alike([3.0])
    assert identities.alike([3.0, 3.001])
    assert identities.alike([-3.0, -3.001])
    assert not identities.alike([3.0, -3.0])
    assert not identities.alike([3.0, 3.1])


# axes_order and reshaped


@examples
@given(SEEDS, SHAPES.filter(lambda shape: len(shape) > 1), DTYPES, NOISE, st.data())
def test_an_order_of_axes_is_found(
    seed: int, shape: tuple[int, ...], dtype: Any, level: float, data: st.DataObject
) -> None:
    order = tuple(data.draw(st.permutations(range(len(shape)))))
    assume(order != tuple(range(len(shape))))
    torch = drawn(seed, shape, dtype)
    mindspore = noisy(np.transpose(torch, order), seed, level)
    found = identities.axes_order(torch, mindspore, RTOL)
    assert found is not None
    assert identities.close(torch, np.transpose(mindspore, found), RTOL)
    assert found == tuple(np.argsort(order))


@examples
@given(SEEDS, SHAPES, NOISE)
def test_the_given_order_of_axes_is_none(seed: int, shape: tuple[int, ...], level: float) -> None:
    values = drawn(seed, shape)
    assert identities.axes_order(values, noisy(values, seed, level), RTOL) is None


def test_vectors_have_no_order_of_axes() -> None:
    assert identities.axes_order(f64(1, 2, 3), f64(3, 2, 1), RTOL) is None
    assert identities.axes_order(np.array(1.0), np.array(2.0), RTOL) is None


@examples
@given(SEEDS, SHAPES, DTYPES, NOISE, st.booleans())
def test_another_shape_is_found(seed: int, shape: tuple[int, ...], dtype: Any, level: float, row: bool) -> None:
    torch = drawn(seed, shape, dtype)
    other = noisy(torch.reshape((1, -1) if row else (-1, 1, 1)), seed, level)
    assume(other.shape != torch.shape)
    assert identities.reshaped(torch, other, RTOL)


def test_elements_of_another_order_or_number_are_not_reshaped() -> None:
    values = np.arange(6.0).reshape(2, 3)
    assert not identities.reshaped(values, values.T, RTOL)
    assert not identities.reshaped(values, values, RTOL)
    assert not identities.reshaped(values, np.arange(5.0), RTOL)


# conjugated


@examples
@given(SEEDS, SHAPES, NOISE)
def test_a_conjugate_is_found(seed: int, shape: tuple[int, ...], level: float) -> None:
    values = drawn(seed, shape, np.complex128)
    assert identities.conjugated(values, noisy(np.conj(values), seed, level), RTOL)
    assert not identities.conjugated(values, noisy(values, seed, level), RTOL)
    assert not identities.conjugated(values, -np.conj(values), RTOL)


def test_real_numbers_have_no_conjugate() -> None:
    assert not identities.conjugated(f64(1, 2), f64(1, 2), RTOL)
    assert not identities.conjugated(f64(1, 2) + 0j, f64(1, 2) + 0j, RTOL)


# block_order and interleaved


@examples
@given(SEEDS, st.integers(2, 8), st.integers(1, 3), st.integers(0, 2), NOISE, st.data())
def test_an_order_of_blocks_is_found(
    seed: int, count: int, size: int, axis: int, level: float, data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(count)))
    assume(order != list(range(count)))
    shape = [2, 3, 1]
    shape[axis] = count * size
    assume(np.prod(shape) >= 6)
    mindspore = drawn(seed, tuple(shape))
    torch = np.concatenate([np.split(mindspore, count, axis)[at] for at in order], axis)
    found = identities.block_order(torch, noisy(mindspore, seed, level), RTOL)
    assert found is not None
    along, blocks = found
    assert along == axis
    assert np.array_equal(np.concatenate([np.split(mindspore, len(blocks), along)[at] for at in blocks], along), torch)


@examples
@given(SEEDS, st.integers(2, 5), st.integers(2, 5), st.integers(0, 1), NOISE)
def test_interleaving_is_found(seed: int, count: int, rest: int, axis: int, level: float) -> None:
    shape = (count * rest, 3) if axis == 0 else (3, count * rest)
    mindspore = drawn(seed, shape)
    order = np.arange(count * rest).reshape(count, rest).T.ravel()
    torch = np.take(mindspore, order, axis)
    found = identities.interleaved(torch, noisy(mindspore, seed, level), RTOL)
    assert found is not None
    along, parts = found
    assert along == axis
    again = np.arange(count * rest).reshape(parts, -1).T.ravel()
    assert np.array_equal(np.take(mindspore, again, along), torch)


@examples
@given(SEEDS, SHAPES, NOISE)
def test_equal_arrays_have_neither_other_blocks_nor_interleaving(
    seed: int, shape: tuple[int, ...], level: float
) -> None:
    values = drawn(seed, shape)
    assert identities.block_order(values, noisy(values, seed, level), RTOL) is None
    assert identities.interleaved(values, noisy(values, seed, level), RTOL) is None


# exchanged


@examples
@given(SEEDS, st.integers(2, 5), MATRICES, NOISE, st.data())
def test_an_exchange_is_found(seed: int, count: int, shape: tuple[int, ...], level: float, data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(count)))
    assume(all(order[at] != at for at in range(count)))
    torch = {str(at): drawn(seed + at, shape) for at in range(count)}
    mindspore = {str(at): noisy(torch[str(order[at])], seed, level) for at in range(count)}
    assert identities.exchanged(torch, mindspore, RTOL) == {str(order[at]): str(at) for at in range(count)}


@examples
@given(SEEDS, MATRICES)
def test_an_exchange_of_leaves_of_other_shapes_is_found(seed: int, shape: tuple[int, ...]) -> None:
    one, two = drawn(seed, shape), drawn(seed + 1, (*shape, 2))
    assert identities.exchanged({"a": one, "b": two}, {"a": two, "b": one}, RTOL) == {"a": "b", "b": "a"}


@examples
@given(SEEDS, MATRICES)
def test_where_one_leaf_finds_no_other_nothing_is_exchanged(seed: int, shape: tuple[int, ...]) -> None:
    one, two, three = (drawn(seed + at, shape) for at in range(3))
    assert identities.exchanged({"a": one, "b": two}, {"a": two, "b": three}, RTOL) == {}
    assert identities.exchanged({"a": one, "b": two}, {"a": one, "b": two}, RTOL) == {}
    assert identities.exchanged({"a": one}, {"a": two}, RTOL) == {}


def test_where_a_leaf_finds_several_others_nothing_is_exchanged() -> None:
    one, two = f64(1, 2, 3), f64(4, 5, 6)
    assert identities.exchanged({"a": one, "b": two, "c": one}, {"a": two, "b": one, "c": two}, RTOL) == {}


def test_constants_are_not_exchanged() -> None:
    one, two = np.ones(4), np.full(4, 2.0)
    assert identities.exchanged({"a": one, "b": two}, {"a": two, "b": one}, RTOL) == {}


# What holds of no pair


@many
@given(SEEDS, st.one_of(SHAPES, MATRICES), st.booleans(), DTYPES)
def test_unrelated_arrays_have_no_relation(seed: int, shape: tuple[int, ...], same: bool, dtype: Any) -> None:
    torch = drawn(seed, shape, dtype)
    mindspore = drawn(seed + 1, shape if same else shape[::-1], dtype)
    assert relations(torch, mindspore) == {}
    assert relations(torch, mindspore, TOLERANCE["float16"]) == {}
    assert identities.exchanged({"a": torch, "b": mindspore}, {"a": -torch, "b": -mindspore}, RTOL) == {}


@pytest.mark.parametrize("shape", [(), (1,), (1, 1), (2,), (1, 2), (2, 2), (4, 4), (2, 3, 4)])
def test_constants_have_no_relation_but_a_factor(shape: tuple[int, ...]) -> None:
    assert relations(np.full(shape, 2.0), np.full(shape, 2.0)) == {}
    assert set(relations(np.full(shape, 2.0), np.full(shape, 3.0))) <= {"ratio"}


@examples
@given(SEEDS, st.sampled_from([(), (1,), (1, 1), (1, 1, 1)]))
def test_one_number_has_no_relation_but_a_factor(seed: int, shape: tuple[int, ...]) -> None:
    assert set(relations(drawn(seed, shape), drawn(seed + 1, shape))) <= {"ratio"}


@examples
@given(SEEDS, st.integers(2, 5), st.integers(2, 5))
def test_a_relation_that_holds_of_equal_arrays_says_nothing(seed: int, rows: int, columns: int) -> None:
    """A symmetric matrix equals its transpose, and equal rows any order of them."""
    square = drawn(seed, (rows, rows))
    symmetric = square + square.T
    assert "axes_order" not in relations(symmetric, noisy(symmetric, seed, 0.4))
    equal_rows = np.tile(drawn(seed, (1, columns)), (2 * rows, 1))
    assert relations(equal_rows, noisy(equal_rows, seed, 0.4)) == {}


def test_an_imaginary_part_of_rounding_is_not_conjugated() -> None:
    values = f64(1, 2, 3) + 1e-9j * f64(1, -1, 1)
    assert not identities.conjugated(values, values, RTOL)


@pytest.mark.parametrize("dtype", [np.float64, np.complex128])
@pytest.mark.parametrize("shape", [(0,), (0, 3), (3, 0), (2, 0, 4)])
def test_empty_arrays_have_no_relation(shape: tuple[int, ...], dtype: Any) -> None:
    empty = np.zeros(shape, dtype)
    assert relations(empty, empty) == {}
    assert relations(empty, np.zeros(shape[::-1], dtype)) == {}
    assert identities.exchanged({"a": empty, "b": empty}, {"a": empty, "b": empty}, RTOL) == {}


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("side", ["torch", "mindspore", "both"])
@pytest.mark.filterwarnings("error")
def test_what_is_not_finite_has_no_relation(bad: float, side: str) -> None:
    for dtype in (np.float64, np.complex128):
        values = drawn(3, (4, 4), dtype)
        spoilt = values.copy()
        spoilt[1, 2] = bad
        torch = values if side == "mindspore" else spoilt
        mindspore = values if side == "torch" else spoilt
        with np.errstate(invalid="ignore"):
            others = (mindspore, 2 * mindspore, mindspore.T, np.conj(mindspore), mindspore[[2, 3, 0, 1]])
        for other in others:
            assert relations(torch, other) == {}
        assert not identities.reshaped(torch, mindspore.reshape(2, 8), RTOL)
        assert identities.exchanged({"a": torch, "b": mindspore}, {"a": mindspore, "b": torch}, RTOL) == {}


# close, and how near


@examples
@given(SEEDS, SHAPES, DTYPES, st.sampled_from(sorted(TOLERANCE)))
def test_noise_within_the_tolerance_is_close_and_beyond_is_not(
    seed: int, shape: tuple[int, ...], dtype: Any, kind: str
) -> None:
    rtol = TOLERANCE[kind]
    values = drawn(seed, shape, dtype)
    assert identities.close(values, noisy(values, seed, 0.99, rtol), rtol)
    far = values.copy()
    largest = np.unravel_index(np.argmax(np.abs(values)), shape)
    far[largest] *= 1 + 3 * rtol
    assert not identities.close(values, far, rtol)


def test_arrays_of_other_shapes_are_not_close() -> None:
    assert not identities.close(np.ones(3), np.ones((3, 1)), RTOL)
    assert not identities.close(np.ones(1), np.ones(()), RTOL)


def test_the_coarser_dtype_sets_the_tolerance() -> None:
    half, single, double = (leaf(np.ones(2, dtype)) for dtype in (np.float16, np.float32, np.float64))
    assert identities.tolerance(double, double) == TOLERANCE["float64"]
    assert identities.tolerance(single, double) == TOLERANCE["float32"]
    assert identities.tolerance(double, half) == TOLERANCE["float16"]
    assert identities.tolerance(bfloat16(0x3F80), half) == TOLERANCE["bfloat16"]


# array


def test_floating_leaves_become_double_precision() -> None:
    for dtype in (np.float16, np.float32, np.float64):
        found = identities.array(leaf(np.array([0.5, -2.0, np.inf], dtype)))
        assert found.dtype == np.float64
        assert np.array_equal(found, [0.5, -2.0, np.inf])


def test_bfloat16_is_read_from_its_bits() -> None:
    found = identities.array(bfloat16(0x3F80, 0xC040, 0x7F80))
    assert found.dtype == np.float64
    assert np.array_equal(found, [1.0, -3.0, np.inf])


@pytest.mark.parametrize("dtype", [np.complex64, np.complex128])
@pytest.mark.parametrize("shape", [(), (2,), (3, 2), (2, 2, 2), (0,)])
def test_complex_leaves_become_complex(dtype: Any, shape: tuple[int, ...]) -> None:
    values = np.asarray(drawn(1, shape, np.complex128)).astype(dtype)
    found = identities.array(leaf(values))
    assert found.shape == shape
    assert np.iscomplexobj(found)
    assert np.array_equal(found, values)


@pytest.mark.parametrize("given_leaf", [None, np.array([1, 2]), np.array([True]), np.array([1, 2], np.uint8)])
def test_what_is_not_floating_is_no_array(given_leaf: Any) -> None:
    assert identities.array(as_leaf(given_leaf)) is None


def test_a_leaf_without_values_is_no_array() -> None:
    assert identities.array(Leaf("tensor", "float32", (2,), None)) is None


@examples
@given(SEEDS, MATRICES, st.sampled_from([np.float16, np.float32, np.float64]))
def test_a_factor_and_a_transpose_survive_the_rounding_of_the_dtype(
    seed: int, shape: tuple[int, ...], dtype: Any
) -> None:
    values = np.random.default_rng(seed).standard_normal(shape).astype(dtype)
    one, scaled, turned = leaf(values), leaf((values * dtype(0.7)).astype(dtype)), leaf(values.T.copy())
    rtol = identities.tolerance(one, scaled)
    torch = identities.array(one)
    assert identities.ratio(torch, identities.array(scaled), rtol) == pytest.approx(0.7, rel=rtol)
    assert identities.axes_order(torch, identities.array(turned), rtol) == (1, 0)


def test_a_factor_survives_the_rounding_of_bfloat16() -> None:
    generator = np.random.default_rng(0)
    values = generator.standard_normal(64).astype(np.float32)

    def coarse(array: Array) -> Leaf:
        return leaf((array.astype(np.float32).view(np.uint32) >> 16).astype(np.uint16), "bfloat16")

    one, other = coarse(values), coarse(-3 * values)
    found = identities.ratio(identities.array(one), identities.array(other), identities.tolerance(one, other))
    assert found == pytest.approx(-3, rel=TOLERANCE["bfloat16"])


def test_small_arrays_of_a_plain_relation() -> None:
    assert relations(f32(1, 2).astype(np.float64), f64(-1, -2)) == {"ratio": -1.0}
    assert relations(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 3.0], [2.0, 4.0]])) == {"axes_order": (1, 0)}
    assert relations(f64(1, 2, 3, 4), f64(3, 4, 1, 2)) == {"block_order": (0, (1, 0))}
    assert relations(f64(1, 2, 3, 4, 5, 6), f64(1, 2, 3, 4, 5, 6).reshape(2, 3)) == {"reshaped": True}
