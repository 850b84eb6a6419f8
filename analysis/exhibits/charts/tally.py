"""How many of what kind: a row of named marks for each row, filled, hatched or open by their state."""

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure

from analysis.exhibits import theme
from analysis.exhibits.charts import layout
from analysis.exhibits.charts.sheet import Sheet

ROW, EDGE, FOOT, KEY_ROW = 6.8, 2.0, 7.0, 5.2  # mm
MARK, GAP = 5.0, 5.0
STATES = ("full", "partial", "open", "uncertain")
HATCH = "//////"


def tally_height(rows: int, *, keys: int = 1) -> float:
    """Return the height in mm of a tally of so many rows, with so many rows of key."""
    return 2 * EDGE + ROW * rows + FOOT + (keys - 1) * KEY_ROW


@theme.drawn
def tally(rows: Mapping[str, Sequence[tuple[str, str]]], *, key: Mapping[str, str], none: str) -> Figure:
    """Draw for each row (its name) its items, each a state and a text, as marks side by side.

    States are full (filled), partial (hatched), open (outline) and uncertain (outline with a question mark). `key`
    gives the text of each that occurs; a row without items says `none`. Items are set in columns, so that rows can be
    compared by length; where the sheet has no room for all, a row goes on below.
    """
    items = [item for row in rows.values() for item in row]
    if not items:
        raise ValueError("tally: nothing to draw")
    strange = {state for state, _ in items} - set(STATES)
    if strange:
        raise ValueError(f"tally: unknown states {', '.join(sorted(strange))}")
    left = max(map(theme.width_mm, rows)) + 6
    wide = MARK + 1.5 + max(theme.width_mm(text) for _, text in items) + GAP
    whole = theme.tokens()["chart"]["width_mm"]
    most = max(1, int((whole - left + GAP) // wide))
    lines = {name: max(1, -(-len(row) // most)) for name, row in rows.items()}
    occurring = {state for state, _ in items}
    marks = [(_key_mark(state), key[state]) for state in STATES if state in occurring and state in key]
    widest = max(MARK + 1.8 + theme.width_mm(text, layout.note_size()) for _, text in marks) if marks else 0.0
    beside = left if left + widest <= whole else 1.0
    keys = layout.key_rows(marks, whole - beside, mark=MARK) if marks else []
    figure, sheet = layout.blank(tally_height(sum(lines.values()), keys=max(1, len(keys))))
    bottom = EDGE + ROW * sum(lines.values())
    y = EDGE + ROW / 2
    for name, row in rows.items():
        layout.write(sheet, left - 4, y, name, align="right")
        for number, (state, text) in enumerate(row):
            x, below = left + number % most * wide, y + number // most * ROW
            _mark(sheet, x, below, state)
            layout.write(sheet, x + MARK + 1.5, below, text)
        if not row:
            layout.write(sheet, left, y, none, colour=theme.token("mute"))
        y += lines[name] * ROW
    sheet.plot([left - 2, left - 2], [EDGE, bottom], color=theme.token("ink"), linewidth=0.8)
    for number, each in enumerate(keys):
        layout.key(sheet, beside, bottom + 5.0 + number * KEY_ROW, each)
    return figure


def _mark(ax: Sheet, x: float, y: float, state: str) -> None:
    colour = theme.token("decline" if state == "uncertain" else "accent")
    ax.box(x, y - 1.7, MARK, 3.4, colour if state == "full" else theme.token("paper"), edgecolor=colour,
        linewidth=0.8, hatch=HATCH if state == "partial" else None, hatchcolor=colour,
    )  # fmt: skip
    if state == "uncertain":
        layout.write(ax, x + MARK / 2, y, "?", size=layout.note_size(), colour=colour, align="center")


def _key_mark(state: str) -> layout.Mark:
    def draw(ax: Sheet, x: float, y: float) -> float:
        _mark(ax, x, y, state)
        return MARK

    return draw
