"""The sheets that charts are drawn on: they hold and paint what axes would, at the same places."""

import re
from collections.abc import Callable

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from analysis.exhibits import svg, theme
from analysis.exhibits.charts import layout
from analysis.exhibits.charts.sheet import Sheet

PLACE = (30.0, 10.0, 100.0, 40.0)  # mm
X, Y = (2000.0, 2020.0), (0.0, 8.0)
INK = theme.token("ink")


def with_sheet(draw: Callable[[Sheet], object], y: tuple[float, float] = Y) -> Figure:
    with theme.look():
        figure = theme.figure(60, left=0, right=0, top=0, bottom=0)
        draw(layout.field(figure, PLACE, X, y))
    return figure


def with_axes(draw: Callable[[Axes], object], y: tuple[float, float] = Y) -> Figure:
    with theme.look():
        figure = theme.figure(60, left=0, right=0, top=0, bottom=0)
        ax = layout.panel(figure, *PLACE)
        ax.set(xlim=X, ylim=y, xticks=[], yticks=[])
        draw(ax)
    return figure


def inked(figure: Figure) -> list[int]:
    """The edges of what is painted, in pixels of a picture made without the SVG."""
    with theme.look():
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
    rows, columns = np.nonzero(np.asarray(canvas.buffer_rgba())[..., 0] < 128)
    return [columns.min(), columns.max(), rows.min(), rows.max()]


@pytest.mark.parametrize("y", [Y, Y[::-1]])
def test_a_sheet_paints_what_axes_paint(y: tuple[float, float]) -> None:
    def on_sheet(sheet: Sheet) -> None:
        sheet.plot([2001, 2010, 2030], [1, 7, 3], color=INK, zorder=2.1)
        sheet.plot([2003, 2004], [2, 2], "o", color=INK, markersize=4, zorder=2.2)
        sheet.box(2005, 0, 0.76, 3.5, INK, hatch="///", edgecolor=INK, zorder=1)
        sheet.across(4, color=INK, linewidth=0.8, linestyle=(0, (2, 2)), clip_on=False)
        sheet.text(2012, 5, "Words", size=8.5, weight=600, color=INK, ha="right", rotation=30, zorder=3)

    def on_axes(ax: Axes) -> None:
        ax.plot([2001, 2010, 2030], [1, 7, 3], color=INK, zorder=2.1)
        ax.plot([2003, 2004], [2, 2], "o", color=INK, markersize=4, zorder=2.2)
        ax.add_patch(Rectangle((2005, 0), 0.76, 3.5, facecolor=INK, hatch="///", edgecolor=INK, zorder=1))
        ax.axhline(4, color=INK, linewidth=0.8, linestyle=(0, (2, 2)), clip_on=False)
        ax.text(
            2012, 5, "Words", size=8.5, weight=600, color=INK, ha="right", va="baseline", rotation=30,
            rotation_mode="anchor", zorder=3,
        )  # fmt: skip

    drawn = svg.render(with_sheet(on_sheet, y), "x")
    assert drawn == svg.render(with_axes(on_axes, y), "x")
    assert "clip-path" in drawn and "Words" in drawn and "<pattern" in drawn


def test_boxes_are_the_same_boxes_in_one_shape() -> None:
    style = {"edgecolor": INK, "linewidth": 0.5}
    one = svg.render(
        with_sheet(lambda sheet: sheet.boxes([2001, 2003], [0, 1], 0.8, [2, 3], facecolor=INK, **style)), "x"
    )
    each = svg.render(
        with_sheet(
            lambda sheet: [
                sheet.box(x, y, 0.8, tall, INK, **style) for x, y, tall in ((2001, 0, 2), (2003, 1, 3))
            ]
        ),
        "x",
    )
    paths = [re.findall(r'<path d="([^"]*z)"', drawn)[1:] for drawn in (one, each)]  # without the paper
    assert len(paths[0]) == 1 and len(paths[1]) == 2 and paths[0] == [" ".join(paths[1])]


def test_values_stand_where_axes_write_theirs() -> None:
    def on_axes(ax: Axes) -> None:
        ax.set_xticks([2005, 2015], ["2005", "2015"])
        ax.set_yticks([2, 6], ["2", "6"])

    def on_sheet(sheet: Sheet) -> None:
        layout.values_below(sheet, [2005, 2015], ["2005", "2015"], is_ruled=False)
        layout.values_beside(sheet, [2, 6, 9], ["2", "6", "never: outside"])

    places = [
        {
            (label.text, round(label.left, 1), round(label.bottom, 1))
            for label in svg.labels(svg.render(each, "x"))
        }
        for each in (with_axes(on_axes), with_sheet(on_sheet))
    ]
    assert places[0] == places[1] and len(places[0]) == 4


@pytest.mark.parametrize("align", ["left", "center", "right"])
@pytest.mark.parametrize("angle", [0, 50])
def test_a_picture_made_without_the_svg_holds_the_text_at_its_place(align: str, angle: float) -> None:
    style = {"color": INK, "ha": align, "rotation": angle}
    own = inked(with_sheet(lambda sheet: sheet.text(2010, 4, "Kazakhstan", size=9, **style)))
    theirs = inked(
        with_axes(
            lambda ax: ax.text(2010, 4, "Kazakhstan", size=9, va="baseline", rotation_mode="anchor", **style)
        )
    )
    assert own == pytest.approx(theirs, abs=2)


def test_an_empty_text_is_nothing_and_no_room_is_refused() -> None:
    figure = with_sheet(lambda sheet: sheet.text(2010, 4, "", size=9))
    assert figure.artists[0].texts == [] == figure.artists[0].get_children()
    with pytest.raises(ValueError, match="no room for a field of -1 x 40 mm"):
        layout.field(figure, (30, 10, -1, 40), X, Y)
