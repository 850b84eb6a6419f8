"""Announced targets of a pair: which were known on a day, the growth a target needs, the growth there was.

`mentions` is the table `targets`, one row an announcement. A target is never plotted as data and never counts as
reached because it was announced.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from . import growth, trade
from .dates import as_day, days, is_blank, is_true
from .measured import Measured, derive
from .reasons import because
from .series import Series, select

WINDOWS = (3, 5, 7, 10)
"""Years over which past growth is told beside what a target needs."""

LOOK_BACK = 20
"""How many years before the last one the history of a target may reach back."""

KINDS = ("goal", "potential", "unofficial")
"""goal: set by officials. potential: named by them as possible. unofficial: said by somebody else."""


def mentions(
    targets: pd.DataFrame, sources: pd.DataFrame, pair: Collection[str], as_of: date | str
) -> pd.DataFrame:
    """Every announcement of a target for the pair that had, or may have, been made by a day, oldest first.

    The rows of the table and five columns: first, last (the days that the announcement can mean; without a date it
    was made by the day its source appeared), is_uncertain (the day lies between the two), kind (one of KINDS), row
    ("targets:ID"). Source: DESIGN section 3.

    >>> table = pd.DataFrame([("t1", "AAA", "BBB", "2023-05", True, False, "s"), ("t2", "AAA", "BBB", "2025", True, True, "s")],
    ...     columns=["target", "country_a", "country_b", "announced", "is_official", "is_potential", "source"])
    >>> sources = pd.DataFrame({"source": ["s"], "published": ["2025"], "accessed": ["2026-11-22"]})
    >>> mentions(table, sources, ("BBB", "AAA"), "2023-05-10")[["target", "kind", "is_uncertain"]].values.tolist()
    [['t1', 'goal', True]]
    """
    day, wanted = as_day(as_of), set(pair)
    stamps = sources.set_index("source")
    found = []
    for row in targets.to_dict("records"):
        if {row["country_a"], row["country_b"]} != wanted:
            continue
        first, last = _announced(row, stamps)
        if first > day:
            continue
        kind = "unofficial" if not is_true(row["is_official"]) else "goal"
        kind = "potential" if kind == "goal" and is_true(row["is_potential"]) else kind
        told = {"first": first, "last": last, "is_uncertain": last > day, "kind": kind}
        found.append(row | told | {"row": f"targets:{row['target']}"})
    frame = pd.DataFrame(found, columns=[*targets.columns, "first", "last", "is_uncertain", "kind", "row"])
    return frame.sort_values(["first", "last", "target"], ignore_index=True)


def _announced(row: dict, stamps: pd.DataFrame) -> tuple[date, date]:
    if not is_blank(row["announced"]):
        return days(row["announced"])
    source = stamps.loc[row["source"]]
    seen = days(source["accessed"] if is_blank(source["published"]) else source["published"]).last
    return seen, seen


@dataclass(frozen=True)
class Goal:
    """The target that is tracked: plain dollars, the year it is set for, the announcement, and the day of asking.

    `value` is None when there is none, with the `reason`. `row` is the announcement (a row of `mentions`), None for
    a target that was given by the caller.
    """

    value: float | None = None
    year: int | None = None
    row: dict | None = None
    reason: str | None = None
    as_of: date | None = None

    def is_past(self, year: int | None) -> bool:
        """Whether a year was over on the day of asking; without a day, or a year, none was.

        >>> Goal(2e9, 2025, as_of=date(2026, 1, 1)).is_past(2025), Goal(2e9, 2025).is_past(2025)
        (True, False)
        """
        return None not in (year, self.as_of) and year < self.as_of.year

    @property
    def defined(self) -> bool:
        """Whether there is a target."""
        return self.value is not None

    @property
    def aim(self) -> float:
        """The plain dollars to reach: zero, which everything has reached, where there is no target."""
        return self.value or 0.0

    @property
    def level(self) -> Measured:
        """The target as a value, its year as the span where one is named."""
        told = {"start": self.year, "end": self.year, "price_basis": "current"}
        if not self.defined:
            return Measured.undefined(self.reason, unit="usd", method="target", **told)
        rows = (str(self.row["row"]),) if self.row else ()
        sources = (str(self.row["source"]),) if self.row else ()
        said = self.row and self.row["announced"]
        on = None if is_blank(said) else str(said)
        return Measured(self.value, "usd", "target", rows=rows, sources=sources, on=on, **told)

    def behind(self, value: Measured) -> Measured:
        """What was reckoned towards the target, with the announcement among its rows and sources.

        >>> goal = Goal(2e9, 2027, {"row": "targets:t", "source": "s", "announced": "2024"})
        >>> goal.behind(Measured(0.1, "rate", "required_cagr", rows=("trade:t",))).rows
        ('trade:t', 'targets:t')
        """
        rows, sources = (*value.rows, *self.level.rows), (*value.sources, *self.level.sources)
        return replace(value, rows=rows, sources=tuple(dict.fromkeys(sources)))


def goal(
    held: pd.DataFrame,
    after: int,
    *,
    value: float | None = None,
    year: int | None = None,
    as_of: date | None = None,
) -> Goal:
    """The target to track: the given one, else the newest goal of officials that is still ahead of year `after`.

    Of the announcements in `held` (the result of `mentions`), goals that were certainly announced come in this
    order: with a year after `after`; without a year; with a year that has passed. The newest of the first kind that
    occurs is taken. A potential or an unofficial figure is never tracked. `year` alone replaces that of the target.

    >>> held = pd.DataFrame([(2e9, 2027, "goal", False, "t1"), (3e9, None, "goal", False, "t2")],
    ...     columns=["value_usd", "target_year", "kind", "is_uncertain", "target"])
    >>> goal(held, 2023).value, goal(held, 2027).value, goal(held, 2023, value=5e9).row
    (2000000000.0, 3000000000.0, None)
    """
    if value is not None:
        return Goal(float(value), year, as_of=as_of)
    sure = held[(held["kind"] == "goal") & ~held["is_uncertain"].astype(bool)]
    if sure.empty:
        return Goal(reason=because("no target that officials set for the two is in the tables"))
    named = pd.to_numeric(sure["target_year"])
    for part in (sure[named > after], sure[named.isna()], sure):
        if not part.empty:
            row = part.iloc[-1].to_dict()
            set_for = None if is_blank(row["target_year"]) else int(row["target_year"])
            return Goal(float(row["value_usd"]), year or set_for, row, as_of=as_of)
    raise AssertionError("the last part is the whole, which is not empty")


def history(
    flows: pd.DataFrame,
    sources: pd.DataFrame,
    bases: pd.DataFrame,
    series: Series,
    *,
    known_by: date | str | None = None,
) -> Series:
    """The series with all earlier years that its own office gives by the same definition, up to LOOK_BACK before.

    Past growth may so reach back beyond the first year of a comparison and never mixes offices. An undefined series
    is returned as it is. Source: DESIGN, "Vintages are rows".

    >>> from analysis.measures.example import tables
    >>> aaa = select(*tables(), reporter="AAA", partner="BBB", start=2017, end=2017)
    >>> history(*tables(), aaa).frame["turnover"].dropna().tolist()
    [3.0, 7.0]
    """
    if not series.defined:
        return series
    offices = sources["office"].where(sources["office"].notna(), sources["source"])
    own = flows[
        flows["source"].isin(set(sources.loc[offices == series.office, "source"]))
        & (flows["coverage"] == series.coverage)
    ]
    asked = {"reporter": series.reporter, "partner": series.partner, "basis": series.basis}
    start = min(series.start, series.end - LOOK_BACK)
    found = select(own, sources, bases, **asked, start=start, end=series.end, known_by=known_by, need="any")
    return found if found.defined else series


def base(series: Series) -> Measured:
    """Turnover in the last year in which the series has it: where the way to a target begins.

    >>> from analysis.measures.example import tables
    >>> base(select(*tables(), reporter="AAA", partner="BBB", start=2016, end=2017)).value
    7.0
    """
    known = series.frame["turnover"].dropna() if series.defined else pd.Series(dtype=float)
    return trade.turnover(series, int(known.index[-1]) if len(known) else series.end)


def required_cagr(
    level: growth.Level, target: float, target_year: int | None = None, *, base_year: int | None = None
) -> Measured:
    """Compound growth a year that leads from a level to a target, as a fraction.

    Formula: (target / y0) ** (1 / n) - 1, n = target year - base year. The base year is read from the level when it
    carries one. Undefined for n < 1, a base of zero or below, and without a target year; where the level has already
    reached the target the rate is 0, with a note. Source: METHODS 1.3.

    >>> round(required_cagr(1.2, 2.0, 2028, base_year=2023).value, 4)
    0.1076
    >>> required_cagr(2.5, 2.0, 2028, base_year=2023).notes
    ('the target has already been reached',)
    """
    year = level.end if isinstance(level, Measured) and base_year is None else base_year
    is_there = _plain(level) is not None and _plain(level) >= target

    def refuse(y0: float) -> str | None:
        if target_year is None or year is None:
            return because("no year is named for the target")
        if target_year <= year:
            return because(
                "the target is set for {target}, and the figures reach to {last}",
                target=target_year,
                last=year,
            )
        return None if y0 > 0 else because("the base is not above zero")

    def rate(y0: float) -> float:
        return 0.0 if y0 >= target else (target / y0) ** (1 / (target_year - year)) - 1

    span = (
        {"start": year, "end": target_year} if None not in (year, target_year) and year < target_year else {}
    )
    told = (
        *getattr(level, "notes", ()),
        *((because("the target has already been reached"),) if is_there else ()),
    )
    parts = {"the base": level}
    return derive("required_cagr", "rate", parts, rate, refuse=refuse, notes=told, **span)


def achieved(
    series: Series, windows: Sequence[int] = WINDOWS, *, rerouted: Collection[str] = ()
) -> dict[int, Measured]:
    """Compound growth a year over the last 3, 5, 7 and 10 years of a series, by the length of the window.

    Only the two ends count, both from the series; a window whose first year is not in it is undefined. Formula and
    flags: `trade.cagr`. Source: METHODS 1.3.

    >>> from analysis.measures.example import tables
    >>> aaa = select(*tables(), reporter="AAA", partner="BBB", start=2016, end=2017)
    >>> achieved(aaa, (3,))[3].defined
    False
    """
    last = base(series).end
    return {years: trade.cagr(series, last - years, last, rerouted=rerouted) for years in windows}


def share_of(level: Measured, goal: Goal) -> Measured:
    """The level as a part of the target.

    Formula: y0 / target. Undefined without a level or a target.

    >>> share_of(Measured(1.5e9, "usd", "turnover", price_basis="current", end=2023), Goal(2e9)).value
    0.75
    """
    shared = ("reporter", "partner", "flow", "basis", "coverage")
    parts = {"the level": level, "the target": goal.level}
    span = {"start": level.start, "end": level.end}
    return derive("target_share", "share", parts, lambda y0, aim: y0 / aim, may_differ=shared, **span)


def years_to(level: growth.Level, target: float, rate: growth.Level) -> Measured:
    """Years until a level reaches a target at a constant rate; for a range of rates, never as one forecast.

    Formula: ln(target / y0) / ln(1 + g); 0 where it is reached already. Undefined for a rate of zero or below (at
    that rate the target is never reached). Source: METHODS 1.3.

    >>> round(years_to(1.0, 2.0, 0.1).value, 2)
    7.27
    """

    def refuse(y0: float, g: float) -> str | None:
        if y0 <= 0:
            return because("the base is not above zero")
        return None if g > 0 or y0 >= target else because("at that rate the target is never reached")

    def count(y0: float, g: float) -> float:
        return 0.0 if y0 >= target else math.log(target / y0) / math.log1p(g)

    parts = {"the base": level, "the rate": rate}
    shared = ("unit", "reporter", "partner", "flow", "basis", "coverage", "price_basis")
    return derive("years_to", "years", parts, count, refuse=refuse, may_differ=shared)


def at_rate(level: Measured, rate: Measured, year: int) -> Measured:
    """What a level would be in a later year at a constant rate: arithmetic, no forecast.

    Formula: y0 * (1 + g) ** n. Source: METHODS 1.3, scenarios.

    >>> at_rate(Measured(1e9, "usd", "turnover", end=2023), Measured(0.1, "rate", "cagr"), 2025).value
    1210000000.0
    """
    parts = {"the base": level, "the rate": rate}
    shared = ("unit", "reporter", "partner", "flow", "basis", "coverage", "price_basis")
    return derive(
        "at_rate",
        "usd",
        parts,
        lambda y0, g: round(y0 * (1 + g) ** (year - level.end), 2),
        may_differ=shared,
        start=year,
        end=year,
    )


def _plain(level: growth.Level) -> float | None:
    return level.value if isinstance(level, Measured) else level
