"""The map: what is filled, where names stand, what the frame holds, and the outlines it is drawn from."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from analysis import tables
from analysis.exhibits import charts, svg, theme
from analysis.exhibits.charts import lettering, outline
from analysis.measures import borders

Sound = Callable[..., list[str]]
FIVE = ("KAZ", "KGZ", "TJK", "TKM", "UZB")
NAMES = dict(zip(FIVE, ("Kazakhstan", "Kyrgyzstan", "Tajikistan", "Turkmenistan", "Uzbekistan"), strict=True))
KEY = {"full": "In both", "half": "In one", "hatched": "In the other", "unsure": "Uncertain"}


@pytest.fixture(scope="module")
def outlines() -> pd.DataFrame:
    return tables.read("outlines")


def squares(**corners: tuple[float, float, float]) -> pd.DataFrame:
    """Outlines of square countries: west, south and side in degrees."""
    rings = {
        code: f"{x} {y};{x + side} {y};{x + side} {y + side};{x} {y + side}"
        for code, (x, y, side) in corners.items()
    }
    return pd.DataFrame({"country": list(rings), "is_whole": True, "ring": rings.values()})


def lands(figure: Figure) -> list[PathPatch]:
    return [patch for patch in figure.artists[0].patches if isinstance(patch, PathPatch)]


def leaders(figure: Figure) -> list[tuple[np.ndarray, np.ndarray]]:
    """Start and end of each leader line; each is drawn twice, on paper first."""
    ink = [line for line in figure.artists[0].lines if line.get_marker() != "o"]
    return [line.get_xydata() for line in ink if to_hex(line.get_color()) == theme.token("ink")]


class TestRegion:
    def draw(self, outlines: pd.DataFrame, looks: dict[str, str] | None = None, **more: object) -> Figure:
        looks = looks or {"KAZ": "full", "KGZ": "full", "UZB": "half", "TJK": "hatched", "TKM": "hatched"}
        return charts.region(outlines, looks, labels=NAMES, key=KEY, **more)

    def test_names_every_country_once_and_cuts_none(self, outlines: pd.DataFrame, sound: Sound) -> None:
        figure = self.draw(outlines, around={"CHN": "China", "IRN": "Iran", "RUS": "Russia"})
        texts = sound(figure, size=40_000)
        assert sorted(texts) == sorted(
            [*NAMES.values(), "China", "Iran", "Russia", "In both", "In one", "In the other"]
        )

    def test_hatched_countries_and_small_ones_have_a_line_from_within(self, outlines: pd.DataFrame) -> None:
        figure = self.draw(outlines)
        filled = lands(figure)[1:]
        assert 2 <= len(leaders(figure)) < len(NAMES)
        for start, end in leaders(figure):
            assert sum(land.get_path().contains_point(start) for land in filled) == 1
            assert not any(land.get_path().contains_point(end) for land in filled)
        wide = {**dict.fromkeys(FIVE, "full"), "BLR": "half"}
        assert len(leaders(self.draw(outlines, wide))) >= 3, "farther away fewer names fit"

    def test_no_name_stands_upon_another_country_also_on_a_phone(self, outlines: pd.DataFrame) -> None:
        looks = {"KAZ": "full", "KGZ": "full", "UZB": "hatched", "TJK": "hatched", "TKM": "hatched"}
        wide = {**looks, "RUS": "half", "BLR": "half", "ARM": "half", "AZE": "hatched"}
        names = {**NAMES, "RUS": "Russia", "BLR": "Belarus", "ARM": "Armenia", "AZE": "Azerbaijan"}
        for shown in (looks, wide):
            grounds = len(charts.region(outlines, shown, labels={}).artists[0].patches)
            assert len(charts.region(outlines, shown, labels=names).artists[0].patches) == grounds
            with theme.narrow(100):
                assert len(charts.region(outlines, shown, labels=names).artists[0].patches) == grounds

    def test_a_line_starts_where_it_is_short(self, outlines: pd.DataFrame) -> None:
        for start, end in leaders(self.draw(outlines)):
            assert np.hypot(*(end - start)) < 25

    def test_looks_differ_without_colour(self, outlines: pd.DataFrame) -> None:
        pale, *filled = lands(self.draw(outlines))
        assert to_hex(pale.get_facecolor()) == theme.token("shade")
        seen = {(to_hex(land.get_facecolor()), land.get_hatch()) for land in filled}
        assert seen == {
            (theme.token("accent"), None),
            (theme.token("seq-3"), None),
            (theme.token("seq-1"), "////"),
        }
        plain = [theme.token(token) for token, hatch in (("accent", None), ("seq-3", None), ("shade", None))]
        assert all(theme.contrast(a, b) > 1.9 for a, b in pairwise(plain))

    def test_a_token_is_a_look_too(self, outlines: pd.DataFrame) -> None:
        figure = charts.region(outlines, {"KAZ": "seq-5"}, labels=NAMES)
        assert theme.token("seq-5") in {to_hex(land.get_facecolor()) for land in lands(figure)}

    def test_two_drawings_are_the_same(self, outlines: pd.DataFrame) -> None:
        assert svg.render(self.draw(outlines), "map") == svg.render(self.draw(outlines), "map")

    def test_refuses_a_map_of_nothing(self, outlines: pd.DataFrame) -> None:
        with pytest.raises(ValueError, match="nothing to draw"):
            charts.region(outlines, {"USA": "full"}, labels={})
        assert charts.outside(outlines, ["KAZ", "USA"]) == ["USA"]


class TestShapes:
    def test_the_frame_holds_what_is_shown_and_cuts_the_rest(self) -> None:
        world = squares(one=(60, 40, 5), far=(-20, 0, 90))
        found, (width, height) = outline.shapes(world, ["one"], 170, 60, 100)
        corners = np.vstack([piece for shape in found.values() for piece in shape.pieces])
        assert (
            corners.min() >= -0.1
            and corners[:, 0].max() <= width + 0.1
            and corners[:, 1].max() <= height + 0.1
        )
        assert found["one"].size == pytest.approx((height / 1.1) ** 2, rel=0.4)

    def test_north_is_up_and_east_is_right(self) -> None:
        found, _ = outline.shapes(squares(a=(60, 40, 4), b=(66, 46, 4)), ["a", "b"], 170, 60, 100)
        (ax, ay, _), (bx, by, _) = found["a"].middle(), found["b"].middle()
        assert ax < bx and ay > by

    def test_both_sides_of_a_border_have_the_same_corners(self, outlines: pd.DataFrame) -> None:
        found, _ = outline.shapes(outlines, list(FIVE), 170, 60, 100)
        sides = {
            code: {tuple(corner) for piece in found[code].pieces for corner in piece.round(6)}
            for code in FIVE
        }
        assert len(sides["KAZ"] & sides["UZB"]) > 5 and len(sides["KGZ"] & sides["TJK"]) > 5

    def test_middle_is_where_a_box_has_most_room(self) -> None:
        square = outline.Shape((np.array([[0, 0], [30, 0], [30, 10], [0, 10]], dtype=float),))
        x, y, room = square.middle(10, 5)
        assert y == pytest.approx(5, abs=0.3) and 5 <= x <= 25
        assert room == pytest.approx(2, abs=0.15)
        assert square.middle(10, 12)[2] < 1

    def test_spots_keep_off_the_border_and_the_middle_is_the_first(self) -> None:
        square = outline.Shape((np.array([[0, 0], [30, 0], [30, 10], [0, 10]], dtype=float),))
        first, *others = square.spots(3, 2)
        assert first == square.middle()[:2]
        assert len(others) > 5 and all(2 <= x <= 28 and 2 <= y <= 8 for x, y in others)


class TestLettering:
    def test_a_label_without_room_keeps_off_what_is_filled_and_written(self) -> None:
        found, size = outline.shapes(
            squares(a=(60, 40, 1), b=(61, 40, 1), c=(58, 36, 8)), ["a", "b", "c"], 170, 72, 100
        )
        small = {code: found[code] for code in "ab"}
        names = {"a": "A name of some length", "b": "Another name"}
        one, two = lettering.place(found, small, names, {}, {"a", "b"}, size)
        assert one.start and two.start and not (one.is_plate or two.is_plate)
        left, top, right, bottom = one.box
        assert right < two.box[0] or two.box[2] < left or bottom < two.box[1] or two.box[3] < top

    def test_a_name_in_a_hatched_country_stands_beside_it(self) -> None:
        found, size = outline.shapes(squares(a=(60, 40, 9)), ["a"], 170, 72, 100)
        (inside,) = lettering.place(found, found, {"a": "A"}, {}, {"a"}, size)
        (beside,) = lettering.place(found, found, {"a": "A"}, {}, set(), size)
        assert inside.start is None and beside.start is not None


class TestOutlines:
    def test_hold_the_region_and_its_neighbours_whole(self, outlines: pd.DataFrame) -> None:
        whole = outlines.groupby("country")["is_whole"].all()
        assert whole[[*FIVE, "AFG", "ARM", "AZE", "BLR", "GEO", "IRN", "MDA", "PAK", "TUR"]].all()
        assert not whole[["RUS", "CHN", "IND"]].any()

    def test_know_who_borders_whom(self, outlines: pd.DataFrame) -> None:
        found = borders.neighbours(outlines)
        assert found["KAZ"] == {"CHN", "KGZ", "RUS", "TKM", "UZB"}
        assert found["UZB"] == {"AFG", "KAZ", "KGZ", "TJK", "TKM"}
        assert found["AZE"] == {"ARM", "GEO", "IRN", "RUS", "TUR"}

    def test_places_lie_in_their_countries(self, outlines: pd.DataFrame) -> None:
        rings = [
            (row.country, Path([tuple(map(float, corner.split())) for corner in row.ring.split(";")]))
            for row in outlines.itertuples()
        ]
        for place, country in {
            (71.4, 51.1): "KAZ", (69.2, 41.3): "UZB", (74.6, 42.9): "KGZ", (68.8, 38.6): "TJK", (58.4, 37.9): "TKM",
            (49.8, 40.4): "AZE", (34.1, 45.0): "UKR", (71.0, 42.9): "KAZ", (77.0, 38.5): "CHN",
        }.items():  # fmt: skip
            assert [code for code, ring in rings if ring.contains_point(place)] == [country], place

    def test_are_light(self) -> None:
        assert (tables.root() / "data" / "outlines.csv").stat().st_size < 60_000
