"""The second opinion: both sides' errors against a float64 replay."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import numpy as np
import pytest

from migcheck.compare.finding import Rounding
from migcheck.compare.rounding import MULTIPLE, against_float64, agree_in_float64, magnitude_of, needs_port
from migcheck.compare.tolerance import EPS
from migcheck.feed.dtype import bfloat16_bits
from migcheck.host.exchange import Leaf, leaf
from tests.build import Array, as_leaf, f32, f64, observation, training

X = "grad['x']"
TRUE = np.random.default_rng(7).standard_normal(1000)


def judged(torch: Any, mindspore: Any, reference: Any, magnitude: float = 0.0) -> Rounding:
    return against_float64(as_leaf(torch), as_leaf(mindspore), as_leaf(reference), X, magnitude)


def judged_again(torch: Any, mindspore: Any, reference: Any, port: Any, magnitude: float = 1.0) -> Rounding:
    """The look at a float64 replay of the port, after a first look that it did not pass."""
    first = judged(torch, mindspore, reference)
    assert first.outcome in ("exceeds", "undetermined")
    replayed = None if port is None else as_leaf(port)
    return agree_in_float64(first, as_leaf(torch), as_leaf(mindspore), as_leaf(reference), replayed, X, magnitude)


def noise(true: Array, size: float, seed: int) -> Array:
    """``true`` in float32 with errors of ``size`` times its RMS."""
    rng = np.random.default_rng(seed)
    noisy: Array = true + size * np.sqrt(np.mean(true**2)) * rng.standard_normal(true.shape)
    return noisy.astype(np.float32)


@pytest.mark.parametrize("size", [1e-6, 1e-5, 1e-4])
def test_an_error_like_torchs_own_passes(size: float) -> None:
    assert judged(noise(TRUE, size, 1), noise(TRUE, 3 * size, 2), TRUE).outcome == "passes"


@pytest.mark.parametrize("size", [1e-6, 1e-5, 1e-4])
def test_an_error_far_beyond_torchs_own_does_not(size: float) -> None:
    assert judged(noise(TRUE, size, 1), noise(TRUE, 2 * MULTIPLE * size + 3e-6, 2), TRUE).outcome == "exceeds"


def test_the_sizes_in_the_answer() -> None:
    found = judged(f32(1, 1, 1, 1 + 2**-10), f32(1, 1, 1, 1 + 2**-9), f64(1, 1, 1, 1))
    assert found.outcome == "passes"
    assert found.note == ""
    assert (found.torch_rms, found.mindspore_rms) == (2**-11, 2**-10)
    assert (found.torch_max, found.mindspore_max) == (2**-10, 2**-9)


def test_a_wrong_eps_in_a_deep_network_is_seen() -> None:
    true = TRUE
    torch = noise(true, 1e-5, 1)
    mindspore = noise(true * (1 + 5e-3), 1e-5, 2)
    assert judged(torch, mindspore, true).outcome == "exceeds"


def test_one_wrong_element_among_many_is_seen() -> None:
    torch, mindspore = noise(TRUE, 1e-6, 1), noise(TRUE, 1e-6, 2)
    mindspore[500] *= 1.01
    assert judged(torch, mindspore, TRUE).outcome == "exceeds"


def test_a_zero_for_an_element_is_no_rounding() -> None:
    torch, mindspore = noise(TRUE, 1e-4, 1), noise(TRUE, 1e-4, 2)
    mindspore[np.argmax(np.abs(TRUE))] = 0
    assert judged(torch, mindspore, TRUE).outcome == "exceeds"


def test_an_exact_torch_leaves_the_port_the_dtypes_own_rounding() -> None:
    true = f64(1, 2, 3)
    assert judged(true.astype(np.float32), f32(1, 2, 3 + 2**-21), true).outcome == "passes"
    assert judged(true.astype(np.float32), f32(1, 2, 3.0001), true).outcome == "exceeds"


def test_half_the_digits_wrong_is_no_rounding_however_bad_torch_is() -> None:
    torch, mindspore = noise(TRUE, 4e-3, 1), noise(TRUE, 3e-2, 2)
    assert judged(torch, mindspore, TRUE).outcome == "exceeds"


def test_torch_is_too_wrong_to_judge_by() -> None:
    found = judged(f32(1.5, 1.5), f32(1.5, 1.5), f64(1, 1))
    assert found.outcome == "undetermined"
    assert found.note == "torch's own float32 error is 0.5 of the RMS: too little of grad['x'] is left to judge"


def test_rounding_alone_around_a_true_zero_passes() -> None:
    # the bias in front of a batch normalisation: its gradient is 0, and both sides hold what rounding left of it
    true = TRUE * 1e-17
    assert judged(noise(TRUE * 1e-8, 1, 1), noise(TRUE * 1e-8, 1, 2), true, 1.0).outcome == "passes"
    assert judged(noise(TRUE * 1e-8, 1, 1), noise(TRUE * 1e-5, 1, 2), true, 1.0).outcome == "exceeds"


def test_rounding_alone_without_another_gradient_cannot_be_judged() -> None:
    found = judged(noise(TRUE * 1e-8, 1, 1), noise(TRUE * 1e-8, 1, 2), TRUE * 1e-17, 1e-8)
    assert found.outcome == "undetermined"
    assert found.note == (
        "in float64 grad['x'] is 0 but for rounding, and no larger gradient tells how much of it there may be; "
        "give it an atol in [tolerance]"
    )


def test_a_torch_gradient_that_is_zero_in_float64_alone_is_no_reference() -> None:
    assert judged(f32(1.0), f32(-15.0), f64(0.0), 1.0).outcome == "undetermined"


@pytest.mark.parametrize("mindspore", [-1.0, -15.0, 8.0])
def test_torch_on_the_other_side_of_a_kink_is_no_reference(mindspore: float) -> None:
    # in float32 relu'(x) = 1, in float64 almost 0: torch's "error" is the gradient itself, and no measure of rounding
    assert judged(f32(1.0), f32(mindspore), f64(5e-4)).outcome != "passes"


def test_values_beside_an_exact_zero_are_no_rounding() -> None:
    found = judged(f32(0, 0), f32(0, 1e-9), f64(0, 0))
    assert found.outcome == "exceeds"
    assert found.note == "grad['x'] is exactly 0 in torch, in float64 as well"


def test_an_empty_leaf_is_judged_without_a_warning() -> None:
    assert judged(f32(), f32(), f64()).mindspore_rms == 0


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
def test_a_nan_that_both_sides_share_excuses_no_other_element(odd: float) -> None:
    # in float16 both overflow in one place; the element beside it is wrong
    assert judged(f32(odd, 1), f32(odd, -15), f64(7e4, 1)).outcome != "passes"


@pytest.mark.parametrize("odd", [np.nan, np.inf])
def test_a_nan_of_the_port_never_passes(odd: float) -> None:
    assert judged(f32(1, 1), f32(1, odd), f64(1, 1)).outcome != "passes"


@pytest.mark.parametrize("odd", [np.nan, np.inf])
@pytest.mark.parametrize("mindspore", [1.0, np.nan, np.inf])
def test_the_answer_is_all_finite_numbers(odd: float, mindspore: float) -> None:
    # NaN and infinity would be null in the JSON report, which its reader refuses
    found = judged(f32(odd, 1), f32(mindspore, 2), f64(1, 1))
    sizes = [value for value in msgspec.structs.astuple(found) if isinstance(value, float)]
    assert all(map(math.isfinite, sizes))


def test_no_reference() -> None:
    found = against_float64(as_leaf(f32(1)), as_leaf(f32(2)), None, X)
    assert found == Rounding("unavailable", "the float64 replay of the torch program has no such grad['x']")


@pytest.mark.parametrize("reference", [None, f64(1, 2), 1.0])
def test_a_reference_of_another_shape_or_kind(reference: Any) -> None:
    found = judged(f32(1), f32(2), reference)
    assert found == Rounding("unavailable", "the float64 replay of the torch program has no such grad['x']")


def test_a_reference_that_stayed_in_float32() -> None:
    found = judged(f32(1), f32(2), f32(1))
    assert found.outcome == "unavailable"
    assert found.note == "the float64 replay of the torch program still computes grad['x'] in float32"


@pytest.mark.parametrize("odd", [np.nan, np.inf])
def test_a_reference_with_nan_or_infinity(odd: float) -> None:
    found = judged(f32(1), f32(2), f64(odd))
    assert found.outcome == "unavailable"
    assert found.note == "the float64 replay of the torch program has NaN or infinity in grad['x']"


@pytest.mark.parametrize("k", [-120, -60, -1, 1, 60, 100])
@pytest.mark.parametrize("size", [1e-5, 1e-3, 1e-1])
def test_a_power_of_two_changes_no_judgement(k: int, size: float) -> None:
    factor = np.float32(2.0**k)
    torch, mindspore = noise(TRUE, 1e-5, 1), noise(TRUE, size, 2)
    here = judged(torch, mindspore, TRUE)
    there = judged(torch * factor, mindspore * factor, TRUE * float(factor))
    assert there.outcome == here.outcome
    assert there.mindspore_rms == pytest.approx(here.mindspore_rms, rel=1e-3)


@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_each_dtype_is_judged_by_its_own_digits(dtype: str) -> None:
    true = f64(1, 2, 3, 4)
    torch = true.astype(dtype)
    near, far = torch.copy(), torch.copy()
    near[0] += EPS[dtype]
    far[0] += 64 * EPS[dtype]
    assert judged(torch, near, true).outcome == "passes"
    assert judged(torch, far, true).outcome == "exceeds"


def test_complex_leaves() -> None:
    true = TRUE[:500] + 1j * TRUE[500:]
    torch, mindspore = true.astype(np.complex64), (true * (1 + 1e-7j)).astype(np.complex64)
    assert judged(torch, mindspore, true).outcome == "passes"
    assert judged(torch, mindspore.conj(), true).outcome == "exceeds"


def test_python_numbers() -> None:
    assert judged(0.1, 0.1 + 1e-9, 0.1).outcome == "passes"
    assert judged(0.1, 0.2, 0.1).outcome == "exceeds"


SINGLE = TRUE.astype(np.float32)


def test_a_small_factor_does_not_hide_in_torchs_rounding() -> None:
    # torch is off by 1e-5 of the RMS, the port by 1e-4, which is not beyond 16 times as much; but so is its float64
    torch, port = noise(TRUE, 1e-5, 1), TRUE * 1.0001
    first = judged(torch, port.astype(np.float32), TRUE)
    assert first.outcome == "passes"
    assert needs_port(first)
    leaves = (as_leaf(torch), as_leaf(port.astype(np.float32)), as_leaf(TRUE))
    again = agree_in_float64(first, *leaves, as_leaf(port), X, 1.0)
    assert (again.outcome, again.note) == (
        "exceeds",
        "the size of torch's own rounding, but the programs differ in float64 as well",
    )
    assert agree_in_float64(first, *leaves, as_leaf(TRUE), X, 1.0).outcome == "passes"
    assert agree_in_float64(first, *leaves, None, X, 1.0).outcome == "passes"


def test_an_error_like_torchs_own_needs_no_replay_of_the_port() -> None:
    assert not needs_port(judged(noise(TRUE, 1e-5, 1), noise(TRUE, 1e-5, 2), TRUE))


def test_programs_that_agree_in_float64_differ_by_arithmetic() -> None:
    found = judged_again(SINGLE, noise(TRUE, 1e-4, 2), TRUE, TRUE * (1 + 1e-12))
    assert (found.outcome, found.note) == ("passes_in_float64", "")
    assert found.mindspore_rms < found.allowed_rms
    assert found.mindspore_max < found.allowed_max


@pytest.mark.parametrize("factor", [1.01, 1 + 1e-4, 1 + 1e-5, -1, 0, 2])
def test_programs_that_differ_in_float64_differ(factor: float) -> None:
    port = TRUE * factor
    assert judged_again(SINGLE, port.astype(np.float32), TRUE, port).outcome == "exceeds"


def test_one_element_that_differs_in_float64() -> None:
    port = TRUE.copy()
    port[500] *= 1.01
    assert judged_again(SINGLE, noise(port, 1e-4, 2), TRUE, port).outcome == "exceeds"


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
@pytest.mark.parametrize("factor", [1.0008, 1.01])
def test_a_difference_of_the_programs_is_seen_in_float64_whatever_the_dtype_was(dtype: str, factor: float) -> None:
    # 1 % is below bfloat16's rounding, and far above float64's: the replays know that the programs differ
    torch, mindspore = narrow(TRUE, dtype), narrow(TRUE * factor + 0.05 * TRUE[::-1], dtype)
    assert judged_again(torch, mindspore, TRUE, TRUE * factor).outcome == "exceeds"


def narrow(true: Array, dtype: str) -> Leaf:
    return leaf(bfloat16_bits(true), "bfloat16") if dtype == "bfloat16" else as_leaf(true.astype(dtype))


def test_programs_that_agree_in_float64_where_the_port_is_off_by_a_tenth() -> None:
    found = judged_again(SINGLE, noise(TRUE, 0.1, 2), TRUE, TRUE)
    assert found.outcome == "exceeds"
    assert found.note == "the programs agree in float64; mindspore's float32 arithmetic alone makes the difference"


def test_one_element_that_is_no_arithmetic_although_float64_agrees() -> None:
    mindspore = SINGLE.copy()
    mindspore[3] += 1
    assert judged_again(SINGLE, mindspore, TRUE, TRUE).outcome == "exceeds"


@pytest.mark.parametrize("size", [1e-2, 0.1, 0.5])
@pytest.mark.parametrize("factor", [0, -1, 2, 3])
def test_a_port_that_is_wrong_by_all_its_size_is_no_arithmetic_however_bad_torch_is(size: float, factor: float) -> None:
    found = judged_again(noise(TRUE, size, 1), SINGLE * np.float32(factor), TRUE, TRUE)
    assert found.outcome != "passes_in_float64"


def test_a_vanishing_leaf_holds_noise_that_is_small_against_the_gradients() -> None:
    # torch and both replays are 0, the port's float32 run is not: rounding of terms that cancel
    assert judged_again(f32(0, 0), f32(0, 1e-7), f64(0, 0), f64(0, 0)).outcome == "passes_in_float64"
    assert judged_again(f32(0, 0), f32(0, 1e-17), f64(0, 0), f64(0, 0), 1e-10).outcome == "passes_in_float64"


@pytest.mark.parametrize(("mindspore", "magnitude"), [(0.1, 1.0), (1e9, 1.0), (1e-7, 1e-7), (1e-30, 0.0)])
def test_a_value_beside_an_exact_zero_is_no_arithmetic(mindspore: float, magnitude: float) -> None:
    assert judged_again(f32(0, 0), f32(0, mindspore), f64(0, 0), f64(0, 0), magnitude).outcome == "exceeds"


def test_a_vanishing_leaf_that_is_as_large_as_the_gradients() -> None:
    true = TRUE * 1e-17
    assert judged_again(noise(TRUE * 1e-8, 1, 1), noise(TRUE, 1, 2), true, true).outcome == "undetermined"


@pytest.mark.parametrize("odd", [np.nan, np.inf])
def test_a_nan_in_float32_is_not_excused_by_float64(odd: float) -> None:
    torch, mindspore, true = as_leaf(f32(odd, 1)), as_leaf(f32(odd, -15)), as_leaf(f64(7e4, 1))
    first = against_float64(torch, mindspore, true, X)
    found = agree_in_float64(first, torch, mindspore, true, true, X, 1.0)
    assert found.outcome not in ("passes", "passes_in_float64")


@pytest.mark.parametrize("port", [np.full(1000, np.nan), np.full(1000, np.inf), np.zeros(1000)])
def test_a_replay_of_the_port_that_is_no_reference(port: Array) -> None:
    assert judged_again(SINGLE, noise(TRUE, 1e-4, 2), TRUE, port).outcome == "exceeds"


@pytest.mark.parametrize("port", [None, TRUE[:10], SINGLE, TRUE + 0j])
def test_no_replay_of_the_port(port: Array | None) -> None:
    found = judged_again(SINGLE, noise(TRUE, 1e-4, 2), TRUE, port)
    assert (found.outcome, found.note) == ("exceeds", "mindspore has no float64 replay of grad['x'] to look at again")


@pytest.mark.parametrize("k", [-100, 100])
@pytest.mark.parametrize("size", [1e-4, 1e-1])
def test_a_power_of_two_changes_no_judgement_in_float64(k: int, size: float) -> None:
    factor = np.float32(2.0**k)
    mindspore, wide = noise(TRUE, size, 2), float(factor)
    here = judged_again(SINGLE, mindspore, TRUE, TRUE)
    there = judged_again(SINGLE * factor, mindspore * factor, TRUE * wide, TRUE * wide, wide)
    assert there.outcome == here.outcome


def test_the_magnitude_of_a_step() -> None:
    two = training({"x": f32(3, 3), "y": f32(-4), "n": np.array([100]), "z": None}, {"x": f32(7)})
    assert tuple(magnitude_of(two, step) for step in range(3)) == (4, 7, 0)


def test_the_magnitude_of_gradients_is_not_that_of_outputs() -> None:
    # a loss of 10⁶ says nothing about the size of its gradients; noise among those is small against those
    assert magnitude_of(observation({"x": f32(2)}, output=f32(1e6)), 0) == 2
