"""How sure a target is: the chance that draws from past changes give, and the rates of past windows beside it."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import replace

import pandas as pd

from analysis.exhibits import names, reasons, wording
from analysis.exhibits.bilateral.levels import scale
from analysis.exhibits.bilateral.tracking import published_after, usual
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.language import noted
from analysis.exhibits.template import compare, direction, msg, plural
from analysis.measures import passage, targets, trade
from analysis.measures.measured import Measured
from analysis.measures.releases import row_ids
from analysis.measures.series import Series

ENOUGH = 5
"""Fewer checks of the range than these are not told."""


def chance(past: Series, goal: targets.Goal, drawn: passage.Passage, tested: passage.BackTest) -> Finding:
    """How likely the target is by its year and when draws from past changes reach it; or why that is not said."""
    level = targets.base(past)
    if not goal.defined or not level.defined:
        return Finding("chance", "No chance is given where there is no goal or no series to hold against it.")
    if goal.year is not None and goal.year <= level.end:
        return Finding("chance", "The year of the target has passed, so no chance of reaching it is given.")
    if level.value >= goal.value:
        return Finding(
            "chance",
            "The last figure stands at the target or above it, so no chance of reaching it is given.",
        )
    if not drawn.defined:
        return Finding(
            "chance",
            "No probability of reaching the target is given: {why}.",
            why=reasons.said(drawn.reason),
            exhibit="tracking",
            rows=past.cells["row"],
        )
    rates = replace(drawn.ever, value=drawn.rates, unit="count", method="yearly_changes")
    draws = replace(drawn.ever, value=passage.DRAWS, unit="count", method="draws")
    values = {
        "draws": draws,
        "rates": rates,
        "last": level.end,
        "methods": ["first_passage"],
        "exhibit": "tracking",
    }
    values |= {"rows": past.cells["row"]}
    if drawn.chance.defined:
        values |= {"chance": goal.behind(drawn.chance)}
        sentences = [
            noted(
                "Of {draws:count} courses drawn at random from the {rates:count} yearly changes up to {last}, {chance} reach"
                " the target by {chance:end}."
            )
        ]
    else:
        sentences = [
            noted(
                "{draws:count} courses are drawn at random from the {rates:count} yearly changes up to {last}."
            )
        ]
    known = {name: getattr(drawn, name) for name in ("early", "middle", "late")}
    known = {
        name: goal.behind(replace(drawn.ever, value=year, unit="year", method="passage_year"))
        for name, year in known.items()
        if year is not None
    }
    sentences.append(_REACHED[len(known)])
    values |= known | (
        {} if len(known) == len(_REACHED) - 1 else {"until": drawn.until, "ever": goal.behind(drawn.ever)}
    )
    if tested.hits.defined and tested.checks >= ENOUGH:
        sentences.append(
            noted(
                "Tested from {origins:count} earlier {starts}, the range of the draws held {hits:percent0} of the {checks:count}"
                " {figures} that followed; four in five would be right."
            )
        )
        origins = replace(tested.hits, value=tested.origins, unit="count", method="back_test_origins")
        checks = replace(tested.hits, value=tested.checks, unit="count", method="back_test_checks")
        values |= {"origins": origins, "hits": tested.hits, "checks": checks}
        values |= {"starts": plural(tested.origins, one="year", other="years")}
        values |= {"figures": plural(tested.checks, one="figure", other="figures")}
    return Finding("chance", sentences, **values)


_REACHED = (
    noted("By {until}, the last year drawn, {ever} of them have reached it."),
    noted("A tenth reach it by {early}; by {until}, the last year drawn, {ever} have."),
    noted("A tenth reach it by {early} and half by {middle}; by {until}, the last year drawn, {ever} have."),
    noted("A tenth reach it by {early}, half by {middle} and nine tenths by {late}."),
)
"""By which years a tenth, half and nine tenths of the draws reach the target, by how many of these do."""


def limits(drawn: passage.Passage) -> Finding:
    """Limit: what a target, a draw and a list of meetings cannot say."""
    sentences = [
        noted("Targets and meetings are those that the sources read name; others may exist."),
        noted("A target is an announcement, no measurement."),
    ]
    if drawn.defined:
        sentences.append(
            noted(
                "The draws take the yearly changes of years to come to be like those of the past, in current dollars, and"
                " know nothing of prices, rules or routes."
            )
        )
    return Finding("limit-targets", sentences, role="limit")


def reach(flows: pd.DataFrame, past: Series, goal: targets.Goal, rerouted: Collection[str] = ()) -> Finding:
    """In which years past rates would bring trade to the target: a range, never one year; without a target, the rate.

    A year that was over on the day of asking is told as past, with the newest turnover published since (in `flows`).
    """
    level = targets.base(past)
    rates = [rate for rate in targets.achieved(past, rerouted=rerouted).values() if rate.defined]
    if not level.defined or not rates:
        return Finding("reach", "No rate of past years can be told by either side’s report.")
    if not goal.defined or (goal.year is not None and goal.year <= level.end) or level.value >= goal.value:
        return _spread(past, rates)
    found = [targets.years_to(level, goal.value, rate) for rate in rates]
    years = sorted(level.end + math.ceil(each.value) for each in found if each.defined)
    never = [
        wording.years(rate.start, rate.end)
        for rate, each in zip(rates, found, strict=True)
        if not each.defined
    ]
    values: dict = {
        "rows": [*past.cells["row"], *goal.level.rows],
        "exhibit": "required",
        "methods": ["years_to"],
        "flags": rates[0].flags,
        "sources": [*past.sources, *goal.level.sources],
    }
    is_over = [goal.is_past(year) for year in years]
    if len(years) < 2:
        text = noted("Past rates give no range of years in which the target would be reached.")
    elif years[0] == years[-1]:
        text = _IN_ONE_YEAR[is_over[0]]
        values |= {"first": years[0]}
    else:
        text = _IN_YEARS[sum((is_over[0], is_over[-1]))]
        values |= {"first": years[0], "latest": years[-1]}
    sentences = [text]
    if never:
        sentences.append(noted("At the {rates} of {never} it would not be reached at all."))
        values |= {"never": never, "rates": plural(len(never), one="rate", other="rates")}
    if len(years) > 1 and is_over[0]:
        newest = _newest(flows, past, goal.as_of.year)
        sentences.append(_SINCE[newest is not None])
        values |= {"last": level.end} if newest is None else _against(newest, goal)
    return Finding("reach", sentences, **values)


_IN_ONE_YEAR = (
    noted("At the rates of past years, kept up, the target would be reached in {first} at each of them."),
    noted(
        "At the rates of past years, kept up, the target would have been reached in {first} at each of them."
    ),
)
_IN_YEARS = (
    noted("At the rates of past years, kept up, the target would be reached between {first} and {latest}."),
    noted(
        "Depending on which rate of past years is kept up, the target would have been reached in {first} or would be"
        " reached by {latest}."
    ),
    noted(
        "At the rates of past years, kept up, the target would have been reached between {first} and {latest}."
    ),
)
"""By how many of the two ends were over on the day that is asked about."""

_SINCE = (
    noted("The tables hold no turnover that was published for a year after {last}."),
    noted("Turnover published for {newest:end} is {newest}, {stood} the target of {aim}."),
)
"""What came of it, by whether later turnover is known."""


def _newest(flows: pd.DataFrame, past: Series, until: int) -> Measured | None:
    """The turnover published for the newest year after the series; the highest where sources differ."""
    later = published_after(flows, past, until)
    if later.empty:
        return None
    row = later.sort_values(["year", "value_usd", "source"]).iloc[[-1]]
    return trade.published(row.iloc[0].to_dict() | {"rows": row_ids(row)})


def _against(newest: Measured, goal: targets.Goal) -> dict:
    """What the newest turnover is, and whether the target has been reached by it."""
    stood = compare(newest, goal.level, more="above", less="below", same="equal to")
    return {"newest": newest, "aim": goal.level, "stood": stood}


def _spread(past: Series, rates: Sequence[Measured]) -> Finding:
    """The lowest and the highest rate of the windows: how much the choice of a first year does."""
    if len(rates) == 1:
        return Finding("reach", "Only one window of past years can be told.", exhibit="required")
    low, high = (pick(rates, key=lambda rate: rate.value) for pick in (min, max))
    return Finding(
        "reach",
        "By {owner} report growth lies between {low:+} a year ({low:span}) and {high:+} ({high:span}), depending on"
        " the window.",
        owner=names.possessive(past.reporter),
        low=low,
        high=high,
        exhibit="required",
    )


def required(
    past: Series, sides: Sequence[Series], goal: targets.Goal, rerouted: Collection[str] = ()
) -> Exhibit:
    """What the target needs a year from each side’s last figure, and what each side had over past windows.

    `past` is the side that is held against the target: it leads the table, and the title speaks of it.
    """
    known = sorted(
        (each for each in sides if targets.base(each).defined),
        key=lambda each: each.reporter != past.reporter,
    )
    rates = {each.reporter: targets.achieved(each, rerouted=rerouted) for each in known}
    if not any(rate.defined for each in rates.values() for rate in each.values()):
        why = Finding(
            "required-absent", "Neither side has a series long enough to tell its growth over past years."
        )
        return Exhibit.absent("required", why)
    is_dated = (
        goal.defined and goal.year is not None and goal.year > max(targets.base(each).end for each in known)
    )
    frame = pd.DataFrame([row for each in known for row in _rows(each, goal, rates[each.reporter], is_dated)])
    unit = scale(frame["base"].map(lambda cell: cell.value).max())
    measured = [
        cell for row in frame.to_dict("records") for cell in row.values() if isinstance(cell, Measured)
    ]
    windows = [
        Column(
            f"last_{years}",
            msg("{count:count} {years}", count=years, years=plural(years, one="year", other="years")),
            "+percent",
        )
        for years in targets.WINDOWS
    ]
    needs = [Column("need", msg("Needed to {year}", year=goal.year), "+percent")] if is_dated else []
    return Exhibit.table(
        "required",
        title=_required_title(known, goal, rates, is_dated),
        subtitle=msg(
            "Last figure in {billions} of current US dollars; compound growth a year, over years that end with each series"
            " and over as many to come"
            if goal.defined and not is_dated
            else "Last figure in {billions} of current US dollars; compound growth a year, over years that end with"
            " each series",
            billions=unit.many,
        ),
        table=Table.of(
            frame,
            [
                Column("who", "Reporter"),
                Column("year", "Year", "year"),
                Column("base", unit.unit, unit.form),
                *needs,
                *windows,
            ],
            missing="the series does not reach back that far",
        ),
        data=frame.map(lambda cell: cell.value if isinstance(cell, Measured) else cell),
        sources=[source for each in measured for source in each.sources],
        methods=["required_cagr", "cagr"] if goal.defined else ["cagr"],
        flags=[flag for each in measured for flag in each.flags],
    )


def _rows(series: Series, goal: targets.Goal, rates: dict[int, Measured], is_dated: bool) -> list[dict]:
    level, who = targets.base(series), names.label(series.reporter)
    told = {f"last_{years}": _past_rate(rate) for years, rate in rates.items()}
    had = {"who": who, "year": level.end, "base": level}
    if is_dated:
        return [had | {"need": goal.behind(targets.required_cagr(level, goal.value, goal.year))} | told]
    if not goal.defined or (goal.year is not None and goal.year <= level.end):
        return [had | told]
    asked = {
        f"last_{years}": goal.behind(targets.required_cagr(level, goal.value, level.end + years))
        for years in rates
    }
    need = {"who": msg("{reporter}: would need", reporter=who)}
    return [had | {"who": msg("{reporter}: had", reporter=who)} | told, had | need | asked]


def _past_rate(rate: Measured) -> Measured | None:
    """A rate to print; nothing where the series does not reach back, the reason where the base is too small."""
    return rate if rate.defined or "SMALL_BASE" in rate.flags else None


def _required_title(known: list[Series], goal: targets.Goal, rates: dict, is_dated: bool) -> Finding:
    told = next(each for each in known if any(rate.defined for rate in rates[each.reporter].values()))
    rate, level = usual(rates[told.reporter]), targets.base(told)
    values = {"owner": names.possessive(told.reporter), "rate": rate}
    if not is_dated:
        return Finding(
            "required-title",
            "By {owner} report trade {moved} by {rate} a year in {rate:span}",
            role="title",
            moved=direction(rate, flat="stayed level, changing"),
            **values,
        )
    return Finding(
        "required-title",
        "By {owner} report the target needed {need:+} a year; {rate:span} gave {rate:+}"
        if goal.is_past(goal.year)
        else "By {owner} report the target needs {need:+} a year; {rate:span} gave {rate:+}",
        role="title",
        need=replace(goal.behind(targets.required_cagr(level, goal.value, goal.year)), notes=()),
        **values,
    )
