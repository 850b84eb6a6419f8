"""How long a bloc lived after a country had joined it: to the decision that ended it, and to its end."""

from __future__ import annotations

from datetime import date

import pandas as pd

from analysis.exhibits import marks, names, wording
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.language import Told
from analysis.exhibits.template import msg, ranked
from analysis.measures.dates import days
from analysis.measures.lifespans import elapsed, years_between
from analysis.measures.lifespans import lag as days_between


def lag(
    life: pd.DataFrame, moved: pd.DataFrame, ends: pd.DataFrame, bloc: str, country: str, on: date
) -> Finding:
    """Key figure: days from the joining of one country to the decision that ended the bloc, and to its end."""
    who, values = names.country(country, start=True), {"bloc": names.bloc(bloc), "day": on}
    joined = moved[
        (moved["bloc"] == bloc)
        & (moved["country"] == country)
        & moved["move"].isin(["joined", "founder"])
        & ~moved["is_uncertain"].astype(bool)
    ]
    if joined.empty:
        return Finding(
            "accession-lag",
            "By {day}, {who} had not joined {bloc}, so no time from its joining can be counted.",
            who=names.country(country),
            **values,
        )
    start = joined.iloc[0]
    (row,) = life[life["bloc"] == bloc].to_dict("records")
    decided = _decided(ends, bloc, on)
    values = {"bloc": values["bloc"], "who": who, "joined": start["date"]}
    if decided is None and not row["end"]:
        return Finding(
            "accession-lag",
            "{who} joined {bloc} on {joined:date}; on {day} the bloc exists.",
            exhibit="lags",
            day=on,
            **values,
        )
    until = decided["date"] if decided is not None else row["end"]
    trail = {"rows": (start["row"], row["row"]), "sources": (start["source"], row["source"])}
    span = days_between(start["date"], until, **trail)
    values |= {
        "rows": trail["rows"],
        "span": span,
        "until": until,
        "share": years_between(start["date"], until, **trail),
    }
    first = "the decision that ended it" if decided is not None else "its end"
    text = f"{{who}} joined {{bloc}} on {{joined:date}}; {first} came {{span}} later, on {{until:date}}"
    change = "{share:duration2}"
    if decided is not None and row["end"]:
        text += ", and the end of the bloc itself {whole} after the joining, on {end:date}"
        change += ", and {long:duration2} to its end"
        values |= {
            "whole": days_between(start["date"], row["end"], **trail),
            "long": years_between(start["date"], row["end"], **trail),
            "end": row["end"],
        }
    followed = ", when {after} took its place" if row["successor"] else ""
    values |= {"after": names.bloc(row["successor"])} if followed else {}
    return Finding(
        "accession-lag",
        f"{text}{followed}.",
        otherwise="When {who} joined {bloc} is known only roughly: {reason}.",
        role="key",
        rank=4,
        label="From {who} joining {bloc} to the decision that ended it"
        if decided is not None
        else "From {who} joining {bloc} to its end",
        figure="{span}",
        change=change,
        exhibit="lags",
        **values,
    )


def second(life: pd.DataFrame, moved: pd.DataFrame, bloc: str, country: str) -> Finding:
    """The second reading: the other late joinings of blocs that have ended, and whether a suspension came first."""
    sure = moved[~moved["is_uncertain"].astype(bool)]
    ended = {row["bloc"]: row for row in life.to_dict("records") if row["end"]}
    told, sources, rows = [], [], []
    for row in sure[sure["move"] == "joined"].to_dict("records"):
        if row["bloc"] not in ended or (row["bloc"], row["country"]) == (bloc, country):
            continue
        late = {
            "country": names.country(row["country"]),
            "bloc": names.bloc(row["bloc"]),
            "days": Told(_days(row["date"], ended[row["bloc"]]["end"])),
        }
        own = sure[(sure["bloc"] == row["bloc"]) & (sure["country"] == row["country"])]
        frozen = own[own["move"].isin(["suspended", "frozen"]) & (own["first"] >= row["last"])]
        if len(frozen):
            until = Told(_days(row["date"], frozen.iloc[0]["date"]))
            told.append(
                msg("{country} in {bloc}, {days} days (suspended after {until} days)", until=until, **late)
            )
        else:
            told.append(msg("{country} in {bloc}, {days} days", **late))
        sources += [row["source"], ended[row["bloc"]]["source"]]
        rows += [row["row"], ended[row["bloc"]]["row"]]
    if not told:
        return Finding("lag-second", "No other late joining can be counted to the end of its bloc.")
    return Finding(
        "lag-second",
        "Counted in the same way, from other late joinings to the end of the bloc: {told}.",
        told=wording.clauses(told),
        exhibit="lags",
        rows=rows,
        sources=list(dict.fromkeys(sources)),
        methods=["days_between"],
    )


def lags(life: pd.DataFrame, moved: pd.DataFrame, ends: pd.DataFrame, on: date) -> Exhibit:
    """Every country that joined one of these blocs after its founding, with the time to the decision and to the end."""
    joined = moved[(moved["move"] == "joined") & ~moved["is_uncertain"].astype(bool)]
    if joined.empty:
        why = Finding(
            "lags-absent", "By {day}, no country had joined one of these blocs after its founding.", day=on
        )
        return Exhibit.absent("lags", why)
    rows = []
    for row in joined.to_dict("records"):
        (one,) = life[life["bloc"] == row["bloc"]].to_dict("records")
        decided = _decided(ends, row["bloc"], on)
        rows.append(
            {
                "country": names.label(row["country"]),
                "bloc": names.bloc(row["bloc"]),
                "joined": marks.date(row),
                "decided": marks.date(decided) if decided is not None else "none found",
                "to_decision": _days(row["date"], decided["date"]) if decided is not None else "",
                "ended": marks.date(one, "end", unverified="is_end_unverified") or "exists",
                "to_end": _days(row["date"], one["end"]) if one["end"] else "",
                "successor": names.bloc(one["successor"]) if one["successor"] else "",
                "source": row["source"],
            }
        )
    frame = pd.DataFrame(rows)
    over = [(row, one) for row, one in zip(rows, joined.to_dict("records"), strict=True) if row["to_end"]]
    return Exhibit.table(
        "lags",
        title=_lags_title(over, joined, life),
        subtitle="Days from a joining after the founding to the decision that ended the bloc, and to its end",
        note=" ".join(
            filter(
                None,
                [
                    marks.note([*frame["joined"], *frame["ended"], *frame["decided"]]),
                    "A range of days stands where a date is known only by its month. That an end came after a joining says"
                    " nothing of why.",
                ],
            )
        ),
        table=Table.of(
            frame,
            [
                Column("country", "Country"),
                Column("bloc", "Bloc"),
                Column("joined", "Joined"),
                Column("decided", "End decided"),
                Column("to_decision", "Days to it", align="right"),
                Column("ended", "Ended"),
                Column("to_end", "Days to it", align="right"),
                Column("successor", "Followed by"),
            ],
        ),
        data=frame,
        sources=list(dict.fromkeys([*frame["source"], *life["source"], *ends["source"]])),
        methods=["days_between"],
    )


def _lags_title(over: list, joined: pd.DataFrame, life: pd.DataFrame) -> Finding:
    ended = dict(zip(life["bloc"], life["end"], strict=True))
    exact = [row for _, row in over if elapsed(days(row["date"]), days(ended[row["bloc"]])).exact]
    if not exact:
        return Finding(
            "lags-title",
            "No bloc that a country joined late has ended with both dates known to the day",
            role="title",
        )
    spans = [(days_between(row["date"], ended[row["bloc"]], rows=[row["row"]]), row) for row in exact]
    span, row = min(spans, key=lambda each: each[0].value)
    return Finding(
        "lags-title",
        "Of the late joinings dated to the day, that of {who} to {bloc} was nearest to the end of the bloc: {span}",
        role="title",
        who=names.country(row["country"]),
        bloc=names.bloc(row["bloc"]),
        span=ranked(span, [each for each, _ in spans]),
    )


def _decided(ends: pd.DataFrame, bloc: str, on: date) -> dict | None:
    """The decision that ended a bloc, if it had been taken by the day."""
    found = ends[ends["bloc"] == bloc].to_dict("records")
    return found[0] if found and days(str(found[0]["date"])).last <= on else None


def _days(earlier: str, later: str) -> str:
    span = elapsed(days(earlier), days(later))
    low, high = (wording.count(each) for each in span)
    return low if span.exact else f"{low}–{high}"
