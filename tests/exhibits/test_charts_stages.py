"""Charts of stages and of long terms."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from analysis.exhibits import charts, theme

Sound = Callable[..., list[str]]
KEY = {mark: f"key of {mark}" for mark in ("done", "said", "coarse", "uncertain", "passed", "open")}
HEADS = ["announced", "confirmed", "signed", "in force"]


def row(name: str, *marks: str) -> list[dict]:
    return [
        {
            "name": name,
            "head": head,
            "mark": mark,
            "text": "6 November 2025"
            if mark in ("done", "said", "uncertain")
            else "2022"
            if mark == "coarse"
            else "",
            "between": "12 days" if number and mark != "passed" else "",
        }
        for number, (head, mark) in enumerate(zip(HEADS, marks, strict=False))
    ]


class TestStages:
    FRAME = pd.DataFrame(
        [*row("Kazakhstan", "said", "said", "open", "open"), *row("Morocco", "passed", "passed", "done", "open"),
         *row("Sudan", "coarse", "uncertain", "open", "open")]
    )  # fmt: skip

    def draw(self, frame: pd.DataFrame = FRAME) -> Figure:
        return charts.stages(frame, heads=HEADS, key=KEY)

    def test_every_mark_has_its_key_and_its_date(self, sound: Sound) -> None:
        texts = sound(self.draw())
        assert {*HEADS, *KEY.values(), "Kazakhstan", "2022"} <= set(texts)
        assert texts.count("6 November 2025") == 4

    def test_an_act_is_filled_and_a_statement_is_not(self) -> None:
        accent, paper = theme.token("accent"), theme.token("paper")
        sheet = charts.stages(pd.DataFrame(row("A", "done", "said")), heads=HEADS[:2], key={}).artists[0]
        large = [line for line in sheet.lines if line.get_marker() == "o" and line.get_markersize() > 6]
        assert [to_hex(line.get_markerfacecolor()) for line in large] == [accent, paper]

    def test_a_coarse_date_is_a_hatched_span(self) -> None:
        sheet = charts.stages(pd.DataFrame(row("A", "coarse")), heads=HEADS[:1], key={}).artists[0]
        assert [patch.get_hatch() for patch in sheet.patches if patch.get_hatch()] == ["//////"]

    def test_the_line_to_an_open_stage_is_dotted_and_ends_there(self) -> None:
        sheet = charts.stages(
            pd.DataFrame(row("A", "done", "done", "open", "open")), heads=HEADS, key={}
        ).artists[0]
        lines = [line.get_linestyle() for line in sheet.lines if line.get_marker() in ("None", "", None)]
        assert lines == ["-", "--"]  # a custom dash pattern reads as dashed

    def test_only_marks_that_occur_are_in_the_key(self, sound: Sound) -> None:
        assert "key of coarse" not in sound(self.draw(self.FRAME[self.FRAME["name"] == "Kazakhstan"]))

    def test_refuses_nothing_and_strange_marks(self) -> None:
        with pytest.raises(ValueError, match="nothing to draw"):
            self.draw(self.FRAME.iloc[:0])
        with pytest.raises(ValueError, match="unknown marks half"):
            self.draw(self.FRAME.assign(mark="half"))

    def test_height_grows_by_rows(self) -> None:
        assert charts.stages_height(5) - charts.stages_height(1) == pytest.approx(4 * 13.0)


class TestTerms:
    FRAME = pd.DataFrame(
        [
            ("Railway", "firm", 2008, 2038),
            ("Railway", "extension", 2038, 2058),
            ("Route", "ceiling", 2026, 2125),
        ],
        columns=["name", "part", "start", "end"],
    )
    LABELS: ClassVar = {"firm_label": "firm", "extension_label": "possible", "ceiling_label": "at most"}

    def test_only_firm_parts_are_filled(self) -> None:
        sheet = charts.terms(self.FRAME).artists[0]
        assert [bool(patch.get_hatch()) for patch in sheet.patches] == [False, True, True]

    def test_last_years_and_key_are_written(self, sound: Sound) -> None:
        texts = sound(charts.terms(self.FRAME, today=2026.9, today_label="22 November 2026", **self.LABELS))
        assert {"2038", "2058", "2125", "firm", "possible", "at most", "22 November 2026"} <= set(texts)

    def test_bars_are_as_long_as_their_years(self) -> None:
        firm, extension, ceiling = charts.terms(self.FRAME).artists[0].patches
        assert firm.get_width() / extension.get_width() == pytest.approx(30 / 20)
        assert ceiling.get_width() / firm.get_width() == pytest.approx(99 / 30)

    def test_refuses_nothing_and_strange_parts(self) -> None:
        with pytest.raises(ValueError, match="nothing to draw"):
            charts.terms(self.FRAME.iloc[:0])
        with pytest.raises(ValueError, match="unknown parts leased"):
            charts.terms(self.FRAME.assign(part="leased"))
