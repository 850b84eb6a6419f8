"""Trade around a day, and figures of part of a year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.exhibits import charts, names, wording
from analysis.exhibits.finding import Finding
from analysis.exhibits.language import Quoted, Told, noted, paragraph
from analysis.exhibits.template import direction, msg, plural, ranked
from analysis.measures import agreements as ties
from analysis.measures import around, partial, trade
from analysis.measures.dates import Days, days
from analysis.measures.measured import Measured
from analysis.measures.series import Series

HALF = 0.5
"""A year is drawn at its middle, so a day stands between the years that it parts."""


@dataclass(frozen=True)
class Moment:
    """A day, possibly coarse, around which trade is looked at, and what happened on it; `when` None: there is none."""

    when: Days | None = None
    text: str = ""
    what: tuple[str, ...] = ()
    among: tuple[dt.date, ...] = ()
    sources: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()

    @property
    def date(self) -> str:
        """The date as it is printed."""
        return wording.date(self.text)

    @property
    def event(self) -> charts.Event | None:
        """The mark of a chart whose points are whole years."""
        if self.when is None:
            return None
        first, last = (charts.decimal_year(day) - HALF for day in self.when)
        return charts.Event(first, last if last > first else None, self.date)

    @property
    def mark(self) -> str | None:
        """What the mark of a chart stands for."""
        if self.event is None:
            return None
        if not self.what:
            return (
                msg("The dotted line marks {day}.", day=self.date)
                if self.event.end is None
                else msg("The shaded time is {day}.", day=self.date)
            )
        what = list(self.what)
        return (
            msg("The dotted line marks {day}: {what}.", day=self.date, what=what)
            if self.event.end is None
            else msg("The shaded time is {day}: {what}.", day=self.date, what=what)
        )


NO_MOMENT = Moment()


def moment(
    agreements: pd.DataFrame,
    parties: pd.DataFrame,
    pair: Sequence[str],
    as_of: dt.date,
    end: int,
    since: dt.date | None = None,
) -> Moment:
    """The given day, else that of the newest agreement of the two alone that was signed by the end of year `end`.

    Agreements whose date is unverified, or which only the document tells, are passed over.
    """
    if since is not None:
        return Moment(days(since.isoformat()), since.isoformat())
    held = ties.between(ties.on_day(agreements, parties, as_of), *pair, only=True)
    kept = [
        row["state"] in (*ties.BINDING, ties.ENDED)
        and not (row["is_uncertain"] or ties.is_doubtful(row))
        and row["last"].year <= end
        for row in held.to_dict("records")
    ]
    held = held[pd.Series(kept, index=held.index, dtype=bool)]
    if held.empty:
        return NO_MOMENT
    newest = held[held["date"] == held.iloc[-1]["date"]]
    when = Days(newest.iloc[0]["first"], newest.iloc[0]["last"])
    return Moment(
        when,
        newest.iloc[0]["date"],
        tuple(quoted(title) for title in newest["title"]),
        tuple(held["first"]),
        tuple(newest["source"]),
        tuple(newest["row"]),
    )


def quoted(title: str) -> Quoted:
    """A title between quotation marks."""
    return Quoted(msg("“{title}”", title=Quoted(title)))


def window(past: Series, when: Moment) -> Finding:
    """Turnover in the full years on either side of the day; no word on why they differ."""
    if when.when is None:
        return Finding(
            "window",
            "The tables hold no signed agreement of the two alone by the end of {end}, and no day was given to look"
            " before and after.",
            end=past.end,
        )
    found = around.window(past, when.when)
    told = {"day": when.date, "rows": when.rows, "sources": when.sources, "exhibit": "turnover"}
    opening = []
    if when.what:
        opening.append(
            noted(
                "The newest agreement that the two alone had signed by the end of {end} is {what}, of {day}."
            )
            if len(when.what) == 1
            else noted(
                "The newest agreements that the two alone had signed by the end of {end} are {what}, of {day}."
            )
        )
        told |= {"what": list(when.what), "end": past.end}
        told["day"] = ranked(when.date, when.among, by=when.when.first)
    if found.change.defined:
        return Finding(
            "window",
            [
                *opening,
                noted(
                    "In {before:end}, the last full year before {day}, turnover was {before}; in {after:end}, the first"
                    " full year after it in the series, it was {after}, {size} {more}."
                ),
                noted("The one followed the other; nothing here says that it was the cause."),
            ],
            before=found.before,
            after=found.after,
            size=found.change,
            more=direction(found.change, up="more", down="less", flat="different"),
            **told,
        )
    if found.before.defined:
        return Finding(
            "window",
            [
                *opening,
                noted(
                    "The series has no full year after {day}, so it says nothing of trade after it: its last before it is"
                    " {before:end}, with {before}."
                ),
            ],
            before=found.before,
            **told,
        )
    if found.after.defined:
        return Finding(
            "window",
            [
                *opening,
                noted(
                    "The series has no full year before {day}: its first after it is {after:end}, with {after}."
                ),
            ],
            after=found.after,
            **told,
        )
    return Finding("window", "No series of the pair has a full year before or after {day}.", day=when.date)


def part_year(
    flows: pd.DataFrame,
    claims: pd.DataFrame,
    subjects: pd.DataFrame,
    sides: Sequence[Series],
    as_of: dt.date,
) -> Finding:
    """Whether a figure that a text states for a year is one of part of it: fact only where a row says so.

    `flows` are the trade rows and `claims` the claims known by the day; `subjects` is the table `claim_subjects`.
    """
    pair = (sides[0].reporter, sides[0].partner)
    stated = partial.stated(claims, subjects, pair, as_of)
    held = partial.part_years(flows, pair)
    told = [_tested(row, held, sides) for row in stated.to_dict("records")]
    rest = held[~held["year"].isin(set(stated["year"]))].to_dict("records")
    if rest:
        listed = _figures(rest)
        told.append(
            msg("Other figures of part of a year, which enter no series: {figures}.", figures=listed)
            if told
            else msg("Figures of part of a year, which enter no series: {figures}.", figures=listed)
        )
    if not told:
        return Finding(
            "part-year",
            "No figure of part of a year is in the tables for this pair, and no text under review states one for a full year.",
        )
    methods = ["months_of"] if len(stated) else []
    rows = [*(f"claims:{each}" for each in stated["claim"]), *(row for each in held["rows"] for row in each)]
    cited = [*stated["source"], *held["source"]]
    return Finding(
        "part-year",
        "{told}",
        told=paragraph(told),
        rows=rows,
        sources=list(dict.fromkeys(cited)),
        methods=methods,
    )


def _tested(row: dict, held: pd.DataFrame, sides: Sequence[Series]) -> str:
    """What a stated figure is, as far as the rows say."""
    title = quoted(names.document(row["source"]))
    stated = {"title": title, "stated": partial.claimed(row), "year": row["year"]}
    levels = [trade.turnover(each, row["year"]) for each in sides]
    known = [(each, level) for each, level in zip(sides, levels, strict=True) if level.defined]
    full = [each for each, level in known if partial.fits(row["value_usd"], row["place"], level)]
    if full:
        owner = names.possessive(full[0].reporter)
        return msg(
            "{title} states {stated} for {year}, which fits the full year by {owner} report.",
            owner=owner,
            **stated,
        )
    parts = held[held["year"] == row["year"]].to_dict("records")
    hits = [each for each in parts if partial.fits(row["value_usd"], row["place"], each["value_usd"])]
    stated["whole"] = _whole(known)
    if hits:
        return msg(
            "{title} states {stated} for {year}: that is the figure published for {period} ({by}), a part of"
            " the year; {whole}.",
            period=wording.months(hits[0]["period_start"], hits[0]["period_end"]),
            by=_by(hits[0]),
            **stated,
        )
    if parts:
        return msg(
            "{title} states {stated} for {year}, but {whole}; nor is it the figure of a part of that year ({others}).",
            others=_figures(parts),
            **stated,
        )
    return msg(
        "{title} states {stated} for {year}. {fit} No figure of part of that year is in the tables, so this"
        " is no finding; {whole}.",
        fit=_would_fit(row, known),
        **stated,
    )


def _whole(known: list[tuple[Series, Measured]]) -> str:
    if not known:
        return msg("no series has the full year")
    levels = [
        msg("{level} by {owner} report", level=level, owner=names.possessive(each.reporter))
        for each, level in known
    ]
    return msg("the full year is {levels}", levels=levels)


def _would_fit(row: dict, known: list[tuple[Series, Measured]]) -> str:
    counts = [(each, partial.months_of(row["value_usd"], level)) for each, level in known]
    told = [
        msg(
            "{count:count} {months} of {owner} figure",
            count=months,
            months=plural(months, one="month", other="months"),
            owner=names.possessive(each.reporter),
        )
        for each, months in counts
        if months.defined
    ]
    if not told:
        return msg("It fits no whole number of months.")
    return msg("It would fit {months:or}.", months=told)


def _figures(rows: Sequence[dict]) -> Told:
    """Figures of parts of years, each with its period, its reporter and its release."""
    told = [
        msg(
            "{period}, {sum} ({by})",
            period=wording.months(row["period_start"], row["period_end"]),
            sum=trade.published(row),
            by=_by(row),
        )
        for row in rows
    ]
    return wording.clauses(told)


def _by(row: dict) -> str:
    return msg(
        "{reporter}; {release}", reporter=names.label(row["reporter"]), release=names.release(row["source"])
    )
