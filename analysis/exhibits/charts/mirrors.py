"""Two reports of one flow: what the exporter and what the importer wrote down, and the gap between them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd
from matplotlib.figure import Figure

from analysis.exhibits import theme
from analysis.exhibits.charts import layout
from analysis.exhibits.charts.sheet import Sheet

BETWEEN = 9.0  # mm between two panels
HEAD = 15.0  # mm for a panel's name and key
WIDE = 0.42  # of a year
DOT = 1.6  # mm from the middle of a dot that stay clear
UPPER, HIGHEST, LOWER = 40.0, 62.0, 20.0  # mm for the reports (at least, at most) and for the gaps


@dataclass(frozen=True)
class MirrorPanel:
    """One direction of trade.

    `frame` has an index of years and the columns exporter, importer (one unit) and, if gaps are to be drawn,
    gap (a fraction) and gap_text; NaN where a side did not report. `exporter` and `importer` name the two
    reports in the key, `no_exporter` and `no_importer` the years without one.
    """

    title: str
    frame: pd.DataFrame
    exporter: str
    importer: str
    no_exporter: str
    no_importer: str
    no_report: str
    exporter_colour: str | None = None
    importer_colour: str | None = None

    @property
    def colours(self) -> tuple[str, str]:
        """Colours of the two reports: by default one in the accent, one in the colour of decline."""
        return (self.exporter_colour or theme.token("accent"), self.importer_colour or theme.token("decline"))


@theme.drawn
def mirror(
    panels: Sequence[MirrorPanel],
    *,
    ticks: layout.Ticks | None = None,
    gap_ticks: layout.Ticks | None = None,
    gap_label: str = "",
    band: tuple[float, float] | None = None,
    band_label: str = "",
) -> Figure:
    """Draw for each direction the exporter's report (open) and the importer's (filled), joined by their gap.

    Below each stands, if the frames have it, the relative gap as bars, over the `band` (fractions) that costs
    of insurance and freight alone would explain; `band_label` says so. Years that a side did not report are
    named gaps, never bridged. One or two panels; nothing reported on any side is a ``ValueError``.
    """
    known = pd.concat([panel.frame[["exporter", "importer"]] for panel in panels] or [pd.DataFrame()])
    layout.require(known.to_numpy(), "mirror")
    has_gaps = any("gap" in panel.frame and panel.frame["gap"].notna().any() for panel in panels)
    low, high = layout.nice_limits(known.to_numpy().ravel(), include=[0.0])
    marks = layout.value_ticks(low, high, most=5)
    texts = layout.tick_texts(marks, ticks)
    bars = _gap_limits(panels, band) if has_gaps else (0.0, 1.0)
    gap_marks = layout.value_ticks(*bars, most=4)
    gap_texts = layout.tick_texts(gap_marks, gap_ticks)
    left = max(map(theme.width_mm, [*texts, *(gap_texts if has_gaps else [])])) + 3
    width = (theme.tokens()["chart"]["width_mm"] - left - 4 - BETWEEN * (len(panels) - 1)) / len(panels)
    upper = _upper(panels)
    lower_top = HEAD + upper + 13
    foot = lower_top + LOWER if has_gaps else HEAD + upper + 6
    figure, sheet = layout.blank(foot + (7 if band_label and has_gaps else 3))
    for number, panel in enumerate(panels):
        x = left + number * (width + BETWEEN)
        first, last = float(panel.frame.index.min()), float(panel.frame.index.max())
        years = _years(first, last)
        field = layout.field(figure, (x, HEAD, width, upper), years, (low, max(high, marks[-1])))
        _reports(field, panel)
        layout.years_below(field, first, last)
        _scale(field, marks, texts if number == 0 else None)
        _name(sheet, panel, x, width)
        if has_gaps:
            under = layout.field(figure, (x, lower_top, width, LOWER), years, bars)
            _gaps(under, panel, band)
            _scale(under, gap_marks, gap_texts if number == 0 else None)
            if number == 0:
                layout.write(
                    sheet, x, lower_top - 2.6, gap_label, size=layout.note_size(), colour=theme.token("mute")
                )
    if band_label and has_gaps:
        layout.key(sheet, left, foot + 3.5, [(layout.square(theme.token("seq-2")), band_label)])
    return figure


def _years(first: float, last: float) -> tuple[float, float]:
    """Limits that leave every year its whole width."""
    x0, x1 = layout.year_limits(first, last)
    return min(x0, round(x0 + 0.5) - 0.5), max(x1, round(x1 - 0.5) + 0.5)


def _scale(field: Sheet, marks: Sequence[float], texts: Sequence[str] | None) -> None:
    layout.values_beside(field, marks, texts if texts is not None else [""] * len(marks))
    field.across(0, color=theme.token("ink"), linewidth=0.8, zorder=1.6)


def _missing(panel: MirrorPanel) -> Iterator[tuple[float, float, str]]:
    """Give first year, last year and name of each run of years that lacks a report."""
    exporter, importer = panel.frame["exporter"].isna(), panel.frame["importer"].isna()
    for missing, text in (
        (exporter & importer, panel.no_report),
        (exporter & ~importer, panel.no_exporter),
        (~exporter & importer, panel.no_importer),
    ):
        for first, last in layout.gaps(missing):
            yield first, last, text


def _upper(panels: Sequence[MirrorPanel]) -> float:
    """Return the height in mm of the reports' axes: enough for the longest name of a gap to stand upright."""
    names = {text for panel in panels for _, _, text in _missing(panel)}
    longest = max((theme.width_mm(text, layout.note_size() - 0.5) for text in names), default=0.0)
    return max(UPPER, min(HIGHEST, longest + 4))


def _reports(field: Sheet, panel: MirrorPanel) -> None:
    own, other = panel.colours
    exporter, importer = panel.frame["exporter"], panel.frame["importer"]
    both = panel.frame.loc[exporter.notna() & importer.notna()]
    for year, *ends in both[["exporter", "importer"]].itertuples():
        field.plot([year, year], ends, color=theme.token("neutral"), linewidth=2.6, zorder=1.8)
    field.plot(exporter.index, exporter, "o", markersize=5, markerfacecolor=theme.token("paper"), markeredgecolor=own,
               markeredgewidth=1.4, zorder=2.6, clip_on=False)  # fmt: skip
    field.plot(
        importer.index,
        importer,
        "o",
        markersize=4.4,
        markeredgewidth=0,
        color=other,
        zorder=2.7,
        clip_on=False,
    )
    for first, last, text in _missing(panel):
        _name_gap(field, first, last, text, panel.frame.loc[first:last, ["exporter", "importer"]])


def _name_gap(field: Sheet, first: float, last: float, text: str, known: pd.DataFrame) -> None:
    """Shade years that lack a report and say which: across where there is room, else upright, clear of the dots."""
    width, height = field.size
    (x0, x1), (y1, y0) = field.x, field.y
    field.shade(first - 0.5, last + 0.5)
    room = (last - first + 1) / (x1 - x0) * width
    size = layout.note_size() - 0.5
    lines = theme.wrapped(text, room - 1.5, size).split("\n")
    across = max(theme.width_mm(line, size) for line in lines) <= room - 1
    highest = known.max().max()
    share = 0.0 if pd.isna(highest) else (highest - y0) / (y1 - y0)
    middle = (first + last) / 2
    style = {"size": size, "color": theme.token("mute")}
    at = lambda share: y0 + share * (y1 - y0)  # noqa: E731
    if across:
        step = layout.line_height(size) / height
        top = _clear(known, (y0, y1), len(lines) * step + 0.04, DOT / height)
        for i, line in enumerate(lines):
            field.text(middle, at(top - (i + 0.85) * step), line, ha="center", **style)
        return
    need = theme.width_mm(text, size) / height
    start = share + 0.05 if share + 0.05 + need <= 1 else max(0.03, share - 0.08 - need)
    nudge = layout.CAP_HEIGHT / 2 * size * theme.MM_PER_POINT * (x1 - x0) / width
    field.text(middle + nudge, at(start), text, rotation=90, **style)


def _clear(known: pd.DataFrame, limits: tuple[float, float], tall: float, dot: float) -> float:
    """The top, as a share of the axes, of the highest place that is `tall` and clear of all dots; else of the largest."""
    low, high = limits
    dots = sorted((value - low) / (high - low) for value in known.stack() if pd.notna(value))
    edges = [(0.0, 0.0), *((at - dot, at + dot) for at in dots), (0.97, 0.97)]
    free = [(top - bottom, top) for (_, bottom), (top, _) in pairwise(edges)]
    return next((top for room, top in reversed(free) if room >= tall), max(free)[1])


def _gap_limits(panels: Sequence[MirrorPanel], band: tuple[float, float] | None) -> tuple[float, float]:
    gaps = [value for panel in panels if "gap" in panel.frame for value in panel.frame["gap"]]
    return layout.nice_limits([*gaps, *(band or ())], include=[0.0], pad=0.28)


def _gaps(field: Sheet, panel: MirrorPanel, band: tuple[float, float] | None) -> None:
    (x0, x1), (y1, y0) = field.x, field.y
    if band:
        field.box(x0, band[0], x1 - x0, band[1] - band[0], theme.token("seq-2"), zorder=0.6)
    if "gap" not in panel.frame:
        return
    known = panel.frame.dropna(subset=["gap"])
    for year, gap in known["gap"].items():
        field.box(year - WIDE / 2, 0, WIDE, gap, theme.token("mute"), zorder=2)
    for first, last in layout.gaps(panel.frame["gap"].isna()):
        field.shade(first - 0.5, last + 0.5)
    if "gap_text" not in known:
        return
    width, height = field.size
    size = layout.note_size() - 0.5
    if any(theme.width_mm(text, size) > width / (x1 - x0) - 0.4 for text in known["gap_text"]):
        return  # the bars stand too close for numbers: the table has them
    em = size * theme.MM_PER_POINT * (y1 - y0) / height
    for year, value, text in zip(known.index, known["gap"], known["gap_text"], strict=True):
        y = value + 0.3 * em if value >= 0 else value - (0.3 + layout.CAP_HEIGHT) * em
        field.text(year, y, text, ha="center", size=size, color=theme.token("ink"))


def _name(sheet: Sheet, panel: MirrorPanel, x: float, width: float) -> None:
    layout.write(sheet, x, 3, panel.title, weight=600)
    size, at = layout.note_size(), x
    items = [("open", panel.exporter, panel.colours[0]), ("full", panel.importer, panel.colours[1])]
    wide = sum(theme.width_mm(text, size) + 3.2 for _, text, _ in items) + 3 > width
    for i, (kind, text, colour) in enumerate(items):
        y = 7.0 + 3.9 * i if wide else 7.4
        layout.dot(sheet, at + 0.9, y, 0.9, kind, colour)
        layout.write(sheet, at + 2.8, y, text, size=size, colour=colour)
        at += 0 if wide else theme.width_mm(text, size) + 6.2
