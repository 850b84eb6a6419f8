"""What a definition says of the whole of a briefing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Cover:
    """The cover. Dates are ISO text or ''; `lead` names a section, or one of its findings as
    "section/finding"; None is the first section."""

    title: str
    subtitle: str = ""
    series: str = ""
    language: str = "en"
    as_of: str = ""
    known_by: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    rebuild: str = ""
    lead: str | None = None
