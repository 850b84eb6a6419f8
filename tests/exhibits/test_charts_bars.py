"""Charts of values by row: dumbbells, bars, pairs of bars, shares."""

from collections.abc import Callable

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from analysis.exhibits import charts, svg, theme

Sound = Callable[..., list[str]]
NAN = float("nan")


def height_mm(figure: Figure) -> float:
    return figure.get_size_inches()[1] * 25.4


class TestDumbbells:
    def frame(self, rows: dict[str, tuple[float, float]]) -> pd.DataFrame:
        frame = pd.DataFrame.from_dict(rows, orient="index", columns=["first", "last"], dtype=float)
        return frame.assign(
            first_text=frame["first"].map("{:.0f}".format), last_text=frame["last"].map("{:.0f}".format)
        )

    def draw(self, rows: dict[str, tuple[float, float]]) -> Figure:
        return charts.dumbbells(self.frame(rows), first_label="2015", last_label="2025")

    def marks(self, figure: Figure) -> list[tuple[float, str, str]]:
        """Place, fill and edge of each mark in the order drawn."""
        return [
            (float(line.get_xdata()[0]), to_hex(line.get_markerfacecolor()), to_hex(line.get_markeredgecolor()))
            for sheet in figure.artists for line in sheet.lines if line.get_marker() == "o"
        ]  # fmt: skip

    def test_open_first_filled_last_and_colour_by_direction(self, sound: Sound) -> None:
        figure = self.draw({"China": (19, 29), "European Union": (31, 22)})
        (first, paper, grown), (last, fill, _), (before, _, shrunk), (after, _, _) = self.marks(figure)
        assert (paper, fill, grown, shrunk) == tuple(
            map(theme.token, ("paper", "accent", "accent", "decline"))
        )
        assert last > first and after < before
        assert (last - first) / (before - after) == pytest.approx(10 / 9)
        assert {"2015", "2025", "19", "29", "31", "22"} <= set(sound(figure))

    def test_labels_stand_outside_the_pair(self) -> None:
        labels = {
            label.text: label
            for label in svg.labels(svg.render(self.draw({"A": (10, 12), "B": (31, 22)}), "x"))
        }
        assert labels["10"].right < labels["12"].left and labels["22"].right < labels["31"].left

    @settings(max_examples=40, deadline=None)
    @given(st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50)), min_size=1, max_size=6))
    def test_labels_never_touch(self, values: list[tuple[int, int]]) -> None:
        drawn = svg.render(
            self.draw({f"Bosnia and Herzegovina {i}": pair for i, pair in enumerate(values)}), "x"
        )
        assert svg.crossed_labels(drawn) == [] and svg.cut_labels(drawn) == []

    def test_a_narrow_axis_has_fewer_marks(self) -> None:
        def marks(width: float) -> list[float]:
            with theme.narrow(width):
                field = self.draw({"China": (278, 345), "Iran": (1, 2)}).artists[1]
                return [float(text.get_text()) for text in field.texts]

        assert len(marks(170)) == 8 and len(marks(100)) < len(marks(170))
        assert marks(60)[0] == 0 and len(marks(60)) > 1

    def test_a_missing_end_leaves_one_mark_and_a_key(self, sound: Sound) -> None:
        figure = self.draw({"A": (NAN, 7), "B": (3, NAN)})
        assert len(self.marks(figure)) == 4  # two in the key
        texts = sound(figure)
        assert "nan" not in texts and {"2015", "2025", "7", "3"} <= set(texts)

    def test_no_label_stands_across_the_zero_line(self) -> None:
        figure = self.draw({"China": (60, 20), "Tajikistan": (5, 2), "Iran": (1, 3)})
        zero = figure.artists[1].edges.x0 / figure.dpi * 72
        drawn = {label.text: label for label in svg.labels(svg.render(figure, "x"))}
        assert all(not label.left < zero < label.right for text, label in drawn.items() if text != "0")
        assert drawn["2"].right < zero < drawn["5"].left and drawn["20"].left > zero

    def test_height_and_refusal(self) -> None:
        assert height_mm(self.draw({"A": (1, 2), "B": (2, 1)})) == pytest.approx(charts.dumbbells_height(2))
        with pytest.raises(ValueError, match="nothing to draw"):
            self.draw({"A": (NAN, NAN)})


class TestBars:
    FRAME = pd.DataFrame(
        {"value": [0.131, 0.062, -0.03], "text": ["13.1%", "6.2%", "−3.0%"]},
        index=["Uzbekistan", "Kazakhstan", "Bosnia and Herzegovina"],
    )

    def test_have_the_length_of_their_value(self, sound: Sound) -> None:
        figure = charts.bars(self.FRAME)
        bars = figure.axes[0].patches
        assert [bar.get_width() for bar in bars] == pytest.approx([0.131, 0.062, -0.03])
        assert [bar.get_y() + bar.get_height() / 2 for bar in bars] == pytest.approx([0, 1, 2])
        assert {to_hex(bar.get_facecolor()) for bar in bars} == {theme.token("accent")}
        assert {"13.1%", "−3.0%", "Bosnia and Herzegovina"} <= set(sound(figure))

    def test_labels_stand_at_the_height_of_their_bar(self) -> None:
        labels = {label.text: label for label in svg.labels(svg.render(charts.bars(self.FRAME), "x"))}
        assert labels["6.2%"].top == pytest.approx(labels["Kazakhstan"].top, abs=0.1)
        assert labels["−3.0%"].right < labels["6.2%"].left

    def test_highlight_greys_the_others(self) -> None:
        figure = charts.bars(self.FRAME, highlight={"Uzbekistan": theme.colour("UZB")})
        fills = [to_hex(p.get_facecolor()) for p in figure.axes[0].patches]
        assert fills == [theme.colour("UZB"), theme.token("neutral"), theme.token("neutral")]

    def test_one_row_no_row_and_twins(self, sound: Sound) -> None:
        assert "Uzbekistan" in sound(charts.bars(self.FRAME.iloc[:1]))
        with pytest.raises(ValueError, match="nothing to draw"):
            charts.bars(self.FRAME.assign(value=NAN))
        with pytest.raises(ValueError, match="two rows of one name: Uzbekistan"):
            charts.bars(pd.concat([self.FRAME, self.FRAME.iloc[:1]]))

    def test_height(self) -> None:
        assert height_mm(charts.bars(self.FRAME)) == pytest.approx(charts.bars_height(3))


class TestPairedBars:
    FRAME = pd.DataFrame(
        {
            "first": [2.36, 1.4],
            "second": [1.86, -0.2],
            "first_text": ["2.36", "1.40"],
            "second_text": ["1.86", "−0.20"],
        },
        index=["Uzbekistan", "Kazakhstan"],
    )

    def test_filled_first_and_hatched_second(self, sound: Sound) -> None:
        figure = charts.paired_bars(self.FRAME, first_label="current dollars", second_label="2016 dollars")
        bars = figure.artists[1].patches
        assert [(bar.get_width(), bool(bar.get_hatch())) for bar in bars] == [
            (2.36, False),
            (1.4, False),
            (1.86, True),
            (-0.2, True),
        ]
        assert {"current dollars", "2016 dollars", "−0.20"} <= set(sound(figure))
        assert height_mm(figure) == pytest.approx(charts.paired_bars_height(2))

    def test_refuses_to_draw_nothing(self) -> None:
        with pytest.raises(ValueError, match="nothing to draw"):
            charts.paired_bars(self.FRAME.assign(first=NAN, second=NAN), first_label="a", second_label="b")


class TestShares:
    FRAME = pd.DataFrame(
        {"RUS": [0.84, 0], "KAZ": [0.1, 0.5], "KGZ": [0.06, 0.5]}, index=["EAEU", "Central Asia"]
    )
    TEXTS = FRAME.map("{:.0%}".format).apply(lambda column: f"{column.name} " + column)

    def test_parts_fill_the_bar(self, sound: Sound) -> None:
        figure = charts.shares(self.FRAME, texts=self.TEXTS)
        drawn = [p for sheet in figure.artists for p in sheet.patches]
        parts = [part for part in drawn if part.get_height() == pytest.approx(5.2)]
        assert len(parts) == 5  # nothing is drawn for a share of zero
        whole = sum(part.get_width() for part in parts[:3])
        assert [part.get_width() / whole for part in parts] == pytest.approx([0.84, 0.1, 0.06, 0.5, 0.5])
        texts = sound(figure)
        assert {"RUS 84%", "KAZ 10%", "KGZ 6%", "KAZ 50%"} <= set(texts) and "RUS 0%" not in texts

    def test_thin_parts_are_named_below_each_behind_its_colour(self, sound: Sound) -> None:
        frame = pd.DataFrame([[0.94, *[0.01] * 6]], columns=list("ABCDEFG"), index=["X"])
        figure = charts.shares(frame, texts=frame.map("{:.0%} of it".format))
        assert sound(figure).count("1% of it") == 6
        drawn = [p for sheet in figure.artists for p in sheet.patches]
        thin, squares = drawn[1:7], sorted(drawn[7:], key=lambda square: square.get_x())
        assert [p.get_facecolor() for p in squares] == [p.get_facecolor() for p in thin]
        labels = [label for label in svg.labels(svg.render(figure, "x")) if label.text == "1% of it"]
        starts = sorted(label.left * theme.MM_PER_POINT for label in labels)
        ends = [square.get_x() + square.get_width() for square in squares]
        assert [left - end for left, end in zip(starts, ends, strict=True)] == pytest.approx([1] * 6, abs=0.1)

    def test_refuses_nothing_and_negative_parts(self) -> None:
        with pytest.raises(ValueError, match="nothing to draw"):
            charts.shares(self.FRAME * NAN, texts=self.TEXTS)
        with pytest.raises(ValueError, match="never negative"):
            charts.shares(-self.FRAME, texts=self.TEXTS)
