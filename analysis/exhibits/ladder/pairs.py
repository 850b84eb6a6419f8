"""All pairs on a day: the highest rung and who stands on it, the square of rungs, and the steps since another day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from analysis.exhibits import charts, marks, names
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.language import Told
from analysis.exhibits.template import plural, ranked
from analysis.measures.measured import Measured
from analysis.measures.network import possible_pairs
from analysis.measures.relations import Rules, median_rung

from . import words

MOST_NAMES = 4
RULES = {
    "signed": "A rung counts from the day its agreement was signed, a declaration as well as a treaty",
    "in-force": "A rung counts only from a known day of entry into force, which few sources give: this ladder is thin",
}


def lead(ladder: pd.DataFrame, countries: Sequence[str], on: date) -> Finding:
    """The first finding: the highest rung that any pair has reached on the day, and who stands there."""
    highest, pairs = _on_top(ladder)
    values = {"day": on, "all": _all(ladder, on), "countries": names.countries(set(countries))}
    text = "On {day}, {count:count} of the {all:count} {noun} of {countries} {stand} on the highest rung reached, {rung}"
    values |= {"noun": plural(len(ladder), one="pair", other="pairs")}
    if not highest:
        return Finding(
            "lead",
            "On {day}, none of the {all:count} {noun} of {countries} surely stands on a rung of the ladder.",
            role="lead",
            exhibit="ladder",
            **values,
        )
    if len(pairs) <= MOST_NAMES:
        text += " ({who})"
        values["who"] = [words.label(each) for each in pairs]
    values |= {
        "count": _count(ladder[ladder["rung"] == highest], on),
        "stand": plural(len(pairs), one="stands", other="stand"),
        "rung": ranked(words.rung(highest), ladder["rung"], by=highest),
    }
    if len(ladder) > 2:
        low, high = median_rung(list(ladder["rung"]))
        text += "; the median pair stands on {median}" if low else "; the median pair stands on none"
        values |= {"median": _between(low, high)} if low else {}
    return Finding("lead", f"{text}.", role="lead", exhibit="ladder", **values)


def rungs(rules: Rules) -> Finding:
    """The rungs in their order, and the rule by which one is reached."""
    counted = "count, and are marked" if rules.count_unverified else "do not count"
    return Finding(
        "rungs",
        "The rungs, from the bottom up, are {rungs}. {rule}. Only agreements of two countries alone make a rung, and rows with"
        " an unverified date {counted}. Alliance is the name that the texts give to the relations, not by itself a duty to"
        " defend.",
        exhibit="ladder",
        rungs=words.rungs(),
        rule=RULES[rules.rung_rule],
        counted=counted,
    )


def top(ladder: pd.DataFrame, on: date) -> Finding:
    """Key figure: pairs on the highest rung reached, of all pairs."""
    highest, pairs = _on_top(ladder)
    if not highest:
        return Finding("top-rung", "No pair surely stands on a rung on this day.")
    return Finding(
        "top-rung",
        "On the rung {rung} {are} {who}.",
        role="key",
        rank=1,
        label="Pairs on the highest rung reached, {rung}",
        figure="{count:count} of {all:count}",
        exhibit="ladder",
        rung=ranked(words.rung(highest), ladder["rung"], by=highest),
        are=plural(len(pairs), one="is", other="are"),
        who=[words.label(each) for each in pairs],
        count=_count(ladder[ladder["rung"] == highest], on),
        all=_all(ladder, on),
    )


def grid(ladder: pd.DataFrame, earlier: pd.DataFrame, on: date, since: date) -> Exhibit:
    """The rung of every pair, on the day under the diagonal and on an earlier day above it."""
    if not ladder["could_be"].any():
        why = Finding(
            "ladder-absent",
            "No pair of these countries had, or may have had, a rung on {day}.",
            day=on,
        )
        return Exhibit.absent("ladder", why)
    codes = sorted({*ladder["a"], *ladder["b"]}, key=names.label)
    order = [names.label(code) for code in codes]
    levels = pd.DataFrame(np.nan, index=order, columns=order)
    texts = pd.DataFrame("", index=order, columns=order)
    uncertain, changed = [], []
    was = {(row.a, row.b): row.rung for row in earlier.itertuples()}
    for frame, is_later in ((ladder, True), (earlier, False)):
        for row in frame.to_dict("records"):
            first, last = sorted((names.label(row["a"]), names.label(row["b"])))
            cell = (last, first) if is_later else (first, last)
            levels.loc[cell], texts.loc[cell] = row["rung"], _cell(row)
            uncertain += [cell] if row["is_uncertain"] else []
            moved = is_later and row["rung"] != was[row["a"], row["b"]]
            changed += [cell] if moved else []
    frame = _listed(ladder, earlier)
    note = words.day_note(
        [*texts.to_numpy().ravel(), *frame["reached"]],
        "The year is that of the first agreement on the rung." if charts.grid_is_worded(texts) else "",
        "Hatched: a date known by month or year leaves open which rung the pair had." if uncertain else "",
    )
    return Exhibit.figure(
        "ladder",
        title=_grid_title(ladder, earlier, on, since),
        subtitle=Finding(
            "ladder-subtitle",
            "Rung of each pair, on {day} under the diagonal and on {since} above it",
            day=on,
            since=since,
            rows=_count(earlier, since).rows,
        ),
        alt=Finding(
            "ladder-alt",
            "{changed:count} {differ} between the two days.",
            changed=_changed(ladder, earlier, on, since),
            differ=plural(len(changed), one="pair differs", other="pairs differ"),
        ),
        note=note,
        noted=lambda: charts.grid_is_worded(texts),
        figure=lambda: charts.grid(
            levels,
            texts,
            key=[words.upper(each) for each in (words.NONE, *words.rungs())],
            below=f"Under the diagonal: {marks.wording.date(on)}",
            above=f"Above it: {marks.wording.date(since)}",
            uncertain=uncertain,
            uncertain_label="Uncertain on the day",
            changed=changed,
            changed_label="Changed between the two days",
        ),
        table=Table.of(
            frame,
            [
                Column("pair", "Pair"),
                Column("now", marks.wording.date(on)),
                Column("reached", "Reached"),
                Column("was", marks.wording.date(since)),
                Column("title", "By"),
            ],
        ),
        data=frame,
        sources=_sources(ladder, earlier),
        methods=["treaty_ladder"],
    )


def moved(moves: pd.DataFrame, ladder: pd.DataFrame, since: date, on: date) -> Finding:
    """Key figure: how many pairs moved to another rung since a day."""
    sure = moves[~moves["is_uncertain"] & ~moves["may_be_before"]]
    if sure.empty:
        return Finding(
            "moved", "Between {since} and {day}, no pair surely moved to another rung.", since=since, day=on
        )
    pairs = sure[["a", "b"]].drop_duplicates()
    highest = int(sure["after"].max())
    to_top = sure[sure["after"] == highest]
    trail = {"rows": tuple(sure["row"]), "sources": tuple(dict.fromkeys(sure["source"]))}
    trail |= {"since": since, "on": on}
    return Finding(
        "moved",
        "Between {since} and {day}, {count:count} of {all:count} {pairs} moved to another rung, in {steps:count} {noun};"
        " those that came to {rung}, the highest reached, are {who}.",
        role="key",
        rank=2,
        label="Pairs that moved since {since}",
        figure="{count:count} of {all:count}",
        change="{steps:count} {noun}",
        exhibit="moves",
        since=since,
        day=on,
        count=Measured(len(pairs), "count", "treaty_ladder", **trail),
        all=_all(ladder, on),
        pairs=plural(len(ladder), one="pair", other="pairs"),
        steps=Measured(len(sure), "count", "rung_steps", **trail),
        noun=plural(len(sure), one="step", other="steps"),
        rung=ranked(words.rung(highest), sure["after"], by=highest),
        who=[words.label((row.a, row.b)) for row in to_top.itertuples()],
    )


def moves(moves: pd.DataFrame, since: date, on: date) -> Exhibit:
    """Every step of a pair to another rung since a day, with the agreement that made it."""
    if moves.empty:
        why = "Between {since} and {day}, no pair of these countries moved to another rung."
        return Exhibit.absent("moves", Finding("moves-absent", why, since=since, day=on))
    rows = moves.to_dict("records")
    frame = pd.DataFrame(
        {
            "date": [words.dated(row, "when") for row in rows],
            "pair": [words.label((row["a"], row["b"])) for row in rows],
            "before": [words.short_rung(row["before"]) for row in rows],
            "after": [words.short_rung(row["after"]) for row in rows],
            "title": [words.title(row) for row in rows],
            "state": [marks.state(row["state"], is_uncertain=row["is_uncertain"]) for row in rows],
        }
    )
    open_ones = int((moves["may_be_before"] | moves["is_uncertain"]).sum())
    return Exhibit.table(
        "moves",
        title=_moves_title(moves, since, on),
        subtitle=Finding(
            "moves-subtitle",
            "Steps to another rung after {since} and by {day}, in order of date; the state is that of {day}",
            since=since,
            day=on,
            rows=moves["row"],
        ),
        note=words.day_note(
            frame["date"],
            "Rungs are named in short, as in the cells of the square.",
            "A coarse date may lie before the first day or after the last one of this list."
            if open_ones
            else "",
        ),
        table=Table.of(
            frame,
            [
                Column("date", "Date"),
                Column("pair", "Pair"),
                Column("before", "From"),
                Column("after", "To"),
                Column("title", "By"),
                Column("state", "State"),
            ],
        ),
        data=frame,
        sources=list(dict.fromkeys(moves["source"])),
        methods=["treaty_ladder"],
    )


def readings(coded: pd.DataFrame, chosen: pd.DataFrame, reading: str, on: date) -> Finding:
    """How the titles that name two rungs are read in this briefing, where any is known by the day."""
    known = coded[coded["agreement"].isin(chosen["agreement"]) & (coded["date"] <= on.isoformat())]
    if known.empty:
        return Finding("readings", "No title known by this day names two rungs.")
    rows = known.sort_values("date").to_dict("records")
    told = [
        f"{words.title(row)} ({marks.wording.date(row['date'])}) as {words.rung(row['rung'])}" for row in rows
    ]
    return Finding(
        "readings",
        "Titles that name two rungs are read by the {reading} of the two: {told}.",
        reading=Told(reading),
        told=told,
        sources=tuple(known["source"]),
    )


# --- inside ----------------------------------------------------------------------------------------------------------


def _on_top(ladder: pd.DataFrame) -> tuple[int, list[tuple[str, str]]]:
    highest = int(ladder["rung"].max())
    rows = ladder[ladder["rung"] == highest]
    return highest, sorted(zip(rows["a"], rows["b"], strict=True), key=words.label)


def _all(ladder: pd.DataFrame, on: date) -> Measured:
    return possible_pairs({*ladder["a"], *ladder["b"]}, on)


def _count(rows: pd.DataFrame, on: date) -> Measured:
    used = tuple(row for each in rows["rows"] for row in each)
    return Measured(len(rows), "count", "treaty_ladder", on=on, rows=used, sources=tuple(_sources(rows)))


def _changed(ladder: pd.DataFrame, earlier: pd.DataFrame, on: date, since: date) -> Measured:
    """The pairs of which the rung is not the same on the two days; both frames have the pairs in one order."""
    differs = (ladder["rung"] != earlier["rung"]).to_numpy()
    both = pd.concat([ladder[differs], earlier[differs]])
    return replace(_count(both, on), value=int(differs.sum()), since=since)


def _steps(moves: pd.DataFrame, **span: date | int) -> Measured:
    return Measured(len(moves), "count", "rung_steps", rows=tuple(moves["row"]), **span)


def _sources(*frames: pd.DataFrame) -> list[str]:
    return list(dict.fromkeys(source for frame in frames for each in frame["sources"] for source in each))


def _between(low: int, high: int) -> str:
    return words.rung(low) if low == high else f"{words.rung(low)} or {words.rung(high)}"


def _cell(row: dict) -> str:
    if row["is_uncertain"]:
        return f"{words.short_rung(row['rung'])} or\n{words.short_rung(row['could_be'])}"
    if not row["rung"]:
        return words.short_rung(row["rung"])
    mark = marks.of(row)
    return f"{words.short_rung(row['rung'])}\n{str(row['reached'])[:4]}{f' {mark}' if mark else ''}"


def _listed(ladder: pd.DataFrame, earlier: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for now, was in zip(ladder.to_dict("records"), earlier.to_dict("records"), strict=True):
        rows.append(
            {
                "pair": words.label((now["a"], now["b"])),
                "now": _standing(now),
                "reached": words.dated(now, "reached") or "–",
                "was": _standing(was),
                "title": words.title(now) or "–",
                "rung": now["rung"],
            }
        )
    frame = pd.DataFrame(rows).sort_values(["rung", "pair"], ascending=[False, True], kind="stable")
    return frame.drop(columns="rung").reset_index(drop=True)


def _standing(row: dict) -> str:
    if row["is_uncertain"]:
        return f"{words.rung(row['rung'])} or {words.rung(row['could_be'])}, uncertain"
    return words.rung(row["rung"])


def _grid_title(ladder: pd.DataFrame, earlier: pd.DataFrame, on: date, since: date) -> Finding:
    highest, pairs = _on_top(ladder)
    if not highest:
        return Finding("ladder-title", "Which pairs have a rung is uncertain on this day", role="title")
    now, before = (
        _count(each[each["rung"] == highest], day) for each, day in ((ladder, on), (earlier, since))
    )
    return Finding(
        "ladder-title",
        "{now:count} {pairs} on the rung {rung}, against {before:count} on {since}",
        role="title",
        now=now,
        pairs=plural(len(pairs), one="pair stands", other="pairs stand"),
        rung=words.rung(highest),
        before=before,
        since=since,
    )


def _moves_title(moves: pd.DataFrame, since: date, on: date) -> Finding:
    is_open = (moves["may_be_before"] | moves["is_uncertain"]).astype(bool)
    sure = moves[~is_open]
    span = {"since": since, "on": on}
    text = "{count:count} {steps} between {since} and {day}"
    values = {
        "count": _steps(sure, **span),
        "steps": plural(len(sure), one="step to another rung", other="steps to another rung"),
    }
    years = sure["first"].map(lambda day: day.year)
    busiest = years.value_counts().sort_index()
    if len(busiest) > 1 and busiest.max() > 1:
        text += ", {most:count} of them in {year}"
        year = int(busiest.idxmax())
        values |= {"most": _steps(sure[years == year], start=year, end=year), "year": year}
    if len(sure) < len(moves):
        text += ", and {open:count} that may lie outside"
        values["open"] = _steps(moves[is_open], **span)
    return Finding("moves-title", text, role="title", since=since, day=on, **values)
