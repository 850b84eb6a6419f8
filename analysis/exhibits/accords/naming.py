"""Words that the exhibits of this notebook share: names of processes, spans of days, and what is not there."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from functools import cache

import pandas as pd

from analysis import tables
from analysis.exhibits import names, wording
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.finding import Finding
from analysis.measures.dates import Days
from analysis.measures.stages import Between

STATES = {
    "reached": "reached",
    "uncertain": "uncertain on this day",
    "passed": "no date in the tables",
    "open": "not found",
}


def process(ident: str) -> str:
    """The name of a process inside a sentence.

    >>> process("arm-aze")
    'the peace treaty of Armenia and Azerbaijan'
    """
    return _processes()[ident][0]


def kind(ident: str) -> str:
    """What a process is, in one word.

    >>> kind("arm-tur")
    'normalisation'
    """
    return _processes()[ident][1]


def pair(country: str, counterpart: str) -> str:
    """Two countries as the name of a row.

    >>> pair("ARM", "AZE")
    'Armenia and Azerbaijan'
    """
    return f"{names.label(country)} and {names.label(counterpart)}"


def span(row: pd.Series | dict) -> Days:
    """The days that the date of a step can mean."""
    return Days(row["first"], row["last"])


def day_count(between: Between) -> str:
    """A time in days for a chart or a column: a range where the dates are coarse.

    >>> from analysis.measures.dates import days
    >>> from analysis.measures.stages import days_between
    >>> day_count(days_between(days("2025-08-08"), days("2025-08-11")))
    '3 days'
    """
    low, high = between.fewest.value, between.most.value
    text = wording.count(low) if low == high else f"{wording.count(low)}{wording.DASH}{wording.count(high)}"
    return f"{text} {'day' if low == high == 1 else 'days'}"


def sources(*columns: Iterable[object]) -> list[str]:
    """The ids of sources in these columns, each once, empty cells left out."""
    return list(
        dict.fromkeys(str(each) for column in columns for each in column if isinstance(each, str) and each)
    )


def not_asked(ident: str, process_id: str) -> Exhibit:
    """The exhibit of a process that is not among those of this briefing."""
    return Exhibit.absent(
        ident,
        Finding(
            f"{ident}-absent",
            "This briefing does not ask about {process}.",
            process=process(process_id),
        ),
    )


def none_yet(ident: str, process_id: str, on: date) -> Exhibit:
    """The exhibit of a process that had not begun."""
    text = "On {day}, no stage of {process} had been reached."
    return Exhibit.absent(ident, Finding(f"{ident}-absent", text, day=on, process=process(process_id)))


def limits(cutoff: date) -> Finding:
    """Limit: what the rows of this notebook cannot say."""
    return Finding(
        "limits",
        "No treaty text was read in full: sources were read as excerpts, mostly news reports and official pages, as"
        " curated by {cutoff}; the pages available thin out towards that day. A stage that is not found was looked for"
        " once or twice and may still exist. What only a document says is marked and supports nothing.",
        role="limit",
        cutoff=cutoff,
    )


def listed(parts: Collection[str]) -> str:
    """Clauses of one sentence in a row."""
    return "; ".join(parts)


@cache
def _processes() -> dict[str, tuple[str, str]]:
    frame = tables.read("processes")
    return {row.process: (row.label, row.kind) for row in frame.itertuples(index=False)}
