"""Trade around a day, figures of part of a year, and how often the two countries met."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.exhibits import charts, marks, names, theme, wording
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.language import Quoted, Told, noted, paragraph
from analysis.exhibits.template import direction, msg, plural
from analysis.measures import agreements as ties
from analysis.measures import around, partial, trade
from analysis.measures.dates import Days, days
from analysis.measures.measured import Measured
from analysis.measures.series import Series

ALONE, WIDER = noted("The two alone"), noted("With others")
FEW = 3
"""More years than these are counted and not named."""

HALF = 0.5
"""A year is drawn at its middle, so a day stands between the years that it parts."""


@dataclass(frozen=True)
class Moment:
    """A day, possibly coarse, around which trade is looked at, and what happened on it; `when` None: there is none."""

    when: Days | None = None
    text: str = ""
    what: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

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
        tuple(_quoted(title) for title in newest["title"]),
        tuple(newest["source"]),
    )


def _quoted(title: str) -> Quoted:
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
    told = {"day": when.date, "sources": when.sources, "exhibit": "turnover"}
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
                    "The series has no full year after {day}, so it says nothing of trade since: its last before it is"
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
    cited = [*stated["source"], *held["source"]]
    return Finding(
        "part-year", "{told}", told=paragraph(told), sources=list(dict.fromkeys(cited)), methods=methods
    )


def _tested(row: dict, held: pd.DataFrame, sides: Sequence[Series]) -> str:
    """What a stated figure is, as far as the rows say."""
    title = _quoted(names.document(row["source"]))
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
            "{title} states {stated} for {year}. That is neither the figure of the full year ({whole}) nor one of a part of"
            " it ({others}).",
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


def met(held: pd.DataFrame, pair: Sequence[str], start: int, as_of: dt.date) -> Finding:
    """How often the two met: in the year with most events, and when last without others."""
    shown = held[[last.year >= start for last in held["last"]]]
    if shown.empty:
        return Finding(
            "met",
            "The tables hold no summit, visit or meeting of {one} and {other} by {day} in the years from {start} on."
            if start <= as_of.year
            else "The tables hold no summit, visit or meeting of {one} and {other} by {day} in the years asked for.",
            one=names.country(pair[0]),
            other=names.country(pair[1]),
            day=as_of,
            **({"start": start} if start <= as_of.year else {}),
        )
    counts = pd.Series([day.year for day in shown["first"]]).value_counts()
    most, alone = int(counts.max()), shown[shown["is_alone"]]
    years = [wording.year(year) for year in sorted(counts.index[counts == most])]
    values = {"most": most, "events": plural(most, one="event", other="events")} if most > 1 else {}
    if most > 1:
        values["years"] = years if len(years) <= FEW else msg("each of {count:count} years", count=len(years))
    values |= {"exhibit": "meetings", "sources": list(alone["source"])[-1:]}
    values |= {"rows": [f"events:{each}" for each in shown["event"]]}
    if alone.empty:
        return Finding(
            "met",
            "The two met most often in {years}, at {most:count} {events}; at none of all these were they alone."
            if most > 1
            else "In no year did the two meet more than once; at none of these events were they alone.",
            **values,
        )
    last = alone.iloc[-1]
    return Finding(
        "met",
        "The two met most often in {years}, at {most:count} {events}; the last time they met alone was on {day:date}"
        " ({title})."
        if most > 1
        else "In no year did the two meet more than once; the last time they met alone was on {day:date} ({title}).",
        day=str(last["date"]),
        title=_quoted(last["title"]),
        **values,
    )


def meetings(held: pd.DataFrame, pair: Sequence[str], start: int, as_of: dt.date) -> Exhibit:
    """Summits, visits and meetings with both countries as ticks along time; `held` is that of `around.meetings`."""
    shown = held[[last.year >= start for last in held["last"]]]
    if shown.empty:
        return Exhibit.absent(
            "meetings", Finding("meetings-absent", "No calendar is drawn where no event is found.")
        )
    both = {"one": names.country(pair[0]), "other": names.country(pair[1])}
    years = pd.Series([day.year for day in shown["first"]]).value_counts()
    top = int(years[years == years.max()].index.max())
    alone, wider = msg(ALONE), msg(WIDER)
    frame = shown.assign(group=[alone if is_alone else wider for is_alone in shown["is_alone"]])
    frame = frame.sort_values("is_alone", ascending=False, kind="stable")
    printed = pd.DataFrame(
        {
            "date": [
                msg("{date}, uncertain on this day", date=Told(marks.date(row)))
                if row["is_uncertain"]
                else marks.date(row)
                for row in shown.to_dict("records")
            ],
            "title": shown["title"].to_list(),
            "place": shown["place"].fillna("").to_list(),
            "group": [alone if is_alone else wider for is_alone in shown["is_alone"]],
        }
    )
    told = [
        marks.note(printed["date"]),
        msg("The tables are not complete: a meeting that no source read names is not in them."),
    ]
    return Exhibit.figure(
        "meetings",
        title=_meetings_title(shown, start, as_of, both),
        subtitle="Events that were held, by day; numbers: events in each year",
        alt=Finding(
            "meetings-alt",
            "Most in one year: {most:count}, in {top}.",
            top=top,
            most=int(years.max()),
        ),
        note=paragraph(told),
        figure=lambda: charts.strip(
            frame,
            start=start,
            until=as_of,
            counts={year: wording.count(int(years.get(year, 0))) for year in range(start, as_of.year + 1)},
            counts_label=msg("Events"),
            coarse_label=msg("day not known"),
            colours={alone: theme.token("accent"), wider: theme.token("mute")},
        ),
        table=Table.of(
            printed,
            [
                Column("date", "Date"),
                Column("title", "Event", lang="en"),
                Column("place", "Place", lang="en"),
                Column("group", "Who"),
            ],
        ),
        data=shown[["event", "date", "kind", "is_alone", "source"]],
        sources=list(dict.fromkeys(shown["source"])),
    )


def _meetings_title(shown: pd.DataFrame, start: int, as_of: dt.date, both: dict[str, str]) -> Finding:
    alone = int(shown["is_alone"].sum())
    return Finding(
        "meetings-title",
        "{one} and {other} met at {count:count} {meetings} from {start} to {day}, always alone"
        if alone == len(shown)
        else "{one} and {other} met at {count:count} {meetings} from {start} to {day}, always with others"
        if not alone
        else "{one} and {other} met at {count:count} {meetings} from {start} to {day}, at one of them alone"
        if alone == 1
        else "{one} and {other} met at {count:count} {meetings} from {start} to {day}, at {alone:count} of them alone",
        role="title",
        count=len(shown),
        meetings=plural(len(shown), one="summit, visit or meeting", other="summits, visits and meetings"),
        start=start,
        day=as_of,
        **({"alone": alone} if 1 < alone < len(shown) else {}),
        **both,
    )
