"""Counts by year and group: stacked columns, with a moving mean over them."""

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from analysis.exhibits import theme
from analysis.exhibits.charts import layout

FILLS = (
    ("seq-5", None),
    ("seq-2", None),
    ("neutral", None),
    ("paper", "/////"),
    ("ink", None),
    ("paper", "....."),
    ("seq-3", None),
)  # a fill and a hatch for each group, so that no two differ by colour alone
KEY_ROW, HEAD, LEFT = 5.2, 3.0, 9.0
WIDE = 0.76  # of a year


def columns_height(key_rows: int = 1, *, plot_mm: float = 46) -> float:
    """Return the height in mm of a chart of stacked columns with a key of so many rows."""
    return HEAD + KEY_ROW * key_rows + plot_mm + 8


@theme.drawn
def columns(
    counts: pd.DataFrame,
    *,
    labels: Mapping[str, str] | None = None,
    mean: pd.Series | None = None,
    mean_label: str = "",
    partial: Collection[int] = (),
    partial_label: str = "",
    mark: int | None = None,
    plot_mm: float = 46,
) -> Figure:
    """Draw each row of `counts` (index: years) as one column, its groups stacked in the order of the columns.

    `mean` is drawn as a line over the columns and named `mean_label`; it may miss years. Years in `partial` are not
    over: their columns are faded, and `partial_label` explains it. `mark` is a year before which a rule stands.
    """
    counts = counts.loc[:, counts.sum() > 0]
    if counts.empty or not counts.to_numpy().sum():
        raise ValueError("columns: nothing to draw")
    if (counts < 0).any(axis=None):
        raise ValueError("columns: a count is never negative")
    if counts.shape[1] > len(FILLS):
        raise ValueError(
            f"columns: {counts.shape[1]} groups, and there are fills for {len(FILLS)}; join some"
        )
    years = [int(year) for year in counts.index]
    items = [
        (layout.square(_fill(place), hatch=_hatch(place), edge=theme.token("mute") if _hatch(place) else None),
         (labels or {}).get(group, str(group)))
        for place, group in enumerate(counts.columns)
    ]  # fmt: skip
    if mean is not None and mean_label and mean.notna().any():
        items.append((_stroke(theme.token("ink")), mean_label))
    open_years = [year for year in years if year in set(partial) and counts.loc[year].sum()]
    if open_years and partial_label:
        items.append((_faded(), partial_label))
    width = theme.tokens()["chart"]["width_mm"]
    rows = layout.key_rows(items, width - LEFT, mark=5)
    height = columns_height(len(rows), plot_mm=plot_mm)
    figure, sheet = layout.blank(height)
    top = HEAD + KEY_ROW * len(rows)
    for number, row in enumerate(rows):
        layout.key(sheet, LEFT, HEAD + (number + 0.3) * KEY_ROW, row)
    first, last = years[0], years[-1]
    most = counts.sum(axis=1).max()
    if mean is not None:
        most = max(most, np.nan_to_num(mean.to_numpy(dtype=float)).max())
    field = layout.field(
        figure, (LEFT, top, width - LEFT - 2, plot_mm), (first - 0.7, last + 0.7), (0, most * 1.08)
    )
    left, base = np.array(years) - WIDE / 2, np.zeros(len(years))
    is_open = np.isin(years, open_years)
    for place, group in enumerate(counts.columns):
        values = counts[group].to_numpy(dtype=float)
        for some, alpha in ((~is_open, None), (is_open, 0.45)):
            if some.any():
                field.boxes(
                    left[some], base[some], WIDE, values[some], facecolor=_fill(place), hatch=_hatch(place), alpha=alpha,
                    edgecolor=theme.token("mute" if _hatch(place) else "paper"), linewidth=0.5, zorder=2,
                )  # fmt: skip
        base = base + values
    if mean is not None and mean.notna().any():
        field.plot(mean.index, mean.to_numpy(), color=theme.token("ink"), zorder=3)
    layout.years_below(field, first, last)
    ticks = [tick for tick in layout.value_ticks(0, most * 1.08) if tick == int(tick)]
    layout.values_beside(field, ticks, [f"{tick:.0f}" for tick in ticks])
    field.across(0, color=theme.token("ink"), linewidth=0.8, zorder=2.2)
    if mark is not None and first < mark <= last:
        field.down(mark - 0.5, color=theme.token("mute"), linewidth=0.8, linestyle=(0, (2, 2)), zorder=1)
    return figure


def _fill(place: int) -> str:
    return theme.token(FILLS[place][0])


def _hatch(place: int) -> str | None:
    return FILLS[place][1]


def _stroke(colour: str) -> layout.Mark:
    def draw(ax, x: float, y: float) -> float:
        ax.plot([x, x + 5], [y, y], color=colour)
        return 5.0

    return draw


def _faded() -> layout.Mark:
    def draw(ax, x: float, y: float) -> float:
        ax.box(x, y - 1.2, 4, 2.4, theme.token("seq-5"), alpha=0.45)
        return 4.0

    return draw
