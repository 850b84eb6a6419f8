"""A drawing in fewer letters: paths told from point to point, and what neighbours have in common said once around them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from math import dist

STEP = re.compile(r"([A-Za-z])([^A-Za-z]*)")  # of a path: a letter and its numbers
PAIRS = {"M": 1, "L": 1, "Q": 2, "C": 3, "Z": 0}  # of numbers after each letter that is written anew
BOX = re.compile(r"m[^a-z]*h(-?)[^a-z-]*v(-?)[^a-z-]*h[^a-z]*z")  # as `path` writes it
ROUND = 0.05  # points by which the ends of a circle's curves may be off
GROUP = len("<g></g>")
INHERITED = frozenset(
    [
        "fill",
        "stroke",
        "stroke-width",
        "stroke-linejoin",
        "stroke-linecap",
        "stroke-dasharray",
        "font-size",
        "font-weight",
        "text-anchor",
    ]
)


@dataclass(frozen=True, slots=True)
class Node:
    """An element of a drawing: its attributes, what it holds as text, and the elements in it that may be grouped."""

    tag: str
    attributes: dict[str, str]
    content: str = ""
    children: list[Node] = field(default_factory=list)

    def shared(self) -> dict[str, str]:
        """The attributes that mean the same on a group around the element: none of what others refer to."""
        if "id" in self.attributes:
            return {}
        return {name: value for name, value in self.attributes.items() if self._is_shared(name)}

    def _is_shared(self, name: str) -> bool:
        # what is moved takes its clip with it; around it, the clip would stay
        stays = self.tag in ("path", "g", "text") and "transform" not in self.attributes
        return name in INHERITED or (name == "clip-path" and stays)

    def without(self, names: dict[str, str]) -> Node:
        """The element with these attributes said elsewhere."""
        kept = {name: value for name, value in self.attributes.items() if name not in names}
        return Node(self.tag, kept, self.content, self.children)


def written(node: Node) -> str:
    """The element as text, its children in groups where that is shorter.

    >>> words = [Node("text", {"fill": "var(--ink)", "x": x}, "A") for x in "12"]
    >>> written(Node("svg", {}, children=words))
    '<svg><g fill="var(--ink)"><text x="1">A</text><text x="2">A</text></g></svg>'
    >>> ticks = [Node("path", {"fill": "none", "stroke": "var(--ink)", "d": f"m{x} 0v9"}) for x in (0, 2)]
    >>> written(Node("svg", {}, children=ticks))
    '<svg><path fill="none" stroke="var(--ink)" d="m0 0v9M2 0v9"/></svg>'
    """
    content = node.content + "".join(map(written, _grouped(node.children)))
    head = node.tag + attributes(node.attributes)
    return f"<{head}>{content}</{node.tag}>" if content else f"<{head}/>"


def attributes(said: dict[str, str]) -> str:
    """The attributes of an element, each after a blank."""
    return "".join(f' {name}="{escape(value)}"' for name, value in said.items())


def _grouped(nodes: list[Node]) -> Iterator[Node]:
    nodes = list(_opened(nodes))
    shared = [node.shared() for node in nodes]
    start = 0
    while start < len(nodes):
        length, common = _run(shared, start)
        run = nodes[start : start + length]
        yield _joined(common, [node.without(common) for node in run]) if common else run[0]
        start += length


def _joined(common: dict[str, str], run: list[Node]) -> Node:
    """One path of lines or boxes that differ in their place alone, else a group."""
    steps = [node.attributes.get("d", "") for node in run if list(node.attributes) == ["d"]]
    if len(steps) == len(run) and (common.get("fill") == "none" or _are_boxes(steps)):
        return Node(
            "path", common | {"d": "M".join([steps[0], *(each.removeprefix("m") for each in steps[1:])])}
        )
    return Node("g", common, children=run)


def _are_boxes(steps: list[str]) -> bool:
    """Whether all are boxes drawn the same way round: only those are filled together as they are alone."""
    found = [BOX.fullmatch(each) for each in steps]
    return all(found) and len({each[1] == each[2] for each in found}) == 1


def _opened(nodes: list[Node]) -> Iterator[Node]:
    """The nodes, with those of a group that says nothing in its place."""
    for node in nodes:
        if node.tag == "g" and not node.attributes:
            yield from _opened(node.children)
        else:
            yield node


def _run(shared: list[dict[str, str]], start: int) -> tuple[int, dict[str, str]]:
    """How many nodes from the start on are best put into one group, and what they all say."""
    best, saved, common = (1, {}), 0, shared[start]
    for length, other in enumerate(shared[start + 1 :], 2):
        common = dict(common.items() & other.items()) if common != other else common
        if not common:
            break
        saving = (length - 1) * len(attributes(common)) - GROUP
        if saving > saved:
            best, saved = (length, common), saving
    length, common = best
    return length, {name: common[name] for name in shared[start] if name in common}


@lru_cache(maxsize=4096)  # the marks of a chart are the same in all drawings
def path(steps: str) -> str:
    """The steps of a path, each told from the point before it in tenths of a point; others stay as they are.

    >>> path("M 10 10 L 12.5 9.75 L 12.5 20 z"), path("M 0 0 A 5 5 0 0 1 9 9")
    ('m10 10l2.5-.2v10.2z', 'M 0 0 A 5 5 0 0 1 9 9')

    A circle, which is drawn as eight curves, is two arcs.

    >>> ends = ((0, 5), (3.54, 3.54), (5, 0), (3.54, -3.54), (0, -5), (-3.54, -3.54), (-5, 0), (-3.54, 3.54), (0, 5))
    >>> path(f"M 0 5 {' '.join(f'C 1 1 2 2 {x} {y}' for x, y in ends[1:])} z")
    'm0 5a5 5 0 1 1 0-10a5 5 0 1 1 0 10z'
    """
    found = [
        (letter.upper(), letter, numbers.replace(",", " ").split()) for letter, numbers in STEP.findall(steps)
    ]
    if any(PAIRS.get(kind) is None or (letter != kind and kind != "Z") for kind, letter, _ in found):
        return steps
    if any(len(numbers) != 2 * PAIRS[kind] for kind, _, numbers in found):
        return steps
    if round_one := _circle(found):
        return round_one
    out, said = "", ""
    here = first = (0, 0)
    for kind, _, numbers in found:
        spots = [
            tuple(round(float(each) * 10) for each in pair)
            for pair in zip(numbers[::2], numbers[1::2], strict=True)
        ]
        letter, told = _told(kind, [x - y for spot in spots for x, y in zip(spot, here, strict=True)])
        if kind == "Z":
            here = first
        else:
            here = spots[-1]
            first = here if kind == "M" else first
        out += told if letter == said and kind not in "MZ" else letter + told.lstrip()
        said = letter
    return out


def _circle(steps: list[tuple[str, str, list[str]]]) -> str:
    """The two arcs of a closed path whose eight curves end equally far from one point, else ''."""
    if "".join(kind for kind, *_ in steps) != "MCCCCCCCCZ":
        return ""
    ends = [tuple(map(float, numbers[-2:])) for _, _, numbers in steps[:-1]]
    (x, y), (across_x, across_y) = ends[0], ends[4]
    centre = (x + across_x) / 2, (y + across_y) / 2
    radius = dist(ends[0], centre)
    if any(abs(dist(end, centre) - radius) > ROUND for end in ends):
        return ""
    spots = [round(10 * each) for each in (radius, x, y, across_x, across_y)]
    size, to = _number(spots[0]), (spots[3] - spots[1], spots[4] - spots[2])
    arcs = (f"a{size.lstrip()}{size} 0 1 1{''.join(map(_number, way))}" for way in (to, (-to[0], -to[1])))
    return f"m{''.join(map(_number, spots[1:3])).lstrip()}{''.join(arcs)}z"


def _told(kind: str, moves: list[int]) -> tuple[str, str]:
    """The letter of a step and its numbers; a straight one along an axis needs one of the two."""
    letter = kind.lower()
    if kind == "L" and 0 in moves:
        letter, moves = ("h", moves[:1]) if moves[1] == 0 else ("v", moves[1:])
    return letter, "".join(map(_number, moves))


def _number(tenths: int) -> str:
    """A number after another one: its sign, or else a blank, parts the two."""
    text = f"{abs(tenths) / 10:g}"
    return ("-" if tenths < 0 else " ") + (text.removeprefix("0") or "0")
