"""Bars: one value a row, two values a row, and shares of a whole."""

import math
from collections.abc import Callable, Hashable, Mapping
from typing import NamedTuple

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.exhibits import theme
from analysis.exhibits.charts import layout
from analysis.exhibits.charts.sheet import Sheet

ROW, PAIR = 6.4, 10.5  # mm a row of one bar and of two
EDGE = 2.0
TALL = 0.34  # of a row of two bars
WIDEST_NAME = 46.0
HATCH = "/////"
Ground = tuple[tuple[float, float, float, float], tuple[float, float]]  # place in mm, limits of the values
SHARE_FILLS = ("seq-5", "seq-2", "seq-4", "seq-1", "seq-3")


def bars_height(rows: int) -> float:
    """Return the height in mm of a bar chart of so many rows."""
    return 2 * EDGE + ROW * rows


def paired_bars_height(rows: int) -> float:
    """Return the height in mm of a chart of so many pairs of bars."""
    return 2 * EDGE + PAIR * rows + 6


@theme.drawn
def bars(frame: pd.DataFrame, *, highlight: Mapping[str, str] | None = None) -> Figure:
    """Draw a horizontal bar for each row of `frame` (index: its name) from column value, with column text beside.

    Rows keep their order. `highlight` gives rows a colour (hex); without it all bars are in the accent, with
    it the others are grey. A missing value leaves its row with the text alone.
    """
    layout.require(frame["value"].to_numpy(), "bars")
    _refuse_twins(frame.index)
    figure, (spot, limits), sheet, place = _ground(
        frame["value"], frame["text"], bars_height(len(frame)), ROW, frame.index
    )
    ax = layout.panel(figure, *spot)
    fills = [(highlight or {}).get(n, theme.token("neutral" if highlight else "accent")) for n in frame.index]
    long = pd.DataFrame(
        {"value": frame["value"].astype(float), "name": frame.index.astype(str), "fill": fills}
    )
    _bars(ax, long, width=0.62)
    ax.set(xlabel=None, ylabel=None, xticks=[], yticks=[], xlim=limits, ylim=(len(frame) - 0.5, -0.5))
    ax.axvline(0, color=theme.token("ink"), linewidth=0.8, clip_on=False)
    for number, (value, text) in enumerate(zip(frame["value"], frame["text"], strict=True)):
        _beside(sheet, place(value), EDGE + (number + 0.5) * ROW, text, value, weight=600)
    return figure


@theme.drawn
def paired_bars(
    frame: pd.DataFrame, *, first_label: str, second_label: str, colour: str | None = None
) -> Figure:
    """Draw two bars a row: column first filled, column second hatched, with columns first_text and second_text.

    For instance growth in current and in constant prices. A key names the two.
    """
    layout.require(frame[["first", "second"]].to_numpy(), "paired bars")
    _refuse_twins(frame.index)
    values = pd.concat([frame["first"], frame["second"]])
    texts = pd.concat([frame["first_text"], frame["second_text"]])
    figure, (spot, limits), sheet, place = _ground(
        values, texts, paired_bars_height(len(frame)), PAIR, frame.index
    )
    field = layout.field(figure, spot, limits, (len(frame) - 0.5, -0.5))
    tint = colour or theme.token("accent")
    for part, offset in (("first", -0.2), ("second", 0.2)):
        hatched = part == "second"
        for number, (value, text) in enumerate(zip(frame[part], frame[f"{part}_text"], strict=True)):
            field.box(
                0, number + offset - TALL / 2, float(value), TALL, theme.token("paper") if hatched else tint,
                linewidth=0.8, edgecolor=tint, hatch=HATCH if hatched else None,
            )  # fmt: skip
            _beside(
                sheet,
                place(value),
                EDGE + (number + 0.5 + offset) * PAIR,
                text,
                value,
                weight=400 if hatched else 600,
            )
    field.down(0, color=theme.token("ink"), linewidth=0.8, clip_on=False)
    left = place(0)
    layout.key(sheet, left, paired_bars_height(len(frame)) - 3.2, [
        (layout.square(tint, edge=tint), first_label),
        (layout.square(theme.token("paper"), hatch=HATCH, edge=tint), second_label),
    ])  # fmt: skip
    return figure


def _refuse_twins(index: pd.Index) -> None:
    if not index.is_unique:
        raise ValueError(f"bars: two rows of one name: {', '.join(map(str, index[index.duplicated()]))}")


def _ground(
    values: pd.Series, texts: pd.Series, height: float, row: float, names: pd.Index | None = None
) -> tuple[Figure, Axes, Axes, Callable[[float], float]]:
    """Return figure, bar axes, sheet and the function from a value to its place in mm; the names are written."""
    names = values.index if names is None else names
    figure, sheet = layout.blank(height)
    wrapped = [theme.wrapped(str(name), WIDEST_NAME) for name in names]
    name_width = max(theme.width_mm(line) for name in wrapped for line in name.split("\n")) + 5
    text_width = max(theme.width_mm(theme.shortened(str(text), weight=600), None, 600) for text in texts) + 3
    low, high = min(0.0, values.min()), max(0.0, values.max())
    span = (high - low) or 1.0
    left = name_width + (text_width if low < 0 else 0)
    width = theme.tokens()["chart"]["width_mm"] - left - text_width
    ground = (left, EDGE, width, row * len(names)), (low, low + span)

    def place(value: float) -> float:
        return left + ((0.0 if math.isnan(value) else value) - low) / span * width

    for number, name in enumerate(wrapped):
        layout.write(sheet, name_width - 4, EDGE + (number + 0.5) * row, name, align="right")
    return figure, ground, sheet, place


def _bars(ax: Axes, long: pd.DataFrame, *, width: float) -> None:
    fills = dict(zip(long["name"], long["fill"], strict=True))
    sns.barplot(
        data=long, x="value", y="name", hue="name", palette=fills, order=list(long["name"]), orient="h", width=width,
        saturation=1, errorbar=None, legend=False, ax=ax,
    )  # fmt: skip


def _beside(sheet: Sheet, x: float, y: float, text: str, value: float, *, weight: int) -> None:
    outward = -1 if value < 0 else 1
    said = theme.shortened(str(text), weight=weight)
    layout.write(sheet, x + outward * 1.5, y, said, weight=weight, align="left" if outward > 0 else "right")


SHARE_ROW = 12.0
SQUARE = 2.0
KEY_ROW = 5.0


def shares_height(rows: int, *, keys: int = 0, row: float = SHARE_ROW) -> float:
    """Return the height in mm of a chart of so many stacked bars of `row` mm, with so many rows of a key below it."""
    return 2 * EDGE + row * rows + KEY_ROW * keys


@theme.drawn
def shares(
    frame: pd.DataFrame, *, texts: pd.DataFrame, colours: Mapping[str, str] | None = None, key: bool = False
) -> Figure:
    """Draw each row of `frame` as one bar of its columns' shares (fractions of the row), largest first.

    `texts` (same shape) are the labels, such as "Russia 84%". A label that does not fit its part stands under
    the bar, in the order of the parts. The order is the same in all rows: that of the columns' totals, or, with
    `key`, that of the columns, which are then named in a key and not in the labels.
    """
    layout.require(frame.to_numpy(), "shares")
    if (frame < 0).any(axis=None):
        raise ValueError("shares: a part of a whole is never negative")
    order = frame.columns if key else frame.sum().sort_values(ascending=False, kind="stable").index
    fills = {part: theme.token(SHARE_FILLS[i % len(SHARE_FILLS)]) for i, part in enumerate(order)} | dict(
        colours or {}
    )
    names = [theme.wrapped(str(name), WIDEST_NAME) for name in frame.index]
    left = max(theme.width_mm(line) for name in names for line in name.split("\n")) + 5
    width = theme.tokens()["chart"]["width_mm"] - left - 2
    items = [(layout.square(fills[part]), str(part)) for part in order] if key else []
    keys, start = layout.key_below(items, left, left + width) if items else ([], left)
    bars = [_parts(frame.loc[name, order], texts.loc[name], left, width) for name in frame.index]
    under = [_lines([(fills[part.name], part.text) for part in bar if not part.size], width) for bar in bars]
    tall = SHARE_ROW + (max(map(len, under)) - 1) * layout.line_height()
    figure, sheet = layout.blank(shares_height(len(frame), keys=len(keys), row=tall))
    for number, bar in enumerate(bars):
        top = EDGE + number * tall
        layout.write(sheet, left - 4, top + 2.6, names[number], align="right")
        for part in bar:
            fill, middle = fills[part.name], part.left + part.width / 2
            sheet.box(part.left, top, part.width, 5.2, fill, edgecolor=theme.token("paper"), linewidth=0.8)
            if part.size:
                ink = theme.label_on(fill)
                layout.write(
                    sheet,
                    middle,
                    top + 2.6,
                    part.text,
                    size=part.size,
                    weight=600,
                    align="center",
                    colour=ink,
                )
        for line, part_texts in enumerate(under[number]):
            _under(sheet, part_texts, top + 8.6 + line * layout.line_height(), left + width)
    for number, row in enumerate(keys):
        layout.key(sheet, start, EDGE + len(frame) * tall + 1 + number * KEY_ROW, row)
    return figure


class _Part(NamedTuple):
    """A part of a bar; its label has a size where it fits inside."""

    name: Hashable
    left: float
    width: float
    text: str
    size: float | None


def _parts(shares: pd.Series, texts: pd.Series, left: float, width: float) -> list[_Part]:
    parts = []
    for name, share in shares.items():
        if share > 0:
            wide, text = float(share) * width, str(texts[name])
            sizes = (layout.text_size(), layout.note_size())
            size = next((each for each in sizes if theme.width_mm(text, each, 600) + 1.6 <= wide), None)
            parts.append(_Part(name, left, wide, text, size))
            left += wide
    return parts


def _lines(small: list[tuple[str, str]], width: float) -> list[list[tuple[str, str]]]:
    """The labels of thin parts in as many lines as they need, one at the least."""
    lines: list[list[tuple[str, str]]] = [[]]
    room = width
    for fill, text in small:
        wide = theme.width_mm(text, layout.note_size()) + SQUARE + 4
        if wide > room + 3 and lines[-1]:
            lines.append([])
            room = width
        lines[-1].append((fill, text))
        room -= wide
    return lines


def _under(sheet: Sheet, small: list[tuple[str, str]], y: float, right: float) -> None:
    """Write the labels of thin parts under the bar, in the order of the parts, each behind a square of its colour."""
    size = layout.note_size()
    for fill, text in reversed(small):
        # set from its square on: a viewer's own figures, a little wider, then never run into the square
        start = right - theme.width_mm(text, size)
        layout.write(sheet, start, y, text, size=size, colour=theme.token("mute"))
        sheet.box(start - SQUARE - 1, y - SQUARE / 2, SQUARE, SQUARE, fill)
        right = start - SQUARE - 4
