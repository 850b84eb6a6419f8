"""One flow seen twice: what its exporter reports beside what its importer reports."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import pandas as pd

from analysis.errors import UsageError

from .dates import is_true
from .measured import Measured
from .reasons import because, template, together
from .releases import FOOTNOTED, spans
from .series import Series

CIF_FOB = 1.06
"""The convention by which an import valued with freight is brought to the exporter's border; not a fact."""

ORDINARY = (0.7, 1.5)
"""A ratio of the importer's figure to the exporter's outside these bounds carries the flag MIRROR."""

_COLUMNS = (
    "year",
    "exporter",
    "importer",
    "export",
    "import",
    "difference",
    "gap",
    "ratio",
    "fob_gap",
    "is_flagged",
    "export_row",
    "import_row",
)


class Unpaired(NamedTuple):
    """A year and direction that cannot be compared, and the reporters whose side is missing."""

    year: int
    exporter: str
    importer: str
    silent: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Mirror:
    """Both directions of a pair, each year that both sides report.

    `frame` has one row a year and direction: export (x, of the exporter) and import (m, of the importer) in plain
    dollars; difference m - x; gap (m - x) / ((m + x) / 2); ratio m / x; fob_gap m / 1.06 - x (m - x when the
    import is valued free on board); is_flagged when the ratio is outside ORDINARY; the two row ids. `missing`
    names the years that one side or both leave open. With `reason` set the comparison is refused.
    """

    frame: pd.DataFrame
    missing: tuple[Unpaired, ...] = ()
    flags: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    reason: str | None = None
    cells: dict[str, pd.DataFrame] = field(default_factory=dict)
    coverages: tuple[str | None, ...] = ()

    @property
    def defined(self) -> bool:
        """Whether the comparison may be made."""
        return self.reason is None

    def gap(self, year: int, exporter: str) -> Measured:
        """The gap of one year and direction as a fraction of the mean of the two figures."""
        return self._measured("gap", "share", "mirror_gap", year, exporter)

    def ratio(self, year: int, exporter: str) -> Measured:
        """The importer's figure over the exporter's."""
        return self._measured("ratio", "ratio", "mirror_ratio", year, exporter)

    def difference(self, year: int, exporter: str) -> Measured:
        """The importer's figure less the exporter's, in plain dollars."""
        return self._measured("difference", "usd", "mirror_difference", year, exporter)

    def fob_gap(self, year: int, exporter: str) -> Measured:
        """The importer's figure brought to the border of the exporter, less the exporter's, in plain dollars."""
        return self._measured("fob_gap", "usd", "mirror_fob_gap", year, exporter)

    def silences(self) -> tuple[str, ...]:
        """The years without a comparison, one sentence for each direction and silent side."""
        groups: dict[tuple[str, str, str], list[int]] = {}
        for gap in self.missing:
            for side in gap.silent:
                groups.setdefault((side, gap.exporter, gap.importer), []).append(gap.year)
        return tuple(
            because(
                _SILENT["export" if side == exporter else "import"],
                side=side,
                partner=importer if side == exporter else exporter,
                years=spans(years),
            )
            for (side, exporter, importer), years in groups.items()
        )

    def _measured(self, column: str, unit: str, method: str, year: int, exporter: str) -> Measured:
        context = {"start": year, "end": year, "flow": "export"}
        if self.reason:
            return Measured.undefined(self.reason, unit=unit, method=method, **context)
        found = self.frame[(self.frame["year"] == year) & (self.frame["exporter"] == exporter)]
        if found.empty:
            silent = [gap for gap in self.missing if (gap.year, gap.exporter) == (year, exporter)]
            if silent:
                told = _SILENT["both" if len(silent[0].silent) > 1 else "one"]
                ends = {"exporter": exporter, "importer": silent[0].importer}
                reason = because(told, sides=silent[0].silent, year=year, **ends)
            else:
                outside = "{year} with exporter {exporter} is outside the comparison"
                reason = because(outside, year=year, exporter=exporter)
            return Measured.undefined(reason, unit=unit, method=method, **context)
        row = found.iloc[0]
        rows = (row["export_row"], row["import_row"])
        cells = pd.concat([self.cells[row["exporter"]], self.cells[row["importer"]]])
        used = cells[cells["row"].isin(rows)]
        flags = tuple(flag for name, flag in FOOTNOTED.items() if used[name].map(is_true).any())
        flags += ("MIRROR",) if row["is_flagged"] else ()
        flags += tuple(flag for flag in self.flags if flag == "MIXED_DEFINITION")
        context |= {"reporter": exporter, "partner": row["importer"], "price_basis": "current", "rows": rows}
        context |= {"sources": tuple(used["source"]), "flags": flags, "notes": self.notes}
        if pd.isna(row[column]):
            return Measured.undefined(
                because("the figure it is divided by is zero"), unit=unit, method=method, **context
            )
        return Measured(float(row[column]), unit, method, **context)


_SILENT = {
    "export": template("the series of {side} has no reported exports to {partner} in {years}"),
    "import": template("the series of {side} has no reported imports from {partner} in {years}"),
    "one": template("the series of {sides} has no reported exports from {exporter} to {importer} in {year}"),
    "both": template(
        "the series of {sides} have no reported exports from {exporter} to {importer} in {year}"
    ),
}


def mirror(ours: Series, theirs: Series) -> Mirror:
    """The flows of a pair as both partners report them, by year and direction.

    `ours` and `theirs` are two series of the same pair, the reporter of one being the partner of the other.
    Refused when either is no independent report (a comparison would be circular) or was not selected; figures
    estimated by a compiler count as not reported. Formulas: difference m - x, gap (m - x) / ((m + x) / 2), ratio
    m / x, fob_gap m / 1.06 - x. The gap has no side that is right: it is shown, not explained. Source: METHODS
    1.2, mirror discrepancy; IMF DOTS introduction.

    >>> from analysis.measures.example import tables
    >>> from analysis.measures.series import select
    >>> trade, sources, bases = tables()
    >>> swapped = trade.assign(reporter="BBB", partner="AAA", value_usd=trade["value_usd"] * 1.25)
    >>> ours = select(trade, sources, bases, reporter="AAA", partner="BBB", start=2016, end=2016)
    >>> theirs = select(swapped[trade["partner"] == "BBB"], sources, bases,
    ...                 reporter="BBB", partner="AAA", start=2016, end=2016)
    >>> mirror(ours, theirs).ratio(2016, "AAA").value
    2.5
    """
    if (ours.reporter, ours.partner) != (theirs.partner, theirs.reporter):
        raise UsageError(
            f"mirror: {ours.reporter} with {ours.partner} and {theirs.reporter} with {theirs.partner}"
            " are not the two sides of one pair"
        )
    empty = pd.DataFrame(columns=list(_COLUMNS))
    for side in (ours, theirs):
        if side.reason:
            return Mirror(empty, reason=side.absence)
        if not side.is_independent:
            return Mirror(
                empty,
                reason=because(
                    "the {basis} figures of {reporter} are no independent report: circular",
                    basis=side.basis,
                    reporter=side.reporter,
                ),
            )
    years = range(max(ours.start, theirs.start), min(ours.end, theirs.end) + 1)
    found, missing = [], []
    for exports, imports in ((ours, theirs), (theirs, ours)):
        sent, received = _reported(exports, "export"), _reported(imports, "import")
        for year in years:
            ends = (exports.reporter, imports.reporter)
            silent = tuple(
                name for name, side in zip(ends, (sent, received), strict=True) if year not in side
            )
            if silent:
                missing.append(Unpaired(year, *ends, silent))
            else:
                found.append(_compared(year, *ends, sent[year], received[year]))
    frame = pd.DataFrame(found, columns=list(_COLUMNS)).sort_values(["year", "exporter"], ignore_index=True)
    mixed = ours.coverage != theirs.coverage
    flags = [*ours.flags, *theirs.flags]
    flags += ["MIXED_DEFINITION"] if mixed else []
    flags += ["MIRROR"] if frame["is_flagged"].any() else []
    counted = (
        because("{reporter}: {coverage}", reporter=each.reporter, coverage=each.coverage)
        for each in (ours, theirs)
    )
    notes = (together(counted),) if mixed else ()
    return Mirror(
        frame,
        tuple(sorted(missing)),
        tuple(dict.fromkeys(flags)),
        notes,
        tuple(dict.fromkeys((*ours.sources, *theirs.sources))),
        cells={ours.reporter: ours.cells, theirs.reporter: theirs.cells},
        coverages=(ours.coverage, theirs.coverage),
    )


def _reported(series: Series, flow: str) -> dict[int, dict]:
    cells = series.cells[(series.cells["flow"] == flow) & ~series.cells["is_estimate"].map(is_true)]
    return {int(row["year"]): row for row in cells.to_dict("records")}


def _compared(year: int, exporter: str, importer: str, sent: dict, received: dict) -> tuple:
    x, m = float(sent["value_usd"]), float(received["value_usd"])
    ratio = _over(m, x)
    at_border = m if received["valuation"] == "fob" else m / CIF_FOB
    is_flagged = not ORDINARY[0] <= ratio <= ORDINARY[1] if x else m > 0
    gaps = (m - x, _over(m - x, (m + x) / 2), ratio, at_border - x)
    return (year, exporter, importer, x, m, *gaps, is_flagged, sent["row"], received["row"])


def _over(numerator: float, denominator: float) -> float:
    return numerator / denominator if denominator else float("nan")
