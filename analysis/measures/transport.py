"""Transport corridors: how far each had come by a day, the paths along it, what neighbours on it share.

`corridors`, `stages`, `ties` and `coasts` are the tables `corridors`, `corridor_stages`, `corridor_countries` and
`coasts`. A country is on the route where its row has a place in the order; a member, sponsor or signatory without a
place is tied to the corridor and never counted on it. A country stands once on a path, so a route that comes back to
a country it has left is counted short. Lengths and times are in `distances`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import pandas as pd

from . import blocs
from .agreements import BINDING, between
from .dates import as_day, days, is_blank, is_true
from .measured import Measured

STAGES = ("announced", "planned", "feasibility-study", "under-construction", "operational")
"""How far a corridor can have come, in order."""

OPERATIONAL = STAGES[-1]
PACTS = ("alliance", "mutual-defence")
"""Kinds of agreement that make two neighbours allies."""

BRANCH = "branch"
CONFLICT = "conflict"
HELD = "held"
TIES = ("both", "customs-union", "alliance", "uncertain", "none")
"""What two neighbours on a path share, from the closest to nothing."""


class Path(NamedTuple):
    """One way along a corridor: the role of the branch it takes (empty: the main line) and its countries in order."""

    corridor: str
    branch: str
    countries: tuple[str, ...]


def on_day(corridors: pd.DataFrame, stages: pd.DataFrame, on: date | str) -> pd.DataFrame:
    """The corridors that had, or may have, come to something by a day, with the stage each had reached.

    The rows of `corridors` without their status, which is that of the cut-off, and: state (one of STAGES),
    is_uncertain (the day falls inside a coarse date, or before a later stage that may have begun earlier than it is
    attested), since (the date of that stage as the table has it), row, sources. In the order of the table. Source:
    DESIGN section 3.

    >>> corridors = pd.DataFrame({"corridor": ["a"], "status": ["operational"]})
    >>> rows = [("a", "announced", "2018", False, "s"), ("a", "operational", "2022-07", True, "t")]
    >>> stages = pd.DataFrame(rows, columns=["corridor", "status", "since", "is_since_attested", "source"])
    >>> [on_day(corridors, stages, day)[["state", "is_uncertain"]].values.tolist()
    ...  for day in ("2017-12-31", "2018-06-30", "2020-01-01", "2022-08-01")]
    [[], [['announced', True]], [['announced', True]], [['operational', False]]]
    """
    day = as_day(on)
    known = dict(list(stages.groupby("corridor", sort=False)))
    found = []
    for row in corridors.to_dict("records"):
        own = known.get(row["corridor"])
        reached = None if own is None else _reached(own, day)
        if reached:
            found.append({key: cell for key, cell in row.items() if key != "status"} | reached)
    columns = [name for name in corridors.columns if name != "status"]
    return pd.DataFrame(found, columns=[*columns, "state", "is_uncertain", "since", "row", "sources"])


def _reached(stages: pd.DataFrame, day: date) -> dict[str, Any] | None:
    """The last stage that may hold on the day, and whether that is sure."""
    rows = sorted(stages.to_dict("records"), key=lambda row: STAGES.index(row["status"]))
    begun = [row for row in rows if days(row["since"]).first <= day]
    if not begun:
        return None
    last = begun[-1]
    later = rows[len(begun) :]
    is_uncertain = days(last["since"]).last > day or any(is_true(row["is_since_attested"]) for row in later)
    return {
        "state": last["status"],
        "is_uncertain": is_uncertain,
        "since": last["since"],
        "row": f"corridor_stages:{last['corridor']}/{last['status']}",
        "sources": (last["source"],),
    }


def operational(held: pd.DataFrame, **context: Any) -> Measured:
    """The number of corridors that surely run, of those of `on_day`; one of uncertain stage is not counted.

    Source: DESIGN section 3.

    >>> held = pd.DataFrame({"corridor": ["a", "b"], "state": ["operational"] * 2, "is_uncertain": [False, True]})
    >>> operational(held.assign(row="r", sources=[("s",), ("s",)])).value
    1
    """
    sure = (held["state"] == OPERATIONAL) & ~held["is_uncertain"].astype(bool)
    context |= {"rows": tuple(held["row"]), "sources": tuple(_joined(held["sources"]))}
    return Measured(int(sure.sum()), "count", "operational", **context)


def stage_spells(held: pd.DataFrame, stages: pd.DataFrame, on: date | str) -> pd.DataFrame:
    """Each stage that the corridors of `on_day` had, or may have, reached by a day, from its start to the next one.

    Columns: corridor, status, since (as the table has it), start_first, start_last, end_first, end_last (datetime64:
    the days that a date can mean, none after the day; of the last stage the end is missing: it goes on), is_start_attested, source. Source:
    METHODS 1.4 on spells.

    >>> held = pd.DataFrame({"corridor": ["a"]})
    >>> rows = [("a", "announced", "2018", False, "s"), ("a", "operational", "2022-07-01", False, "t")]
    >>> stages = pd.DataFrame(rows, columns=["corridor", "status", "since", "is_since_attested", "source"])
    >>> found = stage_spells(held, stages, "2024-06-30")
    >>> found["start_last"].dt.date.astype(str).tolist(), found["end_first"].isna().tolist()
    (['2018-12-31', '2022-07-01'], [False, True])
    """
    day = as_day(on)
    found = []
    for corridor in held["corridor"]:
        rows = stages[stages["corridor"] == corridor].to_dict("records")
        rows = sorted(rows, key=lambda row: STAGES.index(row["status"]))
        begun = [row | {"span": days(row["since"])} for row in rows if days(row["since"]).first <= day]
        for row, following in zip(begun, [*begun[1:], None], strict=True):
            end = (None, None) if following is None else following["span"]
            clipped = [None if each is None else min(each, day) for each in (*row["span"], *end)]
            attested = is_true(row["is_since_attested"])
            found.append((corridor, row["status"], row["since"], *clipped, attested, row["source"]))
    dates = ["start_first", "start_last", "end_first", "end_last"]
    frame = pd.DataFrame(
        found, columns=["corridor", "status", "since", *dates, "is_start_attested", "source"]
    )
    frame[dates] = frame[dates].apply(pd.to_datetime)
    return frame


def on_route(ties: pd.DataFrame, corridors: Iterable[str]) -> dict[str, frozenset[str]]:
    """The countries with a place in the order of each corridor.

    >>> ties = pd.DataFrame({"corridor": ["a", "a"], "country": ["X", "Y"], "order": [1, None]})
    >>> on_route(ties, ["a"])
    {'a': frozenset({'X'})}
    """
    placed = ties[ties["order"].notna()]
    return {each: frozenset(placed.loc[placed["corridor"] == each, "country"]) for each in corridors}


def paths(ties: pd.DataFrame, corridor: str) -> list[Path]:
    """Every way along a corridor: the main line, then one for each branch, which takes its own countries as well.

    Roles that begin with "branch" name a branch. A corridor without placed countries has no path. Source: MISSION_MAP
    004c, corridor comparison.

    >>> rows = [("a", "IN", "origin", 1), ("a", "AZ", "branch-west", 2), ("a", "TM", "branch-east", 2),
    ...         ("a", "RU", "destination", 3), ("a", "OM", "member", None)]
    >>> ties = pd.DataFrame(rows, columns=["corridor", "country", "role", "order"])
    >>> [each.countries for each in paths(ties, "a")]
    [('IN', 'RU'), ('IN', 'AZ', 'RU'), ('IN', 'TM', 'RU')]
    """
    placed = ties[(ties["corridor"] == corridor) & ties["order"].notna()]
    placed = placed.sort_values(["order", "country"], kind="stable")
    is_branch = placed["role"].str.startswith(BRANCH)
    branches = ["", *dict.fromkeys(placed.loc[is_branch, "role"])] if len(placed) else []
    return [
        Path(corridor, branch, tuple(placed.loc[~is_branch | (placed["role"] == branch), "country"]))
        for branch in branches
    ]


def walked(held: pd.DataFrame, ties: pd.DataFrame, corridor: str, **given: Any) -> dict[Path, pd.DataFrame]:
    """`steps` of every path of a corridor that is among those of `on_day`; nothing for one that is not there yet.

    `given` is what `steps` takes beside the path. A path of one country has no border and is left out.
    """
    if corridor not in set(held["corridor"]):
        return {}
    return {path: steps(path, **given) for path in paths(ties, corridor) if len(path.countries) > 1}


def border_crossings(path: Path, **context: Any) -> Measured:
    """The borders that a path crosses; a crossing by sea counts as one.

    Formula: countries in order - 1. Undefined for a path of fewer than two countries. Source: MISSION_MAP 004c.

    >>> border_crossings(Path("a", "", ("IN", "IR", "RU"))).value
    2
    """
    rows = tuple(f"corridor_countries:{path.corridor}/{country}" for country in path.countries)
    context |= {"unit": "count", "method": "border_crossings", "rows": rows}
    if len(path.countries) < 2:
        return Measured.undefined("the path names fewer than two countries", **context)
    return Measured(len(path.countries) - 1, **context)


def steps(
    path: Path,
    *,
    memberships: pd.DataFrame,
    status_meanings: pd.DataFrame,
    agreed: pd.DataFrame,
    events: pd.DataFrame,
    actors: pd.DataFrame,
    customs_unions: Sequence[str],
    defence_blocs: Sequence[str],
    on: date | str,
) -> pd.DataFrame:
    """Each border of a path with what the two neighbours share on a day: customs union, alliance, conflict.

    `agreed` is the result of `agreements.on_day`: a bilateral agreement of PACTS counts when it was surely signed or in
    force and does not rest on the document alone. `customs_unions` and `defence_blocs` are the blocs that count as
    such. A conflict is an event of that kind held by the day between the two; whether it still goes on, no table
    tells. Columns: step (from 1), origin, target, unions, pacts (agreement ids), defence (blocs), conflicts and
    claimed_conflicts (event ids; claimed: by the document alone), tie (one of TIES; uncertain where a membership or
    a signature is), rows, sources. Source: MISSION_MAP 004c, bloc friction along a corridor.
    """
    day = as_day(on)
    sets = {
        bloc: blocs.members(memberships, status_meanings, bloc, day)
        for bloc in dict.fromkeys([*customs_unions, *defence_blocs])
    }
    fought = _fought(events, actors, day)
    found = []
    for number, (one, other) in enumerate(zip(path.countries, path.countries[1:], strict=False), start=1):
        pair = {one, other}
        shared = {bloc: side for bloc, side in sets.items() if pair <= side.certain}
        open_blocs = [
            bloc
            for bloc, side in sets.items()
            if bloc not in shared and pair <= side.certain | side.uncertain
        ]
        own = between(agreed, one, other, only=True)
        own = own[
            own["kind"].isin(PACTS)
            & own["state"].isin(BINDING)
            & ~own["is_document_only"].map(is_true).astype(bool)
        ]
        sure = own[~own["is_uncertain"].astype(bool)]
        unions = tuple(bloc for bloc in customs_unions if bloc in shared)
        defence = tuple(bloc for bloc in defence_blocs if bloc in shared)
        known = [event for event in fought if pair <= event[1]]
        is_open = bool(open_blocs) or len(sure) < len(own)
        found.append(
            {
                "step": number,
                "origin": one,
                "target": other,
                "unions": unions,
                "pacts": tuple(sure["agreement"]),
                "defence": defence,
                "conflicts": tuple(event for event, _, is_claimed in known if not is_claimed),
                "claimed_conflicts": tuple(event for event, _, is_claimed in known if is_claimed),
                "tie": _tie(bool(unions), bool(defence) or len(sure) > 0, is_open),
                "rows": (
                    *(row for side in shared.values() for row in side.rows if row.split("/")[1] in pair),
                    *sure["row"],
                ),
                "sources": (
                    *_sources_of(memberships, shared, pair),
                    *sure["source"],
                ),
            }
        )
    columns = ["step", "origin", "target", "unions", "pacts", "defence", "conflicts", "claimed_conflicts"]
    return pd.DataFrame(found, columns=[*columns, "tie", "rows", "sources"])


def _tie(has_union: bool, is_allied: bool, is_open: bool) -> str:
    if has_union or is_allied:
        return "both" if has_union and is_allied else "customs-union" if has_union else "alliance"
    return "uncertain" if is_open else "none"


def _sources_of(memberships: pd.DataFrame, shared: Mapping[str, object], pair: set[str]) -> list[str]:
    rows = memberships[memberships["bloc"].isin(list(shared)) & memberships["country"].isin(pair)]
    return list(dict.fromkeys(rows["source"]))


def _fought(events: pd.DataFrame, actors: pd.DataFrame, day: date) -> list[tuple[str, set[str], bool]]:
    """The conflicts that had surely begun by the day: id, countries, whether only the document says so."""
    rows = events[(events["kind"] == CONFLICT) & (events["status"] == HELD)]
    rows = rows[[days(each).last <= day for each in rows["date"]]]
    return [
        (
            row["event"],
            set(actors.loc[actors["event"] == row["event"], "actor"]),
            is_true(row["is_document_only"]),
        )
        for row in rows.to_dict("records")
    ]


def tied_steps(found: pd.DataFrame, ties: Collection[str], **context: Any) -> Measured:
    """The number of borders of `steps` whose neighbours share one of these ties.

    Undefined without a border, and where a border is uncertain. Source: MISSION_MAP 004c.

    >>> frame = pd.DataFrame({"tie": ["both", "none"], "rows": [("r",), ()], "sources": [("s",), ()]})
    >>> tied_steps(frame, ["both", "customs-union"]).value
    1
    """
    context |= {"rows": tuple(_joined(found["rows"])), "sources": tuple(_joined(found["sources"]))}
    if found.empty or (found["tie"] == "uncertain").any():
        reason = (
            "the path has no border" if found.empty else "what two neighbours share is uncertain on this day"
        )
        return Measured.undefined(reason, unit="count", method="tied_steps", **context)
    return Measured(int(found["tie"].isin(list(ties)).sum()), "count", "tied_steps", **context)


def coastal(coasts: pd.DataFrame, countries: pd.DataFrame, regions: Collection[str]) -> frozenset[str]:
    """The countries with a coast of the open sea in these regions; a shore of an inland sea is none.

    >>> coasts = pd.DataFrame({"country": ["A", "B"], "is_landlocked": [False, True]})
    >>> countries = pd.DataFrame({"country": ["A", "B"], "region": ["Europe", "Europe"]})
    >>> coastal(coasts, countries, ["Europe"])
    frozenset({'A'})
    """
    inside = set(countries.loc[countries["region"].isin(list(regions)), "country"])
    return frozenset(coasts.loc[~coasts["is_landlocked"].astype(bool), "country"]) & inside


def outlets(
    held: pd.DataFrame,
    ties: pd.DataFrame,
    coasts: pd.DataFrame,
    countries: Sequence[str],
    open_to: Collection[str],
) -> pd.DataFrame:
    """The corridors that lead each landlocked country to a coast, with the nearest coastal state each way.

    `held` is the result of `on_day`, `open_to` that of `coastal`. A country must have a place on the path. Columns:
    country, corridor, state, is_uncertain, coasts (tuple), row, sources; one row a country and corridor. Source:
    MISSION_MAP 004c, alternative outlets.

    >>> held = pd.DataFrame({"corridor": ["a"], "state": ["planned"], "is_uncertain": [False], "row": ["r"],
    ...                      "sources": [("s",)]})
    >>> rows = [("a", "UZ", "origin", 1), ("a", "AF", "transit", 2), ("a", "PK", "destination", 3)]
    >>> ties = pd.DataFrame(rows, columns=["corridor", "country", "role", "order"])
    >>> coasts = pd.DataFrame({"country": ["UZ"], "is_landlocked": [True]})
    >>> outlets(held, ties, coasts, ["UZ"], {"PK"})[["country", "corridor", "coasts"]].values.tolist()
    [['UZ', 'a', ('PK',)]]
    """
    landlocked = set(coasts.loc[coasts["is_landlocked"].astype(bool), "country"])
    found = []
    for country in countries:
        for row in held.to_dict("records") if country in landlocked else []:
            reached: dict[str, None] = {}
            for path in paths(ties, row["corridor"]):
                reached |= dict.fromkeys(_nearest(path.countries, country, open_to))
            if reached:
                kept = {name: row[name] for name in ("corridor", "state", "is_uncertain", "row", "sources")}
                found.append({"country": country, "coasts": tuple(reached)} | kept)
    return pd.DataFrame(
        found, columns=["country", "corridor", "state", "is_uncertain", "coasts", "row", "sources"]
    )


def _nearest(countries: Sequence[str], country: str, open_to: Collection[str]) -> list[str]:
    """The first coastal state on each side of a country along a path."""
    if country not in countries:
        return []
    place = list(countries).index(country)
    sides = (countries[:place][::-1], countries[place + 1 :])
    return [next(each for each in side if each in open_to) for side in sides if set(side) & set(open_to)]


def outlet_count(found: pd.DataFrame, country: str, *, running: bool = False, **context: Any) -> Measured:
    """The number of corridors of `outlets` for a country, or of those that run.

    Undefined for those that run where it is uncertain whether one does. Source: MISSION_MAP 004c.

    >>> frame = pd.DataFrame({"country": ["UZ"], "state": ["planned"], "is_uncertain": [False], "row": ["r"],
    ...                       "sources": [("s",)]})
    >>> outlet_count(frame, "UZ").value, outlet_count(frame, "UZ", running=True).value
    (1, 0)
    """
    own = found[found["country"] == country]
    context |= {"rows": tuple(own["row"]), "sources": tuple(_joined(own["sources"]))}
    if running:
        if (own["is_uncertain"] & (own["state"] == OPERATIONAL)).any():
            return Measured.undefined(
                "it is uncertain whether a corridor ran yet", unit="count", method="outlets", **context
            )
        own = own[own["state"] == OPERATIONAL]
    return Measured(len(own), "count", "outlets", **context)


def _joined(groups: Iterable[Iterable[str]]) -> dict[str, None]:
    return {item: None for group in groups for item in group if not is_blank(item)}
