"""A stated debt against the levels by wider and narrower definitions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from analysis.exhibits import names
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.template import ranked
from analysis.measures import debts


def debt(
    claims: pd.DataFrame, macro: pd.DataFrame, claim: str, indicators: Sequence[str], day: date
) -> Exhibit:
    """The sum a claim states beside the newest level of each definition known on the day."""
    row = claims.set_index("claim", drop=False).loc[claim].to_dict()
    figure = debts.stated(row)
    who = names.country(row["subject"])
    found = debts.levels(macro, row["subject"], indicators, day, figure) if figure.defined else []
    if not found:
        text = "No figure of the external debt of {who} for a day up to {day} is in the tables; the stated one is not set against any."
        return Exhibit.absent("debt", Finding("debt-absent", text, who=who, day=day))
    frame = pd.DataFrame(
        [
            {
                "definition": _capital(names.INDICATORS[each.indicator]),
                "day": each.day,
                "level": each.value,
                "excess": each.excess,
                "source": names.release(each.value.sources[0]),
            }
            for each in found
        ]
    )
    return Exhibit.table(
        "debt",
        title=_title(found, figure),
        subtitle=Finding(
            "debt-subtitle",
            "External debt of {who} by definition, last level up to {day}; the claim states {stated}",
            who=who,
            day=day,
            stated=figure,
        ),
        note="Definitions differ in whose debt is counted: that of the whole country, of the public sector, of the government.",
        table=Table.of(
            frame,
            [
                Column("definition", "Definition"),
                Column("day", "At the end of", "date"),
                Column("level", "USD bn", "billions1"),
                Column("excess", "Stated figure against it", "+percent1", align="right"),
                Column("source", "Release"),
            ],
        ),
        data=frame.assign(
            level=[each.value.value for each in found], excess=[each.excess.value for each in found]
        ),
        sources=[*(each.value.sources[0] for each in found), row["source"]],
        methods=["external_debt", "debt_excess"],
        flags=[flag for each in found for flag in each.value.flags],
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _title(found: Sequence[debts.Level], figure) -> Finding:
    """Which definition the stated figure is nearest to, and how far from the one that lies farthest."""
    near = min(found, key=lambda each: abs(each.excess.value))
    far = max(found, key=lambda each: abs(each.excess.value))
    text = "The stated {stated} is nearest to {near}, {level} on {day:date}"
    values = {
        "stated": figure,
        "near": names.INDICATORS[near.indicator],
        "level": ranked(near.value, [abs(each.excess.value) for each in found], by=abs(near.excess.value)),
        "day": near.day,
    }
    if far is not near:
        text += "; {far} is {other}"
        values |= {"far": names.INDICATORS[far.indicator], "other": far.value}
    return Finding(
        "debt-title",
        text,
        role="title",
        **values,
    )


def held_by(
    claims: pd.DataFrame, macro: pd.DataFrame, claim: str, indicators: Sequence[str], day: date
) -> Finding:
    """By which definitions the newest level reaches the stated figure, and by which it does not."""
    row = claims.set_index("claim", drop=False).loc[claim].to_dict()
    figure = debts.stated(row)
    found = debts.levels(macro, row["subject"], indicators, day, figure) if figure.defined else []
    if not found:
        text = "By which definition the stated debt would be reached cannot be told for {day}."
        return Finding("debt-reached", text, day=day)
    reached = [names.INDICATORS[each.indicator] for each in found if each.excess.value <= 0]
    short = [names.INDICATORS[each.indicator] for each in found if each.excess.value > 0]
    parts, values = [], {"stated": figure}
    if reached:
        parts.append("is reached by {reached}")
        values["reached"] = reached
    if short:
        parts.append("is not reached by {short:or}")
        values["short"] = short
    return Finding(
        "debt-reached",
        f"The stated {{stated}} {' and '.join(parts)}.",
        exhibit="debt",
        sources=tuple(dict.fromkeys(each.value.sources[0] for each in found)),
        **values,
    )
