"""Charts of blocs: membership matrix, overlap map, spells, exact intersections."""

from collections.abc import Callable
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from analysis.exhibits import charts, svg, theme
from analysis.exhibits.charts import heatmap

Sound = Callable[..., list[str]]
KEY = {
    "full": "Member", "partial": "Observer, associate, partner or candidate", "uncertain": "The sources do not say",
    "suspended": "Suspended", "none": "No standing",
}  # fmt: skip


def height_mm(figure: Figure) -> float:
    return figure.get_size_inches()[1] * 25.4


def boxes(figure: Figure, fill: str) -> list[Rectangle]:
    return [p for sheet in figure.artists for p in sheet.patches if to_hex(p.get_facecolor()) == fill]


class TestMatrix:
    FRAME = pd.DataFrame(
        [["full", "partial"], ["none", "full"], ["uncertain", "none"]],
        index=["Kazakhstan", "Bosnia and Herzegovina", "Turkmenistan"], columns=["CIS", "EAEU"],
    )  # fmt: skip

    def marks(self, figure: Figure) -> list[tuple[str, float]]:
        return [
            (to_hex(line.get_markerfacecolor()), line.get_markersize())
            for line in figure.artists[0].lines
            if line.get_marker() == "o" and line.get_ydata()[0] < height_mm(figure) - 7
        ]

    def test_marks_tell_the_standing_without_colour(self, sound: Sound) -> None:
        figure = charts.matrix(self.FRAME, key=KEY, counts=["1", "1", "0"], count_label="full")
        accent, paper = theme.token("accent"), theme.token("paper")
        in_cells = [fill for fill, size in self.marks(figure) if size > 3.5 / theme.MM_PER_POINT - 1.4]
        assert in_cells == [accent, paper, accent]
        texts = sound(figure)
        assert texts.count("?") == 2  # in its cell and in the key
        assert {"CIS", "EAEU", "full", "Bosnia and Herzegovina", "Member", "No standing"} <= set(texts)
        assert "Suspended" not in texts

    def test_suspension_is_an_overlay(self, sound: Sound) -> None:
        plain, struck = (
            charts.matrix(self.FRAME, key=KEY, suspended=s) for s in ((), [("Kazakhstan", "CIS")])
        )
        strokes = [line for line in struck.artists[0].lines if line.get_color() == theme.token("decline")]
        assert len(strokes) == 2  # in the cell and in the key
        assert self.marks(plain) == self.marks(struck)[: len(self.marks(plain))]
        assert "Suspended" in sound(struck)

    def test_thirty_countries_and_long_names_of_blocs(self, sound: Sound) -> None:
        frame = pd.DataFrame(
            "full",
            index=[f"Country {i}" for i in range(30)],
            columns=[*"ABCDEFGHIJKL", "Abraham Accords", "Energy Charter"],
        )
        figure = charts.matrix(frame, key=KEY)
        assert height_mm(figure) == pytest.approx(
            charts.matrix_height(30, head=height_mm(figure) - charts.matrix_height(30, head=0))
        )
        assert height_mm(figure) < 251  # a page holds it
        assert "Abraham Accords" in sound(figure, size=60_000)

    def test_one_cell(self, sound: Sound) -> None:
        assert "Kazakhstan" in sound(charts.matrix(self.FRAME.iloc[:1, :1], key=KEY))

    def test_height_grows_by_rows(self) -> None:
        assert charts.matrix_height(30) - charts.matrix_height(5) == pytest.approx(25 * 6.4)

    def test_refuses_nothing_and_strange_states(self) -> None:
        with pytest.raises(ValueError, match="nothing to draw"):
            charts.matrix(self.FRAME.iloc[:0], key=KEY)
        with pytest.raises(ValueError, match="unknown states member"):
            charts.matrix(self.FRAME.replace("full", "member"), key=KEY)


class TestHeat:
    NAMES = ("CIS", "EAEU", "CSTO")
    COUNTS = pd.DataFrame([[9, 5, 6], [5, 5, 5], [6, 5, 6]], index=NAMES, columns=NAMES)
    OVERLAP = pd.DataFrame(
        [[1, 5 / 9, 6 / 9], [5 / 9, 1, 5 / 6], [6 / 9, 5 / 6, 1]], index=NAMES, columns=NAMES
    )

    def draw(self, counts: pd.DataFrame = COUNTS, overlap: pd.DataFrame = OVERLAP) -> Figure:
        return charts.heat(counts, overlap, key_label="Jaccard index", size_label="members of the bloc")

    def test_draws_the_lower_triangle_in_fixed_steps(self, sound: Sound) -> None:
        figure = self.draw()
        (mesh,) = (c for ax in figure.axes for c in ax.collections)
        shown = np.ma.masked_invalid(mesh.get_array()).reshape(3, 3)
        assert shown.mask.tolist() == [[True, True, True], [False, True, True], [False, False, True]]
        mesh.update_scalarmappable()
        colours = [to_hex(c) for c in mesh.to_rgba(shown.compressed())]
        assert colours == [theme.token("seq-5"), theme.token("seq-5"), theme.token("seq-6")]
        texts = sound(figure)
        assert [text for text in texts if text in "5696"][:6] == ["9", "5", "5", "6", "5", "6"]
        assert {"Jaccard index", "members of the bloc", "0.7"} <= set(texts)

    def test_counts_contrast_with_their_cell(self) -> None:
        labels = [
            label
            for label in svg.labels(svg.render(self.draw(), "h"))
            if label.text == "5" and label.fill == theme.token("paper")
        ]
        assert len(labels) == 2

    def test_undefined_overlap_is_a_dash(self, sound: Sound) -> None:
        overlap = self.OVERLAP.copy()
        overlap.iloc[2, 1] = np.nan
        assert "–" in sound(self.draw(overlap=overlap))

    def test_one_bloc_and_fourteen(self, sound: Sound) -> None:
        assert "9" in sound(self.draw(self.COUNTS.iloc[:1, :1], self.OVERLAP.iloc[:1, :1]))
        names = [f"B{i}" for i in range(14)]
        many = pd.DataFrame(0.4, index=names, columns=names)
        figure = self.draw((many * 10).astype(int), many)
        sound(figure, size=60_000)
        assert height_mm(figure) == pytest.approx(charts.heat_height(14))

    def test_long_names_are_turned_and_take_more_height(self, sound: Sound) -> None:
        names = [f"Customs Union {i}" for i in range(9)]
        many = pd.DataFrame(0.4, index=names, columns=names)
        figure = self.draw((many * 10).astype(int), many)
        assert height_mm(figure) > charts.heat_height(9) + 10
        assert sound(figure, size=40_000).count("Customs Union 3") == 2

    def test_steps_cover_zero_to_one(self) -> None:
        assert [heatmap.step_of(v) for v in (0, 0.0999, 0.1, 0.2, 0.3, 0.5, 0.7, 1)] == [
            0,
            0,
            1,
            2,
            3,
            4,
            5,
            5,
        ]

    def test_refuses_frames_that_do_not_match(self) -> None:
        with pytest.raises(ValueError, match="same blocs"):
            self.draw(self.COUNTS, self.OVERLAP.rename(index={"CIS": "SCO"}))
        with pytest.raises(ValueError, match="nothing to draw"):
            self.draw(self.COUNTS.iloc[:0, :0], self.OVERLAP.iloc[:0, :0])


def spell(
    group: str,
    name: str,
    start: str,
    end: str | None = None,
    *,
    latest: str | None = None,
    is_full: bool = True,
) -> dict:
    day = pd.Timestamp
    return {
        "group": group, "name": name, "colour": theme.colour("UZB"), "is_full": is_full, "start_earliest": day(start),
        "start_latest": day(latest or start), "end_earliest": day(end) if end else pd.NaT,
        "end_latest": day(end) if end else pd.NaT,
    }  # fmt: skip


class TestSpells:
    UNTIL = pd.Timestamp("2025-12-31").date()
    LABELS: ClassVar = {
        "full_label": "full standing",
        "partial_label": "observer",
        "coarse_label": "date known to the year",
    }

    def bars(self, figure: Figure) -> list[Rectangle]:
        return [p for p in figure.artists[0].patches if p.get_height() == pytest.approx(3.0)]

    def test_a_leaving_and_a_return_share_a_row(self, sound: Sound) -> None:
        frame = pd.DataFrame([
            spell("CSTO", "Uzbekistan", "1994-01-01", "1999-01-01"), spell("CSTO", "Uzbekistan", "2007-01-01", "2013-01-01"),
            spell("CSTO", "Kazakhstan", "1994-01-01"),
        ])  # fmt: skip
        figure = charts.spells(frame, until=self.UNTIL, **self.LABELS)
        first, second, third = self.bars(figure)
        assert first.get_y() == second.get_y() < third.get_y()
        years = third.get_width() / 32
        assert first.get_width() == pytest.approx(5 * years, rel=0.01)
        assert second.get_x() - first.get_x() == pytest.approx(13 * years, rel=0.01)
        texts = sound(figure)
        assert texts.count("Uzbekistan") == 1 and texts.count("CSTO") == 1
        assert "observer" not in texts and "date known to the year" not in texts

    def test_standing_that_is_not_full_is_hatched(self, sound: Sound) -> None:
        figure = charts.spells(
            pd.DataFrame([spell("EAEU", "Uzbekistan", "2020-12-11", is_full=False)]),
            until=self.UNTIL,
            **self.LABELS,
        )
        (bar,) = self.bars(figure)
        assert bar.get_hatch() and to_hex(bar.get_facecolor()) == theme.token("paper")
        texts = sound(figure)
        assert "observer" in texts and "full standing" not in texts

    def test_a_coarse_date_is_a_whisker_never_a_day(self, sound: Sound) -> None:
        frame = pd.DataFrame(
            [
                spell("A", "Uzbekistan", "2000-01-01"),
                spell("B", "Uzbekistan", "2010-01-01", latest="2011-01-01"),
            ]
        )
        figure = charts.spells(frame, until=self.UNTIL, **self.LABELS)
        known, coarse = self.bars(figure)
        year = known.get_width() / 26
        assert coarse.get_x() - known.get_x() == pytest.approx(11 * year, rel=0.01)
        (whisker, *_) = (line for line in figure.artists[0].lines if line.is_dashed())
        assert np.diff(whisker.get_xdata()) == pytest.approx(year, rel=0.01)
        assert "date known to the year" in sound(figure)

    def test_forty_rows_have_their_height(self, sound: Sound) -> None:
        frame = pd.DataFrame(
            [spell(f"Bloc {g}", f"Country {i}", f"{1992 + i}-01-01") for g in range(4) for i in range(10)]
        )
        figure = charts.spells(frame, until=self.UNTIL)
        assert height_mm(figure) == pytest.approx(charts.spells_height(frame))
        sound(figure, size=30_000)

    def test_refuses_to_draw_nothing(self) -> None:
        with pytest.raises(ValueError, match="nothing to draw"):
            charts.spells(pd.DataFrame(columns=list(spell("a", "b", "2000-01-01"))), until=self.UNTIL)


class TestUpset:
    BLOCS: ClassVar = {"sco": "SCO (3)", "cis": "CIS (4)", "ots": "OTS (1)"}
    CELLS = ((("sco", "cis"), ("RUS", "KAZ")), (("cis",), ("MDA", "ARM")), (("sco", "ots"), ("UZB",)))

    def test_codes_stand_in_bars_and_the_highlighted_in_the_accent(self, sound: Sound) -> None:
        figure = charts.upset(self.CELLS, blocs=self.BLOCS, highlight=["KAZ", "UZB"])
        assert (
            len(boxes(figure, theme.token("accent"))) == 2 and len(boxes(figure, theme.token("neutral"))) == 3
        )
        texts = sound(figure)
        assert [text for text in texts if text.isupper() and len(text) == 3] == [
            "KAZ",
            "RUS",
            "MDA",
            "ARM",
            "UZB",
        ]
        assert [text for text in texts if text.isdigit()] == ["2", "2", "1"]

    def test_lines_join_the_blocs_shared(self) -> None:
        figure = charts.upset(self.CELLS, blocs=self.BLOCS)
        joins = [line for line in figure.artists[0].lines if len(line.get_xdata()) == 2]
        spans = [round(float(np.ptp(line.get_ydata())), 2) for line in joins]
        assert spans == [5.4, 10.8]  # neighbours, and over one row; a single bloc needs no line

    def test_many_cells_and_a_long_one(self, sound: Sound) -> None:
        cells = [
            (("cis",), [f"A{i:02d}" for i in range(27)]),
            *[(("sco", "cis"), (f"B{i:02d}",)) for i in range(17)],
        ]
        figure = charts.upset(cells, blocs=self.BLOCS)
        assert height_mm(figure) == pytest.approx(charts.upset_height(cells, 3))
        texts = sound(figure, size=60_000)
        assert sum(text[0] in "AB" and text[1:].isdigit() for text in texts) == 44

    def test_refuses_nothing_and_nameless_blocs(self) -> None:
        for cells in ((), ((("sco",), ()),)):
            with pytest.raises(ValueError, match="nothing to draw"):
                charts.upset(cells, blocs=self.BLOCS)
        with pytest.raises(ValueError, match="without a name: eco"):
            charts.upset(((("eco",), ("IRN",)),), blocs=self.BLOCS)
