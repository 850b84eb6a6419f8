"""The outlines of countries as shapes on a sheet: projected, cut to a frame, and where a label fits into one."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.path import Path

from analysis.exhibits import theme

PARALLELS = (36.0, 52.0)  # of the cone, in degrees of latitude; along them the map is true
PAD = 0.05  # of the frame, around the countries that it shows
STEP = 1.0  # points: corners are set to whole steps, so that a border has the same ones on both sides and few of them
GRAIN = 0.7  # mm between the points at which a border is looked at
LOOKED_AT = 28  # places tried along each side of a shape

Ring = np.ndarray  # corners in order, a row each


@dataclass(frozen=True)
class Shape:
    """What a frame shows of a country: its pieces in mm of the sheet, largest first."""

    pieces: tuple[Ring, ...]

    @cached_property
    def path(self) -> Path:
        """All pieces as one path."""
        return Path.make_compound_path(*(Path(np.vstack([p, p[:1]]), closed=True) for p in self.pieces))

    @cached_property
    def edge(self) -> Ring:
        """Points close together along the border of the largest piece."""
        here = self.pieces[0]
        before = np.roll(here, 1, axis=0)
        counts = np.maximum(1, np.ceil(np.hypot(*(here - before).T) / GRAIN)).astype(int)
        number = np.arange(counts.sum()) - np.repeat(counts.cumsum() - counts, counts)
        starts, sides, counts = (np.repeat(each, counts, axis=0) for each in (before, here - before, counts))
        return starts + sides * number[:, None] / counts[:, None]

    @cached_property
    def looked_at(self) -> Ring:
        """Places spread over the largest piece, those inside it."""
        piece = self.pieces[0]
        low, high = piece.min(axis=0), piece.max(axis=0)
        xs, ys = (np.linspace(a, b, LOOKED_AT + 2)[1:-1] for a, b in zip(low, high, strict=True))
        spots = lattice(xs, ys)
        spots = spots[Path(piece, closed=False).contains_points(spots)]
        return spots if len(spots) else piece.mean(axis=0)[None]

    @property
    def size(self) -> float:
        """Area of the pieces in mm²."""
        return sum(map(area, self.pieces))

    def middle(self, width: float = 1.0, height: float = 1.0) -> tuple[float, float, float]:
        """Return where a box has most room inside the largest piece, and how often it would fit in there (1: just)."""
        spots = self.looked_at
        across, down = _apart(spots, self.edge)
        room = np.maximum(across / (width / 2), down / (height / 2)).min(axis=1)
        best = int(room.argmax())
        return float(spots[best][0]), float(spots[best][1]), float(room[best])

    def spots(self, step: float, room: float) -> list[tuple[float, float]]:
        """Return the middle, then places `step` apart inside the largest piece that keep `room` from its border."""
        piece = self.pieces[0]
        low, high = piece.min(axis=0), piece.max(axis=0)
        xs, ys = (np.arange(a + step / 2, b, step) for a, b in zip(low, high, strict=True))
        grid = lattice(xs, ys)
        grid = grid[Path(piece, closed=False).contains_points(grid)]
        away = np.hypot(*_apart(grid, self.edge)).min(axis=1)
        return [self.middle()[:2], *((float(x), float(y)) for x, y in grid[away >= room])]


def conic(degrees: Ring, meridian: float) -> Ring:
    """Return longitude and latitude on Lambert's conformal cone, in earth radii; y grows to the south, as on a sheet.

    >>> conic(np.array([[60.0, 44.0]]), 60.0).round(6).tolist()
    [[0.0, 0.0]]
    """
    south, north = map(math.radians, PARALLELS)
    n = math.log(math.cos(south) / math.cos(north)) / math.log(_tilt(north) / _tilt(south))
    scale = math.cos(south) * _tilt(south) ** n / n
    distance = scale / _tilt(np.radians(degrees[:, 1])) ** n
    origin = scale / _tilt(math.radians(sum(PARALLELS) / 2)) ** n
    turn = n * np.radians(degrees[:, 0] - meridian)
    return np.column_stack([distance * np.sin(turn), distance * np.cos(turn) - origin])


def shapes(
    outlines: pd.DataFrame, shown: Sequence[str], width: float, least: float, most: float
) -> tuple[dict[str, Shape], tuple[float, float]]:
    """Return the shape of each country, and of land without one (""), in a frame on the sheet, and the frame's size.

    The frame is `width` mm wide, between `least` and `most` mm high and holds every country of `shown` of which the
    outlines have the whole. A country of which nothing is in the frame is left out.
    """
    rings = [(code or "", whole, _corners(ring)) for code, whole, ring in _rows(outlines)]
    cut = {code for code, whole, _ in rings if not whole}
    framed = [ring for code, _, ring in rings if code in set(shown) - cut] or [
        ring for code, whole, ring in rings if code not in cut
    ]
    longitudes = np.concatenate([ring[:, 0] for ring in framed])
    meridian = round((longitudes.min() + longitudes.max()) / 2)
    seen = np.vstack([conic(ring, meridian) for ring in framed])
    low, high = seen.min(axis=0), seen.max(axis=0)
    low, high = low - PAD * (high - low), high + PAD * (high - low)
    scale = min(width / (high - low)[0], most / (high - low)[1])
    height = max(least, float((high - low)[1]) * scale)
    centre = (low + high) / 2
    found: dict[str, list[Ring]] = {}
    for code, _, ring in rings:
        placed = (conic(ring, meridian) - centre) * scale + (width / 2, height / 2)
        kept = _tidy(_cut(placed, width, height))
        if len(kept) > 2:
            found.setdefault(code, []).append(kept)
    return {code: Shape(tuple(sorted(parts, key=area, reverse=True))) for code, parts in found.items()}, (
        width,
        height,
    )


def lattice(xs: np.ndarray, ys: np.ndarray) -> Ring:
    """Return the places at each of `xs` in each row of `ys`.

    >>> lattice(np.array([0, 1]), np.array([5, 6])).tolist()
    [[0, 5], [1, 5], [0, 6], [1, 6]]
    """
    return np.column_stack([np.tile(xs, len(ys)), np.repeat(ys, len(xs))])


def area(ring: Ring) -> float:
    """Return the area inside a ring.

    >>> area(np.array([[0, 0], [2, 0], [2, 3], [0, 3]]))
    6.0
    """
    x, y = ring.T
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)


# --- inside ----------------------------------------------------------------------------------------------------------


def _tilt(latitude: Any) -> Any:
    return np.tan(math.pi / 4 + latitude / 2)


def _rows(outlines: pd.DataFrame) -> Iterator[tuple[str, bool, str]]:
    for row in outlines.itertuples():
        yield (row.country if isinstance(row.country, str) else ""), bool(row.is_whole), row.ring


@cache
def _corners(ring: str) -> Ring:
    return np.array([corner.split() for corner in ring.split(";")], dtype=float)


def _cut(ring: Ring, width: float, height: float) -> Ring:
    """Return what of a ring lies in the rectangle from the origin (Sutherland and Hodgman)."""
    for axis, edge, sign in ((0, 0.0, 1), (0, width, -1), (1, 0.0, 1), (1, height, -1)):
        is_in = sign * (ring[:, axis] - edge) >= 0
        if is_in.all():
            continue
        before, was = np.roll(ring, 1, axis=0), np.roll(is_in, 1)
        with np.errstate(divide="ignore", invalid="ignore"):  # of sides along the edge, which do not cross it
            left, whole = (each - before[:, axis] for each in (edge, ring[:, axis]))
            crossing = before + (ring - before) * left[:, None] / whole[:, None]
        kept = np.column_stack([was != is_in, is_in]).ravel()
        ring = np.stack([crossing, ring], axis=1).reshape(-1, 2)[kept]
    return ring


def _tidy(ring: Ring) -> Ring:
    """Return a ring with its corners at whole steps and none twice."""
    step = STEP * theme.MM_PER_POINT
    whole = np.round(ring / step)
    return whole[np.any(whole != np.roll(whole, 1, axis=0), axis=1)] * step if len(ring) else ring


def _apart(spots: Ring, edge: Ring) -> tuple[np.ndarray, np.ndarray]:
    """How far each spot is from each point of an edge, across and down."""
    across, down = (abs(spots[:, axis, None] - edge[None, :, axis]) for axis in (0, 1))
    return across, down
