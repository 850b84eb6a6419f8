"""Withdrawals of water: what for, how much, and which totals are old reports repeated."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from analysis.exhibits import charts, names, wording
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.rivers.asking import unasked
from analysis.exhibits.template import plural, ranked
from analysis.measures import hydrology
from analysis.measures.dates import is_blank, is_true

WORDS = {
    "agricultural_withdrawal": "agriculture",
    "industrial_withdrawal": "industry",
    "municipal_withdrawal": "households",
}
"""Sectors in words."""


def _known(water: pd.DataFrame, asked: Sequence[str], until: int) -> list[hydrology.Withdrawals]:
    year = hydrology.latest_year(water, hydrology.SECTORS, until)
    found = [hydrology.withdrawals(water, code, year) for code in dict.fromkeys(asked)] if year else []
    first = hydrology.SECTORS[0]
    whole = [each for each in found if each.total.defined and each.shares[first].defined]
    return sorted(whole, key=lambda each: -each.shares[first].value)


def withdrawals(water: pd.DataFrame, asked: Sequence[str], day: date, *, is_asked: bool) -> Exhibit:
    """What each country withdraws water for, in the newest year with all sectors that had ended by the day."""
    until = hydrology.last_ended(day)
    if not is_asked:
        return Exhibit.absent("withdrawals", unasked("withdrawals-absent", "withdrawals of water by sector"))
    found = _known(water, asked, until)
    if not found:
        text = "No release known by this day has withdrawals of water by sector for a year up to {until}."
        return Exhibit.absent("withdrawals", Finding("withdrawals-absent", text, until=until))
    farms = hydrology.SECTORS[0]
    high, low = found[0], found[-1]
    shares = pd.DataFrame(
        {WORDS[sector]: [each.shares[sector].value for each in found] for sector in hydrology.SECTORS},
        index=[names.label(each.country) for each in found],
    )
    texts = shares.apply(
        lambda column: column.map(lambda share: f"{column.name} {wording.percent(share, 0)}")
    )
    table = pd.DataFrame(
        [
            {"country": names.label(each.country), "total": each.total}
            | {sector: each.amounts[sector] for sector in hydrology.SECTORS}
            | {"share": each.shares[farms]}
            for each in found
        ]
    )
    main = all(
        each.shares[farms].value >= max(share.value for share in each.shares.values()) for each in found
    )
    lead = (
        "Agriculture takes the largest part of the water in every country shown"
        if main
        else "Agriculture’s part differs"
    )
    text = lead + ", from {high:percent0} in {first} to {low:percent0} in {last}"
    values = {
        "high": high.shares[farms],
        "low": ranked(low.shares[farms], low.shares.values()),
        "first": names.country(high.country),
        "last": names.country(low.country),
    }
    if low is high:
        text, values = (
            "Agriculture takes {high:percent0} of the water withdrawn in {first}",
            {
                "high": high.shares[farms],
                "first": names.country(high.country),
            },
        )
    return Exhibit.figure(
        "withdrawals",
        title=Finding("withdrawals-title", text, role="title", **values),
        subtitle=Finding(
            "withdrawals-subtitle", "Part of each sector in the water withdrawn in {year}", year=high.year
        ),
        note="Estimates of AQUASTAT as taken over by the Factbook.",
        figure=lambda: charts.shares(shares, texts=texts),
        table=Table.of(
            table,
            [
                Column("country", "Country"),
                Column("total", "Total, km³", "number1"),
                *(
                    Column(sector, f"{WORDS[sector].capitalize()}, km³", "number2")
                    for sector in hydrology.SECTORS
                ),
                Column("share", "Agriculture", "percent1"),
            ],
        ),
        data=table.map(lambda cell: getattr(cell, "value", cell)).assign(
            country=[each.country for each in found], year=high.year
        ),
        sources=[source for each in found for source in each.total.sources],
        methods=["withdrawal", "withdrawal_share"],
        flags=[flag for each in found for flag in each.total.flags],
    )


def carried(water: pd.DataFrame, asked: Sequence[str], day: date, *, is_asked: bool) -> Finding:
    """Which totals repeat an older report, and the one that lies farthest from the sum of the sectors."""
    until = hydrology.last_ended(day)
    if not is_asked:
        return unasked("carried", "totals that repeat an older report")
    year = hydrology.latest_year(water, [hydrology.TOTAL_WITHDRAWAL], until)
    rows = water[(water["indicator"] == hydrology.TOTAL_WITHDRAWAL) & (water["period"] == str(year))]
    old = rows[rows["country"].isin(list(asked)) & rows["is_carried_forward"].map(is_true)]
    if year is None:
        text = "No total of water withdrawn in a year up to {until} is in the tables."
        return Finding("carried", text, until=until)
    if old.empty:
        text = "No total of water withdrawn that is known on this day repeats an older report."
        return Finding("carried", text)
    sentence = "The {totals} of water withdrawn in {year} for {who} {repeat} an older report"
    values = {
        "totals": plural(len(old), one="total", other="totals"),
        "year": year,
        "who": names.countries(old["country"]),
        "repeat": plural(len(old), one="repeats", other="repeat"),
    }
    sums = {each.country: each for each in _known(water, asked, until)}
    pairs = [
        (
            row,
            hydrology.cell(water, row["country"], hydrology.TOTAL_WITHDRAWAL, str(year)),
            sums[row["country"]],
        )
        for row in old.to_dict("records")
        if row["country"] in sums
    ]
    if pairs:
        row, total, sectors = max(
            pairs, key=lambda pair: abs(pair[1].value - pair[2].total.value) / pair[2].total.value
        )
        sentence += "; for {one}, {total} {of_report}against a sum of sectors of {sum} in {later}"
        values |= {
            "one": names.country(row["country"]),
            "total": total,
            "of_report": "" if is_blank(row["last_report"]) else f"from {int(row['last_report'])} ",
            "sum": sectors.total,
            "later": sectors.year,
        }
        if not values["of_report"]:
            del values["of_report"]
            sentence = sentence.replace("{of_report}", "")
    return Finding("carried", f"{sentence}.", exhibit="withdrawals" if sums else None, **values)
