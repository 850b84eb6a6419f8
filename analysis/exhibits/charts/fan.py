"""A target and the ways to it: what was reported, what past rates would give, and the range that draws leave open."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Polygon

from analysis.exhibits import theme
from analysis.exhibits.charts import layout
from analysis.exhibits.charts.line import DASHES, HAIR_ROOM, WIDEST_LABEL, EndLabel, label_ends
from analysis.exhibits.charts.sheet import Sheet

KEY_ROW = 5.0  # mm


@dataclass(frozen=True)
class Course:
    """A line from the last reported year at one constant rate, and the text at its end."""

    values: pd.Series
    label: str


@theme.drawn
def fan(
    past: pd.Series,
    *,
    ways: Sequence[Course] = (),
    band: pd.DataFrame | None = None,
    band_label: str = "",
    target: float | None = None,
    target_year: int | None = None,
    target_label: str = "",
    beside: pd.Series | None = None,
    beside_label: str = "",
    past_label: str = "",
    colour: str | None = None,
    ticks: layout.Ticks | None = None,
    height_mm: float = 76,
) -> Figure:
    """Draw reported levels as a line, scenarios as dashes from its end, a range as a band and the target as a mark.

    `past` and `beside` are indexed by year, as are the `values` of each way and the `band` (columns low and high).
    `beside` are later figures that are no part of the line: open diamonds. The target is a dark line that ends in a
    ring at `target_year`, or runs through where no year is named. Labels are printed as given; `past_label`, `band_label` and
    `beside_label` stand in a key above the plot. Nothing reported is a ``ValueError``.
    """
    past = past.sort_index().astype(float)
    layout.require(past.to_numpy(), "fan")
    colour = colour or theme.token("accent")
    known = past.dropna()
    last = int(known.index[-1])
    ends = [way.values.index[-1] for way in ways] + ([] if band is None else [band.index[-1]])
    beside = pd.Series(dtype=float) if beside is None else beside
    end = max([last, *ends, *beside.index, *([target_year] if target_year else [])])
    every = [*known, *(value for way in ways for value in way.values), *beside]
    every += [] if band is None else [*band["low"], *band["high"]]
    every += [target] if target is not None else []
    low, high = layout.nice_limits(every, include=[0.0])
    marks = layout.value_ticks(low, high)
    high = max(high, marks[-1])
    texts = layout.tick_texts(marks, ticks)
    names = [_wrapped(text) for text in (*(way.label for way in ways), target_label) if text]
    left = max(map(theme.width_mm, texts)) + 3
    right = max([theme.width_mm(line, None, 600) for name in names for line in name.split("\n")] or [0.0])
    items = _key(colour, past_label, band_label * (band is not None), beside_label * bool(len(beside)))
    keys = layout.key_rows(items, theme.tokens()["chart"]["width_mm"] - left - 1, mark=6) if items else []
    figure = theme.figure(height_mm, left=left, right=right + HAIR_ROOM + 1.5, top=4 + KEY_ROW * len(keys))
    first = float(known.index[0])
    field = layout.field(figure, layout.inside(figure), layout.year_limits(first, float(end)), (low, high))
    layout.years_below(field, first, float(end))
    layout.values_beside(field, marks, texts)
    field.across(0.0, color=theme.token("ink"), linewidth=0.8, zorder=1.6)
    if band is not None:
        lower, upper = ([known.iloc[-1], *band[side]] for side in ("low", "high"))
        years = [last, *band.index]
        edge = [*zip(years, upper, strict=True), *zip(years[::-1], lower[::-1], strict=True)]
        field.put(Polygon(edge, color=colour, alpha=0.16, linewidth=0, zorder=1.2))
    labels = []
    for way in ways:
        field.plot(
            [last, *way.values.index], [known.iloc[-1], *way.values], color=colour, linewidth=1.1, linestyle=DASHES,
            zorder=2.2,
        )  # fmt: skip
        labels.append(
            EndLabel(
                _wrapped(way.label), float(way.values.index[-1]), float(way.values.iloc[-1]), colour, 400
            )
        )
    for part in layout.runs(past):
        field.plot(part.index, part.to_numpy(), color=colour, zorder=2.6)
    field.plot([last], [known.iloc[-1]], "o", color=colour, markersize=4.2, zorder=2.8, clip_on=False)
    if len(beside):
        _diamonds(field, beside, colour)
    if target is not None:
        dark = theme.token("ink")
        field.plot([last, target_year or end], [target, target], color=dark, linewidth=1.1, zorder=2.3)
        if target_year:
            field.plot(
                [target_year], [target], "o", color=dark, markersize=6.5, markerfacecolor=theme.token("paper"),
                markeredgewidth=1.6, zorder=2.9, clip_on=False,
            )  # fmt: skip
        labels.append(EndLabel(_wrapped(target_label), float(target_year or end), target, dark))
    label_ends(field, labels)
    sheet = layout.sheet(figure)
    for row, each in enumerate(keys):
        layout.key(sheet, left, 3.4 + row * KEY_ROW, each)
    return figure


def _wrapped(text: str) -> str:
    return theme.wrapped(text, WIDEST_LABEL, None, 600)


def _diamonds(sheet: Sheet, values: pd.Series, colour: str) -> None:
    sheet.plot(
        values.index, values.to_numpy(), "D", color=colour, markersize=4.6, markerfacecolor=theme.token("paper"),
        markeredgewidth=1.2, zorder=2.9, clip_on=False,
    )  # fmt: skip


def _key(colour: str, *labels: str) -> list[tuple[layout.Mark, str]]:
    def line(sheet: Sheet, x: float, y: float) -> float:
        sheet.plot([x, x + 6], [y, y], color=colour, zorder=2.6)
        return 6.0

    def diamond(sheet: Sheet, x: float, y: float) -> float:
        _diamonds(sheet, pd.Series([y], index=[x + 1.3]), colour)
        return 2.6

    def shade(sheet: Sheet, x: float, y: float) -> float:
        sheet.box(x, y - 1.3, 6, 2.6, colour, alpha=0.16, linewidth=0)
        return 6.0

    return [(mark, text) for mark, text in zip((line, shade, diamond), labels, strict=True) if text]
