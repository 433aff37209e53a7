"""What must hold of every comparison, whatever the arrays are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from migcheck.compare.blocks import BLOCK, differences, plainly_within, scale_of
from migcheck.compare.structure import compare
from migcheck.compare.tolerance import RTOL
from migcheck.discover.schema import Tolerance
from migcheck.host.exchange import STORAGE, Leaf, leaf
from migcheck.observation import Observation
from tests.build import Array, compared, f32, kinds, observation, only

NUMPY_DTYPES = sorted(set(STORAGE) - {"bfloat16"})
FLOATING = ["float16", "float32", "float64", "complex64", "complex128"]

#: The same examples in every run, and no deadline on a busy machine.
examples = settings(deadline=None, derandomize=True, max_examples=60)
many = settings(examples, max_examples=200)
few = settings(examples, max_examples=15)

shapes = hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=6)
powers = st.one_of(st.integers(-30, 30), st.sampled_from([-100, 100]))
seeds = st.integers(0, 2**32 - 1)


@st.composite
def leaves(draw: st.DrawFn) -> Leaf:
    """A leaf of any dtype and shape, NaN and infinity included."""
    dtype = draw(st.sampled_from(sorted(STORAGE)))
    if dtype == "bfloat16":
        return leaf(draw(hnp.arrays("uint16", shapes)), "bfloat16")
    return leaf(draw(hnp.arrays(dtype, shapes)))


@st.composite
def pairs(draw: st.DrawFn, dtype: str) -> tuple[Array, Array]:
    """Two arrays of one shape near 1, of which some elements are equal, some near, some far, some odd."""
    rng = np.random.default_rng(draw(seeds))
    size = draw(st.integers(1, 50))
    t = rng.standard_normal(size) * 2.0 ** rng.integers(-4, 4, size)
    apart = draw(st.sampled_from([0, 1e-12, 1e-9, 1e-7, 1e-6, 2e-6, 5e-6, 1e-4, 1.0]))
    m = t * (1 + apart * rng.standard_normal(size))
    for odd in draw(st.lists(st.sampled_from([0.0, -1.0, np.nan, np.inf, -np.inf]), max_size=3)):
        (t if rng.random() < 0.3 else m)[rng.integers(size)] = odd
    return t.astype(dtype), m.astype(dtype)


def verdict(t: Array, m: Array) -> list[tuple[str, int, Any]]:
    """All of a comparison that must not depend on the unit of the leaf."""
    return [
        (finding.kind, finding.elements, finding.worst and finding.worst.index) for finding in compared(t, m).findings
    ]


@given(leaves())
@many
def test_a_leaf_matches_itself(one: Leaf) -> None:
    assert kinds(one, one) == []


@pytest.mark.parametrize("dtype", NUMPY_DTYPES)
@given(data=st.data())
@few
def test_a_leaf_matches_itself_in_every_dtype(dtype: str, data: st.DataObject) -> None:
    array = data.draw(hnp.arrays(dtype, hnp.array_shapes(max_dims=2, max_side=20)))
    assert kinds(array, array.copy()) == []


@given(pairs("float32"), powers)
@many
def test_a_power_of_two_on_both_sides_changes_no_verdict_in_float32(pair: tuple[Array, Array], k: int) -> None:
    # exponents of the data are in [-14, 8], or below 1e-4: at k = ±100 no element leaves float32's normal range
    t, m = pair
    assume(not np.any(smallest(t, m) < 2.0**-20))
    factor = np.float32(2.0**k)
    assert verdict(t * factor, m * factor) == verdict(t, m)


def smallest(t: Array, m: Array) -> Array:
    both = np.abs(np.concatenate([t, m]).astype(np.float64))
    found: Array = both[(both > 0) & np.isfinite(both)]
    return found


@given(pairs("float64"), st.one_of(st.integers(-900, 900), st.sampled_from([-830, 830])))
@many
def test_a_power_of_two_on_both_sides_changes_no_verdict_in_float64(pair: tuple[Array, Array], k: int) -> None:
    t, m = pair
    factor = 2.0**k
    assert verdict(t * factor, m * factor) == verdict(t, m)


@pytest.mark.parametrize("size", [1e-250, 1e250])
@pytest.mark.parametrize("apart", [0, 1e-12, 1e-10, 1e-8, 1e-3, 1.0, -2.0])
def test_extreme_magnitudes_have_the_verdict_of_ordinary_ones(size: float, apart: float) -> None:
    t = np.random.default_rng(5).standard_normal(1000)
    m = t.copy()
    m[77] *= 1 + apart
    factor = 2.0 ** round(np.log2(size))
    assert verdict(t * factor, m * factor) == verdict(t, m)


@given(pairs("float32"))
@examples
def test_swapping_the_sides_hides_no_nan_and_no_infinity(pair: tuple[Array, Array]) -> None:
    t, m = pair
    assert ("nonfinite" in kinds(t, m)) == ("nonfinite" in kinds(m, t))


@pytest.mark.parametrize("dtype", FLOATING)
@given(data=st.data())
@examples
def test_a_nan_or_infinity_on_one_side_is_never_a_match(dtype: str, data: st.DataObject) -> None:
    t, m = data.draw(pairs(dtype))
    if not np.array_equal(np.isnan(t), np.isnan(m)) or not np.array_equal(np.isinf(t), np.isinf(m)):
        assert "nonfinite" in kinds(t, m)


@given(pairs("float32"), st.randoms(use_true_random=False))
@examples
def test_the_order_of_elements_changes_no_verdict(pair: tuple[Array, Array], random: Any) -> None:
    t, m = pair
    order = list(range(t.size))
    random.shuffle(order)
    here, there = verdict(t, m), verdict(t[order], m[order])
    assert [finding[:2] for finding in there] == [finding[:2] for finding in here]


@given(st.dictionaries(st.sampled_from("abcdefg"), pairs("float32"), min_size=1), st.randoms(use_true_random=False))
@examples
def test_the_order_of_leaves_changes_no_verdict(grads: dict[str, tuple[Array, Array]], random: Any) -> None:
    torch = observation({name: t for name, (t, _) in grads.items()})
    mindspore = observation({name: m for name, (_, m) in grads.items()})

    def shuffled(one: Observation) -> Observation:
        names = list(one.leaves)
        random.shuffle(names)
        return Observation({name: one.leaves[name] for name in names}, one.steps)

    here = compare(torch, mindspore, {})
    there = compare(shuffled(torch), shuffled(mindspore), {})
    assert sorted(map(repr, there.findings)) == sorted(map(repr, here.findings))
    assert (there.doubtful, there.leaves) == (here.doubtful, here.leaves)
    assert sorted(there.notes) == sorted(here.notes)


@given(pairs("float32"))
@many
def test_the_tolerances_that_are_printed_pass(pair: tuple[Array, Array]) -> None:
    printed_tolerances_pass(*pair)


@given(pairs("float64"), st.sampled_from([-830, 0, 830]))
@many
def test_the_tolerances_that_are_printed_pass_in_float64(pair: tuple[Array, Array], k: int) -> None:
    t, m = pair
    printed_tolerances_pass(t * 2.0**k, m * 2.0**k)


@pytest.mark.parametrize("dtype", ["float16", "complex64"])
@given(data=st.data())
@examples
def test_the_tolerances_that_are_printed_pass_in_other_dtypes(dtype: str, data: st.DataObject) -> None:
    printed_tolerances_pass(*data.draw(pairs(dtype)))


def printed_tolerances_pass(t: Array, m: Array) -> None:
    for finding in compared(t, m).findings:
        if finding.passes_with is None:
            continue
        rtol, atol = finding.passes_with.rtol, finding.passes_with.atol
        if rtol is not None:
            assert "values" not in kinds(t, m, Tolerance(rtol=float(f"{rtol:.2g}")))
        if atol is not None:
            assert "values" not in kinds(t, m, Tolerance(atol=float(f"{atol:.2g}")))


@given(pairs("float32"))
@examples
def test_the_tolerances_that_are_printed_are_not_much_larger_than_needed(pair: tuple[Array, Array]) -> None:
    t, m = pair
    for finding in compared(t, m).findings:
        passes = finding.passes_with
        if passes is not None and passes.rtol:
            assert "values" in kinds(t, m, Tolerance(rtol=0.85 * passes.rtol))
        if passes is not None and passes.atol:
            assert "values" in kinds(t, m, Tolerance(atol=0.85 * passes.atol))


@given(seeds, st.integers(-100, 100))
@examples
def test_noise_of_a_few_ulp_of_the_leafs_scale_matches(seed: int, k: int) -> None:
    # tiny elements included: where large terms cancelled, an element of 1e-6 has the rounding of those of 1
    rng = np.random.default_rng(seed)
    t = rng.standard_normal(1000) * 10.0 ** rng.uniform(-9, 0, 1000) * 2.0**k
    ulp = 2.0**-23 * np.sqrt(np.mean(t**2))
    m = t + rng.uniform(-4, 4, 1000) * ulp
    assert kinds(t.astype(np.float32), m.astype(np.float32)) == []


@given(seeds, st.integers(-100, 100), st.sampled_from([1, 3, 100, 10**4]))
@examples
def test_an_error_of_a_hundred_times_the_tolerance_is_found(seed: int, k: int, size: int) -> None:
    rng = np.random.default_rng(seed)
    t = (rng.standard_normal(size) * 2.0**k).astype(np.float32)
    at = int(rng.integers(size))
    m = t.copy()
    m[at] += 100 * RTOL["float32"] * (abs(t[at]) + np.sqrt(np.mean(t.astype(np.float64) ** 2)))
    found = only(t, m)
    assert found.elements == 1
    assert found.worst is not None
    assert found.worst.index == (at,)


def test_one_wrong_element_in_ten_million_is_found() -> None:
    t = np.random.default_rng(1).standard_normal(10**7, np.float32)
    m = t.copy()
    m[1234567] += 1e-4
    found = only(t, m)
    assert (found.elements, found.of) == (1, 10**7)
    assert found.worst is not None
    assert found.worst.index == (1234567,)


def test_a_row_of_a_thousand_that_is_doubled_is_found() -> None:
    t = np.random.default_rng(2).standard_normal((1000, 1000), np.float32)
    m = t.copy()
    m[777] *= 2
    found = only(t, m)
    assert found.worst is not None
    assert found.worst.index[0] == 777
    assert 990 <= found.elements <= 1000


@given(seeds)
@few
def test_a_shuffle_that_keeps_all_sums_is_found(seed: int) -> None:
    rng = np.random.default_rng(seed)
    t = rng.standard_normal(256).astype(np.float32)
    m = rng.permutation(t)
    assume(not np.array_equal(t, m))
    assert kinds(t, m) == ["values"]


@pytest.mark.parametrize("size", [1e-45, 1e-38, 1e-20, 1.0, 1e20, 1e38])
def test_a_flipped_sign_is_found_at_every_magnitude(size: float) -> None:
    assert kinds(f32(size), f32(-size)) == ["values"]
    assert kinds(f32(2 * size, size), f32(2 * size, -size)) == ["values"]


@pytest.mark.parametrize("size", [1e-30, 1e-20, 1e-6, 1e6, 1e30])
def test_an_error_of_a_thousandth_in_the_largest_element_is_found(size: float) -> None:
    t = (np.random.default_rng(3).standard_normal(1000) * size).astype(np.float32)
    m = t.copy()
    m[np.argmax(np.abs(t))] *= 1.001
    assert kinds(t, m) == ["values"]


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "complex64", "complex128"])
@pytest.mark.parametrize("factor", [0, -1, 2, 0.5, 32, 1.05])
def test_a_constant_factor_is_found_in_every_dtype(dtype: str, factor: float) -> None:
    t = np.random.default_rng(4).standard_normal(64).astype(dtype)
    assert kinds(t, (t * factor).astype(dtype)) == ["values"]


def test_the_complex_conjugate_is_found() -> None:
    t = (np.random.default_rng(4).standard_normal((64, 2)) @ [1, 1j]).astype(np.complex64)
    assert kinds(t, t.conj()) == ["values"]


@given(hnp.array_shapes(min_dims=0, max_dims=3, min_side=0), hnp.array_shapes(min_dims=0, max_dims=3, min_side=0))
@examples
def test_two_shapes_never_broadcast(one: tuple[int, ...], other: tuple[int, ...]) -> None:
    assume(one != other)
    assert kinds(np.ones(one, np.float32), np.ones(other, np.float32)) == ["shape"]


@pytest.mark.parametrize("one", sorted(STORAGE))
@pytest.mark.parametrize("other", sorted(STORAGE))
def test_two_dtypes_are_never_a_match(one: str, other: str) -> None:
    def ones(dtype: str) -> Leaf:
        return leaf(np.array([0x3F80], np.uint16), "bfloat16") if dtype == "bfloat16" else leaf(np.ones(1, dtype))

    assert kinds(ones(one), ones(other)) == ([] if one == other else ["dtype"])


@given(hnp.arrays("int64", 5), hnp.arrays("int64", 5))
@examples
def test_integers_match_only_if_they_are_equal(t: Array, m: Array) -> None:
    assert (kinds(t, m) == []) == (t.tolist() == m.tolist())


@given(hnp.arrays("uint64", 5), st.integers(0, 4))
@examples
def test_unsigned_integers_match_only_if_they_are_equal(t: Array, at: int) -> None:
    m = t.copy()
    m[at] ^= np.uint64(1)
    assert kinds(t, m) == ["values"]


@given(hnp.arrays("bool", 9), st.integers(0, 8))
@examples
def test_a_flipped_boolean_is_found(t: Array, at: int) -> None:
    m = t.copy()
    m[at] = not m[at]
    assert only(t, m).elements == 1


@st.composite
def near_the_edge(draw: st.DrawFn) -> tuple[Array, Array, float, float | None]:
    """Two float32 arrays whose largest gap is about what is allowed, at any magnitude, over more than one block."""
    size = draw(st.sampled_from([1, 7, BLOCK, BLOCK + 3]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    magnitude = 10.0 ** draw(st.floats(-44, 37))
    rtol = 10.0 ** draw(st.floats(-8, -1))
    t = (rng.normal(size=size) * magnitude).astype(np.float32)
    with np.errstate(over="ignore"):
        m = (t + rng.uniform(-1, 1, size) * rtol * magnitude * draw(st.floats(0.1, 3))).astype(np.float32)
    for array in (t, m):
        if draw(st.booleans()):
            array[draw(st.integers(0, size - 1))] = draw(st.sampled_from([np.nan, np.inf, -np.inf, 0, 3e38, 1e-45]))
    return t, m, rtol, draw(st.sampled_from([None, rtol * magnitude]))


@many
@given(near_the_edge())
def test_what_passes_beyond_doubt_passes(given: tuple[Array, Array, float, float | None]) -> None:
    t, m, rtol, atol = given
    if plainly_within(t, m, rtol, atol):
        scale = scale_of(t)
        found = differences(t, m, scale, rtol, rtol * scale.rms if atol is None else atol)
        assert (found.beyond, found.nonfinite, found.alike) == (0, 0, 0)


@examples
@given(st.integers(0, 2**32), st.floats(-12, 12))
def test_what_is_far_closer_than_allowed_passes_at_once(seed: int, exponent: float) -> None:
    t = (np.random.default_rng(seed).normal(size=BLOCK + 3) * 10.0**exponent).astype(np.float32)
    assert plainly_within(t, np.nextafter(t, np.float32(0)), 1e-5, None)
    assert not plainly_within(t, t * np.float32(1.1), 1e-3, None)
