"""Terms of a route: what a document states beside what is found, and long concessions on one axis of years."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from analysis.exhibits import charts, marks, names, wording
from analysis.exhibits.accords import naming, stated
from analysis.exhibits.accords.tracks import Tracks
from analysis.exhibits.charts.step import decimal_year
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.template import plural, ranked
from analysis.measures import agreements as _agreements
from analysis.measures import stages
from analysis.measures.dates import days, is_blank
from analysis.measures.measured import Measured

FIRM, EXTENSION, CEILING = "firm", "extension", "ceiling"
PARTS = {FIRM: "firm", EXTENSION: "possible extension", CEILING: "spoken of, at most"}


def known(terms: pd.DataFrame, agreements: pd.DataFrame, parties: pd.DataFrame, on: date) -> pd.DataFrame:
    """The parts of terms whose agreement there surely was by a day, with start and end year, and the agreement's date."""
    held = _agreements.on_day(agreements, parties, on)
    held = held[~held["is_uncertain"].astype(bool)].set_index("agreement")
    found = terms[terms["agreement"].isin(held.index)]
    found = found.assign(
        agreed=[held.at[each, "date"] for each in found["agreement"]],
        row=[f"terms:{row.term}/{row.part}" for row in found.itertuples()],
    )
    newest = {
        route: max(days(each).first.year for each in own["agreed"]) for route, own in found.groupby("route")
    }
    return stages.term_ends(found, newest)


def ends(found: pd.DataFrame, tracks: Tracks, process: str) -> Finding:
    """Key figure: the years in which rights that are counted from an assumed start would end, by reading."""
    if process not in tracks:
        return Finding("term-ends", "The terms of the route are not asked about.")
    assumed = found[found["is_start_assumed"].astype(bool)]
    if assumed.empty:
        return Finding(
            "term-ends", "No term of a route without a known first day is in the tables on this day."
        )
    years = sorted(set(assumed["end_year"].astype(int)))
    parts, values = [], {}
    for letter, row in zip(
        "abcdef", assumed.sort_values(["end_year", "term"]).to_dict("records"), strict=False
    ):
        behind = {"start": row["start_year"], "end": row["end_year"], "rows": (row["row"],)}
        length, last = (
            Measured(int(row[column]), unit, "term_end", sources=(row["source"],), **behind)
            for column, unit in (("years", "years"), ("end_year", "year"))
        )
        values |= {f"years_{letter}": length, f"end_{letter}": last}
        values[f"who_{letter}"] = _reading(row["reading"])
        words = {
            FIRM: f"{{who_{letter}}} {'give' if row['reading'].endswith('s') else 'gives'} {{years_{letter}}}, to {{end_{letter}}}",
            EXTENSION: f"a further {{years_{letter}}} that {{who_{letter}}} allows, to {{end_{letter}}}",
            CEILING: f"{{who_{letter}}} spoke of up to {{years_{letter}}}, to {{end_{letter}}}",
        }
        parts.append(words[row["part"]])
    return Finding(
        "term-ends",
        f"{{route}}: {'; '.join(parts)}. Counted from {{start}}: no source gives a first day.",
        role="key",
        rank=4,
        label="Last year of the rights over {route}, by reading",
        figure="{years:or}",
        exhibit="concessions",
        rows=assumed["row"],
        route=str(assumed["route"].iloc[0]),
        start=int(assumed["start_year"].min()),
        years=[wording.year(each) for each in years],
        **values,
    )


def checked(
    checks: pd.DataFrame,
    found: pd.DataFrame,
    claims: pd.DataFrame,
    events: pd.DataFrame,
    holdings: pd.DataFrame,
    on: date,
) -> pd.DataFrame:
    """What documents state of the terms beside what the tables hold by the day: one row for each that can be checked."""
    said = claims.set_index("claim")
    rows = []
    for check in checks[checks["claim"].isin(said.index)].to_dict("records"):
        claim = said.loc[check["claim"]]
        answer = _answer(check, claim, found, events, holdings, on)
        if answer is not None:
            unit = f" {claim['unit']}" if isinstance(claim["unit"], str) and claim["unit"] else ""
            rows.append(
                {"label": check["label"], "stated": f"{claim['stated_value']}{unit}", "claim": check["claim"]}
                | dict(zip(("found", "result", "source"), answer, strict=True))
                | {"document": claim["source"], "row": _row(check)}
            )
    return pd.DataFrame(rows, columns=list(stated.COLUMNS))


def operator(found: pd.DataFrame, holdings: pd.DataFrame, tracks: Tracks, process: str) -> Finding:
    """Who holds what in the company of the route."""
    held = holdings[holdings["agreement"].isin(found["agreement"])].sort_values("held_share", ascending=False)
    if process not in tracks:
        return Finding("holders", "Who holds the company of the route is not asked about.")
    if held.empty:
        return Finding("holders", "No parts in a company of the route are in the tables on this day.")
    parts, values = [], {}
    for letter, row in zip("abcd", held.to_dict("records"), strict=False):
        share = Measured(row["held_share"], "share", "held_share", sources=(row["source"],))
        values |= {f"who_{letter}": names.country(row["country"]), f"share_{letter}": share}
        parts.append(f"{{who_{letter}}} {{share_{letter}:percent0}}")
    return Finding(
        "holders",
        f"Parts in the company of the route, at first: {', '.join(parts)}.",
        exhibit="route-terms",
        **values,
    )


def terms(frame: pd.DataFrame, found: pd.DataFrame, tracks: Tracks, process: str, on: date) -> Exhibit:
    """The stated terms of the route beside those found (`checked`)."""
    if process not in tracks:
        return naming.not_asked("route-terms", process)
    if frame.empty:
        text = "On {day}, the tables hold nothing to check the stated terms of the route against."
        return Exhibit.absent("route-terms", Finding("route-terms-absent", text, day=on))
    note = _notes(found[found["agreement"].isin(frame["row"].str.removeprefix("agreements:"))])
    return stated.table("route-terms", "Stated terms of the route", frame, on, note)


def concessions(found: pd.DataFrame, tracks: Tracks, process: str, on: date) -> Exhibit:
    """A bar for every long term, hatched where it is only possible or spoken of."""
    if process not in tracks:
        return naming.not_asked("concessions", process)
    if found.empty:
        absent = Finding("concessions-absent", "On {day}, the tables hold no long concession.", day=on)
        return Exhibit.absent("concessions", absent)
    frame = found.assign(
        name=[f"{row['route']}: {_reading(row['reading'])}" for row in found.to_dict("records")]
    )
    frame = frame.sort_values(["end_year"]).sort_values("name", kind="stable")
    firm = frame[frame["part"] == FIRM]
    latest = frame.loc[frame["end_year"].idxmax()]
    values: dict[str, Any] = {"last": ranked(int(latest["end_year"]), frame["end_year"])}
    text = "The longest term runs to {last}, at most"
    if len(firm):
        values["which"] = _ended(firm)
        values["terms"] = plural(len(firm), one="The firm term ends", other="Firm terms end")
        text = "{terms} in {which}; with what is possible or spoken of, the last ends in {last}"
    return Exhibit.figure(
        "concessions",
        title=Finding("concessions-title", text, role="title", rows=frame["row"], **values),
        subtitle="Years of each term; firm parts filled, others hatched",
        figure=lambda: charts.terms(
            frame.rename(columns={"start_year": "start", "end_year": "end"}),
            today=decimal_year(on),
            today_label=wording.date(on),
            firm_label="firm",
            extension_label="possible extension",
            ceiling_label="spoken of, at most",
        ),
        table=Table.of(
            frame.assign(
                word=[PARTS[part] for part in frame["part"]],
                agreed=[wording.date(each) for each in frame["agreed"]],
            ),
            [
                Column("name", "Term"),
                Column("word", "Part"),
                Column("years", "Years", "count"),
                Column("start_year", "From", "year"),
                Column("end_year", "To", "year"),
                Column("agreed", "Text of"),
            ],
        ),
        data=frame,
        note=_notes(frame),
        sources=naming.sources(frame["source"]),
        methods=["term_end"],
        placement="none",
    )


# --- inside ----------------------------------------------------------------------------------------------------------


def _reading(reading: str) -> str:
    """Who says so, inside a sentence."""
    return reading if reading[:2].isupper() else f"the {reading[:1].lower()}{reading[1:]}"


def _ended(firm: pd.DataFrame) -> list[str]:
    return [
        f"{wording.year(row['end_year'])} ({row['route']})"
        for row in firm.sort_values("end_year").to_dict("records")
    ]


def _row(check: dict) -> str:
    """The row that answers a check."""
    return f"events:{check['event']}" if check["kind"] == "event" else f"agreements:{check['agreement']}"


def _answer(
    check: dict, claim: pd.Series, found: pd.DataFrame, events: pd.DataFrame, holdings: pd.DataFrame, on: date
) -> tuple[str, str, str] | None:
    """What is found, how it stands to what is stated, and its source; None where there is nothing by the day."""
    if check["kind"] == "event":
        event = events[events["event"] == check["event"]].iloc[0]
        if days(event["date"]).last > on or event["status"] not in stages.OF_RECORD:
            return None
        result = stages.AGREES if check["answer"] == "confirms" else stages.DIFFERS
        return f"{event['title']} ({marks.date(event)})", result, event["source"]
    if check["agreement"] not in set(found["agreement"]):
        return None
    if check["kind"] == "holding":
        held = holdings[holdings["agreement"] == check["agreement"]].sort_values(
            "held_share", ascending=False
        )
        told = [
            f"{names.label(row.country)} {wording.percent(row.held_share, 0)}" for row in held.itertuples()
        ]
        result = stages.AGREES if len(held) > 1 else stages.DIFFERS
        return f"{' and '.join(told)}, at first", result, held["source"].iloc[0]
    own = found[found["term"] == check["term"]]
    length = {row["part"]: int(row["years"]) for row in own.to_dict("records")}
    told = f"{length[FIRM]} years" + (f", possibly {length[EXTENSION]} more" if EXTENSION in length else "")
    length_stated = int(claim["stated_value"])
    if length_stated == length[FIRM]:
        result = stages.AGREES
    else:
        result = "only with the extension" if length_stated == sum(length.values()) else stages.DIFFERS
    return told, result, own["source"].iloc[0]


def _notes(frame: pd.DataFrame) -> str | None:
    noted = frame[~frame["note"].map(is_blank)]
    told = dict.fromkeys(
        f"{row['route']}, {_reading(row['reading'])}, {PARTS[row['part']]}: {row['note']}."
        for row in noted.to_dict("records")
    )
    assumed = frame[frame["is_start_assumed"].astype(bool)]
    if len(assumed):
        start = wording.year(assumed["start_year"].min())
        told[
            f"No source gives a first day for {assumed['route'].iloc[0]}: it is counted from {start}, the year of its last text."
        ] = None
    return " ".join(told) or None
