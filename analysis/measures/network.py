"""The security network of some countries on a day: who is tied to whom, by what, and what cannot be told.

A tie is made by an agreement of exactly two countries, of a kind in the table `tie_kinds`, that is signed or in force
on the day. A pair has the level of its highest kind; levels are ordinal and are never added (METHODS 1.4). An agreement
whose coarse date holds the day makes the tie uncertain: a measure that it would change is undefined and named so, and
`bounds` gives both ends. What is only announced or proposed, and what only the document says, makes no tie.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import combinations
from typing import Any, NamedTuple

import networkx as nx
import pandas as pd

from analysis.errors import UsageError

from . import agreements as _agreements
from . import panels
from .dates import as_day, days, is_true
from .measured import Measured
from .sets import Members

MUTUAL_ASSISTANCE = "mutual-assistance"
"""The kind of a pact of another kind that promises help: it is listed in `defence_pacts`, not in `agreements.kind`."""

TIED, UNCERTAIN, OPEN, NONE = "tied", "uncertain", "open", "none"
"""How a pair stands: tied for sure, tied or not by a coarse date, only announced, proposed or told, or nothing at all."""

WEIGHTS = ("agreements", "plain")

ACTS = ["country_a", "country_b", "agreement", "title", "kind", "rank", "state", "date", "first", "last"]
ACTS += ["is_sure", "may_bind", "is_date_unverified", "is_document_only", "row", "source"]


@dataclass(frozen=True, eq=False)
class Network:
    """Countries on a day and every security act between two of them (frame with the columns ACTS).

    `ranks` gives the rank of each kind that counts.
    """

    on: date
    countries: tuple[str, ...]
    acts: pd.DataFrame
    ranks: Mapping[str, int]

    @cached_property
    def told(self) -> list[dict[str, Any]]:
        """The acts one by one."""
        return self.acts.to_dict("records")

    @cached_property
    def of_pairs(self) -> dict[tuple[str, str], list[dict[str, Any]]]:
        """The acts of each pair that has some, strongest and then earliest first; the pairs in alphabetical order."""
        found: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for act in sorted(self.told, key=lambda act: (-act["rank"], act["first"], act["agreement"])):
            found.setdefault((act["country_a"], act["country_b"]), []).append(act)
        return dict(sorted(found.items()))

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """All pairs of the countries, each in alphabetical order."""
        return list(combinations(sorted(self.countries), 2))

    @property
    def rows(self) -> tuple[str, ...]:
        """The row ids of the acts that bind or may bind."""
        return tuple(self.acts.loc[self.acts["may_bind"].astype(bool), "row"])

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources of these acts."""
        return tuple(dict.fromkeys(self.acts.loc[self.acts["may_bind"].astype(bool), "source"]))


def on_day(
    agreements: pd.DataFrame,
    parties: pd.DataFrame,
    tie_kinds: pd.DataFrame,
    pacts: pd.DataFrame,
    *,
    countries: Collection[str],
    on: date | str,
    kinds: Collection[str] | None = None,
) -> Network:
    """The network of the countries on a day, from the tables agreements, agreement_parties, tie_kinds, defence_pacts.

    `kinds` are those of `tie_kinds` that make ties; None takes all. An agreement of a kind that is not among them but
    that is listed in `defence_pacts` is of the kind mutual-assistance. Raises UsageError for fewer than two countries.
    Source: METHODS 1.4; MISSION_MAP 004d.

    >>> table = pd.DataFrame({"agreement": ["t"], "date": ["2020-05-01"], "status": ["signed"], "in_force": [""],
    ...     "ended": [""], "kind": ["alliance"], "title": ["T"], "source": ["s"]})
    >>> sides = pd.DataFrame({"agreement": ["t", "t"], "party": ["BBB", "AAA"]})
    >>> kinds, none = pd.DataFrame({"kind": ["alliance"], "rank": [5]}), pd.DataFrame({"agreement": []})
    >>> found = on_day(table, sides, kinds, none, countries=["AAA", "BBB", "CCC"], on="2021-01-01")
    >>> standing(found, "AAA", "BBB"), standing(found, "AAA", "CCC")
    ('tied', 'none')
    """
    named = tuple(dict.fromkeys(countries))
    if len(named) < 2:
        raise UsageError("countries: a network needs two countries; name at least two")
    ranks = dict(zip(tie_kinds["kind"], map(int, tie_kinds["rank"]), strict=True))
    ranks = {kind: rank for kind, rank in ranks.items() if kinds is None or kind in kinds}
    day, promised = as_day(on), set(pacts["agreement"])
    found = []
    for act in _agreements.on_day(agreements, parties, day, countries=named).to_dict("records"):
        sides = tuple(sorted(set(act["parties"])))
        kind = act["kind"]
        if kind not in ranks and act["agreement"] in promised:
            kind = MUTUAL_ASSISTANCE
        if len(sides) != 2 or not set(sides) <= set(named) or kind not in ranks:
            continue
        is_told_only = is_true(act.get("is_document_only"))
        binds = act["state"] in _agreements.BINDING
        may_still = act["state"] == _agreements.ENDED and days(act["ended"]).last > day
        found.append(
            act
            | dict(zip(("country_a", "country_b"), sides, strict=True))
            | {"kind": kind, "rank": ranks[kind], "is_document_only": is_told_only}
            | {"is_date_unverified": is_true(act.get("is_date_unverified"))}
            | {"is_sure": binds and act["last"] <= day and not is_told_only}
            | {"may_bind": (binds or may_still) and not is_told_only}
        )
    return Network(day, named, pd.DataFrame(found, columns=ACTS), ranks)


def on_days(
    agreements: pd.DataFrame,
    parties: pd.DataFrame,
    tie_kinds: pd.DataFrame,
    pacts: pd.DataFrame,
    *,
    countries: Collection[str],
    days: Sequence[date | str],
    kinds: Collection[str] | None = None,
) -> list[Network]:
    """`on_day` of each day up to the last one, in order and each once: a day after the last is not looked at."""
    last = as_day(days[-1])
    wanted = sorted({as_day(each) for each in days if as_day(each) <= last})
    tables = (agreements, parties, tie_kinds, pacts)
    return [on_day(*tables, countries=countries, on=each, kinds=kinds) for each in wanted]


def without(network: Network, country: str | None) -> Network:
    """The network with one country taken out.

    Raises UsageError when the country is not in it.
    """
    if country not in network.countries:
        raise UsageError(f"'{country}' is not among the countries of the network")
    acts = network.acts
    kept = acts[(acts["country_a"] != country) & (acts["country_b"] != country)]
    left = tuple(each for each in network.countries if each != country)
    return replace(network, countries=left, acts=kept)


def layers(
    networks: Sequence[Network],
    memberships: pd.DataFrame,
    status_meanings: pd.DataFrame,
    blocs: Sequence[str],
) -> list[dict[str, Members]]:
    """The members of each bloc on the day of each network: the second layer."""
    return [panels.members(memberships, status_meanings, blocs, each.on) for each in networks]


def co_members(network: Network, members: Members) -> list[tuple[str, str]]:
    """The pairs of the network of which both are surely in a bloc."""
    return [pair for pair in network.pairs if set(pair) <= members.certain]


def of_pair(network: Network, one: str, other: str) -> pd.DataFrame:
    """The acts of one pair, whatever the order of the two, strongest and then earliest first."""
    return pd.DataFrame(acts_of(network, one, other), columns=ACTS)


def acts_of(network: Network, one: str, other: str) -> list[dict[str, Any]]:
    """The acts of one pair as in `of_pair`, one by one."""
    a, b = sorted((one, other))
    return network.of_pairs.get((a, b), [])


def level(network: Network, one: str, other: str) -> int:
    """The rank of the highest kind of tie that surely binds the pair; 0 when none does."""
    return max((act["rank"] for act in acts_of(network, one, other) if act["is_sure"]), default=0)


def standing(network: Network, one: str, other: str) -> str:
    """How a pair stands: tied, uncertain, open or none."""
    own = acts_of(network, one, other)
    if any(act["is_sure"] for act in own):
        return TIED
    return UNCERTAIN if any(act["may_bind"] for act in own) else OPEN if own else NONE


def graph(network: Network, *, level: int = 1, possible: bool = False) -> nx.Graph:
    """The undirected graph of the pairs tied at a level or above; with `possible`, also of those that may be.

    An edge has `level`, the highest rank, and `agreements`, the number of agreements of that level or above.
    """
    found = nx.Graph()
    found.add_nodes_from(sorted(network.countries))
    mark = "may_bind" if possible else "is_sure"
    for (a, b), acts in network.of_pairs.items():
        ranks = [act["rank"] for act in acts if act[mark] and act["rank"] >= level]
        if ranks:
            found.add_edge(a, b, level=max(ranks), agreements=len(ranks))
    return found


def limits(
    network: Network, method: str, country: str | None = None, *, level: int = 1, weights: str = "agreements"
) -> tuple[float, float]:
    """The least and the most that a measure can be, over the uncertain ties; both the same where none matters.

    `method` is ties, density, triangles, components, or with a `country` degree or strength. Each grows or falls
    with every tie, so that none and all of the uncertain ones are the two ends. Source: METHODS 1.4, rule 4 of
    section 0.
    """
    formula = _formula(method, country, weights)
    ends = [formula(graph(network, level=level, possible=possible)) for possible in (False, True)]
    return min(ends), max(ends)


def ties(network: Network, *, level: int = 1) -> Measured:
    """The number of pairs tied at a level or above.

    Undefined when an uncertain tie would change it. Source: METHODS 1.4.
    """
    return _settled(network, "ties", "count", level)


def possible_pairs(countries: Collection[str], on: date | None = None) -> Measured:
    """The number of pairs that the countries make: n (n − 1) / 2; `on` is the day that they are looked at.

    >>> possible_pairs(["AAA", "BBB", "CCC"]).value
    3
    """
    rows = tuple(f"countries:{country}" for country in sorted(set(countries)))
    return Measured(len(rows) * (len(rows) - 1) // 2, "count", "possible_pairs", rows=rows, on=on)


def density(network: Network, *, level: int = 1) -> Measured:
    """Tied pairs over all pairs, from 0 to 1, at a level or above.

    Formula: m / (n (n − 1) / 2). Undefined below two countries, and when an uncertain tie would change it.
    Source: METHODS 1.4; networkx.density.
    """
    if len(network.countries) < 2:
        return Measured.undefined("one country makes no pair", unit="share", method="density")
    return _settled(network, "density", "share", level)


def degree(network: Network, country: str, *, level: int = 1) -> Measured:
    """The number of countries that a country is tied to, at a level or above. Source: METHODS 1.4."""
    return _settled(network, "degree", "count", level, country)


def strength(network: Network, country: str, *, weights: str = "agreements") -> Measured:
    """The sum of the weights of a country's ties.

    `weights`: "agreements" counts the binding agreements behind each tie, "plain" counts each tie once, so that
    strength is degree. Ranks are ordinal and are no weights. Raises UsageError for other weights. Source: METHODS 1.4;
    Barrat et al. 2004, PNAS 101(11), 3747–3752.
    """
    return _settled(network, "strength", "count", 1, country, weights)


class Triangle(NamedTuple):
    """Three countries all tied to each other, and the act by which the last of the three ties was made.

    `edges` holds the first act of each of the three ties at the level, in order of time; `closed` is the date of the
    last, as coarse as it is. `is_order_certain` is false when coarse dates leave open which tie came last.
    """

    countries: tuple[str, str, str]
    edges: tuple[Mapping[str, object], ...]
    closed: str
    is_order_certain: bool


def triangles(network: Network, *, level: int = 1) -> list[Triangle]:
    """Every triangle of sure ties at a level or above, the last closed first.

    A tie at the level is as old as the earliest of its binding agreements of that level or above.
    Source: METHODS 1.4; MISSION_MAP 004d (the alliance triangle).
    """
    found = []
    sure = graph(network, level=level)
    for three in combinations(sorted(network.countries), 3):
        if not all(sure.has_edge(*pair) for pair in combinations(three, 2)):
            continue
        edges = [_first(network, pair, level) for pair in combinations(three, 2)]
        edges.sort(key=lambda act: (act["last"], act["first"], act["agreement"]))
        *_, before, last = edges
        found.append(Triangle(three, tuple(edges), str(last["date"]), bool(before["last"] <= last["first"])))
    return sorted(found, key=lambda each: (each.edges[-1]["last"], each.countries), reverse=True)


def triangle_count(network: Network, *, level: int = 1) -> Measured:
    """The number of triangles of ties at a level or above.

    Source: METHODS 1.4; networkx.triangles, which counts each at its three corners.
    """
    return _settled(network, "triangles", "count", level)


def components(network: Network, *, level: int = 1) -> Measured:
    """The number of parts of the network within which every country can be reached along ties.

    Source: networkx.connected_components; a country without a tie is a part of its own.
    """
    return _settled(network, "components", "count", level)


def place(network: Network, one: str, other: str) -> Measured:
    """The place of a pair among all pairs by level, 1 the highest: pairs of a higher level, and one.

    Undefined when the pair has no sure tie, and when an uncertain tie of any pair would change it.
    """
    own = level(network, one, other)
    if not own:
        reason = f"{one} and {other} have no tie that binds on {network.on.isoformat()}"
        return Measured.undefined(reason, unit="count", method="place")
    above = _settled(network, "ties", "count", own + 1)
    return replace(above, method="place", value=above.value + 1 if above.defined else None)


def _first(network: Network, pair: tuple[str, str], level: int) -> dict[str, object]:
    own = [act for act in acts_of(network, *pair) if act["is_sure"] and act["rank"] >= level]
    return min(own, key=lambda act: (act["first"], act["last"], act["agreement"]))


def _formula(method: str, country: str | None, weights: str) -> Callable[[nx.Graph], float]:
    if weights not in WEIGHTS:
        raise UsageError(f"weights: '{weights}' is not one of {', '.join(WEIGHTS)}")
    by = "agreements" if weights == "agreements" else None
    return {
        "ties": lambda found: found.number_of_edges(),
        "density": nx.density,
        "triangles": lambda found: sum(nx.triangles(found).values()) // 3,
        "components": nx.number_connected_components,
        "degree": lambda found: found.degree(country),
        "strength": lambda found: found.degree(country, weight=by),
    }[method]


def _settled(
    network: Network,
    method: str,
    unit: str,
    level: int,
    country: str | None = None,
    weights: str = "agreements",
) -> Measured:
    """The value of a measure where all ways to settle the uncertain ties agree; else the reason."""
    acts = [
        act
        for act in network.told
        if act["may_bind"]
        and act["rank"] >= level
        and (country is None or country in (act["country_a"], act["country_b"]))
    ]
    context = {
        "rows": tuple(act["row"] for act in acts),
        "sources": tuple(act["source"] for act in acts),
        "on": network.on,
    }
    low, high = limits(network, method, country, level=level, weights=weights)
    if low == high:
        return Measured(low, unit, method, **context)
    sure, may = (graph(network, level=level, possible=possible) for possible in (False, True))
    by_count = method == "strength" and weights == "agreements"
    unsure = [
        tuple(sorted((a, b)))
        for a, b, held in may.edges(data="agreements")
        if (country is None or country in (a, b))
        and (not sure.has_edge(a, b) or (by_count and sure[a][b]["agreements"] != held))
    ]
    named = " and ".join(f"{a} with {b}" for a, b in sorted(unsure))
    reason = f"on {network.on.isoformat()} it is uncertain what binds {named}"
    return Measured.undefined(reason, unit=unit, method=method, **context)
