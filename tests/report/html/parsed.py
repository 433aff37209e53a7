"""A page as its elements, read without a browser."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"meta", "link", "input", "br", "img", "hr"}
#: Elements that end by themselves inside an SVG.
_EMPTY = {"path", "rect", "image"}


@dataclass
class Element:
    """An element, its attributes, its text and its ancestors' names."""

    tag: str
    attributes: dict[str, str]
    within: tuple[str, ...]
    text: str = ""


@dataclass
class Page(HTMLParser):
    """All elements of a page; an element that is not closed, or that closes another, fails."""

    elements: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.opened: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"{tag} has an attribute twice: {names}"
        element = Element(tag, {k: v or "" for k, v in attrs}, tuple(each.tag for each in self.opened))
        self.elements.append(element)
        if tag not in _VOID:
            self.opened.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in _EMPTY, f"<{tag}/>"
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.opened, f"</{tag}> closes nothing"
        assert self.opened[-1].tag == tag, f"</{tag}> closes <{self.opened[-1].tag}>"
        self.opened.pop()

    def handle_data(self, data: str) -> None:
        for element in self.opened:
            element.text += data

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """The elements of a name, with these attributes; ``class_`` is one of its classes."""
        return [
            element
            for element in self.elements
            if element.tag == tag
            and all(
                value in element.attributes.get("class", "").split()
                if name == "class_"
                else element.attributes.get(name.replace("_", "-")) == value
                for name, value in attributes.items()
            )
        ]


def parsed(html: bytes) -> Page:
    """The page of this markup."""
    page = Page()
    page.feed(html.decode("utf-8"))
    page.close()
    assert not page.opened, f"left open: {[each.tag for each in page.opened]}"
    return page
