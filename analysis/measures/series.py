"""Choosing a trade series as a whole: one reporter, one definition, one rule for vintages, and the rule is told.

A series is never patched together cell by cell from different offices: it is (1) one release that covers what is
asked, the newest that was known; otherwise (2) a chain of releases of one office with one coverage and one basis,
each year from the newest that covers it; otherwise (3) nothing, with the missing cells named.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import pairwise
from operator import itemgetter
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import UsageError, did_you_mean

from .absence import absence
from .dates import as_day, is_true
from .reasons import Reason, because, template, together
from .releases import FLOWS, FOOTNOTED, WORLD, Asked, available, cells_of, known, pair_rows, spans

__all__ = ["NEEDS", "Series", "available", "ended", "known", "select"]

NEEDS = ("all", "ends", "any")

_REVISIONS = ("flow", "year", "earlier_source", "later_source", "earlier_value", "later_value", "change")


@dataclass(frozen=True, eq=False)
class Series:
    """One reporter's trade with one partner, with everything that says where it comes from.

    `frame` is indexed by year (every year asked) with the float columns export, import and turnover in plain
    dollars, NaN where nothing is reported; turnover is their sum when both were asked, or the published one when
    `flows=("turnover",)`. `cells` holds the chosen rows of the trade table with their row id in `row`, `rows` the
    row id of each (flow, year). `missing` lists what was asked and not found. With `reason` set, nothing was
    selected and the frames are empty.
    """

    reporter: str
    partner: str
    start: int
    end: int
    flows: tuple[str, ...]
    frame: pd.DataFrame
    cells: pd.DataFrame
    rows: dict[tuple[str, int], str] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    office: str | None = None
    basis: str | None = None
    coverage: str | None = None
    is_independent: bool = False
    rule: str | None = None
    rule_text: Reason | None = None
    missing: tuple[tuple[str, int], ...] = ()
    flags: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    revisions: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(_REVISIONS)))
    reason: Reason | None = None
    absence: Reason | None = None
    """What is missing, without the advice to the one who asked: the reason a measure made of it passes on."""

    @property
    def defined(self) -> bool:
        """Whether a series was selected."""
        return self.reason is None

    @cached_property
    def cells_of_year(self) -> dict[int, list[dict[str, Any]]]:
        """The chosen rows of each year, for measures of one year after the other."""
        found: dict[int, list[dict[str, Any]]] = {}
        for cell in self.cells.to_dict("records"):
            found.setdefault(int(cell["year"]), []).append(cell)
        return found


def select(
    trade: pd.DataFrame,
    sources: pd.DataFrame,
    bases: pd.DataFrame,
    *,
    reporter: str,
    partner: str,
    start: int,
    end: int,
    known_by: date | str | None = None,
    flows: Sequence[str] = ("export", "import"),
    need: str = "all",
    basis: str | None = None,
    source: str | None = None,
) -> Series:
    """The trade of `reporter` with `partner` from `start` to `end` (years, inclusive), chosen as a whole.

    `need`: "all" wants every flow in every year; "ends" only in the first and the last; "any" takes all
    where that can be had, else the office and basis with the most cells (of equals, the better basis). Bases are tried in the
    order of their rank, and only those that are independent reports, unless a basis or a source is asked by name;
    within a basis that is no independent report an import is read from the partner's export, since such a basis
    holds one figure for a flow whoever is asked. Rows with a caveat of UNFIT never enter. A release counts as
    known when its publication date, or the day it was read if that is earlier, lies wholly on or before
    `known_by`; one without a printed date from the day it was read, and it is never the newest. Source: DESIGN,
    "Vintages are rows".

    >>> from analysis.measures.example import tables
    >>> series = select(*tables(), reporter="AAA", partner="BBB", start=2016, end=2017)
    >>> series.frame["turnover"].tolist(), series.rule, series.sources
    ([3.0, 7.0], 'single-release', ('office-2018',))

    Raises UsageError for a flow, need, basis or source that does not exist, and for start after end.
    """
    flows = tuple(flows)
    _check_request(flows, need, start, end, basis, source, sources, bases)
    asked = Asked(reporter, partner, start, end, flows, need, known_by)
    if reporter == WORLD:
        reason = because("the world is no reporter: its rows are sums over the reports of others")
        return _nothing(asked, reason, reason)
    rows = pair_rows(trade, sources, bases, asked, basis=basis, source=source)
    chosen = _choose(rows[rows["is_usable"]], asked)
    if chosen is None:
        other = Asked(partner, reporter, start, end, flows, need, known_by)
        swapped = pair_rows(trade, sources, bases, other, basis=basis, source=source)
        has_other = _choose(swapped[swapped["is_usable"]], other) is not None
        return _nothing(asked, *absence(rows, asked, has_other, source, basis))
    return _series(chosen, asked)


def ended(trade: pd.DataFrame, as_of: date | str) -> pd.DataFrame:
    """The rows whose period had ended by a day: a year that still runs is no year.

    >>> frame = pd.DataFrame({"period_end": ["2016-12-31", "2017-12-31"]})
    >>> ended(frame, "2017-06-30")["period_end"].tolist()
    ['2016-12-31']
    """
    return trade[trade["period_end"] <= as_day(as_of).isoformat()]


@dataclass(frozen=True)
class _Chosen:
    rule: str
    picks: pd.DataFrame
    others: list[dict[str, Any]]
    """What else of its office, basis and coverage could have been picked, and what was."""


def _check_request(flows, need, start, end, basis, source, sources, bases) -> None:
    problems = [
        f"flow: '{flow}' is not one of {', '.join(FLOWS)}{did_you_mean(flow, FLOWS)}"
        for flow in flows
        if flow not in FLOWS
    ]
    if "turnover" in flows and len(flows) > 1:
        problems.append("flows: a published turnover is a flow of its own; ask for it alone")
    for name, value, options in (
        ("need", need, NEEDS),
        ("basis", basis, tuple(bases["basis"])),
        ("source", source, tuple(sources["source"])),
    ):
        if value is not None and value not in options:
            problems.append(f"{name}: '{value}' is not known{did_you_mean(value, options)}")
    if start > end:
        problems.append(f"start {start} is after end {end}")
    if problems:
        raise UsageError(*problems)


def _choose(usable: pd.DataFrame, asked: Asked) -> _Chosen | None:
    """The rows of the first rule that holds, bases in the order of their rank."""
    inside = usable[usable["year"].between(asked.start, asked.end)]
    told = inside[_TOLD].assign(place=range(len(inside))).to_dict("records")
    by_rank = _grouped(told, "rank", "basis")
    wanted = asked.cells()
    for rows in by_rank:
        rules = (("single-release", _releases_in(rows)), ("chain", _chains_in(rows, asked)))
        for rule, candidates in rules:
            complete = [
                picks for picks in candidates if wanted <= {(row["flow"], int(row["year"])) for row in picks}
            ]
            if complete:
                return _chosen(rule, inside, told, max(complete, key=_preference))
    if asked.need != "any" or not by_rank:
        return None
    partial = [picks for rows in by_rank for picks in _chains_in(rows, asked)]
    picks = max(partial, key=lambda found: (len(found), -found[0]["rank"], _preference(found)))
    rule = "single-release" if len({row["source"] for row in picks}) == 1 else "chain"
    return _chosen(rule, inside, told, picks)


_TOLD = ["rank", "basis", "office", "source", "coverage", "flow", "year", "age", "value_usd"]


def _grouped(rows: list[dict], *names: str) -> list[list[dict]]:
    """The rows in groups of those that agree in these columns, in the order of what they agree in."""
    groups: dict[tuple, list[dict]] = {}
    for row in rows:
        groups.setdefault(tuple(row[name] for name in names), []).append(row)
    return [groups[key] for key in sorted(groups)]


def _chosen(rule: str, inside: pd.DataFrame, told: list[dict], picks: list[dict]) -> _Chosen:
    (definition,) = {tuple(row[name] for name in ("office", "basis", "coverage")) for row in picks}
    others = [row for row in told if (row["office"], row["basis"], row["coverage"]) == definition]
    order = sorted(picks, key=lambda row: (row["year"], row["flow"]))
    return _Chosen(rule, inside.iloc[[row["place"] for row in order]].reset_index(drop=True), others)


def _releases_in(rows: list[dict]) -> list[list[dict]]:
    return _grouped(rows, "source", "coverage")


def _chains_in(rows: list[dict], asked: Asked) -> list[list[dict]]:
    return [_chain(group, asked.flows) for group in _grouped(rows, "office", "coverage")]


def _chain(rows: list[dict], flows: Collection[str]) -> list[dict]:
    """Each year from the newest release that has all its flows, else each flow from the newest that has it."""
    whole = {
        (group[0]["year"], group[0]["source"])
        for group in _grouped(rows, "year", "source")
        if len({row["flow"] for row in group}) == len(set(flows))
    }
    ordered = sorted(rows, key=lambda row: ((row["year"], row["source"]) in whole, row["age"]))
    newest = {(row["flow"], row["year"]): row for row in ordered}
    return [row for row in ordered if newest[row["flow"], row["year"]] is row]


def _preference(picks: list[dict]) -> tuple:
    """The newest release first; of equal age the one with more cells, then a fixed order of names."""
    *newest, name = max(row["age"] for row in picks)
    return (*newest, len(picks), name)


def _series(chosen: _Chosen, asked: Asked) -> Series:
    picks = chosen.picks
    told = picks.to_dict("records")
    first = told[0]
    used = tuple(dict.fromkeys(row["source"] for row in sorted(told, key=itemgetter("age"))))
    footnotes = [flag for column, flag in FOOTNOTED.items() if any(is_true(row[column]) for row in told)]
    return Series(
        reporter=asked.reporter,
        partner=asked.partner,
        start=asked.start,
        end=asked.end,
        flows=asked.flows,
        frame=_frame(told, asked),
        cells=picks.drop(columns=["age", "since", "unfit", "is_usable", "is_waiting"]),
        rows={(row["flow"], int(row["year"])): row["row"] for row in told},
        sources=used,
        office=first["office"],
        basis=first["basis"],
        coverage=first["coverage"],
        is_independent=is_true(first["is_independent"]),
        rule=chosen.rule,
        rule_text=_rule_text(chosen.rule, picks, used, first["office"], asked),
        missing=tuple(sorted(asked.cells("all") - cells_of(picks), key=lambda cell: (cell[1], cell[0]))),
        flags=(*(("VINTAGE",) if len(used) > 1 else ()), *footnotes),
        revisions=_revisions(chosen.others),
    )


def _frame(picks: list[dict], asked: Asked) -> pd.DataFrame:
    years = pd.RangeIndex(asked.start, asked.end + 1, name="year")
    values = np.full((len(years), len(FLOWS)), np.nan)
    for row in picks:
        values[int(row["year"]) - asked.start, FLOWS.index(row["flow"])] = row["value_usd"]
    if asked.flows != ("turnover",):
        values[:, FLOWS.index("turnover")] = sum(values[:, FLOWS.index(flow)] for flow in FLOWS[:2])
    return pd.DataFrame(values, index=years, columns=list(FLOWS))


def _rule_text(rule: str, picks: pd.DataFrame, used: tuple[str, ...], office: str, asked: Asked) -> Reason:
    kind = "chain" if rule == "chain" else "whole" if asked.cells() <= cells_of(picks) else "part"
    told: dict[str, object] = {"release": used[0]} if kind != "chain" else {"office": office}
    if asked.known_by is not None:
        told["day"] = as_day(asked.known_by)
    if kind == "chain":
        told["parts"] = together(
            because(
                "{years} from {release}",
                years=spans(picks.loc[picks["source"] == name, "year"]),
                release=name,
            )
            for name in used
        )
    return because(_RULES[kind, asked.known_by is not None], **told)


_RULES = {
    ("part", False): template("One release, {release}: the release with most of what is asked."),
    ("part", True): template(
        "One release, {release}: the release known by {day} with most of what is asked."
    ),
    ("whole", False): template("One release, {release}: the newest that covers what is asked."),
    ("whole", True): template("One release, {release}: the newest known by {day} that covers what is asked."),
    ("chain", False): template("Releases of {office}, each year from the newest that covers it: {parts}."),
    ("chain", True): template(
        "Releases of {office} known by {day}, each year from the newest that covers it: {parts}."
    ),
}


def _revisions(rows: list[dict]) -> pd.DataFrame:
    """Every cell that two releases of the definition hold, each release beside the next newer one."""
    held: dict[tuple[int, str], dict[str, float]] = {}
    for row in sorted(rows, key=itemgetter("age")):
        held.setdefault((int(row["year"]), row["flow"]), {}).setdefault(
            row["source"], float(row["value_usd"])
        )
    found = []
    for (year, flow), values in sorted(held.items(), key=itemgetter(0)):
        for (earlier, old), (later, new) in pairwise(values.items()):
            change = new / old - 1 if old else float("nan")
            found.append((flow, year, earlier, later, old, new, change))
    return pd.DataFrame(found, columns=list(_REVISIONS))


def _nothing(asked: Asked, absence: Reason, reason: Reason) -> Series:
    frame = pd.DataFrame(columns=list(FLOWS), index=pd.Index([], name="year"), dtype=float)
    return Series(
        asked.reporter,
        asked.partner,
        asked.start,
        asked.end,
        asked.flows,
        frame,
        pd.DataFrame(),
        missing=tuple(sorted(asked.cells("all"), key=lambda cell: (cell[1], cell[0]))),
        reason=reason,
        absence=absence,
    )
