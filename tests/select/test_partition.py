"""``--partition``: each variant in exactly one part, the same one everywhere."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migcheck.select.partition import Partition, partition_of
from migcheck.select.selection import digest

#: Any text without control characters, which no id has; also the name of a file that is no valid UTF-8.
texts = st.text(st.characters(exclude_categories=("Cc",))).map(lambda text: text + "/a")
examples = settings(deadline=None, derandomize=True, max_examples=50)


@given(texts, st.integers(1, 10_000))
@examples
def test_each_id_is_in_exactly_one_part(id: str, count: int) -> None:
    assert sum(Partition(number, count).holds(id) for number in range(1, count + 1)) == 1


def test_the_part_of_an_id_is_the_same_for_ever() -> None:
    ids = ["multi_output/has_aux[pynative,float32]", "a/b", "thème/名", ""]
    assert [next(n for n in range(1, 8) if Partition(n, 7).holds(id)) for id in ids] == [4, 7, 1, 2]


def test_the_parts_are_of_like_size() -> None:
    ids = [f"theme/case{number}" for number in range(4000)]
    sizes = [sum(Partition(number, 4).holds(id) for id in ids) for number in (1, 2, 3, 4)]
    assert max(sizes) - min(sizes) < 150  # a binomial's standard deviation is 27


@pytest.mark.parametrize(
    ("text", "shown"), [("1/1", "1/1"), ("2/4", "2/4"), ("02/4", "2/4"), ("10000/10000", "10000/10000")]
)
def test_what_is_a_part(text: str, shown: str) -> None:
    assert str(partition_of(text)) == shown


@pytest.mark.parametrize(
    "text", ["", "/", "1", "1/", "/4", "a/b", "1/2/3", "-1/4", "+1/4", "1 /4", "1.0/4", "٢/4", "2/²", "1/4\n", "1_0/20"]
)
def test_what_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="is not of the form I/N, such as 2/4") as error:
        partition_of(text)
    assert str(error.value) == f"{text!r} is not of the form I/N, such as 2/4"


@pytest.mark.parametrize("text", ["0/4", "5/4", "0/0", "1/0", "1/10001"])
def test_a_part_that_there_cannot_be(text: str) -> None:
    with pytest.raises(ValueError, match="I is 1 to N") as error:
        partition_of(text)
    assert str(error.value) == f"{text!r}: I is 1 to N, and N at most 10,000"


@given(st.lists(texts, unique=True).flatmap(lambda ids: st.tuples(st.just(ids), st.permutations(ids))))
@examples
def test_the_digest_of_a_selection_does_not_depend_on_its_order(pair: tuple[list[str], list[str]]) -> None:
    assert digest(pair[0]) == digest(pair[1])


@given(st.sets(texts), st.sets(texts))
@examples
def test_the_digest_tells_selections_apart(one: set[str], other: set[str]) -> None:
    def valid(ids: set[str]) -> set[bytes]:
        return {id.encode("utf-8", "backslashreplace") for id in ids}

    assert (digest(one) == digest(other)) == (valid(one) == valid(other))
