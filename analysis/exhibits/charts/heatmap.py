"""How much each two blocs share: the lower triangle of a square, counts in the cells, overlap as colour."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.figure import Figure

from analysis.exhibits import theme, wording
from analysis.exhibits.charts import layout
from analysis.exhibits.charts.sheet import Sheet

STEPS = (0.0, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0)  # the same in every briefing, so that two maps may be compared
LOWEST, HIGHEST_ROW = 5.6, 9.5
HEAD, FOOT = 2.0, 17.0  # mm; names too wide for their column are turned and take more
ANGLE = 50
GAP = "–"
KEY_ROW, KEY_STEP = 7.5, 9.0  # mm of the key: a row, and a step of the scale


def heat_height(blocs: int, *, turned: float = 0, keys: int = 1) -> float:
    """Return the height in mm of a heat map of so many blocs, with so many rows of key.

    Turned names below it take `turned` mm more.
    """
    return HEAD + _row(blocs) * blocs + turned + FOOT + (keys - 1) * KEY_ROW


@theme.drawn
def heat(
    counts: pd.DataFrame,
    overlap: pd.DataFrame,
    *,
    key_label: str,
    size_label: str,
    step_texts: Sequence[str] | None = None,
) -> Figure:
    """Draw the lower triangle of `overlap` (0 to 1) in six fixed steps, with `counts` written in the cells.

    Both are square over the same blocs, named as printed; the diagonal of `counts` is the size of each bloc
    and stands on grey. A missing overlap (two empty blocs) is a dash without colour. `key_label` names the
    measure, `size_label` the diagonal, `step_texts` the seven bounds of the steps.
    """
    if (
        counts.empty
        or list(counts.index) != list(overlap.index)
        or list(counts.columns) != list(overlap.columns)
    ):
        raise ValueError(
            "heat: counts and overlap must be square over the same blocs"
            if len(counts)
            else "heat: nothing to draw"
        )
    blocs, row = [str(bloc) for bloc in counts.index], _row(len(counts))
    left = max(theme.width_mm(bloc, None, 600) for bloc in blocs) + 5
    column = max(min(17.0, (theme.tokens()["chart"]["width_mm"] - left - 2) / len(blocs)), 8.0)
    turned = _turned(blocs, column)
    places = _key_places(left, key_label, size_label)
    figure, sheet = layout.blank(heat_height(len(blocs), turned=turned, keys=1 + places[-1]))
    ax = layout.panel(figure, left, HEAD, column * len(blocs), row * len(blocs))
    ramp = [theme.token(f"seq-{step}") for step in range(1, 7)]
    values = overlap.astype(float).to_numpy()
    hidden = np.triu(np.ones_like(values, dtype=bool)) | np.isnan(values)
    sns.heatmap(
        pd.DataFrame(values), mask=hidden, cmap=ListedColormap(ramp), norm=BoundaryNorm(STEPS, len(ramp)), vmin=0,
        vmax=1,
        cbar=False,
        linewidths=1.4, linecolor=theme.token("paper"), xticklabels=False, yticklabels=False, ax=ax,
    )  # fmt: skip
    for i, name in enumerate(blocs):
        y = HEAD + (i + 0.5) * row
        layout.write(sheet, left - 3, y, name, align="right")
        sheet.box(left + i * column + 0.25, y - row / 2 + 0.25, column - 0.5, row - 0.5, theme.token("shade"))
        for j in range(i + 1):
            fill = (
                theme.token("shade")
                if i == j
                else theme.token("paper")
                if hidden[i, j]
                else ramp[step_of(values[i, j])]
            )
            text = GAP if i != j and hidden[i, j] else f"{counts.iat[i, j]:.0f}"
            layout.write(
                sheet,
                left + (j + 0.5) * column,
                y,
                text,
                weight=600 if i == j else 400,
                align="center",
                colour=theme.label_on(fill),
            )
    _under(sheet, blocs, left, column, HEAD + row * len(blocs), turned=turned > 0)
    _key(sheet, ramp, places, HEAD + row * len(blocs) + turned + 9.5, key_label, size_label, step_texts)
    return figure


def step_of(value: float) -> int:
    """Return the step (0 to 5) of an overlap; a bound belongs to the step above it, 1 to the last.

    >>> step_of(0), step_of(0.1), step_of(1)
    (0, 1, 5)
    """
    return min(int(np.searchsorted(STEPS, value + 1e-12, side="right")) - 1, len(STEPS) - 2)


def _row(blocs: int) -> float:
    return max(LOWEST, min(HIGHEST_ROW, 95 / blocs))


def _turned(blocs: Sequence[str], column: float) -> float:
    """Return the height in mm that names add when they must be turned to fit under their columns, else 0."""
    widest = max(map(theme.width_mm, blocs))
    return 0.0 if widest <= column - 1 else widest * math.sin(math.radians(ANGLE))


def _under(
    sheet: Sheet, blocs: Sequence[str], left: float, column: float, top: float, *, turned: bool
) -> None:
    for j, bloc in enumerate(blocs):
        x = left + (j + 0.5) * column
        if turned:
            layout.write(sheet, x, top + 2, bloc, align="right", angle=ANGLE)
        else:
            layout.write(sheet, x, top + 3, bloc, align="center")


def _key_places(left: float, label: str, size_label: str) -> tuple[float, float, int]:
    """Where the scale with its name begins, where the mark of the diagonal, and in which row that stands: 0 or 1."""
    whole, note = theme.tokens()["chart"]["width_mm"], layout.note_size()
    scale = theme.width_mm(label, note) + 3 + KEY_STEP * (len(STEPS) - 1)
    x = min(left, max(1.0, whole - 3 - scale))
    beside = x + scale + 7
    is_wide = beside + 6 + theme.width_mm(size_label, note) > whole
    return x, x if is_wide else beside, int(is_wide)


def _key(
    sheet: Sheet,
    ramp: Sequence[str],
    places: tuple[float, float, int],
    y: float,
    label: str,
    size_label: str,
    texts: Sequence[str] | None,
) -> None:
    x, beside, row = places
    note, mute = layout.note_size(), theme.token("mute")
    texts = texts or [wording.number(bound, 0 if bound in (0, 1) else 1) for bound in STEPS]
    layout.write(sheet, x, y, label, size=note, colour=mute)
    at = x + theme.width_mm(label, note) + 3
    for number, fill in enumerate(ramp):
        sheet.box(at + number * KEY_STEP, y - 1.5, KEY_STEP - 0.4, 3, fill)
    for number, text in enumerate(texts):
        layout.write(
            sheet, at + number * KEY_STEP - 0.2, y + 3.6, text, size=note, colour=mute, align="center"
        )
    layout.key(sheet, beside, y + row * KEY_ROW, [(layout.square(theme.token("shade")), size_label)])
