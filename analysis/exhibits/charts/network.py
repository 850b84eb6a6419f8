"""Who is tied to whom: countries on a circle, a line for each tie, the same places in every panel."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from matplotlib.figure import Figure

from analysis.exhibits import theme
from analysis.exhibits.charts import layout
from analysis.exhibits.charts.sheet import Sheet

STRONG, FIRM, LIGHT, THIN = "strong", "firm", "light", "thin"
DASHED, UNSURE = "dashed", "unsure"
# style -> (width in points, colour token, dashes): the order of the key, strongest first
STYLES: dict[str, tuple[float, str, tuple | str]] = {
    STRONG: (3.4, "ink", "-"),
    FIRM: (2.2, "ink", (0, (6, 1))),
    LIGHT: (1.6, "mute", "-"),
    THIN: (0.8, "mute", "-"),
    UNSURE: (1.4, "ink", (0, (5, 1.4, 1, 1.4))),
    DASHED: (1.2, "decline", (0, (2.2, 1.6))),
}
# the second layer, one look a bloc
BANDS = (
    ("seq-2", "-"),
    ("neutral", (0, (0.6, 1.4))),
    ("seq-2", (0, (5, 2))),
    ("neutral", (0, (4, 1.5, 0.8, 1.5))),
)
BAND_WIDTH, BAND_STEP = 1.1, 0.9  # points; mm between lines of two blocs
HOLLOW = 0.5  # of the width of a line that is empty inside
RADIUS, NARROWEST, NODE, LABEL_GAP = (
    27.0,
    13.0,
    1.9,
    2.0,
)  # mm; the circle is narrowed to leave room for names
HEAD, KEY_ROW, FOOT = 9.0, 5.2, 2.0
LABEL_ROOM = 7.0  # mm above and below the circle
PANEL = HEAD + 2 * (RADIUS + LABEL_ROOM)
BETWEEN = 5.0  # mm from one panel to the one below it
ASIDE = 0.15  # of the half width: nearer to the middle a name stands above or below its node

Pair = tuple[str, str]


@dataclass(frozen=True)
class Panel:
    """One drawing: its `title`, the style of each tied pair, the pairs of the second layer by bloc, nodes left out.

    `hollow` are tied pairs whose date is doubtful: their line is empty inside.
    """

    title: str
    ties: Mapping[Pair, str]
    shared: Mapping[str, Sequence[Pair]] = field(default_factory=dict)
    absent: Sequence[str] = ()
    hollow: Sequence[Pair] = ()


def networks_height(keys: int = 1, stacked: int = 1) -> float:
    """Return the height in mm of drawings with so many rows of key, so many of them one above the other."""
    return PANEL * stacked + BETWEEN * (stacked - 1) + KEY_ROW * keys + FOOT


@theme.drawn
def networks(
    panels: Sequence[Panel],
    *,
    nodes: Sequence[str],
    key: Mapping[str, str],
    lit: Pair | None = None,
    lit_label: str = "",
    hollow_label: str = "",
) -> Figure:
    """Draw one or two panels, `nodes` (as printed) at the same places of a circle in each: side by side, or one above the
    other where the names leave no room.

    `key` says what each style and each bloc of the second layer means; only what occurs is shown. The `lit` pair, in
    any order, is in the accent where it is tied, and a pale accent line where it is not. A node in `absent` is an
    empty ring and its ties are not drawn. `hollow_label` says what a line that is empty inside means.
    """
    if not panels or len(nodes) < 2:
        raise ValueError("network: nothing to draw")
    strange = {style for panel in panels for style in panel.ties.values()} - set(STYLES)
    if strange:
        raise ValueError(f"network: unknown styles {', '.join(sorted(strange))}")
    unknown = {node for panel in panels for pair in panel.ties for node in pair} - set(nodes)
    if unknown:
        raise ValueError(f"network: ties of {', '.join(sorted(unknown))}, which is no node")
    whole = theme.tokens()["chart"]["width_mm"]
    rows = layout.key_rows(_key_items(panels, key, lit, lit_label, hollow_label), whole - 2, mark=9)
    beside = len(panels) if _across(nodes, whole / len(panels) / 2 - 1) >= NARROWEST else 1
    stacked = len(panels) // beside
    figure, sheet = layout.blank(networks_height(len(rows), stacked))
    wide = whole / beside
    across = max(_across(nodes, wide / 2 - 1), NARROWEST)
    for number, panel in enumerate(panels):
        middle, top = (number % beside + 0.5) * wide, number // beside * (PANEL + BETWEEN)
        layout.write(sheet, middle, top + 3.0, panel.title, weight=600, align="center")
        _panel(sheet, panel, middle, top + HEAD + LABEL_ROOM + RADIUS, across, nodes, lit)
    for row, items in enumerate(rows):
        layout.key(sheet, 1, networks_height(0, stacked) - FOOT + (row + 0.6) * KEY_ROW, items)
    return figure


def places(
    nodes: Sequence[str], x: float = 0.0, y: float = 0.0, across: float = RADIUS
) -> dict[str, tuple[float, float]]:
    """Return the place of each node on the circle round (x, y) in mm: the first on top, the others clockwise.

    `across` is the half width, where it is narrowed.

    >>> [tuple(round(each, 1) for each in spot) for spot in places(["a", "b", "c", "d"]).values()]
    [(0.0, -27.0), (27.0, -0.0), (0.0, 27.0), (-27.0, 0.0)]
    """
    step = 2 * math.pi / len(nodes)
    return {
        node: (x + across * math.sin(i * step), y - RADIUS * math.cos(i * step))
        for i, node in enumerate(nodes)
    }


def _across(nodes: Sequence[str], half: float) -> float:
    """Return the half width of the circle that leaves every name inside `half` mm of the middle."""
    room = RADIUS
    for node, (x, _) in places(nodes, across=1.0).items():
        if abs(x) >= ASIDE:
            room = min(room, (half - NODE - LABEL_GAP - theme.width_mm(node, None, 600)) / abs(x))
    return room


def _panel(
    sheet: Sheet, panel: Panel, x: float, y: float, across: float, nodes: Sequence[str], lit: Pair | None
) -> None:
    spots = places(nodes, x, y, across)
    for number, pairs in enumerate(panel.shared.values()):
        colour, dashes = BANDS[number % len(BANDS)]
        shift = (number - (len(panel.shared) - 1) / 2) * BAND_STEP * 2
        for pair in pairs:
            if not set(pair) & set(panel.absent):
                _line(sheet, spots, pair, BAND_WIDTH, theme.token(colour), dashes, shift=shift, layer=1.0)
    if lit and not set(lit) & set(panel.absent) and _style_of(panel, lit) is None:
        _line(sheet, spots, lit, 0.9, theme.token("accent"), (0, (1, 1.6)), layer=1.4)
    for pair, style in panel.ties.items():
        if set(pair) & set(panel.absent):
            continue
        width, colour, dashes = STYLES[style]
        is_lit = lit is not None and set(pair) == set(lit)
        _line(
            sheet,
            spots,
            pair,
            width,
            theme.token("accent" if is_lit else colour),
            dashes,
            layer=2.2 if is_lit else 2.0,
        )
        if any(set(pair) == set(own) for own in panel.hollow):
            _line(sheet, spots, pair, width * HOLLOW, theme.token("paper"), "-", layer=2.3)
    for node, (at_x, at_y) in spots.items():
        is_out = node in panel.absent
        is_lit = lit is not None and node in lit
        colour = theme.token("neutral" if is_out else "accent" if is_lit else "ink")
        layout.dot(sheet, at_x, at_y, NODE, "open" if is_out else "full", colour)
        _label(sheet, node, at_x, at_y, x, y, colour=theme.token("mute") if is_out else None, lit=is_lit)


def _style_of(panel: Panel, pair: Pair) -> str | None:
    return next((style for own, style in panel.ties.items() if set(own) == set(pair)), None)


def _line(
    sheet: Sheet,
    spots: Mapping[str, tuple[float, float]],
    pair: Pair,
    width: float,
    colour: str,
    dashes: tuple | str,
    *,
    shift: float = 0.0,
    layer: float,
) -> None:
    """Draw the line of a pair; `shift` moves it to its side by so many mm."""
    (x0, y0), (x1, y1) = (spots[node] for node in sorted(pair))
    length = math.hypot(x1 - x0, y1 - y0) or 1.0
    dx, dy = -(y1 - y0) / length * shift, (x1 - x0) / length * shift
    sheet.plot(
        [x0 + dx, x1 + dx], [y0 + dy, y1 + dy], color=colour, linewidth=width, linestyle=dashes, zorder=layer
    )


def _label(
    sheet: Sheet,
    node: str,
    x: float,
    y: float,
    middle_x: float,
    middle_y: float,
    *,
    colour: str | None,
    lit: bool,
) -> None:
    """Write a name outside the circle: beside its node, above it at the top and below it at the bottom."""
    side, up = (x - middle_x) / NARROWEST, (y - middle_y) / RADIUS
    weight = 600 if lit else 400
    if abs(side) < ASIDE:
        layout.write(sheet, x, y + math.copysign(4.6, up), node, align="center", colour=colour, weight=weight)
        return
    align = "left" if side > 0 else "right"
    out = NODE + LABEL_GAP
    layout.write(
        sheet, x + math.copysign(out, side), y + up * 1.8, node, align=align, colour=colour, weight=weight
    )


def _key_items(
    panels: Sequence[Panel], key: Mapping[str, str], lit: Pair | None, lit_label: str, hollow_label: str
) -> list[tuple[layout.Mark, str]]:
    used = {
        style for panel in panels for pair, style in panel.ties.items() if not set(pair) & set(panel.absent)
    }
    items = [
        (_stroke(width, theme.token(colour), dashes), key[style])
        for style, (width, colour, dashes) in STYLES.items()
        if style in used and key.get(style)
    ]
    if lit and lit_label:
        items.append((_stroke(2.2, theme.token("accent"), "-"), lit_label))
    if hollow_label and any(panel.hollow for panel in panels):
        items.append((_stroke(2.2, theme.token("ink"), "-", hollow=True), hollow_label))
    blocs = list(dict.fromkeys(bloc for panel in panels for bloc, pairs in panel.shared.items() if pairs))
    order = list(dict.fromkeys(bloc for panel in panels for bloc in panel.shared))
    for bloc in blocs:
        colour, dashes = BANDS[order.index(bloc) % len(BANDS)]
        if key.get(bloc):
            items.append((_stroke(BAND_WIDTH, theme.token(colour), dashes), key[bloc]))
    return items


def _stroke(width: float, colour: str, dashes: tuple | str, *, hollow: bool = False) -> layout.Mark:
    def draw(ax: Sheet, x: float, y: float) -> float:
        ax.plot([x, x + 8], [y, y], color=colour, linewidth=width, linestyle=dashes, zorder=2)
        if hollow:
            ax.plot([x, x + 8], [y, y], color=theme.token("paper"), linewidth=width * HOLLOW, zorder=2.1)
        return 8.0

    return draw
