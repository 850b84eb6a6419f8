"""What the views of shared water say on small tables."""

from __future__ import annotations

from datetime import date

import pandas as pd

from analysis.exhibits import blocks, rivers

DAY = date(2024, 6, 30)
AVERAGE = "long-term-average"
SECTORS = ("agricultural_withdrawal", "industrial_withdrawal", "municipal_withdrawal")


def water(**ratios: float) -> pd.DataFrame:
    """Countries whose inflow is the given part of 100; withdrawals of 2022 and an old total of 2018."""
    rows = []
    for code, inflow in ratios.items():
        rows += [
            (code, "external_renewable_water_resources", AVERAGE, inflow, False, None),
            (code, "surface_water_outflow_reserved_by_treaty", AVERAGE, 0.0, False, None),
            (code, "internal_renewable_water_resources", AVERAGE, 100 - inflow, False, None),
            *(
                (code, sector, "2022", amount, False, None)
                for sector, amount in zip(SECTORS, (8, 1, 1), strict=True)
            ),
            (code, "total_freshwater_withdrawal", "2018", 12.0, True, 2007),
        ]
    columns = ["country", "indicator", "period", "value", "is_carried_forward", "last_report"]
    return pd.DataFrame(rows, columns=columns).assign(unit="km3-per-year", source="aquastat-ddf-2024")


BASINS = pd.DataFrame(
    [
        ("Syr Darya", "Aral Sea", "KGZ", "upstream"),
        ("Syr Darya", "Aral Sea", "UZB", "midstream"),
        ("Syr Darya", "Aral Sea", "KAZ", "downstream"),
    ],
    columns=["river", "basin", "country", "role"],
).assign(source="cia-factbook-2026")


def said(shown) -> str:
    block = shown.block()
    assert blocks.check(block) == []
    return (block.get("text") or block["title"]).replace("\xa0", " ")


class TestDependency:
    def test_upstream_below_downstream(self) -> None:
        shown = rivers.dependency(water(KGZ=1, UZB=80), BASINS, ["KGZ", "UZB"], "Aral Sea", is_asked=True)
        assert said(shown) == (
            "Upstream, no country gets more than 1% of its water from abroad; downstream, none gets less than 80%"
        )

    def test_without_that_order_only_the_highest_is_told(self) -> None:
        shown = rivers.dependency(water(KGZ=90, UZB=80), BASINS, ["KGZ", "UZB"], "Aral Sea", is_asked=True)
        assert said(shown) == "Kyrgyzstan takes 90% of its water from abroad, the most of 2 countries"

    def test_key_figure_of_one_country(self) -> None:
        key = rivers.depends(water(UZB=80), ["UZB"], is_asked=True)
        assert (key.figure, key.change) == ("80%", "the only country with figures")

    def test_nothing_known(self) -> None:
        shown = rivers.dependency(water(), BASINS, ["KGZ"], "Aral Sea", is_asked=True)
        assert "No release known" in said(shown)
        assert "cannot be told" in said(rivers.depends(water(), ["KGZ"], is_asked=True))


class TestTaking:
    def test_old_totals_are_named_with_the_sum_of_sectors(self) -> None:
        assert said(rivers.carried(water(UZB=80), ["UZB"], DAY, is_asked=True)) == (
            "The total of water withdrawn in 2018 for Uzbekistan repeats an older report; for Uzbekistan, 12.0 km³ from 2007"
            " against a sum of sectors of 10.0 km³ in 2022."
        )

    def test_before_the_year_has_ended_there_is_nothing(self) -> None:
        shown = rivers.withdrawals(water(UZB=80), ["UZB"], date(2022, 12, 30), is_asked=True)
        assert "for a year up to 2021" in said(shown)
        assert "80% of the water withdrawn in Uzbekistan" in said(
            rivers.withdrawals(water(UZB=80), ["UZB"], date(2022, 12, 31), is_asked=True)
        )


class TestCourses:
    def test_places_in_the_basin(self) -> None:
        text = said(rivers.positions(BASINS, ["KGZ", "UZB", "KAZ"], "Aral Sea", is_asked=True))
        assert text == (
            "In the basin of the Aral Sea, Kyrgyzstan lies upstream, where a river begins; Kazakhstan and Uzbekistan lie"
            " below it."
        )
        assert "on the lower course" in said(rivers.positions(BASINS, ["UZB"], "Aral Sea", is_asked=True))
        assert "None of the countries" in said(rivers.positions(BASINS, ["TKM"], "Aral Sea", is_asked=True))

    def test_who_holds_the_upper_course(self) -> None:
        assert said(rivers.courses(BASINS, ["UZB"], is_asked=True)) == (
            "No country asked about holds the upper course of a shared river"
        )
        assert "1 of 1 shared river" in said(rivers.courses(BASINS, ["KGZ"], is_asked=True))


class TestAgreements:
    LISTED = pd.DataFrame(
        {"agreement": ["w", "x"], "label": ["Almaty 1992", "Tashkent 2025"], "scope": "rivers"}
    )
    STANDING = pd.DataFrame(
        columns=["country", "bloc", "status", "is_full", "is_suspended", "rows", "sources"]
    )

    def held(self, **changes) -> pd.DataFrame:
        row = {
            "agreement": "w", "title": "Agreement", "date": "1992-02-18", "status": "in-force", "in_force": None,
            "state": "signed", "is_uncertain": False, "parties": ("KGZ", "UZB"), "source": "icwc-chronology",
            "first": date(1992, 2, 18),
        }  # fmt: skip
        return pd.DataFrame([row | changes])

    def test_parties_and_those_that_are_none(self) -> None:
        asked = ["KGZ", "UZB", "RUS"]
        shown = rivers.agreements(self.held(), self.LISTED, self.STANDING, asked, DAY, is_asked=True)
        assert said(shown) == "Almaty 1992 has most of the countries asked about, 2 of 3"
        assert "When Almaty 1992 entered into force is not known" in shown.note
        key = rivers.bound(self.held(), self.LISTED, asked, DAY, is_asked=True)
        assert key.figure == "2 of 3" and key.text.startswith("Kyrgyzstan and Uzbekistan are party to")

    def test_an_uncertain_or_unsigned_agreement_binds_nobody(self) -> None:
        for change in ({"is_uncertain": True}, {"state": "announced"}):
            key = rivers.bound(self.held(**change), self.LISTED, ["KGZ"], DAY, is_asked=True)
            assert key.role == "text" and "surely bound" in key.text

    def test_nothing_signed_yet(self) -> None:
        empty = self.held().iloc[:0]
        shown = rivers.agreements(empty, self.LISTED, self.STANDING, ["KGZ"], DAY, is_asked=True)
        assert "none of the agreements on water" in said(shown)


def test_what_was_not_asked_for_is_said_in_a_sentence() -> None:
    shown = rivers.withdrawals(water(UZB=80), ["UZB"], DAY, is_asked=False)
    assert said(shown) == "Not asked for, and left out: withdrawals of water by sector."
