"""A block's SVG as part of the page: only known elements, ids of its own, colours that follow the theme.

Typst and the notebook take the SVG as it is, in the light theme's colours; only the page can swap a colour for a name.
"""

from __future__ import annotations

import re
from functools import cache
from html import escape
from importlib import resources
from json import loads
from typing import Any
from xml.etree import ElementTree

from analysis.briefings.shortening import Node, path, written
from analysis.errors import BriefingError

ELEMENTS = frozenset(
    [
        "svg",
        "g",
        "path",
        "rect",
        "circle",
        "ellipse",
        "line",
        "polyline",
        "polygon",
        "text",
        "tspan",
        "defs",
        "clipPath",
        "mask",
        "use",
        "title",
        "desc",
        "pattern",
        "linearGradient",
        "radialGradient",
        "stop",
        "image",
    ]
)
# the page sets size and name; a style would need a hole in the content policy, and no exhibit uses one
ROOT_KEEPS = ("viewBox", "font-family", "stroke-linejoin", "stroke-linecap")
LINK = re.compile(r"#([\w.:-]+)")
TEXT_SIZE = "8.5"  # of most text in a chart: said once, on the drawing
NUMBER = re.compile(r"[\d.]+")
HEX = re.compile(r"#[0-9a-fA-F]{6}\Z")


@cache
def tokens() -> dict[str, Any]:
    """The design tokens. Read from the file itself: the exhibits' theme would bring in matplotlib to draw nothing."""
    return loads(resources.files("analysis.exhibits").joinpath("tokens.json").read_text(encoding="utf-8"))


@cache
def names() -> dict[str, str]:
    """The name of each light colour, the first declared of two."""
    light = tokens()["light"]
    return {light[name].lower(): name for name in reversed(light)}


def themed(svg: str, anchor: str, kind: str = "wide", ids: str = "") -> str:
    """The drawing as an inline `<svg>` whose ids begin with `ids`, or else with `anchor`; its name is that of its box.

    >>> themed('<svg viewBox="0 0 9 9"><path fill="#ffffff" d="M 0 0 L 5 5"/></svg>', "trade")
    '<svg class="wide" viewBox="0 0 9 9"><path fill="var(--paper)" d="m0 0l5 5"/></svg>'
    """
    try:
        root = ElementTree.fromstring(svg)
    except ElementTree.ParseError as error:
        raise BriefingError(
            f"figure {anchor}: its drawing is no SVG ({error}); run the notebook again"
        ) from None
    named = filter(None, (node.get("id") for node in root.iter()))
    named_anew = {name: f"{ids or anchor}--{n}" for n, name in enumerate(named)}
    kept = {name: root.get(name) for name in ROOT_KEEPS if root.get(name)}
    if any(node.get("font-size") == TEXT_SIZE for node in root.iter()):
        kept["font-size"] = TEXT_SIZE
    parts = [_node(child, named_anew, anchor) for child in root if not _is_paper(child, root)]
    return written(Node("svg", {"class": kind} | kept, children=parts))


def _is_paper(node: ElementTree.Element, root: ElementTree.Element) -> bool:
    """Whether an element is the sheet under a whole drawing: the page is of the same paper."""
    sides = {"0", *(root.get("viewBox") or "").split()}
    is_sheet = len(sides) > 1 and set(NUMBER.findall(node.get("d", ""))) == sides
    return is_sheet and names().get(node.get("fill", "").lower()) == "paper"


def _node(node: ElementTree.Element, ids: dict[str, str], anchor: str) -> Node:
    tag = node.tag.rpartition("}")[2]
    if tag not in ELEMENTS:
        raise BriefingError(f"figure {anchor}: its drawing holds <{tag}>, which a briefing does not print")
    attributes = {name.rpartition("}")[2]: value for name, value in node.attrib.items()}
    if attributes.get("font-size") == TEXT_SIZE:
        del attributes["font-size"]
    shown = {name: _value(name, value, ids, anchor) for name, value in attributes.items()}
    parts = [_node(child, ids, anchor) for child in node]
    if tag == "g":
        return Node(tag, shown, children=parts)
    inner = "".join(written(part) + _text(child.tail) for part, child in zip(parts, node, strict=True))
    return Node(tag, shown, _text(node.text) + inner)


def _value(name: str, value: str, ids: dict[str, str], anchor: str) -> str:
    if name == "style" or name.startswith("on"):
        raise BriefingError(
            f"figure {anchor}: its drawing holds the attribute '{name}', which a briefing does not print"
        )
    if name == "id":
        return ids[value]
    if name == "d":
        return path(value)
    if name in ("x", "y"):
        return f"{float(value):.1f}".removesuffix(".0")
    if HEX.match(value):
        if value.lower() not in names():
            raise BriefingError(
                f"figure {anchor}: the colour {value} is not in tokens.json, so it cannot follow the theme"
            )
        return f"var(--{names()[value.lower()]})"
    if name == "href" and not value.startswith(("#", "data:image/")):
        raise BriefingError(f"figure {anchor}: its drawing refers to '{value}' outside itself")
    if name == "stroke-width":
        return value.removeprefix("0")
    if (name == "href" and value.startswith("#")) or value.startswith("url("):
        return LINK.sub(lambda found: f"#{ids.get(found[1], found[1])}", value)
    return value


def _text(text: str | None) -> str:
    return escape(text, quote=False) if text and text.strip() else ""
