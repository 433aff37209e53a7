"""A real browser, where one is installed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from migcheck.report.html import to_html
from tests.report.html import sample

_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
_ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A headless Chromium, with a profile of its own."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    program = next(filter(None, map(shutil.which, _NAMES)), None)
    if program is None:
        pytest.skip(f"no browser: none of {', '.join(_NAMES)} is installed")
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=_ARGUMENTS)
        yield chromium
        chromium.close()


@dataclass
class Opened:
    """A page in the browser, and what it did that it should not have done."""

    page: Any
    said: list[str] = field(default_factory=list)

    def run(self, script: str, argument: Any = None) -> Any:
        """What a script gives."""
        return self.page.evaluate(script, argument)

    def shown(self) -> list[str]:
        """The anchors of the rows that are not filtered out."""
        rows = "[...document.querySelectorAll('.row, article > ul > li')]"
        return list(self.run(f"{rows}.filter(e => !e.closest('[hidden]')).map(e => e.id)"))

    def open_all(self) -> None:
        """Open whatever can be opened."""
        self.run("document.querySelectorAll('details').forEach(e => e.open = true)")


@pytest.fixture
def visit(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Opened]]:
    """Open a page, ``visit(page, "#hash", width=360)``; what it says on the console fails the test."""
    visited: list[tuple[Any, Opened]] = []

    def open_page(page: bytes, hash: str = "", width: int = 1280, **settings: Any) -> Opened:
        file = tmp_path / "report.html"
        file.write_bytes(page)
        context = browser.new_context(viewport={"width": width, "height": 800}, **settings)
        opened = Opened(context.new_page())
        visited.append((context, opened))
        opened.page.on("console", lambda message: opened.said.append(f"console: {message.text}"))
        opened.page.on("pageerror", lambda error: opened.said.append(f"error: {error}"))
        opened.page.on("dialog", lambda dialog: opened.said.append(f"dialog: {dialog.message}"))
        opened.page.on("request", lambda request: _note(opened, request.url, file))
        opened.page.goto(file.as_uri() + hash)
        return opened

    yield open_page
    for context, opened in visited:
        context.close()
        assert opened.said == []


def _note(opened: Opened, url: str, file: Path) -> None:
    if not url.startswith((file.as_uri(), "data:image/png;base64,", "data:,")):
        opened.said.append(f"asked for {url}")


@cache
def page_of(name: str) -> bytes:
    """The page of one of the sample reports."""
    return to_html(getattr(sample, name)())
