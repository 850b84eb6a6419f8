"""Who belongs to what: countries down, blocs across, a mark for the standing."""

from collections.abc import Collection, Iterable, Mapping, Sequence

import pandas as pd
from matplotlib.figure import Figure

from analysis.exhibits import theme
from analysis.exhibits.charts import layout
from analysis.exhibits.charts.sheet import Sheet

ROW = 6.4  # mm
RADIUS = 1.75
WIDEST_NAME = 46.0
FLAT_HEAD, KEY_ROW = 7.0, 5.2
TURNED_GAP = 7.0  # mm between turned heads and the counts
MARKS = ("full", "partial", "beside", "uncertain", "suspended", "none")


def matrix_height(rows: int, *, keys: int = 1, head: float = FLAT_HEAD) -> float:
    """Return the height in mm of a matrix of so many rows and rows of key under a head of `head` mm."""
    return head + ROW * rows + KEY_ROW * keys + 1.5


@theme.drawn
def matrix(
    frame: pd.DataFrame,
    *,
    key: Mapping[str, str],
    counts: Sequence[str] | None = None,
    count_label: str = "",
    suspended: Collection[tuple[str, str]] = (),
) -> Figure:
    """Draw a membership matrix: `frame` has a row for each country and a column for each bloc, named as printed.

    Its cells are full (filled mark), partial (open: observer, associate, partner, candidate …), beside (a dash: tied
    to it from outside), uncertain (a question mark) or none (a small dot). `suspended` cells (row, column) get a stroke through their mark.
    `key` gives the text of each state, suspended included; only states that occur are shown. `counts` stand
    at the right under `count_label`.
    """
    if frame.empty:
        raise ValueError("matrix: nothing to draw")
    strange = set(frame.to_numpy().ravel()) - {"full", "partial", "beside", "uncertain", "none"}
    if strange:
        raise ValueError(f"matrix: unknown states {', '.join(sorted(map(str, strange)))}")
    left, whole = _left(frame.index), theme.tokens()["chart"]["width_mm"]
    tally = "" if counts is None else _in_two_lines(count_label)
    aside = 1.0 if counts is None else max(14.0, _widest(tally.split("\n"), layout.note_size()) + 4)
    right = whole - aside
    turned = _widest(frame.columns, weight=600) > (right - left) / len(frame.columns) - 1
    if turned:
        right = min(
            right - (0 if counts is None else TURNED_GAP), layout.turned_right(frame.columns, left, whole)
        )
    head = layout.turned_head(frame.columns) if turned else FLAT_HEAD
    occurring = {*frame.to_numpy().ravel(), *(["suspended"] if suspended else [])}
    keys, start = _keys({state: key[state] for state in MARKS if state in occurring and state in key}, left)
    figure, sheet = layout.blank(matrix_height(len(frame), keys=len(keys), head=head))
    step = (right - left) / len(frame.columns)
    _heads(sheet, frame.columns, left, step, head, turned=turned)
    for number, name in enumerate(frame.index):
        top = head + number * ROW
        if number % 2 == 0:
            sheet.box(left, top, whole - left, ROW, theme.token("zebra"), zorder=0.5)
        layout.write(sheet, left - 3, top + ROW / 2, theme.wrapped(str(name), WIDEST_NAME), align="right")
        for column, bloc in enumerate(frame.columns):
            x, y = left + (column + 0.5) * step, top + ROW / 2
            _mark(sheet, x, y, frame.at[name, bloc])
            if (name, bloc) in suspended:
                _stroke(sheet, x, y)
    if counts is not None:
        _tally(sheet, whole - aside / 2, head, counts, tally)
    for row, items in enumerate(keys):
        layout.key(sheet, start + 1, head + ROW * len(frame) + (row + 0.65) * KEY_ROW, items)
    return figure


def _widest(texts: Iterable[str], size: float | None = None, *, weight: int = 400) -> float:
    return max(theme.width_mm(str(text), size, weight) for text in texts)


def _in_two_lines(text: str) -> str:
    """Break a text of several words near its middle."""
    size = layout.note_size()
    return text if " " not in text else theme.wrapped(text, max(14.0, theme.width_mm(text, size) * 0.6), size)


def _tally(sheet: Sheet, x: float, head: float, counts: Sequence[str], label: str) -> None:
    size, mute = layout.note_size(), theme.token("mute")
    up = 3.4 + label.count("\n") * layout.line_height(size) / 2
    layout.write(sheet, x, head - up + 0.6 * label.count("\n"), label, size=size, colour=mute, align="center")
    for number, count in enumerate(counts):
        layout.write(sheet, x, head + (number + 0.5) * ROW, count, weight=600, align="center")


def _left(names: Sequence[str]) -> float:
    return _widest(line for name in names for line in theme.wrapped(str(name), WIDEST_NAME).split("\n")) + 6


def _heads(
    sheet: Sheet, blocs: Sequence[str], left: float, step: float, head: float, *, turned: bool
) -> None:
    for column, bloc in enumerate(blocs):
        x = left + (column + 0.5) * step
        if turned:
            layout.write(sheet, x, head - 1.8, str(bloc), weight=600, angle=layout.TURN)
        else:
            layout.write(sheet, x, head - 3.4, str(bloc), weight=600, align="center")


def _keys(states: Mapping[str, str], left: float) -> tuple[list[list[tuple[layout.Mark, str]]], float]:
    items = [(_key_mark(state), text) for state, text in states.items()]
    return layout.key_below(items, left, theme.tokens()["chart"]["width_mm"] - 2) if items else ([], left)


def _key_mark(state: str) -> layout.Mark:
    def draw(ax: Sheet, x: float, y: float) -> float:
        _mark(ax, x + 1.5, y, "full" if state == "suspended" else state, radius=1.4)
        if state == "suspended":
            _stroke(ax, x + 1.5, y)
        return 3.0

    return draw


def _mark(ax: Sheet, x: float, y: float, state: str, radius: float = RADIUS) -> None:
    if state in ("full", "partial"):
        layout.dot(ax, x, y, radius, "full" if state == "full" else "open", theme.token("accent"))
    elif state == "beside":
        ax.plot([x - RADIUS, x + RADIUS], [y, y], color=theme.token("accent"), linewidth=1.3, zorder=2.5)
    elif state == "uncertain":
        layout.write(ax, x, y, "?", weight=600, colour=theme.token("decline"), align="center")
    else:
        layout.dot(ax, x, y, 0.45, "full", theme.token("neutral"))


def _stroke(ax: Sheet, x: float, y: float) -> None:
    """Strike a mark through: standing held, but suspended."""
    reach = RADIUS + 0.9
    for colour, width in ((theme.token("paper"), 2.8), (theme.token("decline"), 1.5)):
        ax.plot(
            [x - reach, x + reach],
            [y + reach, y - reach],
            color=colour,
            linewidth=width,
            zorder=3,
            solid_capstyle="butt",
        )
