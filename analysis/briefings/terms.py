"""What most sources of a briefing say alike, the day they were read and their licence, said once above their list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.briefings.document import Citation

LEAST_SHARED = 4  # sources that say the same


@dataclass(frozen=True)
class Terms:
    """What the sources say alike, where an entry does not say otherwise."""

    accessed: str = ""
    licence: str = ""


def said_once(citations: Sequence[Citation]) -> tuple[tuple[Citation, ...], Terms]:
    """The sources without what most of them say, and that."""
    terms = Terms(
        **{field.name: _common([getattr(c, field.name) for c in citations]) for field in fields(Terms)}
    )
    own = (
        {field.name: "" for field in fields(Terms) if getattr(c, field.name) == getattr(terms, field.name)}
        for c in citations
    )
    return tuple(replace(c, **silent) for c, silent in zip(citations, own, strict=True)), terms


def _common(values: list[str]) -> str:
    """What stands most often; nothing where it is rare, or where an entry without any would seem to have it too.

    >>> _common(["facts only"] * 4 + ["CC BY"]), _common(["facts only"] * 4 + [""]), _common(["CC BY"] * 3)
    ('facts only', '', '')
    """
    common = max(values, key=values.count, default="")
    return common if "" not in values and values.count(common) >= LEAST_SHARED else ""
