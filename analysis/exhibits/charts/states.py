"""How far things have come: one bar a source, a part for each state, from filled (in force) to open (proposed)."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure

from analysis.exhibits import theme
from analysis.exhibits.charts import layout

# state -> (fill token, hatch, text on it): what binds is filled, what is announced hatched, what is proposed open
LOOKS: dict[str, tuple[str, str | None]] = {
    "in-force": ("seq-6", None),
    "signed": ("seq-3", None),
    "announced": ("paper", "/////"),
    "proposed": ("paper", None),
    "uncertain": ("paper", "xxxxx"),
    "told": ("paper", "-----"),
    "ended": ("shade", None),
}
ROW, BAR, EDGE, KEY_ROW = 10.0, 5.6, 2.0, 5.4
WIDEST_NAME = 52.0


def state_bars_height(rows: int, keys: int = 1) -> float:
    """Return the height in mm of a chart of so many bars and rows of key."""
    return 2 * EDGE + ROW * rows + KEY_ROW * keys


@theme.drawn
def state_bars(frame: pd.DataFrame, *, texts: pd.DataFrame, key: Mapping[str, str]) -> Figure:
    """Draw each row of `frame` (counts by state, columns from LOOKS) as one stacked bar on a common scale.

    `texts` (same shape) are the counts as printed; `key` names the states, of which only those that occur are shown,
    in the order of the columns.
    """
    strange = set(frame.columns) - set(LOOKS)
    if strange:
        raise ValueError(f"states: unknown states {', '.join(sorted(map(str, strange)))}")
    if frame.empty or not frame.to_numpy().any():
        raise ValueError("states: nothing to draw")
    whole = theme.tokens()["chart"]["width_mm"]
    names = [theme.wrapped(str(name), WIDEST_NAME) for name in frame.index]
    left = max(theme.width_mm(line) for name in names for line in name.split("\n")) + 5
    used = [state for state in frame if frame[state].any()]
    rows = layout.key_rows([(_mark(state), key[state]) for state in used], whole - left, mark=6)
    figure, sheet = layout.blank(state_bars_height(len(frame), len(rows)))
    scale = (whole - left - 8) / frame.sum(axis=1).max()
    for number, name in enumerate(frame.index):
        y = EDGE + (number + 0.5) * ROW
        layout.write(sheet, left - 4, y, names[number], align="right")
        x = left
        for state in frame:
            wide = frame.at[name, state] * scale
            if not wide:
                continue
            _part(sheet, x, y, wide, state)
            fill, hatch = LOOKS[state]
            text = str(texts.at[name, state])
            half = theme.width_mm(text, None, 600) / 2 + 0.8
            is_inside = wide > 2 * half
            if hatch and is_inside:
                sheet.box(x + wide / 2 - half, y - 1.9, 2 * half, 3.8, theme.token("paper"), zorder=2.2)
            layout.write(
                sheet,
                x + wide / 2,
                y if is_inside else y - BAR / 2 - 1.7,
                text,
                weight=600,
                align="center",
                colour=theme.label_on(theme.token(fill)) if is_inside else theme.token("ink"),
            )
            x += wide
    for row, items in enumerate(rows):
        layout.key(sheet, left, EDGE + ROW * len(frame) + (row + 0.6) * KEY_ROW, items)
    return figure


def _part(sheet, x: float, y: float, width: float, state: str, height: float = BAR) -> None:
    fill, hatch = LOOKS[state]
    edge = theme.token("paper" if fill != "paper" else "seq-4")
    sheet.box(x + 0.15, y - height / 2, max(width - 0.3, 0.2), height, theme.token(fill), hatch=hatch,
        hatchcolor=theme.token("seq-4"), edgecolor=edge, linewidth=0.8, zorder=2,
    )  # fmt: skip


def _mark(state: str) -> layout.Mark:
    def draw(ax, x: float, y: float) -> float:
        _part(ax, x, y, 6, state, 2.8)
        return 6.0

    return draw
