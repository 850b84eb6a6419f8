"""Where names stand on a map: inside a country that has room, else beside it at the end of a leader line."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from analysis.exhibits import theme
from analysis.exhibits.charts import layout, outline

AIR = 1.0  # mm around a label
AWAY = 1.2  # mm between the end of a leader line and the text
RAYS, LENGTHS = 32, np.arange(5.0, 70.0, 2.5)  # directions and mm at which a label by leader line is tried
DEAR = 30.0  # mm of leader line from which a country chooses again, before the others
STEP, INSET = 3.0, 1.2  # mm between the places in a country where its line may start, and to its border
ASIDE = 0.4  # what a mm from there to the middle of the country costs
CELL = 1.0  # mm of the raster on which room is looked for
PLATE = 90.0  # mm of leader line that are better than a label upon another filled country, which reads as its name
CROSSING = (
    3.0  # what a mm of leader line over another filled country costs; over pale land or water it costs 1
)

Box = tuple[float, float, float, float]  # left, top, right, bottom in mm
Spot = tuple[float, float]
Outer = tuple[str, str, outline.Shape]  # a country, its text and its shape


@dataclass(frozen=True)
class Label:
    """The text of a country, its box, how it is set, and where its leader line starts; None inside the country.

    A plate stands upon another filled country and needs a ground of its own.
    """

    country: str
    text: str
    box: Box
    align: str = "center"
    start: Spot | None = None
    is_plate: bool = False

    @property
    def end(self) -> Spot:
        """Where the leader line meets the text."""
        left, top, right, bottom = self.box
        if self.align == "center":
            above = self.start is not None and self.start[1] > bottom
            return (left + right) / 2, bottom if above else top
        return (left if self.align == "left" else right), (top + bottom) / 2


def place(
    found: Mapping[str, outline.Shape],
    filled: Mapping[str, outline.Shape],
    labels: Mapping[str, str],
    around: Mapping[str, str],
    plain: Set[str],
    size: tuple[float, float],
) -> Iterator[Label]:
    """Yield the labels of the `filled` countries, then those of the neighbours in `around` that have room.

    Only in a `plain` country, one without hatching, is there room for a label. The smallest country chooses first; where
    one is left with a long line or a place upon another, it chooses before the rest, if that is better for all.
    """
    raster = _Raster(size, filled)
    outer: list[Outer] = []
    for code, shape in sorted(filled.items(), key=lambda each: (each[1].size, each[0])):
        text = labels.get(code)
        inner = _inside(code, text, shape, 600, layout.text_size()) if text and code in plain else None
        if inner:
            raster.take(inner)
            yield inner
        elif text:
            outer.append((code, text, shape))
    yield from raster.all_beside(outer)
    for code in sorted(found.keys() & around.keys() - filled.keys()):
        label = _inside(code, around[code], found[code], 400, layout.note_size())
        if label and raster.is_free(label.box):
            raster.take(label)
            yield label


def _extent(text: str, weight: int, size: float) -> tuple[float, float]:
    lines = text.split("\n")
    return max(theme.width_mm(line, size, weight) for line in lines), len(lines) * layout.line_height(size)


def _inside(code: str, text: str, shape: outline.Shape, weight: int, size: float) -> Label | None:
    width, height = _extent(text, weight, size)
    x, y, room = shape.middle(width + 2 * AIR, height + AIR)
    return Label(code, text, _box(x, y, width, height)) if room >= 1 else None


def _box(x: float, y: float, width: float, height: float) -> Box:
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


class _Raster:
    """The sheet in cells: which are covered by which filled country, and which are taken by text and lines."""

    def __init__(self, size: tuple[float, float], filled: Mapping[str, outline.Shape]) -> None:
        self.size = size
        columns, rows = (math.ceil(side / CELL) for side in size)
        spots = np.array(
            [((i + 0.5) * CELL, (j + 0.5) * CELL) for j, i in product(range(rows), range(columns))]
        )
        self.owner = np.zeros((rows, columns), dtype=int)  # 0: none
        self.number = {code: n for n, code in enumerate(filled, 1)}
        for code, shape in filled.items():
            self.owner[shape.path.contains_points(spots).reshape(rows, columns)] = self.number[code]
        self.taken = np.zeros((rows, columns), dtype=bool)

    def take(self, label: Label) -> None:
        """Keep the place of a label and of its line from all that come later."""
        self.taken[self._cells(label.box)] = True
        if label.start:
            self.taken[self._under(label.start, label.end)] = True

    def is_free(self, box: Box) -> bool:
        """Tell whether nothing written is in a box."""
        return not self.taken[self._cells(box)].any()

    def all_beside(self, outer: Sequence[Outer]) -> list[Label]:
        """Take and return the labels by leader line, of the orders of choosing tried the one in which they cost least."""
        before, tried = self.taken, {}
        while (order := tuple(code for code, *_ in outer)) not in tried:
            self.taken = before.copy()
            found = []
            for each in outer:
                label, cost = self.beside(*each)
                if label:
                    self.take(label)
                    found.append((label, cost))
            cost = (len(outer) - len(found), sum(cost for _, cost in found))
            tried[order] = cost, [label for label, _ in found], self.taken
            dear = {label.country for label, cost in found if cost > DEAR}
            outer = sorted(outer, key=lambda each: each[0] not in dear)
        _, labels, self.taken = min(tried.values(), key=lambda each: each[0])
        return labels

    def beside(self, code: str, text: str, shape: outline.Shape) -> tuple[Label | None, float]:
        """Return the label at the end of the cheapest leader line to a place where nothing is written, and its cost."""
        spots = shape.spots(STEP, INSET)
        extent = _extent(text, 600, layout.text_size())
        best, least = None, math.inf
        for length, start, ray in product(LENGTHS, spots, range(RAYS)):
            if length > least:
                break  # what is longer costs more
            angle = 2 * math.pi * ray / RAYS
            label = _pointed(code, text, start, extent, length * math.cos(angle), length * math.sin(angle))
            cost = self._cost(label, self.number[code]) + ASIDE * math.dist(start, spots[0])
            if cost < least:
                best, least = label, cost
        return best and replace(best, is_plate=bool(self.owner[self._cells(best.box)].any())), least

    def _cost(self, label: Label, own: int) -> float:
        left, top, right, bottom = label.box
        if left < AIR or top < AIR or right > self.size[0] - AIR or bottom > self.size[1] - AIR:
            return math.inf
        cells = self._cells((left - AIR, top - AIR, right + AIR, bottom + AIR))
        if self.taken[cells].any() or (self.owner[cells] == own).any():
            return math.inf
        plate = PLATE if self.owner[cells].any() else 0.0
        under = self._under(label.start, label.end)
        if self.taken[under].any():
            return math.inf
        over = self.owner[under]
        foreign = np.count_nonzero((over != own) & (over != 0)) / max(len(over), 1)
        length = math.dist(label.start, label.end)
        slanted = abs(label.end[1] - label.start[1]) / length  # a flat line reads better than a steep one
        return plate + length * (1 + (CROSSING - 1) * foreign + 0.15 * slanted)

    def _cells(self, box: Box) -> tuple[slice, slice]:
        left, top, right, bottom = box
        return (
            slice(max(0, math.floor(top / CELL)), math.ceil(bottom / CELL)),
            slice(max(0, math.floor(left / CELL)), math.ceil(right / CELL)),
        )

    def _under(self, a: Spot, b: Spot) -> tuple[np.ndarray, np.ndarray]:
        """The cells under a line, one a mm."""
        steps = np.linspace(0, 1, max(2, math.ceil(math.dist(a, b) / CELL)))[:, None]
        spots = (np.array(a) + (np.array(b) - np.array(a)) * steps) / CELL
        rows, columns = self.owner.shape
        return spots[:, 1].astype(int).clip(0, rows - 1), spots[:, 0].astype(int).clip(0, columns - 1)


def _pointed(code: str, text: str, start: Spot, extent: Spot, dx: float, dy: float) -> Label:
    """The label whose leader line runs from `start` by dx and dy, set to the side that it points to."""
    x, y = start[0] + dx, start[1] + dy
    width, height = extent
    if abs(dx) * 2 < abs(dy):
        middle = y + math.copysign(AWAY / 2 + height / 2, dy)
        return Label(code, text, _box(x, middle, width, height), "center", start)
    shift = math.copysign(AWAY + width / 2, dx)
    return Label(code, text, _box(x + shift, y, width, height), "left" if dx > 0 else "right", start)
