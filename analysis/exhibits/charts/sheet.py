"""The surface that a chart is drawn on: marks and text at their places, and nothing of an axes' machinery.

Axes keep ticks, scales and limits up to date for a person at a screen; a printed chart says once where all of it
stands. What is on a sheet are matplotlib's own lines, patches and texts, so it is drawn wherever a figure is.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from operator import attrgetter
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backend_bases import RendererBase
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Bbox, TransformedBbox

from analysis.exhibits import theme

SHIFT = {
    "left": 0.0,
    "center": 0.5,
    "right": 1.0,
}  # of the width of a text, from its start to where it is set


class Sheet(Artist):
    """A rectangle of a figure and what is drawn in it, in the units of `x` and `y`, its limits from left and from top.

    `size` is its width and height in mm. `patches`, `lines` and `texts` are in the order in which they were put there;
    they are painted by their `zorder`. Only of a `cut` sheet nothing is painted outside it, text apart.
    """

    def __init__(
        self,
        figure: Figure,
        place: tuple[float, float, float, float],
        x: tuple[float, float],
        y: tuple[float, float],
        *,
        cut: bool = True,
        zorder: float = 0,
    ) -> None:
        """`place` is left, top, width and height in mm on the figure."""
        super().__init__()
        self.set_zorder(zorder)
        left, top, width, height = place
        self.size, self.x, self.y = (width, height), x, y
        across, down = width / (x[1] - x[0]), height / (y[1] - y[0])
        above = figure.get_size_inches()[1] * theme.MM_PER_INCH - top
        ground = Affine2D.from_values(across, 0, 0, -down, left - x[0] * across, above + y[0] * down)
        self.ground = ground.scale(1 / theme.MM_PER_INCH) + figure.dpi_scale_trans
        self.edges = TransformedBbox(Bbox([[x[0], min(y)], [x[1], max(y)]]), self.ground) if cut else None
        self.marks: list[Artist] = []
        figure.add_artist(self)

    @property
    def lines(self) -> list[Line2D]:
        """The lines and round marks."""
        return [mark for mark in self.marks if isinstance(mark, Line2D)]

    @property
    def patches(self) -> list[Patch]:
        """The filled shapes."""
        return [mark for mark in self.marks if isinstance(mark, Patch)]

    @property
    def texts(self) -> list[Text]:
        """The lines of text."""
        return [mark for mark in self.marks if isinstance(mark, Text)]

    def put(self, mark: Artist) -> None:
        """Put a shape on the sheet."""
        mark.set_figure(self.figure)
        mark.set_transform(self.ground)
        if self.edges is not None and mark.get_clip_on():
            mark.set_clip_box(self.edges)
        self.marks.append(mark)

    def plot(self, x: Sequence[float], y: Sequence[float], marker: str | None = None, **style: Any) -> None:
        """Draw a line through the points, or with `marker` a mark at each of them instead."""
        self.put(Line2D(x, y, marker=marker, **({"linestyle": "None"} if marker else {}) | style))

    def box(self, x: float, y: float, width: float, height: float, fill: str, **style: Any) -> None:
        """Draw a rectangle from a corner."""
        self.put(Rectangle((x, y), width, height, facecolor=fill, **style))

    def boxes(
        self, x: Sequence[float], y: Sequence[float], width: float, heights: Sequence[float], **style: Any
    ) -> None:
        """Draw rectangles of one look that do not overlap, from a corner each, as one shape."""
        corners = np.array([(0, 0), (width, 0), (width, 1), (0, 1), (0, 0)])
        tall = np.column_stack([np.ones(len(heights)), heights])
        places = np.column_stack([x, y])[:, None, :] + corners * tall[:, None, :]
        codes = np.tile([Path.MOVETO, *[Path.LINETO] * 3, Path.CLOSEPOLY], len(heights))
        self.put(PathPatch(Path(places.reshape(-1, 2), codes), **style))

    def across(self, y: float, **style: Any) -> None:
        """Draw a line from the left edge to the right one."""
        self.plot(self.x, (y, y), **style)

    def down(self, x: float, **style: Any) -> None:
        """Draw a line from the lower edge to the upper one."""
        self.plot((x, x), self.y[::-1], **style)

    def shade(self, x0: float, x1: float) -> None:
        """Shade the sheet from its lower to its upper edge between two places, behind all else."""
        above, below = self.y
        self.box(x0, below, x1 - x0, above - below, theme.token("shade"), zorder=0.5)

    def above(self, mm: float) -> float:
        """Return the place so far above the upper edge."""
        return self.y[0] + (self.y[0] - self.y[1]) * mm / self.size[1]

    def text(self, x: float, y: float, line: str, *, size: float, weight: int = 400, **style: Any) -> None:
        """Write one line, its baseline at `y`; an empty one is nothing."""
        if not line:
            return
        written = Line(x, y, line, fontproperties=_font(size, weight), rotation_mode="anchor", **style)
        written.set_figure(self.figure)
        written.set_transform(self.ground)
        self.marks.append(written)

    def get_children(self) -> list[Artist]:
        """What is on the sheet."""
        return list(self.marks)

    def draw(self, renderer: RendererBase) -> None:
        """Paint what is on the sheet."""
        for mark in sorted(self.marks, key=attrgetter("zorder")):
            mark.draw(renderer)
        self.stale = False


class Line(Text):
    """One line of text on its baseline: where it stands follows from its width alone, with no layout to be made."""

    def draw(self, renderer: RendererBase) -> None:
        """Paint the line."""
        ink = renderer.new_gc()
        ink.set_foreground(to_rgba(self.get_color()), isRGBA=True)
        font, angle = self.get_fontproperties(), self.get_rotation()
        width = theme.width_mm(self.get_text(), font.get_size(), font.get_weight()) / theme.MM_PER_POINT
        back = -renderer.points_to_pixels(width) * SHIFT[self.get_ha()]
        x, y = self.get_transform().transform(self.get_position())
        x, y = Affine2D().rotate_deg(angle).translate(x, y).transform((back, 0.0))
        if renderer.flipy():
            y = renderer.get_canvas_width_height()[1] - y
        renderer.draw_text(ink, x, y, self.get_text(), font, angle, ismath=False, mtext=self)
        ink.restore()
        self.stale = False


@cache
def _font(size: float, weight: int) -> FontProperties:
    return FontProperties(family=theme.register_fonts(), size=size, weight=weight)
