"""How far a process has come: the stages in their order, a mark and a date where one was reached."""

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.figure import Figure

from analysis.exhibits import theme
from analysis.exhibits.charts import layout
from analysis.exhibits.charts.sheet import Sheet

ROW, HEAD, KEY_ROW = 13.0, 8.0, 5.2  # mm
RADIUS = 1.75
WIDEST_NAME = 30.0
HATCH = "//////"
MARKS = ("done", "said", "coarse", "uncertain", "passed", "open")
"""done: an act on a known day; said: only announced or confirmed; coarse: its day is not known; uncertain: the day
asked about falls inside that date; passed: no date, but a later stage is reached; open: not found."""


def stages_height(rows: int, *, keys: int = 1, head: float = HEAD, row: float = ROW) -> float:
    """Return the height in mm of a chart of so many rows of `row` mm under a head, and of its rows of key."""
    return head + row * rows + KEY_ROW * keys + 1.5


@theme.drawn
def stages(frame: pd.DataFrame, *, heads: Sequence[str], key: Mapping[str, str]) -> Figure:
    """Draw a row for each name in `frame` and a column for each of `heads`, in the order given.

    Columns of the frame: name, head, mark (one of MARKS), text (the date under the mark) and between (what is written
    on the line that leads to this mark from the last one reached). A solid line joins stages reached, a dotted one leads
    to the first that is still open. `key` gives the text of each mark; only those that occur are shown.
    """
    if frame.empty or not heads:
        raise ValueError("stages: nothing to draw")
    strange = set(frame["mark"]) - set(MARKS)
    if strange:
        raise ValueError(f"stages: unknown marks {', '.join(sorted(map(str, strange)))}")
    whole = theme.tokens()["chart"]["width_mm"]
    names = {name: theme.wrapped(str(name), WIDEST_NAME, None, 600) for name in dict.fromkeys(frame["name"])}
    left = max(theme.width_mm(line, None, 600) for text in names.values() for line in text.split("\n")) + 5
    step = (whole - left) / len(heads)
    wrapped = [theme.wrapped(str(head), step - 2, None, 600) for head in heads]
    is_turned = any(
        theme.width_mm(line, None, 600) > step - 1 for text in wrapped for line in text.split("\n")
    )
    if is_turned:
        wrapped = list(map(str, heads))
        step = (layout.turned_right(wrapped, left, whole) - left) / len(heads)
    frame = frame.assign(
        text=_folded(frame["text"], step - 1), between=_folded(frame["between"], step - 2 * RADIUS)
    )
    lift = _lines_more(frame["between"])
    row_height = ROW + lift + _lines_more(frame["text"])
    items = [(_key_mark(mark), key[mark]) for mark in MARKS if mark in set(frame["mark"]) and mark in key]
    rows = layout.key_rows(items, whole - left - 4, mark=6) if items else []
    top = _head(wrapped, is_turned=is_turned)
    figure, sheet = layout.blank(stages_height(len(names), keys=len(rows), head=top, row=row_height))
    at = {head: left + (number + 0.5) * step for number, head in enumerate(heads)}
    for head, text in zip(heads, wrapped, strict=True):
        if is_turned:
            layout.write(sheet, at[head], top - 2, text, weight=600, angle=layout.TURN)
        else:
            layout.write(sheet, at[head], top / 2, text, weight=600, align="center")
    for number, (name, text) in enumerate(names.items()):
        y = top + number * row_height
        if number % 2 == 0:
            sheet.box(0, y, whole, row_height, theme.token("zebra"), zorder=0.5)
        layout.write(sheet, left - 3, y + row_height / 2, text, weight=600, align="right")
        _row(sheet, frame[frame["name"] == name], at, y + lift + ROW * 0.45)
    for row, each in enumerate(rows):
        layout.key(sheet, left + 1, top + row_height * len(names) + (row + 0.7) * KEY_ROW, each)
    return figure


def _head(wrapped: Sequence[str], *, is_turned: bool) -> float:
    """The height in mm of the heads."""
    if is_turned:
        return layout.turned_head(wrapped)
    return HEAD + max(text.count("\n") for text in wrapped) * layout.line_height()


def _folded(texts: pd.Series, width: float) -> pd.Series:
    return texts.map(lambda text: theme.wrapped(str(text or ""), width, layout.note_size()))


def _lines_more(texts: pd.Series) -> float:
    """What the texts of more than one line add to a row, in mm."""
    return texts.str.count("\n").max() * layout.line_height(layout.note_size())


def _row(sheet: Sheet, cells: pd.DataFrame, at: Mapping[str, float], y: float) -> None:
    """Draw the marks of one row, the lines between them and the texts on both."""
    before: float | None = None
    waiting = False
    size, mute = layout.note_size(), theme.token("mute")
    for cell in cells.to_dict("records"):
        x, is_open = at[cell["head"]], cell["mark"] in ("open", "uncertain")
        if before is not None and cell["mark"] != "passed" and not waiting:
            style = (0, (1.2, 1.6)) if is_open else "-"
            sheet.plot(
                [before + RADIUS + 0.4, x - RADIUS - 0.4], [y, y], zorder=1.2, linewidth=1.3, linestyle=style,
                color=mute if is_open else theme.token("accent"),
            )  # fmt: skip
            if cell["between"]:
                above = y - 2.6 - cell["between"].count("\n") * layout.line_height(size) / 2
                layout.write(
                    sheet, (before + x) / 2, above, cell["between"], size=size, colour=mute, align="center"
                )
        _mark(sheet, x, y, cell["mark"])
        if cell["text"]:
            below = cell["text"].count("\n") * layout.line_height(size) / 2
            layout.write(sheet, x, y + 4.1 + below, cell["text"], size=size, align="center")
        if is_open:
            waiting = True
        elif cell["mark"] != "passed":
            before = x


def _mark(ax: Sheet, x: float, y: float, mark: str, width: float = 10.0) -> None:
    accent, mute, paper = theme.token("accent"), theme.token("mute"), theme.token("paper")
    if mark == "done":
        layout.dot(ax, x, y, RADIUS, "full", accent)
    elif mark == "said":
        layout.dot(ax, x, y, RADIUS, "open", accent)
        layout.dot(ax, x, y, RADIUS * 0.38, "full", accent)
    elif mark == "coarse":
        ax.box(
            x - width / 2,
            y - 1.4,
            width,
            2.8,
            paper,
            hatch=HATCH,
            hatchcolor=accent,
            edgecolor=accent,
            linewidth=0.7,
            zorder=2,
        )
    elif mark == "uncertain":
        layout.write(ax, x, y, "?", weight=600, colour=theme.token("decline"), align="center")
    elif mark == "passed":
        layout.dot(ax, x, y, RADIUS * 0.45, "open", mute)
    else:
        layout.dot(ax, x, y, RADIUS * 0.8, "open", theme.token("neutral"))


def _key_mark(mark: str) -> layout.Mark:
    width = 6.0 if mark == "coarse" else 2 * RADIUS

    def draw(ax: Sheet, x: float, y: float) -> float:
        _mark(ax, x + width / 2, y, mark, width)
        return width

    return draw
