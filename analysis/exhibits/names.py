"""Names of countries and blocs as a reader knows them, from the tables, in the language spoken.

A name knows whose it is, so a template may ask for it in a case. The cases are the columns of data/country_names.csv; a
country without a row has its name of the CLDR and no other case.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from analysis import tables

from . import language, wording
from .language import Quoted, noted

INDICATORS = {
    "gdp_current_usd": noted("gross domestic product"),
    "population": noted("population"),
    "gross_external_debt_and_liabilities": noted("external debt and liabilities"),
    "public_external_debt": noted("public external debt"),
    "general_government_external_debt": noted("external debt of the government"),
}
"""The indicators of data/macro.csv by which countries are weighed or claims are checked."""

_SHORT = re.compile(r"[,(;:]| under | of the ")
_CODE = re.compile(r"\b[A-Z]{3}\b")
_SPAN = re.compile(r"\b([0-9]{4})-([0-9]{4})\b")
_DAY = re.compile(r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b")
_FLOW = re.compile(r"\b(export|import) ([A-Z]{3}) (to|from) ([A-Z]{3})\b")
_DOLLARS = re.compile(r"\b([0-9]{1,3}(?:,[0-9]{3})+) dollars\b")
_SOURCE = re.compile(r"(?<![\w/-])[a-z0-9]+(?:-[a-z0-9]+)+(?![\w/-])")


class Name(language.Told):
    """A name in the language spoken that knows the row it comes from: `{partner:genitive}` finds its case there."""

    def __new__(cls, text: str, table: str = "", code: str = "") -> Name:
        name = super().__new__(cls, text)
        name.table, name.code = table, code
        return name


def cases() -> tuple[str, ...]:
    """The cases that names can be asked for: the columns of data/country_names.csv beside key and source.

    >>> cases()[:2]
    ('nominative', 'genitive')
    """
    return _forms("country_names")


def case(name: Name, form: str) -> str:
    """A name in one of the `cases`; one that the table lacks is noted as missed and stays as it is."""
    found = _row(name.table, name.code, language.current()).get(form)
    # an acronym has no cases
    if not found and name.table == "country_names" and form != cases()[0]:
        language.miss(f"{name.code}: {form}", f"data/{name.table}.csv")
    return found or name


def country(code: str, *, start: bool = False) -> str:
    """The name of a country inside a sentence, or in English at its start, with the article it takes.

    >>> country("KAZ"), country("USA"), country("USA", start=True)
    ('Kazakhstan', 'the United States', 'The United States')
    """
    name, _, article = _countries()[code]
    return _country(code, wording.country(name, article=article, start=start))


def is_country(code: str) -> bool:
    """Whether a word is the code of a country.

    >>> is_country("KAZ"), is_country("Astana")
    (True, False)
    """
    return code in _countries()


def possessive(code: str, *, start: bool = False) -> str:
    """The name of a country as an owner; other languages have a case for it.

    >>> possessive("KAZ"), possessive("USA", start=True)
    ('Kazakhstan’s', 'The United States’')
    """
    name, _, article = _countries()[code]
    owner = wording.country(name, article=article, start=start)
    return _country(code, owner + ("’" if article and name.endswith("s") else "’s"))


def label(code: str) -> str:
    """The short name of a country, for a chart or a narrow column.

    >>> label("BIH")
    'Bosnia'
    """
    return _country(code, _countries()[code][1], "short_name")


def countries(codes: Iterable[str]) -> list[str]:
    """The names of several countries in alphabetical order.

    >>> countries({"UZB", "KAZ"})
    ['Kazakhstan', 'Uzbekistan']
    """
    ordered = sorted(
        codes, key=lambda code: _country(code, _countries()[code][0]).casefold().replace("ё", "е")
    )
    return [country(code) for code in ordered]


def bloc(ident: str) -> str:
    """The label of a bloc: its acronym where it has one.

    >>> bloc("eaeu")
    'EAEU'
    """
    return _bloc(ident, "label", _blocs()[ident][0])


def is_bloc(ident: str) -> bool:
    """Whether a word is the id of a bloc.

    >>> is_bloc("eaeu"), is_bloc("Astana")
    (True, False)
    """
    return ident in _blocs()


def bloc_in_full(ident: str) -> str:
    """The full name of a bloc.

    >>> bloc_in_full("eaeu")
    'Eurasian Economic Union'
    """
    return language.Told(_bloc(ident, "name", _blocs()[ident][1]))


def corridor(ident: str) -> str:
    """The label of a corridor: its acronym where it has one.

    >>> corridor("titr")
    'TITR'
    """
    return Quoted(_corridors()[ident][0])


def corridor_said(ident: str) -> str:
    """The label of a corridor inside a sentence: with the article where it is no acronym.

    >>> corridor_said("titr"), corridor_said("trans-afghan")
    ('TITR', 'the Trans-Afghan line')
    """
    label, _, acronym = _corridors()[ident]
    return Quoted(label if acronym else f"the {label}")


def corridor_in_full(ident: str) -> str:
    """The full name of a corridor.

    >>> corridor_in_full("titr")
    'Trans-Caspian International Transport Route (Middle Corridor)'
    """
    return Quoted(_corridors()[ident][1])


def in_full(text: str) -> list[tuple[str, str]]:
    """The abbreviations of blocs and corridors that a text holds, in its order, each with the full name; none that the
    text gives itself.

    >>> in_full("The EAEU and the CMHS; the OTS (Organization of Turkic States)")[0]
    ('EAEU', 'Eurasian Economic Union')
    >>> [label for label, _ in in_full("The EAEU and the CMHS; the OTS (Organization of Turkic States)")]
    ['EAEU', 'CMHS']
    """
    held = {label: Quoted(name) for label, name, acronym in _corridors().values() if acronym}
    held |= {bloc(ident): bloc_in_full(ident) for ident in _blocs()}
    places = {
        label: found.start()
        for label, name in held.items()
        if sum(map(str.isupper, label)) > 1 and " " not in label and name not in text
        if (found := re.search(rf"(?<!\w){re.escape(label)}(?!\w)", text))
    }
    return [(label, held[label]) for label in sorted(places, key=places.__getitem__)]


def release(source: str) -> str:
    """A release by its publisher and the time of its publication, short enough for a column.

    The publisher keeps its own name.

    >>> release("kazstat-2023y"), release("inform-2024-08-uzb")
    ('Bureau of National Statistics, 2024', 'Kazinform, August 2024')
    """
    (cited,) = tables.cite(source)
    publisher = Quoted(_SHORT.split(str(cited["publisher"]))[0].strip())
    published = cited["published"]
    is_dated = isinstance(published, str) and published
    return language.in_a_row(", ", [publisher, wording.date(published)] if is_dated else [publisher])


def document(source: str) -> str:
    """A document under review by its title, without what is added in brackets.

    >>> document("doc-004d")
    'The Organization of Turkic States and security'
    """
    (cited,) = tables.cite(source)
    return Quoted(str(cited["title"]).partition(" (")[0])


def publisher(office: str) -> str:
    """Who publishes the releases of an office, short enough for a column.

    >>> publisher("kazstat")
    'Bureau of National Statistics'
    """
    held = tables.read("sources").merge(tables.read("bases")[["basis", "rank"]], on="basis")
    held = held[(held["office"] == office) | (held["source"] == office)].sort_values("rank", kind="stable")
    return language.Told(release(held["source"].iloc[0]).partition(", ")[0])


def sourced(text: str) -> str:
    """The reason of a measure with the ids of sources written as `release` does.

    >>> sourced("no population of 2024 by cia-factbook-2026, for IND; well-known")
    'no population of 2024 by Central Intelligence Agency, 22 January 2026, for IND; well-known'
    """
    return Quoted(_SOURCE.sub(lambda found: release(found[0]) if found[0] in _sources() else found[0], text))


def spoken(text: str, *, start: bool = False) -> str:
    """A plain text of a measure with names in the place of codes of countries and indicators, and of days; in English.

    With `start` it begins a sentence.

    >>> spoken("KAZ reports no exports to UZB in 2016")
    'Kazakhstan reports no exports to Uzbekistan in 2016'
    """
    with language.using(language.SOURCE):
        return Quoted(_spoken(text, start))


def _spoken(text: str, start: bool) -> str:
    known = _countries()
    named = _FLOW.sub(r"\1s of \2 \3 \4", text)
    named = _CODE.sub(lambda found: country(found[0]) if found[0] in known else found[0], named)
    for ident, name in INDICATORS.items():
        named = re.sub(rf"\b{ident}\b", name, named)
    named = _DAY.sub(lambda found: wording.date(found[0]), named)
    named = _SPAN.sub(lambda found: wording.years(int(found[1]), int(found[2])), named)
    named = _DOLLARS.sub(lambda found: wording.usd(int(found[1].replace(",", ""))), named)
    return named[:1].upper() + named[1:] if start else named


def _country(code: str, english: str, form: str = "nominative") -> Name:
    """The name in the language spoken; in English the text as it is."""
    spoken = language.current()
    if spoken == language.SOURCE:
        return Name(english, "country_names", code)
    said = _row("country_names", code, spoken).get(form) or language.locale().territories.get(_codes()[code])
    if not said:
        language.miss(english, "data/country_names.csv")
    return Name(said or english, "country_names", code)


def _bloc(ident: str, column: str, english: str) -> Name:
    spoken = language.current()
    said = english if spoken == language.SOURCE else _row("bloc_names", ident, spoken).get(column)
    name = Name(said or english, "bloc_names", ident)
    if not said:  # then it stays as the data have it, and is marked so
        name.lang = language.SOURCE
    return name


@cache
def _codes() -> dict[str, str]:
    frame = tables.read("countries")
    return {
        row.country: row.iso2 if isinstance(row.iso2, str) else "" for row in frame.itertuples(index=False)
    }


def _row(table: str, code: str, spoken: str) -> dict[str, str]:
    """What the table says of one country or bloc in a language: its columns beside key and source."""
    return _rows(table).get((code, spoken), {})


@cache
def _rows(table: str) -> dict[tuple[str, str], dict[str, str]]:
    key = table.removesuffix("_names")
    rows = tables.read(table).to_dict("records") if table in tables.names() else []
    return {
        (row[key], row["language"]): {
            form: row[form] if isinstance(row[form], str) else "" for form in _forms(table)
        }
        for row in rows
    }


@cache
def _forms(table: str) -> tuple[str, ...]:
    """The columns of a table of names that hold names; the first is the nominative."""
    if table not in tables.names():
        return ()
    beside = (table.removesuffix("_names"), "language", "source")
    return tuple(column for column in tables.read(table).columns if column not in beside)


@cache
def _countries() -> dict[str, tuple[str, str, str]]:
    frame = tables.read("countries")
    return {
        row.country: (row.name, row.short_name, row.article if isinstance(row.article, str) else "")
        for row in frame.itertuples(index=False)
    }


@cache
def _sources() -> frozenset[str]:
    return frozenset(tables.read("sources")["source"])


@cache
def _blocs() -> dict[str, tuple[str, str]]:
    frame = tables.read("blocs")
    return {row.bloc: (row.label, row.name) for row in frame.itertuples(index=False)}


@cache
def _corridors() -> dict[str, tuple[str, str, str]]:
    frame = tables.read("corridors")
    return {
        row.corridor: (row.label, row.name, row.acronym if isinstance(row.acronym, str) else "")
        for row in frame.itertuples(index=False)
    }
