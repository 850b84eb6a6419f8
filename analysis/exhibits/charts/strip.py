"""Events as ticks along time, in rows, with the count of each year above."""

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from analysis.exhibits import theme
from analysis.exhibits.charts import layout
from analysis.exhibits.charts.sheet import Sheet
from analysis.exhibits.charts.span import HATCH
from analysis.exhibits.charts.step import decimal_year

HEAD, ROW, FOOT = 10.0, 9.0, 8.0  # mm
COUNT_ROW, BETWEEN = 3.2, 1.4  # mm: of a second row of counts, and between two counts in a row
TICK = 5.4  # mm, the height of a tick
WIDEST_NAME = 34.0


@theme.drawn
def strip(
    frame: pd.DataFrame,
    *,
    start: int,
    until: date,
    counts: Mapping[int, str] | None = None,
    counts_label: str = "",
    coarse_label: str = "",
    shaded: tuple[date, date, str] | None = None,
    planned_label: str = "",
    colours: Mapping[str, str] | None = None,
) -> Figure:
    """Draw each row of `frame` as a tick at its day, in the row of its `group`, from the first of `start` to `until`.

    Columns: group, and the dates first and last. An event whose day is not known is a hatched box over the time it
    can have been, never a day. `counts` prints a text above each year, named at the left by `counts_label`,
    and a row higher where it has no room beside the one before; `coarse_label` explains the boxes in a key. `shaded`
    is a gap between two days, shaded and named. Where the frame has a column is_planned, a planned event is drawn open,
    and `planned_label` explains it. No event inside the span is a ``ValueError``.
    """
    low, high = float(start), decimal_year(until)
    inside = frame[[decimal_year(day) >= low for day in frame["last"]]] if len(frame) else frame
    if inside.empty:
        raise ValueError("strip: nothing to draw")
    groups = list(dict.fromkeys(frame["group"]))
    names = {group: theme.wrapped(str(group), WIDEST_NAME, None, 600) for group in groups}
    texts = [line for name in names.values() for line in name.split("\n")]
    left = (
        max(
            [
                *(theme.width_mm(text, None, 600) for text in texts),
                theme.width_mm(counts_label, layout.note_size()),
            ]
        )
        + 4
    )
    right = theme.tokens()["chart"]["width_mm"] - 3
    wide = (right - left) / (high - low)

    def place(day: float) -> float:
        return left + (min(max(day, low), high) - low) * wide

    years = range(start, int(high) + 1)
    said = [
        ((place(year) + place(year + 1)) / 2, text) for year in years if (text := (counts or {}).get(year))
    ]
    reach = [(x - half, x + half) for x, text in said for half in [theme.width_mm(text, 8) / 2]]
    raised = layout.rows_of(reach, gap=BETWEEN)
    head = HEAD + COUNT_ROW * max(raised, default=0)
    bottom = head + len(groups) * ROW
    figure, sheet = layout.blank(bottom + FOOT)
    grey = theme.token("mute")
    _verticals(sheet, map(place, years), head, bottom, color=theme.token("grid"), linewidth=0.6, zorder=0.4)
    for year in years:
        x0, x1 = place(year), place(year + 1)
        if _is_named(year, until.year, wide):
            layout.write(sheet, (x0 + x1) / 2, bottom + 3.4, str(year), size=8, colour=grey, align="center")
    for (x, text), row in zip(said, raised, strict=True):
        layout.write(sheet, x, head - 3.4 - COUNT_ROW * row, text, size=8, align="center")
    if counts_label:
        layout.write(sheet, 0, head - 3.4, counts_label, size=layout.note_size(), colour=grey)
    if shaded:
        _shade(sheet, place, shaded, head, bottom)
    shades = theme.colours(groups) | dict(colours or {})
    for at, group in enumerate(groups):
        middle = head + (at + 0.5) * ROW
        sheet.plot([left, right], [middle, middle], color=theme.token("rule"), linewidth=0.7, zorder=0.6)
        layout.write(sheet, 0, middle, names[group], weight=600)
        own = inside[inside["group"] == group]
        open_ones = own["is_planned"].astype(bool) if "is_planned" in own else own["first"] != own["first"]
        is_day = (own["first"] == own["last"]) & ~open_ones
        at_days = [place(decimal_year(day)) for day in own.loc[is_day, "first"]]
        top, foot = middle - TICK / 2, middle + TICK / 2
        _verticals(sheet, at_days, top, foot, color=shades[group], linewidth=1.6, zorder=2)
        for event in own[~is_day].itertuples():
            _box(sheet, place, event, top, shades[group])
    paper, items = theme.token("paper"), []
    if coarse_label and (inside["first"] != inside["last"]).any():
        items.append((layout.square(paper, hatch=HATCH, edge=grey, width=5), coarse_label))
    if planned_label and "is_planned" in inside and inside["is_planned"].any():
        items.append((layout.square(paper, edge=grey, width=5), planned_label))
    if items:
        width = sum(6.8 + theme.width_mm(text, layout.note_size()) for _, text in items) + 6 * (
            len(items) - 1
        )
        layout.key(sheet, right - width, 2.6, items)
    return figure


def _shade(sheet, place, shaded: tuple[date, date, str], head: float, bottom: float) -> None:
    """The time between two days, shaded through all rows and named in its middle."""
    first, last, text = shaded
    x0, x1 = place(decimal_year(first)), place(decimal_year(last))
    sheet.box(x0, head, x1 - x0, bottom - head, theme.token("shade"), zorder=0.3)
    if x1 - x0 > theme.width_mm(text, layout.note_size()):
        grey = theme.token("mute")
        layout.write(
            sheet, (x0 + x1) / 2, head + 2.4, text, size=layout.note_size(), colour=grey, align="center"
        )


def _is_named(year: int, last: int, wide: float) -> bool:
    step = next((step for step in (1, 2, 5, 10) if step * wide >= theme.width_mm("2000", 8) * 1.3), 20)
    return (last - year) % step == 0


def _verticals(sheet: Sheet, xs: Iterable[float], top: float, foot: float, **style: object) -> None:
    """Draw upright strokes as one line with gaps."""
    places = [part for x in xs for part in (x, x, math.nan)]
    sheet.plot(places, [top, foot, math.nan] * (len(places) // 3), **style)


def _box(sheet: Sheet, place: Callable[[float], float], event: Any, top: float, colour: str) -> None:
    x0 = place(decimal_year(event.first))
    if getattr(event, "is_planned", False):
        wide = max(place(decimal_year(event.last)) - x0, 1.2)
        sheet.box(x0, top, wide, TICK, theme.token("paper"), edgecolor=colour, linewidth=0.9, zorder=1.9)
        return
    sheet.box(x0, top, max(place(decimal_year(event.last)) - x0, 0.8), TICK, theme.token("paper"), hatch=HATCH,
        hatchcolor=colour, edgecolor=colour, linewidth=0.7, zorder=1.8,
    )  # fmt: skip
