"""How the trade of a pair has grown: in levels, in rates, in constant dollars."""

from __future__ import annotations

import pandas as pd

from analysis.exhibits import charts, names, theme, wording
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.template import against, direction
from analysis.measures import indices, trade
from analysis.measures.measured import Measured, MeasuredSeries
from analysis.measures.series import Series

FLOWS = {"turnover": "Turnover", "export": "Exports", "import": "Imports"}
DOUBLED = 2
BILLION = 1e9
CELLS = ["reporter", "partner", "year", "flow", "value_usd", "coverage", "source", "row"]
COVERAGES = {"goods": "goods", "goods-and-services": "goods and services"}


def prices(macro: pd.DataFrame, deflator: str) -> MeasuredSeries | None:
    """The price index by which current dollars become constant ones; nothing when none was asked for."""
    index = macro[macro["indicator"] == deflator]
    if index.empty:
        return None
    return indices.price_index(macro, country=index["country"].iloc[0], indicator=deflator)


def lead(ours: Series, theirs: Series) -> Finding:
    """The first finding: from which level to which, by the reporter; by its partner, said so, where that is all.

    `ours` and `theirs` are selected with need="ends".
    """
    if not ours.defined and theirs.defined:
        return _growth(theirs, silent=names.country(ours.reporter))
    return _growth(ours)


def _growth(series: Series, silent: str = "") -> Finding:
    first, last = (trade.turnover(series, year) for year in (series.start, series.end))
    change, fold, rate = (
        measure(series, series.start, series.end)
        for measure in (trade.absolute_change, trade.fold_change, trade.cagr)
    )
    values = {
        "reporter": names.country(series.reporter, start=not silent),
        "partner": names.country(series.partner),
        "moved": direction(change),
        "first": first,
        "last": last,
        "what": COVERAGES.get(series.coverage or "", ""),
    }
    if not change.defined:
        absent = Measured.undefined(series.reason or str(change.reason), unit="usd", method="turnover")
        return Finding("lead", "{it}", otherwise="No growth can be given: {reason}.", role="lead", it=absent)
    opening = "No report of {silent} covers both ends; " if silent else ""
    values |= {"silent": silent} if silent else {}
    sentence = (
        opening
        + "{reporter} reports that its trade with {partner} ({what}) {moved} from {first} in {first:start}"
        " to {last} in {last:end}"
    )
    if rate.defined:
        sentence += ": {fold} the level, {rate} a year over {rate:periods} periods, in {last:prices}."
        values |= {"fold": fold, "rate": rate}
    else:
        sentence += ", in {last:prices}; the base is too small for a rate."
    return Finding("lead", sentence, role="lead", rank=0, exhibit="turnover", **values)


def turnover_now(ours: Series, theirs: Series) -> Finding:
    """Key figure: turnover in the last year; its sentence sets the partner's own report beside it."""
    first, last = (trade.turnover(ours, year) for year in (ours.start, ours.end))
    other = trade.turnover(theirs, ours.end)
    values = {"reporter": names.country(ours.reporter), "first": first, "last": last}
    values |= {
        "more": trade.absolute_change(ours, ours.start, ours.end),
        "partner": names.country(ours.partner),
    }
    told = "For {last:end} {reporter} reports {last} ({what})"
    values["what"] = COVERAGES.get(ours.coverage or "", "")
    if other.defined:
        told += ", {partner} {other} ({counted})."
        values |= {"other": other, "counted": COVERAGES.get(theirs.coverage or "", "")}
    else:
        told += "; {partner} reports no such figure for that year."
    return Finding(
        "turnover-now",
        told,
        otherwise="{reporter} reports no turnover with {partner} for both ends.",
        role="key",
        rank=1,
        label="Trade with {partner} in {last:end}, by {reporter}’s report",
        figure="{last}",
        change="{more:+} since {first:start}, {last:prices}",
        exhibit="turnover",
        **values,
    )


def growth_rate(ours: Series, deflator: MeasuredSeries | None, rerouted: tuple[str, ...]) -> Finding:
    """Key figure: growth a year, in current and, with a deflator, in constant dollars."""
    span = (ours.start, ours.end)
    rate = trade.cagr(ours, *span, rerouted=rerouted)
    common = {
        "role": "key",
        "rank": 2,
        "label": "Growth a year, {rate:span}",
        "figure": "{rate:+}",
        "exhibit": "constant-dollars",
        "rate": rate,
    }
    if deflator is None:
        return Finding(
            "growth-rate",
            "Turnover {moved} by {rate} a year over {rate:periods} periods, in {rate:prices}.",
            change="{rate:prices}",
            moved=direction(rate),
            **common,
        )
    real = trade.cagr(ours, *span, rerouted=rerouted, deflator=deflator)
    return Finding(
        "growth-rate",
        "A year, turnover {moved} by {rate} in {rate:prices} and {really} by {real} in {real:prices}.",
        change="{real:+} in {real:prices}",
        moved=direction(rate),
        really=direction(real),
        real=real,
        **common,
    )


def highest(ours: Series) -> Finding:
    """The highest year between the two ends, which a rate from end to end hides."""
    peak, last = trade.highest_between(ours, ours.start, ours.end), trade.turnover(ours, ours.end)
    if peak.defined and last.defined and peak.value > last.value:
        return Finding(
            "highest-between",
            "The rate uses the two ends only: in {peak:start} turnover stood at {peak}, above the {last} of {last:end}.",
            exhibit="turnover",
            peak=peak,
            last=last,
        )
    return Finding(
        "highest-between",
        "No year between the two ends lies above the last one; the highest was {peak:start} with {peak}.",
        exhibit="turnover",
        otherwise="There is no reported year between the two ends.",
        peak=peak,
    )


def levels(ours: Series, theirs: Series, side: str = "both") -> Exhibit:
    """Turnover by year as each side reports it; `ours` and `theirs` are selected with need="any"."""
    drawn = [each for each, own in ((ours, True), (theirs, False)) if _is_drawn(each, own, side)]
    frame = pd.DataFrame({each.reporter: each.frame["turnover"] for each in drawn if each.defined})
    frame = frame.dropna(how="all").dropna(axis="columns", how="all")
    title = _levels_title(drawn, frame)
    printed = {code: f"{names.label(code)} {wording.billions(_last(frame[code]))}" for code in frame}
    return Exhibit.figure(
        "turnover",
        title=title,
        subtitle="Exports plus imports, billions of current US dollars, by the report of each side",
        alt=_levels_alt(drawn, frame) if title.defined else "",
        note=_coverage_note([each for each in drawn if each.defined]),
        figure=lambda: charts.lines(
            frame / BILLION,
            labels=printed,
            dashed=[each.reporter for each in drawn if each is theirs and len(frame.columns) > 1],
            zero=True,
        ),
        table=_levels_table(frame) if title.defined else None,
        data=_cells(drawn),
        sources=[source for each in drawn for source in each.sources],
        methods=["turnover"],
        flags=[flag for each in drawn for flag in each.flags],
    )


def _is_drawn(series: Series, own: bool, side: str) -> bool:
    return side == "both" or (side == "reporter") == own


def _levels_title(drawn: list[Series], frame: pd.DataFrame) -> Finding:
    """Each side's level in the last year that any side reports, or for each its own last year."""
    told = [
        (each, trade.turnover(each, int(frame[each.reporter].last_valid_index())))
        for each in drawn
        if each.reporter in frame
    ]
    if not told:
        reason = names.spoken(
            "; ".join(str(each.reason) for each in drawn if each.reason) or "no turnover is reported"
        )
        return Finding(
            "turnover-title",
            "{it}",
            role="title",
            it=Measured.undefined(reason, unit="usd", method="turnover"),
        )
    if len(told) == 1:
        ((series, level),) = told
        template = "{a} records trade of {x} with {b} in {x:end}"
        return Finding(
            "turnover-title",
            template,
            role="title",
            x=level,
            a=names.country(series.reporter, start=True),
            b=names.country(series.partner),
        )
    (one, x), (two, y) = told
    same = x.end == y.end
    template = (
        "For {x:end}, {a} records trade of {x} and {b} of {y}"
        if same
        else "{a} records trade of {x} in {x:end}, {b} of {y} in {y:end}"
    )
    return Finding(
        "turnover-title",
        template,
        role="title",
        x=x,
        y=y,
        a=names.country(one.reporter, start=not same),
        b=names.country(two.reporter),
    )


def _levels_alt(drawn: list[Series], frame: pd.DataFrame) -> Finding:
    told = [each for each in drawn if each.reporter in frame]
    values, parts = {}, []
    for letter, series in zip("ab", told, strict=False):
        known = frame[series.reporter].dropna().index
        ends = trade.turnover(series, int(known[0])), trade.turnover(series, int(known[-1]))
        values |= {
            f"name_{letter}": names.country(series.reporter),
            f"first_{letter}": ends[0],
            f"last_{letter}": ends[1],
        }
        parts.append(
            f"by {{name_{letter}}} from {{first_{letter}}} in {{first_{letter}:start}} to {{last_{letter}}} in {{last_{letter}:end}}"
        )
    return Finding(
        "turnover-alt", f"Lines of turnover by year, reported {' and '.join(parts)}.", role="text", **values
    )


def _levels_table(frame: pd.DataFrame) -> Table:
    columns = [
        Column("year", "Year", "year"),
        *(Column(code, f"{names.label(code)}, USD bn", "billions") for code in frame),
    ]
    return Table.of(frame.rename_axis("year"), columns)


def growth_table(ours: Series, theirs: Series, rerouted: tuple[str, ...]) -> Exhibit:
    """Levels, multiple and yearly rate for each flow and each side that covers both ends."""
    rows = []
    for series in (ours, theirs):
        span = (series.start, series.end)
        for flow, label in FLOWS.items():
            ends = [trade.level(series, year, flow) for year in span]
            if all(end.defined for end in ends):
                rows.append(
                    {
                        "who": f"{names.label(series.reporter)}: {label.lower()}",
                        "first": ends[0],
                        "last": ends[1],
                        "change": trade.absolute_change(series, *span, flow),
                        "fold": trade.fold_change(series, *span, flow, rerouted=rerouted),
                        "rate": trade.cagr(series, *span, flow, rerouted=rerouted),
                    }
                )
    frame = pd.DataFrame(rows)
    flows = {flow: trade.absolute_change(ours, ours.start, ours.end, flow) for flow in ("export", "import")}
    title = Finding(
        "growth-title",
        "{reporter}’s exports {out} by {export} and its imports {back} by {import}, {export:span}",
        role="title",
        reporter=names.country(ours.reporter, start=True),
        out=direction(flows["export"]),
        back=direction(flows["import"]),
        **flows,
    )
    if frame.empty or not title.defined:
        return Exhibit.absent("growth", _no_growth(ours, theirs))
    measured = [cell for row in rows for cell in row.values() if isinstance(cell, Measured)]
    return Exhibit.table(
        "growth",
        title=title,
        subtitle="Levels in billions of current US dollars; multiple and compound rate between the two ends",
        alt="Levels at both ends, change, multiple and yearly rate for each flow, by reporter.",
        table=Table.of(
            frame,
            [
                Column("who", "Reporter and flow"),
                Column("first", wording.year(ours.start), "billions"),
                Column("last", wording.year(ours.end), "billions"),
                Column("change", "Change", "+billions"),
                Column("fold", "Multiple", "number"),
                Column("rate", "A year", "+percent"),
            ],
        ),
        data=frame.map(lambda cell: cell.value if isinstance(cell, Measured) else cell),
        sources=[source for each in measured for source in each.sources],
        methods=["fold_change", "cagr"],
        flags=[flag for each in measured for flag in each.flags],
    )


def _no_growth(ours: Series, theirs: Series) -> Finding:
    reasons = [str(trade.absolute_change(each, each.start, each.end).reason) for each in (ours, theirs)]
    why = names.spoken(reasons[0])
    return Finding(
        "growth-absent",
        "{it}",
        it=Measured.undefined(why, unit="usd", method="turnover"),
        otherwise="No growth between the two ends: {reason}.",
    )


def real_terms(ours: Series, theirs: Series, deflator: MeasuredSeries | None) -> Exhibit:
    """The multiple between both ends in current and in constant dollars, each side that covers both."""
    if deflator is None:
        why = Finding("constant-absent", "No deflator was asked for, so growth is in current dollars only.")
        return Exhibit.absent("constant-dollars", why)
    rows = []
    for series in (ours, theirs):
        span = (series.start, series.end)
        nominal, real = trade.fold_change(series, *span), trade.fold_change(series, *span, deflator=deflator)
        if nominal.defined and real.defined:
            rows.append({"name": names.label(series.reporter), "nominal": nominal, "real": real})
    nominal, real = (
        trade.fold_change(ours, ours.start, ours.end, deflator=each) for each in (None, deflator)
    )
    forms = {"above": "more than doubled", "below": "did not double", "equal": "doubled"}
    title = Finding(
        "constant-title",
        "Trade {nominally} in {nominal:prices} ({nominal}); in {real:prices} it {really} ({real})",
        role="title",
        otherwise="The reporter’s growth cannot be put in constant dollars: {reason}.",
        nominally=against(nominal, DOUBLED, **forms),
        really=against(real, DOUBLED, **forms),
        nominal=nominal,
        real=real,
    )
    frame = pd.DataFrame(rows, columns=["name", "nominal", "real"])
    plain = frame.map(lambda cell: cell.value if isinstance(cell, Measured) else cell)
    return Exhibit.figure(
        "constant-dollars",
        title=title,
        subtitle="Turnover of the last year as a multiple of the first, by the report of each side that has both",
        alt=Finding(
            "constant-alt",
            "Bars of the multiple of turnover: {nominal} in current and {real} in constant dollars.",
            otherwise="No bars.",
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
            first_label="Current dollars",
            second_label=f"Constant {wording.year(ours.start)} dollars",
            colour=theme.token("accent"),
        ),
        table=Table.of(
            frame,
            [
                Column("name", "Reporter"),
                Column("nominal", "Current dollars", "number"),
                Column("real", "Constant dollars", "number"),
            ],
        )
        if rows
        else None,
        data=plain,
        placement="none",
    )


def _last(values: pd.Series) -> float:
    return float(values.dropna().iloc[-1])


def _cells(drawn: list[Series]) -> pd.DataFrame:
    """The rows of the trade table behind the drawing."""
    parts = [each.cells[CELLS] for each in drawn if each.defined]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=CELLS)


def _coverage_note(drawn: list[Series]) -> str:
    told = {each.reporter: COVERAGES.get(each.coverage or "", "coverage not stated") for each in drawn}
    return "; ".join(f"{names.country(code, start=True)}: {what}" for code, what in told.items()) + "."
