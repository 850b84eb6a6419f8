"""Trade measured against world trade: the intensity of a pair and the inner trade of a bloc, inside one release.

World totals of different compilers differ by several per cent, so every figure of a measure here comes from one
release; without one that holds them all the measure is refused.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

import pandas as pd

from analysis.errors import UsageError, did_you_mean

from .measured import Measured, derive
from .reasons import because, template
from .releases import WORLD, is_fit, known_releases, row_ids

INTENSITY_FORMS = ("plain", "kojima")

SMALL_WORLD_SHARE = 0.001
"""A partner with less than this part of world trade makes the index explode: flagged SMALL_WORLD_SHARE."""

LEAST_COVERAGE = 0.9
"""Below this part of a bloc's directed pairs with a figure, its inner trade is refused."""

Flow = tuple[str, str, str]


@dataclass(frozen=True)
class Intensity:
    """A trade intensity index with the two shares it is made of."""

    index: Measured
    numerator: Measured
    denominator: Measured


def trade_intensity(
    trade: pd.DataFrame,
    sources: pd.DataFrame,
    bases: pd.DataFrame,
    *,
    reporter: str,
    partner: str,
    year: int,
    known_by: date | str | None = None,
    basis: str | None = None,
    source: str | None = None,
    form: str = "plain",
) -> Intensity:
    """How much more the reporter exports to the partner than the partner's weight in world trade would give.

    plain: (x_ij / X_iw) / (x_wj / X_ww). kojima: (x_ij / X_i) / (M_j / (M_w - M_i)), which takes the reporter out
    of the world. 1 is neutral. All figures come from one release: the newest of the best basis (or of the one
    asked for) that holds them. Undefined when there is none or a denominator is zero; SMALL_WORLD_SHARE when the
    partner has under 0.1 per cent of the world. Source: METHODS 1.2; ADB ARIC technical notes; the net form Kojima
    1964.

    >>> from analysis.measures.example import world
    >>> rows = [("AAA", "BBB", "export", 6), ("AAA", "WLD", "export", 90), ("WLD", "BBB", "export", 20),
    ...         ("WLD", "WLD", "export", 1500), ("AAA", "WLD", "import", 100)]
    >>> trade, sources, bases = world(rows)
    >>> pair = {"reporter": "AAA", "partner": "BBB", "year": 2019}
    >>> [round(trade_intensity(trade, sources, bases, **pair, form=form).index.value, 2) for form in INTENSITY_FORMS]
    [5.0, 4.67]
    """
    (found,) = trade_intensities(
        trade,
        sources,
        bases,
        reporter,
        partner,
        [year],
        known_by=known_by,
        basis=basis,
        source=source,
        form=form,
    )
    return found


def trade_intensities(
    trade: pd.DataFrame,
    sources: pd.DataFrame,
    bases: pd.DataFrame,
    reporter: str,
    partner: str,
    years: Collection[int],
    *,
    known_by: date | str | None = None,
    basis: str | None = None,
    source: str | None = None,
    form: str = "plain",
) -> Iterator[Intensity]:
    """`trade_intensity` of several years, one after the other; the table is gone through once."""
    if form not in INTENSITY_FORMS:
        raise UsageError(
            f"form: '{form}' is not one of {', '.join(INTENSITY_FORMS)}{did_you_mean(form, INTENSITY_FORMS)}"
        )
    places = {reporter, partner, WORLD}
    books = _books(trade, sources, bases, places, years, known_by, basis, source)
    return (_intensity(books.get(year, []), reporter, partner, year, form) for year in years)


def _intensity(books: list[_Book], reporter: str, partner: str, year: int, form: str) -> Intensity:
    wanted = {
        "part": [(reporter, partner, "export")],
        "total": [(reporter, WORLD, "export")],
        "partner": [(WORLD, partner, "export"), (partner, WORLD, "import")],
        "world": [(WORLD, WORLD, "export")],
    }
    if form == "kojima":
        wanted["own"] = [(reporter, WORLD, "import"), (WORLD, reporter, "export")]
    method = "kojima_intensity" if form == "kojima" else "trade_intensity"
    book, reason = _best(books, list(wanted.values()), year)
    context = {"start": year, "end": year, "reporter": reporter, "partner": partner, "flow": "export"}
    if reason:
        gone = [
            Measured.undefined(reason, unit=unit, method=method, **context)
            for unit in ("score", "share", "share")
        ]
        return Intensity(*gone)
    figures = {name: book.first(flows) for name, flows in wanted.items()}
    context |= {"basis": book.basis, "sources": (book.source,), "notes": (because("{form} form", form=form),)}
    rest = figures["world"].value - (figures["own"].value if form == "kojima" else 0.0)
    own = _share(figures["part"], figures["total"].value, [figures["total"]], context)
    weight = _share(
        figures["partner"], rest, [figures[name] for name in figures if name in ("world", "own")], context
    )
    index = derive(
        method,
        "score",
        {"the partner's share": own, "the partner's weight": weight},
        lambda a, b: a / b,
        refuse=lambda a, b: None if b > 0 else because("the partner has no part in world trade"),
    )
    if index.defined and weight.value < SMALL_WORLD_SHARE:
        index = replace(index, flags=(*index.flags, "SMALL_WORLD_SHARE"))
    return Intensity(index, own, weight)


@dataclass(frozen=True, eq=False)
class BlocTrade:
    """The trade of a fixed set of countries with each other, against all their trade and against the world."""

    members: tuple[str, ...]
    year: int
    share: Measured
    """(X_ii + M_ii) / (X_i + M_i): the inner part of the members' trade."""
    world_share: Measured
    """(X_i + M_i) / (X_w + M_w): the members' part of world trade."""
    intensity: Measured
    """share / world_share; 1 is neutral."""
    absent_pairs: tuple[tuple[str, str], ...] = ()
    """Directed pairs (exporter, importer) without a figure: their trade is unknown, not zero."""


def bloc_trade(
    trade: pd.DataFrame,
    sources: pd.DataFrame,
    bases: pd.DataFrame,
    *,
    members: Collection[str],
    year: int,
    known_by: date | str | None = None,
    basis: str | None = None,
    source: str | None = None,
) -> BlocTrade:
    """Intra-bloc trade share and intensity of a fixed set of members in one year, inside one release.

    Imports between members are the release's own where it has them, else the exporter's figure for the same flow.
    Undefined when no release holds the world totals of every member, or when under 90 per cent of the directed
    pairs have a figure; absent pairs are named and flagged COVERAGE, and make the share a lower bound. Source:
    METHODS 1.2, intraregional share; ARIC; UNU-CRIS.

    >>> from analysis.measures.example import world
    >>> rows = [("A", "B", "export", 10), ("B", "A", "export", 5), ("A", "WLD", "export", 100),
    ...         ("B", "WLD", "export", 60), ("A", "WLD", "import", 90), ("B", "WLD", "import", 50),
    ...         ("WLD", "WLD", "export", 7500)]
    >>> bloc = bloc_trade(*world(rows), members=["A", "B"], year=2019)
    >>> round(bloc.share.value, 3), round(bloc.world_share.value, 3), round(bloc.intensity.value, 3)
    (0.1, 0.02, 5.0)
    """
    (found,) = bloc_trades(
        trade, sources, bases, [(members, year)], known_by=known_by, basis=basis, source=source
    )
    return found


def bloc_trades(
    trade: pd.DataFrame,
    sources: pd.DataFrame,
    bases: pd.DataFrame,
    asked: Collection[tuple[Collection[str], int]],
    *,
    known_by: date | str | None = None,
    basis: str | None = None,
    source: str | None = None,
) -> Iterator[BlocTrade]:
    """`bloc_trade` of several sets of members and years, one after the other; the table is gone through once."""
    places = {WORLD}.union(*(members for members, _ in asked))
    books = _books(trade, sources, bases, places, {year for _, year in asked}, known_by, basis, source)
    return (_bloc(books.get(year, []), members, year) for members, year in asked)


def _bloc(books: list[_Book], members: Collection[str], year: int) -> BlocTrade:
    names = tuple(sorted(set(members)))
    context = {"start": year, "end": year, "flow": "turnover"}
    pairs = [(one, other) for one in names for other in names if one != other]
    totals = {
        "world exports": [(WORLD, WORLD, "export")],
        **{f"exports of {name}": [(name, WORLD, "export")] for name in names},
        **{f"imports of {name}": [(name, WORLD, "import"), (WORLD, name, "export")] for name in names},
    }
    book, reason = (
        (None, because("a bloc needs two members; there are {count:count}", count=len(names)))
        if len(names) < 2
        else _best(books, list(totals.values()), year)
    )
    if reason:
        return BlocTrade(names, year, *_no_bloc(reason, context))
    sent = {pair: book.find([(*pair, "export")]) for pair in pairs}
    received = {
        (one, other): book.find([(other, one, "import"), (one, other, "export")]) for one, other in pairs
    }
    absent = tuple(pair for pair in pairs if sent[pair] is None or received[pair] is None)
    listed = tuple(because("{exporter} to {importer}", exporter=one, importer=other) for one, other in absent)
    if len(pairs) - len(absent) < LEAST_COVERAGE * len(pairs):
        reason = because(
            "{release} has no figure of {year} for {count:count} of {all:count} flows: {flows}",
            release=book.source,
            year=year,
            count=len(absent),
            all=len(pairs),
            flows=listed,
        )
        return BlocTrade(names, year, *_no_bloc(reason, context | {"flags": ("COVERAGE",)}), absent)
    context |= {
        "basis": book.basis,
        "sources": (book.source,),
        "notes": (because("members: {members}", members=names),),
    }
    if absent:
        context |= {
            "flags": ("COVERAGE",),
            "notes": (*context["notes"], because("no figure: {flows}", flows=listed)),
        }
    inner = [figure for figures in (sent, received) for figure in figures.values() if figure is not None]
    whole = [book.first(flows) for label, flows in totals.items() if label != "world exports"]
    world = [
        book.first(totals["world exports"]),
        book.first([(WORLD, WORLD, "import"), (WORLD, WORLD, "export")]),
    ]
    share = _ratio("intra_share", inner, whole, context)
    world_share = _ratio("world_share", whole, world, context)
    intensity = derive(
        "intra_intensity",
        "score",
        {"the inner share": share, "the world share": world_share},
        lambda a, b: a / b,
        refuse=lambda a, b: None if b > 0 else because("the members have no part in world trade"),
    )
    return BlocTrade(names, year, share, world_share, intensity, absent)


class _Figure(NamedTuple):
    value: float
    row: str


@dataclass(frozen=True)
class _Book:
    """All usable figures of one release in one year."""

    rank: int
    age: tuple
    source: str
    basis: str
    figures: dict[Flow, _Figure]

    def find(self, flows: Iterable[Flow]) -> _Figure | None:
        """The first of several ways to read one flow that the release has."""
        return next((self.figures[flow] for flow in flows if flow in self.figures), None)

    def first(self, flows: Iterable[Flow]) -> _Figure:
        """As `find`, for flows that are known to be there."""
        return next(self.figures[flow] for flow in flows if flow in self.figures)


def _books(trade, sources, bases, places, years, known_by, basis, source) -> dict[int, list[_Book]]:
    """What each known release holds of the trade between these places, year by year."""
    rows = trade[trade["year"].isin(list(years)) & trade["reporter"].isin(places)]
    rows = rows[rows["partner"].isin(places)]
    releases = known_releases(sources[sources["source"].isin(set(rows["source"]))], bases, known_by)
    releases = releases[releases["is_known"]]
    for column, value in (("basis", basis), ("source", source)):
        if value is not None:
            releases = releases[releases[column] == value]
    rows = rows[rows["source"].isin(releases["source"]) & is_fit(rows)]
    figures: dict[tuple[str, int], dict[Flow, _Figure]] = {}
    cells = (
        rows[column].tolist() for column in ("source", "year", "reporter", "partner", "flow", "value_usd")
    )
    for name, year, reporter, partner, flow, value, row in zip(*cells, row_ids(rows), strict=True):
        figures.setdefault((name, int(year)), {})[reporter, partner, flow] = _Figure(float(value), row)
    books: dict[int, list[_Book]] = {}
    for release in releases.itertuples():
        for year in years:
            if (release.source, year) in figures:
                own = figures[release.source, year]
                books.setdefault(year, []).append(
                    _Book(release.rank, release.age, release.source, release.basis, own)
                )
    return books


def _best(books: list[_Book], wanted: list[list[Flow]], year: int) -> tuple[_Book | None, str | None]:
    """The newest release of the best basis that holds all wanted flows, or the reason why there is none."""
    fitting = [book for book in books if all(book.find(flows) for flows in wanted)]
    if fitting:
        best = min(book.rank for book in fitting)
        return max((book for book in fitting if book.rank == best), key=lambda book: book.age), None
    return None, _no_release(wanted, books, year)


def _no_release(wanted: list[list[Flow]], books: list[_Book], year: int) -> str:
    """Names what the release that comes nearest lacks."""
    books = [book for book in books if (WORLD, WORLD, "export") in book.figures]
    if not books:
        return because("no release holds world totals for {year} beside the flows asked", year=year)
    lacking = min(
        ([flows[0] for flows in wanted if not book.find(flows)] + [book.source] for book in books), key=len
    )
    *flows, name = lacking
    named = tuple(because(_LACKED[flow], reporter=one, partner=other) for one, other, flow in flows)
    return because(
        "no one release holds all figures of {year}; {release} lacks {flows}",
        year=year,
        release=name,
        flows=named,
    )


_LACKED = {
    "export": template("export {reporter} to {partner}"),
    "import": template("import {reporter} from {partner}"),
}


def _share(part: _Figure, whole: float, others: list[_Figure], context: dict) -> Measured:
    rows = (part.row, *(figure.row for figure in others))
    if whole <= 0:
        return Measured.undefined(
            because("the total is zero"), unit="share", method="trade_share", rows=rows, **context
        )
    return Measured(part.value / whole, "share", "trade_share", rows=rows, **context)


def _ratio(method: str, parts: list[_Figure], whole: list[_Figure], context: dict) -> Measured:
    total = sum(figure.value for figure in whole)
    rows = tuple(figure.row for figure in (*parts, *whole))
    if total <= 0:
        return Measured.undefined(
            because("the total is zero"), unit="share", method=method, rows=rows, **context
        )
    return Measured(sum(figure.value for figure in parts) / total, "share", method, rows=rows, **context)


def _no_bloc(reason: str, context: dict) -> list[Measured]:
    named = (("share", "intra_share"), ("share", "world_share"), ("score", "intra_intensity"))
    return [Measured.undefined(reason, unit=unit, method=method, **context) for unit, method in named]
