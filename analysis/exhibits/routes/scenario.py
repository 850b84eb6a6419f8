"""A scenario of transit time: what a saving would mean, and how large it must be to match a competing route."""

from __future__ import annotations

import pandas as pd

from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.template import against
from analysis.measures import distances
from analysis.measures.measured import Measured

PARTS = (0.0, 0.25, 0.5, 0.75, 1.0)
"""The parts of the named saving for which the table has a row."""


def transit(base_days: int, saving_pct: int, competitor_days: int) -> Exhibit:
    """The days of a route for parts of a saving, against a competing route: the reader's numbers, nothing measured."""
    saving = saving_pct / 100
    even = distances.break_even_saving(base_days, competitor_days)
    parts = {part * saving: "" for part in PARTS}
    parts[saving] = "as named"
    parts[0.0] = "none"
    if even.defined:
        parts[even.value] = "break-even"
    rows = []
    for part in sorted(parts):
        days = distances.transit_days(base_days, part)
        rows.append(
            {
                "case": parts[part] or "part of it",
                "saving": Measured(part, "share", "transit_days"),
                "days": days.value,
                "saved": base_days - days.value,
                "against": days.value - competitor_days,
            }
        )
    frame = pd.DataFrame(rows)
    reached = distances.transit_days(base_days, saving)
    competing = Measured(competitor_days, "days", "transit_days")
    text = "Scenario: a saving of {saving:percent0} turns {base} into {reached}"
    values = {
        "saving": Measured(saving, "share", "transit_days"),
        "base": Measured(base_days, "days", "transit_days"),
        "reached": reached,
        "competing": competing,
    }
    if even.defined:
        text += "; {even:percent1} is needed to match the {competing} of the competing route"
        values["even"] = even
    else:
        text += ", {how} the {competing} of the competing route"
        values["how"] = against(
            Measured(reached.value - competitor_days, "days", "transit_days"),
            0,
            above="above",
            below="below",
            equal="the same as",
        )
    return Exhibit.table(
        "transit",
        title=Finding("transit-title", text, role="title", **values),
        subtitle="Scenario with days and saving chosen by the reader: days times one less the saving; nothing here is measured",
        table=Table.of(
            frame,
            [
                Column("case", "Saving"),
                Column("saving", "Share of the days", "percent1", align="right"),
                Column("days", "Days", "number1"),
                Column("saved", "Days saved", "number1"),
                Column("against", "Days against the competing route", "+number1"),
            ],
        ),
        data=frame.assign(saving=[each.value for each in frame["saving"]]),
        methods=["transit_days", "break_even_saving"],
    )


def no_times() -> Finding:
    """Limit: no transit time is measured."""
    return Finding(
        "no-times",
        "No table holds a transit time, and a saving named when a corridor is announced is a forecast: the table of days is"
        " arithmetic on numbers of the reader.",
        role="limit",
        exhibit="transit",
    )
