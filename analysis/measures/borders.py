"""Which countries border each other, read from their outlines, and how far two sets of them touch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from itertools import combinations

import pandas as pd

from .measured import Measured
from .sets import Members, uncertainty

Neighbours = Mapping[str, frozenset[str]]


def neighbours(outlines: pd.DataFrame) -> Neighbours:
    """The countries that share a stretch of border with each: one between two corners that both outlines have.

    A border is simplified once for both of its sides, so its corners are the same. A meeting at one point is no
    border, nor is a sea between two coasts; borders beyond the edge of the map are not known.

    >>> rings = ["0 0;2 0;2 2;0 2", "2 2;2 0;4 0;4 2", "4 2;5 2;5 3"]
    >>> frame = pd.DataFrame({"country": ["a", "b", "c"], "ring": rings})
    >>> {code: sorted(others) for code, others in neighbours(frame).items()}
    {'a': ['b'], 'b': ['a'], 'c': []}
    """
    known = outlines.dropna(subset=["country"])
    owners: dict[frozenset[str], set[str]] = defaultdict(set)
    for country, ring in zip(known["country"], known["ring"], strict=True):
        corners = ring.split(";")
        for side in zip(corners, corners[1:] + corners[:1], strict=True):
            owners[frozenset(side)].add(country)
    found: dict[str, set[str]] = {country: set() for country in known["country"]}
    for shared in owners.values():
        for one, other in combinations(sorted(shared), 2):
            found[one].add(other)
            found[other].add(one)
    return {country: frozenset(others) for country, others in found.items()}


def touching(a: Members, b: Members, bordering: Neighbours) -> Measured:
    """How many countries of only one of two sets border a country of the other.

    Undefined while a membership is uncertain, and where a country has no outline.

    >>> sides = {"x": frozenset("y"), "y": frozenset("x"), "z": frozenset()}
    >>> touching(Members("one", None, frozenset("xz")), Members("two", None, frozenset("y")), sides).value
    2
    """
    context = {"rows": (*a.rows, *b.rows), "sources": (*a.sources, *b.sources), "on": a.on}
    only = a.certain ^ b.certain
    missing = sorted((a.certain | b.certain) - bordering.keys())
    reason = uncertainty(a, b)
    if not reason and missing:
        reason = f"there is no outline of {', '.join(missing)}"
    if reason:
        return Measured.undefined(reason, unit="count", method="touching", **context)
    other = {code: (b if code in a.certain else a).certain for code in only}
    count = sum(bool(bordering[code] & other[code]) for code in only)
    return Measured(count, "count", "touching", **context)
