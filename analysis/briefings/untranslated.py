"""A briefing in another language is whole or is not made: every message that the language lacks, at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from analysis.briefings import messages, reading
from analysis.briefings.definition import Definition
from analysis.errors import BriefingError
from analysis.exhibits import language
from analysis.exhibits.blocks import MIME


def check(briefing: Definition, code: str) -> None:
    """Raise BriefingError, before anything runs, with each translation that is broken, else with each message that the
    briefing will certainly say and the language lacks."""
    if code == language.SOURCE:
        return
    if faults := messages.broken(code):
        raise BriefingError(*faults)
    with language.using(code) as missed:
        for context, message in messages.certain(briefing):
            language.text(message, context)
    _stop(code, missed, "for certain, and more may come to light once its notebooks run")


def refuse(nb: Mapping[str, Any], missed: Iterable[language.Key]) -> None:
    """Raise BriefingError with each message missed while the notebooks ran or the whole was assembled."""
    shown = (
        output.get("data", {}).get(MIME, {}) for cell in nb["cells"] for output in cell.get("outputs", ())
    )
    told = [(each["context"], each["message"]) for block in shown for each in block.get("untranslated", ())]
    _stop(reading.language_of(nb), [*told, *missed])


def _stop(code: str, lacking: Iterable[language.Key], how: str = "") -> None:
    """How many there are and what to do, then each once, with its contexts."""
    contexts: dict[str, dict[str, None]] = {}
    names = []
    for context, message in dict.fromkeys(lacking):
        if context.startswith("data/"):
            names.append(f"{context}: no name in '{code}' for {message}; add a row or fill in the cell")
        else:
            contexts.setdefault(message, {})[context] = None
    if not contexts and not names:
        return
    texts = [
        f"{language.CATALOGUES.name}/{code}.po: no translation of “{message}”{_within(held)}"
        for message, held in contexts.items()
    ]
    said = " and ".join(
        f"{len(each)} {word if len(each) == 1 else f'{word}s'}"
        for each, word in ((texts, "message"), (names, "name"))
        if each
    )
    todo = "; run: briefing messages, and fill in the empty entries" if texts else "; add them"
    raise BriefingError(
        f"language '{code}' lacks {said} of this briefing{how and f' {how}'}{todo}", *texts, *names
    )


def _within(contexts: Iterable[str]) -> str:
    named = ", ".join(filter(None, contexts))
    return f" ({named})" if named else ""
