"""Charts of a target and of meetings: what is drawn, never how it looks."""

from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from analysis.exhibits import charts, theme

Sound = Callable[..., list[str]]
PAST = pd.Series([1.0, 2.0, 1.5], index=[2021, 2022, 2023])
BAND = pd.DataFrame({"low": [1.4, 1.2], "high": [1.9, 2.6]}, index=[2024, 2025])


def way(*values: float, label: str = "2.0 at the rate of 2021–2023") -> charts.Course:
    return charts.Course(pd.Series(values, index=range(2024, 2024 + len(values))), label)


def lines_of(figure: Figure, colour: str) -> list[list[tuple[float, float]]]:
    return [
        [(float(x), float(y)) for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)]
        for line in figure.artists[0].lines
        if line.get_color() == colour
    ]


class TestFan:
    def test_ways_begin_at_the_last_reported_year_and_are_dashed(self) -> None:
        figure = charts.fan(PAST, ways=[way(1.75, 2.0)], colour="#0B5C6B")
        (dashed,) = (line for line in figure.artists[0].lines if line.is_dashed())
        assert list(dashed.get_xdata()) == [2023, 2024, 2025]
        assert list(dashed.get_ydata()) == [1.5, 1.75, 2.0]

    def test_the_target_ends_in_a_ring_at_its_year_or_runs_through(self) -> None:
        dark = theme.token("ink")
        dated = lines_of(charts.fan(PAST, target=3.0, target_year=2027, target_label="Target: 3"), dark)
        assert [(2023, 3.0), (2027, 3.0)] in dated and [(2027, 3.0)] in dated
        open_ended = lines_of(charts.fan(PAST, ways=[way(1.75, 2.0)], target=3.0), dark)
        assert [(2023, 3.0), (2025, 3.0)] in open_ended and [(2025, 3.0)] not in open_ended

    def test_a_passed_target_stands_at_its_year(self) -> None:
        figure = charts.fan(PAST, target=3.0, target_year=2022, target_label="Target")
        assert [(2022, 3.0)] in lines_of(figure, theme.token("ink"))
        assert figure.artists[0].x[1] < 2024

    def test_later_figures_are_open_marks_and_join_no_line(self, sound: Sound) -> None:
        figure = charts.fan(
            PAST, ways=[way(1.75, 2.0)], band=BAND, band_label="four of five", past_label="as reported",
            beside=pd.Series([1.8], index=[2024]), beside_label="published later", target=3.0, target_year=2025,
            target_label="Target: 3.0",
        )  # fmt: skip
        (marks,) = (line for line in figure.artists[0].lines if line.get_marker() == "D")
        assert list(marks.get_xdata()) == [2024] and marks.get_markerfacecolor() == theme.token("paper")
        solid = [
            line
            for line in figure.artists[0].lines
            if line.get_linestyle() == "-" and len(line.get_xdata()) == 3
        ]
        assert [list(line.get_ydata()) for line in solid] == [[1.0, 2.0, 1.5]]
        assert {"four of five", "published later", "as reported", "Target: 3.0"} <= set(sound(figure))

    def test_the_band_begins_at_the_last_figure(self) -> None:
        (shade,) = charts.fan(PAST, band=BAND).artists[0].patches
        points = {tuple(point) for point in shade.get_xy().tolist()}
        assert {(2023, 1.5), (2025, 1.2), (2025, 2.6)} <= points

    def test_close_ends_are_kept_apart(self, sound: Sound) -> None:
        ways = [way(1.7, 1.9 + i / 100, label=f"1.9{i} at the rate of 20{20 - i}–2023") for i in range(3)]
        sound(charts.fan(PAST, ways=ways, target=1.95, target_year=2025, target_label="Target: 1.95"))

    def test_a_gap_is_not_bridged(self) -> None:
        broken = pd.Series([1.0, 2.0, None, 1.5], index=[2020, 2021, 2022, 2023])
        drawn = lines_of(charts.fan(broken), theme.token("accent"))
        assert [(2020, 1), (2021, 2)] in drawn and not any(len(line) > 2 for line in drawn)

    def test_refuses_to_draw_nothing(self) -> None:
        with pytest.raises(ValueError, match="nothing to draw"):
            charts.fan(pd.Series([None], index=[2023], dtype=float))


class TestStrip:
    FRAME = pd.DataFrame(
        [
            ("alone", date(2024, 4, 5), date(2024, 4, 5)),
            ("with others", date(2025, 8, 1), date(2025, 8, 31)),
            ("with others", date(2015, 1, 1), date(2015, 1, 1)),
        ],
        columns=["group", "first", "last"],
    )

    def test_a_tick_a_day_and_a_hatched_box_for_a_month(self, sound: Sound) -> None:
        figure = charts.strip(
            self.FRAME, start=2016, until=date(2026, 11, 22), counts={2024: "1", 2025: "1"}, counts_label="Events",
            coarse_label="day not known",
        )  # fmt: skip
        sheet = figure.artists[0]
        drawn = [line.get_xdata() for line in sheet.lines if line.get_linewidth() == 1.6]
        ticks = sum(int(np.isfinite(places).sum()) // 2 for places in drawn)
        assert ticks == 1, "the month is no tick, and 2015 lies outside"
        boxes = [patch for patch in sheet.patches if patch.get_hatch()]
        assert len(boxes) == 2, "the event and its key"
        assert {"alone", "with others", "Events", "day not known", "2026"} <= set(sound(figure))

    def test_days_alone_need_no_key(self, sound: Sound) -> None:
        figure = charts.strip(
            self.FRAME.head(1), start=2024, until=date(2026, 11, 22), coarse_label="day not known"
        )
        assert "day not known" not in sound(figure)

    def test_a_long_span_names_fewer_years(self, sound: Sound) -> None:
        texts = sound(charts.strip(self.FRAME, start=1992, until=date(2026, 11, 22)))
        years = [int(text) for text in texts if text.isdigit()]
        assert years[-1] == 2026 and 5 <= len(years) <= 20

    def test_refuses_to_draw_nothing(self) -> None:
        for frame in (self.FRAME.iloc[:0], self.FRAME.tail(1)):
            with pytest.raises(ValueError, match="nothing to draw"):
                charts.strip(frame, start=2016, until=date(2026, 11, 22))
