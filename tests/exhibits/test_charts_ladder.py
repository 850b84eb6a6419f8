"""Charts of the ladder: the square of pairs, the climb of one pair, counts by year and group."""

from collections.abc import Callable
from datetime import date
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch

from analysis.exhibits import charts, theme

Sound = Callable[..., list[str]]
NAMES = ["Kazakhstan", "Turkmenistan", "Uzbekistan"]
KEY = ["None", "Relations", "Friendship", "Alliance"]


def fills(figure: Figure, fill: str) -> int:
    return sum(
        to_hex(p.get_facecolor()) == theme.token(fill) for sheet in figure.artists for p in sheet.patches
    )


class TestGrid:
    LEVELS = pd.DataFrame([[np.nan, 2, 2], [1, np.nan, 0], [3, 3, np.nan]], index=NAMES, columns=NAMES)
    TEXTS = LEVELS.map(lambda level: "" if np.isnan(level) else f"{KEY[int(level)].lower()}\n1998")

    def test_each_level_has_its_fill_and_its_word(self, sound: Sound) -> None:
        figure = charts.grid(self.LEVELS, self.TEXTS, key=KEY, below="Below", above="Above")
        texts = sound(figure)
        assert texts.count("alliance") == 2 and texts.count("1998") == 6
        assert {*KEY, *NAMES, "Below", "Above"} <= set(texts)
        assert fills(figure, "seq-3") == 3, "two cells and the key"

    def test_the_key_names_only_what_is_drawn(self, sound: Sound) -> None:
        levels = self.LEVELS.replace(0, 1)
        assert "None" not in sound(charts.grid(levels, self.TEXTS, key=KEY, below="Below"))

    def test_uncertain_is_hatched_and_changed_is_framed(self, sound: Sound) -> None:
        figure = charts.grid(
            self.LEVELS, self.TEXTS, key=KEY, below="Below",
            uncertain=[("Uzbekistan", "Kazakhstan")], uncertain_label="Uncertain",
            changed=[("Uzbekistan", "Turkmenistan")], changed_label="Changed",
        )  # fmt: skip
        hatched = [p for p in figure.artists[0].patches if p.get_hatch()]
        framed = [p for p in figure.artists[0].patches if to_hex(p.get_edgecolor()) == theme.token("decline")]
        assert (len(hatched), len(framed)) == (2, 2), "one cell and one mark in the key each"
        assert {"Uncertain", "Changed"} <= set(sound(figure))

    def test_refuses_nothing_and_a_level_without_a_name(self) -> None:
        with pytest.raises(ValueError, match="nothing to draw"):
            charts.grid(self.LEVELS * np.nan, self.TEXTS, key=KEY, below="b")
        with pytest.raises(ValueError, match="level 3 has no name"):
            charts.grid(self.LEVELS, self.TEXTS, key=KEY[:3], below="b")
        with pytest.raises(ValueError, match="square"):
            charts.grid(self.LEVELS.iloc[:2], self.TEXTS, key=KEY, below="b")

    def test_on_a_card_heads_are_turned_and_words_that_do_not_fit_are_left_to_the_key(
        self, sound: Sound
    ) -> None:
        names = [
            "Azerbaijan",
            "Kazakhstan",
            "Kyrgyzstan",
            "Tajikistan",
            "Turkmenistan",
            "Türkiye",
            "Uzbekistan",
        ]
        levels = pd.DataFrame(3.0, index=names, columns=names).mask(np.eye(7, dtype=bool))
        texts = levels.map(lambda level: "" if np.isnan(level) else "friendship\n1998")
        days = {"below": "Under the diagonal: 22 November 2026", "above": "Above it: 22 November 2016"}
        assert sound(charts.grid(levels, texts, key=KEY, **days)).count("friendship") == 42
        assert charts.grid_is_worded(texts)
        with theme.narrow(100):
            assert not charts.grid_is_worded(texts)
            figure = charts.grid(levels, texts, key=KEY, **days)
            written = sound(figure)
        assert "friendship" not in written and {*names, *days.values(), "Alliance"} <= set(written)
        assert fills(figure, "seq-3") == 43, "the cells and the key"

    def test_height_grows_by_rows(self) -> None:
        assert charts.grid_height(7) - charts.grid_height(6) == pytest.approx(9.6)


class TestRungs:
    FRAME = pd.DataFrame(
        {
            "rung": [1, 2, 3, 3],
            "held": [1, 2, 3, 3],
            "is_step": [True, True, True, False],
            "first": [date(1992, 11, 23), date(1998, 1, 1), date(2021, 12, 6), date(2022, 12, 22)],
            "last": [date(1992, 11, 23), date(1998, 12, 31), date(2021, 12, 6), date(2022, 12, 22)],
            "text": ["23 November 1992", "1998 †", "6 December 2021", "22 December 2022"],
        }
    )
    LABELS: ClassVar = {"step_label": "Step", "same_label": "Same", "coarse_label": "Coarse"}

    def draw(self, frame: pd.DataFrame | None = None) -> Figure:
        frame = self.FRAME if frame is None else frame
        return charts.rungs(frame, names=["low", "middle", "high"], until=date(2026, 11, 22), **self.LABELS)

    def test_a_coarse_date_is_a_span_and_no_mark(self, sound: Sound) -> None:
        figure = self.draw()
        sheet = figure.artists[0]
        hatched = [p for p in sheet.patches if p.get_hatch() and p.get_y() < 40]
        assert len(hatched) == 1 and hatched[0].get_width() > 3
        marks = [line for line in sheet.lines if line.get_marker() == "o"]
        assert len(marks) == 3 + 2, "three dates that are days, and two marks of the key"
        assert {"Step", "Same", "Coarse", "1998 †", "high"} <= set(sound(figure))

    def test_the_line_climbs_to_the_rung_held(self) -> None:
        line = max(self.draw().artists[0].lines, key=lambda each: len(each.get_xdata()))
        ys = list(line.get_ydata())
        assert ys == sorted(ys, reverse=True) and len(set(ys)) == 3, "up is a smaller y on a sheet"

    def test_one_agreement(self, sound: Sound) -> None:
        texts = sound(self.draw(self.FRAME.iloc[:1]))
        assert "Step" in texts and "Same" not in texts and "Coarse" not in texts

    def test_refuses_nothing(self) -> None:
        with pytest.raises(ValueError, match="nothing to draw"):
            self.draw(self.FRAME.iloc[:0])


def boxes(patch: PathPatch) -> list[tuple[float, float]]:
    """Foot and height of each box of a shape."""
    corners = patch.get_path().vertices.reshape(-1, 5, 2)[..., 1]
    return [(low, high - low) for low, high in zip(corners.min(axis=1), corners.max(axis=1), strict=True)]


class TestColumns:
    COUNTS = pd.DataFrame({"a": [1, 0, 3], "b": [0, 0, 2], "c": [0, 0, 0]}, index=[2020, 2021, 2022])

    def test_columns_are_stacked(self, sound: Sound) -> None:
        figure = charts.columns(self.COUNTS, labels={"a": "First", "b": "Second"})
        bars = [bar for patch in figure.artists[1].patches for bar in boxes(patch) if bar[1]]
        assert bars == [(0, 1), (0, 3), (3, 2)]
        texts = sound(figure)
        assert {"First", "Second", "2022"} <= set(texts) and "c" not in texts

    def test_the_mean_and_a_year_not_over_are_named(self, sound: Sound) -> None:
        mean = pd.Series([np.nan, 0.5, np.nan], index=self.COUNTS.index)
        figure = charts.columns(
            self.COUNTS, mean=mean, mean_label="Mean", partial=[2022], partial_label="Not over", mark=2021
        )
        faded = [bar for p in figure.artists[1].patches if p.get_alpha() for bar in boxes(p)]
        assert faded == [(0, 3), (3, 2)] and {"Mean", "Not over"} <= set(sound(figure))

    def test_seven_groups_have_seven_fills(self) -> None:
        figure = charts.columns(pd.DataFrame([[1] * 7], index=[2020], columns=list("abcdefg")))
        looks = {(to_hex(p.get_facecolor()), p.get_hatch()) for p in figure.artists[1].patches}
        assert len(looks) == 7

    def test_refuses_nothing_less_than_nothing_and_too_much(self) -> None:
        with pytest.raises(ValueError, match="nothing to draw"):
            charts.columns(self.COUNTS * 0)
        with pytest.raises(ValueError, match="never negative"):
            charts.columns(
                self.COUNTS - pd.DataFrame({"a": [1, 1, 1], "b": 0, "c": 0}, index=self.COUNTS.index)
            )
        with pytest.raises(ValueError, match="join some"):
            charts.columns(pd.DataFrame([[1] * 8], index=[2020], columns=list("abcdefgh")))
