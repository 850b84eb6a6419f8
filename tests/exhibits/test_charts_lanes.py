"""Lanes of blocs, and what the strip of events adds for a pause: the shaded gap and planned events."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle

from analysis.exhibits import charts, theme

Sound = Callable[..., list[str]]
LABELS = {name: f"key of {name}" for name in ("members", "outline", "proposed", "coarse", "end", "successor")}
SPAN = {"since": date(1991, 1, 1), "until": date(2026, 11, 22)}


def lane(name: str, kind: str, start: str, end: str = "", successor: str = "", last: str = "") -> dict:
    return {
        "name": name, "kind": kind, "start_first": pd.Timestamp(start), "start_last": pd.Timestamp(start),
        "end_first": pd.Timestamp(end) if end else pd.NaT, "end_last": pd.Timestamp(last or end) if end else pd.NaT,
        "successor": successor, "start_mark": "proposed" if kind == "proposed" else "", "end_mark": "",
    }  # fmt: skip


def frame_of(rows: list[tuple], columns: list[str], *days: str) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(**{day: pd.to_datetime(frame[day]) for day in days})


FRAME = pd.DataFrame(
    [
        lane("One", "ended", "1994-04-30", "1998-07-01", "Two", "1998-07-31"),
        lane("Two", "exists", "1998-07-17"),
        lane("Plan", "proposed", "2022-11-16"),
    ]
)
SEGMENTS = frame_of(
    [("One", "1994-04-30", "1998-07-17", "3"), ("Two", "2000-01-01", None, "5")], ["name", "start", "end", "text"],
    "start", "end",
)  # fmt: skip
NOTES = frame_of(
    [("One", "1996-03-01", "1996-03-31", "+ Aland"), ("Two", "2004-10-18", "2004-10-18", "+ Bland")],
    ["name", "day", "until", "text"], "day", "until",
)  # fmt: skip
NONE = NOTES.iloc[:0]


def draw(frame: pd.DataFrame = FRAME, notes: pd.DataFrame = NOTES) -> Figure:
    return charts.lanes(frame, SEGMENTS, notes, labels=LABELS, **SPAN)


def boxes(figure: Figure) -> list[Rectangle]:
    return [patch for patch in figure.artists[0].patches if isinstance(patch, Rectangle)]


class TestLanes:
    def test_names_numbers_notes_and_key_are_written(self, sound: Sound) -> None:
        texts = set(sound(draw()))
        assert {"One", "Two", "Plan", "proposed", "3", "5", "+ Aland", "+ Bland", *LABELS.values()} <= texts

    def test_only_what_occurs_is_in_the_key(self, sound: Sound) -> None:
        alone = FRAME[FRAME["name"] == "Plan"]
        texts = sound(charts.lanes(alone, SEGMENTS.iloc[:0], NONE, labels=LABELS, **SPAN))
        assert {each for each in texts if each.startswith("key")} == {"key of proposed"}

    def test_an_arrow_leads_only_to_a_successor_that_is_shown(self) -> None:
        def arrows(figure: Figure) -> int:
            return sum(isinstance(patch, FancyArrowPatch) for patch in figure.artists[0].patches)

        assert arrows(draw()) == 2, "one between the lanes and one in the key"
        assert arrows(draw(FRAME[FRAME["name"] == "One"])) == 0

    def test_a_proposal_is_dashed_and_not_filled(self) -> None:
        (box,) = boxes(charts.lanes(FRAME.iloc[2:], SEGMENTS.iloc[:0], NONE, **SPAN))
        assert box.get_linestyle() != "solid" and to_hex(box.get_facecolor()) == theme.token("paper")

    def test_what_is_known_only_roughly_is_hatched(self) -> None:
        one = FRAME.iloc[:1]
        assert sum(bool(box.get_hatch()) for box in boxes(charts.lanes(one, SEGMENTS, NONE, **SPAN))) == 1
        with_note = charts.lanes(one, SEGMENTS, NOTES[NOTES["name"] == "One"], **SPAN)
        assert sum(bool(box.get_hatch()) for box in boxes(with_note)) == 2
        exact = one.assign(end_last=one["end_first"])
        assert not any(box.get_hatch() for box in boxes(charts.lanes(exact, SEGMENTS, NONE, **SPAN)))

    def test_refuses_nothing(self) -> None:
        with pytest.raises(ValueError, match="nothing to draw"):
            draw(FRAME.iloc[:0])


class TestStripOfAPause:
    FRAME = pd.DataFrame(
        [("a", date(2005, 10, 6), date(2005, 10, 6), False), ("b", date(2018, 3, 15), date(2018, 3, 15), False),
         ("b", date(2024, 5, 1), date(2024, 5, 1), True)],
        columns=["group", "first", "last", "is_planned"],
    )  # fmt: skip

    def strip(self, **changes: object) -> Figure:
        given = {"start": 1991, "until": date(2026, 11, 22), "planned_label": "planned"}
        return charts.strip(self.FRAME, **given | changes)

    def test_the_gap_is_shaded_from_day_to_day_and_named(self, sound: Sound) -> None:
        figure = self.strip(shaded=(date(2005, 10, 6), date(2018, 3, 15), "no meeting"))
        assert "no meeting" in sound(figure)
        (shade,) = [box for box in boxes(figure) if to_hex(box.get_facecolor()) == theme.token("shade")]
        ticks = [line.get_xdata()[0] for line in figure.artists[0].lines if line.get_linewidth() == 1.6]
        assert [shade.get_x(), shade.get_x() + shade.get_width()] == pytest.approx(sorted(ticks))

    def test_planned_is_open_and_explained(self, sound: Sound) -> None:
        assert "planned" in sound(self.strip())
        strokes = [line for line in self.strip().artists[0].lines if line.get_linewidth() == 1.6]
        assert sum(len(line.get_xdata()) for line in strokes) == 2 * 3, (
            "two held events, none of them the planned one"
        )

    def test_counts_without_room_beside_each_other_stand_in_two_rows(self, sound: Sound) -> None:
        def heights(counts: dict[int, str]) -> list[float]:
            figure = self.strip(counts=counts)
            sound(figure)
            return [
                text.get_position()[1]
                for text in figure.artists[0].texts
                if text.get_text() in counts.values()
            ]

        crowded = {2018: "11", 2019: "12", 2020: "13"}
        assert len(set(heights(crowded))) == 1
        with theme.narrow(100):
            one, two, three = heights(crowded)
            assert one == three > two, "on a phone the middle one is higher"
            assert len(set(heights({2018: "1", 2020: "3"}))) == 1
            assert len(set(heights({2018: "1", 2019: "1"}))) == 2, "two ones side by side read as eleven"
