"""Which countries share exactly which blocs: an UpSet chart with the countries named inside its bars."""

from collections.abc import Collection, Mapping, Sequence

from matplotlib.figure import Figure

from analysis.exhibits import theme
from analysis.exhibits.charts import layout
from analysis.exhibits.charts.sheet import Sheet

CODE = 4.0  # mm a country's code takes in its bar
ROW = 5.4
HEAD, BETWEEN, FOOT = 6.0, 2.6, 1.5
WIDEST_COLUMN = 13.0
TALLEST = 14  # codes in one bar; a longer list stands in two or more columns of the bar

Cell = tuple[Sequence[str], Sequence[str]]


def upset_height(cells: Sequence[Cell], blocs: int) -> float:
    """Return the height in mm of the chart of these cells over so many blocs."""
    return HEAD + CODE * max(_stack(codes) for _, codes in cells) + BETWEEN + ROW * blocs + FOOT


@theme.drawn
def upset(
    cells: Sequence[Cell],
    *,
    blocs: Mapping[str, str],
    highlight: Collection[str] = (),
    count: bool = True,
) -> Figure:
    """Draw each cell (blocs, countries) as a bar of country codes over the dots of the blocs they share exactly.

    `cells` stand in the order given; `blocs` maps the id of each bloc, top to bottom, to its printed name
    ("SCO (10)"). Countries in `highlight` are in the accent. With `count` the number of countries stands over
    the bar.
    """
    cells = [(tuple(sets), tuple(codes)) for sets, codes in cells if codes]
    if not cells or not blocs:
        raise ValueError("upset: nothing to draw")
    strange = {bloc for sets, _ in cells for bloc in sets} - set(blocs)
    if strange:
        raise ValueError(f"upset: blocs without a name: {', '.join(sorted(strange))}")
    figure, sheet = layout.blank(upset_height(cells, len(blocs)))
    left = max(theme.width_mm(name) for name in blocs.values()) + 5
    widths = _widths(cells, theme.tokens()["chart"]["width_mm"] - left - 1)
    middles = [left + sum(widths[:column]) + width / 2 for column, width in enumerate(widths)]
    floor = HEAD + CODE * max(_stack(codes) for _, codes in cells)
    right = left + sum(widths)
    for number, (bloc, name) in enumerate(blocs.items()):
        y = floor + BETWEEN + (number + 0.5) * ROW
        if number % 2 == 0:
            sheet.box(left, y - ROW / 2, right - left, ROW, theme.token("zebra"), zorder=0.5)
        layout.write(sheet, left - 3, y, name, align="right")
        for column, (sets, _) in enumerate(cells):
            _dot(sheet, middles[column], y, bloc in sets)
    for column, (sets, codes) in enumerate(cells):
        x = middles[column]
        _bar(sheet, x, floor, codes, frozenset(highlight), widths[column], count=count)
        rows = [number for number, bloc in enumerate(blocs) if bloc in sets]
        if len(rows) > 1:
            ends = [floor + BETWEEN + (row + 0.5) * ROW for row in (rows[0], rows[-1])]
            sheet.plot([x, x], ends, color=theme.token("ink"), linewidth=1.6, zorder=3)
    return figure


def _widths(cells: Sequence[Cell], room: float) -> list[float]:
    """Return the width in mm of each cell's column: a bar of two columns of codes takes nearly twice as much."""
    parts = [1 + 0.85 * (_columns(codes) - 1) for _, codes in cells]
    unit = min(WIDEST_COLUMN, room / sum(parts))
    return [unit * part for part in parts]


def _columns(codes: Sequence[str]) -> int:
    return -(-len(codes) // TALLEST)


def _stack(codes: Sequence[str]) -> int:
    return -(-len(codes) // _columns(codes))


def _dot(sheet: Sheet, x: float, y: float, member: bool) -> None:
    layout.dot(sheet, x, y, 1.3 if member else 0.7, "full", theme.token("ink" if member else "rule"))


def _bar(
    sheet: Sheet,
    x: float,
    floor: float,
    codes: Sequence[str],
    highlight: frozenset[str],
    step: float,
    *,
    count: bool,
) -> None:
    """Stack the codes from the floor, the highlighted ones lowest, in as many columns as keep the bar low."""
    ordered = sorted(codes, key=lambda code: (code not in highlight, codes.index(code)))
    columns, stack = _columns(codes), _stack(codes)
    width = min(step * 0.92 / columns, 9.0)
    size = min(7.0, 7.0 * (width - 0.5) / max(theme.width_mm(code, 7.0, 600) for code in codes))
    for number, code in enumerate(ordered):
        column, row = divmod(number, stack)
        at = x - width * columns / 2 + column * width
        top = floor - (row + 1) * CODE
        fill = theme.token("accent" if code in highlight else "neutral")
        sheet.box(at, top, width, CODE, fill, edgecolor=theme.token("paper"), linewidth=0.4)
        layout.write(
            sheet, at + width / 2, top + CODE / 2, code, size=size, align="center", colour=theme.label_on(fill),
            weight=600 if code in highlight else 400,
        )  # fmt: skip
    if count:
        layout.write(
            sheet,
            x,
            floor - stack * CODE - 2.4,
            str(len(codes)),
            size=layout.note_size(),
            colour=theme.token("mute"),
            align="center",
        )
