"""Portfolios of blocs: how alike two countries are by them, and who stands in the middle of countries and blocs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

import pandas as pd

from analysis.exhibits import names, wording
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.security import kinds
from analysis.exhibits.template import msg, plural, ranked
from analysis.measures import affiliation as modes
from analysis.measures import blocs, similarity
from analysis.measures.measured import Measured, tally
from analysis.measures.network import Network
from analysis.measures.sets import Members, asked

Score = Callable[[Sequence[float], Sequence[float]], Measured]


def alike(standing: pd.DataFrame, network: Network, portfolio: Sequence[str]) -> Exhibit:
    """S of each two countries above the diagonal, kappa below it, over their standing in the blocs of the portfolio."""
    codes = list(network.countries)
    held = similarity.standings(standing, blocs=portfolio, countries=codes)
    if not portfolio or not held.fillna(1).to_numpy().any():
        why = "None of the countries has a standing in the blocs compared on {day}, so their portfolios cannot differ."
        return Exhibit.absent("alike", Finding("alike-absent", why, day=network.on))
    scores = {
        (a, b): (
            replace(_s(held.loc[a], held.loc[b]), rows=_behind(standing, a, b), on=network.on),
            similarity.kappa(list(held.loc[a]), list(held.loc[b])),
        )
        for a, b in combinations(codes, 2)
    }
    frame = pd.DataFrame({"country": [names.label(code) for code in codes]})
    for place, code in enumerate(codes):
        frame[names.label(code)] = [
            ""
            if row == place
            else scores[(codes[row], code)][0]
            if row < place
            else scores[(code, codes[row])][1]
            for row in range(len(codes))
        ]
    data = pd.DataFrame(
        [
            {"country_a": a, "country_b": b, "s_absolute": s.value, "kappa": k.value}
            | {
                "s_squared": _s(held.loc[a], held.loc[b], metric="squared").value,
                "pi": similarity.pi(list(held.loc[a]), list(held.loc[b])).value,
            }
            for (a, b), (s, k) in scores.items()
        ]
    )
    return Exhibit.table(
        "alike",
        title=_title({pair: s for pair, (s, _) in scores.items()}),
        subtitle=Finding(
            "alike-subtitle",
            "S above the diagonal, kappa below it, over the standing in {blocs} on {day}",
            blocs=[names.bloc(each) for each in portfolio],
            day=network.on,
        ),
        note=(
            "Standing counts two if full, one if lesser, nothing if none or a candidate; absolute distances in S,"
            " squared in kappa, all blocs weighted alike. S is raised by blocs that neither is in, kappa takes out what"
            " chance would give. With so few countries and blocs both describe and test nothing. The attached data hold"
            " the squared S and pi too."
        ),
        table=Table.of(
            frame,
            [
                Column("country", "Country"),
                *(Column(names.label(code), names.label(code), _two, align="right") for code in codes),
            ],
        ),
        data=data,
        sources=tuple(dict.fromkeys(source for each in standing["sources"] for source in each)),
        methods=["s_score", "kappa", "pi"],
    )


def two_modes(network: Network, sets: Mapping[str, Members], wider: Mapping[str, Members]) -> Exhibit:
    """Centralities of the countries among all members of the blocs, and how their order moves with the weights.

    `sets` holds the members with full standing, `wider` also those with a lesser one.
    """
    codes = list(network.countries)
    matrix = _matrix(sets, codes)
    if not len(matrix.columns) or not matrix.fillna(1).loc[codes].to_numpy().any():
        why = (
            "None of the countries is in the blocs compared on {day}, so nobody stands in the middle of them."
        )
        return Exhibit.absent("two-modes", Finding("two-modes-absent", why, day=network.on))
    found = modes.centralities(matrix).loc[codes]
    places = {
        "shared": _places(modes.shared_counts(matrix), codes),
        "newman": _places(modes.newman_weights(matrix), codes),
        "wider": _places(modes.newman_weights(_matrix(wider, codes)), codes),
    }
    frame = pd.DataFrame(
        {
            "country": [names.label(code) for code in codes],
            "blocs": [_count(matrix.loc[code]) for code in codes],
            **{kind: found[kind].to_list() for kind in modes.CENTRALITIES},
            **{name: [_place(own[code]) for code in codes] for name, own in places.items()},
        }
    ).sort_values(["newman", "country"], ignore_index=True)
    return Exhibit.table(
        "two-modes",
        title=_modes_title(places, codes),
        subtitle=Finding(
            "two-modes-subtitle",
            "Two-mode centralities among all members of {blocs} on {day}, and the place of each country by the ties"
            " that shared blocs make among these countries",
            blocs=[names.bloc(each) for each in sets],
            day=network.on,
        ),
        note=(
            "Shared, Newman and Wider are places, equal values sharing one: by the number of shared blocs; with"
            " large blocs counting for less (Newman); and the same with lesser standing counted too."
        ),
        table=Table.of(
            frame,
            [
                Column("country", "Country"),
                Column("blocs", "Blocs", align="right"),
                *(Column(kind, kind.capitalize(), "number2") for kind in modes.CENTRALITIES),
                Column("shared", "Shared", align="right"),
                Column("newman", "Newman", align="right"),
                Column("wider", "Wider", align="right"),
            ],
        ),
        data=frame,
        sources=tuple(dict.fromkeys(source for one in sets.values() for source in one.sources)),
        methods=["newman_weights", *(f"two_mode_{kind}" for kind in modes.CENTRALITIES)],
    )


def _behind(standing: pd.DataFrame, *countries: str) -> tuple[str, ...]:
    """The ids of the memberships of these countries."""
    return tuple(row for each in standing.loc[standing["country"].isin(countries), "rows"] for row in each)


def _s(x: pd.Series, y: pd.Series, metric: str = "absolute") -> Measured:
    return similarity.s_score(list(x), list(y), largest=similarity.FULL, metric=metric)


def _two(cell: object) -> str:
    if isinstance(cell, Measured):
        return wording.number(cell.value, 2) if cell.defined else wording.UNDEFINED
    return str(cell)


def _title(scores: Mapping[tuple[str, str], Measured]) -> Finding:
    known = {pair: each for pair, each in scores.items() if each.defined}
    if not known:
        return Finding(
            "alike-title", "How alike the portfolios of blocs are is uncertain on this day", role="title"
        )
    top = max(known, key=lambda pair: known[pair].value)
    low = min(known, key=lambda pair: known[pair].value)
    if wording.number(known[top].value) == wording.number(known[low].value):
        text = "By their standing in blocs all pairs are equally alike, with S of {most}"
        return Finding("alike-title", text, role="title", most=known[top])
    same = [pair for pair in known if wording.number(known[pair].value) == wording.number(known[top].value)]
    values = {"low": kinds.pair(*low)}
    values |= {end: ranked(known[pair], known.values()) for end, pair in (("most", top), ("least", low))}
    if len(same) > 3:
        rows = tuple(row for pair in same for row in known[pair].rows)
        count = Measured(len(same), "count", "pairs_alike", on=known[top].on, rows=rows)
        text = (
            "By their standing in blocs {count:count} pairs are most alike (S {most}), {low} least ({least})"
        )
        return Finding("alike-title", text, role="title", count=count, **values)
    values["top"] = [kinds.pair(*pair) for pair in same]
    text = "By their standing in blocs {top} are most alike (S {most}), {low} least ({least})"
    return Finding("alike-title", text, role="title", **values)


def _matrix(sets: Mapping[str, Members], codes: Sequence[str]) -> pd.DataFrame:
    """The affiliation matrix of the blocs that have a member, the countries of the network in it in any case."""
    found = blocs.affiliation({bloc: one for bloc, one in sets.items() if one.certain | one.uncertain})
    return found.reindex(found.index.union(codes), fill_value=0)


def _places(weights: pd.DataFrame, codes: Sequence[str]) -> pd.Series:
    """The place of each country by the sum of its weights with the other countries of the network."""
    return modes.ranks(weights.loc[codes, codes].sum(axis=1, skipna=False))


def _place(value: object) -> str:
    return wording.UNDEFINED if pd.isna(value) else wording.count(int(value))


def _count(row: pd.Series) -> str:
    low, high = (int(row.fillna(value).sum()) for value in (0, 1))
    return wording.count(low) if low == high else f"{low} to {high}"


def _modes_title(places: Mapping[str, pd.Series], codes: Sequence[str]) -> Finding:
    newman, wider = places["newman"], places["wider"]
    if newman.isna().any():
        return Finding(
            "two-modes-title",
            "How close each stands to the others by shared blocs is uncertain",
            role="title",
        )
    top = [code for code in codes if newman[code] == 1]
    if len(top) == len(codes):
        text = "By the blocs they share, every country stands as close to the others as the rest do"
        return Finding("two-modes-title", text, role="title")
    values: dict = {"top": ranked(names.countries(top), newman[list(codes)], by=1)}
    text = "By the blocs they share, weighted by size, {top} {stand} closest to the others"
    values["stand"] = plural(len(top), one="stands", other="stand")
    if not wider.isna().any():
        first = [code for code in codes if wider[code] == 1]
        if set(first) == set(top):
            text += ", lesser standing counted or not"
        else:
            text += "; with lesser standing counted, {others}"
            values["others"] = names.countries(first)
    return Finding("two-modes-title", text, role="title", **values)


def alike_said(standing: pd.DataFrame, network: Network, portfolio: Sequence[str]) -> Finding:
    """What the portfolios say of the pairs at both ends, and what they cannot say."""
    held = similarity.standings(standing, blocs=portfolio, countries=network.countries)
    if not portfolio or not held.fillna(1).to_numpy().any():
        return Finding("alike-caveat", "On {day} there is no standing in blocs to compare.", day=network.on)
    return Finding(
        "alike-caveat",
        "By {blocs:count} blocs and {count:count} countries, likeness on {day} is a description: one accession moves it,"
        " and shared blocs are not shared aims.",
        exhibit="alike",
        blocs=tally((f"blocs:{bloc}" for bloc in portfolio), "blocs_compared", on=network.on),
        count=asked(network.countries, network.on),
        day=network.on,
    )


def modes_said(network: Network, sets: Mapping[str, Members], wider: Mapping[str, Members]) -> Finding:
    """How the order of the countries by shared blocs moves when large blocs count for less, and with lesser standing."""
    codes, matrix = list(network.countries), _matrix(sets, network.countries)
    if not len(matrix.columns) or not matrix.fillna(1).loc[codes].to_numpy().any():
        return Finding(
            "rank-changes",
            "There is no order of the countries by shared blocs to compare on {day}.",
            day=network.on,
        )
    places = [
        _places(modes.shared_counts(matrix), codes),
        _places(modes.newman_weights(matrix), codes),
        _places(modes.newman_weights(_matrix(wider, codes)), codes),
    ]
    if any(each.isna().any() for each in places):
        text = "The order of the countries by shared blocs is uncertain on {day}."
        return Finding("rank-changes", text, exhibit="two-modes", day=network.on)
    plain, newman, observed = places
    behind = {"on": network.on, "rows": [row for one in wider.values() for row in one.rows]}
    values: dict = {}
    parts = []
    for word, before, after in (("weights", plain, newman), ("lesser", newman, observed)):
        moved = [
            msg(
                "{country} ({before} to {after})",
                country=names.label(code),
                **{
                    name: Measured(int(own[code]), "count", "shared_place", **behind)
                    for name, own in (("before", before), ("after", after))
                },
            )
            for code in sorted(codes, key=names.label)
            if before[code] != after[code]
        ]
        said = "counting a large bloc for less" if word == "weights" else "counting lesser standing too"
        if moved:
            parts.append(f"{said} moves {{{word}}}")
            values[word] = moved
        else:
            parts.append(f"{said} moves nobody")
    text = "Of the places by shared blocs, " + "; ".join(parts) + "."
    return Finding(
        "rank-changes", text, exhibit="two-modes", rows=[f"blocs:{bloc}" for bloc in wider], **values
    )
