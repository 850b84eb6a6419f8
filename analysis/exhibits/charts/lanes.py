"""Lives of blocs as lanes: a bar from founding to end with the number of members inside, and arrows to what followed."""

from collections.abc import Mapping
from datetime import date

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch

from analysis.exhibits import theme
from analysis.exhibits.charts import layout
from analysis.exhibits.charts.sheet import Sheet
from analysis.exhibits.charts.span import HATCH, Place
from analysis.exhibits.charts.step import decimal_year

HEAD, FOOT, BAR, GAP = 6.0, 9.0, 5.0, 3.6  # mm
TEXT_ROW = 3.6
WIDEST_NAME = 26.0
NARROWEST = 3.6  # mm of bar that its number needs
KINDS = ("ended", "exists", "proposed")


@theme.drawn
def lanes(
    frame: pd.DataFrame,
    segments: pd.DataFrame,
    notes: pd.DataFrame,
    *,
    since: date,
    until: date,
    labels: Mapping[str, str] | None = None,
) -> Figure:
    """Draw a lane for each row of `frame`, in its order, with its `segments` and `notes`.

    `frame`: name, kind (one of KINDS), start_first, start_last, end_first, end_last (NaT: open), successor (a name,
    or empty), and start_mark, end_mark (texts beside the bar, as of a date that is not verified). `segments`: name, start, end (NaT: open) and text, the filled parts of a bar; where a bar has none it is
    outlined only (founded, nobody in yet). `notes`: name, day, until (the same, or the last day that a coarse date can
    mean), text, written above the bar. A date known only roughly is hatched; a proposed bloc has a dashed outline; an end has a stroke. `labels` explains these in a key, by members,
    outline, proposed, coarse and end. No lane inside the span is a ``ValueError``.
    """
    if frame.empty:
        raise ValueError("lanes: nothing to draw")
    width = theme.tokens()["chart"]["width_mm"]
    names = {name: theme.wrapped(str(name), WIDEST_NAME, None, 600) for name in frame["name"]}
    left = max(theme.width_mm(line, None, 600) for text in names.values() for line in text.split("\n")) + 5
    right = width - 3
    low, high = decimal_year(since), decimal_year(until)

    def place(year: float) -> float:
        return left + (min(max(year, low), high) - low) / (high - low) * (right - left)

    placed = {name: _placed(notes[notes["name"] == name], place, left, right) for name in frame["name"]}
    tops, y = {}, HEAD
    for name in frame["name"]:
        y += GAP + TEXT_ROW * (max((row for *_, row in placed[name]), default=-1) + 1)
        tops[name] = y
        y += BAR
    bottom = y + 2
    rough = notes[notes["day"] != notes["until"]]
    items = _key_items(frame, segments, labels or {}, is_rough=len(rough) > 0)
    rows = layout.key_rows(items, right - left) if items else []
    figure, sheet = layout.blank(bottom + 5.5 + 4.4 * len(rows))
    _years(sheet, low, high, place, bottom)
    for lane in frame.itertuples():
        layout.write(sheet, 0, tops[lane.name] + BAR / 2, names[lane.name], weight=600)
        _lane(sheet, lane, segments[segments["name"] == lane.name], tops[lane.name], place, high)
        for note in rough[rough["name"] == lane.name].itertuples():
            _rough(sheet, place(decimal_year(note.day)), place(decimal_year(note.until)), tops[lane.name])
        for x, text, align, row in placed[lane.name]:
            _note(sheet, x, tops[lane.name], text, align, row)
    for lane in frame.itertuples():
        if lane.successor in tops:
            _arrow(sheet, lane, frame[frame["name"] == lane.successor].iloc[0], tops, place)
    for number, row in enumerate(rows):
        layout.key(sheet, left, bottom + 7 + 4.4 * number, row)
    return figure


def _years(sheet: Sheet, low: float, high: float, place: Place, bottom: float) -> None:
    room = (place(high) - place(low)) / (high - low)
    step = next((s for s in (1, 2, 5, 10) if s * room >= 11), 20)
    year = -(-int(low) // step) * step
    while year <= high:
        if year >= low:
            x = place(year)
            sheet.plot([x, x], [HEAD - 1.2, bottom], color=theme.token("grid"), linewidth=0.6, zorder=0.4)
            layout.write(sheet, x, HEAD - 3.4, str(year), size=8, colour=theme.token("mute"), align="center")
        year += step


def _lane(sheet: Sheet, lane, parts: pd.DataFrame, top: float, place: Place, high: float) -> None:
    colour = theme.token("accent")
    x0, x1 = place(decimal_year(lane.start_first)), place(_or(lane.end_last, high))
    style = {"linewidth": 0.8, "edgecolor": colour, "zorder": 1.8}
    dashes = {"linestyle": (0, (3, 2))} if lane.kind == "proposed" else {}
    sheet.box(x0, top, max(x1 - x0, 0.8), BAR, theme.token("paper"), **style, **dashes)
    for part in parts.itertuples():
        a, b = place(decimal_year(part.start)), place(_or(part.end, high))
        sheet.box(a, top, b - a, BAR, colour, linewidth=0, zorder=2)
        sheet.plot([a, a], [top, top + BAR], color=theme.token("paper"), linewidth=0.9, zorder=2.1)
        if part.text and b - a >= max(NARROWEST, theme.width_mm(part.text, 8, 600) + 1.2):
            layout.write(
                sheet, (a + b) / 2, top + BAR / 2, part.text, size=8, weight=600,
                colour=theme.label_on(colour), align="center",
            )  # fmt: skip
    for first, last in ((lane.start_first, lane.start_last), (lane.end_first, lane.end_last)):
        if pd.notna(first) and first != last:
            _rough(sheet, place(decimal_year(first)), place(decimal_year(last)), top)
    if lane.kind == "ended":
        _stroke(sheet, x1, top)
    for x, text, align in ((x0 - 0.8, lane.start_mark, "right"), (x1 + 1.4, lane.end_mark, "left")):
        if text:
            layout.write(sheet, x, top + BAR / 2, text, align=align)


def _rough(sheet: Sheet, a: float, b: float, top: float) -> None:
    """The time within which a date lies that is known only roughly, hatched over the bar."""
    colour = theme.token("accent")
    sheet.box(a, top, max(b - a, 0.8), BAR, theme.token("paper"), hatch=HATCH, hatchcolor=colour, edgecolor=colour,
        linewidth=0.7, zorder=2.2,
    )  # fmt: skip


def _stroke(sheet: Sheet, x: float, top: float) -> None:
    sheet.plot([x, x], [top - 1, top + BAR + 1], color=theme.token("ink"), linewidth=1.6, zorder=2.4)


def _note(sheet: Sheet, x: float, top: float, text: str, align: str, row: int) -> None:
    y = top - 2.1 - row * TEXT_ROW
    sheet.plot([x, x], [y, top], color=theme.token("mute"), linewidth=0.7, zorder=1.6)
    step = 1.0 if align == "left" else -1.0
    layout.write(
        sheet, x + step, y - 0.2, text, size=layout.note_size(), colour=theme.token("ink"), align=align
    )


def _placed(
    notes: pd.DataFrame, place: Place, left: float, right: float
) -> list[tuple[float, str, str, int]]:
    """Each note with its foot, its text, the side it stands on and its row above the bar."""
    spans = []
    for note in notes.sort_values("day").itertuples():
        x, wide = place(decimal_year(note.day)), theme.width_mm(note.text, layout.note_size()) + 1.5
        fits = x + wide <= right
        spans.append((x, note.text, "left" if fits else "right", (x, x + wide) if fits else (x - wide, x)))
    # from the right: a text that has to move up stands left of those below, so no foot crosses a text
    mirrored = [(-end, -begin) for *_, (begin, end) in reversed(spans)]
    rows = layout.rows_of(mirrored, gap=1.5)[::-1]
    return [(x, text, align, row) for (x, text, align, _), row in zip(spans, rows, strict=True)]


def _arrow(sheet: Sheet, lane, target, tops: Mapping[str, float], place: Place) -> None:
    """From the end of a bar to the bar of its successor: straight down, or down and then along to its start."""
    x = place(decimal_year(lane.end_last))
    begins = place(decimal_year(target["start_first"]))
    down = tops[target["name"]] > tops[lane.name]
    start = tops[lane.name] + (BAR + 1 if down else -1)
    arrives = max(x, begins)
    goal = tops[target["name"]] + (0 if down else BAR)
    if arrives - x > 0.3:
        turn = goal + (-2 if down else 2)
        sheet.plot(
            [x, x, arrives], [start, turn, turn], color=theme.token("decline"), linewidth=1.1, zorder=1.5
        )
        start = turn
    sheet.put(
        FancyArrowPatch(
            (arrives, start), (arrives, goal), arrowstyle="-|>", mutation_scale=7, shrinkA=0, shrinkB=0,
            color=theme.token("decline"), linewidth=1.1, zorder=2.3,
        )
    )  # fmt: skip


def _key_items(
    frame: pd.DataFrame, segments: pd.DataFrame, labels: Mapping[str, str], *, is_rough: bool
) -> list[tuple[layout.Mark, str]]:
    colour, paper = theme.token("accent"), theme.token("paper")
    edges = [("start_first", "start_last"), ("end_first", "end_last")]
    is_coarse = is_rough or any((frame[a].notna() & (frame[a] != frame[b])).any() for a, b in edges)
    starts = segments.groupby("name")["start"].min()
    waits = [
        lane.kind != "proposed"
        and (lane.name not in starts or starts[lane.name] > pd.Timestamp(lane.start_last))
        for lane in frame.itertuples()
    ]
    items = [
        ("members", layout.square(colour, width=6), len(segments) > 0),
        ("outline", layout.square(paper, edge=colour, width=6), any(waits)),
        ("proposed", _dashed(colour), (frame["kind"] == "proposed").any()),
        ("coarse", layout.square(paper, hatch=HATCH, edge=colour, width=6), is_coarse),
        ("end", _stroke_mark, (frame["kind"] == "ended").any()),
        ("successor", _arrow_mark, frame["successor"].isin(frame["name"]).any()),
    ]
    return [(mark, labels[name]) for name, mark, occurs in items if occurs and labels.get(name)]


def _dashed(colour: str) -> layout.Mark:
    def draw(ax: Sheet, x: float, y: float) -> float:
        ax.box(
            x,
            y - 1.2,
            6,
            2.4,
            theme.token("paper"),
            edgecolor=colour,
            linewidth=0.7,
            linestyle=(0, (3, 2)),
        )
        return 6.0

    return draw


def _stroke_mark(ax: Sheet, x: float, y: float) -> float:
    ax.plot([x + 0.8, x + 0.8], [y - 1.5, y + 1.5], color=theme.token("ink"), linewidth=1.6)
    return 1.6


def _arrow_mark(ax: Sheet, x: float, y: float) -> float:
    ax.put(
        FancyArrowPatch(
            (x, y), (x + 5, y), arrowstyle="-|>", mutation_scale=7, shrinkA=0, shrinkB=0,
            color=theme.token("decline"), linewidth=1.1,
        )
    )  # fmt: skip
    return 5.0


def _or(day: pd.Timestamp, high: float) -> float:
    return high if pd.isna(day) else decimal_year(day)
