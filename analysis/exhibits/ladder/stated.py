"""What a text states of the pair, set against what the tables hold near that date; and how far the evidence goes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

import pandas as pd

from analysis.exhibits import marks, wording
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.template import plural, ranked
from analysis.measures.dates import is_blank
from analysis.measures.relations import Rules

from . import words

NOT_ASKED = "No date was stated for an agreement of the pair, so none is set against the tables."
MOST_ROWS = 12
MOST_PAIRS = 4
PLACE = "stated-place"


def stated(
    found: pd.DataFrame,
    pair: Sequence[str],
    day: date | None,
    place: str,
    kinds: Collection[str],
    window: int,
    on: date,
) -> Exhibit:
    """Stated against found: the agreements and events of the two nearest to a stated day, with distance and place."""
    absent = _absent(found, pair, day, window, on)
    if absent:
        return Exhibit.absent("stated", absent)
    near = found.head(MOST_ROWS)
    rows = near.to_dict("records")
    head = {
        "what": "As stated",
        "date": wording.date(day),
        "days": "–",
        "place": place or "–",
        "kind": "–",
        "state": "–",
    }
    frame = pd.DataFrame([head, *(_row(row) for row in rows)])
    cut = len(found) - len(near)
    return Exhibit.table(
        "stated",
        title=_title(found, day),
        subtitle=Finding(
            "stated-subtitle",
            "Agreements of {pair} of the kinds {kinds}, and events with both, at most {window:count} days from {day} and known by {on}",
            kinds=wording.join([words.kind(each) for each in kinds]),
            pair=words.pair(pair),
            window=window,
            day=day,
            on=on,
        ),
        note=words.day_note(
            [*frame["date"], *frame["what"]],
            "The place of an agreement is that of an event of the same day with both; days count from the stated date,"
            " a minus is before it.",
            f"The {cut} rows farthest away are left out." if cut else "",
        ),
        table=Table.of(
            frame,
            [
                Column("what", "Agreement or event"),
                Column("kind", "Kind"),
                Column("date", "Date"),
                Column("days", "Days", align="right"),
                Column("place", "Place"),
                Column("state", "State"),
            ],
            emphasis=[0],
        ),
        data=frame,
        sources=list(dict.fromkeys(near["source"])),
    )


def place(
    found: pd.DataFrame, pair: Sequence[str], day: date | None, place: str, window: int, on: date
) -> Finding:
    """What was found nearest to the stated day, and what at the stated place."""
    absent = _absent(found, pair, day, window, on, ident=PLACE)
    if absent:
        return absent
    supported = found[~found["is_document_only"]]
    agreements = supported[supported["what"] == "agreement"]
    sentences, values = [], {"day": day, "pair": words.pair(pair)}
    if agreements.empty:
        sentences.append(
            "No agreement of these kinds between {pair} was found within {window:count} days of {day}"
        )
        values["window"] = window
    else:
        nearest = agreements.iloc[0]
        sentences.append(
            "The agreement of {pair} found nearest to {day} is “{title}”,"
            + _where(nearest, values)
            + " {when}"
        )
        when = ranked(_distance(nearest), agreements["farthest"], by=nearest["farthest"])
        values |= {"title": words.title(nearest), "when": when}
    if place:
        there = supported[
            supported["place"].map(lambda each: place.casefold() in str(each).casefold()).astype(bool)
        ]
        values["place"] = place
        nearest_there = there.index.intersection(agreements.index[:1])  # the nearest one, told already
        there = there.drop(index=nearest_there)
        if there.empty:
            sentences.append(
                "nothing else that was found took place in {place}"
                if len(nearest_there)
                else "nothing that was found took place in {place}"
            )
        else:
            told = [f"“{words.title(row)}” ({_distance(row)})" for row in there.to_dict("records")]
            sentences.append("in {place} {was} {there}")
            values |= {"there": told, "was": plural(len(there), one="was", other="were")}
    if found["is_document_only"].any():
        sentences.append("what the document alone says is shown and supports nothing")
    return Finding(
        PLACE,
        "; ".join(sentences) + ".",
        exhibit="stated",
        sources=tuple(dict.fromkeys(supported["source"])),
        **values,
    )


def limits(ladder: pd.DataFrame, rules: Rules, cutoff: date) -> Finding:
    """Limit: what the tables cannot say about ties between two states."""
    lowest = ladder[(ladder["rung"] > 0) & (ladder["rung"] == ladder["rung"].min())]
    text = (
        "An agreement that is not in the tables was not found in one or two searches, which is no proof that there is none:"
        " friendship treaties of several pairs are known to be missing. Sources were read as excerpts, so the fields an"
        " agreement covers are those that a source names. More agreements in later years may also come from fuller sources."
        " The tables are as curated by {cutoff}."
    )
    values = {"cutoff": cutoff}
    if rules.rung_rule != words.SIGNED_RULE:
        text += " Entry into force is given by few sources: under this rule many rungs are too low."
    if 0 < len(lowest) <= MOST_PAIRS:
        text += " Lowest on this ladder, on {rung}, {are} {pairs}, and their rungs may be too low."
        pairs = [words.label((row.a, row.b)) for row in lowest.itertuples()]
        values |= {
            "rung": ranked(words.rung(lowest["rung"].iloc[0]), ladder["rung"], by=lowest["rung"].iloc[0]),
            "pairs": pairs,
            "are": plural(len(pairs), one="is", other="are"),
        }
    return Finding("limits", text, role="limit", **values)


# --- inside ----------------------------------------------------------------------------------------------------------


def _absent(
    found: pd.DataFrame,
    pair: Sequence[str],
    day: date | None,
    window: int,
    on: date,
    ident: str = "stated-absent",
) -> Finding | None:
    if day is None:
        return Finding(
            ident,
            NOT_ASKED
            if ident == PLACE
            else "Without a stated date there is nothing to set against what is found.",
        )
    if not pair:
        return words.no_pair(
            ident, "agreement of theirs to look for" if ident == PLACE else "table of stated against found"
        )
    if day > on:
        text = (
            "The stated date, {day}, is after the day of this briefing, {on}: nothing can be set against it."
        )
        return Finding(ident, text, day=day, on=on)
    if found.empty:
        text = "Within {window:count} days of {day}, no agreement of these kinds and no event of {pair} was found."
        return Finding(ident, text, window=window, day=day, pair=words.pair(pair))
    return None


def _row(row: dict) -> dict[str, str]:
    least, most = (f"{wording.count(each)}" for each in (row["least"], row["most"]))
    kind = words.kind(row["kind"]) if row["what"] == "agreement" else row["kind"]
    return {
        "what": words.title(row),
        "date": marks.date(row),
        "days": least if least == most else f"{least} to {most}",
        "place": "not known" if is_blank(row["place"]) else row["place"],
        "kind": f"{row['what']}: {kind}",
        "state": marks.state(row["state"]),
    }


def _distance(row: dict | pd.Series) -> str:
    """How far a row is from the stated day, in words: days before or after it, the day itself, or the coarse date."""
    if row["least"] != row["most"]:
        return f"dated {wording.date(row['date'])}"
    days = abs(row["least"])
    if not days:
        return "on the same day"
    noun = "day" if days == 1 else "days"
    return f"{wording.count(days)} {noun} {'before' if row['least'] < 0 else 'after'} it"


def _where(row: pd.Series, values: dict) -> str:
    if is_blank(row["place"]):
        return ""
    values["where"] = row["place"]
    return " in {where}"


def _title(found: pd.DataFrame, day: date) -> Finding:
    rows = found[(found["what"] == "agreement") & ~found["is_document_only"]]
    if rows.empty:
        return Finding(
            "stated-title",
            "No agreement found near {day} that is not the document’s own",
            role="title",
            day=day,
        )
    nearest = rows.iloc[0]
    return Finding(
        "stated-title",
        "The agreement found nearest to {day} is {when}",
        role="title",
        day=day,
        when=ranked(_distance(nearest), rows["farthest"], by=nearest["farthest"]),
    )
