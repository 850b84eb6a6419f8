"""The way to a target: how far trade is from it, what it needs, what past growth gives, and how sure that is."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pandas as pd

from analysis.exhibits import charts, names, theme, wording
from analysis.exhibits.bilateral.levels import Scale, scale
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.language import noted, paragraph
from analysis.exhibits.template import compare, direction, msg
from analysis.measures import passage, targets, trade
from analysis.measures.measured import Measured
from analysis.measures.releases import is_fit
from analysis.measures.series import Series

USUAL = 5
"""The window whose rate stands beside what a target needs, where the series has it."""


def tracked(told: Series, histories: Sequence[Series]) -> Series:
    """The history that is held against a target: that of the side by which growth is told, else the one there is."""
    ordered = sorted(histories, key=lambda each: each.reporter != told.reporter)
    return next((each for each in ordered if targets.base(each).defined), ordered[0])


def distance(past: Series, goal: targets.Goal, rerouted: Collection[str] = ()) -> Finding:
    """Key figure: the growth a year that the target needs, beside the growth there was; else its share reached."""
    level, aim = targets.base(past), goal.level
    if not goal.defined:
        return Finding("target", "There is no goal of officials to hold the growth of this trade against.")
    if not level.defined:
        return Finding(
            "target", "How far trade is from the target cannot be told: no series has its turnover."
        )
    values = {"aim": aim, "level": level, "owner": names.possessive(past.reporter)}
    common = {"role": "key", "rank": 3, "exhibit": "life" if goal.row else "tracking"}
    if goal.year is not None and goal.year <= level.end:
        return _passed(past, goal, common | values)
    need = goal.behind(targets.required_cagr(level, goal.value, goal.year))
    if not need.defined or not need.value:
        return _share(level, goal, common | values)
    rate = usual(targets.achieved(past, rerouted=rerouted))
    if not rate.defined:
        return Finding(
            "target",
            "To reach {aim} by {aim:end}, turnover by {owner} report would have had to grow by {need} a year from the"
            " {level} of {level:end}."
            if goal.is_past(goal.year)
            else "To reach {aim} by {aim:end}, turnover by {owner} report would have to grow by {need} a year from the"
            " {level} of {level:end}.",
            label="Growth a year needed for {aim} by {aim:end}, by {owner} report",
            figure="{need}",
            need=need,
            **common,
            **values,
        )
    return Finding(
        "target",
        "To reach {aim} by {aim:end}, turnover by {owner} report would have had to grow by {need} a year from the"
        " {level} of {level:end}; in {rate:span} it {moved} by {rate} a year."
        if goal.is_past(goal.year)
        else "To reach {aim} by {aim:end}, turnover by {owner} report would have to grow by {need} a year from the"
        " {level} of {level:end}; in {rate:span} it {moved} by {rate} a year.",
        label="Growth a year needed for {aim} by {aim:end}, by {owner} report",
        figure="{need}",
        change="{rate:+} a year in {rate:span}",
        need=need,
        rate=rate,
        moved=direction(rate, flat="stayed level, changing"),
        **common,
        **values,
    )


def _share(level: Measured, goal: targets.Goal, values: dict) -> Finding:
    """Where no rate can be asked for: the target has no year, or is reached."""
    part = targets.share_of(level, goal)
    return Finding(
        "target",
        "By {owner} report turnover of {level:end}, {level}, is {part} of the target of {aim} for {aim:end}."
        if goal.year
        else "By {owner} report turnover of {level:end}, {level}, is {part} of the target of {aim}, which has no year.",
        label="Turnover of {level:end} as a share of the target, by {owner} report",
        figure="{part}",
        change="of {aim}",
        part=part,
        **values,
    )


def _passed(past: Series, goal: targets.Goal, values: dict) -> Finding:
    """The year of the target is over: what turnover was then."""
    then = trade.turnover(past, goal.year)
    if not then.defined:
        aim, owner = values["aim"], values["owner"]
        return Finding(
            "target",
            "The target of {aim} was set for {aim:end}, and {owner} series has no turnover of that year.",
            aim=aim,
            owner=owner,
        )
    return Finding(
        "target",
        "The target of {aim} was set for {aim:end}; by {owner} report turnover of that year, {level}, was {stood} it.",
        label="Turnover of {level:end}, the year of the target, by {owner} report",
        figure="{level}",
        change="against {aim}",
        stood=compare(then, goal.level, more="above", less="below", same="equal to"),
        **values | {"level": then},
    )


def usual(rates: dict[int, Measured]) -> Measured:
    """The rate of five years, else of the window nearest to it that is defined."""
    order = sorted(rates, key=lambda years: (abs(years - USUAL), years))
    return next((rates[years] for years in order if rates[years].defined), rates[order[0]])


def tracking(flows: pd.DataFrame, past: Series, goal: targets.Goal, drawn: passage.Passage) -> Exhibit:
    """Turnover, what past rates would give from its last year, the range of the draws, and the target.

    `flows` is the trade table, for turnover published later, which is shown beside the series and joins no line.
    """
    level = targets.base(past)
    if not goal.defined or not level.defined:
        why = Finding(
            "tracking-absent", "Without a goal and a series to hold against it, no way to one is drawn."
        )
        return Exhibit.absent("tracking", why)
    is_ahead = goal.year is None or goal.year > level.end
    until = level.end + targets.WINDOWS[-1] if goal.year is None else max(goal.year, level.end)
    rates = {years: rate for years, rate in targets.achieved(past).items() if rate.defined}
    ends = [targets.at_rate(level, rate, until) for rate in rates.values()] if is_ahead else []
    years = range(level.end + 1, until + 1)
    later = published_after(flows, past, until)
    unit = scale(max([goal.value, level.value, *(end.value for end in ends)]))
    ways = [
        charts.Course(
            pd.Series([targets.at_rate(level, rate, year).value / unit.size for year in years], index=years),
            msg("{sum} at the rate of {rate:span}", sum=unit.text(end.value), rate=rate),
        )
        for rate, end in zip(rates.values(), ends, strict=False)
    ]
    band = drawn.band.loc[:until] if drawn.defined and is_ahead else pd.DataFrame()
    values = past.frame["turnover"].dropna()
    frame = pd.DataFrame({"reported": values})
    for rate, way in zip(rates.values(), ways, strict=False):
        frame = frame.reindex(frame.index.union(way.values.index))
        frame[f"at_rate_{rate.start}_{rate.end}"] = way.values * unit.size
    if not band.empty:
        frame = frame.join(band)
    return Exhibit.figure(
        "tracking",
        title=_title(level, goal, ends),
        subtitle=msg(
            "Turnover by {owner} report, {billions} of current US dollars; dashed, what past rates kept up"
            " would give"
            if ways
            else "Turnover by {owner} report, {billions} of current US dollars",
            owner=names.possessive(past.reporter),
            billions=unit.many,
        ),
        alt=Finding("tracking-alt", "The target is {aim}.", aim=goal.level),
        note=_note(ways, band, later),
        figure=lambda: charts.fan(
            values / unit.size,
            ways=ways,
            band=None if band.empty else band / unit.size,
            band_label=msg("four of five draws of past growth"),
            target=goal.value / unit.size,
            target_year=goal.year,
            target_label=_target_label(goal, unit),
            beside=None if later.empty else later.groupby("year")["value_usd"].mean() / unit.size,
            beside_label=msg("published later, not in the series"),
            past_label=msg("as reported"),
            colour=theme.colours([past.reporter])[past.reporter],
        ),
        table=_table(frame, unit),
        data=frame.round().rename_axis("year").reset_index(),
        sources=[*past.sources, *later["source"], *goal.level.sources],
        methods=["turnover", "at_rate", *(["first_passage"] if not band.empty else [])],
        flags=past.flags,
    )


def _target_label(goal: targets.Goal, unit: Scale) -> str:
    aim = unit.text(goal.value)
    if goal.year:
        return msg("Target: {aim} by {year}", aim=aim, year=goal.year)
    return msg("Target: {aim}, no year", aim=aim)


def published_after(flows: pd.DataFrame, past: Series, until: int) -> pd.DataFrame:
    """Published turnover of whole years after the last one of the series, by the same reporter."""
    last = targets.base(past).end
    return flows[
        (flows["reporter"] == past.reporter)
        & (flows["partner"] == past.partner)
        & (flows["flow"] == "turnover")
        & flows["year"].between(last + 1, until)
        & is_fit(flows)
    ]


def _title(level: Measured, goal: targets.Goal, ends: Sequence[Measured]) -> Finding:
    if not ends or goal.year is None:
        return Finding(
            "tracking-title",
            "Trade of {level} in {level:end} is {part} of the target of {aim} that was set for {aim:end}"
            if goal.year
            else "Trade of {level} in {level:end} is {part} of the target of {aim}",
            role="title",
            level=level,
            part=targets.share_of(level, goal),
            aim=goal.level,
        )
    low, high = min(ends, key=lambda end: end.value), max(ends, key=lambda end: end.value)
    if low is high:
        return Finding(
            "tracking-title",
            "At the one past rate that can be given, trade in {low:end} would have been {low}, against a target of {aim}"
            if goal.is_past(goal.year)
            else "At the one past rate that can be given, trade in {low:end} would be {low}, against a target of {aim}",
            role="title",
            low=low,
            aim=goal.level,
        )
    return Finding(
        "tracking-title",
        "At past rates trade in {low:end} would have been {low} to {high}, against a target of {aim}"
        if goal.is_past(goal.year)
        else "At past rates trade in {low:end} would be {low} to {high}, against a target of {aim}",
        role="title",
        low=low,
        high=high,
        aim=goal.level,
    )


def _note(ways: Sequence[charts.Course], band: pd.DataFrame, later: pd.DataFrame) -> str | None:
    cited = list(dict.fromkeys(names.release(source) for source in later["source"]))
    return paragraph(
        [
            msg("A past rate kept up is arithmetic, no forecast.") if ways else None,
            None if band.empty else msg("The band leaves out a tenth of the draws at either side."),
            msg("Open marks: turnover as published by {releases}.", releases=cited) if cited else None,
        ]
    )


def _table(frame: pd.DataFrame, unit: Scale) -> Table:
    columns = [Column("year", "Year", "year")]
    for key in frame:
        start, _, end = key.removeprefix("at_rate_").partition("_")
        head = _HEADS.get(key) or msg("At the rate of {years}", years=wording.years(int(start), int(end)))
        columns.append(Column(key, msg("{head}, {unit}", head=head, unit=unit.unit), unit.form, empty=" "))
    return Table.of(frame.rename_axis("year"), columns)


_HEADS = {
    "reported": noted("Reported"),
    "low": noted("Draws, lower tenth"),
    "middle": noted("Draws, middle"),
    "high": noted("Draws, upper tenth"),
}
