"""The climb of one pair: a line that steps from rung to rung, each agreement a mark with its date."""

from collections.abc import Sequence
from datetime import date

import pandas as pd
from matplotlib.figure import Figure

from analysis.exhibits import theme
from analysis.exhibits.charts import layout
from analysis.exhibits.charts.sheet import Sheet
from analysis.exhibits.charts.step import decimal_year

RUNG, HEAD, FOOT = 11.5, 7.0, 13.0  # mm
RADIUS = 1.4
WIDEST_NAME = 30.0
HATCH = "//////"
AIR = 3.4  # from the middle of a mark to its date


def rungs_height(rungs: int) -> float:
    """Return the height in mm of a ladder of so many rungs."""
    return HEAD + RUNG * rungs + FOOT


@theme.drawn
def rungs(
    frame: pd.DataFrame,
    *,
    names: Sequence[str],
    until: date,
    step_label: str = "",
    same_label: str = "",
    coarse_label: str = "",
) -> Figure:
    """Draw each row of `frame` as a mark on its rung, and the line of the highest rung held until `until`.

    Columns: rung (1 is the lowest of `names`), held (the rung of the pair from then on), is_step (the pair moved),
    first, last (the days that its date can mean), text (the date as printed). A step is a full mark with its date
    under it, an agreement on a rung already held an open one with its date over it. A coarse date is a hatched span,
    never a day.
    """
    if frame.empty:
        raise ValueError("rungs: nothing to draw")
    frame = frame.sort_values("first", kind="stable")
    figure, sheet = layout.blank(rungs_height(len(names)))
    wrapped = [theme.wrapped(name, WIDEST_NAME) for name in names]
    left = max(theme.width_mm(line) for name in wrapped for line in name.split("\n")) + 6
    right = theme.tokens()["chart"]["width_mm"] - 3
    begin, end = decimal_year(min(frame["first"])), decimal_year(until)
    begin, end = begin - 0.03 * (end - begin or 1), end if end > begin else begin + 1

    def x_of(day: date) -> float:
        return left + (min(max(decimal_year(day), begin), end) - begin) / (end - begin) * (right - left)

    def y_of(rung: int) -> float:
        return HEAD + (len(names) - rung + 0.5) * RUNG

    for place, name in enumerate(wrapped, start=1):
        layout.write(sheet, left - 4, y_of(place), name, align="right")
        sheet.plot([left, right], [y_of(place)] * 2, color=theme.token("grid"), linewidth=0.6, zorder=0.4)
    _years(sheet, begin, end, left, right, HEAD + RUNG * len(names))
    accent = theme.token("accent")
    _line(sheet, frame, x_of, y_of, right, accent)
    for row in frame.itertuples():
        y = y_of(row.rung)
        a, b = x_of(row.first), x_of(row.last)
        if row.first != row.last:
            wide = max(b - a, 1.2)
            sheet.box(a, y - RADIUS, wide, 2 * RADIUS, theme.token("paper"), hatch=HATCH, hatchcolor=accent,
                edgecolor=accent, linewidth=0.8, zorder=2.4,
            )  # fmt: skip
        else:
            layout.dot(sheet, a, y, RADIUS, "full" if row.is_step else "open", accent)
    for is_step, side in ((True, 1), (False, -1)):
        for rung, rows in frame[frame["is_step"] == is_step].groupby("rung"):
            _dates(sheet, rows, x_of, y_of(rung) + side * AIR, left, right, beside=is_step)
    _key(sheet, frame, left, rungs_height(len(names)) - 3.2, (step_label, same_label, coarse_label))
    return figure


def _line(sheet: Sheet, frame: pd.DataFrame, x_of, y_of, right: float, colour: str) -> None:
    """From step to step, each reached in the middle of what its date can mean; the last one holds to the edge."""
    steps = [row for row in frame.itertuples() if row.is_step]
    xs, ys = [], []
    for row in steps:
        x = (x_of(row.first) + x_of(row.last)) / 2
        if ys:
            xs.append(x)
            ys.append(ys[-1])
        xs.append(x)
        ys.append(y_of(row.held))
    if xs:
        sheet.plot([*xs, right], [*ys, ys[-1]], color=colour, zorder=1.8, solid_joinstyle="miter")


def _years(sheet: Sheet, first: float, last: float, left: float, right: float, bottom: float) -> None:
    room = (right - left) / (last - first)
    step = next((s for s in (1, 2, 5, 10, 20) if s * room >= 11), 50)
    year = -(-int(first // 1) // step) * step
    while year <= last:
        x = left + (year - first) * room
        if x >= left:
            sheet.plot([x, x], [HEAD, bottom], color=theme.token("grid"), linewidth=0.6, zorder=0.4)
            layout.write(
                sheet, x, bottom + 2.6, str(year), size=8, colour=theme.token("mute"), align="center"
            )
        year += step


def _dates(
    sheet: Sheet, rows: pd.DataFrame, x_of, y: float, left: float, right: float, *, beside: bool
) -> None:
    """The dates of the marks of one rung on one side of it, pushed apart; `beside` keeps them off the line upwards."""
    size = layout.note_size()
    widths = [theme.width_mm(text, size) + 2.5 for text in rows["text"]]
    wanted = [(x_of(a) + x_of(b)) / 2 for a, b in zip(rows["first"], rows["last"], strict=True)]
    if beside:
        wanted = [
            x + width / 2 if x + width < right else x - width / 2
            for x, width in zip(wanted, widths, strict=True)
        ]
    places = layout.spread(wanted, widths, left, right)
    for place, text in zip(places, rows["text"], strict=True):
        layout.write(sheet, place, y, text, size=size, align="center", colour=theme.token("mute"))


def _key(sheet: Sheet, frame: pd.DataFrame, x: float, y: float, texts: Sequence[str]) -> None:
    step, same, coarse = texts
    accent = theme.token("accent")
    exact = frame["first"] == frame["last"]
    items = [
        (layout.round_mark("full", accent), step, (frame["is_step"] & exact).any()),
        (layout.round_mark("open", accent), same, (~frame["is_step"] & exact).any()),
        (layout.square(theme.token("paper"), hatch=HATCH, edge=accent), coarse, (~exact).any()),
    ]
    layout.key(sheet, x, y, [(mark, text) for mark, text, occurs in items if occurs and text])
