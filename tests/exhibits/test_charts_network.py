"""Charts of the network and of states: what is drawn for each tie, layer and state, and what is refused."""

from collections.abc import Callable
from datetime import date

import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from analysis.exhibits import charts, svg, theme
from analysis.exhibits.charts import network, states, timeline

Sound = Callable[..., list[str]]
NODES = ["Kazakhstan", "Kyrgyzstan", "Tajikistan", "Turkmenistan", "Uzbekistan", "Azerbaijan", "Türkiye"]
KEY = {
    "strong": "alliance", "firm": "mutual assistance", "light": "defence cooperation", "thin": "arms",
    "dashed": "not counted", "OTS": "both in OTS", "CSTO": "both in CSTO",
}  # fmt: skip
TIES = {
    ("Kazakhstan", "Uzbekistan"): "strong",
    ("Azerbaijan", "Türkiye"): "firm",
    ("Kyrgyzstan", "Türkiye"): "dashed",
}


def lines(figure: Figure, colour: str) -> list[Line2D]:
    """The lines of a colour above the key, round marks left out."""
    floor = network.HEAD + 2 * (network.RADIUS + network.LABEL_ROOM)
    return [
        line
        for line in figure.artists[0].lines
        if line.get_marker() != "o"
        and to_hex(line.get_color()) == theme.token(colour)
        and max(line.get_ydata()) < floor
    ]


class TestNetwork:
    def draw(self, *panels: charts.Panel, **more: object) -> Figure:
        return charts.networks(panels or [charts.Panel("now", TIES)], nodes=NODES, key=KEY, **more)

    def test_two_panels_of_seven_names_keep_inside_the_page(self, sound: Sound) -> None:
        figure = self.draw(charts.Panel("31 December 2019", TIES), charts.Panel("22 November 2026", TIES))
        texts = sound(figure)
        assert texts.count("Turkmenistan") == 2 and {"alliance", "not counted", "31 December 2019"} <= set(
            texts
        )
        assert "arms" not in texts, "what does not occur is not in the key"
        assert figure.get_size_inches()[1] * 25.4 == pytest.approx(charts.networks_height())

    def test_where_two_do_not_fit_side_by_side_one_stands_above_the_other(self, sound: Sound) -> None:
        with theme.narrow(100):
            figure = self.draw(charts.Panel("before", TIES), charts.Panel("after", TIES))
            texts = {text.get_text(): text.get_position() for text in figure.artists[0].texts}
            assert sound(figure).count("Turkmenistan") == 2
        (left, upper), (right, lower) = texts["before"], texts["after"]
        assert left == right and lower - upper > 2 * network.RADIUS
        assert figure.get_size_inches()[1] * 25.4 == pytest.approx(charts.networks_height(stacked=2))
        assert max(y for _, y in texts.values()) > lower + 2 * network.RADIUS, "the key stands below both"

    def test_stronger_ties_are_wider_and_what_does_not_count_is_dashed_in_another_colour(self) -> None:
        figure = self.draw()
        strong, firm = lines(figure, "ink")
        assert strong.get_linewidth() > firm.get_linewidth() and strong.get_linestyle() == "-"
        (open_one,) = lines(figure, "decline")
        assert open_one.get_linestyle() == "--" and not lines(figure, "mute")

    def test_a_line_runs_between_its_nodes(self) -> None:
        (line, _) = lines(self.draw(), "ink")
        spots = network.places(NODES, theme.tokens()["chart"]["width_mm"] / 2, network.HEAD + 34)
        assert line.get_xydata().tolist() == [list(spots["Kazakhstan"]), list(spots["Uzbekistan"])]

    def test_the_lit_pair_is_in_the_accent_whatever_its_order_and_pale_when_untied(
        self, sound: Sound
    ) -> None:
        figure = self.draw(lit=("Uzbekistan", "Kazakhstan"), lit_label="Kazakhstan–Uzbekistan")
        (lit,) = lines(figure, "accent")
        assert lit.get_linewidth() == network.STYLES["strong"][0] and len(lines(figure, "ink")) == 1
        assert "Kazakhstan–Uzbekistan" in sound(figure)
        (pale,) = lines(self.draw(lit=("Tajikistan", "Uzbekistan")), "accent")
        assert pale.get_linewidth() < 1

    def test_an_absent_node_is_an_open_ring_without_ties(self) -> None:
        figure = self.draw(charts.Panel("without", TIES, absent=["Türkiye"]))
        rings = [
            line
            for line in figure.artists[0].lines
            if line.get_marker() == "o" and to_hex(line.get_markerfacecolor()) == theme.token("paper")
        ]
        assert len(rings) == 1 and len(lines(figure, "ink")) == 1 and not lines(figure, "decline")

    def test_blocs_are_a_pale_layer_each_in_its_own_look(self, sound: Sound) -> None:
        pair = ("Kazakhstan", "Kyrgyzstan")
        figure = self.draw(charts.Panel("now", TIES, {"OTS": [pair], "CSTO": [pair]}))
        first, second = lines(figure, "seq-2"), lines(figure, "neutral")
        assert len(first) == len(second) == 1
        assert first[0].get_xydata().tolist() != second[0].get_xydata().tolist(), "neither hides the other"
        assert first[0].get_zorder() < lines(figure, "ink")[0].get_zorder()
        assert {"both in OTS", "both in CSTO"} <= set(sound(figure))

    def test_a_doubtful_tie_is_empty_inside(self, sound: Sound) -> None:
        pair = ("Uzbekistan", "Kazakhstan")
        figure = self.draw(charts.Panel("now", TIES, hollow=[pair]), hollow_label="date not verified")
        (core,) = lines(figure, "paper")
        assert core.get_linewidth() < lines(figure, "ink")[0].get_linewidth()
        assert "date not verified" in sound(figure)
        assert "date not verified" not in sound(self.draw(hollow_label="date not verified"))

    def test_two_nodes_and_refusals(self, sound: Sound) -> None:
        pair = ("Bosnia and Herzegovina", "United Arab Emirates")
        assert set(pair) <= set(
            sound(charts.networks([charts.Panel("now", {pair: "thin"})], nodes=pair, key=KEY))
        )
        with pytest.raises(ValueError, match="nothing to draw"):
            charts.networks([], nodes=NODES, key=KEY)
        with pytest.raises(ValueError, match="unknown styles bold"):
            charts.networks([charts.Panel("now", {pair: "bold"})], nodes=pair, key=KEY)
        with pytest.raises(ValueError, match="which is no node"):
            charts.networks([charts.Panel("now", {("Kazakhstan", "Atlantis"): "thin"})], nodes=NODES, key=KEY)


class TestStates:
    FRAME = pd.DataFrame(
        {"in-force": [1, 0], "signed": [5, 1], "announced": [1, 0], "proposed": [0, 2], "told": [3, 0]},
        index=["Türkiye and one of the others", "OTS as a body"],
    )
    KEY: dict[str, str] = {state: state.replace("-", " ") for state in states.LOOKS}  # noqa: RUF012

    def draw(self, frame: pd.DataFrame) -> Figure:
        return charts.state_bars(frame, texts=frame.map(str), key=self.KEY)

    def test_parts_are_to_one_scale_and_told_apart_without_colour(self, sound: Sound) -> None:
        figure = self.draw(self.FRAME)
        parts = [p for p in figure.artists[0].patches if p.get_height() == states.BAR]
        widths = [p.get_width() + 0.3 for p in parts]
        assert (
            len(parts) == 6
            and widths[1] == pytest.approx(5 * widths[0])
            and widths[5] == pytest.approx(2 * widths[4])
        )
        assert [p.get_hatch() for p in parts] == [None, None, "/////", "-----", None, None]
        assert to_hex(parts[5].get_facecolor()) == theme.token("paper"), "proposed is open"
        assert to_hex(parts[0].get_facecolor()) == theme.token("seq-6"), "in force is filled"
        assert "uncertain" not in sound(figure)

    def test_refusals(self) -> None:
        with pytest.raises(ValueError, match="nothing to draw"):
            self.draw(self.FRAME * 0)
        with pytest.raises(ValueError, match="unknown states lapsed"):
            self.draw(self.FRAME.rename(columns={"told": "lapsed"}))

    def test_labels_stay_inside(self) -> None:
        drawn = svg.render(self.draw(self.FRAME), "x")
        assert svg.cut_labels(drawn) == [] and svg.crossed_labels(drawn) == []


class TestTimeline:
    DAY = date(2020, 6, 1)
    ROWS = (
        (
            "A first meeting of heads with a name so long that it takes more than a single line",
            "meeting",
            DAY,
            DAY,
            "done",
        ),
        ("Declaration", "theme", date(2025, 10, 7), date(2025, 10, 7), "ahead"),
        ("Summit", "talk", date(2015, 1, 1), date(2015, 1, 1), "told"),
        ("Plan", "exercise", date(2026, 1, 1), date(2026, 12, 31), "ahead"),
    )
    FRAME = pd.DataFrame(ROWS, columns=["name", "detail", "first", "last", "kind"]).assign(
        text=["a", "b", "c", "2026"]
    )
    KEY: dict[str, str] = {"done": "held", "ahead": "planned", "told": "told only", "coarse": "day not known"}  # noqa: RUF012

    def draw(self, frame: pd.DataFrame) -> Figure:
        return charts.act_line(frame, until=date(2026, 11, 22), key=self.KEY)

    def marks(self, figure: Figure) -> list[str]:
        """The fills of the marks in the rows, from the top."""
        floor = timeline.timeline_height(self.FRAME, 0)
        dots = [
            line
            for line in figure.artists[0].lines
            if line.get_marker() == "o" and line.get_ydata()[0] < floor
        ]
        return [
            to_hex(line.get_markerfacecolor()) for line in sorted(dots, key=lambda line: line.get_ydata()[0])
        ]

    def test_filled_if_done_and_open_if_not(self, sound: Sound) -> None:
        figure = self.draw(self.FRAME)
        assert self.marks(figure) == [theme.token("accent"), theme.token("paper"), theme.token("paper")]
        texts = sound(figure)
        assert {"held", "planned", "told only", "day not known", "meeting", "2026"} <= set(texts)

    def test_a_year_is_a_hatched_box_and_never_a_day(self) -> None:
        figure = self.draw(self.FRAME)
        floor = timeline.timeline_height(self.FRAME, 0)
        boxes = [p for p in figure.artists[0].patches if p.get_hatch() and p.get_y() < floor]
        dots = [line.get_xdata()[0] for line in figure.artists[0].lines if line.get_marker() == "o"]
        assert len(boxes) == 1 and boxes[0].get_x() > max(dots), "2026 lies after all the days"

    def test_what_does_not_occur_is_not_in_the_key(self, sound: Sound) -> None:
        texts = sound(self.draw(self.FRAME.iloc[:1]))
        assert "held" in texts and not {"planned", "told only", "day not known"} & set(texts)

    def test_refusals(self) -> None:
        with pytest.raises(ValueError, match="nothing to draw"):
            self.draw(self.FRAME.iloc[:0])
        with pytest.raises(ValueError, match="unknown kinds maybe"):
            self.draw(self.FRAME.assign(kind="maybe"))
