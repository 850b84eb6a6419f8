"""Spells of membership: a bar from joining to leaving, grouped by bloc."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from analysis.exhibits import theme
from analysis.exhibits.charts import layout
from analysis.exhibits.charts.sheet import Sheet
from analysis.exhibits.charts.step import decimal_year

ROW, BAR, GROUP_GAP = 4.1, 3.0, 2.2  # mm
HEAD, FOOT, KEY_ROW = 7.0, 8.0, 5.2
HATCH = "//////"
WHISKER = (0, (1.5, 1))
WIDEST_GROUP = 24.0

Place = Callable[[float], float]  # from a decimal year to mm


def spells_height(frame: pd.DataFrame, *, keys: int = 1) -> float:
    """Return the height in mm of a chart of these spells, a row for each country of each bloc, and its rows of key."""
    rows, groups = len(frame[["group", "name"]].drop_duplicates()), frame["group"].nunique()
    return HEAD + rows * ROW + groups * GROUP_GAP + FOOT + (keys - 1) * KEY_ROW


@theme.drawn
def spells(
    frame: pd.DataFrame,
    *,
    until: date,
    since: date | None = None,
    full_label: str = "",
    partial_label: str = "",
    coarse_label: str = "",
) -> Figure:
    """Draw a bar for each spell in `frame`, one row for each name within its group, in the order of the frame.

    Columns: group (bloc), name (country), colour (hex), is_full, and the four dates start_earliest,
    start_latest, end_earliest, end_latest. A date known to the day has both bounds equal; of a coarse date the
    time between them is a dotted whisker, never a made-up day. Empty end dates mean: in force at `until`. Standing
    that is not full is hatched.
    """
    if frame.empty:
        raise ValueError("spells: nothing to draw")
    first = decimal_year(since or min(frame["start_earliest"]))
    last = decimal_year(until)
    groups = list(dict.fromkeys(frame["group"]))
    wrapped = {group: theme.wrapped(str(group), WIDEST_GROUP, None, 600) for group in groups}
    left = max(theme.width_mm(line, None, 600) for text in wrapped.values() for line in text.split("\n")) + 5
    right = theme.tokens()["chart"]["width_mm"] - 4

    names = dict.fromkeys(frame["name"])
    room = max(theme.width_mm(str(name), layout.note_size(), 600) for name in names) + 2
    start = left + room  # the name of the earliest bar stands before it
    keys = layout.key_rows(_key(frame, (full_label, partial_label, coarse_label)), right - start + 3, mark=6)
    figure, sheet = layout.blank(spells_height(frame, keys=len(keys)))

    def place(day: float) -> float:
        return start + (min(max(day, first), last) - first) / (last - first) * (right - start)

    bottom = HEAD + len(frame[["group", "name"]].drop_duplicates()) * ROW + len(groups) * GROUP_GAP
    _years(sheet, first, last, place, bottom)
    spells_of = {key: [] for key in zip(frame["group"], frame["name"], strict=True)}
    for spell in frame.sort_values("start_earliest", kind="stable").itertuples():
        spells_of[spell.group, spell.name].append(spell)
    y = HEAD
    for group in groups:
        rows = [name for of, name in spells_of if of == group]
        y += GROUP_GAP / 2
        layout.write(sheet, left - 4, y + len(rows) * ROW / 2, wrapped[group], weight=600, align="right")
        for row, name in enumerate(rows):
            _row(sheet, spells_of[group, name], y + (row + 0.5) * ROW, place, last)
        y += len(rows) * ROW + GROUP_GAP / 2
        if group != groups[-1]:
            sheet.plot([0, right], [y, y], color=theme.token("rule"), linewidth=0.7)
    for row, items in enumerate(keys):
        layout.key(sheet, start, bottom + 4.8 + row * KEY_ROW, items)
    return figure


def _years(sheet: Sheet, first: float, last: float, place: Place, bottom: float) -> None:
    span = last - first
    room = (place(last) - place(first)) / span
    step = next((s for s in (1, 2, 5, 10, 20) if s * room >= 11), 50)
    year = -(-int(first // 1) // step) * step
    while year < first:
        year += step
    while year <= last:
        x = place(year)
        sheet.plot([x, x], [HEAD - 1.2, bottom], color=theme.token("grid"), linewidth=0.6, zorder=0.4)
        layout.write(sheet, x, HEAD - 3.6, str(year), size=8, colour=theme.token("mute"), align="center")
        year += step


def _row(sheet: Sheet, spells: Sequence[Any], y: float, place: Place, last: float) -> None:
    """Draw the bars of one country in one bloc, its name before the first."""
    for number, spell in enumerate(spells):
        bounds = [
            decimal_year(spell.start_earliest),
            decimal_year(spell.start_latest),
            last if pd.isna(spell.end_earliest) else decimal_year(spell.end_earliest),
            last if pd.isna(spell.end_latest) else decimal_year(spell.end_latest),
        ]
        a, b, c, d = map(place, bounds)
        b, c = min(b, d), max(c, min(b, d))
        for x0, x1 in ((a, b), (c, d)):
            _coarse(sheet, x0, x1, y, spell.colour)
        if c > b:
            _bar(sheet, b, c, y, spell.colour, is_full=spell.is_full)
        if number == 0:
            layout.write(
                sheet,
                a - 1.2,
                y,
                str(spell.name),
                size=layout.note_size(),
                weight=600,
                colour=spell.colour,
                align="right",
            )


def _bar(sheet: Sheet, x0: float, x1: float, y: float, colour: str, *, is_full: bool) -> None:
    fill, hatch = (colour, None) if is_full else (theme.token("paper"), HATCH)
    sheet.box(x0, y - BAR / 2, x1 - x0, BAR, fill, hatch=hatch, hatchcolor=colour, edgecolor=colour,
        linewidth=0 if is_full else 0.7, zorder=2,
    )  # fmt: skip


def _coarse(sheet: Sheet, x0: float, x1: float, y: float, colour: str) -> None:
    """Draw the time in which a joining or leaving took place as a whisker: somewhere here, no day is known."""
    if x1 - x0 > 0.15:
        sheet.plot([x0, x1], [y, y], color=colour, linewidth=1.0, zorder=2, linestyle=WHISKER)
        sheet.plot([x0, x0], [y - BAR / 3, y + BAR / 3], color=colour, linewidth=1.0, zorder=2)


def _whisker_mark(colour: str) -> layout.Mark:
    def draw(ax: Sheet, x: float, y: float) -> float:
        _coarse(ax, x, x + 5, y, colour)
        return 5.0

    return draw


def _key(frame: pd.DataFrame, texts: Sequence[str]) -> list[tuple[layout.Mark, str]]:
    full, partial, coarse = texts
    grey = theme.token("mute")
    starts, ends = (
        frame["start_earliest"] != frame["start_latest"],
        frame["end_earliest"] != frame["end_latest"],
    )
    is_coarse = (starts | (ends & frame["end_earliest"].notna())).any()
    items = [
        (layout.square(grey, width=6), full, frame["is_full"].any()),
        (
            layout.square(theme.token("paper"), hatch=HATCH, edge=grey, width=6),
            partial,
            not frame["is_full"].all(),
        ),
        (_whisker_mark(grey), coarse, is_coarse),
    ]
    return [(mark, text) for mark, text, occurs in items if occurs and text]
