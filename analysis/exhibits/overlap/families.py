"""Several blocs together: every pair, and every country in its full pattern of memberships."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from analysis.exhibits import charts, names, wording
from analysis.exhibits.display import Column, Table
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.exhibits.language import Told
from analysis.exhibits.template import msg, plural, ranked
from analysis.measures import blocs
from analysis.measures.measured import Measured, merged
from analysis.measures.sets import Members

MOST_CELLS = 16


def heat(sets: Mapping[str, Members]) -> Exhibit:
    """The Jaccard index of every pair of blocs, with the number of countries they share in each cell."""
    index = blocs.jaccard_matrix(sets)
    counts = blocs.co_membership(blocs.affiliation(sets), by="bloc")
    lower = index.where(np.tril(np.ones(index.shape, dtype=bool), -1))
    pairs = lower.stack().dropna()
    if pairs.empty or not pairs.max():
        return Exhibit.absent(
            "pairs", Finding("pairs-absent", "No two of these blocs surely share a country on this day.")
        )
    one, other = pairs.idxmax()
    label = {ident: names.bloc(ident) for ident in sets}
    shown = pd.DataFrame(
        [(label[a], label[b], counts.loc[a, b], index.loc[a, b]) for a, b in pairs.index],
        columns=["a", "b", "shared", "jaccard"],
    ).sort_values("jaccard", ascending=False, kind="stable")
    return Exhibit.figure(
        "pairs",
        title=Finding(
            "pairs-title",
            "{a} and {b} overlap most: {n:count} {countries} in common, Jaccard index {top}",
            role="title",
            a=label[one],
            b=label[other],
            n=blocs.intersection(sets[one], sets[other]),
            countries=plural(int(counts.loc[one, other]), one="country", other="countries"),
            top=ranked(blocs.jaccard(sets[one], sets[other]), pairs, by=pairs.max()),
        ),
        subtitle="Number of countries in both blocs; the shade is the Jaccard index, the diagonal the size of a bloc",
        figure=lambda: charts.heat(
            counts.rename(index=label, columns=label),
            index.rename(index=label, columns=label),
            key_label=msg("Jaccard index"),
            size_label=msg("size of the bloc"),
        ),
        table=Table.of(
            shown,
            [
                Column("a", "Bloc"),
                Column("b", "Bloc"),
                Column("shared", "In both", "count"),
                Column("jaccard", "Jaccard index", wording.number, align="right"),
            ],
        ),
        data=shown,
        sources=_sources(sets),
        methods=["jaccard", "co_membership"],
        placement="none",
    )


def upset(sets: Mapping[str, Members], highlight: frozenset[str]) -> Exhibit:
    """Every country in exactly one cell, the blocs it is in; those in `highlight` in the accent."""
    found = blocs.exclusive_intersections(sets)
    cells = found.cells.head(MOST_CELLS)
    if cells.empty:
        return Exhibit.absent(
            "patterns", Finding("patterns-absent", "None of these blocs has a certain member on this day.")
        )
    label = {ident: names.bloc(ident) for ident in sets}
    shown = pd.DataFrame(
        {
            "pattern": [Told(", ".join(label[each] for each in row)) for row in cells["blocs"]],
            "size": cells["size"],
            "countries": [_listed(row) for row in cells["countries"]],
        }
    )
    return Exhibit.figure(
        "patterns",
        title=_patterns_title(found.cells, label, sets),
        subtitle="Each country once, by the exact combination of blocs it counts in; in colour those in both blocs of this briefing",
        note=_beside(cells["countries"].explode(), found.uncertain, len(found.cells) - len(cells)),
        figure=lambda: charts.upset(
            [(tuple(row.blocs), tuple(row.countries)) for row in cells.itertuples()],
            blocs={ident: f"{label[ident]} ({len(members.certain)})" for ident, members in sets.items()},
            highlight=highlight,
        ),
        table=Table.of(
            shown,
            [Column("pattern", "Blocs"), Column("size", "Countries", "count"), Column("countries", "Which")],
        ),
        data=shown,
        sources=_sources(sets),
        methods=["exclusive_intersections"],
    )


def _sources(sets: Mapping[str, Members]) -> list[str]:
    return list(dict.fromkeys(source for members in sets.values() for source in members.sources))


def _listed(codes: Iterable[str]) -> Told:
    """The labels of countries in a cell."""
    return Told(", ".join(map(names.label, codes)))


def _patterns_title(cells: pd.DataFrame, label: Mapping[str, str], sets: Mapping[str, Members]) -> Finding:
    largest, whole = cells.iloc[0], merged(*map(blocs.size, sets.values()))
    countries, patterns, size = (
        Measured(int(number), "count", method, **whole)
        for number, method in (
            (cells["size"].sum(), "exclusive_intersections"),
            (len(cells), "patterns"),
            (largest["size"], "exclusive_intersections"),
        )
    )
    values = {
        "countries": countries,
        "are": plural(countries, one="country falls", other="countries fall"),
        "cells": patterns,
        "patterns": plural(patterns, one="pattern", other="patterns"),
    }
    if largest["size"] < 2 or len(cells) < 2:
        sentence = "{countries:count} {are} into {cells:count} {patterns} of membership"
        return Finding("patterns-title", sentence, role="title", **values)
    return Finding(
        "patterns-title",
        (
            "{countries:count} {are} into {cells:count} {patterns} of membership; the most common is {pattern} alone,"
            " with {size:count} countries"
        )
        if len(largest["blocs"]) == 1
        else (
            "{countries:count} {are} into {cells:count} {patterns} of membership; the most common is {pattern} together,"
            " with {size:count} countries"
        ),
        role="title",
        pattern=[label[each] for each in largest["blocs"]],
        size=ranked(size, cells["size"]),
        **values,
    )


def _beside(drawn: Iterable[str], uncertain: Mapping[str, tuple[str, ...]], cut: int) -> str:
    """The codes drawn, the countries whose standing is uncertain, and the number of rare patterns that are not drawn."""
    codes = [f"{code} {names.label(code)}" for code in sorted(set(drawn))]
    told = [
        f"{names.country(code)} ({', '.join(map(names.bloc, which))})" for code, which in uncertain.items()
    ]
    parts = [msg("Codes: {told}.", told=wording.clauses(codes))]
    if told:
        parts.append(msg("Left out as uncertain on this day: {told}.", told=wording.clauses(told)))
    if cut:
        patterns = plural(cut, one="pattern is", other="patterns are")
        parts.append(msg("Another {cut:count} {patterns} not drawn.", cut=cut, patterns=patterns))
    return Told(" ".join(parts))
