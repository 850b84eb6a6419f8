"""Blocs weighed by output or population: weighted overlap and concentration, one year and one source at a time."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from operator import itemgetter

import pandas as pd

from .concentration import effective_number, hhi
from .indices import macro_year
from .measured import Measured, YearContext, number
from .reasons import because
from .sets import Countries, Members, uncertainty


@dataclass(frozen=True)
class Weights:
    """One indicator of one year from one source, by country, with the caveat, row and source of each."""

    indicator: str
    year: int
    source: str | None
    values: dict[str, float]
    contexts: dict[str, YearContext] = field(default_factory=dict)

    def of(self, countries: Collection[str]) -> dict[str, tuple[str, ...]]:
        """Flags, rows and sources of the countries, joined."""
        told = [self.contexts[name] for name in sorted(countries) if name in self.contexts]
        return {
            name: tuple(dict.fromkeys(item for own in told for item in getattr(own, name)))
            for name in YearContext._fields
        }


def weights(
    macro: pd.DataFrame,
    *,
    indicator: str,
    year: int,
    countries: Collection[str],
    source: str | None = None,
) -> Weights:
    """The weights of some countries in one year, all from one source.

    Without a `source` the one that gives most of the countries is taken (of equals, the one with most countries of
    that year, then by name): two sources of one indicator are two vintages and are never joined. A country that
    the source does not give is missing, not zero. `macro` has the columns country, year, indicator, value, source.

    >>> macro = pd.DataFrame([("AAA", 2023, "gdp", 200.0, "bank"), ("BBB", 2023, "gdp", 10.0, "bank")],
    ...                      columns=["country", "year", "indicator", "value", "source"])
    >>> weights(macro, indicator="gdp", year=2023, countries=["AAA", "CCC"]).values
    {'AAA': 200.0}
    """
    found = macro[macro["year"] == year]
    rows = found[found["indicator"] == indicator].to_dict("records")
    wanted = set(countries)
    if source is None and rows:
        held: dict[str, set[str]] = {}
        for row in rows:
            held.setdefault(row["source"], set()).add(row["country"])
        source = max(held, key=lambda name: (len(held[name] & wanted), len(held[name]), name))
    rows = [row for row in rows if row["source"] == source and row["country"] in wanted]
    values = {row["country"]: number(row["value"]) for row in rows}
    contexts = {str(row["country"]): macro_year(row) for row in sorted(rows, key=itemgetter("country"))}
    known = {name: float(value) for name, value in values.items() if value is not None and value > 0}
    return Weights(indicator, year, source, known, contexts)


@dataclass(frozen=True)
class WeightedOverlap:
    """The weighted overlap of two sets, and the same without the heaviest country of their union."""

    whole: Measured
    without_largest: Measured
    largest: str | None


def weighted_overlap(a: Countries, b: Countries, given: Weights) -> WeightedOverlap:
    """The weight of the countries in both over the weight of the countries in either.

    Formula: sum of w over A and B / sum of w over A or B. Refused with the names when a weight is missing or a
    membership is uncertain, and for two empty sets. Source: METHODS 1.4, weighted overlap.

    >>> given = Weights("gdp", 2023, "bank", {"x": 200.0, "y": 10.0, "z": 90.0})
    >>> weighted_overlap({"x", "y"}, {"x", "y", "z"}, given).whole.value
    0.7
    """
    one, other = (
        side if isinstance(side, Members) else Members("the set", None, frozenset(side)) for side in (a, b)
    )
    everyone = one.certain | other.certain
    reason = uncertainty(one, other) or _missing(everyone, given)
    largest = None if reason or not everyone else max(sorted(everyone), key=given.values.__getitem__)
    rest = everyone - {largest}
    return WeightedOverlap(
        _overlap(one, other, everyone, given, reason, ()),
        _overlap(one, other, rest, given, reason, (f"without {largest}",) if largest else ()),
        largest,
    )


@dataclass(frozen=True, eq=False)
class BlocWeights:
    """The weight of each member inside a bloc.

    `frame` is indexed by country, heaviest first: weight (unit of the indicator), share (fraction). `hhi` is the
    plain Herfindahl index of the shares, from 1/n to 1. Empty and undefined, with the reason, when a weight is
    missing or a membership uncertain.
    """

    bloc: str
    frame: pd.DataFrame
    total: float | None
    hhi: Measured
    effective_number: Measured
    largest: str | None
    largest_share: Measured


def bloc_weights(members: Countries, given: Weights) -> BlocWeights:
    """How the weight of a bloc is spread over its members.

    Formula: s_i = w_i / sum w; H = sum s^2; effective number 1 / H. Source: METHODS 1.2 (Herfindahl-Hirschman) and
    1.4 (weights).

    >>> spread = bloc_weights({"x", "y"}, Weights("gdp", 2023, "bank", {"x": 75.0, "y": 25.0}))
    >>> spread.hhi.value, spread.largest, spread.largest_share.value
    (0.625, 'x', 0.75)
    """
    held = members if isinstance(members, Members) else Members("the set", None, frozenset(members))
    reason = uncertainty(held) or _missing(held.certain, given)
    if not reason and not held.certain:
        reason = because("{bloc} has no members", bloc=held.bloc)
    context = _context((held,), held.certain, given)
    if reason:
        gone = {
            name: Measured.undefined(reason, unit=unit, method=name, **context)
            for name, unit in (("hhi", "score"), ("effective_number", "count"), ("weight_share", "share"))
        }
        empty = pd.DataFrame(columns=["weight", "share"], index=pd.Index([], name="country"), dtype=float)
        return BlocWeights(
            held.bloc, empty, None, gone["hhi"], gone["effective_number"], None, gone["weight_share"]
        )
    frame = pd.DataFrame({"weight": {name: given.values[name] for name in sorted(held.certain)}})
    frame = frame.rename_axis("country").sort_values("weight", ascending=False, kind="stable")
    total = float(frame["weight"].sum())
    frame["share"] = frame["weight"] / total
    return BlocWeights(
        held.bloc,
        frame,
        total,
        hhi(frame["share"], **context),
        effective_number(frame["share"], **context),
        str(frame.index[0]),
        Measured(frame["share"].iloc[0], "share", "weight_share", **context),
    )


def _overlap(
    one: Members,
    other: Members,
    everyone: Collection[str],
    given: Weights,
    reason: str | None,
    notes: tuple[str, ...],
) -> Measured:
    context = _context((one, other), everyone, given)
    context["notes"] += notes
    total = 0.0 if reason else sum(given.values[name] for name in sorted(everyone))
    if not reason and total <= 0:
        reason = because("no country is left in either set")
    if reason:
        return Measured.undefined(reason, unit="share", method="weighted_overlap", **context)
    common = sum(given.values[name] for name in sorted(everyone) if name in one.certain & other.certain)
    return Measured(common / total, "share", "weighted_overlap", **context)


def _missing(countries: Collection[str], given: Weights) -> str | None:
    absent = sorted(set(countries) - set(given.values))
    if not absent:
        return None
    told = {"indicator": given.indicator, "year": given.year, "countries": tuple(absent)}
    if not given.source:
        return because("no {indicator} of {year} for {countries}", **told)
    return because("no {indicator} of {year} by {release}, for {countries}", release=given.source, **told)


def _context(held: Collection[Members], countries: Collection[str], given: Weights) -> dict:
    own = given.of(countries)
    return {
        "start": given.year,
        "end": given.year,
        "flags": own["flags"],
        "notes": (because("{indicator} of {year}", indicator=given.indicator, year=given.year),),
        "rows": tuple(dict.fromkeys((*(row for one in held for row in one.rows), *own["rows"]))),
        "sources": tuple(
            dict.fromkeys((*(source for one in held for source in one.sources), *own["sources"]))
        ),
    }
