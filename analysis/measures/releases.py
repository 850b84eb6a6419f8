"""Releases of trade statistics: when each was known, what it holds of a pair, and which rows may be used.

`trade`, `sources` and `bases` are the tables of those names.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import pandas as pd

from .dates import as_day, days, is_blank, is_true
from .reasons import because, template

WORLD = "WLD"
FLOWS = ("export", "import", "turnover")

NO_FLOW = {
    ("export",): template("no exports to {partner} in {years}"),
    ("import",): template("no imports from {partner} in {years}"),
    ("turnover",): template("no turnover with {partner} in {years}"),
    ("export", "import"): template("no exports to or imports from {partner} in {years}"),
}
"""What a sentence calls missing flows, by their names in the order of the alphabet."""

UNFIT = {
    "is_partner_derived": because("figures derived from partners"),
    "is_weak": because("figures marked weak"),
    "is_partial_year": because("figures of part of a year"),
    "is_lower_bound": because("figures given as a lower bound"),
}
"""Caveats that keep a row out of every series, and what a refusal calls such rows."""

UNKNOWN = because("releases not known by then")
"""What a refusal calls the rows of releases that came later."""

FOOTNOTED = {"is_estimate": "ESTIMATE", "is_approximate": "APPROXIMATE", "is_preliminary": "PRELIMINARY"}
"""Caveats that a series may carry, with the flag that each puts on it."""


@dataclass(frozen=True)
class Asked:
    """What a selection was asked for."""

    reporter: str
    partner: str
    start: int
    end: int
    flows: tuple[str, ...]
    need: str
    known_by: date | str | None

    def cells(self, need: str | None = None) -> frozenset[tuple[str, int]]:
        """The (flow, year) cells that must be there."""
        years = range(self.start, self.end + 1) if (need or self.need) != "ends" else (self.start, self.end)
        return frozenset((flow, year) for flow in self.flows for year in years)


def known_releases(sources: pd.DataFrame, bases: pd.DataFrame, known_by: date | str | None) -> pd.DataFrame:
    """The sources that state a basis, with rank, independence, whether known by the day, and an order of age.

    Frame with the columns source, office (the source itself when none is named), basis, rank, is_independent,
    published, since (the first day on which it was surely known, or None), is_known, age (a sortable tuple, newest
    last).
    """
    frame = sources[["source", "office", "basis", "published", "accessed"]]
    frame = frame[frame["basis"].notna() & (frame["basis"] != "")]
    frame = _joined(frame, bases[["basis", "rank", "is_independent"]], "basis")
    names = frame["source"].tolist()
    stamps = _stamps_of(frame)
    since = pd.Series([first for first, _ in stamps], index=frame.index, dtype=object)
    return frame.assign(
        office=[
            name if is_blank(office) else office
            for name, office in zip(names, frame["office"].tolist(), strict=True)
        ],
        since=since,
        is_known=pd.Series(_in_time(since, known_by), index=frame.index, dtype=bool),
        age=[(*age, name) for (_, age), name in zip(stamps, names, strict=True)],
    )


def known(frame: pd.DataFrame, sources: pd.DataFrame, known_by: date | str | None) -> pd.DataFrame:
    """The rows of any table with a column source whose source was known by a day; all of them without a day.

    The rule is that of `known_releases`, for sources of every basis; a source that is not in `sources` is unknown.

    >>> sources = pd.DataFrame([("old", "2023", ""), ("new", "2025", "")], columns=["source", "published", "accessed"])
    >>> known(pd.DataFrame({"source": ["old", "new"]}), sources, "2024-12-31")["source"].tolist()
    ['old']
    """
    if known_by is None:
        return frame
    in_time = _in_time([first for first, _ in _stamps_of(sources)], known_by)
    return frame[
        frame["source"].isin({name for name, is_in in zip(sources["source"], in_time, strict=True) if is_in})
    ]


def _in_time(since: Iterable[date | None], known_by: date | str | None) -> list[bool]:
    limit = None if known_by is None else as_day(known_by)
    return [limit is None or (first is not None and first <= limit) for first in since]


def available(
    trade: pd.DataFrame,
    sources: pd.DataFrame,
    bases: pd.DataFrame,
    *,
    reporter: str,
    partner: str,
    known_by: date | str | None = None,
) -> pd.DataFrame:
    """What each release holds of a pair as its reporter tells it: the coverage table behind a selection.

    One row a release, coverage, flow and caveat, best basis first: source, office, basis, published, coverage,
    flow, first, last, count, years (tuple), is_usable, reason (why such rows enter no series, or "").

    >>> from analysis.measures.example import tables
    >>> available(*tables(), reporter="AAA", partner="BBB")[["source", "flow", "years"]].values.tolist()
    [['office-2018', 'export', (2016, 2017)], ['office-2018', 'import', (2016, 2017)]]
    """
    asked = Asked(reporter, partner, 0, 9999, FLOWS, "any", known_by)
    rows = pair_rows(trade, sources, bases, asked, basis=None, source=None)
    columns = ["source", "office", "basis", "published", "coverage", "flow"]
    if rows.empty:
        return pd.DataFrame(columns=[*columns, "first", "last", "count", "years", "is_usable", "reason"])
    rows = rows.assign(published=rows["published"].fillna(""))
    keys = ["rank", *columns, "is_usable", "unfit"]
    grouped = (
        rows.groupby(keys, dropna=False)["year"].agg(lambda years: tuple(sorted(set(years)))).rename("years")
    )
    table = grouped.reset_index().sort_values(
        ["rank", "office", "published", "source", "flow"], kind="stable"
    )
    table["first"] = [years[0] for years in table["years"]]
    table["last"] = [years[-1] for years in table["years"]]
    table["count"] = [len(years) for years in table["years"]]
    table = table.rename(columns={"unfit": "reason"})
    return table[[*columns, "first", "last", "count", "years", "is_usable", "reason"]].reset_index(drop=True)


def row_ids(trade: pd.DataFrame) -> list[str]:
    """The row id of each row of the trade table, which is how findings and exhibits name what they rest on."""
    key = ("reporter", "partner", "period_start", "period_end", "flow", "source")
    return [
        f"trade:{reporter}/{partner}/{str(start)[:10]}/{str(end)[:10]}/{flow}/{source}"
        for reporter, partner, start, end, flow, source in zip(
            *(trade[name].tolist() for name in key), strict=True
        )
    ]


def spans(years: Iterable[int]) -> str:
    """Years as text, runs joined.

    >>> spans([2016, 2017, 2018, 2020])
    '2016-2018, 2020'
    """
    runs: list[list[int]] = []
    for year in sorted(set(years)):
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def pair_rows(trade, sources, bases, asked: Asked, *, basis: str | None, source: str | None) -> pd.DataFrame:
    """All rows that tell of the pair, joined with their release, and whether each may enter a series.

    `is_waiting` marks those that could, were their release known by the day.
    """
    own = between(trade, asked.reporter, asked.partner)
    pair = own[own["flow"].isin(asked.flows)].assign(is_own=True)
    if basis or source:
        seen = between(trade, asked.partner, asked.reporter)
        pair = pd.concat([pair, seen[seen["flow"] == "export"].assign(is_own=False)])
    told = sources[sources["source"].isin(set(pair["source"]))]
    rows = _joined(pair.assign(row=row_ids(pair)), known_releases(told, bases, asked.known_by), "source")
    if basis or source:
        rows = _named(rows, asked, basis, source)
    caveats = [_caveat(row, named=bool(basis or source)) for row in rows[_JUDGED].to_dict("records")]
    known_ones = rows["is_known"].tolist()
    unfit = [words if is_known else UNKNOWN for words, is_known in zip(caveats, known_ones, strict=True)]
    waits = [not words and not is_known for words, is_known in zip(caveats, known_ones, strict=True)]
    marks = {"is_usable": [not words for words in unfit], "is_waiting": waits}
    return rows.assign(
        unfit=pd.Series(unfit, rows.index, dtype=object),
        **{name: pd.Series(own, rows.index, dtype=bool) for name, own in marks.items()},
    )


def _named(rows: pd.DataFrame, asked: Asked, basis: str | None, source: str | None) -> pd.DataFrame:
    """The rows of the basis or source asked for; where it is no independent report, with what the partner sent."""
    independent = rows["is_independent"].astype(bool)
    rows = rows[rows["is_own"] | (~independent & ("import" in asked.flows))].copy()
    rows.loc[~rows["is_own"], "flow"] = "import"
    rows = rows.sort_values("is_own", kind="stable").drop_duplicates(
        ["source", "coverage", "flow", "period_start", "period_end"], keep="last"
    )
    for column, value in (("source", source), ("basis", basis)):
        if value:
            rows = rows[rows[column] == value]
    return rows


def _joined(rows: pd.DataFrame, told: pd.DataFrame, key: str) -> pd.DataFrame:
    """The rows whose key is told of, with what is told: each key once."""
    places = pd.Index(told[key]).get_indexer(rows[key])
    beside = told.drop(columns=key).take(places[places >= 0])
    rows = rows[places >= 0].reset_index(drop=True)
    return pd.concat([rows, beside.set_axis(rows.index)], axis=1)


def between(trade: pd.DataFrame, reporter: str, partner: str) -> pd.DataFrame:
    """The rows that one country reports of its trade with another.

    >>> frame = pd.DataFrame({"reporter": ["AAA", "BBB"], "partner": ["BBB", "AAA"]})
    >>> between(frame, "BBB", "AAA").index.tolist()
    [1]
    """
    own = trade[trade["reporter"] == reporter]
    return own[own["partner"] == partner]


def is_fit(trade: pd.DataFrame) -> pd.Series:
    """Which rows of the trade table carry none of the caveats of UNFIT."""
    fit = pd.Series(True, index=trade.index, dtype=bool)
    for column in UNFIT:
        marks = trade[column]
        fit &= ~(marks if marks.dtype == bool else marks.fillna(False).astype(bool))
    return fit


_JUDGED = [*UNFIT, "value_usd", "is_independent", "basis"]


def _caveat(row: dict, *, named: bool) -> str:
    """Why a row may not enter a series whenever it is known, or nothing."""
    found = next((words for column, words in UNFIT.items() if is_true(row[column])), "")
    if found:
        return found
    if is_blank(row["value_usd"]):
        return because("rows without a value")
    return "" if named or is_true(row["is_independent"]) else because("{basis} figures", basis=row["basis"])


def _stamps_of(sources: pd.DataFrame) -> list[tuple[date | None, tuple[date, date]]]:
    return list(map(_stamps, sources["published"].tolist(), sources["accessed"].tolist()))


def _stamps(published: object, accessed: object) -> tuple[date | None, tuple[date, date]]:
    """Since when a release was surely known, and its age for ordering (an undated one is the oldest)."""
    read = None if is_blank(accessed) else days(accessed).last
    if is_blank(published):
        return read, (date.min, date.min)
    printed = days(published)
    return min(printed.last, read) if read else printed.last, (printed.last, printed.first)


def cells_of(rows: pd.DataFrame) -> frozenset[tuple[str, int]]:
    """The (flow, year) cells that these rows fill."""
    return frozenset(zip(rows["flow"], rows["year"].astype(int), strict=True))
