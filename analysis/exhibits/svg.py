"""A matplotlib figure as a small, clean, reproducible SVG with real text.

``render`` draws the figure once. The result carries no metadata, no style sheet (one would leak into the page
it is put in), only presentation attributes, only colours of the tokens, and ids that no other figure has.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from io import StringIO
from itertools import combinations, pairwise
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape, quoteattr

import matplotlib
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from analysis.exhibits import blocks, theme

SVG = "http://www.w3.org/2000/svg"
PAINTS = ("fill", "stroke")
DROPPED = {"metadata", "style", "title"}
DEFAULTS = {
    ("stroke-linejoin", "round"),  # said once, at the root
    ("stroke-linecap", "butt"),
    ("stroke-dashoffset", "0"),
    ("stroke-width", "1"),
    ("text-anchor", "start"),
    ("opacity", "1"),
    ("font-weight", "400"),
}

LEADING = 1.35
FALLBACK_FONT = 0.88  # a viewer without our font sets wider letters
_VIEW = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
_NUMBER = re.compile(r"(?<![#\w.-])-?\d*\.\d+(?:e-?\d+)?\b")
_PAINT = re.compile(r'\b(fill|stroke)="(#[0-9a-f]{6})"')
_REFERENCE = re.compile(r"#([\w.:-]+)")
_SLANT = re.compile(r"M (\S+) (\S+)\s+L (\S+) (\S+)")
_DOT = re.compile(r"(M (\S+) (\S+)\s+C [^Mz]*z)")
_NO_TURN = re.compile(r"rotate\(-?0(\.0+)?[ )]")
_PLAIN = re.compile(r"[#\w.,:()%-]*")  # an attribute that needs no care
_TURN = re.compile(r"rotate\((-?[\d.]+)")


def render(figure: Figure, prefix: str) -> str:
    """Return `figure` as SVG text, drawn exactly once; every id begins with `prefix` and a hyphen.

    A colour that is no token is a ``ValueError``: it could not follow the page into the dark.
    """
    canvas, raw = FigureCanvasSVG(figure), StringIO()
    with theme.look(), matplotlib.rc_context({"svg.hashsalt": prefix}):
        canvas.print_svg(raw, metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    root = ElementTree.fromstring(blocks.printable(raw.getvalue()))
    _unclip(root)
    ids = _ids(root, prefix)
    root.attrib |= {
        "width": f"{theme.tokens()['chart']['width_mm']}mm",
        "height": f"{figure.get_size_inches()[1] * theme.MM_PER_INCH:g}mm",
    }
    body = "".join(_written(child, ids) for child in root)
    view = {name: _rounded(root.get(name)) for name in ("width", "height", "viewBox")}
    head = {"xmlns": SVG} | view | {"font-family": theme.register_fonts(), "stroke-linejoin": "round"}
    text = f"<svg{_attributes(head)}>\n{body}</svg>\n"
    _refuse_strangers(text)
    return text


def captioned(svg: str, title: str, subtitle: str, below: str = "") -> str:
    """Return the drawing on paper with its title and subtitle above and a line below, for a viewer that shows it alone.

    A page sets these texts itself and takes the drawing as it is.
    """
    width, height = (float(side) for side in _VIEW.search(svg).groups())
    room = width * FALLBACK_FONT * theme.MM_PER_POINT
    sizes = theme.tokens()["chart"]
    rows = [
        (line, size, weight, colour)
        for text, size, weight, colour in (
            (title, theme.tokens()["pdf"]["exhibit_title_pt"], 600, "ink"),
            (subtitle, sizes["text_pt"], 400, "mute"),
        )
        for line in theme.wrapped(text, room, size, weight).split("\n")
    ]
    feet = [line for line in theme.wrapped(below, room, sizes["note_pt"]).split("\n") if line]
    written, y = [], 0.0
    for line, size, weight, colour in rows:
        y += size * LEADING
        written.append(_line(line, y, size, weight, theme.token(colour)))
    top = y + 6
    y = top + height
    for line in feet:
        y += sizes["note_pt"] * LEADING
        written.append(_line(line, y, sizes["note_pt"], 400, theme.token("mute")))
    total = y + 6
    outer = {"xmlns": SVG, "width": f"{width * theme.MM_PER_POINT:.2f}mm"}
    outer |= {"height": f"{total * theme.MM_PER_POINT:.2f}mm", "viewBox": f"0 0 {width:g} {total:.2f}"}
    inner = re.sub(
        r"<svg\b[^>]*?viewBox",
        f'<svg y="{top:.2f}" width="{width:g}" height="{height:g}" viewBox',
        svg,
        count=1,
    )
    inner = inner.replace(
        f'font-family="{theme.register_fonts()}"', f'font-family="{theme.register_fonts()}, sans-serif"', 1
    )
    paper = f'<rect width="{width:g}" height="{total:.2f}" fill="{theme.token("paper")}"/>'
    return f"<svg{_attributes(outer)}>\n{paper}\n{''.join(written)}{inner}</svg>\n"


def _line(text: str, y: float, size: float, weight: int, colour: str) -> str:
    where = {"x": "0", "y": f"{y:.2f}", "font-size": f"{size:g}", "font-weight": str(weight), "fill": colour}
    where["font-family"] = f"{theme.register_fonts()}, sans-serif"
    return f"<text{_attributes(where)}>{escape(text)}</text>\n"


def themed(svg: str) -> str:
    """Return the SVG with each colour replaced by ``var(--token)``, for a page that defines the tokens.

    >>> themed('<path fill="#ffffff"/>')
    '<path fill="var(--paper)"/>'
    """
    names = token_names()
    return _PAINT.sub(lambda found: f'{found[1]}="var(--{names[found[2]]})"', svg)


def token_names() -> dict[str, str]:
    """Return the name of each light colour; of two names for one colour the first declared."""
    light = theme.tokens()["light"]
    return {light[name].lower(): name for name in reversed(light)}


Point = tuple[float, float]


@dataclass(frozen=True)
class Label:
    """A line of text in an SVG and the corners, in user units (points), of the box that it fills."""

    text: str
    corners: tuple[Point, Point, Point, Point]
    fill: str

    @property
    def left(self) -> float:
        """Leftmost place of the box."""
        return min(x for x, _ in self.corners)

    @property
    def right(self) -> float:
        """Rightmost place of the box."""
        return max(x for x, _ in self.corners)

    @property
    def top(self) -> float:
        """Uppermost place of the box."""
        return min(y for _, y in self.corners)

    @property
    def bottom(self) -> float:
        """Lowest place of the box."""
        return max(y for _, y in self.corners)

    def meets(self, other: "Label", slack: float = 0.5) -> bool:
        """Tell whether the boxes overlap by more than `slack` points along every side of both."""
        for box in (self.corners, other.corners):
            (x0, y0), (x1, y1), _, (x3, y3) = box
            for dx, dy in ((x1 - x0, y1 - y0), (x3 - x0, y3 - y0)):
                length = math.hypot(dx, dy) or 1.0
                a, b = ([(x * dx + y * dy) / length for x, y in each.corners] for each in (self, other))
                if min(max(a), max(b)) - max(min(a), min(b)) <= slack:
                    return False
        return True


def labels(svg: str) -> list[Label]:
    """Return every line of text with its box, measured in the real font."""
    return [_label(node) for node in ElementTree.fromstring(svg).iter(f"{{{SVG}}}text")]


def cut_labels(svg: str) -> list[str]:
    """Return the texts that reach outside the picture: none in a sound figure."""
    width, height = map(float, ElementTree.fromstring(svg).get("viewBox").split()[2:])
    return [
        label.text
        for label in labels(svg)
        if label.left < 0 or label.top < 0 or label.right > width or label.bottom > height
    ]


def crossed_labels(svg: str) -> list[tuple[str, str]]:
    """Return the pairs of texts that lie upon each other: none in a sound figure."""
    return [(a.text, b.text) for a, b in combinations(labels(svg), 2) if a.meets(b)]


def _label(node: Element) -> Label:
    size, weight = float(node.get("font-size")), int(node.get("font-weight", 400))
    width = theme.width_mm(node.text or "", size, weight) / theme.MM_PER_POINT
    turn = _TURN.search(node.get("transform", ""))
    angle = math.radians(float(turn[1])) if turn else 0.0
    x, y = _rotated((float(node.get("x")), float(node.get("y"))), -angle)
    left = x - width * {"start": 0, "middle": 0.5, "end": 1}[node.get("text-anchor", "start")]
    top, bottom = y - 0.73 * size, y + 0.2 * size
    box = ((left, top), (left + width, top), (left + width, bottom), (left, bottom))
    return Label(node.text or "", tuple(_rotated(corner, angle) for corner in box), node.get("fill", "none"))


def _rotated(point: Point, angle: float) -> Point:
    (x, y), cos, sin = point, math.cos(angle), math.sin(angle)
    return x * cos - y * sin, x * sin + y * cos


def _ids(root: Element, prefix: str) -> dict[str, str]:
    """Number the ids that something refers to, in the order of the drawing; all others are dropped."""
    used = {
        name for node in root.iter() for value in node.attrib.values() for name in _REFERENCE.findall(value)
    }
    known = [node.get("id") for node in root.iter() if node.get("id") in used]
    return {old: f"{prefix}-{number}" for number, old in enumerate(dict.fromkeys(known), 1)}


def _written(node: Element, ids: dict[str, str]) -> str:
    """Write an element and its children; groups and definitions that say nothing are left out."""
    tag = node.tag.rpartition("}")[2]
    if tag in DROPPED or (tag == "clipPath" and node.get("id") not in ids):
        return ""
    if tag == "pattern":
        _tile(node)
    attributes = dict(_presented(node, ids))
    inner = "".join(_written(child, ids) for child in node)
    if tag in ("g", "defs") and not inner.strip():
        return ""
    if tag == "g" and not attributes:
        return inner
    text = escape(node.text, {'"': "&quot;"}) if node.text and node.text.strip() else ""
    if tag == "path" and attributes.get("fill") == "none" and not {"stroke", "id"} & attributes.keys():
        return ""
    if not inner and not text:
        return f"<{tag}{_attributes(attributes)}/>\n"
    return f"<{tag}{_attributes(attributes)}>{text}{inner}</{tag}>\n"


def _unclip(root: Element) -> None:
    """Drop the clips that are as large as the drawing: its own edges cut the same."""
    edges = [float(side) for side in root.get("viewBox").split()]
    needless = {
        f"url(#{clip.get('id')})"
        for clip in root.iter(f"{{{SVG}}}clipPath")
        if [round(float(clip[0].get(side)), 2) for side in ("x", "y", "width", "height")]
        == [round(edge, 2) for edge in edges]
    }
    for node in root.iter():
        if node.get("clip-path") in needless:
            del node.attrib["clip-path"]


def _tile(pattern: Element) -> None:
    """Shrink a hatch, which matplotlib draws over a square inch, to one small repeating tile."""
    ground, hatching = pattern
    if found := _slanted(hatching.get("d")) or _dotted(hatching.get("d")):
        width, height, path = found
        for sized in (pattern, ground):
            sized.attrib |= {"width": f"{width:g}", "height": f"{height:g}"}
        hatching.set("d", path)


def _slanted(path: str) -> tuple[float, float, str] | None:
    """Width, height and path of a tile of parallel lines, two of them."""
    moves = [list(map(float, line)) for line in _SLANT.findall(path)]
    steps = {round(b[0] - a[0], 4) for a, b in pairwise(moves)}
    if len(moves) < 2 or len(steps) != 1 or any(x0 + y0 != x1 + y1 for x0, y0, x1, y1 in moves):
        return None
    side = 4 * steps.pop()
    lines = [f"M -1 {c + 1:g} L {c + 1:g} -1" for c in (0, side / 2, side, side * 1.5, side * 2)]
    return side, side, " ".join(lines)


def _dotted(path: str) -> tuple[float, float, str] | None:
    """Width, height and path of a tile of dots in rows, each second row moved by half a step: its corners and its middle."""
    dots = {(round(float(x), 3), round(float(y), 3)): dot for dot, x, y in _DOT.findall(path)}
    across, down = (sorted(set(places)) for places in zip(*dots, strict=True)) if dots else ((), ())
    if len(across) < 3 or len(down) < 3:
        return None
    tile = [dot.strip() for (x, y), dot in dots.items() if x <= across[2] and y <= down[2]]
    return round(across[2] - across[0], 3), round(down[2] - down[0], 3), " ".join(tile)


def _presented(node: Element, ids: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Give the attributes of an element, with its style taken apart into presentation attributes."""
    for name, value in node.attrib.items():
        name = name.rpartition("}")[2]
        if name == "id":
            if value in ids:
                yield "id", ids[value]
        elif name == "style":
            yield from ((said, _readdressed(what, ids)) for said, what in _styled(value))
        elif name != "transform" or not _NO_TURN.match(value):
            yield name, _rounded(_readdressed(value, ids))


@lru_cache(maxsize=1024)  # few are told apart: marks of one look share theirs
def _styled(style: str) -> tuple[tuple[str, str], ...]:
    said = []
    for declaration in filter(None, (part.strip() for part in style.split(";"))):
        name, _, value = (part.strip() for part in declaration.partition(":"))
        if name in PAINTS and value.startswith("#"):
            value = value.lower()
        value = value if "#" in value else _rounded(value.removesuffix("px"))
        if name != "font-family" and (name, value) not in DEFAULTS:
            said.append((name, value))
    return tuple(said)


def _readdressed(value: str, ids: dict[str, str]) -> str:
    if "#" not in value:
        return value
    return _REFERENCE.sub(lambda found: f"#{ids.get(found[1], found[1])}", value)


def _rounded(text: str) -> str:
    """Round every decimal number in `text` to two places, without needless zeros.

    >>> _rounded("M 1.2345 -0.001 L 10.000 7")
    'M 1.23 0 L 10 7'
    """
    return _NUMBER.sub(_two_places, text) if "." in text else text


def _two_places(found: re.Match[str]) -> str:
    return f"{round(float(found[0]), 2) + 0.0:.2f}".rstrip("0").rstrip(".")


def _attributes(attributes: dict[str, str]) -> str:
    return "".join(
        f' {name}="{value}"' if _PLAIN.fullmatch(value) else f" {name}={quoteattr(' '.join(value.split()))}"
        for name, value in attributes.items()
    )


def _refuse_strangers(svg: str) -> None:
    paints = {value.lower() for value in re.findall(r'\b(?:fill|stroke)="([^"]*)"', svg)}
    known = {"none", *token_names()}
    strangers = {paint for paint in paints - known if not paint.startswith("url(")}
    if strangers:
        raise ValueError(f"colours that are no tokens: {', '.join(sorted(strangers))}")
