"""Charts of corridors: paths with the ties of neighbours, and rows of named marks."""

from collections.abc import Callable
from typing import ClassVar

import pandas as pd
import pytest
from matplotlib.colors import to_hex

from analysis.exhibits import charts, theme

Sound = Callable[..., list[str]]
KEY = {"both": "union and alliance", "customs-union": "customs union", "alliance": "alliance",
       "uncertain": "uncertain", "none": "neither"}  # fmt: skip


class TestRoute:
    WAYS = (
        charts.Way(
            "main line", ("China", "Kazakhstan", "Azerbaijan"), (("none", ""), ("alliance", "allies"))
        ),
        charts.Way(
            "branch", ("China", "Kazakhstan", "Russia"), (("none", ""), ("both", "EAEU, CSTO, allies"))
        ),
    )

    def test_every_tie_has_a_line_of_its_own_and_its_place_in_the_key(self, sound: Sound) -> None:
        figure = charts.route(self.WAYS, key=KEY)
        texts = sound(figure)
        assert {"main line", "branch", "Azerbaijan", "EAEU, CSTO, allies", "alliance", "neither"} <= set(
            texts
        )
        assert "customs union" not in texts, "only what occurs is in the key"
        lines = [line for line in figure.artists[0].lines if line.get_marker() in ("None", None, "")]
        styles = {(line.get_linestyle(), line.get_linewidth()) for line in lines}
        assert len(styles) == 3

    def test_six_stops_with_long_names_fit(self, sound: Sound) -> None:
        stops = (
            "Kazakhstan",
            "Turkmenistan",
            "Saudi Arabia",
            "Afghanistan",
            "Azerbaijan",
            "Uzbekistan",
            "Türkiye",
        )
        way = charts.Way("western branch", stops, (("customs-union", "Customs Union 1995"),) * 6)
        assert "Turkmenistan" in sound(charts.route([way], key=KEY))

    @pytest.mark.parametrize(
        "ways", [[], [charts.Way("", ("A",), ())], [charts.Way("", ("A", "B"), ())], [charts.Way("", ("A", "B"), (("odd", ""),))]]
    )  # fmt: skip
    def test_what_cannot_be_drawn_is_refused(self, ways: list) -> None:
        with pytest.raises(ValueError, match="route"):
            charts.route(ways, key=KEY)


class TestTally:
    ROWS: ClassVar = {"Kazakhstan": [("full", "TITR to Georgia"), ("uncertain", "INSTC to Iran")],
            "Uzbekistan": [("partial", "UAP to Pakistan")], "Tajikistan": []}  # fmt: skip
    STATES: ClassVar = {"full": "in operation", "partial": "not yet", "uncertain": "uncertain"}

    def test_states_are_told_without_colour(self, sound: Sound) -> None:
        figure = charts.tally(self.ROWS, key=self.STATES, none="none")
        texts = sound(figure)
        assert {"TITR to Georgia", "none", "in operation", "not yet", "?"} <= set(texts)
        patches = figure.artists[0].patches
        accent = theme.token("accent")
        assert (
            sum(to_hex(patch.get_facecolor()) == accent for patch in patches) == 2
        )  # one mark, one in the key
        assert sum(bool(patch.get_hatch()) for patch in patches) == 2

    def test_nothing_to_draw(self) -> None:
        with pytest.raises(ValueError, match="nothing to draw"):
            charts.tally({"Tajikistan": []}, key=self.STATES, none="none")
        with pytest.raises(ValueError, match="unknown states"):
            charts.tally({"Tajikistan": [("odd", "x")]}, key=self.STATES, none="none")


def test_a_tie_off_the_route_is_a_dash_in_the_matrix(sound: Sound) -> None:
    frame = pd.DataFrame([["beside", "full"]], index=["Tajikistan"], columns=["INSTC", "UAP"])
    figure = charts.matrix(frame, key={"beside": "off the route", "full": "on it"})
    assert {"off the route", "on it"} <= set(sound(figure))
    dashes = [line for line in figure.artists[0].lines if len(line.get_xdata()) == 2]
    assert len(dashes) == 2  # in the cell and in the key
