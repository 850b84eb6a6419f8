"""A briefing in another language is whole or is not made: every message that the language lacks, at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from analysis.briefings import reading
from analysis.errors import BriefingError
from analysis.exhibits import language
from analysis.exhibits.blocks import MIME


def refuse(nb: Mapping[str, Any], missed: Iterable[language.Key]) -> None:
    """Raise BriefingError with each message missed while the notebooks ran or the whole was assembled."""
    shown = (
        output.get("data", {}).get(MIME, {}) for cell in nb["cells"] for output in cell.get("outputs", ())
    )
    told = [(each["context"], each["message"]) for block in shown for each in block.get("untranslated", ())]
    lacking = list(dict.fromkeys([*told, *missed]))
    if lacking:
        code = reading.language_of(nb)
        raise BriefingError(*(_sentence(code, *key) for key in lacking))


def _sentence(code: str, context: str, message: str) -> str:
    """Where a message is to be added: in the catalogue, or in a table of names."""
    if context.startswith("data/"):
        return f"{context}: no name in '{code}' for {message}; add a row or fill in the cell"
    place = f" ({context})" if context else ""
    return (
        f"{language.CATALOGUES.name}/{code}.po: no translation of “{message}”{place}; "
        "run: briefing messages, and fill it in"
    )
