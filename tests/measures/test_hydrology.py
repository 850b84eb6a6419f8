"""Water on small tables: ratios from their parts, sectors, old reports, places in a basin."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.measures import hydrology

COLUMNS = ["country", "indicator", "period", "value", "unit", "is_carried_forward", "source"]


def table(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame([(*row, "km3-per-year", False, "s")[:7] for row in rows], columns=COLUMNS)


def parts(external: float, reserved: float, internal: float) -> pd.DataFrame:
    return table(
        ("AAA", "external_renewable_water_resources", hydrology.AVERAGE, external),
        ("AAA", "surface_water_outflow_reserved_by_treaty", hydrology.AVERAGE, reserved),
        ("AAA", "internal_renewable_water_resources", hydrology.AVERAGE, internal),
    )


class TestDependency:
    def test_what_is_reserved_for_neighbours_is_inflow_too(self) -> None:
        found = hydrology.dependency(parts(-41.55, 54.86, 63.46), "AAA")
        assert found.ratio.value == pytest.approx(0.1734, abs=5e-5) and found.inflow.value == pytest.approx(
            13.31
        )

    def test_a_missing_part_is_named_and_nothing_is_guessed(self) -> None:
        found = hydrology.dependency(parts(1, 1, 1).iloc[:2], "AAA")
        assert not found.ratio.defined and "AAA" in found.ratio.reason
        assert hydrology.agrees(found) is None

    def test_no_water_at_all_is_no_ratio(self) -> None:
        assert not hydrology.dependency(parts(0, 0, 0), "AAA").ratio.defined

    @pytest.mark.parametrize(("published", "agrees"), [(0.5, True), (0.51, False)])
    def test_agrees_with_the_published_ratio(self, published: float, agrees: bool) -> None:
        row = pd.DataFrame(
            [("AAA", "dependency_ratio", hydrology.AVERAGE, published, "share", False, "s")], columns=COLUMNS
        )
        assert hydrology.agrees(hydrology.dependency(pd.concat([parts(1, 0, 1), row]), "AAA")) is agrees


class TestWithdrawals:
    TABLE = table(*(("AAA", sector, year, value) for year in ("2018", "2022")
                    for sector, value in zip(hydrology.SECTORS, (8.0, 1.0, 1.0), strict=True)))  # fmt: skip

    def test_shares_sum_to_one(self) -> None:
        found = hydrology.withdrawals(self.TABLE, "AAA", 2022)
        assert sum(share.value for share in found.shares.values()) == pytest.approx(1)
        assert found.total.value == 10

    def test_the_newest_year_that_has_all_sectors(self) -> None:
        holed = self.TABLE.drop(index=5)
        assert hydrology.latest_year(self.TABLE, hydrology.SECTORS, 2030) == 2022
        assert hydrology.latest_year(holed, hydrology.SECTORS, 2030) == 2018
        assert hydrology.latest_year(self.TABLE, hydrology.SECTORS, 2017) is None
        assert not hydrology.withdrawals(holed, "AAA", 2022).total.defined

    def test_an_old_report_is_flagged(self) -> None:
        old = self.TABLE.assign(is_carried_forward=True)
        assert hydrology.cell(old, "AAA", hydrology.SECTORS[0], "2022").flags == ("CARRIED_FORWARD",)


def test_upstream_on_one_river_is_upstream() -> None:
    rows = [("r", "Sea", "A", "upstream"), ("s", "Sea", "A", "downstream"), ("r", "Sea", "B", "midstream"),
            ("q", "Lake", "C", "upstream")]  # fmt: skip
    basins = pd.DataFrame(rows, columns=["river", "basin", "country", "role"])
    assert [hydrology.position(basins, "Sea", code) for code in "ABC"] == ["upstream", "midstream", None]
    assert list(hydrology.courses(basins, ["A"])["river"]) == ["r", "s"]
