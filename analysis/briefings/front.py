"""What opens a briefing: its lead, its key figures and its summary, chosen among the findings of all sections."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.briefings.outputs import Block
from analysis.briefings.reading import RawSection

MOST_KEY_FIGURES = 4
MOST_IN_SUMMARY = 5
LEAST_IN_SUMMARY = 3
MANY_LEADS = 4  # a briefing with more sections than that is summed up by their leads


@dataclass(frozen=True)
class Front:
    """Which findings open the document, each with the index of its section."""

    lead: tuple[int, Block] | None
    key_figures: tuple[tuple[int, Block], ...]
    summary: tuple[tuple[int, Block], ...]


def front(sections: list[RawSection], lead: str | None = None) -> Front:
    """The lead (of the section or the finding named, else of the first section), the best key figures and a summary of three to five.

    Findings compete by rank, then by order of sections; the summary is told in the order of the document. In a briefing
    of many sections it is the leads of the others.
    """
    names = [section.name for section in sections]
    name, _, ident = (lead or "").partition("/")
    chosen = names.index(name) if name in names else 0
    leads = [(n, block) for n, section in enumerate(sections) for block in section.findings("lead")[:1]]
    spots = [
        (n, block) for n, section in enumerate(sections) for block in section.findings("lead", "key", "text")
    ]
    named = [(n, block) for n, block in spots if block["id"] == ident] if ident else leads
    cover = next(((n, block) for n, block in named if n == chosen and block["defined"]), None)
    spots = [(n, block) for n, block in spots if block["defined"] and block is not (cover and cover[1])]
    ranked = sorted(spots, key=lambda spot: (spot[1]["role"] == "text", spot[1].get("rank", 9)))
    key = [spot for spot in ranked if spot[1]["role"] == "key" and spot[1].get("figure")][:MOST_KEY_FIGURES]
    first = [spot for spot in ranked if spot[1]["role"] != "text"]
    summary = first[:MOST_IN_SUMMARY] if len(first) >= LEAST_IN_SUMMARY else ranked[:LEAST_IN_SUMMARY]
    if len(leads) > MANY_LEADS:
        summary = [spot for spot in first if spot[1]["role"] == "lead"]
    return Front(cover, tuple(key), tuple(spot for spot in spots if any(spot is one for one in summary)))
