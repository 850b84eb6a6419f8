"""One pair: the rung it stands on, the way up, the time on each rung, and what tied the two before and after a step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from analysis.exhibits import charts, marks, names, wording
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.template import plural, ranked
from analysis.measures.measured import Measured, tally
from analysis.measures.portfolios import YEAR, Side
from analysis.measures.relations import Dwell, Turn

from . import words

SHORT = 0.1  # years; below it a single decimal says little


def pair_rung(steps: pd.DataFrame, pair: Sequence[str], on: date) -> Finding:
    """Key figure: the rung of the pair and since when; its sentence tells what it stood on before."""
    if not pair:
        return words.no_pair("pair-rung", "rung of a pair to tell")
    values = {"pair": words.pair(pair)}
    moved = steps[(steps["before"] != steps["after"]) & ~steps["is_uncertain"]]
    if moved.empty:
        text = "By {day}, no agreement of {pair} alone had surely put them on a rung of the ladder."
        return Finding("pair-rung", text, day=on, **values)
    newest = moved.iloc[-1]
    text = "{pair} have stood on the rung {rung} since the “{title}” of {when:date}"
    values |= {
        "rung": words.rung(newest["after"]),
        "when": newest["when"],
        "title": words.title(newest),
        "count": Measured(
            len(steps),
            "count",
            "concluded",
            on=on,
            rows=tuple(steps["row"]),
            sources=tuple(dict.fromkeys(steps["source"])),
        ),
        "noun": plural(len(steps), one="agreement", other="agreements"),
    }
    if newest["before"]:
        text += ", and on {before} before it"
        values["before"] = words.rung(newest["before"])
    later = steps[(steps["before"] == steps["after"]) & (steps["after"] == newest["after"])]
    if len(later):
        text += "; {again_count:count} later {again} it, {when_last} of {last:date}"
        values |= {
            "again_count": tally(later["row"], "concluded", on=on),
            "again": plural(len(later), one="agreement confirms", other="agreements confirm"),
            "when_last": plural(len(later), one="that", other="the last"),
            "last": later.iloc[-1]["when"],
        }
    return Finding(
        "pair-rung",
        f"{text}.",
        role="key",
        rank=3,
        label="Rung of {pair}",
        figure="{rung}",
        change="since {when:date}; {count:count} {noun} in all",
        exhibit="milestones",
        rows=steps["row"],
        **values,
    )


def milestones(steps: pd.DataFrame, pair: Sequence[str], on: date) -> Exhibit:
    """The way of the pair up the ladder: every agreement that is a rung, with its date."""
    if steps.empty:
        return Exhibit.absent("milestones", _nothing("milestones-absent", "way up to show", pair, on))
    rows = steps.to_dict("records")
    printed = pd.DataFrame(
        {
            "date": [words.dated(row, "when") for row in rows],
            "rung": [words.rung(row["rung"]) for row in rows],
            "step": [_step(row) for row in rows],
            "title": [words.title(row) for row in rows],
            "state": [marks.state(row["state"], is_uncertain=row["is_uncertain"]) for row in rows],
        }
    )
    begun = steps[steps["cause"] != "ended"]
    drawn = pd.DataFrame(
        {
            "rung": begun["rung"],
            "held": begun["after"],
            "is_step": begun["before"] != begun["after"],
            "first": begun["first"],
            "last": [min(last, on) for last in begun["last"]],
            "text": [words.dated(row, "when") for row in begun.to_dict("records")],
        }
    )
    skipped = _skipped(steps)
    return Exhibit.figure(
        "milestones",
        title=_milestones_title(steps, pair, on),
        subtitle=Finding(
            "milestones-subtitle",
            "Agreements of {pair} alone that are rungs of the ladder, to {day}",
            pair=words.pair(pair),
            day=on,
        ),
        note=words.day_note(
            printed["date"], f"Rungs that the pair skipped: {wording.join(skipped)}." if skipped else ""
        ),
        figure=lambda: charts.rungs(
            drawn,
            names=words.rungs(),
            until=on,
            step_label="To another rung",
            same_label="On a rung already held",
            coarse_label="Date known by month or year",
        ),
        table=Table.of(
            printed,
            [
                Column("date", "Date"),
                Column("rung", "Rung"),
                Column("step", "Step"),
                Column("title", "Agreement"),
                Column("state", "State"),
            ],
        ),
        data=printed,
        sources=list(dict.fromkeys(steps["source"])),
        methods=["treaty_ladder"],
    )


def dwell(held: Sequence[Dwell], pair: Sequence[str], on: date) -> Exhibit:
    """How long the pair stood on each rung, in days; a range where a date is coarse."""
    if not held:
        return Exhibit.absent("dwell", _nothing("dwell-absent", "time on a rung to count", pair, on))
    frame = pd.DataFrame(
        [
            {
                "rung": words.upper(words.rung(each.rung)),
                "start": wording.date(each.start),
                "end": wording.date(each.end) if each.end else f"still held on {wording.date(on)}",
                "days": _days(each),
                "years": _years(each),
                "low": each.low,
                "high": each.high,
            }
            for each in held
        ]
    )
    return Exhibit.table(
        "dwell",
        title=_dwell_title(held, pair),
        subtitle="Days on each rung reached, from the date of one step to that of the next",
        note="A range holds every number of days that a date known by month or year allows."
        if any(each.low.value != each.high.value for each in held)
        else None,
        table=Table.of(
            frame,
            [
                Column("rung", "Rung"),
                Column("start", "From"),
                Column("end", "Until"),
                Column("days", "Days", align="right"),
                Column("years", "About, years", align="right"),
            ],
        ),
        data=frame,
        sources=list(dict.fromkeys(source for each in held for source in each.low.sources)),
        methods=["dwell_time"],
    )  # fmt: skip


def longest(held: Sequence[Dwell], pair: Sequence[str]) -> Finding:
    """How long it took from the first rung to the one held now."""
    if len(held) < 2:
        return Finding("longest", "There are no two steps of a pair between which days could be counted.")
    fewest = max(0, sum(each.low.value for each in held[:-1]))
    trail = {
        "since": held[0].start,
        "on": held[-1].start,
        "rows": tuple(dict.fromkeys(row for each in held for row in each.low.rows)),
        "sources": tuple(dict.fromkeys(source for each in held for source in each.low.sources)),
    }
    is_exact = all(each.low.value == each.high.value for each in held[:-1])
    return Finding(
        "longest",
        "From {first} to {rung}, {pair} took {days} ({years:duration1})."
        if is_exact
        else "From {first} to {rung}, {pair} took at least {days} ({years:duration1}).",
        exhibit="dwell",
        first=words.rung(held[0].rung),
        rung=words.rung(held[-1].rung),
        pair=words.pair(pair),
        days=Measured(fewest, "days", "dwell_time", **trail),
        years=Measured(fewest / YEAR, "years", "dwell_time", **trail),
    )


def before_after(turn: Turn | None, sides: Sequence[Side], pair: Sequence[str], on: date) -> Exhibit:
    """What tied the two on the day before a step (or a stated day) and on the day itself; `sides` are the two days."""
    if turn is None or not pair:
        if not pair:
            return Exhibit.absent(
                "before-after", words.no_pair("before-after-absent", "step to look at from both sides")
            )
        text = "By {day}, {pair} made no step that could be looked at from both sides."
        return Exhibit.absent(
            "before-after", Finding("before-after-absent", text, day=on, pair=words.pair(pair))
        )
    told = [_side(side) for side in sides]
    frame = pd.DataFrame({"what": list(told[0]), "before": told[0].values(), "after": told[1].values()})
    used = pd.concat([side.ties for side in sides])
    sources = [source for side in sides for source in side.rung["sources"]]
    return Exhibit.table(
        "before-after",
        title=_turn_title(turn, sides, pair),
        subtitle=Finding(
            "before-after-subtitle",
            "{what}: the last day before it and the day itself"
            if turn.is_stated
            else "The last step to another rung, “{what}”: the last day before it and the first day on which it holds",
            what="The day that was stated" if turn.is_stated else names.spoken(str(turn.title)),
        ),
        note="A tie whose coarse date leaves its existence on the day open is not counted."
        if not used["is_certain"].all()
        else None,
        table=Table.of(
            frame,
            [
                Column("what", "Tie"),
                Column("before", wording.date(turn.before)),
                Column("after", wording.date(turn.after)),
            ],
        ),
        data=frame,
        sources=list(dict.fromkeys([*sources, *used["source"]])),
        methods=["treaty_ladder", "defence_ties", "concluded"],
    )


def novelty(turn: Turn | None, sides: Sequence[Side], pair: Sequence[str]) -> Finding:
    """What was new: the rung and the number of ties of defence on both sides of a step or a stated day."""
    if not sides or turn is None:
        return Finding("novelty", "There is no step of a pair to look at from both sides.")
    was, now = (side.rung["rung"] for side in sides)
    ties = [side.ties[side.ties["is_certain"]] for side in sides]
    counts = [
        Measured(
            len(each),
            "count",
            "defence_ties",
            on=side.on,
            rows=tuple(each["row"]),
            sources=tuple(dict.fromkeys(each["source"])),
        )
        for side, each in zip(sides, ties, strict=True)
    ]
    values = {"pair": words.pair(pair), "before": turn.before, "after": turn.after, "was": words.rung(was)}
    text = "On {before}, {pair} stood on {was} and on {after} on {now}"
    if was == now:
        text = "On {before} and on {after}, {pair} stood on {was}"
    else:
        values["now"] = words.rung(now)
    if any(each.value for each in counts):
        text += ", with {few:count} {few_noun} on the first day and {many:count} on the second"
        values |= {"few": counts[0], "many": counts[1]}
        values["few_noun"] = plural(
            counts[0], one="agreement of defence between them", other="agreements of defence between them"
        )
    else:
        text += ", with no agreement of defence between them on either day"
    if sides[0].rung["rung"] and was == now:
        text += ". They had stood there since {reached:date}"
        values["reached"] = sides[0].rung["reached"]
    rows = [row for side in sides for row in side.rung["rows"]]
    return Finding("novelty", f"{text}.", exhibit="before-after", rows=rows, **values)


# --- inside ----------------------------------------------------------------------------------------------------------


def _nothing(ident: str, what: str, pair: Sequence[str], on: date) -> Finding:
    if not pair:
        return words.no_pair(ident, what)
    text = "By {day}, no agreement of {pair} alone had surely put them on a rung, so there is no {what}."
    return Finding(ident, text, day=on, pair=words.pair(pair), what=what)


def _steps(moved: pd.DataFrame, **context: date) -> Measured:
    """How many steps to another rung these are."""
    return Measured(len(moved), "count", "rung_steps", rows=tuple(moved["row"]), **context)


def _step(row: dict) -> str:
    if row["cause"] == "ended":
        return f"ended; {words.rung(row['after'])} from then on"
    if row["before"] == row["after"]:
        return "confirms"
    return f"from {words.rung(row['before'])}"


def _skipped(steps: pd.DataFrame) -> list[str]:
    reached = set(steps["rung"])
    return [words.rung(rung) for rung in range(1, int(steps["rung"].max())) if rung not in reached]


def _milestones_title(steps: pd.DataFrame, pair: Sequence[str], on: date) -> Finding:
    last, moved = steps.iloc[-1], steps[steps["before"] != steps["after"]]
    ends = moved.iloc[-1] if len(moved) else last
    text = "{pair} reached {rung} in {year}, in {count:count} {steps}"
    if ends["is_uncertain"]:
        text = (
            "Whether {pair} had reached {rung} in {year}, in {count:count} {steps}, is uncertain on this day"
        )
    return Finding(
        "milestones-title",
        text,
        role="title",
        pair=words.pair(pair),
        rung=words.rung(ends["after"]),
        year=int(ends["first"].year),
        count=_steps(moved, on=on),
        rows=[ends["row"]],
        steps=plural(len(moved), one="step", other="steps"),
    )


def _dwell_title(held: Sequence[Dwell], pair: Sequence[str]) -> Finding:
    most = max(held, key=lambda each: each.low.value)
    how = "for {days}" if most.low.value == most.high.value else "for at least {days}"
    text = (
        f"{{pair}} stood longest on {{rung}}, {how}"
        if len(held) > 1
        else f"{{pair}} have stood on {{rung}} {how}"
    )
    values = {
        "pair": words.pair(pair),
        "rung": words.rung(most.rung),
        "days": ranked(most.low, [each.low for each in held]),
    }
    return Finding("dwell-title", text, role="title", **values)


def _days(held: Dwell) -> str:
    low, high = wording.count(held.low.value), wording.count(held.high.value)
    return low if low == high else f"{low}{wording.DASH}{high}"


def _years(held: Dwell) -> str:
    low, high = (_in_years(each.value) for each in (held.low, held.high))
    return low if low == high else f"{low}{wording.DASH}{high}"


def _in_years(days: float) -> str:
    """Years to one decimal, or to the first digit that is not zero."""
    return wording.number(days / YEAR, 1 if not days or days / YEAR >= SHORT else None)


def _side(side: Side) -> dict[str, str]:
    sure, row = side.ties[side.ties["is_certain"]], side.rung
    rung = words.rung(row["rung"])
    if row["is_uncertain"]:
        rung += f" or {words.rung(row['could_be'])}, uncertain"
    return {
        "Rung": rung,
        "Reached": words.dated(row, "reached") or "–",
        "By": words.title(row) or "–",
        "Agreements of defence of the two alone": _titles(sure),
        "Blocs of security in common": ", ".join(map(names.bloc, side.blocs)) or "none of those looked at",
        "Agreements of the two alone, of any kind": wording.count(len(side.concluded)),
    }


def _titles(ties: pd.DataFrame) -> str:
    if ties.empty:
        return "none in the tables"
    return f"{len(ties)}: {words.listed(ties.to_dict('records'))}"


def _turn_title(turn: Turn, sides: Sequence[Side], pair: Sequence[str]) -> Finding:
    was, now = (side.rung["rung"] for side in sides)
    values = {"pair": words.pair(pair), "day": turn.after, "rung": words.rung(now)}
    rows = [row for side in sides for row in side.rung["rows"]]
    if was == now:
        text = "The rung of {pair} did not change on {day}: {rung} before and after"
        return Finding("before-after-title", text, role="title", rows=rows, **values)
    text = "{pair} went from {was} to {rung} by {day}"
    return Finding("before-after-title", text, role="title", rows=rows, was=words.rung(was), **values)
