"""A path along a corridor: its countries in order, the line between two neighbours drawn by what they share."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from matplotlib.figure import Figure

from analysis.exhibits import theme
from analysis.exhibits.charts import layout
from analysis.exhibits.charts.sheet import Sheet

ROW, HEAD, FOOT = 17.0, 5.0, 7.5  # mm
RADIUS = 1.6
EDGE = 12.0  # room at both ends for half a name
STYLES: dict[str, dict[str, object]] = {
    "both": {"linewidth": 3.6, "linestyle": "-"},
    "customs-union": {"linewidth": 1.8, "linestyle": "-"},
    "alliance": {"linewidth": 1.8, "linestyle": (0, (3, 1.2))},
    "uncertain": {"linewidth": 1.8, "linestyle": (0, (1, 1))},
    "none": {"linewidth": 0.8, "linestyle": "-"},
}


class Way(NamedTuple):
    """One path: its name, its stops in order, and for each step between two its tie and the text over the line."""

    name: str
    stops: tuple[str, ...]
    ties: tuple[tuple[str, str], ...]


def route_height(ways: int) -> float:
    """Return the height in mm of a diagram of so many paths."""
    return HEAD + ROW * ways + FOOT


@theme.drawn
def route(ways: Sequence[Way], *, key: Mapping[str, str]) -> Figure:
    """Draw each way as a line of stops; a tie is one of STYLES, `key` gives the text of those that occur.

    Stops of equal number stand under one another only by chance: places are even along the line, no map.
    """
    if not ways or any(len(way.stops) < 2 or len(way.ties) != len(way.stops) - 1 for way in ways):
        raise ValueError("route: nothing to draw" if not ways else "route: a way needs stops and their ties")
    strange = {tie for way in ways for tie, _ in way.ties} - STYLES.keys()
    if strange:
        raise ValueError(f"route: unknown ties {', '.join(sorted(strange))}")
    figure, sheet = layout.blank(route_height(len(ways)))
    widths = [theme.width_mm(name, layout.note_size()) for way in ways for name in (way.name,) if name]
    left = max(widths, default=-4.0) + 4 + EDGE
    right = theme.tokens()["chart"]["width_mm"] - EDGE
    for number, way in enumerate(ways):
        _way(sheet, way, HEAD + (number + 0.4) * ROW, left, right)
    occurring = {tie for way in ways for tie, _ in way.ties}
    items = [(_key_mark(tie), key[tie]) for tie in STYLES if tie in occurring and tie in key]
    layout.key(sheet, 0, route_height(len(ways)) - 3.5, items)
    return figure


def _way(sheet: Sheet, way: Way, y: float, left: float, right: float) -> None:
    small, mute = layout.note_size(), theme.token("mute")
    layout.write(sheet, 0, y, way.name, size=small, colour=mute)
    step = (right - left) / (len(way.stops) - 1)
    for number, (tie, text) in enumerate(way.ties):
        start = left + number * step
        _line(sheet, start, start + step, y, tie)
        layout.write(
            sheet,
            start + step / 2,
            y - 3.6 - layout.line_height(small) * (theme.wrapped(text, step - 2, small).count("\n")) / 2,
            theme.wrapped(text, step - 2, small),
            size=small,
            colour=mute,
            align="center",
        )
    for number, stop in enumerate(way.stops):
        x = left + number * step
        layout.dot(sheet, x, y, RADIUS, "full", theme.token("ink"))
        layout.write(sheet, x, y + 5.0, stop, weight=600, align="center")


def _line(sheet: Sheet, x0: float, x1: float, y: float, tie: str) -> None:
    colour = theme.token({"none": "neutral", "uncertain": "decline"}.get(tie, "accent"))
    sheet.plot([x0, x1], [y, y], color=colour, solid_capstyle="butt", zorder=1, **STYLES[tie])


def _key_mark(tie: str) -> layout.Mark:
    def draw(ax: Sheet, x: float, y: float) -> float:
        _line(ax, x, x + 7, y, tie)
        return 7.0

    return draw
