"""A program's return value as named leaves."""

from __future__ import annotations

import dataclasses
from collections import OrderedDict, namedtuple
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from migcheck.host.exchange import NONE, Leaf, LeafName, Unstorable, plain
from migcheck.host.observe import NotAnObservation, observe
from tests.build import f32

X = f32(1, 2)


def read(value: Any) -> Leaf | None:
    """The reader of a framework that has no tensors."""
    return None


def leaves(returned: Any) -> dict[str, Leaf]:
    """The leaves of one step by name."""
    found, steps = observe(returned, read)
    assert steps == 1
    assert {name.step for name in found} <= {0}
    return {str(name): value for name, value in found.items()}


def refusal(returned: Any) -> str:
    with pytest.raises(NotAnObservation) as caught:
        observe(returned, read)
    return str(caught.value)


def test_outputs_and_gradients() -> None:
    assert list(leaves((X, {"x": X, "y": X}))) == ["output", "grad['x']", "grad['y']"]


def test_gradients_alone() -> None:
    assert list(leaves({"x": X})) == ["grad['x']"]


def test_a_single_gradient() -> None:
    assert list(leaves((X, X))) == ["output", "grad"]


Pair = namedtuple("Pair", ["loss", "logits"])


@dataclasses.dataclass
class Output:
    loss: Any
    logits: Any


@pytest.mark.parametrize(
    ("outputs", "names"),
    [
        ((), []),
        ([], []),
        ({}, []),
        ([X, X], ["output[0]", "output[1]"]),
        ((X, (X, X)), ["output[0]", "output[1][0]", "output[1][1]"]),
        ({"a": [X], 3: X}, ["output['a'][0]", "output[3]"]),
        (OrderedDict(b=X, a=X), ["output['b']", "output['a']"]),
        (Pair(X, [X]), ["output['loss']", "output['logits'][0]"]),
        (Output(X, {"a": X}), ["output['loss']", "output['logits']['a']"]),
        ({"it's": X}, ['output["it\'s"]']),
        ({"a.b": X, "a": {"b": X}}, ["output['a.b']", "output['a']['b']"]),
        ({"": X}, ["output['']"]),
    ],
)
def test_names(outputs: Any, names: list[str]) -> None:
    assert list(leaves((outputs, X))) == [*names, "grad"]


def test_equal_structures_have_equal_names() -> None:
    expected = leaves(({"loss": X, "logits": X}, X)).keys()
    assert leaves((Pair(X, X), X)).keys() == expected
    assert leaves((Output(X, X), X)).keys() == expected
    assert leaves(([X, X], X)).keys() == leaves(((X, X), X)).keys()


def test_a_key_that_looks_like_a_position_is_none() -> None:
    assert list(leaves(({"0": X}, X))) != list(leaves(([X], X)))


@pytest.mark.parametrize(
    ("value", "kind", "dtype"),
    [
        (1, "number", "int64"),
        (True, "number", "bool"),
        (0.5, "number", "float64"),
        (1 + 2j, "number", "complex128"),
        (float("nan"), "number", "float64"),
        (np.float32(1), "tensor", "float32"),
        (np.float64(1), "tensor", "float64"),
        (np.bool_(True), "tensor", "bool"),
        (np.array(3), "tensor", "int64"),
        (np.array([1 + 2j], np.complex64), "tensor", "complex64"),
    ],
)
def test_leaves_of_every_kind(value: Any, kind: str, dtype: str) -> None:
    found = leaves((value, X))["output"]
    assert (found.kind, found.dtype) == (kind, dtype)
    np.testing.assert_array_equal(plain(found), value)


def test_none_is_a_leaf() -> None:
    assert leaves((None, {"x": None, "y": X}))["output"] is NONE
    assert leaves((None, {"x": None, "y": X}))["grad['x']"] is NONE


def test_the_frameworks_own_tensors_come_first() -> None:
    def own(value: Any) -> Leaf | None:
        return NONE if isinstance(value, list) else None

    found, _ = observe(([1, 2], X), own)
    assert [str(name) for name in found] == ["output", "grad"]


def test_steps() -> None:
    def program() -> Iterator[Any]:
        yield X, {"x": X}
        yield {"x": X}

    found, steps = observe(program(), read)
    assert steps == 2
    assert list(found) == [LeafName(0, "output", ""), LeafName(0, "grad", "['x']"), LeafName(1, "grad", "['x']")]


def test_a_step_is_copied_before_the_program_goes_on() -> None:
    def program() -> Iterator[Any]:
        buffer = f32(1)
        for _ in range(3):
            yield {"x": buffer}
            buffer *= 2

    found, _ = observe(program(), read)
    assert [plain(value).tolist() for value in found.values()] == [[1], [2], [4]]


def test_a_returned_array_is_copied() -> None:
    array = f32(1)
    found = leaves({"x": array})
    array[:] = 9
    assert plain(found["grad['x']"]).tolist() == [1]


WANTED = "return (outputs, gradients) or a dict of gradients, or yield one a step"


@pytest.mark.parametrize(
    ("returned", "what"),
    [
        (None, "a NoneType"),
        (X, "a numpy.ndarray"),
        ([X, X], "a list"),
        ((X,), "a tuple of 1"),
        ((X, X, X), "a tuple of 3"),
        (3, "an int"),
        (Output(X, X), f"a {__name__}.Output"),
    ],
)
def test_no_pair(returned: Any, what: str) -> None:
    assert refusal(returned) == f"the program returned {what}; {WANTED}"


@pytest.mark.parametrize("gradients", [{}, [], (), {"x": []}])
def test_no_gradient(gradients: Any) -> None:
    assert refusal((X, gradients)) == "the program returned no gradient, so there is nothing to compare"


def test_no_step() -> None:
    def program() -> Iterator[Any]:
        yield from ()

    assert refusal(program()) == "the program is a generator that yielded no step, so there is nothing to compare"


def test_no_gradient_in_a_later_step() -> None:
    def program() -> Iterator[Any]:
        yield {"x": X}
        yield {}

    assert refusal(program()) == "the program returned no gradient, so there is nothing to compare"


@pytest.mark.parametrize(
    ("outputs", "message"),
    [
        ("text", "output is a str"),
        ({"a": [object()]}, "output['a'][0] is an object"),
        ({"a": {1, 2}}, "output['a'] is a set"),
        ({"a": Output}, "output['a'] is a type"),
        ([range(3)], "output[0] is a range"),
    ],
)
def test_no_leaf(outputs: Any, message: str) -> None:
    assert refusal((outputs, X)) == (
        f"{message}; a leaf is a tensor, an array, a number or None, in any nesting of "
        "dict, list, tuple, named tuple and dataclass"
    )


@pytest.mark.parametrize(("key", "shown"), [((1, 2), "(1, 2)"), (True, "True"), (None, "None"), (1.5, "1.5")])
def test_keys_are_strings_and_integers(key: Any, shown: str) -> None:
    assert refusal(({"a": {key: X}}, X)) == f"output['a'] has the key {shown}; keys must be strings or integers"


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (np.array(["a"]), "str32"),
        (np.array([None]), "object"),
        (np.zeros(1, np.longdouble), np.dtype(np.longdouble).name),
        (np.zeros(1, "M8[s]"), "datetime64[s]"),
        (2**70, "object"),
    ],
)
def test_arrays_that_cannot_be_compared(value: Any, name: str) -> None:
    assert refusal((X, {"x": value})) == f"grad['x'] is an array of dtype {name}, which cannot be compared"


def test_a_tensor_that_cannot_be_read() -> None:
    def sparse(value: Any) -> Leaf | None:
        if value is X:
            raise Unstorable("a sparse_coo tensor (call to_dense() or dequantize() on it)")
        return None

    with pytest.raises(NotAnObservation) as caught:
        observe({"x": X}, sparse)
    assert str(caught.value) == (
        "grad['x'] is a sparse_coo tensor (call to_dense() or dequantize() on it), which cannot be compared"
    )
