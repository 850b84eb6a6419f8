"""Kinds of ties and states of pairs as words and as lines: what every exhibit of the network says the same way."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache

from analysis import tables
from analysis.exhibits import charts, marks, names, wording
from analysis.measures import network as nets
from analysis.measures.measured import Measured
from analysis.measures.network import Network

LEADING = "alliance"
"""The kind whose level is told apart: allies are the pairs of this kind or of one that goes further."""

# how a rank is drawn: at the level of an alliance or above, between, defence cooperation, weaker kinds
_BY_RANK = ((LEADING, "strong"), (nets.MUTUAL_ASSISTANCE, "firm"), ("defence-cooperation", "light"))
_OPEN, _UNSURE = "dashed", "unsure"
HOLLOW = "date not verified"


def label(kind: str) -> str:
    """A kind as printed.

    >>> label("defence-cooperation")
    'defence cooperation'
    """
    return _kinds()[kind][0]


def rank(kind: str) -> int:
    """The rank of a kind; of LEADING the level of allies."""
    return _kinds()[kind][1]


def of_rank(level: int) -> str:
    """The label of the kind of a rank."""
    return next(text for text, own in _kinds().values() if own == level)


def has_leading(network: Network) -> bool:
    """Whether allies are told apart in this network: a kind of that rank or above counts in it."""
    return max(network.ranks.values(), default=0) >= rank(LEADING)


def pair(one: str, other: str) -> str:
    """Two countries as one label, in alphabetical order of the labels."""
    return "–".join(sorted((names.label(one), names.label(other))))


def stated(network: Network, one: str, other: str) -> str:
    """How a pair stands, in words: its highest kind, or why there is none that counts."""
    standing = nets.standing(network, one, other)
    own = nets.acts_of(network, one, other)
    if standing == nets.TIED:
        top = next(act for act in own if act["is_sure"])
        return label(top["kind"]) + (f" {marks.UNVERIFIED}" if _is_doubtful(network, one, other) else "")
    if standing == nets.UNCERTAIN:
        top = next(act for act in own if act["may_bind"])
        return f"{label(top['kind'])}, uncertain on this day"
    if standing == nets.OPEN:
        top = own[0]
        return f"{label(top['kind'])}, {marks.state(top['state'])} {marks.of(top)}".strip()
    return "none"


def styles(network: Network) -> dict[tuple[str, str], str]:
    """The line of each pair of which anything is known, by the names of the two as printed."""
    found = {}
    for one, other in network.pairs:
        standing = nets.standing(network, one, other)
        if standing == nets.NONE:
            continue
        level = nets.level(network, one, other)
        style = next((style for kind, style in _BY_RANK if level >= rank(kind)), "thin")
        if not level:
            style = _UNSURE if standing == nets.UNCERTAIN else _OPEN
        found[(names.label(one), names.label(other))] = style
    return found


def key(networks: Sequence[Network], blocs: Collection[str]) -> dict[str, str]:
    """What each line means, named by the kinds that occur on it, and each bloc of the second layer."""
    said: dict[str, list[str]] = {}
    reasons: list[str] = []
    for each in networks:
        drawn = styles(each)
        for one, other in each.pairs:
            style = drawn.get((names.label(one), names.label(other)))
            if style == _OPEN:
                reasons.append(_reason(each, one, other))
            elif style and style != _UNSURE:
                said.setdefault(style, []).append(of_rank(nets.level(each, one, other)))
    told = {style: wording.join(_ordered(kinds), style="or") for style, kinds in said.items()}
    if reasons:
        told[_OPEN] = f"not counted: {wording.join(sorted(set(reasons)), style='or')}"
    told[_UNSURE] = "uncertain on the day"
    return told | {names.bloc(bloc): f"both in {names.bloc(bloc)}" for bloc in blocs}


def panel(
    network: Network, title: str, shared: Mapping[str, Sequence[tuple[str, str]]], absent: Sequence[str] = ()
) -> charts.Panel:
    """One drawing of the network, all names as printed."""
    printed = {
        names.bloc(bloc): [tuple(names.label(code) for code in each) for each in pairs]
        for bloc, pairs in shared.items()
    }
    hollow = [
        (names.label(one), names.label(other))
        for one, other in network.pairs
        if _is_doubtful(network, one, other)
    ]
    return charts.Panel(title, styles(network), printed, [names.label(code) for code in absent], hollow)


def cell(measured: Measured, ends: tuple[float, float], say: Callable[[float], str] = wording.count) -> str:
    """A measure in a table: its value, or both ends where uncertain ties leave it open."""
    return say(measured.value) if measured.defined else f"{say(ends[0])} to {say(ends[1])}"


def _is_doubtful(network: Network, one: str, other: str) -> bool:
    """Whether a tied pair has its level only by acts whose date no source confirms."""
    sure = [act for act in nets.acts_of(network, one, other) if act["is_sure"]]
    return bool(sure) and all(act["is_date_unverified"] for act in sure if act["rank"] == sure[0]["rank"])


def _reason(network: Network, one: str, other: str) -> str:
    own = nets.acts_of(network, one, other)
    return "told by a document only" if all(act["is_document_only"] for act in own) else "announced"


def _ordered(kinds: Sequence[str]) -> list[str]:
    by_rank = dict(_kinds().values())
    return sorted(set(kinds), key=lambda text: -by_rank[text])


@cache
def _kinds() -> dict[str, tuple[str, int]]:
    frame = tables.read("tie_kinds")
    return {row.kind: (row.label, int(row.rank)) for row in frame.itertuples(index=False)}
