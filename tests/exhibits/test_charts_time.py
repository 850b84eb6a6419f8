"""Charts over time: lines, steps and the two reports of a flow."""

from collections.abc import Callable
from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from analysis.exhibits import charts, theme
from analysis.exhibits.charts import layout

Sound = Callable[..., list[str]]
NAN = float("nan")


def drawn_lines(figure: Figure, colour: str) -> list[list[tuple[float, float]]]:
    """The points of each line of that colour, dots apart."""
    return [
        list(zip(map(float, line.get_xdata()), map(float, line.get_ydata()), strict=True))
        for field in figure.artists
        for line in field.lines
        if line.get_color() == colour and line.get_linestyle() != "None"
    ]


def dots(figure: Figure, colour: str) -> set[tuple[float, float]]:
    """The marks of that colour."""
    return {
        (float(x), float(y))
        for field in figure.artists
        for line in field.lines
        if line.get_color() == colour and line.get_marker() == "o"
        for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)
    }


class TestLines:
    FRAME = pd.DataFrame(
        {"UZB": [1.0, 2, NAN, 3, NAN, 4, 5], "KAZ": [2.0, 2, 3, 3, 4, NAN, NAN]}, index=range(2016, 2023)
    )

    def test_never_join_across_a_gap(self, sound: Sound) -> None:
        figure = charts.lines(self.FRAME)
        assert drawn_lines(figure, theme.colour("UZB")) == [[(2016, 1), (2017, 2)], [(2021, 4), (2022, 5)]]
        assert dots(figure, theme.colour("UZB")) == {(2019, 3), (2022, 5)}
        assert dots(figure, theme.colour("KAZ")) == {(2020, 4)}
        sound(figure, size=8_000)

    def test_name_each_series_in_its_colour(self, sound: Sound) -> None:
        figure = charts.lines(self.FRAME, labels={"UZB": "Uzbekistan 5", "KAZ": "Kazakhstan 4"})
        ends = [text for text in figure.artists[0].texts if text.get_fontweight() == 600]
        coloured = {text.get_text(): text.get_color() for text in ends}
        assert coloured == {"Uzbekistan 5": theme.colour("UZB"), "Kazakhstan 4": theme.colour("KAZ")}
        assert {"Uzbekistan 5", "Kazakhstan 4"} <= set(sound(figure))

    def test_dash_the_second_reporter(self) -> None:
        figure = charts.lines(self.FRAME, dashed=["KAZ"])
        styles = {
            (line.get_color(), line.is_dashed())
            for line in figure.artists[0].lines
            if line.get_marker() == "None"
        }
        assert {(theme.colour("UZB"), False), (theme.colour("KAZ"), True)} <= styles
        assert (theme.colour("KAZ"), False) not in styles

    def test_keep_five_equal_ends_apart(self, sound: Sound) -> None:
        frame = pd.DataFrame(
            {c: [100.0, 150 + i / 10] for i, c in enumerate(("KAZ", "UZB", "KGZ", "TKM", "TJK"))},
            index=[2016, 2023],
        )
        texts = sound(charts.lines(frame, reference=100, reference_label="2016 = 100"))
        assert texts[-6:] == ["KAZ", "UZB", "KGZ", "TKM", "TJK", "2016 = 100"]

    def test_reference_is_a_line_inside_the_axis(self) -> None:
        figure = charts.lines(pd.DataFrame({"UZB": [5.0, 6]}, index=[2016, 2017]), reference=0)
        assert figure.artists[0].y[1] <= 0
        assert any(list(line.get_ydata()) == [0, 0] for line in figure.artists[0].lines)

    def test_zero_begins_the_axis_only_when_asked(self) -> None:
        frame = pd.DataFrame({"UZB": [50.0, 60]}, index=[2016, 2017])
        assert charts.lines(frame, zero=True).artists[0].y[1] == 0
        assert charts.lines(frame).artists[0].y[1] > 40

    def test_events_are_shaded_or_dashed_and_named_apart(self, sound: Sound) -> None:
        events = [charts.Event(2019.5, 2020.5, "Pandemic"), charts.Event(2020.2, None, "Border reopened")]
        figure = charts.lines(self.FRAME, events=events)
        assert [patch.get_facecolor()[:3] for patch in figure.artists[0].patches] == [
            tuple(int(theme.token("shade")[i : i + 2], 16) / 255 for i in (1, 3, 5))
        ]
        assert {"Pandemic", "Border reopened"} <= set(sound(figure))

    def test_one_point_negative_values_and_long_names(self, sound: Sound) -> None:
        one = charts.lines(
            pd.DataFrame({"BIH": [3.0]}, index=[2020]), labels={"BIH": "Bosnia and Herzegovina"}
        )
        assert dots(one, theme.colour("BIH")) == set() and dots(one, theme.token("accent")) == {(2020, 3)}
        assert "2020" in sound(one)
        below = charts.lines(pd.DataFrame({"a": [-3.0, 2, -4]}, index=[2001, 2002, 2003]), reference=0)
        assert "−4" in sound(below)
        assert "0.0" not in sound(
            charts.lines(pd.DataFrame({"a": [0.0, 0]}, index=[2001, 2002]), zero=True, ticks="{:.0f}".format)
        )

    def test_a_long_label_takes_a_second_line(self, sound: Sound) -> None:
        label = "Kazakhstan reports 4.42 bn (goods only, until 2023)"
        texts = sound(charts.lines(self.FRAME, labels={"KAZ": label}))
        assert label not in texts and " ".join(texts).count("(goods") == 1

    def test_leave_out_series_without_a_value(self) -> None:
        figure = charts.lines(self.FRAME.assign(TJK=NAN))
        assert "TJK" not in {text.get_text() for text in figure.artists[0].texts}

    @pytest.mark.parametrize("frame", [pd.DataFrame({"UZB": [NAN]}, index=[2016]), pd.DataFrame()])
    def test_refuse_to_draw_nothing(self, frame: pd.DataFrame) -> None:
        with pytest.raises(ValueError, match="nothing to draw"):
            charts.lines(frame)

    def test_years_do_not_crowd(self, sound: Sound) -> None:
        texts = sound(charts.lines(pd.DataFrame({"KAZ": np.linspace(1, 9, 31)}, index=range(1995, 2026))))
        years = [int(text) for text in texts if text.isdigit() and len(text) == 4]
        assert years[-1] == 2025 and len(set(np.diff(years))) == 1 and 5 <= len(years) <= 16

    def test_open_no_pyplot_figure(self) -> None:
        import matplotlib.pyplot as plt

        charts.lines(self.FRAME)
        assert plt.get_fignums() == []


class TestMirror:
    def panel(self, exporter: list[float], importer: list[float], **names: str) -> charts.MirrorPanel:
        frame = pd.DataFrame(
            {"exporter": exporter, "importer": importer}, index=range(2016, 2016 + len(exporter))
        )
        frame["gap"] = (frame.importer - frame.exporter) / ((frame.importer + frame.exporter) / 2)
        frame["gap_text"] = frame["gap"].map("{:+.0%}".format)
        words = {
            "title": "Kazakhstan to Uzbekistan", "exporter": "Kazakhstan reports exports",
            "importer": "Uzbekistan reports imports", "no_exporter": "no figure from Kazakhstan",
            "no_importer": "no figure from Uzbekistan", "no_report": "no report",
        }  # fmt: skip
        return charts.MirrorPanel(frame=frame, **words | names)

    def test_two_reports_a_year_joined_by_their_gap(self, sound: Sound) -> None:
        figure = charts.mirror([self.panel([1.0, 2, NAN], [1.1, NAN, 3])])
        reports = figure.artists[1]
        bars = [line for line in reports.lines if line.get_linewidth() == 2.6]
        assert [line.get_xydata().tolist() for line in bars] == [[[2016, 1.0], [2016, 1.1]]]
        marks = [line for line in reports.lines if line.get_marker() == "o"]
        assert [list(line.get_ydata()) for line in marks] == [
            pytest.approx([1, 2, NAN], nan_ok=True),
            pytest.approx([1.1, NAN, 3], nan_ok=True),
        ]
        assert marks[0].get_markerfacecolor() == theme.token("paper")
        sound(figure)

    def test_missing_years_are_named_not_bridged(self, sound: Sound) -> None:
        texts = sound(charts.mirror([self.panel([1.0, NAN, NAN, 2, 2, NAN], [NAN, NAN, NAN, 2, 2, 2])]))
        assert texts.count("no report") == 1
        assert " ".join(texts).count("no figure from Uzbekistan") == 1
        assert " ".join(texts).count("no figure from Kazakhstan") == 1

    def test_the_name_of_a_gap_stands_clear_of_its_dots(self, sound: Sound) -> None:
        figure = charts.mirror([self.panel([5.2, 6.4, 6.8, 8, 8.8, 8.6], [*[NAN] * 5, 9])])
        sound(figure)
        reports = figure.artists[1]
        (name,) = [text for text in reports.texts if text.get_text().startswith("no figure")]
        high, low = reports.y
        dots = [(value - low) / (high - low) for value in (5.2, 6.4, 6.8, 8, 8.8)]
        foot = (name.get_position()[1] - low) / (high - low)
        assert all(dot < foot - 0.02 or dot > foot + 0.07 for dot in dots)

    def test_gap_bars_stand_over_a_labelled_band(self, sound: Sound) -> None:
        figure = charts.mirror(
            [self.panel([1.0, 2], [1.1, 1.9])],
            gap_label="Gap",
            band=(0, 0.1),
            band_label="freight and insurance",
        )
        heights = [
            p.get_height()
            for sheet in figure.artists
            for p in sheet.patches
            if abs(p.get_width() - 0.42) < 1e-9
        ]
        assert heights == pytest.approx([0.1 / 1.05, -0.1 / 1.95])
        assert {"Gap", "freight and insurance", "+10%", "-5%"} <= set(sound(figure))

    def test_two_directions_share_one_scale(self, sound: Sound) -> None:
        figure = charts.mirror(
            [self.panel([1.0, 2], [1.1, 1.9]), self.panel([9.0, 8], [9.5, NAN], title="Back")]
        )
        _, upper, _, other, _ = figure.artists
        assert upper.y == other.y
        assert "Back" in sound(figure)

    def test_without_a_common_year_there_are_no_gap_bars(self, sound: Sound) -> None:
        figure = charts.mirror(
            [self.panel([1.0, NAN], [NAN, 2])], gap_label="Gap", band=(0, 0.1), band_label="band"
        )
        assert not {"Gap", "band"} & set(sound(figure))

    def test_one_year(self, sound: Sound) -> None:
        assert "2016" in sound(charts.mirror([self.panel([1.0], [1.2])]))

    def test_refuses_to_draw_nothing(self) -> None:
        for panels in ([self.panel([NAN], [NAN])], []):
            with pytest.raises(ValueError, match="nothing to draw"):
                charts.mirror(panels)


class TestSteps:
    DAYS = (date(2000, 1, 1), date(2010, 1, 1), date(2015, 1, 1), date(2020, 1, 1))

    def test_hold_a_value_until_the_next_change(self, sound: Sound) -> None:
        figure = charts.steps(
            pd.DataFrame({"a": [0.2, 0.4, 0.3, 0.3]}, index=self.DAYS), labels={"a": "EAEU and CIS"}
        )
        (line,) = (line for line in figure.artists[0].lines if line.get_drawstyle() == "steps-post")
        assert list(line.get_xdata()) == [2000, 2010, 2015, 2020] and list(line.get_ydata()) == [
            0.2,
            0.4,
            0.3,
            0.3,
        ]
        assert "EAEU and CIS" in sound(figure)

    def test_leave_uncertain_time_open_and_say_so(self, sound: Sound) -> None:
        frame = pd.DataFrame({"a": [0.2, NAN, 0.3, 0.3]}, index=self.DAYS)
        figure = charts.steps(frame, uncertain_label="date uncertain")
        drawn = [line for line in figure.artists[0].lines if line.get_drawstyle() == "steps-post"]
        assert [list(line.get_xdata()) for line in drawn] == [[2000, 2010], [2015, 2020]]
        (shade,) = figure.artists[0].patches
        assert (shade.get_x(), shade.get_width()) == (2010, 5)
        assert "date uncertain" in sound(figure)

    def test_time_before_a_bloc_is_not_uncertain(self, sound: Sound) -> None:
        figure = charts.steps(
            pd.DataFrame({"a": [NAN, 0.1, 0.3, 0.3]}, index=self.DAYS), uncertain_label="date uncertain"
        )
        assert not figure.artists[0].patches and "date uncertain" not in sound(figure)

    def test_equal_series_differ_in_their_dashes(self, sound: Sound) -> None:
        figure = charts.steps(pd.DataFrame({"a": [0.5] * 4, "b": [0.5] * 4}, index=self.DAYS))
        first, second = (line for line in figure.artists[0].lines if line.get_drawstyle() == "steps-post")
        assert first.get_color() != second.get_color() and not first.is_dashed() and second.is_dashed()
        sound(figure)

    def test_refuse_to_draw_nothing(self) -> None:
        with pytest.raises(ValueError, match="nothing to draw"):
            charts.steps(pd.DataFrame({"a": [NAN, NAN]}, index=self.DAYS[:2]))
        with pytest.raises(ValueError, match="one date"):
            charts.steps(pd.DataFrame({"a": [0.2]}, index=self.DAYS[:1]))


class TestLayout:
    @given(st.lists(st.tuples(st.floats(0, 100), st.floats(1, 8)), min_size=1, max_size=8))
    def test_spread_separates_keeps_order_and_stays_inside(self, labels: list[tuple[float, float]]) -> None:
        wanted, heights = map(list, zip(*labels, strict=True))
        centres = layout.spread(wanted, heights, 0, 100)
        order = sorted(range(len(labels)), key=lambda i: (wanted[i], i))
        for upper, lower in pairwise(order):
            assert centres[lower] - centres[upper] >= (heights[upper] + heights[lower]) / 2 - 1e-6
        assert all(h / 2 - 1e-6 <= c <= 100 - h / 2 + 1e-6 for c, h in zip(centres, heights, strict=True))

    @given(st.lists(st.integers(0, 9), min_size=1, max_size=6, unique=True))
    def test_spread_moves_nothing_without_need(self, places: list[int]) -> None:
        wanted = [10.0 * place + 5 for place in places]
        assert layout.spread(wanted, [4.0] * len(wanted), 0, 100) == pytest.approx(wanted)

    @given(st.floats(-1e12, 1e12), st.floats(1e-3, 1e12))
    def test_ticks_are_few_even_and_inside(self, low: float, span: float) -> None:
        if low + span <= low * (1 + 1e-6) + 1e-9 or abs(low) > 1e6 * span:
            return
        ticks = layout.value_ticks(low, low + span)
        slack = span * 1e-6
        assert 2 <= len(ticks) <= 8
        assert low - slack <= ticks[0] and ticks[-1] <= low + span + slack
        assert np.diff(ticks) == pytest.approx(np.diff(ticks)[0], rel=1e-4)

    def test_limits_of_equal_values_have_room(self) -> None:
        for values, include in (([0, 0], [0]), ([5, 5], []), ([5], [5])):
            low, high = layout.nice_limits(values, include=include)
            assert low < high

    def test_a_key_begins_at_the_edge_only_where_that_saves_a_row(self) -> None:
        items = [(layout.square("#000000"), "Strategic partnership")] * 3
        rows, start = layout.key_below(items, 30, 100)
        assert start == 0 and len(rows) < len(layout.key_rows(items, 70))
        assert layout.key_below(items, 30, 170) == (layout.key_rows(items, 140), 30)

    def test_runs_and_gaps_cover_a_series(self) -> None:
        values = pd.Series([NAN, 1, 2, NAN, 3], index=range(5))
        assert [run.tolist() for run in layout.runs(values)] == [[1, 2], [3]]
        assert layout.gaps(values.isna()) == [(0, 0), (3, 3)]
        assert layout.runs(pd.Series([NAN])) == []
