"""A level for every pair: a square of words, the later day under the diagonal and the earlier one above it."""

from collections.abc import Collection, Sequence

import pandas as pd
from matplotlib.figure import Figure

from analysis.exhibits import theme
from analysis.exhibits.charts import layout
from analysis.exhibits.charts.sheet import Sheet

ROW, LOW_ROW = 9.6, 7.6  # mm; low where no words stand in the cells
HEAD, CORNER_ROW, FOOT_ROW, EDGE = 10.5, 4.0, 5.2, 1.5
FILLS = ("paper", "seq-1", "seq-2", "seq-3", "seq-4", "seq-5", "seq-6")
HATCH = "/////"
GAP = 0.35


def grid_height(names: int, *, key_rows: int = 2, head: float = HEAD, row: float = ROW) -> float:
    """Return the height in mm of a grid over so many names, with a key of so many rows."""
    return head + row * names + 3 + FOOT_ROW * key_rows + EDGE


def grid_is_worded(texts: pd.DataFrame) -> bool:
    """Return whether every text of a grid fits its cell at the width of the chart."""
    names = [str(name) for name in texts.index]
    return all(_width(text) <= _column(names) - 2 * GAP for text in texts.to_numpy().ravel())


@theme.drawn
def grid(
    levels: pd.DataFrame,
    texts: pd.DataFrame,
    *,
    key: Sequence[str],
    below: str,
    above: str = "",
    uncertain: Collection[tuple[str, str]] = (),
    uncertain_label: str = "",
    changed: Collection[tuple[str, str]] = (),
    changed_label: str = "",
) -> Figure:
    """Draw `levels` (whole numbers from 0, NaN for an empty cell) as fills, with `texts` of up to two lines in them.

    Both are square over the same names. Where not every text fits its cell none is written: the fills and the key say the
    levels. `key` names the levels from 0 up; only those drawn stand under the square.
    `below` and `above` say what the two triangles are. Cells in `uncertain` (row, column) are hatched, those in
    `changed` have a frame.
    """
    if list(levels.index) != list(levels.columns) or not levels.index.equals(texts.index):
        raise ValueError("grid: levels and texts must be square over the same names")
    layout.require(levels.to_numpy(), "grid")
    seen = sorted({int(level) for level in levels.stack().dropna()})
    if seen[-1] >= min(len(key), len(FILLS)):
        raise ValueError(f"grid: level {seen[-1]} has no name or no fill")
    names = [str(name) for name in levels.index]
    paper, shade = theme.token("paper"), theme.token("shade")
    marks = [(_square(theme.token(FILLS[level])), key[level]) for level in seen]
    if uncertain and uncertain_label:
        marks.append((layout.square(paper, hatch=HATCH, edge=theme.token("mute")), uncertain_label))
    if changed and changed_label:
        marks.append((layout.square(paper, edge=theme.token("decline")), changed_label))
    width = theme.tokens()["chart"]["width_mm"]
    left = _left(names)
    rows, start = layout.key_below(marks, left, width)
    head, column = _head(names), _column(names)
    is_worded = grid_is_worded(texts)
    tall = ROW if is_worded else LOW_ROW
    figure, sheet = layout.blank(grid_height(len(names), key_rows=len(rows), head=head, row=tall))
    frames = []
    for i, name in enumerate(names):
        y, middle = head + i * tall, left + (i + 0.5) * column
        layout.write(sheet, left - 3, y + tall / 2, name, weight=600, align="right")
        if _is_turned(names):
            layout.write(sheet, middle, head - 1.8, name, weight=600, angle=layout.TURN)
        else:
            layout.write(sheet, middle, head - 2.8, name, weight=600, align="center")
        for j, other in enumerate(names):
            x, level = left + j * column, levels.iat[i, j]
            if i == j:
                sheet.box(x + GAP, y + GAP, column - 2 * GAP, tall - 2 * GAP, shade)
            elif not pd.isna(level):
                text, hatched = str(texts.iat[i, j]) if is_worded else "", (name, other) in uncertain
                _cell(sheet, x, y, column, tall, theme.token(FILLS[int(level)]), text, hatched)
                frames += [(x, y)] if (name, other) in changed else []
    for x, y in frames:
        sheet.box(x + 0.5, y + 0.5, column - 1, tall - 1, "none",
            edgecolor=theme.token("decline"), linewidth=1.1, zorder=3,
        )  # fmt: skip
    foot = head + tall * len(names) + 3
    for number, row in enumerate(rows):
        layout.key(sheet, start, foot + (number + 0.5) * FOOT_ROW, row)
    _corners(sheet, left, column * len(names), below, above)
    return figure


def _left(names: Sequence[str]) -> float:
    """The room in mm for the names of the rows."""
    return max(theme.width_mm(name, None, 600) for name in names) + 5


def _is_turned(names: Sequence[str]) -> bool:
    """Whether the names of the columns stand aslant: side by side the longest would not fit."""
    left, width = _left(names), theme.tokens()["chart"]["width_mm"]
    return left - 5 > (width - left - 1) / len(names) - 1


def _head(names: Sequence[str]) -> float:
    return layout.turned_head(names) + CORNER_ROW if _is_turned(names) else HEAD


def _column(names: Sequence[str]) -> float:
    """The width in mm of a column."""
    left, width = _left(names), theme.tokens()["chart"]["width_mm"]
    right = layout.turned_right(names, left, width) if _is_turned(names) else width - 1
    return min((right - left) / len(names), 24.0)


def _square(fill: str) -> layout.Mark:
    return layout.square(fill, edge=theme.token("rule"))


def _width(text: object) -> float:
    """The width in mm of the lines of a cell: the first in bold, the second smaller."""
    first, _, second = str(text).partition("\n")
    size = layout.note_size()
    return max(theme.width_mm(first, size, 600), theme.width_mm(second, size - 0.5))


def _cell(
    sheet: Sheet, x: float, y: float, width: float, height: float, fill: str, text: str, hatched: bool
) -> None:
    ground = theme.token("paper") if hatched else fill
    is_open = ground == theme.token("paper")
    sheet.box(x + GAP, y + GAP, width - 2 * GAP, height - 2 * GAP, ground, hatch=HATCH if hatched else None,
        hatchcolor=theme.token("rule"), edgecolor=theme.token("rule") if is_open else "none",
        linewidth=0.7 if is_open else 0,
    )  # fmt: skip
    lines = text.split("\n") if text else []
    for number, line in enumerate(lines):
        offset = (number - (len(lines) - 1) / 2) * 3.6
        size = layout.note_size() if number == 0 else layout.note_size() - 0.5
        layout.write(
            sheet, x + width / 2, y + height / 2 + offset, line, size=size, weight=600 if number == 0 else 400,
            align="center", colour=theme.label_on(ground),
        )  # fmt: skip


def _corners(sheet: Sheet, left: float, width: float, below: str, above: str) -> None:
    """What the triangles are, in the margins beside them: above at the upper right, below at the lower left."""
    size, mute = layout.note_size(), theme.token("mute")
    room = theme.tokens()["chart"]["width_mm"]
    if above:
        layout.write(sheet, min(left + width, room), 2.0, above, size=size, colour=mute, align="right")
    if below:
        meet = left + theme.width_mm(below, size) + 3 > min(left + width, room) - theme.width_mm(above, size)
        layout.write(sheet, 0 if meet else left, 2.0, below, size=size, colour=mute)
