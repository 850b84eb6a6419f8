import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trade_tables import BASES, SOURCES, pair, trade

from analysis.errors import UsageError
from analysis.measures import growth
from analysis.measures import trade as measures
from analysis.measures.series import Series

MN = 1e6


def select(frame: pd.DataFrame, reporter: str = "AAA", partner: str = "BBB", **asked) -> Series:
    defaults = {"start": 2020, "end": 2022, "known_by": "2026-11-22"}
    return measures.select(frame, SOURCES, BASES, reporter=reporter, partner=partner, **defaults | asked)


ROWS = trade(
    *pair(
        "AAA", "BBB", "a-2024", {2020: (12 * MN, 20 * MN), 2021: (40 * MN, 30 * MN), 2022: (30 * MN, 34 * MN)}
    ),
    *pair("AAA", "WLD", "a-2024", {2020: (200 * MN, 120 * MN), 2022: (300 * MN, 340 * MN)}),
)
OURS = select(ROWS)


class TestLevels:
    def test_turnover_balance_and_normalised_balance(self) -> None:
        assert measures.turnover(OURS, 2020).value == 32 * MN
        assert measures.balance(OURS, 2020).value == -8 * MN
        assert measures.normalised_balance(OURS, 2020).value == -0.25

    def test_the_bias_of_the_balance_is_noted_unless_both_flows_are_valued_alike(self) -> None:
        assert measures.balance(OURS, 2020).notes == ("imports usually include freight, exports do not",)
        assert measures.balance(select(ROWS.assign(valuation="fob")), 2020).notes == ()

    def test_a_level_carries_exactly_its_own_rows_and_caveats(self) -> None:
        frame = ROWS.copy()
        frame.loc[(frame["year"] == 2021) & (frame["flow"] == "import"), "is_preliminary"] = True
        ours = select(frame)
        assert measures.turnover(ours, 2020).flags == ()
        assert measures.turnover(ours, 2021).flags == ("PRELIMINARY",)
        assert measures.level(ours, 2021, "export").flags == ()
        assert measures.turnover(ours, 2021).rows == (ours.rows["export", 2021], ours.rows["import", 2021])

    def test_missing_is_not_zero(self) -> None:
        frame = trade(
            *pair("AAA", "BBB", "a-2024", {2020: (1, 2)}), ("AAA", "BBB", 2021, "export", 3, "a-2024")
        )
        ours = select(frame, end=2021, need="any")
        assert measures.turnover(ours, 2021).reason == "the series of AAA has no imports from BBB in 2021"
        assert measures.level(ours, 2021, "export").value == 3
        assert (
            measures.turnover(ours, 2022).reason
            == "the series of AAA has no exports to or imports from BBB in 2022"
        )

    def test_a_printed_zero_is_a_zero(self) -> None:
        ours = select(trade(*pair("AAA", "BBB", "a-2024", {2020: (0, 0)})), end=2020)
        assert measures.turnover(ours, 2020).value == 0
        assert measures.normalised_balance(ours, 2020).reason == "turnover is zero"

    def test_the_refusal_of_a_selection_reaches_every_measure(self) -> None:
        gone = select(ROWS, partner="CCC")
        for found in (
            measures.turnover(gone, 2020),
            measures.cagr(gone, 2020, 2022),
            measures.trend_growth(gone),
            measures.volatility(gone),
            measures.highest_between(gone, 2020, 2022),
            measures.trade_share(ROWS, gone, 2020),
        ):
            assert found.reason == gone.absence
        early = select(ROWS, start=2018)
        assert early.reason.startswith(f"{early.absence}; data/trade.csv"), (
            "the advice is for the one who asked"
        )

    def test_balances_by_year(self) -> None:
        frame = measures.balances(OURS)
        assert frame.loc[2021, "balance"] == 10 * MN
        assert frame["normalised_balance"].between(-1, 1).all()

    def test_an_unknown_flow(self) -> None:
        with pytest.raises(UsageError, match="did you mean 'export'"):
            measures.level(OURS, 2020, "exports")


class TestGrowth:
    def test_rates_between_two_years(self) -> None:
        assert measures.percentage_growth(OURS, 2020, 2022).value == 1.0
        assert measures.cagr(OURS, 2020, 2022).value == pytest.approx(2**0.5 - 1)
        assert measures.fold_change(OURS, 2020, 2022).value == 2
        assert measures.absolute_change(OURS, 2020, 2022).value == 32 * MN
        peak = measures.highest_between(OURS, 2020, 2022)
        assert (peak.start, peak.value, len(peak.rows)) == (2021, 70 * MN, 2)
        assert measures.trend_growth(OURS).reporter == "AAA"

    def test_constant_dollars_of_the_first_year(self) -> None:
        prices = pd.Series([100.0, 125.0], index=[2020, 2022])
        real = measures.fold_change(OURS, 2020, 2022, deflator=prices)
        assert (real.value, real.price_basis) == (1.6, "constant-2020")
        assert measures.fold_change(OURS, 2020, 2022).price_basis == "current"
        assert (
            measures.cagr(OURS, 2020, 2022, deflator=prices.iloc[:1]).reason
            == "the deflator has no value for 2022"
        )

    def test_a_window_that_crosses_2022_is_flagged_for_the_countries_given(self) -> None:
        assert "REROUTE_2022" in measures.cagr(OURS, 2021, 2022, rerouted={"BBB"}).flags
        assert "REROUTE_2022" in measures.cagr(OURS, 2021, 2022, rerouted=["AAA"]).flags
        assert measures.cagr(OURS, 2021, 2022, rerouted={"CCC"}).flags == ()
        assert measures.cagr(OURS, 2020, 2021, rerouted={"BBB"}).flags == ()

    def test_a_small_base_makes_no_rate(self) -> None:
        small = select(ROWS.assign(value_usd=ROWS["value_usd"] / 4))
        for measure in (measures.percentage_growth, measures.cagr):
            found = measure(small, 2020, 2022)
            assert found.flags == ("SMALL_BASE",) and "under 10,000,000 dollars" in found.reason
        assert measures.absolute_change(small, 2020, 2022).value == 8 * MN
        assert measures.fold_change(small, 2020, 2022).flags == ("SMALL_BASE",)

    @pytest.mark.parametrize(
        ("last", "is_open"),
        [(2_030 * MN, True), (2_000 * MN, True), (2_600 * MN, False), (1_500 * MN, False)],
    )
    def test_rounding_that_could_undo_a_doubling_is_flagged(self, last: float, is_open: bool) -> None:
        rows = [
            ("AAA", "BBB", year, "turnover", value, "a-2024")
            for year, value in ((2020, 1_010 * MN), (2022, last))
        ]
        asked = {"flows": ("turnover",), "need": "ends"}
        rounded, exact = (
            measures.fold_change(select(trade(*rows, is_approximate=mark), **asked), 2020, 2022)
            for mark in (True, False)
        )
        assert ("ROUNDING" in rounded.flags) is is_open
        assert "ROUNDING" not in exact.flags

    def test_two_vintages_in_one_rate_are_flagged(self) -> None:
        frame = trade(
            *pair("AAA", "BBB", "a-2023", {2020: (12 * MN, 20 * MN), 2021: (40 * MN, 30 * MN)}),
            *pair("AAA", "BBB", "a-2024", {2021: (40 * MN, 30 * MN), 2022: (30 * MN, 34 * MN)}),
        )
        chain = select(frame)
        assert measures.cagr(chain, 2020, 2022).flags == ("VINTAGE",)
        assert measures.cagr(chain, 2021, 2022).flags == ()

    def test_a_growth_is_that_of_its_levels(self) -> None:
        direct = growth.cagr(measures.turnover(OURS, 2020), measures.turnover(OURS, 2022))
        assert measures.cagr(OURS, 2020, 2022).value == direct.value


class TestMirror:
    THEIRS = trade(*pair("BBB", "AAA", "b-2024", {2020: (25 * MN, 15 * MN), 2021: (10 * MN, 44 * MN)}))

    def mirror(self, theirs: pd.DataFrame, **asked) -> measures.Mirror:
        return measures.mirror(OURS, select(theirs, "BBB", "AAA", need="any", **asked))

    def test_worked_example(self) -> None:
        ours = select(trade(*pair("AAA", "BBB", "a-2024", {2020: (80, 1)})), end=2020)
        theirs = select(trade(*pair("BBB", "AAA", "b-2024", {2020: (1, 100)})), "BBB", "AAA", end=2020)
        found = measures.mirror(ours, theirs)
        assert found.difference(2020, "AAA").value == 20
        assert found.ratio(2020, "AAA").value == 1.25
        assert found.gap(2020, "AAA").value == pytest.approx(2 * 0.111, abs=5e-4)
        assert found.fob_gap(2020, "AAA").value == pytest.approx(14.34, abs=5e-3)
        assert found.flags == ()

    def test_an_import_at_the_exporters_border_is_not_discounted(self) -> None:
        assert self.mirror(self.THEIRS.assign(valuation="fob")).fob_gap(2020, "AAA").value == 3 * MN

    def test_each_direction_and_year_with_its_two_rows(self) -> None:
        found = self.mirror(self.THEIRS)
        assert found.frame[["year", "exporter", "export", "import"]].values.tolist() == [
            [2020, "AAA", 12 * MN, 15 * MN],
            [2020, "BBB", 25 * MN, 20 * MN],
            [2021, "AAA", 40 * MN, 44 * MN],
            [2021, "BBB", 10 * MN, 30 * MN],
        ]
        assert [row.split("/")[0] for row in found.gap(2020, "BBB").rows] == ["trade:BBB", "trade:AAA"]

    def test_ratios_outside_the_bounds_are_flagged(self) -> None:
        found = self.mirror(self.THEIRS)
        assert found.frame["is_flagged"].tolist() == [False, False, False, True]
        assert "MIRROR" in found.flags
        assert "MIRROR" in found.ratio(2021, "BBB").flags and "MIRROR" not in found.ratio(2021, "AAA").flags

    def test_years_with_one_side_missing_are_named(self) -> None:
        found = self.mirror(self.THEIRS)
        assert found.silences() == (
            "the series of BBB has no reported imports from AAA in 2022",
            "the series of BBB has no reported exports to AAA in 2022",
        )
        assert found.gap(2022, "AAA").reason == (
            "the series of BBB has no reported exports from AAA to BBB in 2022"
        )
        assert "outside the comparison" in found.gap(2030, "AAA").reason

    def test_other_coverage_is_footnoted(self) -> None:
        found = self.mirror(self.THEIRS.assign(coverage="goods-and-services"))
        assert "MIXED_DEFINITION" in found.flags and found.notes == ("AAA: goods; BBB: goods-and-services",)
        assert "MIXED_DEFINITION" in found.gap(2020, "AAA").flags

    def test_circular_comparisons_are_refused(self) -> None:
        circular = trade(*pair("BBB", "AAA", "world-2021", {2020: (1, 2), 2021: (3, 4)}))
        assert self.mirror(circular, basis="reconciled").reason.endswith("no independent report: circular")
        derived = self.THEIRS.assign(is_partner_derived=True)
        assert "figures derived from partners" in self.mirror(derived).reason
        estimated = self.mirror(self.THEIRS.assign(is_estimate=True))
        assert estimated.frame.empty and len(estimated.missing) == 6

    def test_only_the_two_sides_of_one_pair(self) -> None:
        with pytest.raises(UsageError, match="two sides of one pair"):
            measures.mirror(OURS, OURS)

    def test_a_zero_export_has_no_ratio_but_a_gap(self) -> None:
        ours = select(trade(*pair("AAA", "BBB", "a-2024", {2020: (0, 1)})), end=2020)
        found = measures.mirror(ours, select(self.THEIRS, "BBB", "AAA", end=2020))
        assert found.ratio(2020, "AAA").reason == "the figure it is divided by is zero"
        assert found.gap(2020, "AAA").value == 2

    @settings(max_examples=20)
    @given(st.floats(1, 1e9), st.floats(1, 1e9))
    def test_the_gap_is_bounded_and_says_what_the_ratio_says(self, x: float, m: float) -> None:
        ours = select(trade(("AAA", "BBB", 2020, "export", x, "a-2024")), end=2020, flows=("export",))
        theirs = select(
            trade(("BBB", "AAA", 2020, "import", m, "b-2024")), "BBB", "AAA", end=2020, flows=("import",)
        )
        found = measures.mirror(ours, theirs)
        gap, ratio = found.gap(2020, "AAA").value, found.ratio(2020, "AAA").value
        assert -2 <= gap <= 2
        assert gap == pytest.approx(2 * (ratio - 1) / (ratio + 1), abs=1e-9)


class TestShares:
    def test_share_from_the_same_release_and_period(self) -> None:
        assert measures.trade_share(ROWS, OURS, 2020).value == 0.1
        found = measures.trade_share(ROWS, OURS, 2022)
        assert found.value == 0.1 and len(found.rows) == 4 and found.partner == "BBB"
        assert (
            "no export and no import of AAA with the world in 2021"
            in measures.trade_share(ROWS, OURS, 2021).reason
        )
        other = ROWS.copy()
        other.loc[other["partner"] == "WLD", "source"] = "a-2023"
        assert not measures.trade_share(other, OURS, 2020).defined

    def test_partners_of_two_years_with_the_rest(self) -> None:
        frame = pd.concat([ROWS, trade(*pair("AAA", "CCC", "a-2024", {2020: (16 * MN, 0)}))])
        found = measures.partner_shares(frame, SOURCES, BASES, reporter="AAA", start=2020, end=2022)
        assert found.frame.loc["BBB", ["share_start", "share_end", "change"]].tolist() == [0.1, 0.1, 0]
        assert found.frame.loc["CCC", "share_start"] == 0.05 and pd.isna(found.frame.loc["CCC", "share_end"])
        assert (found.unnamed_start.value, found.unnamed_end.value) == (pytest.approx(0.85), 0.9)
        assert found.unnamed_end.flags == ("NES",) and found.sources == ("a-2024",)

    def test_partners_above_the_total_and_totals_missing(self) -> None:
        frame = pd.concat([ROWS, trade(*pair("AAA", "CCC", "a-2024", {2020: (500 * MN, 0)}))])
        found = measures.partner_shares(frame, SOURCES, BASES, reporter="AAA", start=2020, end=2022)
        assert "more than its total" in found.unnamed_start.reason
        assert measures.partner_shares(ROWS, SOURCES, BASES, reporter="AAA", start=2020, end=2021).reason

    @settings(max_examples=15)
    @given(st.lists(st.floats(1, 1e6), min_size=1, max_size=5), st.floats(0, 1e6))
    def test_shares_sum_to_one(self, values: list[float], rest: float) -> None:
        total = sum(values) + rest
        rows = [("AAA", f"P{i}", 2020, "export", value, "a-2024") for i, value in enumerate(values)]
        frame = trade(*rows, ("AAA", "WLD", 2020, "export", total, "a-2024"))
        found = measures.partner_shares(
            frame, SOURCES, BASES, reporter="AAA", start=2020, end=2020, flow="export"
        )
        assert found.frame["share_start"].sum() + found.unnamed_start.value == pytest.approx(1)

    def test_trade_to_gdp_stays_inside_one_source(self) -> None:
        macro = pd.DataFrame(
            [("AAA", 2020, "gdp", 640 * MN, "old"), ("AAA", 2022, "gdp", 1000 * MN, "new")],
            columns=["country", "year", "indicator", "value", "source"],
        )
        assert measures.trade_to_gdp(OURS, macro, 2020, indicator="gdp").value == 0.05
        crossing = measures.trade_to_gdp_change(OURS, macro, 2020, 2022, indicator="gdp")
        assert crossing.reason == "no one source gives gdp of AAA for 2020 and 2022"
        both = pd.concat([macro, macro.assign(source="both", value=[320 * MN, 640 * MN])])
        change = measures.trade_to_gdp_change(OURS, both, 2020, 2022, indicator="gdp")
        assert (change.value, change.unit) == (0.0, "points") and change.sources == ("a-2024", "both")
        assert measures.trade_to_gdp(OURS, macro, 2021, indicator="gdp").reason.startswith(
            "data/macro.csv has no gdp"
        )


SHARES = {"a": 0.5, "b": 0.3, "c": 0.2}


class TestConcentration:
    def test_forms(self) -> None:
        forms = {form: measures.hhi(SHARES, form=form, n=3).value for form in ("plain", "linear", "sqrt")}
        assert forms == pytest.approx({"plain": 0.38, "linear": 0.07, "sqrt": 0.0925}, abs=5e-5)
        assert measures.effective_number(SHARES).value == pytest.approx(2.63, abs=5e-3)

    def test_refusals(self) -> None:
        assert "negative" in measures.hhi({"a": 1.2, "b": -0.2}).reason
        assert "no share is known for b" in measures.hhi({"a": 1.0, "b": None}).reason
        assert "only bounds" in measures.hhi({"a": 0.5}).reason
        assert "no range" in measures.hhi({"a": 1.0}, form="linear", n=1).reason
        assert "number of possible parts" in measures.hhi({"a": 1.0}, form="sqrt").reason
        with pytest.raises(UsageError, match="form"):
            measures.hhi({"a": 1.0}, form="squared")

    def test_bounds_with_a_residual(self) -> None:
        low, high = measures.hhi_bounds({"a": 0.5, "b": 0.3})
        assert (low.value, high.value) == (pytest.approx(0.34), pytest.approx(0.58))
        assert high.flags == ("NES",)
        assert measures.hhi_bounds({"a": 0.5, "b": 0.3}, residual_may_be_named=False)[
            1
        ].value == pytest.approx(0.38)
        assert "more than one" in measures.hhi_bounds({"a": 0.9, "b": 0.3})[0].reason

    @given(st.lists(st.floats(0.01, 1), min_size=2, max_size=8))
    def test_the_index_lies_between_even_and_one(self, sizes: list[float]) -> None:
        shares = {str(place): size / sum(sizes) for place, size in enumerate(sizes)}
        assert 1 / len(sizes) - 1e-9 <= measures.hhi(shares).value <= 1
        assert -1e-9 <= measures.hhi(shares, form="linear", n=len(sizes)).value <= 1 + 1e-9


class TestIntensity:
    ROWS = trade(
        ("AAA", "BBB", 2019, "export", 6, "world-2021"),
        ("AAA", "WLD", 2019, "export", 90, "world-2021"),
        ("WLD", "BBB", 2019, "export", 20, "world-2021"),
        ("WLD", "WLD", 2019, "export", 1500, "world-2021"),
        ("AAA", "WLD", 2019, "import", 100, "world-2021"),
    )

    def intensity(self, rows: pd.DataFrame, **asked) -> measures.Intensity:
        return measures.trade_intensity(
            rows, SOURCES, BASES, **{"reporter": "AAA", "partner": "BBB", "year": 2019} | asked
        )

    def test_worked_examples(self) -> None:
        plain = self.intensity(self.ROWS)
        assert plain.index.value == pytest.approx(5.0)
        assert (plain.numerator.value, plain.denominator.value) == (
            pytest.approx(1 / 15),
            pytest.approx(1 / 75),
        )
        assert len(plain.index.rows) == 4 and plain.index.basis == "reconciled"
        kojima = self.intensity(self.ROWS, form="kojima")
        assert (
            kojima.index.value == pytest.approx(4.67, abs=5e-3) and kojima.index.method == "kojima_intensity"
        )

    def test_never_across_releases(self) -> None:
        split = self.ROWS.copy()
        split.loc[split["partner"] == "BBB", "source"] = "a-2024"
        found = self.intensity(split).index
        assert (
            found.reason
            == "no one release holds all figures of 2019; world-2021 lacks export AAA to BBB, export WLD to BBB"
        )
        assert "no release holds world totals" in self.intensity(self.ROWS, basis="national").index.reason
        assert not self.intensity(self.ROWS, known_by="2021-12-30").index.defined

    def test_a_tiny_partner_is_flagged_and_an_empty_one_refused(self) -> None:
        tiny = self.ROWS.copy()
        tiny.loc[tiny["reporter"].eq("WLD") & tiny["partner"].eq("BBB"), "value_usd"] = 1
        assert self.intensity(tiny).index.flags == ("SMALL_WORLD_SHARE",)
        tiny.loc[tiny["reporter"].eq("WLD") & tiny["partner"].eq("BBB"), "value_usd"] = 0
        assert self.intensity(tiny).index.reason == "the partner has no part in world trade"


class TestBlocTrade:
    def rows(self, names: str) -> pd.DataFrame:
        inner = [(a, b, 2019, "export", 5, "world-2021") for a in names for b in names if a != b]
        totals = [(a, "WLD", 2019, flow, 50, "world-2021") for a in names for flow in ("export", "import")]
        return trade(*inner, *totals, ("WLD", "WLD", 2019, "export", 50 * 2 * len(names) * 25, "world-2021"))

    def test_share_and_intensity(self) -> None:
        found = measures.bloc_trade(self.rows("ABC"), SOURCES, BASES, members="ABC", year=2019)
        assert found.share.value == pytest.approx(60 / 300)  # 6 flows of 5, seen as exports and as imports
        assert found.world_share.value == pytest.approx(300 / 15000)
        assert found.intensity.value == pytest.approx(10)
        assert 0 <= found.share.value <= 1 and len(found.share.rows) == 6 + 6

    def test_a_few_absent_flows_are_named_many_refuse(self) -> None:
        rows = self.rows("ABCD")
        hole = rows[~(rows["reporter"].eq("A") & rows["partner"].eq("B"))]
        found = measures.bloc_trade(hole, SOURCES, BASES, members="ABCD", year=2019)
        assert found.absent_pairs == (("A", "B"),) and found.share.flags == ("COVERAGE",)
        holes = hole[~(hole["reporter"].eq("B") & hole["partner"].eq("A"))]
        refused = measures.bloc_trade(holes, SOURCES, BASES, members="ABCD", year=2019)
        assert "2 of 12 flows: A to B, B to A" in refused.share.reason and not refused.intensity.defined

    def test_members_and_years_that_are_not_covered(self) -> None:
        rows = self.rows("ABC")
        outside = measures.bloc_trade(rows, SOURCES, BASES, members="ABX", year=2019).share.reason
        assert outside.endswith("world-2021 lacks export X to WLD, import X from WLD")
        assert "for 2018" in measures.bloc_trade(rows, SOURCES, BASES, members="ABC", year=2018).share.reason
        assert "two members" in measures.bloc_trade(rows, SOURCES, BASES, members="A", year=2019).share.reason
