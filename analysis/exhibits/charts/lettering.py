"""Where names stand on a map: inside a country that has room, else beside it at the end of a leader line."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

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
        self.owner = np.zeros((rows, columns), dtype=int)  # 0: none
        self.number = {code: n for n, code in enumerate(filled, 1)}
        for code, shape in filled.items():
            corners = np.vstack(shape.pieces)
            cells = self._cells((*corners.min(axis=0), *corners.max(axis=0)))
            down, across = (np.arange(side)[part] for side, part in zip((rows, columns), cells, strict=True))
            spots = outline.lattice((across + 0.5) * CELL, (down + 0.5) * CELL)
            covered = shape.path.contains_points(spots).reshape(len(down), len(across))
            self.owner[cells][covered] = self.number[code]
        self.taken = np.zeros((rows, columns), dtype=bool)
        self.spots: dict[str, list[Spot]] = {}

    def take(self, label: Label) -> None:
        """Keep the place of a label and of its line from all that come later."""
        self.taken[self._cells(label.box)] = True
        if label.start:
            start, end = np.array([label.start]), np.array([label.end])
            count = max(2, math.ceil(math.dist(label.start, label.end) / CELL))
            self.taken[self._under(start, end, count)] = True

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
        spots = np.array(self._spots(code, shape))
        extent = _extent(text, 600, layout.text_size())
        aside = np.repeat(ASIDE * _distance(spots, spots[0]), RAYS)
        best, least = None, math.inf
        for length in LENGTHS:
            if length > least:
                break  # what is longer costs more
            tries = _pointed(spots, extent, length)
            costs = self._costs(tries, self.number[code]) + aside
            first = int(costs.argmin())
            if costs[first] < least:
                best, least = tries.label(first, code, text), float(costs[first])
        return best and replace(best, is_plate=bool(self.owner[self._cells(best.box)].any())), least

    def _spots(self, code: str, shape: outline.Shape) -> list[Spot]:
        if code not in self.spots:
            self.spots[code] = shape.spots(STEP, INSET)
        return self.spots[code]

    def _costs(self, tries: _Tries, own: int) -> np.ndarray:
        """What each place would cost; one that is out of the picture, written upon or the country's own is no place."""
        costs = np.full(len(tries.ends), math.inf)
        left, top, right, bottom = tries.boxes.T
        kept = (left >= AIR) & (top >= AIR) & (right <= self.size[0] - AIR) & (bottom <= self.size[1] - AIR)
        around = tries.boxes + np.array([-AIR, -AIR, AIR, AIR])
        for covered in (self.taken, self.owner == own):
            kept[kept] = ~_any_in(covered, around[kept])
        plates = np.where(_any_in(self.owner != 0, around), PLATE, 0.0)
        lengths = _distance(tries.starts, tries.ends)
        slants = (
            abs(tries.ends[:, 1] - tries.starts[:, 1]) / lengths
        )  # a flat line reads better than a steep one
        cells = np.maximum(2, np.ceil(lengths / CELL)).astype(int)
        for count in set(cells[kept].tolist()):
            some = np.flatnonzero(kept & (cells == count))
            under = self._under(tries.starts[some], tries.ends[some], count)
            over = self.owner[under]
            foreign = np.count_nonzero((over != own) & (over != 0), axis=0) / count
            price = lengths[some] * (1 + (CROSSING - 1) * foreign + 0.15 * slants[some])
            costs[some] = np.where(self.taken[under].any(axis=0), math.inf, plates[some] + price)
        return costs

    def _cells(self, box: Box) -> tuple[slice, slice]:
        left, top, right, bottom = box
        return (
            slice(max(0, math.floor(top / CELL)), math.ceil(bottom / CELL)),
            slice(max(0, math.floor(left / CELL)), math.ceil(right / CELL)),
        )

    def _under(self, a: np.ndarray, b: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
        """So many cells under each line, a column a line."""
        steps = np.linspace(0, 1, count)[:, None, None]
        spots = (a + (b - a) * steps) / CELL
        rows, columns = self.owner.shape
        return spots[..., 1].astype(int).clip(0, rows - 1), spots[..., 0].astype(int).clip(0, columns - 1)


@dataclass(frozen=True)
class _Tries:
    """Labels that could be: from each start a leader line along each ray; `sides` is how the text is set, -1 to 1."""

    starts: np.ndarray
    ends: np.ndarray
    boxes: np.ndarray
    sides: np.ndarray

    def label(self, number: int, code: str, text: str) -> Label:
        """One of them."""
        align = {0: "center", 1: "left", -1: "right"}[int(self.sides[number])]
        box, start = tuple(self.boxes[number].tolist()), tuple(self.starts[number].tolist())
        return Label(code, text, box, align, start)


def _pointed(spots: np.ndarray, extent: Spot, length: float) -> _Tries:
    """The labels whose leader lines of `length` run from the spots along the rays, each set to the side it points to."""
    width, height = extent
    turns = 2 * np.pi * np.arange(RAYS) / RAYS
    dx, dy = (np.tile(length * each, len(spots)) for each in (np.cos(turns), np.sin(turns)))
    starts = np.repeat(spots, RAYS, axis=0)
    sides = np.where(abs(dx) * 2 < abs(dy), 0, np.where(dx > 0, 1, -1))
    x = starts[:, 0] + dx + np.where(sides == 0, 0, np.copysign(AWAY + width / 2, dx))
    y = starts[:, 1] + dy + np.where(sides == 0, np.copysign(AWAY / 2 + height / 2, dy), 0)
    left, top, right, bottom = boxes = _box(x, y, width, height)
    ends = np.column_stack([
        np.choose(sides + 1, (right, (left + right) / 2, left)),
        np.where(sides == 0, np.where(starts[:, 1] > bottom, bottom, top), (top + bottom) / 2),
    ])  # fmt: skip
    return _Tries(starts, ends, np.column_stack(boxes), sides)


def _distance(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.hypot(*(a - b).T)


def _any_in(cells: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """Tell for each box whether any cell in it is true."""
    sums = np.zeros((cells.shape[0] + 1, cells.shape[1] + 1), dtype=int)
    sums[1:, 1:] = cells.cumsum(axis=0).cumsum(axis=1)
    rows, columns = cells.shape
    low, high = np.floor(boxes[:, :2] / CELL).astype(int), np.ceil(boxes[:, 2:] / CELL).astype(int)
    (left, top), (right, bottom) = low.clip(0, (columns, rows)).T, high.clip(0, (columns, rows)).T
    return sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left] > 0
