"""Lines through time, each named at its end."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.exhibits import theme
from analysis.exhibits.charts import layout
from analysis.exhibits.charts.sheet import Sheet

WIDEST_LABEL = 40.0  # mm; a longer end label takes a second line
HAIR_ROOM = 4.5  # mm between the last mark and its label
DASHES = (0, (3.2, 1.6))


@dataclass(frozen=True)
class Event:
    """Something that happened: a shaded span of years, or a dashed line where `end` is None."""

    start: float
    end: float | None = None
    label: str = ""


@dataclass(frozen=True)
class EndLabel:
    """A text in the right margin and the point it names; x is None for a line that has no end of its own."""

    text: str
    x: float | None
    y: float
    colour: str
    weight: int = 600

    @property
    def height(self) -> float:
        """Height in mm."""
        return layout.line_height() * (self.text.count("\n") + 1) + 0.5


@theme.drawn
def lines(
    frame: pd.DataFrame,
    *,
    labels: Mapping[str, str] | None = None,
    colours: Mapping[str, str] | None = None,
    dashed: Collection[str] = (),
    reference: float | None = None,
    reference_label: str = "",
    events: Sequence[Event] = (),
    ticks: layout.Ticks | None = None,
    zero: bool = False,
    height_mm: float = 68,
) -> Figure:
    """Draw one line for each column of `frame` over its index of years.

    A missing value is a gap: the line stops and starts again, and a year between two gaps is a dot. `labels`
    names the columns at their ends; `colours` (hex) default to ``theme.colours``; `dashed` columns are, say, a
    second reporter's. `reference` draws a darker line at a value (zero, or 100 for an index); `zero` begins
    the axis at zero; `ticks` prints the values of the axis. No value at all is a ``ValueError``.
    """
    frame = frame.sort_index().dropna(axis="columns", how="all").astype(float)
    layout.require(frame.to_numpy(), "lines")
    colours = theme.colours(frame.columns) | dict(colours or {})
    names = {
        column: theme.wrapped((labels or {}).get(column, str(column)), WIDEST_LABEL, None, 600)
        for column in frame
    }
    reference = 0.0 if zero and reference is None else reference
    low, high = layout.nice_limits(
        frame.to_numpy().ravel(), include=[0.0] * zero + [reference] * (reference is not None)
    )
    marks = layout.value_ticks(low, high)
    low, high = min(low, marks[0]), max(high, marks[-1])
    texts = layout.tick_texts(marks, ticks)
    widths = [theme.width_mm(line, None, 600) for name in names.values() for line in name.split("\n")]
    left = max(map(theme.width_mm, texts)) + 3
    right = max(*widths, theme.width_mm(reference_label)) + HAIR_ROOM + 1.5
    width = theme.tokens()["chart"]["width_mm"] - left - right
    rows = _rows(events, *_span(frame), width)
    top = 4 + (max(rows, default=-1) + 1) * layout.line_height(layout.note_size())
    figure = theme.figure(height_mm, left=left, right=right, top=top)
    first, last = _span(frame)
    field = layout.field(figure, layout.inside(figure), layout.year_limits(first, last), (low, high))
    layout.years_below(field, first, last)
    layout.values_beside(field, marks, texts)
    if reference is not None:
        field.across(reference, color=theme.token("ink"), linewidth=0.8, zorder=1.6)
    _draw_events(field, events, rows)
    for column in frame:
        _draw_series(field, frame[column], colours[column], dashed=column in dashed)
    ends = [_end(frame[column], names[column], colours[column]) for column in frame]
    if reference is not None and reference_label:
        ends.append(EndLabel(reference_label, None, reference, theme.token("mute"), 400))
    label_ends(field, ends)
    return figure


def _span(frame: pd.DataFrame) -> tuple[float, float]:
    return float(frame.index.min()), float(frame.index.max())


def _end(values: pd.Series, text: str, colour: str) -> EndLabel:
    last = values.dropna().iloc[[-1]]
    return EndLabel(text, float(last.index[0]), float(last.iloc[0]), colour)


def _draw_series(field: Sheet, values: pd.Series, colour: str, *, dashed: bool) -> None:
    parts = layout.runs(values)
    joined = [part for part in parts if len(part) > 1]
    if joined:
        points = pd.concat(
            [pd.DataFrame({"x": part.index, "y": part.to_numpy(), "run": i}) for i, part in enumerate(joined)]
        )
        pen = _pen()
        sns.lineplot(
            data=points, x="x", y="y", units="run", estimator=None, color=colour, ax=pen, legend=False,
            linestyle=DASHES if dashed else "-", zorder=2.5,
        )  # fmt: skip
        for line in list(pen.lines):
            line.remove()
            field.put(line)
    alone = [(part.index[0], part.iloc[0]) for part in parts if len(part) == 1]
    last = values.dropna().iloc[[-1]]
    dots = dict([*alone, (last.index[0], last.iloc[0])])
    field.plot(
        list(dots), list(dots.values()), "o", color=colour, markersize=4.2, zorder=2.7, clip_on=False,
        markerfacecolor=theme.token("paper") if dashed else colour, markeredgewidth=1.1,
    )  # fmt: skip


@cache
def _pen() -> Axes:
    """The axes on which seaborn draws a line before it is put where it belongs."""
    return Figure().add_subplot()


def label_ends(field: Sheet, ends: Sequence[EndLabel]) -> None:
    """Write the labels in the right margin, pushed apart where they would touch, with hairlines to the marks."""
    width, height = field.size
    (x0, x1), (y1, y0) = field.x, field.y
    per_x, per_y = (x1 - x0) / width, (y1 - y0) / height
    wanted = [(y1 - end.y) / per_y for end in ends]
    centres = layout.spread(wanted, [end.height for end in ends], -3.5, height + 3.5)
    for end, centre, at in zip(ends, centres, wanted, strict=True):
        start = x1 if end.x is None else end.x
        text_at = x1 + HAIR_ROOM * per_x
        moved = abs(centre - at) > 0.6 or (end.x is not None and (x1 - end.x) / per_x > 6)
        if moved:
            field.plot(
                [start + 1.2 * per_x, text_at - 2.2 * per_x, text_at - 0.7 * per_x],
                [end.y, y1 - centre * per_y if end.x == start and (x1 - start) / per_x < 6 else end.y, y1 - centre * per_y],
                color=theme.token("rule"), linewidth=0.7, clip_on=False, zorder=1.8,
            )  # fmt: skip
        lines_of = end.text.split("\n")
        em = layout.text_size() * theme.MM_PER_POINT
        for i, line in enumerate(lines_of):
            down = centre + (i - (len(lines_of) - 1) / 2) * layout.line_height() + layout.CAP_HEIGHT / 2 * em
            field.text(
                text_at, y1 - down * per_y, line, size=layout.text_size(), weight=end.weight, color=end.colour
            )


def _middle(event: Event) -> float:
    return (event.start + (event.start if event.end is None else event.end)) / 2


def _rows(events: Sequence[Event], first: float, last: float, width: float) -> list[int]:
    """Return the row above the plot, counted from below, in which each event's label stands clear of the others."""
    per_year = width / max(last - first, 1)
    spans = {}
    for i, event in enumerate(events):
        half = theme.width_mm(event.label, layout.note_size()) / 2
        middle = min(max((_middle(event) - first) * per_year, half), max(width - half, half))
        spans[i] = (middle - half, middle + half)
    order = sorted(spans, key=spans.get)
    rows = dict(zip(order, layout.rows_of([spans[i] for i in order], gap=2.5), strict=True))
    return [rows[i] if events[i].label else -1 for i in range(len(events))]


def _draw_events(field: Sheet, events: Sequence[Event], rows: Sequence[int]) -> None:
    (x0, x1), size, mute = field.x, layout.note_size(), theme.token("mute")
    for event, row in zip(events, rows, strict=True):
        if event.end is None:
            field.down(event.start, color=mute, linewidth=0.8, linestyle=(0, (2, 2)), zorder=1.5)
        else:
            field.shade(event.start, event.end)
        if event.label:
            half = theme.width_mm(event.label, size) / 2 * (x1 - x0) / field.size[0]
            middle = min(max(_middle(event), x0 + half), max(x1 - half, x0 + half))
            up = field.above(1.2 + row * layout.line_height(size))
            field.text(middle, up, event.label, size=size, ha="center", color=mute)
