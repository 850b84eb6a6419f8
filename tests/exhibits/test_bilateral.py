"""What the views of a pair say on small tables: growth, decline, no growth, small bases, silence, mirrors, weight."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from analysis import tables
from analysis.exhibits import bilateral, blocks
from analysis.measures import trade
from analysis.measures.series import Series, select

Values = dict[tuple[str, int], tuple[float, float]]
START, END = 2016, 2023
OFFICES = {"UZB": "uzstat-2024", "KAZ": "kazstat-2023y", "WLD": "x"}


@pytest.fixture(scope="module")
def pair() -> Callable[..., tuple[Series, Series]]:
    """Both series of UZB with KAZ from {(reporter, year): (export, import)} in millions of dollars."""
    sources, bases = tables.read("sources"), tables.read("bases")
    row = tables.read("trade").query("source == 'uzstat-2024'").iloc[0].to_dict()

    def made(values: Values, need: str = "any") -> tuple[Series, Series]:
        rows = [
            row
            | {"reporter": who, "partner": "KAZ" if who == "UZB" else "UZB", "source": OFFICES[who]}
            | {"year": year, "period_start": f"{year}-01-01", "period_end": f"{year}-12-31"}
            | {"flow": flow, "value_usd": amount * 1e6}
            for (who, year), amounts in values.items()
            for flow, amount in zip(("export", "import"), amounts, strict=True)
        ]
        frame = pd.DataFrame(rows, columns=list(row))
        asked = {"start": START, "end": END, "need": need}
        one = select(frame, sources, bases, reporter="UZB", partner="KAZ", **asked)
        return one, select(frame, sources, bases, reporter="KAZ", partner="UZB", **asked)

    return made


def both(pair: Callable, values: Values) -> tuple[tuple[Series, Series], tuple[Series, Series]]:
    return pair(values, "ends"), pair(values, "any")


def said(shown) -> str:
    block = shown.block()
    assert blocks.check(block) == []
    return (block.get("text") or block["title"]).replace("\xa0", " ").replace("\u202f", " ")


class TestGrowth:
    def test_rise(self, pair: Callable) -> None:
        ends, _ = both(pair, {("UZB", 2016): (400, 600), ("UZB", 2023): (900, 1100)})
        assert said(bilateral.lead(*ends)) == (
            "Uzbekistan reports that its trade with Kazakhstan (goods and services) rose from USD 1 billion in 2016 to"
            " USD 2 billion in 2023: 2.00 times the level, 10.4% a year over 7 years, in current US dollars."
        )

    def test_fall(self, pair: Callable) -> None:
        ends, years = both(pair, {("UZB", 2016): (400, 600), ("UZB", 2023): (200, 300)})
        assert "fell from USD 1 billion in 2016 to USD 500 million" in said(bilateral.lead(*ends))
        told = bilateral.told_by(ends, years)
        assert "turnover fell by 9.4% a year" in said(bilateral.growth_rate(told, None, ()))
        assert said(bilateral.growth_table(ends, ())).startswith(
            "Uzbekistan’s exports to Kazakhstan fell by USD 200 million"
        )

    def test_flat(self, pair: Callable) -> None:
        ends, years = both(pair, {("UZB", 2016): (400, 600), ("UZB", 2023): (600, 400)})
        assert "stayed level from USD 1 billion" in said(bilateral.lead(*ends))
        rate = bilateral.growth_rate(bilateral.told_by(ends, years), None, ())
        assert "turnover stayed level, changing by 0.0% a year" in said(rate)

    def test_small_base_gives_no_rate(self, pair: Callable) -> None:
        ends, years = both(pair, {("UZB", 2016): (1, 2), ("UZB", 2023): (900, 1100)})
        assert "the base is too small for a rate" in said(bilateral.lead(*ends))
        assert "SMALL_BASE" in bilateral.lead(*ends).flags
        rate = bilateral.growth_rate(bilateral.told_by(ends, years), None, ())
        assert said(rate) == "No rate a year can be given: the base is too small."
        note = bilateral.growth_table(ends, ()).block()["note"].replace("\xa0", " ")
        assert "the base of 2016 is under USD 10 million: only the absolute change is given" in note

    def test_higher_year_between(self, pair: Callable) -> None:
        values = {("UZB", 2016): (400, 600), ("UZB", 2020): (2000, 1000), ("UZB", 2023): (900, 1100)}
        ends, years = both(pair, values)
        told = said(bilateral.highest(bilateral.told_by(ends, years)))
        assert told.startswith(
            "The two ends hide a year between them: in 2020 turnover stood at USD 3 billion"
        )

    def test_balance_changes_its_sign(self, pair: Callable) -> None:
        ends, years = both(pair, {("UZB", 2016): (400, 600), ("UZB", 2023): (900, 600)})
        assert said(bilateral.balance(bilateral.told_by(ends, years))) == (
            "Uzbekistan reports a surplus of USD 300 million with Kazakhstan for 2023, against a deficit of USD 200"
            " million for 2016."
        )

    def test_rerouting_is_flagged_on_the_lead(self, pair: Callable) -> None:
        ends, _ = both(pair, {("UZB", 2016): (400, 600), ("UZB", 2023): (900, 1100)})
        assert "REROUTE_2022" in bilateral.lead(*ends, ["KAZ"]).flags
        assert "REROUTE_2022" not in bilateral.lead(*ends, ["CHN"]).flags


class TestSilence:
    def test_only_the_partner_reports(self, pair: Callable) -> None:
        ends, years = both(pair, {("KAZ", 2016): (400, 600), ("KAZ", 2023): (900, 1100)})
        assert said(bilateral.lead(*ends)).startswith(
            "No report of Uzbekistan covers both ends; Kazakhstan reports that its trade with Uzbekistan"
        )
        told = bilateral.told_by(ends, years)
        assert told.reporter == "KAZ"
        assert said(bilateral.turnover_now(told, years)).endswith(
            "the series of Uzbekistan has no turnover for that year."
        )
        assert said(bilateral.levels(*years)) == (
            "Kazakhstan records trade of USD 2 billion with Uzbekistan in 2023"
        )

    def test_last_year_only(self, pair: Callable) -> None:
        ends, years = both(pair, {("UZB", 2020): (400, 600), ("UZB", 2023): (900, 1100)})
        now = bilateral.turnover_now(bilateral.told_by(ends, years), years)
        assert now.defined and now.change == "Current US dollars" and not bilateral.lead(*ends).defined

    def test_long_reason_is_said_once(self, pair: Callable) -> None:
        ends, years = both(pair, {})
        told, compared = bilateral.told_by(ends, years), trade.mirror(*years)
        assert "the table of trade" in said(bilateral.lead(*ends))
        later = [
            bilateral.turnover_now(told, years),
            bilateral.highest(told),
            bilateral.balance(told),
            bilateral.growth_rate(told, None, ()),
            bilateral.gap(compared),
            bilateral.silences(compared),
            bilateral.levels(*years),
            bilateral.growth_table(ends, ()),
            bilateral.rules(years[0], id="rule-reporter"),
        ]
        assert all("the table of trade" not in said(each) and len(said(each)) < 110 for each in later)
        assert len({said(each) for each in later}) == len(later)


MIRRORED: Values = {("UZB", 2016): (100, 50), ("KAZ", 2016): (60, 80), ("UZB", 2017): (100, 50)}


class TestMirror:
    def test_gap_is_said_with_both_figures(self, pair: Callable) -> None:
        compared = trade.mirror(*pair(MIRRORED))
        assert said(bilateral.gap(compared)) == (
            "For 2016, Uzbekistan reports USD 100 million of exports to Kazakhstan; Kazakhstan reports less,"
            " USD 80 million of imports from there: a gap of 22.2% of their mean."
        )

    def test_title_and_word_follow_the_sign(self, pair: Callable) -> None:
        compared = trade.mirror(*pair(MIRRORED))
        title = said(bilateral.mirror(compared, "UZB", "KAZ", range(START, END + 1)))
        assert title == (
            "In 2016, Kazakhstan’s imports from Uzbekistan lie below the exports reported there, by 22.2% of the"
            " mean; the other way, below by 18.2%"
        )

    def test_silent_side_is_named_once(self, pair: Callable) -> None:
        told = said(bilateral.silences(trade.mirror(*pair(MIRRORED))))
        assert told == (
            "Not compared: the series of Kazakhstan has neither exports to nor imports from Uzbekistan in 2017–2023 and"
            " the series of Uzbekistan has neither exports to nor imports from Kazakhstan in 2018–2023."
        )

    def test_small_sums_are_in_millions(self, pair: Callable) -> None:
        shown = bilateral.mirror(trade.mirror(*pair(MIRRORED)), "UZB", "KAZ", range(START, END + 1))
        assert [column["label"] for column in shown.block()["table"]["columns"]][2] == "Exporter, USD mn"


class TestWeight:
    def test_world_has_no_share_and_no_rank(self) -> None:
        flows, sources, bases = map(tables.read, ("trade", "sources", "bases"))
        ask = {"start": START, "end": END}
        ours = select(flows, sources, bases, reporter="UZB", partner="WLD", need="any", **ask)
        assert said(bilateral.share(flows, ours)).startswith("The world is all of Uzbekistan’s trade")
        shares = trade.partner_shares(flows, sources, bases, reporter="UZB", **ask)
        assert "the world is no partner among others" in said(bilateral.partners(shares, "WLD"))

    def test_share_of_the_last_year_alone(self) -> None:
        flows, sources, bases = map(tables.read, ("trade", "sources", "bases"))
        ours = select(flows, sources, bases, reporter="KAZ", partner="RUS", need="any", start=START, end=END)
        found = bilateral.share(flows, ours)
        assert found.role == "key" and said(found).endswith("that of 2016 is not reported.")

    def test_a_share_that_moved_by_less_than_half_a_point_hardly_changed(self) -> None:
        flows, sources, bases = map(tables.read, ("trade", "sources", "bases"))
        ask = {"reporter": "KAZ", "need": "any", "end": END}
        russia = select(flows, sources, bases, partner="RUS", start=2018, **ask)
        assert said(bilateral.share(flows, russia)).endswith(
            "hardly changed: from 19.5% in 2018 to 19.4% in 2023."
        )
        later = select(flows, sources, bases, partner="RUS", start=2021, **ask)
        assert " fell from " in said(bilateral.share(flows, later))

    def test_output_starts_where_both_are_known(self) -> None:
        flows, sources, bases, macro = map(tables.read, ("trade", "sources", "bases", "macro"))
        ours = select(flows, sources, bases, reporter="KAZ", partner="RUS", need="any", start=START, end=END)
        assert said(bilateral.weights(flows, macro, ours, "gdp_current_usd")).endswith("2018–2023")


def test_one_choice_of_figures_is_no_table() -> None:
    flows, sources, bases = map(tables.read, ("trade", "sources", "bases"))
    matrix = trade.ratio_matrix(flows, sources, bases, reporter="UZB", partner="TJK", start=2010, end=2011)
    assert said(bilateral.ratios(matrix)).startswith("Only one figure can be chosen for each end")
