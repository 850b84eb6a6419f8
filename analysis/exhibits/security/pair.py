"""One pair among all: the list of pairs, the place of the one that is lit, and what its two countries have signed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from operator import itemgetter

import pandas as pd

from analysis.exhibits import marks, names, wording
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.security import kinds
from analysis.exhibits.template import plural, ranked
from analysis.measures import network as nets
from analysis.measures.measured import Measured, tally
from analysis.measures.network import Network
from analysis.measures.sets import Members

Layer = Mapping[str, Members]


def pairs(networks: Sequence[Network], layers: Sequence[Layer], lit: Sequence[str] = ()) -> Exhibit:
    """Every pair of which anything is known, strongest first, the lit one in bold."""
    now, before = networks[-1], networks[0]
    pair = lit_pair(now, lit)
    frame = listed(networks, layers[-1], pair)
    if frame.empty:
        why = "There is no pair with a security agreement to list on {day}."
        return Exhibit.absent("pairs", Finding("pairs-absent", why, day=now.on))
    left = len(now.pairs) - len(frame)
    return Exhibit.table(
        "pairs",
        title=_pairs_title(now),
        subtitle="Kind of tie that goes before others on each day, agreements that bind on the last, the first of them, and blocs",
        note=" ".join(
            filter(
                None,
                (
                    f"Nothing is known of {wording.count(left)} other {'pair' if left == 1 else 'pairs'}."
                    if left
                    else None,
                    marks.note(
                        [
                            *frame[now.on.isoformat()],
                            *frame[before.on.isoformat()],
                            *frame["since"].fillna(""),
                        ]
                    ),
                ),
            )
        )
        or None,
        table=Table.of(
            frame,
            [
                *columns(networks),
                Column("count", "Agreements", "count"),
                Column("since", "First", empty="none"),
                *([Column("blocs", "Both in")] if layers[-1] else []),
            ],
            emphasis=[]
            if pair is None
            else [place for place, name in enumerate(frame["pair"]) if name == kinds.pair(*pair)],
        ),
        data=frame,
        sources=list(dict.fromkeys(source for each in networks for source in each.acts["source"])),
        methods=["ties", "place", *(["members"] if layers[-1] else [])],
    )


def listed(networks: Sequence[Network], layer: Layer, lit: Sequence[str] | None = None) -> pd.DataFrame:
    """Every pair of which anything is known, strongest first, and the lit one: kind on each day, count, first day, blocs."""
    now = networks[-1]
    rows = []
    for one, other in now.pairs:
        own = nets.acts_of(now, one, other)
        if not own and set(lit or ()) != {one, other}:
            continue
        binding = sorted((act for act in own if act["is_sure"]), key=itemgetter("first", "last", "agreement"))
        rows.append(
            {"pair": kinds.pair(one, other)}
            | {each.on.isoformat(): kinds.stated(each, one, other) for each in networks}
            | {
                "count": len(binding),
                "since": marks.date(binding[0]) if binding else None,
                "blocs": ", ".join(
                    names.bloc(bloc) for bloc, members in layer.items() if {one, other} <= members.certain
                )
                or "none",
                "level": nets.level(now, one, other),
            }
        )
    held = ["pair", *(each.on.isoformat() for each in networks), "count", "since", "blocs", "level"]
    frame = pd.DataFrame(rows, columns=held)
    frame = frame.sort_values(["level", "pair"], ascending=[False, True], ignore_index=True)
    return frame.drop(columns="level")


def pair_said(networks: Sequence[Network], lit: Sequence[str]) -> Finding:
    """Where the lit pair stands among all pairs, on the last day and on the first."""
    now, before = networks[-1], networks[0]
    pair = lit_pair(now, lit)
    if pair is None:
        return Finding(
            "pair-place", "The parameter names no two of these countries, so no pair is singled out."
        )
    one, other = names.countries(pair)
    values = {"one": one, "other": other, "day": now.on}
    place = nets.place(now, *pair)
    if not place.defined:
        standing = nets.standing(now, *pair)
        text = (
            "{one} and {other} have no security tie of their own that binds on {day}."
            if standing in (nets.NONE, nets.OPEN)
            else "Whether {one} and {other} have a security tie of their own that binds on {day} is uncertain."
            if standing == nets.UNCERTAIN
            else "The place of {one} and {other} among the pairs on {day} is uncertain."
        )
        return Finding("pair-place", text, exhibit="network", **values)
    level = nets.level(now, *pair)
    alike = [each for each in now.pairs if nets.level(now, *each) == level]
    text = "{one} and {other} stand at the level of {kind} on {day}, "
    values |= {
        "kind": ranked(kinds.of_rank(level), [nets.level(now, *each) for each in now.pairs], by=level),
        "all": nets.possible_pairs(now.countries, now.on),
    }
    if place.value == 1 and len(alike) > 1:
        text += "the highest that any of the {all:count} pairs has, with {others:count} other {pairs}"
        others = _level_pairs(now, [each for each in alike if each != pair])
        values |= {"others": others, "pairs": plural(others, one="pair", other="pairs")}
    elif place.value == 1:
        text += "the highest of the {all:count} pairs"
    else:
        above = _level_pairs(now, [each for each in now.pairs if nets.level(now, *each) > level])
        text += "with {above:count} of the {all:count} pairs above them"
        values |= {"above": above}
    if before is not now:
        text += _then(nets.level(before, *pair), level, before.on, values)
    return Finding("pair-place", text + ".", exhibit="pairs", **values)


def of_pair(networks: Sequence[Network], lit: Sequence[str]) -> Exhibit:
    """Every binding act of the lit pair and its place among all pairs."""
    now = networks[-1]
    pair = lit_pair(now, lit)
    if pair is None:
        return Exhibit.absent("pair", Finding("pair-absent", "No pair of these countries is singled out."))
    own = nets.of_pair(now, *pair).sort_values(["first", "agreement"])
    values = {"pair": kinds.pair(*pair), "day": now.on}
    if own.empty:
        why = "No security agreement of {pair} alone is known by {day}."
        return Exhibit.absent("pair", Finding("pair-absent", why, **values))
    frame = pd.DataFrame(
        [
            {
                "title": act["title"],
                "kind": kinds.label(act["kind"]),
                "date": marks.date(act),
                "state": marks.state(act["state"], is_uncertain=act["may_bind"] and not act["is_sure"]),
                "counts": "yes" if act["is_sure"] else "no",
            }
            for act in own.to_dict("records")
        ]
    )
    count = tally(own.loc[own["is_sure"].astype(bool), "row"], "states", on=now.on)
    return Exhibit.table(
        "pair",
        title=Finding(
            "pair-title",
            "{pair}: {count:count} security {agreements} that {bind} on {day}",
            role="title",
            count=count,
            agreements=plural(count, one="agreement", other="agreements"),
            bind=plural(count, one="binds", other="bind"),
            **values,
        ),
        subtitle="Security agreements of the two alone, in order of time",
        note=marks.note([*frame["date"], *frame["state"]]),
        table=Table.of(
            frame,
            [
                Column("title", "Agreement"),
                Column("kind", "Kind"),
                Column("date", "Date"),
                Column("state", "State"),
                Column("counts", "Counts"),
            ],
        ),
        data=frame,
        sources=list(dict.fromkeys(own["source"])),
        methods=["ties"],
    )


def pair_acts_said(networks: Sequence[Network], lit: Sequence[str]) -> Finding:
    """The first and the last agreement that binds the lit pair, and how many are told but not counted."""
    now = networks[-1]
    pair = lit_pair(now, lit)
    own = nets.of_pair(now, *pair) if pair else now.acts.head(0)
    if pair is None or own.empty:
        return Finding("pair-acts", "There is no security agreement of one pair alone to list.")
    binding = own[own["is_sure"].astype(bool)].sort_values(["first", "last", "agreement"]).to_dict("records")
    apart = tally(own.loc[~own["is_sure"].astype(bool), "row"], "states", on=now.on)
    values: dict = {"pair": kinds.pair(*pair)}
    if not binding:
        text = "Of {pair} no agreement surely binds"
    elif len(binding) == 1:
        text = "One agreement binds {pair}, the {first} ({start})"
        values |= {"first": str(binding[0]["title"]), "start": marks.date(binding[0])}
    else:
        text = "What binds {pair} runs from the {first} ({start}) to the {last} ({end})"
        values |= {"first": str(binding[0]["title"]), "start": marks.date(binding[0])}
        values |= {"last": str(binding[-1]["title"]), "end": marks.date(binding[-1])}
    if apart.value:
        text += "; {apart:count} more {are} not counted"
        values |= {"apart": apart, "are": plural(apart, one="is", other="are")}
    return Finding(
        "pair-acts",
        text + ".",
        exhibit="pair",
        rows=[f"agreements:{act}" for act in own["agreement"]],
        sources=list(dict.fromkeys(own["source"])),
        **values,
    )


def lit_pair(network: Network, lit: Sequence[str]) -> tuple[str, str] | None:
    """The two countries of the lit pair in order, or None where the parameter names no two of the network."""
    two = tuple(sorted(set(lit)))
    return two if len(two) == 2 and set(two) <= set(network.countries) else None


def columns(networks: Sequence[Network]) -> list[Column]:
    """The columns of the pair and of its kind of tie on each day."""
    return [
        Column("pair", "Pair"),
        *(Column(each.on.isoformat(), wording.date(each.on)) for each in networks),
    ]


def _pairs_title(now: Network) -> Finding:
    levels = [nets.level(now, *pair) for pair in now.pairs]
    level = max(levels, default=0)
    if not level:
        return Finding("pairs-title", "No pair has a tie that binds on {day}", role="title", day=now.on)
    top = _level_pairs(now, [pair for pair in now.pairs if nets.level(now, *pair) == level])
    return Finding(
        "pairs-title",
        "{count:count} of the {all:count} pairs {stand} at the highest level found, {kind}",
        role="title",
        count=top,
        all=nets.possible_pairs(now.countries, now.on),
        stand=plural(top, one="stands", other="stand"),
        kind=ranked(kinds.of_rank(level), levels, by=level),
    )


def _level_pairs(now: Network, alike: Sequence[tuple[str, str]]) -> Measured:
    """How many pairs these are, by the agreements that surely bind them."""
    held = [nets.of_pair(now, *pair) for pair in alike]
    rows = tuple(row for own in held for row in own.loc[own["is_sure"].astype(bool), "row"])
    return Measured(len(alike), "count", "ties", on=now.on, rows=rows)


def _then(was: int, level: int, on: date, values: dict) -> str:
    values["early"] = on
    if was == level:
        return "; it was the same on {early}"
    if not was:
        return "; on {early} nothing bound the two"
    values["was"] = kinds.of_rank(was)
    return "; on {early} it was {was}"
