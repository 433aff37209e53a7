"""How leaves are called in files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migcheck.host.exchange import LeafName
from migcheck.saved.names import file_name, leaf_name, name_in_file
from tests.compare.test_properties import examples


@pytest.mark.parametrize(
    ("name", "leaf"),
    [
        ("grad['fc.weight']", LeafName(0, "grad", "['fc.weight']")),
        ("output", LeafName(0, "output", "")),
        ("output[0]['a']", LeafName(0, "output", "[0]['a']")),
        ("step[12].output[0]", LeafName(12, "output", "[0]")),
        ("step[0].grad['x']", LeafName(0, "grad", "['x']")),
        ("fc.weight", LeafName(0, "grad", "['fc.weight']")),
        ("it's", LeafName(0, "grad", '["it\'s"]')),
        ("", LeafName(0, "grad", "['']")),
        ("gradient", LeafName(0, "grad", "['gradient']")),
        ("output.weight", LeafName(0, "grad", "['output.weight']")),
        ("step[1]", LeafName(0, "grad", "['step[1]']")),
        ("step[-1].grad", LeafName(0, "grad", "['step[-1].grad']")),
        ("step[1234567890].grad", LeafName(0, "grad", "['step[1234567890].grad']")),
        ("Grad['x']", LeafName(0, "grad", "[\"Grad['x']\"]")),
        (" grad['x']", LeafName(0, "grad", "[\" grad['x']\"]")),
        ("grad['a\nb']", LeafName(0, "grad", "['a\nb']")),
    ],
)
def test_a_name_is_a_title_or_that_of_a_gradient(name: str, leaf: LeafName) -> None:
    assert leaf_name(name) == leaf


@given(st.integers(0, 10**9 - 1), st.sampled_from(["output", "grad"]), st.text())
@examples
def test_a_title_is_the_leaf_that_it_names(step: int, group: str, key: str) -> None:
    name = LeafName(step, group, f"[{key!r}]")
    assert leaf_name(name.title(step + 1)) == name


@given(st.text(min_size=1))
@examples
def test_the_name_of_a_file_says_the_title_and_leads_nowhere(title: str) -> None:
    name = file_name(title)
    assert name_in_file(name) == title
    assert name.endswith(".npy")
    assert not set(name) & set('/\\\0\n\r\t:*?"<>|')
    assert not name.startswith(".")
    assert name.isascii()


@given(st.text(), st.text())
@examples
def test_two_titles_never_share_a_file(one: str, other: str) -> None:
    assert (file_name(one) == file_name(other)) == (one == other)


@pytest.mark.parametrize("title", ["a/b", "a%2Fb", "a%252Fb", "%", "%zz", ".", "..", "../x", "x.npy", "名", ""])
def test_titles_that_look_like_files(title: str) -> None:
    assert name_in_file(file_name(title)) == title


@pytest.mark.parametrize("path", ["fc.weight.npy", "layer/0/weight.npy", "50%.npy", "名.npy", "a b.npy"])
def test_a_name_that_a_user_gave_stays(path: str) -> None:
    assert name_in_file(path) == path.removesuffix(".npy")
