"""The page in a real browser: it does what it should, and nothing else.

Whatever a page says on its console, and whatever it asks for, fails the test: see ``conftest.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from migcheck.report.html import to_html
from tests.build import report
from tests.report.html.conftest import Opened, page_of
from tests.report.html.sample import mismatch

pytestmark = pytest.mark.slow

Visit = Callable[..., Opened]
LOOKS = Path(__file__).with_name("looks.js").read_text(encoding="utf-8")

GRAPH = "multi-outputs-graph"
PYNATIVE = "multi-outputs-pynative"


def starts(anchors: list[str], *names: str) -> bool:
    """Whether the rows are those of these names, whose anchors end with a digest."""
    return len(anchors) == len(names) and all(map(str.startswith, anchors, names))


def everything(visit: Visit, hash: str = "", **settings: Any) -> Opened:
    return visit(page_of("everything"), hash, **settings)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_is_shown_at_first(visit: Visit, scheme: str) -> None:
    opened = everything(visit, color_scheme=scheme)
    assert len(opened.shown()) == 8
    assert opened.run("document.getElementById('shown').textContent") == "8 shown"
    assert opened.run("document.querySelectorAll('svg image').length") == 8


def test_the_filter_of_verdicts(visit: Visit) -> None:
    opened = everything(visit)
    opened.page.click("button[data-verdict=error]")
    assert starts(opened.shown(), "broken-port")
    assert opened.run("location.hash") == "#verdict=error"
    opened.page.click("button[data-verdict=known]")
    assert starts(opened.shown(), "broken-port", "multi-kept-graph")
    assert opened.run("document.getElementById('shown').textContent") == "2 of 8 shown"
    pressed = "[...document.querySelectorAll('[aria-pressed=true]')].map(e => e.dataset.verdict)"
    assert opened.run(pressed) == ["error", "known"]
    opened.page.click("button[data-verdict=error]")
    opened.page.click("button[data-verdict=known]")
    assert len(opened.shown()) == 8
    assert opened.run("location.hash") == ""


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("multi/outputs[graph]", [GRAPH]),
        ("GRAPH multi/out", [GRAPH]),
        ("two outputs are summed", [GRAPH, PYNATIVE]),
        ("multi_output", [GRAPH, PYNATIVE]),
        ("layer9", [GRAPH, PYNATIVE]),
        ("ported right", ["right-one-graph", "right-one-pynative"]),
        ("another that is right", ["right-two"]),
        ("nothing has this", []),
    ],
)
def test_the_search_in_ids_titles_causes_and_leaves(visit: Visit, query: str, rows: list[str]) -> None:
    opened = everything(visit)
    opened.page.fill("#q", query)
    assert starts(opened.shown(), *rows)
    assert opened.run("new URLSearchParams(location.hash.slice(1)).get('q')") == query


def test_a_link_has_the_state(visit: Visit) -> None:
    opened = everything(visit, "#q=outputs&verdict=mismatch,known")
    assert opened.run("document.getElementById('q').value") == "outputs"
    assert starts(opened.shown(), GRAPH, PYNATIVE)
    opened.run("location.hash = '#q=kept'")
    opened.page.wait_for_timeout(50)
    assert starts(opened.shown(), "multi-kept-graph")


def test_a_cause_at_the_top_searches_for_it(visit: Visit) -> None:
    opened = everything(visit)
    opened.page.click(".causes a")
    opened.page.wait_for_timeout(50)
    assert starts(opened.shown(), GRAPH, PYNATIVE)
    assert opened.run("document.getElementById('q').value") == "multi_output"


def test_a_link_to_a_row_opens_it(visit: Visit) -> None:
    anchor = next(row for row in everything(visit).shown() if row.startswith(PYNATIVE))
    opened = everything(visit, f"#{anchor}")
    assert opened.run("id => document.getElementById(id).open", anchor)
    top = "id => Math.abs(document.getElementById(id).getBoundingClientRect().top) < innerHeight / 2"
    assert opened.run(top, anchor)


def test_a_link_to_what_is_filtered_out_shows_it(visit: Visit) -> None:
    opened = everything(visit, "#q=nothing")
    assert opened.shown() == []
    anchor = opened.run("document.querySelector('.programs').id")
    opened.run("id => location.hash = id", anchor)
    opened.page.wait_for_timeout(50)
    assert len(opened.shown()) == 8
    assert opened.run("id => document.getElementById(id).open", anchor)


@pytest.mark.parametrize("hash", ["#%", "#verdict=none", "#q=", "#=", "#no-such-place", "#q=%3Cb%3E"])
def test_a_link_that_is_no_good(visit: Visit, hash: str) -> None:
    everything(visit, hash)


def test_the_keyboard(visit: Visit) -> None:
    opened = everything(visit)
    focus = "document.activeElement.id || document.activeElement.dataset.verdict || document.activeElement.tagName"
    opened.page.keyboard.press("/")
    assert opened.run(focus) == "q"
    opened.page.keyboard.type("a/b")
    assert opened.run("document.getElementById('q').value") == "a/b"
    opened.page.keyboard.press("Escape")
    assert opened.run("document.getElementById('q').value") == ""
    assert len(opened.shown()) == 8
    opened.page.keyboard.press("Tab")
    assert opened.run(focus) == "mismatch"
    outline = opened.run("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
    opened.page.keyboard.press("Space")
    assert starts(opened.shown(), GRAPH, PYNATIVE)
    opened.page.keyboard.press("Escape")
    opened.page.focus("details.row summary")
    opened.page.keyboard.press("Enter")
    assert opened.run("document.querySelector('details.row').open")


def test_with_a_mismatch_its_programs_open(visit: Visit) -> None:
    opened = everything(visit)
    assert not opened.run("document.querySelector('.programs').open")
    opened.page.click("details.row summary")
    opened.page.wait_for_timeout(50)
    assert opened.run("document.querySelector('.programs').open")


def test_open_all_and_close_all(visit: Visit) -> None:
    opened = everything(visit, "#verdict=mismatch")
    count = "document.querySelectorAll('details.row[open]').length"
    opened.page.click("#open")
    assert opened.run(count) == 2
    opened.page.click("#open")
    assert opened.run(count) == 0


def test_the_command_is_copied(visit: Visit) -> None:
    opened = visit(to_html(report(mismatch("a/b"))), permissions=["clipboard-read", "clipboard-write"])
    opened.page.click(".rerun button")
    assert opened.run("navigator.clipboard.readText()") == "migcheck run 'a/b' --seed 0"
    assert opened.run("document.querySelector('.rerun button').textContent") == "Copied"


def test_texts_that_mean_harm_do_nothing(visit: Visit) -> None:
    opened = visit(page_of("hostile"))
    opened.open_all()
    opened.page.mouse.move(400, 400)
    opened.page.fill("#q", "<script>")
    assert opened.shown()
    assert opened.run("document.title").startswith("no parity")
    assert opened.run("document.scripts.length") == 1
    assert opened.run("document.querySelectorAll('img, [onmouseover], [onerror], [autofocus]').length") == 0
    assert "<script>document.title" in opened.run("document.querySelector('h3').textContent")


@pytest.mark.parametrize("name", ["everything", "hostile"])
@pytest.mark.parametrize("width", [360, 768, 1280])
def test_nothing_is_wider_than_the_page(visit: Visit, name: str, width: int) -> None:
    opened = visit(page_of(name), width=width)
    opened.open_all()
    assert opened.run("document.documentElement.scrollWidth") <= width
    wide = """[...document.querySelectorAll('body *')].filter(e => e.checkVisibility() && !e.closest('.vh, .skip')
        && !e.parentElement.closest('.scroll, .code, pre') && e.getBoundingClientRect().right > innerWidth + 1)
        .map(e => `${e.tagName} ${e.className} ${e.textContent.slice(0, 60)}`)"""
    assert opened.run(wide) == []


def test_on_a_phone_the_programs_are_stacked(visit: Visit) -> None:
    for width, stacked in ((360, True), (1280, False)):
        opened = visit(page_of("everything"), width=width)
        opened.open_all()
        first, second = opened.run(
            "[...document.querySelector('.pair').children].map(e => e.getBoundingClientRect().left)"
        )
        assert (first == second) is stacked


def test_in_print_what_failed_is_open_and_whole(visit: Visit) -> None:
    opened = everything(visit)
    opened.page.emulate_media(media="print")
    assert not opened.run("document.getElementById('filter').checkVisibility()")
    closed = """[...document.querySelectorAll('[data-verdict=mismatch] .body, [data-verdict=mismatch] .code')]
        .filter(e => !e.checkVisibility({contentVisibilityAuto: true}) || !e.getBoundingClientRect().height).length"""
    opened.run("dispatchEvent(new Event('beforeprint'))")
    assert opened.run(closed) == 0
    cut = "[...document.querySelectorAll('.code, pre')].filter(e => e.scrollWidth > e.clientWidth + 1).length"
    assert opened.run(cut) == 0
    opened.run("dispatchEvent(new Event('afterprint'))")
    assert opened.run("document.querySelectorAll('details[open]').length") == 0
    assert len(opened.page.pdf(format="A4")) > 20_000


def test_without_scripts_all_is_there(visit: Visit) -> None:
    opened = everything(visit, java_script_enabled=False)
    assert opened.page.locator(".row, article > ul > li").count() == 8
    assert opened.page.locator("article").first.is_visible()
    assert not opened.page.locator("#filter").is_visible()


@pytest.mark.parametrize("name", ["everything", "hostile"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_read_by_all(visit: Visit, name: str, scheme: str) -> None:
    opened = visit(page_of(name), color_scheme=scheme)
    opened.open_all()
    assert opened.run(LOOKS) == []


def test_what_is_shown_is_announced(visit: Visit) -> None:
    opened = everything(visit)
    assert opened.run("document.getElementById('shown').getAttribute('role')") == "status"
    assert opened.run("document.getElementById('q').labels[0].textContent.trim()").startswith("Search")
    seen = opened.page.locator("body").aria_snapshot()
    assert 'button "mismatch 2"' in seen
    assert 'heading "No parity" [level=1]' in seen
