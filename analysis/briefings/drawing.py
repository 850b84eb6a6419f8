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
STEP = re.compile(r"([A-Za-z])([^A-Za-z]*)")  # of a path: a letter and its numbers
PAIRS = {"M": 1, "L": 1, "Q": 2, "C": 3, "Z": 0}  # of numbers after each letter that is written anew
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


def themed(svg: str, anchor: str, alt: str) -> str:
    """The drawing as an inline `<svg>` named by its alt text, whose ids begin with `anchor`.

    >>> themed('<svg viewBox="0 0 9 9"><path fill="#ffffff" d="M 0 0 L 9 9"/></svg>', "trade", "A line")
    '<svg viewBox="0 0 9 9" role="img" aria-label="A line"><path fill="var(--paper)" d="m0 0l9 9"/></svg>'
    """
    try:
        root = ElementTree.fromstring(svg)
    except ElementTree.ParseError as error:
        raise BriefingError(
            f"figure {anchor}: its drawing is no SVG ({error}); run the notebook again"
        ) from None
    ids = {node.get("id"): f"{anchor}--{n}" for n, node in enumerate(root.iter()) if node.get("id")}
    kept = {name: root.get(name) for name in ROOT_KEEPS if root.get(name)}
    if any(node.get("font-size") == TEXT_SIZE for node in root.iter()):
        kept["font-size"] = TEXT_SIZE
    head = _attributes({**kept, "role": "img", "aria-label": alt})
    return f"<svg{head}>{''.join(_written(child, ids, anchor) for child in root)}</svg>"


def _written(node: ElementTree.Element, ids: dict[str, str], anchor: str) -> str:
    tag = node.tag.rpartition("}")[2]
    if tag not in ELEMENTS:
        raise BriefingError(f"figure {anchor}: its drawing holds <{tag}>, which a briefing does not print")
    attributes = {name.rpartition("}")[2]: value for name, value in node.attrib.items()}
    if attributes.get("font-size") == TEXT_SIZE:
        del attributes["font-size"]
    inner = "".join(_written(child, ids, anchor) + _text(child.tail) for child in node)
    shown = _attributes({name: _value(name, value, ids, anchor) for name, value in attributes.items()})
    content = _text(node.text) + inner
    return f"<{tag}{shown}>{content}</{tag}>" if content else f"<{tag}{shown}/>"


def _value(name: str, value: str, ids: dict[str, str], anchor: str) -> str:
    if name == "style" or name.startswith("on"):
        raise BriefingError(
            f"figure {anchor}: its drawing holds the attribute '{name}', which a briefing does not print"
        )
    if name == "id":
        return ids[value]
    if name == "d":
        return path(value)
    if HEX.match(value):
        if value.lower() not in names():
            raise BriefingError(
                f"figure {anchor}: the colour {value} is not in tokens.json, so it cannot follow the theme"
            )
        return f"var(--{names()[value.lower()]})"
    if name == "href" and not value.startswith(("#", "data:image/")):
        raise BriefingError(f"figure {anchor}: its drawing refers to '{value}' outside itself")
    if (name == "href" and value.startswith("#")) or value.startswith("url("):
        return LINK.sub(lambda found: f"#{ids.get(found[1], found[1])}", value)
    return value


def path(steps: str) -> str:
    """The steps of a path, each told from the point before it, which takes fewer letters; others stay as they are.

    >>> path("M 10 10 L 12.5 9.75 L 12.5 20 z"), path("M 0 0 A 5 5 0 0 1 9 9")
    ('m10 10l2.5-.25 0 10.25z', 'M 0 0 A 5 5 0 0 1 9 9')
    """
    found = [
        (letter.upper(), letter, numbers.replace(",", " ").split()) for letter, numbers in STEP.findall(steps)
    ]
    if any(PAIRS.get(kind) is None or (letter != kind and kind != "Z") for kind, letter, _ in found):
        return steps
    if any(len(numbers) != 2 * PAIRS[kind] for kind, _, numbers in found):
        return steps
    out, said = "", ""
    here = first = (0, 0)
    for kind, _, numbers in found:
        spots = [
            tuple(round(float(each) * 100) for each in pair)
            for pair in zip(numbers[::2], numbers[1::2], strict=True)
        ]
        told = "".join(
            _number(value - origin) for spot in spots for value, origin in zip(spot, here, strict=True)
        )
        if kind == "Z":
            here = first
        else:
            here = spots[-1]
            first = here if kind == "M" else first
        letter = "" if kind == said and kind not in "MZ" else kind.lower()
        out += letter + (told.lstrip() if letter else told)
        said = kind
    return out


def _number(hundredths: int) -> str:
    """A number after another one: its sign, or else a blank, parts the two."""
    text = f"{abs(hundredths) / 100:.2f}".rstrip("0").rstrip(".")
    text = text.removeprefix("0") or "0"
    return ("-" if hundredths < 0 else " ") + text


def _attributes(attributes: dict[str, str]) -> str:
    return "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())


def _text(text: str | None) -> str:
    return escape(text, quote=False) if text and text.strip() else ""
