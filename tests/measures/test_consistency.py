import pandas as pd
import pytest
from trade_tables import BASES, SOURCES, pair, trade

from analysis.measures import trade as measures

MN = 1e6
ROWS = trade(*pair("AAA", "BBB", "a-2024", {2020: (12 * MN, 20 * MN), 2022: (30 * MN, 34 * MN)}))


class TestConsistency:
    def test_worked_example(self) -> None:
        found = measures.component_consistency((60, 0.2), (40, -0.2), (100, 0.0), unit=1, rate_unit=0.01)
        assert (found.previous.value, found.implied_growth.value) == (pytest.approx(100), pytest.approx(0))
        assert found.sum_fits and found.growth_fits

    def test_figures_of_different_sources_do_not_fit(self) -> None:
        found = measures.component_consistency((60, 0.2), (40, -0.2), (110, 0.3), unit=1, rate_unit=0.01)
        assert (found.sum_difference.value, found.sum_fits, found.growth_fits) == (-10, False, False)

    def test_a_flow_that_vanished_leaves_no_year_before(self) -> None:
        found = measures.component_consistency((0, -1.0), (40, 0.1), (40, 0.1), unit=1)
        assert found.sum_fits is None and "no year before" in found.previous.reason


class TestRatioMatrix:
    def matrix(self, frame: pd.DataFrame, **asked) -> measures.RatioMatrix:
        defaults = {"reporter": "AAA", "partner": "BBB", "start": 2020, "end": 2022, "known_by": "2026-11-22"}
        return measures.ratio_matrix(frame, SOURCES, BASES, **defaults | asked)

    def test_every_pair_of_figures_with_what_makes_it_a_mixture(self) -> None:
        frame = pd.concat(
            [
                ROWS,
                trade(("AAA", "BBB", 2022, "turnover", 70 * MN, "press-1"), is_approximate=True),
                trade(*pair("BBB", "AAA", "b-2024", {2022: (40 * MN, 40 * MN)})),
                trade(("AAA", "BBB", 2022, "turnover", 999 * MN, "press-2"), is_partial_year=True),
            ]
        )
        found = self.matrix(frame)
        assert found.frame["ratio"].tolist() == [2.0, 70 / 32, 2.5]
        assert found.frame["is_like"].tolist() == [True, False, False]
        assert found.frame["flags"].tolist() == [
            (),
            ("MIXED_OFFICE", "MIXED_KIND", "APPROXIMATE"),
            ("MIXED_REPORTER", "MIXED_OFFICE"),
        ]
        assert (found.lowest.value, found.highest.value, found.highest_like.value) == (2.0, 2.5, 2.0)

    def test_another_release_or_another_coverage_is_told_apart_from_another_office(self) -> None:
        services = pair("AAA", "BBB", "a-2024", {2022: (50 * MN, 60 * MN)}, "goods-and-services")
        later = pair("AAA", "BBB", "a-2023", {2022: (50 * MN, 55 * MN)})
        found = self.matrix(pd.concat([ROWS, trade(*later, *services)]))
        assert found.frame["flags"].tolist() == [(), ("VINTAGE_MIX",), ("MIXED_DEFINITION",)]

    def test_the_partners_import_is_a_reading_of_the_export(self) -> None:
        frame = pd.concat([ROWS, trade(*pair("BBB", "AAA", "b-2024", {2022: (1, 60 * MN)}))])
        assert self.matrix(frame, flow="export").frame["ratio"].tolist() == [2.5, 5.0]
        assert self.matrix(frame, flow="export", reporters=["AAA"]).frame["ratio"].tolist() == [2.5]

    def test_nothing_to_compare(self) -> None:
        found = self.matrix(ROWS, start=2010)
        assert found.reason == "no figure of turnover between AAA and BBB for 2010 can be used"
        assert not found.lowest.defined
