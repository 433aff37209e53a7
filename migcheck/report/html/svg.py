"""A drawing of matplotlib's as markup for the page: small, without styles of its own, in the page's colours.

The page forbids inline styles, so what matplotlib writes as such becomes attributes; colours become classes of the
page's stylesheet, which has two values for each.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

from markupsafe import Markup, escape

#: The colours to draw with, and the classes that they become: of a filled shape, and of a line.
INK, FAINT, GRID, QUIET, LOUD = "#010101", "#020202", "#030303", "#040404", "#050505"
_CLASSES = {INK: "ink", FAINT: "faint", GRID: "grid", QUIET: "quiet", LOUD: "loud"}

_SVG = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}href"
#: What matplotlib says that is so without being said, or that the page decides.
_NEEDLESS = {
    "font-family",
    "font",
    "stroke-dashoffset",
    "image-rendering",
    "id",
    *(("stroke-linejoin", "miter"), ("text-anchor", "start"), ("opacity", "1"), ("stroke-linecap", "square")),
}
_NUMBER = re.compile(r"-?\d+\.\d+")


def inline(drawing: bytes, name: str, title: str, desc: str) -> Markup:
    """The drawing, with a title and a description; ``name`` tells its ids from those of other drawings."""
    root = ElementTree.fromstring(drawing)
    body = "".join(_markup(child) for child in root)
    head = Markup('<svg viewBox="{}" role="img" aria-labelledby="{n}-t {n}-d"><title id="{n}-t">{}</title>').format(
        root.get("viewBox"), title, n=name
    )
    desc_ = Markup('<desc id="{}-d">{}</desc>').format(name, desc)
    return Markup("{}{}{}</svg>").format(head, desc_, Markup(body))


def _markup(element: ElementTree.Element) -> str:
    tag = element.tag.removeprefix(_SVG) if isinstance(element.tag, str) else ""
    children = "".join(_markup(child) for child in element)
    if tag == "g":
        return children
    if tag not in ("path", "text", "image", "tspan"):
        return ""  # metadata, styles, definitions: nothing drawn here refers to them
    given = {"href" if key == _LINK else key: value for key, value in element.attrib.items() if key != "style"}
    for item in element.get("style", "").split(";"):
        key, _, value = item.partition(":")
        given.setdefault(key.strip(), value.strip())
    given.pop("clip-path", None)
    said = "".join(
        f' {key}="{escape(value)}"' for key, value in _short(given).items() if not {key, (key, value)} & _NEEDLESS
    )
    inside = escape(element.text.strip()) + children if element.text else children
    return f"<{tag}{said}>{inside}</{tag}>" if inside else f"<{tag}{said}/>"


def _short(given: dict[str, str]) -> dict[str, str]:
    """Attributes in few characters, with classes for colours."""
    short = {key: value for key, value in given.items() if value}
    classes = []
    for key in ("fill", "stroke"):
        if short.get(key) in _CLASSES:
            classes.append(f"{key[0]}-{_CLASSES[short.pop(key)]}")
    if classes:
        short["class"] = " ".join(classes)
    if "d" in short:
        path = _NUMBER.sub(lambda number: _rounded(number[0], 1), short["d"])
        short["d"] = re.sub(r"\s*([MLzC])\s*", r"\1", path)
    if "transform" in short:
        if short["transform"].startswith("rotate(-0 "):
            del short["transform"]
        else:
            short["transform"] = _NUMBER.sub(lambda number: _rounded(number[0], 3), short["transform"])
    for key in ("x", "y", "stroke-width"):
        if key in short:
            short[key] = _rounded(short[key], 1)
    if "href" in short:
        short["href"] = re.sub(r"\s", "", short["href"])
    if "font-size" in short:
        short["font-size"] = short["font-size"].removesuffix("px")
    return short


def _rounded(number: str, digits: int) -> str:
    return f"{float(number):.{digits}f}".rstrip("0").rstrip(".")
