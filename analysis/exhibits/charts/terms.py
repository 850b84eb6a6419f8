"""Long terms: a bar for the years that are firm, hatched for those that are only possible or spoken of."""

import pandas as pd
from matplotlib.figure import Figure

from analysis.exhibits import theme
from analysis.exhibits.charts import layout
from analysis.exhibits.charts.sheet import Sheet

ROW, BAR = 8.4, 4.2  # mm
HEAD, FOOT, KEY_ROW = 8.5, 8.0, 5.2
HATCH = "//////"
WIDEST_NAME = 42.0
PARTS = ("firm", "extension", "ceiling")


def terms_height(rows: int, *, keys: int = 1) -> float:
    """Return the height in mm of a chart of so many terms, with so many rows of key."""
    return HEAD + ROW * rows + FOOT + (keys - 1) * KEY_ROW


@theme.drawn
def terms(
    frame: pd.DataFrame,
    *,
    today: float | None = None,
    today_label: str = "",
    firm_label: str = "",
    extension_label: str = "",
    ceiling_label: str = "",
) -> Figure:
    """Draw a row for each name in `frame`, a bar for each of its parts, its last year at the end.

    Columns: name, part (one of PARTS), start and end (years). Firm parts are filled, the others hatched, a ceiling in
    grey. `today`, a decimal year, is a line through all rows.
    """
    if frame.empty:
        raise ValueError("terms: nothing to draw")
    strange = set(frame["part"]) - set(PARTS)
    if strange:
        raise ValueError(f"terms: unknown parts {', '.join(sorted(map(str, strange)))}")
    names = {name: theme.wrapped(str(name), WIDEST_NAME, None, 600) for name in dict.fromkeys(frame["name"])}
    left = max(theme.width_mm(line, None, 600) for text in names.values() for line in text.split("\n")) + 5
    right = theme.tokens()["chart"]["width_mm"] - 12
    labels = {"firm": firm_label, "extension": extension_label, "ceiling": ceiling_label}
    keys = layout.key_rows(_key(frame, labels), right + 12 - left, mark=6)
    figure, sheet = layout.blank(terms_height(len(names), keys=len(keys)))
    first = min(float(frame["start"].min()), today or float("inf"))
    last = float(frame["end"].max())

    def place(year: float) -> float:
        return left + (year - first) / (last - first) * (right - left)

    bottom = HEAD + ROW * len(names)
    for year in layout.value_ticks(first, last, most=7):
        x = place(year)
        sheet.plot([x, x], [HEAD - 1, bottom], color=theme.token("grid"), linewidth=0.6, zorder=0.4)
        layout.write(
            sheet, x, bottom + 2.4, f"{year:.0f}", size=8, colour=theme.token("mute"), align="center"
        )
    for number, (name, text) in enumerate(names.items()):
        y = HEAD + (number + 0.5) * ROW
        layout.write(sheet, left - 3, y, text, weight=600, align="right")
        for part in frame[frame["name"] == name].sort_values("start").to_dict("records"):
            _part(sheet, place(part["start"]), place(part["end"]), y, part["part"])
            _year(
                sheet,
                place(part["end"]),
                y,
                part,
                is_last=part["end"] == frame.loc[frame["name"] == name, "end"].max(),
            )
    if today is not None and today_label:
        x = place(today)
        sheet.plot([x, x], [HEAD - 2.4, bottom], color=theme.token("decline"), linewidth=1.0, zorder=3)
        layout.write(
            sheet,
            x,
            HEAD - 5,
            today_label,
            size=layout.note_size(),
            colour=theme.token("decline"),
            align="center",
        )
    for row, each in enumerate(keys):
        layout.key(sheet, left, bottom + 6.2 + row * KEY_ROW, each)
    return figure


def _style(part: str) -> tuple[str, dict[str, object]]:
    accent, mute = theme.token("accent"), theme.token("mute")
    if part == "firm":
        return accent, {}
    edge = accent if part == "extension" else mute
    return theme.token("paper"), {"hatch": HATCH, "hatchcolor": edge, "edgecolor": edge, "linewidth": 0.7}


def _part(sheet: Sheet, x0: float, x1: float, y: float, part: str) -> None:
    fill, style = _style(part)
    sheet.box(x0, y - BAR / 2, x1 - x0, BAR, fill, zorder=2, **style)


def _year(sheet: Sheet, x: float, y: float, part: dict, *, is_last: bool) -> None:
    """Write the last year of a part: beside the bar at its end, inside it where another part follows."""
    text = str(int(part["end"]))
    size = layout.note_size()
    if is_last:
        layout.write(sheet, x + 1.4, y, text, size=size, weight=600)
    else:
        layout.write(
            sheet, x - 1.2, y, text, size=size, weight=600, colour=theme.token("paper"), align="right"
        )


def _key(frame: pd.DataFrame, texts: dict[str, str]) -> list[tuple[layout.Mark, str]]:
    items = []
    for part, text in texts.items():
        if text and part in set(frame["part"]):
            fill, style = _style(part)
            mark = layout.square(fill, hatch=style.get("hatch"), edge=style.get("edgecolor"), width=6)
            items.append((mark, text))
    return items
