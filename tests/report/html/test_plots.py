"""Which plots there are, what they say in words, and that any portrait can be drawn."""

from __future__ import annotations

import re
import sys
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from migcheck.compare.distribution import portrait
from migcheck.compare.portrait import LeafError, Portrait
from migcheck.host.exchange import leaf
from migcheck.report.html import figures, plots, to_html, words
from migcheck.report.html.svg import inline
from tests.build import report, result
from tests.report.html.parsed import parsed
from tests.report.html.sample import differs, drawn, layers, mismatch

Array = np.ndarray[Any, np.dtype[Any]]
RNG = np.random.default_rng(0)


def made(torch: Array, mindspore: Array, name: str = "grad['x']") -> Portrait:
    """The portrait of two arrays."""
    found = portrait(name, leaf(torch), leaf(mindspore))
    assert found
    return found


NORMAL = RNG.normal(size=(16, 8)).astype(np.float32) * np.logspace(-3, 1, 8, dtype=np.float32)
PORTRAITS = {
    "weight": drawn(),
    "vector": made(NORMAL[0], NORMAL[1]),
    "two": made(np.float32([1, 2]), np.float32([1, 3])),
    "equal": made(NORMAL, NORMAL),
    "zeros": made(np.zeros(32, np.float32), np.zeros(32, np.float32)),
    "against zeros": made(NORMAL, np.zeros_like(NORMAL)),
    "zeros against": made(np.zeros_like(NORMAL), NORMAL),
    "not finite": made(NORMAL, NORMAL * np.float32("nan")),
    "infinite": made(np.full(32, np.inf, np.float32), NORMAL.ravel()[:32]),
    "huge": made(NORMAL.astype(np.float64) * 1e300, NORMAL.astype(np.float64) * 1e-300),
    "complex": made(NORMAL.astype(np.complex64), NORMAL.astype(np.complex64) * np.complex64(1j)),
    "half": made(NORMAL.astype(np.float16), (NORMAL * 2).astype(np.float16)),
    "large": made(np.ones((300, 4000), np.float32), np.full((300, 4000), 1.5, np.float32)),
}


@pytest.mark.parametrize("name", PORTRAITS)
def test_any_portrait_can_be_drawn_small_and_said(name: str) -> None:
    about = PORTRAITS[name]
    drawings: list[Any] = [(figures.heat, words.heat)]
    if about.density:
        drawings += [(figures.density, words.density), (lambda each: figures.ulps(each, 1.3e-6), words.ulps)]
    for draw, say in drawings:
        svg = inline(draw(about), "p1", "title", say(about))
        assert len(svg) < 15_000
        ElementTree.fromstring(svg)
        assert "nan" not in say(about)


@pytest.mark.parametrize(
    "errors",
    [
        layers(),
        layers(400, 170),
        layers(6, 0),
        layers(6, 6),
        tuple(LeafError(f"x{k}", None) for k in range(6)),
        tuple(LeafError(f"x{k}", 0.0) for k in range(6)),
        tuple(LeafError(f"x{k}" * 60, 10.0**-k) for k in range(300)),
        tuple(LeafError("<b>$x$&", 1e300) for _ in range(6)),
    ],
)
def test_any_errors_can_be_drawn(errors: tuple[LeafError, ...]) -> None:
    beyond = frozenset(each.leaf for each in errors if each.error != 1e-7)
    svg = inline(figures.leaves(errors, beyond), "p1", "title", "said")
    assert len(svg) < 20_000
    ElementTree.fromstring(svg)


def test_a_drawing_has_no_styles_and_no_ids_of_its_own() -> None:
    svg = inline(figures.density(drawn()), "p7", 'a "title"', "<said>")
    assert not re.search("style|font-family|clip|<g|<defs|metadata|#0[0-9]0", svg)
    assert re.findall(r' id="([^"]+)"', svg) == ["p7-t", "p7-d"]
    assert '<title id="p7-t">a &#34;title&#34;</title><desc id="p7-d">&lt;said&gt;</desc>' in svg
    assert 'role="img" aria-labelledby="p7-t p7-d"' in svg
    assert "<text" in svg


def test_the_same_portrait_gives_the_same_bytes() -> None:
    assert figures.heat(drawn()) == figures.heat(drawn())


def factor(by: float) -> Portrait:
    return made(NORMAL, NORMAL * np.float32(by))


def test_what_a_factor_looks_like() -> None:
    assert words.density(factor(1.5)) == (
        "128 of 128 elements differ, by 3e-05 to 32. "
        "The differences are in proportion to the values, as those of a factor are."
    )


def test_what_something_added_looks_like() -> None:
    assert words.density(made(NORMAL, NORMAL + np.float32(0.5))).endswith(
        "The differences do not depend on the values, as those of something added do not."
    )


def test_how_many_elements_are_how_far_apart() -> None:
    torch = np.ones(100, np.float32)
    mindspore = torch.copy()
    mindspore[:75] = 1.5
    mindspore[75:80] = 1 + 2**-23
    said = words.ulps(made(torch, mindspore))
    assert said == "75 of 100 elements are more than 2^21 ulps apart; the furthest are up to 2^22."
    assert words.ulps(made(torch, torch)) == "All 100 elements that are finite on both sides are equal."


def test_where_in_the_leaf() -> None:
    mindspore = np.ones((48, 10), np.float32)
    mindspore[31, 4] = 3
    said = words.heat(made(np.ones((48, 10), np.float32), mindspore))
    assert said == (
        "1 of 240 parts differ; the largest difference, 2 times the leaf's RMS, "
        "is at indices 30 to 31 of the first axis, index 4 of the last axis."
    )


def test_where_it_starts() -> None:
    beyond = frozenset(each.leaf for each in layers() if each.error == 0.1)
    assert words.leaves(layers(), beyond, "grad['layer8.weight']") == (
        "4 of 12 leaves differ by more than rounding; the first, in torch's order, is grad['layer8.weight']: "
        "8 before it do not. The furthest off, by 0.1 of its norm, is grad['layer8.weight']."
    )


def test_of_a_leaf_that_is_nowhere_finite_there_is_a_map() -> None:
    galleries = plots.draw([mismatch("a", portraits=(PORTRAITS["not finite"],))])
    ((_, drawings),) = galleries["a"].portraits
    assert [plot.title for plot in drawings] == ["Where in the leaf"]
    assert drawings[0].says.startswith(
        "All parts differ; the largest difference, not finite on one side, is at index 0"
    )


def test_two_variants_with_the_same_portraits_have_the_plots_once() -> None:
    galleries = plots.draw([mismatch("a[x]"), mismatch("a[y]")])
    assert len(galleries["a[x]"].portraits) == 2
    assert galleries["a[y]"].portraits == ()
    assert galleries["a[y]"].elsewhere == {"a[x]": ("grad['conv.weight']", "grad['other']")}


def test_every_result_has_a_plot_before_one_has_two() -> None:
    results = [mismatch(id, errors=(), portraits=(drawn(f"{id}0"), drawn(f"{id}1"))) for id in ("a", "b")]
    galleries = plots.draw(results, most=6)
    assert [[name for name, _ in galleries[id].portraits] for id in ("a", "b")] == [["a0"], ["b0"]]
    assert galleries["a"].left_out == ("a1",)
    html = to_html(report(*results)).decode()
    assert "Not drawn" not in html


def test_where_there_is_no_room_the_page_says_so() -> None:
    galleries = plots.draw([mismatch("a")], room=0)
    assert galleries["a"].portraits == ()
    assert galleries["a"].left_out == ("grad['conv.weight']", "grad['other']")
    assert not galleries["a"].leaves or not galleries["a"].leaves.svg


@pytest.mark.parametrize(
    "about",
    [
        result("mismatch", findings=(differs("x"),)),
        mismatch("a", portraits=(), errors=()),
        mismatch("a", portraits=(PORTRAITS["two"],), errors=layers(3, 1)),
        mismatch("a", portraits=(), errors=tuple(LeafError(f"{k}", 0.0) for k in range(9))),
    ],
)
def test_where_there_is_nothing_to_plot_there_is_no_box(about: Any) -> None:
    assert not plots.wanted([about])
    html = to_html(report(about))
    assert b"Plots" not in html
    assert b"<figure" not in html


def test_the_page_has_the_plots_with_their_sentences() -> None:
    page = parsed(to_html(report(mismatch("a"))))
    assert len(page.all("figure")) == 7
    for figure in page.all("figcaption"):
        assert figure.text.split(". ")[0] in (
            *("Where it starts", "Error against magnitude", "Relative error in ulps", "Where in the leaf"),
        )
    drawings = page.all("svg", role="img")
    assert len({drawing.attributes["aria-labelledby"] for drawing in drawings}) == 7


def test_without_matplotlib_the_page_says_so_and_has_all_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    html = to_html(report(mismatch("a"))).decode()
    assert "There are no plots: matplotlib is not installed (<code>pip install matplotlib</code>)." in html
    assert "<figure" not in html
    assert "pass has_aux=True" in html
    assert "matplotlib" not in to_html(report(result())).decode()
