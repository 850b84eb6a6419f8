"""Facts that bilateral_trade must say of targets, parts of years, days and meetings, by pair and by day."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from notebook_checks import column, plain, problems, shown

KAZ_TJK = (("reporter", "KAZ"), ("partner", "TJK"), ("start", 2018), ("end", 2023))
KAZ_ISR = (("reporter", "KAZ"), ("partner", "ISR"), ("start", 2018), ("end", 2023), ("since", "2025-11-06"))


@cache
def found(*parameters: tuple[str, Any]) -> dict[str, dict[str, Any]]:
    return {block["id"]: block for block in shown("bilateral_trade", dict(parameters))}


def said(block: dict[str, Any]) -> str:
    return plain(block.get("text") or block["title"])


class TestKazakhstanTajikistan:
    def test_the_lead_is_defined_by_one_office(self) -> None:
        lead = found(*KAZ_TJK)["lead"]
        assert lead["defined"] and "from USD 842 million in 2018 to USD 1.13 billion in 2023" in said(lead)

    def test_two_billion_by_2027_needs_fifteen_per_cent(self) -> None:
        target = found(*KAZ_TJK)["target"]
        assert target["role"] == "key" and target["values"]["need"]["value"] == pytest.approx(
            0.1534, abs=5e-4
        )
        assert target["values"]["aim"]["rows"] == ["targets:kaz-tjk-2bn-astanatimes-2024-tjk"]
        assert "To reach USD 2 billion by 2027" in said(target)
        assert column(found(*KAZ_TJK)["required"], "Needed to 2027") == {
            "Kazakhstan": "+15.3%",
            "Tajikistan": "+14.9%",
        }

    def test_the_same_number_was_named_in_2018_2023_and_2024(self) -> None:
        life = found(*KAZ_TJK)["life"]
        assert said(life).startswith("A target of USD 2 billion was named 3 times")
        assert column(life, "What it was") == {
            "March 2018": "named as possible", "May 2023": "goal of officials", "August 2024": "goal of officials",
        }  # fmt: skip
        assert column(life, "Trade then") == {
            "March 2018": "0.84",
            "May 2023": "1.13",
            "August 2024": "…",
        }

    def test_five_rates_give_scenarios_and_no_probability(self) -> None:
        blocks = found(*KAZ_TJK)
        assert "only 5 growth rates" in said(blocks["chance"])
        assert "between 2028 and 2033" in said(blocks["reach"])
        assert not any("Draws" in each["label"] for each in blocks["tracking"]["table"]["columns"])

    def test_before_each_announcement_it_is_not_known(self) -> None:
        in_2019 = found(*KAZ_TJK, ("as_of", "2019-12-31"))
        assert "no goal of officials" in said(in_2019["target"])
        assert list(column(in_2019["life"], "What it was").values()) == ["named as possible"]
        in_2023 = found(*KAZ_TJK, ("as_of", "2023-12-31"))
        assert "which has no year" in said(in_2023["target"])
        assert said(found(*KAZ_TJK, ("as_of", "2017-12-31"))["life"]).startswith("No target for the trade of")


class TestUzbekistanKazakhstan:
    def test_ten_billion_by_2030_with_a_chance_and_its_back_test(self) -> None:
        blocks = found()
        assert "To reach USD 10 billion by 2030" in said(blocks["target"])
        chance = blocks["chance"]
        assert 0.3 < chance["values"]["chance"]["value"] < 0.45 and "13 yearly changes up to 2023" in said(
            chance
        )
        assert "held 100% of the 15 figures that followed" in said(chance)

    def test_the_chart_draws_every_past_rate_that_the_sentence_reckons_with(self) -> None:
        drawn = [
            each["label"] for each in found()["tracking"]["table"]["columns"] if "rate of" in each["label"]
        ]
        table = found()["required"]["table"]
        told = [
            cell
            for column, cell in zip(table["columns"], table["rows"][0], strict=True)
            if column["label"].endswith("years") and "%" in cell
        ]
        assert len(drawn) == len(told) == 4

    def test_four_point_one_billion_is_eleven_months(self) -> None:
        text = said(found()["part-year"])
        assert (
            "states USD 4.1 billion for 2023: that is the figure published for January–November 2023" in text
        )
        assert "USD 4.49 billion by Uzbekistan’s report and USD 4.42 billion by Kazakhstan’s report" in text

    def test_a_figure_that_no_row_explains_gets_no_verdict(self) -> None:
        assert "; nor is it the figure of a part of that year" in said(found()["part-year"])

    def test_the_alliance_treaty_parts_two_full_years(self) -> None:
        text = said(found()["window"])
        assert "“Treaty on Allied Relations”" in text and "of 22 December 2022" in text
        assert "In 2021" in text and "in 2023" in text
        assert not any(word in text for word in ("led to", "caused", "because", "thanks to"))

    def test_the_two_met_alone_four_times(self) -> None:
        rows = found()["meetings"]["table"]["rows"]
        alone = [row[0] for row in rows if row[3] == "The two alone"]
        assert [plain(day) for day in alone] == [
            "22 December 2022",
            "5 April 2024",
            "8 August 2024",
            "15 November 2025",
        ]

    def test_planned_meetings_are_never_counted(self) -> None:
        assert not any("2026" in row[0] for row in found()["meetings"]["table"]["rows"])

    def test_the_newest_goal_of_the_day_is_tracked(self) -> None:
        in_2019 = found(("as_of", "2019-12-31"))
        assert "To reach USD 5 billion by 2020" in said(in_2019["target"])
        assert column(in_2019["required"], "3 years")["Uzbekistan"] == "+20.7%"

    def test_a_given_target_is_tracked_in_its_place(self) -> None:
        given = found(("target_value", 6e9), ("target_year", 2027))
        assert "To reach USD 6 billion by 2027" in said(given["target"])
        assert said(given["life"]).startswith("A target of USD 6 billion is not among the 10 announcements")
        assert problems(list(given.values())) == []


class TestKazakhstanIsrael:
    def test_no_full_year_after_the_day_exists(self) -> None:
        assert "The series has no full year after 6 November 2025" in said(found(*KAZ_ISR)["window"])

    def test_the_part_of_2025_is_told_and_joins_nothing(self) -> None:
        blocks = found(*KAZ_ISR)
        assert "January–November 2025, USD 162 million" in said(blocks["part-year"])
        assert [row[0] for row in blocks["turnover"]["table"]["rows"]] == [
            str(year) for year in range(2018, 2024)
        ]

    def test_without_targets_and_meetings_it_says_so(self) -> None:
        blocks = found(*KAZ_ISR)
        assert said(blocks["life"]).startswith("No target for the trade of Kazakhstan and Israel")
        assert said(blocks["met"]).startswith(
            "The tables hold no summit, visit or meeting of Kazakhstan and Israel"
        )
        assert {blocks[name]["kind"] for name in ("life", "tracking", "meetings")} == {"finding"}
        assert problems(list(blocks.values())) == []


@pytest.mark.parametrize("given", [{"target_value": 0}, {"target_year": 1980}, {"since": "1990-01-01"}])
def test_values_outside_the_domain_are_refused(given: dict[str, Any]) -> None:
    with pytest.raises(Exception, match=next(iter(given))):
        shown("bilateral_trade", given)


def test_what_the_draws_cannot_know_is_a_limit() -> None:
    assert found()["limit-targets"]["role"] == "limit" and "draws" in said(found()["limit-targets"])
    assert "draws" not in said(found(*KAZ_TJK)["limit-targets"]), "five rates: nothing was drawn"
