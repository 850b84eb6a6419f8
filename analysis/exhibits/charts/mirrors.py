"""Two reports of one flow: what the exporter and what the importer wrote down, and the gap between them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.exhibits import theme
from analysis.exhibits.charts import layout

BETWEEN = 9.0  # mm between two panels
HEAD = 15.0  # mm for a panel's name and key
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
        ax = layout.panel(figure, x, HEAD, width, upper)
        _scale(ax, (first, last), (low, max(high, marks[-1])), marks, texts if number == 0 else None)
        layout.years_axis(ax, first, last)
        _widen(ax)
        _reports(ax, panel)
        _name(sheet, panel, x, width)
        if has_gaps:
            under = layout.panel(figure, x, lower_top, width, LOWER)
            _scale(under, (first, last), bars, gap_marks, gap_texts if number == 0 else None)
            under.set_xlim(ax.get_xlim())
            under.set_xticks([])
            _gaps(under, panel, band)
            if number == 0:
                layout.write(
                    sheet, x, lower_top - 2.6, gap_label, size=layout.note_size(), colour=theme.token("mute")
                )
    if band_label and has_gaps:
        layout.key(sheet, left, foot + 3.5, [(layout.square(theme.token("seq-2")), band_label)])
    return figure


def _widen(ax: Axes) -> None:
    x0, x1 = ax.get_xlim()
    ax.set_xlim(min(x0, round(x0 + 0.5) - 0.5), max(x1, round(x1 - 0.5) + 0.5))


def _scale(
    ax: Axes,
    span: tuple[float, float],
    limits: tuple[float, float],
    marks: Sequence[float],
    texts: Sequence[str] | None,
) -> None:
    ax.set_xlim(span[0] - 0.5, span[1] + 0.5)
    ax.set_ylim(*limits)
    ax.set_yticks(marks, texts if texts is not None else [""] * len(marks))
    ax.grid(axis="y")
    ax.axhline(0, color=theme.token("ink"), linewidth=0.8, zorder=1.6)


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


def _reports(ax: Axes, panel: MirrorPanel) -> None:
    own, other = panel.colours
    exporter, importer = panel.frame["exporter"], panel.frame["importer"]
    both = panel.frame.loc[exporter.notna() & importer.notna()]
    ax.vlines(
        both.index,
        both["exporter"],
        both["importer"],
        color=theme.token("neutral"),
        linewidth=2.6,
        zorder=1.8,
    )
    ax.plot(exporter.index, exporter, "o", markersize=5, markerfacecolor=theme.token("paper"), markeredgecolor=own,
            markeredgewidth=1.4, zorder=2.6, clip_on=False)  # fmt: skip
    ax.plot(
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
        _name_gap(ax, first, last, text, panel.frame.loc[first:last, ["exporter", "importer"]])


def _name_gap(ax: Axes, first: float, last: float, text: str, known: pd.DataFrame) -> None:
    """Shade years that lack a report and say which: across where there is room, else upright, clear of the dots."""
    ax.axvspan(first - 0.5, last + 0.5, facecolor=theme.token("shade"), zorder=0.5)
    width, height = theme.size_mm(ax)
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    room = (last - first + 1) / (x1 - x0) * width
    size = layout.note_size() - 0.5
    lines = theme.wrapped(text, room - 1.5, size).split("\n")
    across = max(theme.width_mm(line, size) for line in lines) <= room - 1
    highest = known.max().max()
    share = 0.0 if pd.isna(highest) else (highest - y0) / (y1 - y0)
    middle = (first + last) / 2
    style = {"size": size, "color": theme.token("mute"), "transform": ax.get_xaxis_transform()}
    if across:
        step = layout.line_height(size) / height
        top = _clear(known, (y0, y1), len(lines) * step + 0.04, DOT / height)
        for i, line in enumerate(lines):
            ax.text(middle, top - (i + 0.85) * step, line, ha="center", va="baseline", **style)
        return
    need = theme.width_mm(text, size) / height
    start = share + 0.05 if share + 0.05 + need <= 1 else max(0.03, share - 0.08 - need)
    nudge = layout.CAP_HEIGHT / 2 * size * theme.MM_PER_POINT * (x1 - x0) / width
    ax.text(
        middle + nudge, start, text, rotation=90, rotation_mode="anchor", ha="left", va="baseline", **style
    )


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


def _gaps(ax: Axes, panel: MirrorPanel, band: tuple[float, float] | None) -> None:
    if band:
        ax.axhspan(*band, facecolor=theme.token("seq-2"), zorder=0.6)
    if "gap" not in panel.frame:
        return
    known = panel.frame.dropna(subset=["gap"])
    ax.bar(known.index, known["gap"], width=0.42, color=theme.token("mute"), zorder=2)
    for missing in layout.gaps(panel.frame["gap"].isna()):
        ax.axvspan(missing[0] - 0.5, missing[1] + 0.5, facecolor=theme.token("shade"), zorder=0.5)
    if "gap_text" not in known:
        return
    width, height = theme.size_mm(ax)
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    size = layout.note_size() - 0.5
    if any(theme.width_mm(text, size) > width / (x1 - x0) - 0.4 for text in known["gap_text"]):
        return  # the bars stand too close for numbers: the table has them
    em = size * theme.MM_PER_POINT * (y1 - y0) / height
    for year, value, text in zip(known.index, known["gap"], known["gap_text"], strict=True):
        y = value + 0.3 * em if value >= 0 else value - (0.3 + layout.CAP_HEIGHT) * em
        ax.text(year, y, text, ha="center", va="baseline", size=size, color=theme.token("ink"))


def _name(sheet: Axes, panel: MirrorPanel, x: float, width: float) -> None:
    layout.write(sheet, x, 3, panel.title, weight=600)
    size, at = layout.note_size(), x
    items = [("open", panel.exporter, panel.colours[0]), ("full", panel.importer, panel.colours[1])]
    wide = sum(theme.width_mm(text, size) + 3.2 for _, text, _ in items) + 3 > width
    for i, (kind, text, colour) in enumerate(items):
        y = 7.0 + 3.9 * i if wide else 7.4
        layout.dot(sheet, at + 0.9, y, 0.9, kind, colour)
        layout.write(sheet, at + 2.8, y, text, size=size, colour=colour)
        at += 0 if wide else theme.width_mm(text, size) + 6.2
