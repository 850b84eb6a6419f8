"""The words that a page says by itself, by language."""

from __future__ import annotations

# The furniture of a page by language; a new language is one more entry.
WORDS: dict[str, dict[str, str]] = {
    "en": {
        "annex": "Annex",
        "figure": "Figure",
        "table": "Table",
        "contents": "Contents",
        "skip": "Skip to the text",
        "lead": "The finding",
        "key_figures": "Key figures",
        "summary": "Summary",
        "methods": "Methods",
        "limits": "Limits",
        "caveats": "Caveats",
        "sources": "Sources",
        "source": "Source",
        "note": "Note",
        "see": "See",
        "more_publishers": "further publishers",
        "shown": "Shown here:",
        "provenance": "Provenance",
        "as_of": "As of",
        "known_by": "Data known by",
        "parameters": "Parameters",
        "tables": "Tables",
        "rows": "rows",
        "packages": "Software",
        "rebuild": "Rebuild",
        "accessed": "accessed",
        "licence": "Licence",
        "formula": "Formula",
        "reference": "Reference",
        "download": "Download data (CSV)",
        "show_data": "Show data",
        "data_of": "Data of",
        "name": "Name",
        "value": "Value",
        "page": "Page",
        "dark": "Dark",
        "light": "Light",
        "theme": "Colour theme",
        "sort": "Sort by",
        "new_briefing": "Briefing",
    }
}
