"""How the trade of a pair has grown: between the two ends, a year, in constant dollars."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from analysis.exhibits import charts, names, theme, wording
from analysis.exhibits.bilateral.levels import counted, mixed, scale
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.language import noted
from analysis.exhibits.template import Word, against, direction, msg, plural, ranked
from analysis.measures import indices, trade
from analysis.measures.measured import Measured, MeasuredSeries
from analysis.measures.releases import WORLD
from analysis.measures.series import Series

FLOWS = {"turnover": noted("turnover"), "export": noted("exports"), "import": noted("imports")}
DOUBLED = 2
Sides = tuple[Series, Series]
"""The series of the reporter and of its partner."""


def prices(macro: pd.DataFrame, deflator: str) -> MeasuredSeries | None:
    """The price index by which current dollars become constant ones; nothing when none was asked for."""
    index = macro[macro["indicator"] == deflator]
    if index.empty:
        return None
    return indices.price_index(macro, country=index["country"].iloc[0], indicator=deflator)


def told_by(ends: Sides, years: Sides) -> Series:
    """The series that the growth is told by: the reporter's where it covers both ends, else its partner's.

    Where neither does, what there is of the last year. `ends` and `years` are selected with need="ends" and "any".
    """
    last = [each for each in years if trade.turnover(each, each.end).defined]
    return next((each for each in (*ends, *last) if each.defined), ends[0])


def lead(ours: Series, theirs: Series, rerouted: Collection[str] = ()) -> Finding:
    """The first finding: from which level to which, by the reporter; by its partner, said so, where that is all.

    `ours` and `theirs` are selected with need="ends".
    """
    if not ours.defined and theirs.defined:
        return _growth(theirs, rerouted, silent=names.country(ours.reporter))
    return _growth(ours, rerouted)


def _growth(series: Series, rerouted: Collection[str], silent: str = "") -> Finding:
    first, last, change = _ends(series)
    if not change.defined:
        absent = Measured.undefined(series.reason or str(change.reason), unit="usd", method="turnover")
        return Finding("lead", "{it}", otherwise="No growth can be given: {reason}.", role="lead", it=absent)
    fold, rate = (
        measure(series, series.start, series.end, rerouted=rerouted)
        for measure in (trade.fold_change, trade.cagr)
    )
    values = {
        "reporter": names.country(series.reporter, start=not silent),
        "partner": names.country(series.partner),
        "moved": direction(change, flat="stayed level"),
        "first": first,
        "last": last,
        "what": counted(series),
    }
    values |= {"silent": silent} if silent else {}
    values |= {"role": "lead", "rank": 0, "exhibit": "turnover", "flags": rate.flags}
    if not rate.defined:
        return Finding(
            "lead",
            "No report of {silent} covers both ends; {reporter} reports that its trade with {partner} ({what}) {moved}"
            " from {first} in {first:start} to {last} in {last:end}, in {last:prices}; the base is too small for a rate."
            if silent
            else "{reporter} reports that its trade with {partner} ({what}) {moved} from {first} in {first:start} to"
            " {last} in {last:end}, in {last:prices}; the base is too small for a rate.",
            **values,
        )
    return Finding(
        "lead",
        "No report of {silent} covers both ends; {reporter} reports that its trade with {partner} ({what}) {moved} from"
        " {first} in {first:start} to {last} in {last:end}: {fold} the level, {rate} a year over {rate:periods}"
        " {periods}, in {last:prices}."
        if silent
        else "{reporter} reports that its trade with {partner} ({what}) {moved} from {first} in {first:start} to {last}"
        " in {last:end}: {fold} the level, {rate} a year over {rate:periods} {periods}, in {last:prices}.",
        fold=fold,
        rate=rate,
        periods=plural(rate.end - rate.start, one="year", other="years"),
        **values,
    )


def turnover_now(told: Series, sides: Sides) -> Finding:
    """Key figure: turnover in the last year; its sentence sets the report of the other side beside it.

    `told` is the result of `told_by`; `sides` are selected with need="any".
    """
    first, last, change = _ends(told)
    if not last.defined:
        return Finding("turnover-now", "Neither side reports the turnover of {year}.", year=told.end)
    beside = next(each for each in sides if each.reporter == told.partner)
    other = trade.turnover(beside, told.end)
    values = {
        "reporter": names.country(told.reporter),
        "owner": names.possessive(told.reporter),
        "partner": names.country(told.partner),
        "last": last,
        "what": counted(told),
    }
    values |= {"other": other, "counts": counted(beside)} if other.defined else {}
    values |= {"more": change, "first": first} if change.defined else {}
    return Finding(
        "turnover-now",
        "For {last:end} {reporter} reports {last} ({what}), {partner} {other} ({counts})."
        if other.defined
        else "For {last:end} {reporter} reports {last} ({what})."
        if told.partner == WORLD
        else "For {last:end} {reporter} reports {last} ({what}); the series of {partner} has no turnover for that year.",
        role="key",
        rank=1,
        label="Trade with {partner} in {last:end}, by {owner} report",
        figure="{last}",
        change="{more:+} since {first:start}, {last:prices}" if change.defined else "{last:prices}",
        exhibit="turnover",
        flags=mixed(told, beside) if other.defined else (),
        **values,
    )


def balance(told: Series) -> Finding:
    """The reporter's surplus or deficit with the partner in the last year, against the first."""
    first, last = (trade.balance(told, year) for year in (told.start, told.end))
    if not last.defined:
        return Finding("balance", "No balance of {year} can be given without both flows.", year=told.end)
    values = {
        "reporter": names.country(told.reporter, start=True),
        "partner": names.country(told.partner),
        "now": _sign(last),
        "last": last,
    }
    values |= {"then": _sign(first), "first": first} if first.defined else {}
    return Finding(
        "balance",
        "{reporter} reports {now} of {last} with {partner} for {last:end}, against {then} of {first} for {first:end}."
        if first.defined
        else "{reporter} reports {now} of {last} with {partner} for {last:end}.",
        exhibit="growth",
        **values,
    )


def _sign(balance: Measured) -> Word:
    return direction(balance, up="a surplus", down="a deficit", flat="a balance")


def growth_rate(told: Series, deflator: MeasuredSeries | None, rerouted: Collection[str]) -> Finding:
    """Key figure: growth a year, in current and, with a deflator, in constant dollars."""
    span = (told.start, told.end)
    rate = trade.cagr(told, *span, rerouted=rerouted)
    if not rate.defined:
        return Finding(
            "growth-rate",
            "No rate a year can be given: the base is too small."
            if "SMALL_BASE" in rate.flags
            else "No rate a year can be given: that needs both ends from one report.",
        )
    common = {
        "role": "key",
        "rank": 2,
        "label": noted("Growth a year, {rate:span}, by {owner} report"),
        "figure": "{rate:+}",
        "exhibit": "constant-dollars",
        "owner": names.possessive(told.reporter),
        "moved": direction(rate, flat="stayed level, changing"),
        "rate": rate,
    }
    real = trade.cagr(told, *span, rerouted=rerouted, deflator=deflator) if deflator else rate
    if deflator is None or not real.defined:
        return Finding(
            "growth-rate",
            "By {owner} report turnover {moved} by {rate} a year, in {rate:prices}.",
            change="{rate:prices}",
            **common,
        )
    return Finding(
        "growth-rate",
        "By {owner} report turnover {moved} by {rate} a year in {rate:prices}; in {real:prices} it {really} by {real} a year.",
        change="{real:+} in {real:prices}",
        really=direction(real, flat="stayed level, changing"),
        real=real,
        **common,
    )


def highest(told: Series) -> Finding:
    """The highest year between the two ends, which a rate from end to end hides."""
    peak, last = trade.highest_between(told, told.start, told.end), trade.turnover(told, told.end)
    if not (peak.defined and last.defined):
        return Finding(
            "highest-between",
            "There is no year between the two ends to set beside the last one."
            if told.end - told.start < DOUBLED
            else "There is no reported year between the two ends to set beside the last one.",
        )
    if peak.value > last.value:
        return Finding(
            "highest-between",
            "The two ends hide a year between them: in {peak:start} turnover stood at {peak}, above the"
            " {last} of {last:end}.",
            exhibit="turnover",
            peak=peak,
            last=last,
        )
    return Finding(
        "highest-between",
        "No year between the two ends lies above the last one; the highest was {peak:start} with {peak}.",
        exhibit="turnover",
        peak=ranked(peak, [trade.turnover(told, year) for year in range(told.start + 1, told.end)]),
    )


def growth_table(sides: Sides, rerouted: Collection[str]) -> Exhibit:
    """Levels, change, multiple and yearly rate of each flow and the balance, for each side with both ends.

    `sides` are selected with need="ends".
    """
    known = [each for each in sides if _ends(each)[2].defined]
    if not known:
        why = Finding("growth-absent", "No table of growth: neither side’s reports cover both ends.")
        return Exhibit.absent("growth", why)
    frame = pd.DataFrame([row for each in known for row in _rows(each, rerouted)])
    told, unit = known[0], scale(max(cell.value for key in ("first", "last") for cell in frame[key]))
    flows = {flow: trade.absolute_change(told, told.start, told.end, flow) for flow in ("export", "import")}
    measured = [
        cell for row in frame.to_dict("records") for cell in row.values() if isinstance(cell, Measured)
    ]
    return Exhibit.table(
        "growth",
        title=Finding(
            "growth-title",
            "{owner} exports to {partner} {out} by {export}, its imports from there {back} by {import}, {export:span}",
            role="title",
            owner=names.possessive(told.reporter, start=True),
            partner=names.country(told.partner),
            out=direction(flows["export"], flat="stayed level, changing"),
            back=direction(flows["import"], flat="stayed level, changing"),
            **flows,
        ),
        subtitle=msg(
            "Levels in {billions} of current US dollars; multiple and compound rate between the two ends",
            billions=unit.many,
        ),
        table=Table.of(
            frame,
            [
                Column("who", "Reporter and flow"),
                Column("first", wording.year(told.start), unit.form),
                Column("last", wording.year(told.end), unit.form),
                Column("change", "Change", f"+{unit.form}"),
                Column("fold", "Multiple", "number", empty=" "),
                Column("rate", "A year", "+percent", empty=" "),
            ],
        ),
        data=frame.map(lambda cell: cell.value if isinstance(cell, Measured) else cell),
        sources=[source for each in measured for source in each.sources],
        methods=["fold_change", "cagr", "balance"],
        flags=[flag for each in measured for flag in each.flags],
    )


def _rows(series: Series, rerouted: Collection[str]) -> list[dict]:
    span, who = (series.start, series.end), names.label(series.reporter)
    rows = [
        {
            "who": msg("{reporter}: {flow}", reporter=who, flow=label),
            "first": trade.level(series, series.start, flow),
            "last": trade.level(series, series.end, flow),
            "change": trade.absolute_change(series, *span, flow),
            "fold": trade.fold_change(series, *span, flow, rerouted=rerouted),
            "rate": trade.cagr(series, *span, flow, rerouted=rerouted),
        }
        for flow, label in FLOWS.items()
    ]
    first, last = (trade.balance(series, year) for year in span)
    change = Measured(last.value - first.value, "usd", "absolute_change", start=span[0], end=span[1])
    balance = {"who": msg("{reporter}: balance", reporter=who), "first": first, "last": last}
    return [*rows, balance | {"change": change}]


def real_terms(sides: Sides, deflator: MeasuredSeries | None, rerouted: Collection[str] = ()) -> Exhibit:
    """The multiple between both ends in current and in constant dollars, for each side with both ends.

    `sides` are selected with need="ends".
    """
    if deflator is None:
        why = Finding(
            "constant-absent",
            "No price index was asked for, or none was known by the day, so growth is in current dollars only.",
        )
        return Exhibit.absent("constant-dollars", why)
    rows = [
        {"name": names.label(each.reporter), "nominal": nominal, "real": real}
        for each in sides
        for nominal, real in [_folds(each, deflator, rerouted)]
        if nominal.defined and real.defined
    ]
    if not rows:
        why = Finding(
            "constant-absent",
            "Nothing to put in constant dollars: no multiple between the two ends, or no price index for both.",
        )
        return Exhibit.absent("constant-dollars", why)
    frame = pd.DataFrame(rows)
    plain = frame.map(lambda cell: cell.value if isinstance(cell, Measured) else cell)
    nominal, real = rows[0]["nominal"], rows[0]["real"]
    return Exhibit.figure(
        "constant-dollars",
        title=_real_title(nominal, real),
        subtitle="Turnover of the last year as a multiple of the first, by the report of each side that has both",
        alt=Finding(
            "constant-alt",
            "Bars of the multiple of turnover: {nominal} in current and {real} in constant dollars.",
            nominal=nominal,
            real=real,
        ),
        note="Constant dollars are current dollars over the index of US consumer prices: purchasing power, not volume.",
        figure=lambda: charts.paired_bars(
            pd.DataFrame(
                {
                    "first": plain["nominal"].to_list(),
                    "second": plain["real"].to_list(),
                    "first_text": [wording.number(cell.value) for cell in frame["nominal"]],
                    "second_text": [wording.number(cell.value) for cell in frame["real"]],
                },
                index=frame["name"],
            ),
            first_label=msg("Current dollars"),
            second_label=msg("Constant {year} dollars", year=nominal.start),
            colour=theme.token("accent"),
        ),
        table=Table.of(
            frame,
            [
                Column("name", "Reporter"),
                Column("nominal", "Current dollars", "number"),
                Column("real", "Constant dollars", "number"),
            ],
        ),
        data=plain,
        placement="none",
    )


def _real_title(nominal: Measured, real: Measured) -> Finding:
    """What becomes of "more than doubled" in constant dollars; the two multiples where no one would say it."""
    if nominal.value > DOUBLED >= real.value:
        return Finding(
            "constant-title",
            "Trade {so} in {nominal:prices} ({nominal}); in {real:prices} it {but} ({real})",
            role="title",
            nominal=nominal,
            real=real,
            so=_doubled(nominal),
            but=_doubled(real),
        )
    return Finding(
        "constant-title",
        "In {nominal:prices} trade in {nominal:end} is {nominal:number} times that of {nominal:start}, in {real:prices}"
        " {real:number} times",
        role="title",
        nominal=nominal,
        real=real,
    )


def _doubled(fold: Measured) -> Word:
    return against(fold, DOUBLED, above="more than doubled", below="did not double", equal="doubled")


def _folds(series: Series, deflator: MeasuredSeries, rerouted: Collection[str]) -> tuple[Measured, Measured]:
    ends = {"start": series.start, "end": series.end, "rerouted": rerouted}
    return trade.fold_change(series, **ends), trade.fold_change(series, **ends, deflator=deflator)


def _ends(series: Series) -> tuple[Measured, Measured, Measured]:
    """Turnover in the first and the last year, and the change between them."""
    first, last = (trade.turnover(series, year) for year in (series.start, series.end))
    return first, last, trade.absolute_change(series, series.start, series.end)
