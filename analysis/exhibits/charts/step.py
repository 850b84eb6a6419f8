"""Overlap through time: a value that holds from one change to the next."""

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from analysis.exhibits import theme
from analysis.exhibits.charts import layout
from analysis.exhibits.charts.line import HAIR_ROOM, WIDEST_LABEL, EndLabel, label_ends
from analysis.exhibits.charts.sheet import Sheet

DASHES = ("-", (0, (4, 1.5)), (0, (1.2, 1.2)), (0, (5, 1.5, 1.2, 1.5)))


def decimal_year(day: date | pd.Timestamp) -> float:
    """Return a date as a year with a fraction.

    >>> decimal_year(date(2024, 1, 1)), decimal_year(date(2023, 7, 2))
    (2024.0, 2023.4986301369863)
    """
    first, following = date(day.year, 1, 1), date(day.year + 1, 1, 1)
    return day.year + (date(day.year, day.month, day.day) - first).days / (following - first).days


@theme.drawn
def steps(
    frame: pd.DataFrame,
    *,
    labels: Mapping[str, str] | None = None,
    colours: Mapping[str, str] | None = None,
    ticks: layout.Ticks | None = None,
    limits: tuple[float, float] | None = None,
    uncertain_label: str = "",
    height_mm: float = 58,
) -> Figure:
    """Draw each column of `frame` as a step line over its index of dates, named at its end.

    A value holds from its date to the next one; the last row only ends the picture. NaN means that the
    sources do not say: the line is broken and the time shaded, named once by `uncertain_label`. Columns with
    the same values throughout are drawn in different dashes, so none hides another. Missing before the first
    value (a bloc not yet founded) is simply empty.
    """
    frame = frame.sort_index().dropna(axis="columns", how="all").astype(float)
    layout.require(frame.to_numpy(), "steps")
    if len(frame) < 2:
        raise ValueError("steps: one date is no time; give the date at which the picture ends")
    years = np.array([decimal_year(day) for day in frame.index])
    colours = theme.colours(frame.columns) | dict(colours or {})
    names = {
        column: theme.wrapped((labels or {}).get(column, str(column)), WIDEST_LABEL, None, 600)
        for column in frame
    }
    low, high = limits or layout.nice_limits(frame.to_numpy().ravel(), include=[0.0])
    marks = layout.value_ticks(low, high)
    texts = layout.tick_texts(marks, ticks)
    widest = max(theme.width_mm(line, None, 600) for name in names.values() for line in name.split("\n"))
    figure = theme.figure(
        height_mm,
        left=max(map(theme.width_mm, texts)) + 3,
        right=widest + HAIR_ROOM + 1.5,
        top=7 if uncertain_label else 4,
    )
    limits = (low, max(high, marks[-1]))
    field = layout.field(figure, layout.inside(figure), (years[0], years[-1]), limits)
    layout.years_below(field, np.floor(years[0]), np.floor(years[-1]))
    layout.values_beside(field, marks, texts)
    field.across(0, color=theme.token("ink"), linewidth=0.8, zorder=1.6)
    shaded = False
    for number, column in enumerate(frame):
        values = frame[column].to_numpy()
        for first, last in _spans(np.isnan(values[:-1])):
            if first == 0:
                continue
            field.shade(years[first], years[last + 1])
            if uncertain_label and not shaded:
                _name(field, (years[first] + years[last + 1]) / 2, uncertain_label)
                shaded = True
        for first, last in _spans(~np.isnan(values[:-1])):
            held = np.append(values[first : last + 1], values[last])
            field.plot(
                years[first : last + 2], held, drawstyle="steps-post", color=colours[column],
                linestyle=DASHES[number % len(DASHES)], zorder=2.5,
            )  # fmt: skip
    label_ends(field, [_end(frame[column], years, names[column], colours[column]) for column in frame])
    return figure


def _spans(flags: np.ndarray) -> list[tuple[int, int]]:
    series = pd.Series(flags, index=range(len(flags)))
    return [(int(first), int(last)) for first, last in layout.gaps(series)]


def _end(values: pd.Series, years: np.ndarray, text: str, colour: str) -> EndLabel:
    known = np.flatnonzero(values[:-1].notna().to_numpy())
    last = int(known[-1]) if len(known) else 0
    return EndLabel(text, float(years[last + 1]), float(values.iloc[last]), colour)


def _name(field: Sheet, x: float, text: str) -> None:
    (x0, x1), size = field.x, layout.note_size()
    half = theme.width_mm(text, size) / 2 * (x1 - x0) / field.size[0]
    at = min(max(x, x0 + half), x1 - half)
    field.text(at, field.above(1.2), text, size=size, ha="center", color=theme.token("mute"))
