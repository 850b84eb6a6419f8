"""The words that a page says by itself, in the language spoken."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from analysis.exhibits import wording
from analysis.exhibits.language import Quoted, Told, noted, quoted
from analysis.exhibits.language import text as translated
from analysis.exhibits.template import msg

WORDS: dict[str, str] = noted(
    {
        "annex": "Annex",
        "figure": "Figure",
        "table": "Table",
        "to_figure": "Figure",  # as a sentence calls it
        "to_table": "Table",
        "contents": "Contents",
        "skip": "Skip to the text",
        "lead": "The finding",
        "key_figures": "Key figures",
        "summary": "Summary",
        "in_full": "In full",
        "methods": "Methods",
        "limits": "Limits",
        "caveats": "Caveats",
        "sources": "Sources",
        "source": "Source",
        "note": "Note",
        "see": "See",
        "more_publishers": "{n} further publishers",
        "more_sources": "{n} more are listed in the briefing.",
        "shown": "Shown here:",
        "provenance": "Provenance",
        "as_of": "As of",
        "known_by": "Data known by",
        "parameters": "Parameters",
        "tables": "Tables",
        "packages": "Software",
        "rebuild": "Rebuild",
        "whole": "The whole briefing",
        "accessed": "accessed",
        "licence": "Licence",
        "otherwise": "Unless an entry says otherwise",
        "formula": "Formula",
        "reference": "Reference",
        "download": "Download data (CSV)",
        "show_data": "Show data",
        "data_of": "Data of",
        "name": "Name",
        "value": "Value",
        "unit": "Unit",
        "measure": "Measure",
        "reporter": "Reporter",
        "partner": "Partner",
        "basis": "Basis",
        "period": "Period",
        "day": "Day",
        "data_rows": "Rows",
        "vintage": "Vintage",
        "more": "{n} more",
        "export": "export",
        "import": "import",
        "turnover": "turnover",
        "national-reporter": "national reporter",
        "reporter-comtrade": "national report in Comtrade",
        "press-quoting-official": "press that quotes officials",
        "reporter-with-partner-estimates": "national report with estimates for partners",
        "reconciled": "reconciled",
        "long-term-average": "long-term average",
        "goods": "goods",
        "civil-goods": "civil goods",
        "goods-and-services": "goods and services",
        "notes": "Notes on the numbers",
        "note_on": "Note on the numbers",
        "close": "Close",
        "data_and_sources": "Data and sources",
        "code": "Code of this section",
        "title_numbers": "Numbers of the title",
        "page": "Page",
        "dark": "Dark",
        "light": "Light",
        "theme": "Colour theme",
        "sort": "Sort by",
        "sorted": "Sorted by",
        "ascending": "ascending",
        "descending": "descending",
        "new_briefing": "Briefing",
    }
)


def words() -> dict[str, str]:
    """The furniture of a page by its names, which are the contexts of these words.

    >>> words()["key_figures"]
    'Key figures'
    """
    return {name: translated(said, name) for name, said in WORDS.items()}


def day(text: str, language: str | None = None) -> str:
    """A date as a reader says it; a text that is no ISO date stays as it is.

    >>> day("2024-01-25"), day("2025-10"), day("spring 2019")
    ('25 January 2024', 'October 2025', 'spring 2019')
    """
    return wording.date(text, language=language) if re.fullmatch(r"\d{4}(-\d{2}){0,2}", text) else text


def colophon(meta: Mapping[str, Any]) -> tuple[str, ...]:
    """How to cite the briefing, and what names in it do not imply."""
    cited = [meta.get("series", ""), meta["title"], day(meta.get("as_of") or "")]
    said = ". ".join(part.rstrip(".") for part in cited if part)
    return (
        msg("Cite as: {citation}.", citation=Told(said)),
        msg(
            "Text and drawings may be reused with this citation; the data are under the licences named with their sources."
        ),
        msg(
            "The rows behind each exhibit travel with it: as a download in the page, as an attachment in the PDF."
        ),
        msg(
            "Names, their order and the boundaries drawn imply no judgement on the status of any country or territory."
        ),
    )


def parted(figure: str) -> str:
    """A key figure that may end its line in one place, the one nearest its middle.

    >>> parted("4,49\u00a0млрд\u00a0долл.\u00a0США"), parted("+13.1%")
    ('4,49\\xa0млрд долл.\\xa0США', '+13.1%')
    """
    held = figure.replace(" ", "\u00a0")
    places = [place for place, letter in enumerate(held) if letter == "\u00a0"]
    if not places:
        return held
    middle = min(places, key=lambda place: abs(2 * place + 1 - len(held)))
    return f"{held[:middle]} {held[middle + 1 :]}"


def stop(text: str) -> str:
    """The full stop behind a text, where it does not end in one: an abbreviation brings its own.

    >>> stop("25 January 2024"), stop("25 января 2024 г.")
    ('.', '')
    """
    return "" if text.endswith(".") else "."


def value_text(value: Any) -> str:
    """A parameter's value as a person writes it.

    >>> value_text(["ots", "csto"]), value_text(None), value_text(2016), value_text(True)
    ('ots, csto', 'none', '2016', 'yes')
    """
    match value:
        case None | "" | []:
            return msg("none")
        case bool():
            return msg("yes") if value else msg("no")
        case list() | tuple():
            return quoted(", ".join(map(value_text, value)))
        case str():
            return quoted(value)
    return str(value)


def marked(text: str, language: str) -> str | Markup:
    """A text as it stands; one of the data, which is in another language than the page, marked with it for HTML.

    >>> marked(Quoted("Treaty on Alliance", "en"), "ru"), marked("Обзор", "ru")
    (Markup('<span lang="en">Treaty on Alliance</span>'), 'Обзор')
    """
    if not isinstance(text, Quoted) or text.lang == language:
        return text
    return Markup('<span lang="{}">{}</span>').format(text.lang, str(text))
