"""Overlap of sets of countries: Jaccard and its relatives, exclusive intersections, matrices, churn.

A set is a plain collection of country codes or a `Members`, which may hold countries whose membership on the day is
uncertain. A measure over an uncertain country is undefined and names it; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations

import pandas as pd

from analysis.errors import UsageError

from .measured import Measured, tally
from .reasons import Reason, because, template, together


@dataclass(frozen=True)
class Members:
    """The countries in a bloc on one day: those that surely are, and those for which the sources do not tell."""

    bloc: str
    on: date | None
    certain: frozenset[str]
    uncertain: frozenset[str] = frozenset()
    rows: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


Countries = Collection[str] | Members


def size(a: Countries) -> Measured:
    """The number of countries in a set.

    >>> size({"a", "b"}).value
    2
    """
    return _measure("members", "count", (a,), lambda x: len(x))


def asked(countries: Collection[str], on: date | None = None) -> Measured:
    """The number of countries that a question names, on the day that it is asked of: what another count is out of.

    >>> asked(["UZB", "KAZ", "UZB"]).value
    2
    """
    return tally((f"countries:{country}" for country in sorted(countries)), "countries_asked", on=on)


def intersection(a: Countries, b: Countries) -> Measured:
    """The number of countries in both sets.

    >>> intersection({"a", "b"}, {"b", "c"}).value
    1
    """
    return _measure("intersection", "count", (a, b), lambda x, y: len(x & y))


def union(a: Countries, b: Countries) -> Measured:
    """The number of countries in either set.

    >>> union({"a", "b"}, {"b", "c"}).value
    3
    """
    return _measure("union", "count", (a, b), lambda x, y: len(x | y))


def jaccard(a: Countries, b: Countries) -> Measured:
    """Countries in both over countries in either, from 0 to 1.

    Formula: |A and B| / |A or B|. Undefined for two empty sets. In small sets one member moves it by a tenth:
    the counts are noted. Source: METHODS 1.4; Jaccard 1912.

    >>> round(jaccard(set("abcde"), set("abcdfghi")).value, 3)
    0.444
    """
    return _measure(
        "jaccard",
        "score",
        (a, b),
        lambda x, y: len(x & y) / len(x | y),
        lambda x, y: None if x | y else because("both sets are empty"),
        lambda x, y: _of(len(x & y), len(x | y)),
    )


def dice(a: Countries, b: Countries) -> Measured:
    """Twice the common countries over the sum of both sizes.

    Formula: 2 |A and B| / (|A| + |B|). Undefined for two empty sets. Source: METHODS 1.4; Dice 1945.

    >>> round(dice(set("abcde"), set("abcdfghi")).value, 3)
    0.615
    """
    return _measure(
        "dice",
        "score",
        (a, b),
        lambda x, y: 2 * len(x & y) / (len(x) + len(y)),
        lambda x, y: None if x or y else because("both sets are empty"),
        lambda x, y: _of(2 * len(x & y), len(x) + len(y)),
    )


def overlap_coefficient(a: Countries, b: Countries) -> Measured:
    """Common countries over the size of the smaller set; 1 when one holds the other, so pair it with Jaccard.

    Formula: |A and B| / min(|A|, |B|). Undefined when a set is empty. Source: METHODS 1.4; Szymkiewicz 1934.

    >>> overlap_coefficient(set("abcde"), set("abcdfghi")).value
    0.8
    """
    return _measure(
        "overlap_coefficient",
        "score",
        (a, b),
        lambda x, y: len(x & y) / min(len(x), len(y)),
        lambda x, y: None if x and y else because("a set is empty"),
        lambda x, y: _of(len(x & y), min(len(x), len(y))),
    )


def containment(a: Countries, b: Countries) -> Measured:
    """The part of the first set that is also in the second; not symmetric.

    Formula: |A and B| / |A|. Undefined when the first set is empty. Source: METHODS 1.4; Tversky 1977.

    >>> containment(set("abcde"), set("abcdfghi")).value, containment(set("abcdfghi"), set("abcde")).value
    (0.8, 0.5)
    """
    return _measure(
        "containment",
        "score",
        (a, b),
        lambda x, y: len(x & y) / len(x),
        lambda x, y: None if x else because("the first set is empty"),
        lambda x, y: _of(len(x & y), len(x)),
    )


def jaccard_bounds(a: Countries, b: Countries) -> tuple[Measured, Measured]:
    """The lowest and highest Jaccard index over all ways to settle the uncertain countries.

    Lowest: an uncertain country that can widen the union without being common does. Highest: one that can be
    common is, any other is left out. Source: METHODS 1.4 on intervals; rule 4 of section 0.

    >>> a = Members("x", None, frozenset("ab"), frozenset("c"))
    >>> [round(bound.value, 3) for bound in jaccard_bounds(a, set("bc"))]
    [0.333, 0.667]
    """
    one, other = _members(a), _members(b)
    both_sure = one.certain & other.certain
    either = one.certain | other.certain
    unsure = one.uncertain | other.uncertain
    can_join = {c for c in unsure if all(c in side.certain | side.uncertain for side in (one, other))}
    ends = (
        (len(both_sure), len(either | unsure)),
        (len(both_sure | can_join), len(either | can_join)),
    )
    context = _context((one, other))
    return tuple(
        Measured(common / total, "score", "jaccard", notes=(_of(common, total),), **context)
        if total
        else Measured.undefined(because("both sets can be empty"), unit="score", method="jaccard", **context)
        for common, total in ends
    )


@dataclass(frozen=True, eq=False)
class Intersections:
    """The union of several sets, cut into cells.

    `cells` has one row a cell, largest first: blocs (tuple of set names), countries (tuple), size, degree (number
    of sets). `uncertain` names, for each country left out because a membership is uncertain, the sets concerned.
    """

    cells: pd.DataFrame
    uncertain: dict[str, tuple[str, ...]]


def exclusive_intersections(sets: Mapping[str, Countries]) -> Intersections:
    """Every country of the union in exactly one cell: the full pattern of the sets it is in.

    The cells sum to the union. Source: METHODS 1.4; Lex et al. 2014.

    >>> found = exclusive_intersections({"A": {1, 2, 3}, "B": {2, 3, 4}})
    >>> found.cells[["blocs", "countries"]].values.tolist()
    [[('A', 'B'), (2, 3)], [('A',), (1,)], [('B',), (4,)]]
    """
    members = {name: _members(countries, name) for name, countries in sets.items()}
    uncertain = {
        country: tuple(name for name in sets if country in members[name].uncertain)
        for country in sorted(set().union(*(one.uncertain for one in members.values())))
    }
    patterns: dict[tuple[str, ...], list[str]] = {}
    for country in sorted(set().union(*(one.certain for one in members.values())) - set(uncertain)):
        pattern = tuple(name for name in sets if country in members[name].certain)
        patterns.setdefault(pattern, []).append(country)
    return Intersections(_cells(patterns), uncertain)


def inclusive_intersections(sets: Mapping[str, Countries]) -> Intersections:
    """For every combination of sets that share a country, all countries they share; cells overlap.

    Source: METHODS 1.4 (inclusive intersections do not sum to the union).

    >>> found = inclusive_intersections({"A": {1, 2, 3}, "B": {2, 3, 4}})
    >>> found.cells[["blocs", "size"]].values.tolist()
    [[('A',), 3], [('B',), 3], [('A', 'B'), 2]]
    """
    exclusive = exclusive_intersections(sets)
    shared: dict[tuple[str, ...], list[str]] = {}
    for pattern, countries in zip(exclusive.cells["blocs"], exclusive.cells["countries"], strict=True):
        for count in range(1, len(pattern) + 1):
            for names in combinations(pattern, count):
                shared.setdefault(names, []).extend(countries)
    return Intersections(_cells({names: sorted(held) for names, held in shared.items()}), exclusive.uncertain)


def affiliation(sets: Mapping[str, Countries]) -> pd.DataFrame:
    """The affiliation matrix: countries in rows, sets in columns, 1 in, 0 out, NA where it is uncertain.

    Source: METHODS 1.4; Breiger 1974.

    >>> affiliation({"A": {"x", "y"}, "B": {"y"}}).values.tolist()
    [[1, 0], [1, 1]]
    """
    members = {name: _members(countries, name) for name, countries in sets.items()}
    index = pd.Index(
        sorted(set().union(*(one.certain | one.uncertain for one in members.values()))), name="country"
    )
    columns = {
        name: pd.array(
            [1 if c in one.certain else pd.NA if c in one.uncertain else 0 for c in index], dtype="Int64"
        )
        for name, one in members.items()
    }
    return pd.DataFrame(columns, index=index)


def co_membership(matrix: pd.DataFrame, *, by: str = "country") -> pd.DataFrame:
    """How many sets two countries share (by="country"), or how many countries two sets share (by="bloc").

    Formula: A A' or A' A; the diagonal is the number of sets of a country, or the size of a set. NA where an
    uncertain membership would change the count. Source: METHODS 1.4; Breiger 1974.

    >>> co_membership(affiliation({"A": {"x", "y"}, "B": {"y"}}), by="bloc").values.tolist()
    [[2, 1], [1, 1]]
    """
    if by not in ("country", "bloc"):
        raise UsageError(f"by: '{by}' is not one of country, bloc")
    low, high = (matrix.fillna(value).astype("int64") for value in (0, 1))
    counts = [side @ side.T if by == "country" else side.T @ side for side in (low, high)]
    return counts[0].astype("Int64").mask(counts[0] != counts[1])


def jaccard_matrix(sets: Mapping[str, Countries]) -> pd.DataFrame:
    """The Jaccard index of every pair of sets, 1 on the diagonal; NaN where it is undefined.

    >>> jaccard_matrix({"A": {"x", "y"}, "B": {"y"}}).values.tolist()
    [[1.0, 0.5], [0.5, 1.0]]
    """
    names = list(sets)
    values = [[jaccard(sets[one], sets[other]).value for other in names] for one in names]
    return pd.DataFrame(values, index=names, columns=names, dtype=float)


@dataclass(frozen=True)
class Churn:
    """What changed in a set between two dates."""

    entered: frozenset[str]
    left: frozenset[str]
    entries: Measured
    exits: Measured
    entry_rate: Measured
    """Entries over the first size."""
    exit_rate: Measured
    """Exits over the first size."""
    churn: Measured
    """(E + Q) / (N0 + N1)."""
    persistence: Measured
    """The Jaccard index of the two sets."""


def churn(before: Countries, after: Countries) -> Churn:
    """Entries and exits between two dates, their rates and the persistence of the set.

    Formulas: E / N0, Q / N0, (E + Q) / (N0 + N1), Jaccard. Rates are undefined when the first set is empty. A
    suspension is a change of status, not an exit. Source: METHODS 1.4.

    >>> change = churn(set("abcde"), set("abcdef"))
    >>> change.entry_rate.value, round(change.churn.value, 3), round(change.persistence.value, 3)
    (0.2, 0.091, 0.833)
    """
    one, other = _members(before), _members(after)
    pair = (one, other)

    def no_base(x: frozenset, y: frozenset) -> str | None:
        return None if x else because("the first set is empty")

    return Churn(
        entered=other.certain - one.certain - one.uncertain,
        left=one.certain - other.certain - other.uncertain,
        entries=_measure("entries", "count", pair, lambda x, y: len(y - x)),
        exits=_measure("exits", "count", pair, lambda x, y: len(x - y)),
        entry_rate=_measure("entry_rate", "share", pair, lambda x, y: len(y - x) / len(x), no_base),
        exit_rate=_measure("exit_rate", "share", pair, lambda x, y: len(x - y) / len(x), no_base),
        churn=_measure(
            "churn",
            "score",
            pair,
            lambda x, y: len(x ^ y) / (len(x) + len(y)),
            lambda x, y: None if x or y else because("both sets are empty"),
        ),
        persistence=jaccard(one, other),
    )


def uncertainty(*sides: Members) -> str | None:
    """The sentence that names the uncertain countries of these sets, or None when all is certain."""
    parts = []
    for side in (each for each in sides if each.uncertain):
        told = _UNCERTAIN[len(side.uncertain) > 1, side.on is not None]
        own = {"countries": tuple(sorted(side.uncertain)), "bloc": side.bloc}
        parts.append(because(told, **own, **({"day": side.on} if side.on else {})))
    return together(parts)


_UNCERTAIN = {
    (False, False): template("it is uncertain whether {countries} is in {bloc}"),
    (False, True): template("it is uncertain whether {countries} is in {bloc} on {day}"),
    (True, False): template("it is uncertain whether {countries} are in {bloc}"),
    (True, True): template("it is uncertain whether {countries} are in {bloc} on {day}"),
}


def _of(part: int, whole: int) -> Reason:
    return because("{part:count} of {whole:count}", part=part, whole=whole)


def _measure(
    method: str,
    unit: str,
    sides: tuple[Countries, ...],
    formula: Callable[..., float],
    refuse: Callable[..., str | None] | None = None,
    note: Callable[..., str] | None = None,
) -> Measured:
    members = [_members(side) for side in sides]
    context = _context(members)
    sets = [one.certain for one in members]
    reason = uncertainty(*members) or (refuse(*sets) if refuse else None)
    if reason:
        return Measured.undefined(reason, unit=unit, method=method, **context)
    return Measured(formula(*sets), unit, method, notes=(note(*sets),) if note else (), **context)


def _members(countries: Countries, name: str = "the set") -> Members:
    return countries if isinstance(countries, Members) else Members(name, None, frozenset(countries))


def _context(members: Collection[Members]) -> dict[str, object]:
    found = sorted({one.on for one in members if one.on})
    own = {
        name: tuple(dict.fromkeys(item for one in members for item in getattr(one, name)))
        for name in ("rows", "sources")
    }
    return own | {"since": found[0] if found[1:] else None, "on": found[-1] if found else None}


def _cells(patterns: Mapping[tuple[str, ...], list[str]]) -> pd.DataFrame:
    rows = [
        {"blocs": names, "countries": tuple(held), "size": len(held), "degree": len(names)}
        for names, held in patterns.items()
    ]
    rows.sort(key=lambda row: (-row["size"], row["degree"], row["blocs"]))
    return pd.DataFrame(rows, columns=["blocs", "countries", "size", "degree"])
