"""The pace at which the pairs of a set sign, and the blocs that each two share."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from analysis.exhibits import charts, names, wording
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.template import compare, plural, ranked
from analysis.measures.events import CONFIDENCE
from analysis.measures.portfolios import Pace, by_year, moving_mean

from . import words


def pace(
    rows: pd.DataFrame,
    countries: Sequence[str],
    left_out: Collection[str],
    since: date,
    on: date,
    window: int,
) -> Exhibit:
    """Agreements of any two of the countries by year and family of kinds, with the moving mean of full years."""
    if rows.empty:
        text = "By {day}, the tables hold no agreement that two of these countries alone had signed, of the kinds counted."
        return Exhibit.absent("pace", Finding("pace-absent", text, day=on))
    counts = by_year(rows, "family", int(rows["year"].min()), on.year)
    counts = counts[list(counts.sum().sort_values(ascending=False, kind="stable").index)]
    totals = counts.sum(axis=1)
    mean = moving_mean(totals, window)
    mean.loc[words.open_years(on)] = np.nan
    printed = counts.assign(total=totals, mean=mean).reset_index()
    shown = printed[printed["total"] > 0]
    families = [str(each) for each in counts.columns]
    return Exhibit.figure(
        "pace",
        title=_pace_title(totals),
        subtitle=Finding(
            "pace-subtitle",
            "Agreements signed in each year by two of {countries} alone, and the mean of {window:count} years, to {day}",
            countries=names.countries(set(countries)),
            window=window,
            day=on,
        ),
        note=words.day_note(
            [],
            f"Not counted: {wording.join([words.kind(each) for each in left_out])}." if left_out else "",
            f"The mean is of a year and the {wording.count(window - 1)} before it; a year that is not over has none."
            if window > 1
            else "",
            f"The dotted line stands before {wording.year(since.year)}.",
        ),
        figure=lambda: charts.columns(
            counts,
            labels={family: words.upper(family) for family in families},
            mean=mean,
            mean_label="Moving mean",
            partial=words.open_years(on),
            partial_label="Year not over",
            mark=since.year,
        ),
        table=Table.of(
            shown,
            [
                Column("year", "Year", "year"),
                *(Column(family, words.upper(family), "count") for family in families),
                Column("total", "All", "count"),
                Column("mean", "Mean", "number1", empty="–"),
            ],
        ),
        data=printed,
        sources=list(dict.fromkeys(rows["source"])),
        methods=["concluded", "moving_mean"],
    )


def rate(found: Pace, countries: Sequence[str]) -> Finding:
    """Key figure: agreements a year since a day, against the same span before it, with exact intervals."""
    before, after = found.before, found.after
    values = {"split": found.split, "countries": names.countries(set(countries))}
    if not after.rate.defined or not before.rate.defined:
        return Finding(
            "rate",
            "How often two of {countries} signed cannot be compared before and after {split}: there is no time before it.",
            **values,
        )
    apart = after.low.value > before.high.value or before.low.value > after.high.value
    return Finding(
        "rate",
        "From {split} to {end}, the pairs of {countries} together signed {rate:number1} agreements a year, {word}"
        " {was:number1} from {start} to {split}; the {confidence:percent0} intervals, {low:number1} to {high:number1} and"
        " {was_low:number1} to {was_high:number1}, {overlap}.",
        role="key",
        rank=4,
        label="Agreements a year since {split}",
        figure="{rate:number1}",
        change="against {was:number1} before; interval {low:number1} to {high:number1}",
        exhibit="pace",
        rate=after.rate,
        low=after.low,
        high=after.high,
        was=before.rate,
        was_low=before.low,
        was_high=before.high,
        word=compare(after.rate, before.rate, more="up from", less="down from", same="as many as the"),
        start=found.start,
        end=found.end,
        confidence=replace(after.rate, value=CONFIDENCE, unit="share"),
        overlap="do not overlap" if apart else "overlap",
        **values,
    )


def shared(frame: pd.DataFrame, left_out: Collection[str], on: date) -> Exhibit:
    """How many blocs each two share, of those open to both; `frame` is the result of `portfolios.shared_blocs`."""
    known = frame[frame["share_of_open"].map(lambda each: each.defined).astype(bool)]
    if known.empty or not any(each.value for each in known["shared"]):
        text = "On {day}, no two of these countries had a counted standing in one bloc of the kinds counted."
        return Exhibit.absent("shared-blocs", Finding("shared-blocs-absent", text, day=on))
    order = frame.assign(n=[each.value for each in frame["shared"]]).sort_values(
        "n", ascending=False, kind="stable"
    )
    top = order.iloc[0]
    printed = pd.DataFrame(
        {
            "pair": [words.label((row.a, row.b)) for row in order.itertuples()],
            "shared": list(order["shared"]),
            "of_smaller": list(order["share_of_smaller"]),
            "open": list(order["open_to_both"]),
            "of_open": list(order["share_of_open"]),
        }
    )
    return Exhibit.table(
        "shared-blocs",
        title=Finding(
            "shared-blocs-title",
            "{pair} share most blocs: {shared:count}, {open:percent0} of those open to both",
            role="title",
            pair=words.pair((top["a"], top["b"])),
            shared=ranked(top["shared"], frame["shared"]),
            open=top["share_of_open"],
        ),
        subtitle=Finding(
            "shared-blocs-subtitle",
            "Blocs in which both have a counted standing on {day}, and in which both have any standing",
            day=on,
        ),
        note=f"Kinds of bloc not counted: {wording.join([each.replace('-', ' ') for each in sorted(left_out)])}."
        if left_out
        else None,
        table=Table.of(
            printed,
            [
                Column("pair", "Pair"),
                Column("shared", "Shared", "count"),
                Column("of_smaller", "Overlap coefficient", "percent0"),
                Column("open", "Open to both", "count"),
                Column("of_open", "Shared of those", "percent0"),
            ],
        ),
        data=frame.drop(columns=["rows", "sources"]).assign(
            **{name: [each.value for each in frame[name]] for name in ("shared", "share_of_smaller", "share_of_open")},
            names=frame["names"].map("; ".join),
        ),
        sources=list(dict.fromkeys(source for each in frame["sources"] for source in each)),
        methods=["shared_blocs", "shared_of_smaller", "shared_of_open"],
    )  # fmt: skip


def most_shared(frame: pd.DataFrame, on: date) -> Finding:
    """Which two share the fewest of the blocs that were open to both, and which the most."""
    known = frame[frame["share_of_open"].map(lambda each: each.defined).astype(bool)]
    if len(known) < 2:
        return Finding(
            "most-shared", "On this day there are no two pairs whose blocs could be set against each other."
        )
    order = known.assign(part=[each.value for each in known["share_of_open"]]).sort_values(
        "part", kind="stable"
    )
    low, high = order.iloc[0], order.iloc[-1]
    values = {"day": on, "high_part": ranked(high["share_of_open"], known["share_of_open"])}
    if low["part"] == high["part"]:
        text = "On {day}, every pair both counted in {high_part:percent0} of the blocs in which both had any standing."
        return Finding("most-shared", text, exhibit="shared-blocs", **values)
    return Finding(
        "most-shared",
        "Of the blocs in which both had any standing on {day}, {high} both counted in {high_part:percent0}, the largest part"
        " of any pair, and {low} in {low_part:percent0}, the smallest.",
        exhibit="shared-blocs",
        high=words.pair((high["a"], high["b"])),
        low=words.pair((low["a"], low["b"])),
        low_part=ranked(low["share_of_open"], known["share_of_open"]),
        **values,
    )


def _pace_title(totals: pd.Series) -> Finding:
    most, busiest = int(totals.max()), totals[totals == totals.max()].index
    values = {"most": ranked(most, totals), "all": int(totals.sum())}
    if len(busiest) > 1:
        text = "{all:count} {agreements} signed, at most {most:count} in one year"
        were = plural(values["all"], one="agreement was", other="agreements were")
        return Finding("pace-title", text, role="title", agreements=were, **values)
    text = "{most:count} of {all:count} {agreements} signed in {year}, the busiest year"
    were = plural(values["all"], one="agreement was", other="agreements were")
    return Finding("pace-title", text, role="title", year=int(busiest[0]), agreements=were, **values)
