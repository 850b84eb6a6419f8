"""Then and now: an open mark for the first value of a row, a filled one for the last."""

import math

import pandas as pd
from matplotlib.figure import Figure

from analysis.exhibits import theme
from analysis.exhibits.charts import layout
from analysis.exhibits.charts.sheet import Sheet

ROW = 6.8  # mm
HEAD, FOOT = 8.0, 7.0
RADIUS, BESIDE = 1.25, 1.2  # of a mark, and between it and its label
WIDEST_NAME = 46.0
MOST_MARKS, APART, SHARE = (
    8,
    3.0,
    0.75,
)  # of an axis; mm between their texts; of the width that labels may leave to it


def dumbbells_height(rows: int) -> float:
    """Return the height in mm of a dumbbell chart of so many rows."""
    return HEAD + ROW * rows + FOOT


@theme.drawn
def dumbbells(
    frame: pd.DataFrame,
    *,
    first_label: str,
    last_label: str,
    ticks: layout.Ticks | None = None,
    zero: bool = True,
) -> Figure:
    """Draw each row of `frame` (index: its name) from column first to column last, both written beside the marks.

    The columns first_text and last_text are printed; NaN leaves a mark out. What grew is in the accent, what
    shrank in the colour of decline. `first_label` and `last_label` stand over the first
    row, or in a key where that row lacks a value.
    """
    layout.require(frame[["first", "last"]].to_numpy(), "dumbbells")
    names = {name: theme.wrapped(str(name), WIDEST_NAME) for name in frame.index}
    left = max(theme.width_mm(line) for name in names.values() for line in name.split("\n")) + 5
    figure, sheet = layout.blank(dumbbells_height(len(frame)))
    width = theme.tokens()["chart"]["width_mm"] - left - 6
    low, high = layout.nice_limits(frame[["first", "last"]].to_numpy().ravel(), include=[0.0] * zero, pad=0.1)
    marks = _marks(low, high, width * SHARE, ticks)
    low, high = min(low, marks[0]), max(high, marks[-1])
    before, after = _room_beside(frame, low, high)
    left, width = left + before, width - before - after
    field = layout.field(figure, (left, HEAD, width, ROW * len(frame)), (low, high), (len(frame), 0))
    layout.values_below(field, marks, layout.tick_texts(marks, ticks))
    if low < 0 < high or low == 0:
        field.down(0, color=theme.token("ink"), linewidth=0.8, zorder=1.6)
    headed = bool(frame.iloc[0][["first", "last"]].notna().all())
    for number, (name, row) in enumerate(frame.iterrows()):
        y = HEAD + (number + 0.5) * ROW
        layout.write(sheet, left - before - 3, y, names[name], align="right")
        at = {end: left + (row[end] - low) / (high - low) * width for end in ("first", "last")}
        grown = row["last"] >= row["first"] if row[["first", "last"]].notna().all() else True
        colour = theme.token("accent" if grown else "decline")
        _row(sheet, at, y, row, colour, left if low == 0 else -math.inf)
        if number == 0 and headed:
            _heads(sheet, at, y, first_label, last_label, colour)
    if not headed:
        layout.key(sheet, left, 3, [
            (layout.round_mark("open", theme.token("accent")), first_label),
            (layout.round_mark("full", theme.token("accent")), last_label),
        ])  # fmt: skip
    return figure


def _marks(low: float, high: float, width: float, ticks: layout.Ticks | None) -> list[float]:
    """Return the marks of the axis: as many as can be read beside each other in `width` mm."""
    for most in range(MOST_MARKS, 2, -1):
        marks = layout.value_ticks(low, high, most=most)
        texts = layout.tick_texts(marks, ticks)
        if len(marks) * (max(map(theme.width_mm, texts)) + APART) <= width:
            break
    return marks


def _outward(value: float, other: float, *, first: bool) -> int:
    """Return the side of a mark on which its label stands: -1 left, 1 right; away from the other mark."""
    return -1 if value < other or (value == other and first) else 1


def _room_beside(frame: pd.DataFrame, low: float, high: float) -> tuple[float, float]:
    """Return the room in mm that labels need to the left and to the right of the axes."""
    narrowest = theme.tokens()["chart"]["width_mm"] / 2
    room = {-1: 0.0, 1: 0.0}
    for end, other in (("first", "last"), ("last", "first")):
        for row in frame.dropna(subset=[end]).to_dict("records"):
            side = _outward(row[end], row[other], first=end == "first")
            inside = abs(row[end] - (low if side < 0 else high)) / (high - low) * narrowest
            needed = theme.width_mm(row[f"{end}_text"], None, 600) + RADIUS + BESIDE - inside
            if side < 0 and low == 0 and needed > 0:  # stands before the zero line: see _row
                needed += inside - RADIUS
            room[side] = max(room[side], needed)
    return room[-1], room[1]


def _row(sheet: Sheet, at: dict[str, float], y: float, row: pd.Series, colour: str, zero: float) -> None:
    """Draw a row; a label that the line at `zero` mm would cross stands before it."""
    first, last = at["first"], at["last"]
    known = {end: x for end, x in at.items() if math.isfinite(x)}
    if len(known) == 2 and abs(last - first) > 2 * RADIUS:
        sheet.plot([first, last], [y, y], color=colour, linewidth=1.6, solid_capstyle="butt", zorder=1)
    if "first" in known:
        layout.dot(sheet, first, y, RADIUS, "open", colour)
    if "last" in known:
        upon = len(known) == 2 and abs(last - first) < 0.4  # the filled mark inside the open one
        layout.dot(sheet, last, y, RADIUS * (0.55 if upon else 1), "full", colour)
    for end, x in known.items():
        outward = _outward(x, at["last" if end == "first" else "first"], first=end == "first")
        bold = end == "last"
        edge = x + outward * (RADIUS + BESIDE)
        if outward < 0 and edge - theme.width_mm(row[f"{end}_text"], None, 600) < zero + BESIDE / 2:
            edge = min(edge, zero - BESIDE)
        layout.write(
            sheet, edge, y, row[f"{end}_text"], weight=600 if bold else 400,
            colour=colour if bold else theme.token("mute"), align="left" if outward > 0 else "right",
        )  # fmt: skip


def _heads(sheet: Sheet, at: dict[str, float], y: float, first: str, last: str, colour: str) -> None:
    size = layout.note_size()
    widths = [theme.width_mm(first, size), theme.width_mm(last, size, 600)]
    wanted = [at["first"], at["last"]]
    if wanted[0] == wanted[1]:
        wanted[0] -= 0.01
    places = layout.spread(wanted, [w + 3 for w in widths], 0, theme.tokens()["chart"]["width_mm"])
    layout.write(sheet, places[0], y - 4.6, first, size=size, colour=theme.token("mute"), align="center")
    layout.write(sheet, places[1], y - 4.6, last, size=size, weight=600, colour=colour, align="center")
