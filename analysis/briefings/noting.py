"""Notes on numbers in the order in which a reader meets them, without those of sentences that are not printed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from analysis.briefings import document as d

Noted = TypeVar("Noted", d.Statement, d.KeyFigure)


def numbered(document: d.Document) -> d.Document:
    """The document with its notes numbered from the cover on; a note that no sentence points to is left out."""
    met = dict.fromkeys(each.note for each in _noted(document) if each.note)
    number = {old: new for new, old in enumerate(met, start=1)} | {0: 0}

    def told(each: Noted) -> Noted:
        return replace(each, note=number[each.note])

    def all_told(items: Iterable[Noted]) -> tuple[Noted, ...]:
        return tuple(told(each) for each in items)

    return replace(
        document,
        lead=document.lead and told(document.lead),
        key_figures=all_told(document.key_figures),
        summary=all_told(document.summary),
        sections=tuple(
            replace(
                section,
                parts=tuple(told(part) if isinstance(part, d.Statement) else part for part in section.parts),
            )
            for section in document.sections
        ),
        limits=all_told(document.limits),
        notes=tuple(replace(document.notes[old - 1], number=number[old]) for old in met),
        facts=tuple({**fact, "note": number.get(fact["note"]) or None} for fact in document.facts),
    )


def _noted(document: d.Document) -> Iterator[d.Statement | d.KeyFigure]:
    """Everything that may point to a note, in reading order."""
    yield from (each for each in (document.lead,) if each)
    yield from document.key_figures
    yield from document.summary
    yield from (part for part in document.parts() if isinstance(part, d.Statement))
    yield from document.limits
