"""Who joined, left or was suspended, and who of a set of countries was in each bloc at its beginning and its end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from analysis.exhibits import marks, names, wording
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.template import plural, ranked
from analysis.measures.measured import Measured, tally
from analysis.measures.sets import asked

MOVES = {
    "founder": "in from the first day",
    "joined": "joined",
    "left": "left",
    "suspended": "suspended, not left",
    "resumed": "took part again",
    "frozen": "suspended, still counted",
    "thawed": "suspension ended",
    "ended-with-bloc": "in until the end of the bloc",
    "candidate": "candidate, not counted",
}
FROZEN = ("suspended", "frozen")


def moves(moved: pd.DataFrame, on: date) -> Exhibit:
    """Every joining and leaving in order, a suspension told apart from a leaving."""
    if moved.empty:
        why = Finding("moves-absent", "By {day}, no country had joined any of these blocs.", day=on)
        return Exhibit.absent("moves", why)
    rows = []
    for (bloc, move, text, is_unverified, is_uncertain), group in moved.groupby(
        ["bloc", "move", "date", "is_date_unverified", "is_uncertain"], sort=False
    ):
        rows.append(
            {
                "bloc": names.bloc(bloc),
                "date": marks.date({"date": text, "is_date_unverified": is_unverified}),
                "move": MOVES[move] + (", uncertain on this day" if is_uncertain else ""),
                "who": wording.join(names.countries(group["country"])),
            }
        )
    frame = pd.DataFrame(rows)
    return Exhibit.table(
        "moves",
        title=_moves_title(moved, on),
        subtitle=Finding(
            "moves-subtitle", "Beginnings and ends of full standing by {day}, bloc by bloc", day=on
        ),
        note=" ".join(filter(None, [marks.note(frame["date"]), "Observers and guests are left out."])),
        table=Table.of(
            frame,
            [
                Column("bloc", "Bloc"),
                Column("date", "Date"),
                Column("move", "What"),
                Column("who", "Who"),
            ],
        ),
        data=moved.drop(columns=["row"]),
        sources=list(dict.fromkeys(moved["source"])),
        methods=["members"],
    )


def _moves_title(moved: pd.DataFrame, on: date) -> Finding:
    sure = moved[~moved["is_uncertain"].astype(bool)]
    joined, left, suspended = (
        tally(sure.loc[sure["move"].isin(kinds), "row"], "moves_made", on=on)
        for kinds in (("joined",), ("left",), FROZEN)
    )
    values, parts = {}, []
    for name, number, one, other in (
        ("joined", joined, "joining after a founding", "joinings after a founding"),
        ("suspended", suspended, "suspension", "suspensions"),
        ("left", left, "leaving", "leavings"),
    ):
        parts.append(f"{{{name}:count}} {{{name}_word}}" if number.value else f"no {{{name}_word}}")
        values |= {name: number} if number.value else {}
        values[f"{name}_word"] = plural(number, one=one, other=other) if number.value else one
    text = f"{parts[0]}, {parts[1]} and {parts[2]} on record"
    return Finding("moves-title", text[:1].upper() + text[1:], role="title", **values)


def suspended(moved: pd.DataFrame) -> Finding:
    """The suspensions: who, in which bloc, since when, and that a leaving is something else."""
    frozen = moved[moved["move"].isin(FROZEN) & ~moved["is_uncertain"].astype(bool)]
    if frozen.empty:
        return Finding(
            "suspended", "No member of these blocs is on record as suspended by this day.", exhibit="moves"
        )
    clauses, values = [], {}
    for letter, row in zip("abcdef", frozen.to_dict("records"), strict=False):
        clauses.append(f"in {{bloc_{letter}}} that of {{who_{letter}}}, from {{day_{letter}:date}}")
        values |= {
            f"who_{letter}": names.country(row["country"]),
            f"bloc_{letter}": names.bloc(row["bloc"]),
            f"day_{letter}": row["date"],
        }
    gone = moved[moved["move"] == "left"].merge(frozen[["bloc", "country"]])
    tail = "; that is no withdrawal, and none is on record" if gone.empty else ""
    return Finding(
        "suspended",
        f"Suspended was the part of several members: {'; '.join(clauses)}{tail}."
        if len(clauses) > 1
        else f"From {{day_a:date}} the part of {{who_a}} in {{bloc_a}} was suspended{tail}.",
        exhibit="moves",
        rows=frozen["row"],
        sources=list(dict.fromkeys(frozen["source"])),
        **values,
    )


def inside(found: pd.DataFrame, countries: Sequence[str], on: date) -> Exhibit:
    """Who of `countries` was in each bloc on its first and on its last day; `found` is `lifespans.at_ends`."""
    if found.empty:
        why = Finding("inside-absent", "By {day}, none of these blocs had a member.", day=on)
        return Exhibit.absent("inside", why)
    wanted = set(countries)
    frame = pd.DataFrame(
        [
            {
                "bloc": names.bloc(row["bloc"]),
                "first_day": row["first_day"],
                "first": len(row["first"]),
                "last_day": row["last_day"],
                "until": wording.date(row["last_day"]) + ("" if row["has_ended"] else " (exists)"),
                "last": len(row["last"]),
                "missing": _listed(wanted - {*row["last"], *row["uncertain"], *row["suspended"]}),
                "doubtful": _doubtful(row),
                "others": _listed(row["others"]),
            }
            for row in found.to_dict("records")
        ]
    )
    widest = max(len(row) for row in found["last"])
    used = tuple(row for each in found["rows"] for row in each)
    whole = [names.bloc(row["bloc"]) for row in found.to_dict("records") if set(row["last"]) == wanted]
    title = (
        "{whole} {has} of these blocs with all {all:count} countries asked about on the last day shown"
        if whole
        else "None of these blocs held all {all:count} countries asked about; the most is {most:count}"
    )
    values = (
        {"whole": whole, "has": plural(len(whole), one="is the only one", other="are the only ones")}
        if whole
        else {"most": ranked(Measured(widest, "count", "members", on=on, rows=used), map(len, found["last"]))}
    )
    return Exhibit.table(
        "inside",
        title=Finding("inside-title", title, role="title", all=asked(wanted, on), **values),
        subtitle=Finding(
            "inside-subtitle",
            "How many of {who} were in each bloc on the first day on which it had a member and on its last, or on {day}",
            who=names.countries(countries),
            day=on,
        ),
        table=Table.of(
            frame,
            [
                Column("bloc", "Bloc"),
                Column("first_day", "First day", "date"),
                Column("first", "In", "count"),
                Column("until", "Last day"),
                Column("last", "In", "count"),
                Column("missing", "Not in"),
                *(
                    [Column("doubtful", "Suspended or uncertain")]
                    if frame["doubtful"].ne("none").any()
                    else []
                ),
                Column("others", "Others in"),
            ],
        ),
        data=frame.drop(columns=["until"]),
        sources=list(dict.fromkeys(source for each in found["sources"] for source in each)),
        methods=["members"],
    )


def smallest(found: pd.DataFrame, bloc: str, countries: Sequence[str], on: date) -> Finding:
    """Key figure: how many of the countries one bloc held on its last day, and who was missing."""
    rows = found[found["bloc"] == bloc].to_dict("records")
    if not rows:
        return Finding(
            "central-members",
            "By {day}, {bloc} had no member, so none of the countries asked about was in it.",
            exhibit=None if found.empty else "inside",
            day=on,
            bloc=names.bloc(bloc),
        )
    (row,) = rows
    held, gone = row["last"], sorted(set(countries) - {*row["last"], *row["uncertain"], *row["suspended"]})
    context = {"rows": tuple(row["rows"]), "sources": tuple(row["sources"]), "on": row["last_day"]}
    values = {
        "bloc": names.bloc(bloc),
        "when": row["last_day"],
        "held": Measured(len(held), "count", "members", **context),
        "all": asked(countries, row["last_day"]),
    }
    missing = "; {gone} {was} not in it" if gone else ""
    values |= (
        {"gone": names.countries(gone), "was": plural(len(gone), one="was", other="were")} if gone else {}
    )
    for word in ("suspended", "uncertain"):
        if row[word]:
            missing += f"; {{{word}}} {{{word}_verb}} {word}"
            values |= {
                word: names.countries(row[word]),
                f"{word}_verb": plural(len(row[word]), one="was", other="were"),
            }
    return Finding(
        "central-members",
        ("On its last day, {when}," if row["has_ended"] else "On {when},")
        + " {bloc} held {held:count} of the {all:count} countries asked about"
        + f"{missing}.",
        role="key",
        rank=7,
        label="Of the countries asked about, in {bloc}",
        figure="{held:count} of {all:count}",
        change="on its last day, {when}" if row["has_ended"] else "on {when}",
        exhibit="inside",
        **values,
    )


def _doubtful(row: dict) -> str:
    """Countries that are neither simply in nor simply out: suspended ones, and those of which a date leaves it open."""
    kinds = ((word, row[word]) for word in ("suspended", "uncertain"))
    return "; ".join(f"{_listed(codes)} ({word})" for word, codes in kinds if codes) or "none"


def _listed(codes) -> str:
    return ", ".join(names.label(code) for code in sorted(codes)) or "none"
