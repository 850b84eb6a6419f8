"""Where countries lie: a map of the region, the countries shown filled, their neighbours pale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from analysis.exhibits import theme
from analysis.exhibits.charts import layout, lettering, outline
from analysis.exhibits.charts.sheet import Sheet

# look -> (colour token, hatching): told apart without colour, by lightness and by hatching
LOOKS = {
    "full": ("accent", None),
    "half": ("seq-3", None),
    "hatched": ("seq-1", "////"),
    "unsure": ("paper", "///"),
}
LEAST_MM, LEAST_NARROW_MM, TALLEST_MM = 66.0, 80.0, 86.0
KEY_ROW, GAP = 5.2, 2.6
BORDER, LEADER = 0.7, 0.6  # points
AIR = 0.8  # mm around a text upon a filled country


@theme.drawn
def region(
    outlines: pd.DataFrame,
    looks: Mapping[str, str],
    *,
    labels: Mapping[str, str],
    key: Mapping[str, str] | None = None,
    around: Mapping[str, str] | None = None,
) -> Figure:
    """Draw the countries of `looks` (country -> look, one of LOOKS or a colour token) in a frame that holds them.

    `labels` are their texts: inside the country where one fits, else beside it by a leader line. `around` names their
    neighbours, pale and only where a name fits; `key` says what each look means. A country that the outlines do not
    have is not drawn: see `outside`.
    """
    whole = theme.tokens()["chart"]["width_mm"]
    least = LEAST_NARROW_MM if theme.is_narrow() else LEAST_MM  # names need more of a small map
    found, size = outline.shapes(outlines, list(looks), whole, least, TALLEST_MM)
    filled = {code: found[code] for code in looks if code in found}
    if not filled:
        raise ValueError("map: nothing to draw")
    items = [(_swatch(look), text) for look, text in (key or {}).items() if look in looks.values()]
    rows = layout.key_rows(items, whole) if items else []
    figure, sheet = layout.blank(size[1] + (GAP + KEY_ROW * len(rows) if rows else 0))
    pale = [found[code].path for code in sorted(found.keys() - filled.keys())]
    if pale:
        _land(sheet, Path.make_compound_path(*pale), "shade", None)
    for code, shape in filled.items():
        _land(sheet, shape.path, *_paint(looks[code]))
    plain = {code for code in filled if not _paint(looks[code])[1]}
    for label in lettering.place(found, filled, labels, around or {}, plain, size):
        _write(sheet, label, looks)
    for row, each in enumerate(rows):
        layout.key(sheet, 0, size[1] + GAP + (row + 0.4) * KEY_ROW, each)
    return figure


def outside(outlines: pd.DataFrame, countries: Sequence[str]) -> list[str]:
    """Return the countries that the outlines do not have, in the order given.

    >>> outside(pd.DataFrame({"country": ["KAZ"]}), ["KAZ", "CUB"])
    ['CUB']
    """
    known = set(outlines["country"].dropna())
    return [code for code in countries if code not in known]


def _paint(look: str) -> tuple[str, str | None]:
    return LOOKS.get(look, (look, None))


def _swatch(look: str) -> layout.Mark:
    token, hatch = _paint(look)
    return layout.square(theme.token(token), hatch=hatch, edge=theme.token("accent") if hatch else None)


def _land(sheet: Sheet, path: Path, token: str, hatch: str | None) -> None:
    sheet.put(
        PathPatch(
            path, facecolor=theme.token(token), edgecolor=theme.token("accent" if hatch else "paper"), linewidth=BORDER,
            hatch=hatch, hatchcolor=theme.token("accent") if hatch else None, zorder=1.5 if hatch else 1,
        )
    )  # fmt: skip


def _write(sheet: Sheet, label: lettering.Label, looks: Mapping[str, str]) -> None:
    look = looks.get(label.country)
    colour, weight, size = theme.token("mute"), 400, layout.note_size()
    if look:
        colour, weight, size = theme.token("ink"), 600, layout.text_size()
    if label.start:
        (x0, y0), (x1, y1) = label.start, label.end
        for ink, width in (("paper", LEADER * 3.5), ("ink", LEADER)):
            sheet.plot([x0, x1], [y0, y1], color=theme.token(ink), linewidth=width, zorder=3)
        layout.dot(sheet, x0, y0, 0.7, "full", theme.token("ink"))
    elif look:
        colour = theme.label_on(theme.token(_paint(look)[0]))
    if label.is_plate:
        left, top, right, bottom = label.box
        ground = theme.token("paper")
        sheet.box(left - AIR, top - AIR / 2, right - left + 2 * AIR, bottom - top + AIR, ground, zorder=3)
    x = label.end[0] if label.start else (label.box[0] + label.box[2]) / 2
    layout.write(
        sheet, x, (label.box[1] + label.box[3]) / 2, label.text,
        size=size, weight=weight, colour=colour, align=label.align,
    )  # fmt: skip
