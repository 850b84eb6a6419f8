"""What the views of corridors say on small tables: nothing there, one of a kind, uncertain, several."""

from __future__ import annotations

from datetime import date

import pandas as pd

from analysis.exhibits import blocks, routes
from analysis.measures import transport

DAY = date(2024, 6, 30)
COLUMNS = [
    "corridor",
    "announced",
    "length_km",
    "length_scope",
    "is_length_lower_bound",
    "source",
    "bloc",
    "status",
]
LINES = pd.DataFrame(
    [
        ("titr", "2014", 4766.0, "whole", False, "big-2015-titr", "titr", "operational"),
        (
            "uap-railway",
            "2018-12",
            700.0,
            "section",
            True,
            "astanatimes-uap-2025",
            "uap-railway",
            "announced",
        ),
        ("imec", "2023-09-09", None, None, False, "railwaygazette-2023-imec", "imec", "announced"),
    ],
    columns=COLUMNS,
)
STAGES = pd.DataFrame(
    [
        ("titr", "operational", "2014", False, "big-2015-titr"),
        ("uap-railway", "announced", "2018-12", False, "astanatimes-uap-2025"),
        ("imec", "announced", "2023-09-09", False, "railwaygazette-2023-imec"),
    ],
    columns=["corridor", "status", "since", "is_since_attested", "source"],
)
TIES = pd.DataFrame(
    [
        ("titr", "CHN", "origin", 1), ("titr", "KAZ", "transit", 2), ("titr", "GEO", "destination", 3),
        ("uap-railway", "UZB", "origin", 1), ("uap-railway", "AFG", "transit", 2), ("uap-railway", "PAK", "destination", 3),
        ("imec", "IND", "origin", 1), ("imec", "ISR", "destination", 2), ("imec", "USA", "signatory", None),
    ],
    columns=["corridor", "country", "role", "order"],
)  # fmt: skip
COASTS = pd.DataFrame(
    {
        "country": ["CHN", "KAZ", "GEO", "UZB", "AFG", "PAK", "IND", "ISR"],
        "is_landlocked": [False, True, False, True, True, False, False, False],
        "source": "cia-factbook-2026",
    }
)
SPONSORS = pd.DataFrame(
    [("titr", "KAZ", "country"), ("imec", "eu", "bloc")], columns=["corridor", "sponsor", "sponsor_kind"]
)
OTHERS = pd.DataFrame(
    [
        ("uap-railway", 650.0, None, "section", "hamqadam-2025-uap"),
        ("uap-railway", 40.0, 25.0, "section", "doc-004b"),
    ],
    columns=["corridor", "length_km", "length_miles", "scope", "source"],
)
ALL = list(LINES["corridor"])


def held(day: date = DAY, only: list[str] | None = None) -> pd.DataFrame:
    return transport.on_day(LINES[LINES["corridor"].isin(only or ALL)], STAGES, day)


def said(shown) -> str:
    block = shown.block()
    assert blocks.check(block) == []
    return (block.get("text") or block["title"]).replace("\xa0", " ").replace("\u202f", " ")


class TestStages:
    def test_lead_counts_what_runs_and_tells_the_rest(self) -> None:
        assert said(routes.lead(held(), ALL, DAY)) == (
            "On 30 June 2024, 1 of the 3 corridors asked about is operational: TITR; IMEC and UAP are announced."
        )

    def test_lead_before_everything_and_inside_a_coarse_date(self) -> None:
        before = date(2010, 1, 1)
        assert said(routes.lead(held(before), ALL, before)) == (
            "By 1 January 2010, none of the 3 corridors asked about had been announced."
        )
        inside = date(2014, 6, 1)
        assert said(routes.lead(held(inside), ALL, inside)) == (
            "On 1 June 2014, none of the 3 corridors asked about is surely operational; of TITR the stage is uncertain on"
            " this day."
        )

    def test_lead_for_one_corridor(self) -> None:
        assert "1 of the 1 corridor asked about is operational: TITR." in said(
            routes.lead(held(only=["titr"]), ["titr"], DAY)
        )

    def test_comparison_keeps_scope_bound_and_coarse_dates(self) -> None:
        rows = {
            row[0]: row for row in routes.comparison(held(), TIES, SPONSORS, DAY).block()["table"]["rows"]
        }
        assert rows["UAP"][1] == "December 2018" and rows["UAP"][3] == "over 700 (section)"
        assert rows["IMEC"][3] == "none" and rows["IMEC"][6] == "EU"
        assert [rows["IMEC"][4], rows["TITR"][5]] == ["2", "2"], "a signatory has no place on the route"

    def test_what_is_not_there_is_named(self) -> None:
        early = date(2020, 1, 1)
        assert said(routes.not_yet(held(early), ALL, early)).endswith("left out of everything below: IMEC.")


class TestStations:
    def test_marks_tell_running_from_not_running_and_off_the_route(self) -> None:
        shown = routes.matrix(held(), TIES, ["KAZ", "USA"], DAY)
        words = {row[0]: row for row in shown.block()["table"]["rows"]}
        assert words["Kazakhstan"][1] == "transit" and words["US"][-2:] == ["signatory, off the route", "0"]

    def test_shared_countries(self) -> None:
        assert said(routes.shared(held(), TIES, DAY)) == "No two corridors share a country on their routes"
        assert "no two corridors" in said(routes.shared(held(only=["titr"]), TIES, DAY))

    def test_off_route(self) -> None:
        text = said(routes.off_route(held(), TIES, ["KAZ", "USA"]))
        assert (
            text.startswith("The United States stands on no route")
            and "joins the United States to IMEC" in text
        )
        assert (
            said(routes.off_route(held(), TIES, ["KAZ"]))
            == "Every country asked about stands on the route of a corridor."
        )


class TestLengths:
    def test_only_the_same_scope_is_compared_and_miles_are_converted(self) -> None:
        shown = routes.lengths(held(), OTHERS, {"doc-004b"}, "uap-railway")
        rows = [row for row in shown.block()["table"]["rows"] if row[0] == "UAP"]
        assert [row[4] for row in rows] == ["", "−7.1%", "−94.3%"]
        assert rows[2][1] == "40.2" and rows[2][5].endswith("‡")

    def test_section_says_within_or_outside_and_sets_it_beside_the_route(self) -> None:
        text = said(routes.section(held(), OTHERS, TIES, "uap-railway", "titr", 5))
        assert "94.3% less, outside the tolerance of 5%" in text and "that is 14.7% of its length" in text
        assert "both routes" not in text, "they share no country"

    def test_without_a_length_it_says_so(self) -> None:
        assert "not set beside another" in said(routes.section(held(), OTHERS, TIES, "imec", "titr", 5))


class TestOutlets:
    def found(self, asked: list[str], day: date = DAY) -> pd.DataFrame:
        return transport.outlets(held(day), TIES, COASTS, asked, {"GEO", "PAK"})

    def test_key_figure_counts_what_runs(self) -> None:
        asked = ["KAZ", "UZB", "AFG"]
        key = routes.most_outlets(self.found(asked), COASTS, asked, DAY)
        assert (key.figure, key.change) == ("1 of 3", "outlets of any stage: 3")
        assert key.text.endswith("Afghanistan and Uzbekistan have only corridors that do not run yet.")

    def test_uncertain_is_said(self) -> None:
        day = date(2014, 6, 1)
        assert "is uncertain" in said(routes.most_outlets(self.found(["KAZ"], day), COASTS, ["KAZ"], day))

    def test_countries_with_a_coast_have_no_part_in_it(self) -> None:
        assert "None of the countries" in said(routes.most_outlets(self.found(["GEO"]), COASTS, ["GEO"], DAY))

    def test_ports_off_the_routes_are_told(self) -> None:
        ports = pd.DataFrame(
            {
                "port": ["Gwadar", "Karachi", "Mundra"],
                "country": ["PAK", "PAK", "IND"],
                "source": "cia-factbook-2026",
            }
        )
        shown = routes.ports(ports, held(), TIES, COASTS, ["UZB"], DAY)
        assert said(shown) == "Mundra lies in India, which is not on the route of UAP"
        assert [row[2] for row in shown.block()["table"]["rows"]][2] == "none"


class TestScenario:
    def test_break_even_stands_among_the_savings(self) -> None:
        rows = routes.transit(30, 40, 20).block()["table"]["rows"]
        assert [row[0] for row in rows] == [
            "none",
            "part of it",
            "part of it",
            "part of it",
            "break-even",
            "as named",
        ]

    def test_no_saving_at_all(self) -> None:
        shown = routes.transit(20, 0, 20)
        assert (
            said(shown)
            == "Scenario: a saving of 0% turns 20 days into 20 days, the same as the 20 days of the competing route"
        )
        assert len(shown.block()["table"]["rows"]) == 1
