"""Acts in order of time: a row for each with its name, a mark at its day, filled if it was done and open if not."""

from collections.abc import Mapping
from datetime import date

import pandas as pd
from matplotlib.figure import Figure

from analysis.exhibits import theme
from analysis.exhibits.charts import layout
from analysis.exhibits.charts.sheet import Sheet
from analysis.exhibits.charts.span import HATCH
from analysis.exhibits.charts.step import decimal_year

ROW, LINE, HEAD, KEY_ROW = 8.6, 3.9, 6.0, 6.0  # mm a row of a name and its detail, mm between its lines
WIDEST_NAME = 74.0
RADIUS, GAP = 1.6, 1.6
KINDS = ("done", "ahead", "told")


def timeline_height(frame: pd.DataFrame, keys: int = 1) -> float:
    """Return the height in mm of a timeline of these acts with so many rows of key."""
    return HEAD + sum(_tall(row) for row in frame.itertuples()) + KEY_ROW * keys


@theme.drawn
def act_line(frame: pd.DataFrame, *, until: date, key: Mapping[str, str]) -> Figure:
    """Draw each row of `frame` in its order, on years from the first of them to the last, or to `until`.

    Columns: name, detail (a second line in grey), first and last (the days that its date can mean), text (the date as
    printed, beside the mark) and kind: done (a filled mark), ahead (proposed or planned: open) or told (known from a
    document only: a grey ring). A date that names no day is a hatched box over the time it can mean. `key` explains the
    kinds and, as "coarse", the box; only what occurs is shown.
    """
    if frame.empty:
        raise ValueError("timeline: nothing to draw")
    strange = set(frame["kind"]) - set(KINDS)
    if strange:
        raise ValueError(f"timeline: unknown kinds {', '.join(sorted(map(str, strange)))}")
    low = float(min(frame["first"]).year)
    high = max([decimal_year(until), *map(decimal_year, frame["last"])])
    high = float(int(high) + 1)
    whole = theme.tokens()["chart"]["width_mm"]
    keys = layout.key_rows(_key(frame, key), whole - 2)
    figure, sheet = layout.blank(timeline_height(frame, len(keys)))
    lines = [line for row in frame.itertuples() for line in _name(row).split("\n")]
    details = [theme.width_mm(str(row.detail), layout.note_size()) for row in frame.itertuples()]
    left = max([*map(theme.width_mm, lines), *details]) + 5
    right = whole - 3
    wide = (right - left) / (high - low)
    bottom = timeline_height(frame, 0)

    def place(day: date) -> float:
        return left + (decimal_year(day) - low) * wide

    _years(sheet, int(low), int(high), left, wide, bottom)
    top = HEAD
    for number, row in enumerate(frame.itertuples()):
        tall = _tall(row)
        if number % 2 == 0:
            sheet.box(0, top, whole, tall, theme.token("zebra"), zorder=0.3)
        _row(sheet, row, top, tall, place(row.first), place(row.last), left, right)
        top += tall
    for number, items in enumerate(keys):
        layout.key(sheet, 0.5, bottom + KEY_ROW * (number + 0.6), items)
    return figure


def _name(row) -> str:
    return theme.wrapped(str(row.name), WIDEST_NAME)


def _tall(row) -> float:
    return ROW + LINE * _name(row).count("\n")


def _years(sheet: Sheet, low: int, high: int, left: float, wide: float, bottom: float) -> None:
    step = next((each for each in (1, 2, 5, 10) if each * wide >= 9), 20)
    for year in range(low, high + 1):
        x = left + (year - low) * wide
        sheet.plot([x, x], [HEAD, bottom], color=theme.token("grid"), linewidth=0.6, zorder=0.4)
        if year < high and (year - low) % step == 0:
            layout.write(
                sheet, x + wide / 2, HEAD - 2.6, str(year), size=8, colour=theme.token("mute"), align="center"
            )


def _row(sheet: Sheet, row, top: float, tall: float, x0: float, x1: float, left: float, right: float) -> None:
    name, mute = _name(row), theme.token("mute")
    count = name.count("\n") + 1
    layout.write(sheet, 1.0, top + 3.0 + LINE * (count - 1) / 2, name)
    layout.write(
        sheet, 1.0, top + 3.0 + LINE * count - 0.2, str(row.detail), size=layout.note_size(), colour=mute
    )
    y, colour = top + tall / 2, theme.token("mute" if row.kind == "told" else "accent")
    if row.first != row.last:
        fill = theme.token("accent") if row.kind == "done" else theme.token("paper")
        sheet.box(x0, y - 1.3, max(x1 - x0, 1.5), 2.6, fill, hatch=HATCH, hatchcolor=colour, edgecolor=colour,
                   linewidth=0.8, zorder=2)  # fmt: skip
    else:
        layout.dot(sheet, x0, y, RADIUS, "full" if row.kind == "done" else "open", colour)
    text, near, far = str(row.text), x0 - RADIUS - GAP, x1 + RADIUS + GAP
    size = theme.width_mm(text, layout.note_size())
    if far + size > right and near - size < left:  # in one line it would lie on the mark
        text = text.replace(", ", ",\n", 1)
        size = max(theme.width_mm(line, layout.note_size()) for line in text.split("\n"))
    if far + size <= right:
        layout.write(sheet, far, y, text, size=layout.note_size())
    else:
        layout.write(sheet, max(near, left + size), y, text, size=layout.note_size(), align="right")


def _key(frame: pd.DataFrame, key: Mapping[str, str]) -> list[tuple[layout.Mark, str]]:
    marks = {
        "done": layout.round_mark("full", theme.token("accent")),
        "ahead": layout.round_mark("open", theme.token("accent")),
        "told": layout.round_mark("open", theme.token("mute")),
    }
    items = [(marks[kind], key[kind]) for kind in KINDS if kind in set(frame["kind"]) and key.get(kind)]
    if (frame["first"] != frame["last"]).any() and key.get("coarse"):
        box = layout.square(theme.token("paper"), hatch=HATCH, edge=theme.token("mute"))
        items.append((box, key["coarse"]))
    return items
