"""How many of what kind: a row of named marks for each row, filled, hatched or open by their state."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.exhibits import theme
from analysis.exhibits.charts import layout

ROW, EDGE, FOOT = 6.8, 2.0, 7.0  # mm
MARK, GAP = 5.0, 5.0
STATES = ("full", "partial", "open", "uncertain")
HATCH = "//////"


def tally_height(rows: int) -> float:
    """Return the height in mm of a tally of so many rows."""
    return 2 * EDGE + ROW * rows + FOOT


@theme.drawn
def tally(rows: Mapping[str, Sequence[tuple[str, str]]], *, key: Mapping[str, str], none: str) -> Figure:
    """Draw for each row (its name) its items, each a state and a text, as marks side by side.

    States are full (filled), partial (hatched), open (outline) and uncertain (outline with a question mark). `key`
    gives the text of each that occurs; a row without items says `none`. Items are set in columns, so that rows can be
    compared by length.
    """
    items = [item for row in rows.values() for item in row]
    if not items:
        raise ValueError("tally: nothing to draw")
    strange = {state for state, _ in items} - set(STATES)
    if strange:
        raise ValueError(f"tally: unknown states {', '.join(sorted(strange))}")
    figure, sheet = layout.blank(tally_height(len(rows)))
    left = max(map(theme.width_mm, rows)) + 6
    wide = MARK + 1.5 + max(theme.width_mm(text) for _, text in items) + GAP
    bottom = EDGE + ROW * len(rows)
    for number, (name, row) in enumerate(rows.items()):
        y = EDGE + (number + 0.5) * ROW
        layout.write(sheet, left - 4, y, name, align="right")
        for column, (state, text) in enumerate(row):
            x = left + column * wide
            _mark(sheet, x, y, state)
            layout.write(sheet, x + MARK + 1.5, y, text)
        if not row:
            layout.write(sheet, left, y, none, colour=theme.token("mute"))
    sheet.plot([left - 2, left - 2], [EDGE, bottom], color=theme.token("ink"), linewidth=0.8)
    occurring = {state for state, _ in items}
    marks = [(_key_mark(state), key[state]) for state in STATES if state in occurring and state in key]
    layout.key(sheet, left, bottom + 5.0, marks)
    return figure


def _mark(ax: Axes, x: float, y: float, state: str) -> None:
    colour = theme.token("decline" if state == "uncertain" else "accent")
    layout.box(
        ax, x, y - 1.7, MARK, 3.4, colour if state == "full" else theme.token("paper"), edgecolor=colour,
        linewidth=0.8, hatch=HATCH if state == "partial" else None, hatchcolor=colour,
    )  # fmt: skip
    if state == "uncertain":
        layout.write(ax, x + MARK / 2, y, "?", size=layout.note_size(), colour=colour, align="center")


def _key_mark(state: str) -> layout.Mark:
    def draw(ax: Axes, x: float, y: float) -> float:
        _mark(ax, x, y, state)
        return MARK

    return draw
