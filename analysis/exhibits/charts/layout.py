"""Where things stand in a figure: panels and text placed in mm, labels pushed apart, ticks that do not crowd."""

import math
from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.exhibits import theme, wording
from analysis.exhibits.charts.sheet import Sheet

CAP_HEIGHT = 0.727  # of the chart font, in em
ASCENT = 0.96875  # of the chart font over the baseline, in em
TICK_PAD = 4.0  # points between a field and the names of its values
BEHIND = 0.55  # where axes are painted: over shades, under all else
TURN = 50  # degrees of a head that does not fit its column

Ticks = Callable[[float], str]


def note_size() -> float:
    """Return the size in points of notes inside a chart."""
    return theme.tokens()["chart"]["note_pt"]


def text_size() -> float:
    """Return the size in points of ordinary chart text."""
    return theme.tokens()["chart"]["text_pt"]


def tick_size() -> float:
    """Return the size in points of the values of an axis."""
    return text_size() - 0.5


def panel(figure: Figure, left: float, top: float, width: float, height: float) -> Axes:
    """Add axes to the figure, for what seaborn draws; place and size in mm, counted from the upper left corner."""
    whole_width, whole_height = figure.get_size_inches() * theme.MM_PER_INCH
    return figure.add_axes(
        (left / whole_width, 1 - (top + height) / whole_height, width / whole_width, height / whole_height)
    )


def sheet(figure: Figure) -> Sheet:
    """Add a sheet that covers the whole figure, over all that is on it, in mm, x to the right and y down."""
    width, height = figure.get_size_inches() * theme.MM_PER_INCH
    return Sheet(figure, (0, 0, width, height), (0, width), (0, height), cut=False, zorder=5)


def blank(height_mm: float) -> tuple[Figure, Sheet]:
    """Return an empty figure and its sheet."""
    empty = theme.figure(height_mm, left=0, right=0, top=0, bottom=0)
    return empty, sheet(empty)


def inside(figure: Figure) -> tuple[float, float, float, float]:
    """Return left, top, width and height in mm of what the margins of a figure leave."""
    (width, height), room = figure.get_size_inches() * theme.MM_PER_INCH, figure.subplotpars
    return (
        room.left * width,
        (1 - room.top) * height,
        (room.right - room.left) * width,
        (room.top - room.bottom) * height,
    )


def field(
    figure: Figure, place: tuple[float, float, float, float], x: tuple[float, float], y: tuple[float, float]
) -> Sheet:
    """Add a sheet for marks against values: `x` are its limits from left to right, `y` from below to above.

    `place` is left, top, width and height in mm on the figure; one that leaves no room is a ``ValueError``.
    """
    if min(place[2:]) <= 0:
        raise ValueError(f"margins leave no room for a field of {place[2]:g} x {place[3]:g} mm")
    return Sheet(figure, place, x, y[::-1])


def write(
    sheet: Sheet,
    x: float,
    y: float,
    text: str,
    *,
    size: float | None = None,
    weight: int = 400,
    colour: str | None = None,
    align: str = "left",
    angle: float = 0,
) -> None:
    """Write on a sheet, each line's capitals centred on its own `y` (the block's middle is `y`), at `x` mm."""
    size = size or text_size()
    em = size * theme.MM_PER_POINT
    lines = text.split("\n")
    for i, line in enumerate(lines):
        middle = y + (i - (len(lines) - 1) / 2) * line_height(size)
        drop = CAP_HEIGHT / 2 * em
        radians = math.radians(angle)
        sheet.text(
            x + drop * math.sin(radians),
            middle + drop * math.cos(radians),
            line,
            size=size,
            weight=weight,
            color=colour or theme.token("ink"),
            ha=align,
            rotation=angle,
        )


def line_height(size: float | None = None) -> float:
    """Return the distance in mm of two lines of text at `size` points."""
    return (size or text_size()) * theme.MM_PER_POINT * 1.22


def dot(sheet: Sheet, x: float, y: float, radius: float, kind: str, colour: str) -> None:
    """Draw a round mark of `radius` mm: `kind` full or open. (Equal marks share one path in the SVG.)"""
    edge = 0 if kind == "full" else 1.3
    sheet.plot(
        [x], [y], "o", markersize=2 * radius / theme.MM_PER_POINT - edge, markeredgewidth=edge, markeredgecolor=colour,
        markerfacecolor=colour if kind == "full" else theme.token("paper"), zorder=2.5,
    )  # fmt: skip


def spread(wanted: Sequence[float], heights: Sequence[float], low: float, high: float) -> list[float]:
    """Move labels apart as little as possible: return centres whose boxes do not overlap, in the order given.

    `wanted` are the centres the labels would like, `heights` their sizes, all in one unit; the boxes stay
    inside `low` to `high` where there is room for them all. The order of the centres is kept (least squares
    under that order: pooled adjacent violators).

    >>> spread([10, 10, 30], [4, 4, 4], 0, 100)
    [8.0, 12.0, 30.0]
    >>> spread([1, 99.5], [4, 4], 0, 100)
    [2.0, 98.0]
    """
    order = sorted(range(len(wanted)), key=lambda i: (wanted[i], i))
    offsets, total = {}, 0.0
    for i in order:
        offsets[i] = total + heights[i] / 2
        total += heights[i]
    blocks: list[tuple[float, int]] = []
    for i in order:
        mean, count = float(wanted[i]) - offsets[i], 1
        while blocks and blocks[-1][0] >= mean:
            other, size = blocks.pop()
            mean, count = (mean * count + other * size) / (count + size), count + size
        blocks.append((mean, count))
    pooled = [mean for mean, count in blocks for _ in range(count)]
    kept = np.clip(pooled, low, max(low, high - total))
    centres = {i: float(value) + offsets[i] for i, value in zip(order, kept, strict=True)}
    return [centres[i] for i in range(len(wanted))]


def rows_of(spans: Iterable[tuple[float, float]], gap: float) -> list[int]:
    """Return for each span (left, right) the first row in which it keeps `gap` from the spans before it.

    >>> rows_of([(0, 10), (5, 15), (20, 30)], gap=2)
    [0, 1, 0]
    """
    ends: list[float] = []
    rows = []
    for left, right in spans:
        row = next((i for i, end in enumerate(ends) if end + gap <= left), len(ends))
        ends[row : row + 1] = [right]
        rows.append(row)
    return rows


def runs(values: pd.Series) -> list[pd.Series]:
    """Split a series at its missing values: each part is unbroken.

    >>> [list(run.index) for run in runs(pd.Series([1, None, 3, 4.0], index=[2000, 2001, 2002, 2003]))]
    [[2000], [2002, 2003]]
    """
    return [values.iloc[first : last + 1] for first, last in _unbroken(values.notna())]


def gaps(missing: pd.Series) -> list[tuple[float, float]]:
    """Return first and last index of each run of true values.

    >>> gaps(pd.Series([True, True, False, True], index=[1, 2, 3, 4]))
    [(1, 2), (4, 4)]
    """
    index = missing.index.tolist()
    return [(index[first], index[last]) for first, last in _unbroken(missing)]


def _unbroken(flags: pd.Series) -> list[tuple[int, int]]:
    """First and last place of each run of true values."""
    places = np.flatnonzero(flags.to_numpy(dtype=bool))
    parts = np.split(places, np.flatnonzero(np.diff(places) > 1) + 1) if len(places) else []
    return [(int(part[0]), int(part[-1])) for part in parts]


def turned_head(names: Iterable[str]) -> float:
    """Return the height in mm of column heads that are turned by `TURN` degrees, with the gap to what is below them."""
    return max(theme.width_mm(str(name), None, 600) for name in names) * math.sin(math.radians(TURN)) + 5


def turned_right(names: Sequence[str], left: float, whole: float) -> float:
    """Return the right edge of equal columns from `left` that keeps every turned head inside `whole` mm."""
    reach = math.cos(math.radians(TURN))
    rooms = (
        (whole - 2 - theme.width_mm(str(name), None, 600) * reach - left) * len(names) / (column + 0.5)
        for column, name in enumerate(names)
    )
    return left + min(rooms)


def year_limits(first: float, last: float) -> tuple[float, float]:
    """Return the limits of an axis of years: a little air at both ends.

    >>> year_limits(2000, 2000)
    (1999.5, 2000.5)
    """
    pad = 0.5 if first == last else (last - first) * 0.015
    return first - pad, last + pad


def year_marks(first: float, last: float, limits: tuple[float, float], width: float) -> np.ndarray:
    """Return as many years as can be named on an axis of `width` mm: the last always, round steps before it."""
    room = width / max(last - first, 1)
    need = theme.width_mm("2000", tick_size()) * 1.45
    step = next((s for s in (1, 2, 5, 10, 20, 50) if s * room >= need), 100)
    ticks = (
        np.arange(last, first - 0.5, -step)[::-1]
        if step < 5
        else np.arange(-(-first // step) * step, last + 1, step)
    )
    return ticks[(ticks >= limits[0]) & (ticks <= limits[1])]


def years_below(sheet: Sheet, first: float, last: float) -> None:
    """Name the years under a field."""
    years = year_marks(first, last, sheet.x, sheet.size[0])
    values_below(sheet, years, [f"{year:.0f}" for year in years], is_ruled=False)


def values_below(
    sheet: Sheet, marks: Sequence[float], texts: Sequence[str], *, is_ruled: bool = True
) -> None:
    """Name places of a field under it, with a pale line upwards from each."""
    baseline = sheet.above(-sheet.size[1] - (TICK_PAD + ASCENT * tick_size()) * theme.MM_PER_POINT)
    for mark, text in zip(marks, texts, strict=True):
        if is_ruled:
            _rule(sheet, [mark, mark], sheet.y[::-1])
        _tick(sheet, mark, baseline, text, "center")


def values_beside(sheet: Sheet, marks: Sequence[float], texts: Sequence[str]) -> None:
    """Name values of a field at its left, with a pale line across at each."""
    (left, right), (above, below) = sheet.x, sheet.y
    start = left - TICK_PAD * theme.MM_PER_POINT / sheet.size[0] * (right - left)
    drop = ASCENT / 2 * tick_size() * theme.MM_PER_POINT / sheet.size[1] * (below - above)
    for mark, text in zip(marks, texts, strict=True):
        if min(above, below) <= mark <= max(above, below):
            _rule(sheet, [left, right], [mark, mark])
            _tick(sheet, start, mark + drop, text, "right")


def _rule(sheet: Sheet, x: Sequence[float], y: Sequence[float]) -> None:
    hair = theme.tokens()["chart"]["hair_pt"]
    sheet.plot(x, y, color=theme.token("grid"), linewidth=hair, zorder=BEHIND)


def _tick(sheet: Sheet, x: float, y: float, text: str, align: str) -> None:
    sheet.text(x, y, text, size=tick_size(), color=theme.token("mute"), ha=align, zorder=BEHIND)


def tick_texts(marks: Sequence[float], ticks: Ticks | None = None) -> list[str]:
    """Print the ticks of an axis with `ticks`; without it as they are, all with the same number of decimals.

    >>> tick_texts([-250, 0]), tick_texts([0, 0.5])
    (['−250', '0'], ['0.0', '0.5'])
    """
    if ticks:
        return [ticks(mark) for mark in marks]
    decimals = next((d for d in range(6) if all(abs(round(m, d) - m) < 1e-9 for m in marks)), 6)
    return [wording.number(mark, decimals) for mark in marks]


def nice_limits(
    values: Iterable[float], *, include: Iterable[float] = (), pad: float = 0.06
) -> tuple[float, float]:
    """Return axis limits around the finite values, with `include` inside and a little air; equal values get room."""
    known = [float(v) for v in [*values, *include] if math.isfinite(v)]
    low, high = min(known), max(known)
    air = (high - low) * pad or abs(low) * 0.2 or 1.0
    fixed = set(map(float, include)) if low < high else set()
    return low - air * (low not in fixed), high + air * (high not in fixed)


def value_ticks(low: float, high: float, *, most: int = 6) -> list[float]:
    """Return round values between the limits, at most `most`.

    >>> value_ticks(0, 347)
    [0.0, 100.0, 200.0, 300.0]
    """
    raw = (high - low) / most
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(f * power for f in (1, 2, 2.5, 5, 10, 20) if f * power >= raw)
    first = math.ceil(low / step - 1e-9)
    return [round(i * step, 12) + 0.0 for i in range(first, math.floor(high / step + 1e-9) + 1)]


def require(values: object, what: str) -> None:
    """Refuse to draw nothing: `values` must hold at least one that is known."""
    if not pd.notna(np.asarray(values, dtype=object)).any():
        raise ValueError(f"{what}: nothing to draw")


Mark = Callable[[Sheet, float, float], float]  # draws at the left edge x and the middle y, returns its width


def round_mark(kind: str, colour: str, radius: float = 1.3) -> Mark:
    """Return a mark for a key: a dot, full or open."""

    def draw(sheet: Sheet, x: float, y: float) -> float:
        dot(sheet, x + radius, y, radius, kind, colour)
        return 2 * radius

    return draw


def square(fill: str, *, hatch: str | None = None, edge: str | None = None, width: float = 4) -> Mark:
    """Return a mark for a key: a filled or hatched box."""

    def draw(sheet: Sheet, x: float, y: float) -> float:
        sheet.box(
            x,
            y - 1.2,
            width,
            2.4,
            fill,
            hatch=hatch,
            edgecolor=edge or "none",
            linewidth=0.7 if edge else 0,
        )
        return width

    return draw


def key(sheet: Sheet, x: float, y: float, items: Sequence[tuple[Mark, str]], *, gap: float = 6) -> float:
    """Write a key in one row on a sheet, each item a mark and a text; return its right edge in mm."""
    for mark, text in items:
        x += mark(sheet, x, y) + 1.8
        write(sheet, x, y, text, size=note_size(), colour=theme.token("mute"))
        x += theme.width_mm(text, note_size()) + gap
    return x - gap


def key_rows(
    items: Sequence[tuple[Mark, str]], width: float, *, mark: float = 4, gap: float = 6
) -> list[list[tuple[Mark, str]]]:
    """Break a key into rows of at most `width` mm, its marks taken as at most `mark` mm wide."""
    rows: list[list[tuple[Mark, str]]] = [[]]
    at = 0.0
    for item in items:
        wide = mark + 1.8 + theme.width_mm(item[1], note_size()) + gap
        if rows[-1] and at + wide - gap > width:
            rows.append([])
            at = 0.0
        rows[-1].append(item)
        at += wide
    return rows


def key_below(
    items: Sequence[tuple[Mark, str]], left: float, right: float
) -> tuple[list[list[tuple[Mark, str]]], float]:
    """Return the rows of a key and where they begin: at `left`, below the marks, or at the edge where that saves a row."""
    under, whole = key_rows(items, right - left), key_rows(items, right)
    return (whole, 0.0) if len(whole) < len(under) else (under, left)
