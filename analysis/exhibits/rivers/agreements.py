"""Which states are bound by which agreement on shared water on a day, and in the fund for the Aral Sea."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from analysis.exhibits import charts, marks, names
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.rivers.asking import unasked
from analysis.exhibits.template import plural, ranked
from analysis.measures import blocs
from analysis.measures.agreements import BINDING, IN_FORCE, SIGNED
from analysis.measures.dates import is_blank
from analysis.measures.measured import Measured, tally
from analysis.measures.sets import asked as asked_of

KEY = {
    "full": "Party or member",
    "partial": "Another standing",
    "uncertain": "Uncertain on this day",
    "none": "None",
    "suspended": "Participation frozen",
}


def _listed(held: pd.DataFrame, listed: pd.DataFrame) -> pd.DataFrame:
    """The agreements of the list that there are on the day, with their labels."""
    return held.merge(listed, on="agreement", how="inner")


def agreements(
    held: pd.DataFrame,
    listed: pd.DataFrame,
    standing: pd.DataFrame,
    asked: Sequence[str],
    day: date,
    *,
    is_asked: bool,
) -> Exhibit:
    """Countries by agreement and fund; `held` from `agreements.on_day`, `standing` from `blocs.standing`."""
    if not is_asked:
        return Exhibit.absent("water-agreements", unasked("water-agreements-absent", "agreements on water"))
    found = _listed(held, listed)
    if found.empty and standing.empty:
        text = "On {day} none of the agreements on water in the tables had been signed."
        return Exhibit.absent("water-agreements", Finding("water-agreements-absent", text, day=day))
    codes = list(dict.fromkeys(asked))
    if not codes:
        text = "No country is asked about, so that nobody can be party to an agreement on water."
        return Exhibit.absent("water-agreements", Finding("water-agreements-absent", text))
    states, words, suspended = {}, {}, []
    for row in found.to_dict("records"):
        held_by = set(row["parties"])
        mark = "uncertain" if row["is_uncertain"] else "full" if row["state"] in BINDING else "partial"
        said = marks.state(row["state"], is_uncertain=row["is_uncertain"])
        states[row["label"]] = [mark if code in held_by else "none" for code in codes]
        words[row["label"]] = [said if code in held_by else "none" for code in codes]
    for bloc, rows in standing.groupby("bloc", sort=False):
        label, own = names.bloc(str(bloc)), rows.set_index("country")
        states[label], words[label] = [], []
        for code in codes:
            if code not in own.index:
                states[label].append("none")
                words[label].append("none")
                continue
            row = own.loc[code]
            is_open = row["status"] == blocs.UNCERTAIN
            states[label].append("uncertain" if is_open else "full" if row["is_full"] else "partial")
            words[label].append(row["status"] + _frozen(row))
            if row["is_suspended"]:
                suspended.append((names.label(code), label))
    index = [names.label(code) for code in codes]
    frame = pd.DataFrame(states, index=index)
    printed = pd.DataFrame(words).assign(country=index)
    behind = [
        *(f"agreements:{act}" for act in found["agreement"]),
        *(row for each in standing["rows"] for row in each),
    ]
    return Exhibit.figure(
        "water-agreements",
        title=_title(frame, codes, day, suspended, behind),
        subtitle=Finding(
            "water-agreements-subtitle",
            "Parties to agreements and members of the fund on {day}; an agreement counts when signed or in force",
            day=day,
        ),
        note=_note(found, standing),
        figure=lambda: charts.matrix(frame, key=KEY, suspended=suspended),
        table=Table.of(
            printed,
            [Column("country", "Country"), *(Column(label, label) for label in frame.columns)],
        ),
        data=frame.rename_axis("country"),
        sources=[
            *found["source"],
            *(source for each in standing["sources"] for source in each),
        ],
        methods=["members"],
    )


def _frozen(row: pd.Series) -> str:
    """Whether participation is frozen, or may be by a date known only roughly."""
    if row["is_suspended"]:
        return ", participation frozen"
    may_be = any(f"/{blocs.SUSPENDED}/" in each for each in row["rows"])
    return ", uncertain whether frozen" if may_be else ""


def _note(found: pd.DataFrame, standing: pd.DataFrame) -> str | None:
    """What each label stands for, and where the day of entry into force is not known."""
    told = [f"{row['label']}: {row['title']}, {marks.date(row)}" for row in found.to_dict("records")]
    told += [
        f"{names.bloc(str(each))}: {names.bloc_in_full(str(each))}" for each in standing["bloc"].unique()
    ]
    silent = [
        row["label"]
        for row in found.to_dict("records")
        if row["status"] == IN_FORCE and row["state"] == SIGNED and is_blank(row["in_force"])
    ]
    text = "; ".join(told) + "."
    if silent:
        text += f" When {' and '.join(silent)} entered into force is not known; shown as signed."
    return text


def _title(
    frame: pd.DataFrame, codes: Sequence[str], day: date, suspended: Sequence[tuple], behind: Sequence[str]
) -> Finding:
    everywhere = [label for label in frame.columns if (frame[label] == "full").all()]
    values = {"count": asked_of(codes, day)}
    if everywhere and len(codes) > 1:
        text = "All {count:count} countries are in {labels}"
        if suspended:
            text += "; {frozen} has frozen its part in {body}"
            values |= {"frozen": suspended[0][0], "body": suspended[0][1]}
        return Finding(
            "water-agreements-title",
            text,
            role="title",
            labels=everywhere,
            rows=behind,
            **values,
        )
    most = (frame == "full").sum()
    if not most.max():
        return Finding(
            "water-agreements-title",
            "On {day} no country asked about is surely in one of the agreements on water",
            role="title",
            day=day,
        )
    return Finding(
        "water-agreements-title",
        "{most_of} has most of the countries asked about, {most:count} of {count:count}",
        role="title",
        most_of=str(most.idxmax()),
        most=ranked(Measured(int(most.max()), "count", "agreement_parties", on=day, rows=behind), most),
        **values,
    )


def bound(
    held: pd.DataFrame, listed: pd.DataFrame, asked: Sequence[str], day: date, *, is_asked: bool
) -> Finding:
    """Key figure: how many of the countries are party to the oldest agreement on water."""
    if not is_asked:
        return unasked("bound", "the parties to the oldest agreement on water")
    found = _listed(held, listed)
    found = found[found["state"].isin(BINDING) & ~found["is_uncertain"]]
    if found.empty:
        text = "On {day} no agreement on water in the tables surely bound a country asked about."
        return Finding("bound", text, day=day)
    first = found.sort_values(["first", "agreement"]).iloc[0]
    codes = list(dict.fromkeys(asked))
    parties = sorted(code for code in first["parties"] if code in codes)
    if not parties:
        text = "None of the countries asked about is party to the agreement of {place}."
        return Finding("bound", text, place=first["label"])
    sides = [f"agreement_parties:{first['agreement']}/{code}" for code in parties]
    others = sorted(set(found["label"]) - {first["label"]})
    sentence = "{who} {are} party to the agreement of {place} ({state}, {since})"
    values = {"others": others, "were": plural(len(others), one="was", other="were")} if others else {}
    if others:
        sentence += "; {others} {were} signed later"
    return Finding(
        "bound",
        f"{sentence}.",
        role="key",
        rank=4,
        label="Parties to the agreement of {place}",
        figure="{count:count} of {of:count}",
        change="of the countries asked about",
        exhibit="water-agreements",
        rows=[f"agreements:{act}" for act in found["agreement"]],
        sources=(first["source"],),
        who=names.countries(parties),
        are=plural(len(parties), one="is", other="are"),
        place=first["label"],
        state=marks.state(SIGNED),
        since=marks.date(first),
        count=tally(sides, "agreement_parties", on=day),
        of=asked_of(codes, day),
        **values,
    )
