"""The look of every figure: tokens, fonts and an empty figure of the page's width.

Colours have names (``tokens.json``), one value for light paper and one for the dark screen. Charts are drawn
in the light values; ``svg.themed`` turns them into names again for the web page.
"""

import json
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, wraps
from importlib import resources
from pathlib import Path
from typing import ParamSpec

import matplotlib
from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font, LoadFlags

MM_PER_INCH = 25.4
MM_PER_POINT = MM_PER_INCH / 72
WEIGHTS = {400: "Regular", 600: "SemiBold"}
LONGEST_MM = 60.0  # of a word or a label in a drawing: the table beside it says the whole
MOST_LETTERS = 200  # of a word that are looked at: no letters are so thin
SERIES = ("accent", "decline", "plum", "umber")

_narrow: ContextVar[float | None] = ContextVar("narrow", default=None)
_looks: ContextVar[bool] = ContextVar("looks", default=False)

P = ParamSpec("P")


def tokens() -> dict:
    """Return the design tokens as declared in ``tokens.json``; inside ``narrow()`` a chart is narrower."""
    return _tokens(_narrow.get())


def is_narrow() -> bool:
    """Tell whether a chart is to be drawn for a phone or a card."""
    return _narrow.get() is not None


@cache
def _tokens(width: float | None) -> dict:
    told = json.loads(resources.files(__package__).joinpath("tokens.json").read_text(encoding="utf-8"))
    if width is not None:
        told["chart"]["width_mm"] = width
    return told


@contextmanager
def narrow(width: float) -> Iterator[None]:
    """Draw inside this context at the width of a phone or a card, in mm: text of the same size takes more of it.

    >>> with narrow(100):
    ...     tokens()["chart"]["width_mm"], is_narrow()
    (100, True)
    """
    token = _narrow.set(width)
    try:
        yield
    finally:
        _narrow.reset(token)


def fonts() -> Path:
    """Return the folder of the font files, for Typst, for the web page and for matplotlib."""
    return Path(str(resources.files(__package__).joinpath("fonts")))


def token(name: str, scheme: str = "light") -> str:
    """Return the colour called `name` as a lower-case hex string; an unknown name is a ``KeyError``.

    >>> token("paper"), token("paper", "dark")
    ('#ffffff', '#10171f')
    """
    return tokens()[scheme][name].lower()


def colour(country: str) -> str:
    """Return the colour of a country (alpha-3); countries without one of their own are muted.

    >>> colour("KAZ") == token("kaz"), colour("FRA") == token("mute")
    (True, True)
    """
    return token(country.lower() if country.lower() in tokens()["light"] else "mute")


def colours(keys: Iterable[str]) -> dict[str, str]:
    """Return a colour for each series: the country's own, else those of SERIES in turn.

    >>> colours(["KAZ", "eaeu-cmhs"])["eaeu-cmhs"] == token("accent")
    True
    """
    keys, named = list(keys), tokens()["light"]
    others = [key for key in keys if key.lower() not in named]
    turn = {key: token(SERIES[i % len(SERIES)]) for i, key in enumerate(others)}
    return {key: turn.get(key) or token(key.lower()) for key in keys}


def luminance(hexcode: str) -> float:
    """Return the relative luminance (0 black to 1 white) as WCAG 2 defines it.

    >>> luminance("#ffffff"), luminance("#000000")
    (1.0, 0.0)
    """
    channels = [int(hexcode[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return round(sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True)), 12)


def contrast(a: str, b: str) -> float:
    """Return the contrast ratio (1 to 21) of two hex colours as WCAG 2 defines it.

    >>> contrast("#000000", "#ffffff")
    21.0
    """
    dark, light = sorted((luminance(a), luminance(b)))
    return (light + 0.05) / (dark + 0.05)


def label_on(fill: str) -> str:
    """Return the colour, paper or ink, that reads better on the hex colour `fill`."""
    return max((token("paper"), token("ink")), key=lambda text: contrast(text, fill))


@cache
def register_fonts() -> str:
    """Make the chart font known to matplotlib in this process and return its family name."""
    for path in sorted(fonts().glob("*.ttf")):
        font_manager.fontManager.addfont(path)
    return tokens()["fonts"]["sans"]


@cache
def _face(weight: int) -> FT2Font:
    return FT2Font(str(fonts() / f"Inter-{WEIGHTS[weight]}.ttf"))


@cache
def width_mm(text: str, size: float | None = None, weight: int = 400) -> float:
    """Return the width in mm of a line of text in the chart font at `size` points (default: chart text)."""
    face = _face(weight)
    face.set_size(1000, 72)
    face.set_text(text, 0, flags=LoadFlags.NO_HINTING)
    return face.get_width_height()[0] / 64 / 1000 * (size or tokens()["chart"]["text_pt"]) * MM_PER_POINT


def shortened(text: str, width: float = LONGEST_MM, size: float | None = None, weight: int = 400) -> str:
    """Return `text`, or as much of its beginning as `width` mm hold, and an ellipsis.

    >>> shortened("Kazakhstan", 40), shortened("Kazakhstan", 10)
    ('Kazakhstan', 'Kaza…')
    """
    head = text[:MOST_LETTERS]
    if head == text and width_mm(text, size, weight) <= width:
        return text
    is_wide = lambda length: width_mm(f"{head[:length]}…", size, weight) > width  # noqa: E731
    return f"{head[: bisect_left(range(len(head) + 1), True, key=is_wide) - 1]}…"


def wrapped(text: str, width: float, size: float | None = None, weight: int = 400) -> str:
    """Break `text` between words into lines of at most `width` mm; a longer word keeps a line of its own.

    A word that no drawing has room for is cut short.
    """
    lines: list[str] = []
    for word in (shortened(each, max(width, LONGEST_MM), size, weight) for each in text.split(" ")):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_mm(longer, size, weight) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return "\n".join(lines)


@cache
def _rc() -> dict:
    chart, ink, mute = tokens()["chart"], token("ink"), token("mute")
    return {
        "font.family": register_fonts(),
        "font.size": chart["text_pt"],
        "text.color": ink,
        "text.parse_math": False,
        "figure.facecolor": token("paper"),
        "axes.facecolor": "none",
        "axes.edgecolor": token("rule"),
        "axes.labelcolor": mute,
        "axes.linewidth": chart["hair_pt"],
        "axes.axisbelow": True,
        "axes.unicode_minus": True,
        **{f"axes.spines.{side}": False for side in ("left", "right", "top", "bottom")},
        "grid.color": token("grid"),
        "grid.linewidth": chart["hair_pt"],
        "hatch.color": token("mute"),
        "hatch.linewidth": 0.7,
        "lines.linewidth": chart["line_pt"],
        "lines.solid_capstyle": "butt",
        "patch.linewidth": 0,
        **{f"{axis}tick.{part}": value for axis in "xy" for part, value in
           {"color": mute, "labelcolor": mute, "labelsize": chart["text_pt"] - 0.5, "major.size": 0,
            "minor.size": 0, "major.pad": 4}.items()},
        "svg.fonttype": "none",
        "path.simplify": False,
    }  # fmt: skip


@contextmanager
def look() -> Iterator[None]:
    """Draw inside this context in the project's look; matplotlib's own settings are as before afterwards."""
    if _looks.get():
        yield
        return
    token = _looks.set(True)
    try:
        with matplotlib.rc_context(_rc()):
            yield
    finally:
        _looks.reset(token)


def drawn(chart: Callable[P, Figure]) -> Callable[P, Figure]:
    """Run a chart function in the project's look; the label of its figure is the name of the function."""

    @wraps(chart)
    def inside(*args: P.args, **kwargs: P.kwargs) -> Figure:
        with look():
            figure = chart(*args, **kwargs)
        figure.set_label(chart.__name__)
        return figure

    return inside


def figure(
    height_mm: float, *, left: float = 12, right: float = 38, top: float = 4, bottom: float = 8
) -> Figure:
    """Return an empty figure of the page's width and `height_mm`; the margins around its axes are in mm."""
    width = tokens()["chart"]["width_mm"]
    if left + right >= width or top + bottom >= height_mm:
        raise ValueError(f"margins leave no room in a figure of {width} x {height_mm:g} mm")
    with look():
        empty = Figure(figsize=(width / MM_PER_INCH, height_mm / MM_PER_INCH))
    empty.subplots_adjust(
        left=left / width, right=1 - right / width, bottom=bottom / height_mm, top=1 - top / height_mm
    )
    return empty
