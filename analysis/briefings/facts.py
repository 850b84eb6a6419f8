"""The facts of a briefing: each number it prints with what stands behind it, as notes for readers, as JSON for machines.

A note belongs to one finding and holds an entry for each number of its sentence; the page shows it as a card, the PDF as
a numbered note. Both print the same pairs of label and text, made here. `record` writes the same, whole and unshortened,
for `NAME.facts.json`; its shape is docs/facts.schema.json.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from analysis.exhibits import wording
from analysis.exhibits.language import Told, quoted
from analysis.exhibits.template import msg
from analysis.measures.measured import DEFLATION, applied

SCHEMA = "briefing-facts/1"
MOST_NAMED = 3  # rows of a table, or sources, in an entry; the others are counted
DOLLARS = ("usd", "usd_constant")
# decimals of the value behind a rounded print: what a reader needs to round it anew
DECIMALS = {"rate": 4, "share": 4, "points": 4, "log": 4, "ratio": 5, "index": 3, "score": 5, "years": 2}

Value = Mapping[str, Any]
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Entry:
    """One number as printed, or several, and the pairs of label and text that stand behind them."""

    text: str
    pairs: Pairs


@dataclass(frozen=True)
class Account:
    """What stands behind the numbers of one block: `shared` are the pairs that all its entries would repeat, `quoted` is
    for the numbers that were not computed."""

    entries: tuple[Entry, ...]
    shared: Pairs = ()
    quoted: Entry | None = None


@dataclass(frozen=True)
class Note:
    """The account of one finding, by its number in the briefing."""

    number: int
    account: Account

    @property
    def anchor(self) -> str:
        return f"note-{self.number}"


@dataclass(frozen=True)
class Behind:
    """What a block cites, looked up: sources by id as (number, name, day), methods by id as (title, formula).
    `counts` says by method what a count of it counts. `given` are the days and years that the section was asked for:
    they come from nowhere else."""

    sources: Mapping[str, tuple[int, str, str]]
    methods: Mapping[str, tuple[str, str]]
    names: Mapping[str, str]
    words: Mapping[str, str]
    language: str = "en"
    given: frozenset[str] = frozenset()
    counts: Mapping[str, str] = field(default_factory=dict)


def is_number(value: Value) -> bool:
    """Whether a value is printed as a number, rather than as a word it chose or as the years it belongs to.

    >>> is_number({"text": "13.1%", "method": "cagr", "start": 2016, "end": 2023})
    True
    >>> is_number({"text": "rose", "method": "cagr"}), is_number({"text": "2016", "method": "turnover", "start": 2016})
    (False, False)
    """
    return _is_number(value["text"], value)


def account(values: Mapping[str, Value], cited: Collection[str], behind: Behind) -> Account | None:
    """An entry for each measure that is printed, and one for all other numbers; None where there is no number.

    `cited` are the ids of the sources of the whole sentence: the other numbers are quoted from them if they name none of
    their own, except for the day of the briefing, which is given.
    """
    numbers = [value for value in values.values() if is_number(value)]
    entries = [Entry(value["text"], _pairs(value, behind)) for value in numbers if value["method"]]
    shared = _shared(entries, behind.words)
    entries = [Entry(each.text, tuple(pair for pair in each.pairs if pair not in shared)) for each in entries]
    shown = tuple(_told_together(list(dict.fromkeys(entries)), behind.words))
    quoted = _quoted([value for value in numbers if not value["method"]], cited, behind)
    return Account(shown, shared, quoted) if shown or quoted else None


def exact(value: float, unit: str, price_basis: str | None, language: str = "en") -> str:
    """The value behind a rounded print, in its unit.

    >>> exact(4485598500.0, "usd", "current").replace(wording.NARROW, " ")
    '4 485 598 500 current US dollars'
    >>> exact(0.13065696589722653, "rate", None), exact(2.362196595004323, "ratio", None)
    ('13.0657%', '2.36220')
    """
    if unit in DOLLARS:
        amount = Told(wording.number(value, 0, language=language))
        if not price_basis:
            return msg("{amount} USD", amount=amount)
        return msg("{amount} {prices}", amount=amount, prices=wording.prices(price_basis, language=language))
    if unit in ("ratio", "index", "score") or (unit == "count" and value != int(value)):
        return wording.number(value, DECIMALS.get(unit, 5), language=language)
    return wording.FORMS[unit](value, DECIMALS.get(unit), language=language)


def marks(block: Mapping[str, Any]) -> tuple[tuple[int, int], ...]:
    """Where the numbers of a finding stand in its text, from first to last.

    >>> spans = {"text": [{"name": "rate", "start": 11, "end": 16}, {"name": "rate", "start": 20, "end": 24}]}
    >>> values = {"rate": {"method": "cagr", "end": 2023}}
    >>> marks({"text": "It grew by 13.1% to 2023.", "spans": spans, "values": values})
    ((11, 16),)
    """
    spans = sorted(
        (span["start"], span["end"], span["name"]) for span in block.get("spans", {}).get("text", ())
    )
    return tuple(
        (start, end)
        for start, end, name in spans
        if _is_number(block["text"][start:end], block["values"].get(name, {}))
    )


def shown(block: Mapping[str, Any]) -> dict[str, Value]:
    """The values of a block that its reader meets, in their order: all of a finding, of an exhibit those of its title.

    >>> values = {"end": {"text": "2023"}, "start": {"text": "2016"}}
    >>> list(shown({"kind": "table", "title": "From 2016 to 2023", "values": values}))
    ['start', 'end']
    """
    values = block.get("values") or {}
    is_finding = block["kind"] == "finding"
    text = block["text" if is_finding else "title"]
    spans = block.get("spans", {}).get("text", ()) if is_finding else ()
    places = {span["name"]: span["start"] for span in sorted(spans, key=lambda span: -span["start"])}
    places = {name: places.get(name, text.find(value["text"])) for name, value in values.items()}
    met = sorted(places, key=lambda name: (places[name] < 0, places[name]))
    return {name: values[name] for name in met if is_finding or places[name] >= 0}


def gathered(
    block: Mapping[str, Any], section: str, anchor: str, note: int, given: Container[str]
) -> Iterator[dict[str, Any]]:
    """The numbers of a block, and the words chosen by one, as they are written for machines.

    A number that was `given` rests on nothing; another that names no sources of its own is from those of the block. A
    word is there only where it stands for a value that is not printed beside it.
    """
    cited = [each["id"] for each in block.get("sources") or ()]
    nowhere: dict[str, list[str]] = {"rows": [], "sources": [], "tables": []}
    values = block.get("values", {})
    printed = [_measure(value) for value in values.values() if is_number(value)]
    for name, value in values.items():
        if is_number(value) or (value["method"] and _measure(value) not in printed):
            is_given = not value["method"] and str(value["value"]) in given
            yield {
                "id": f"{section}/{block['id']}/{name}",
                "anchor": anchor,
                "note": note,
                "sentence": block["text"] if block["kind"] == "finding" else block["title"],
                **value,
                "given": is_given,
                **(nowhere if is_given else {"sources": value["sources"] or cited}),
            }


def record(document: Any) -> dict[str, Any]:
    """Everything behind the numbers of a document, for machines; docs/facts.schema.json tells its shape."""
    provenance = document.provenance
    return {
        "schema": SCHEMA,
        "briefing": {
            **{
                key: getattr(document, key)
                for key in ("title", "subtitle", "series", "language", "as_of", "known_by")
            },
            "parameters": dict(provenance.parameters),
            "rebuild": provenance.rebuild,
        },
        "facts": list(document.facts),
        "exhibits": [
            {
                **{
                    key: getattr(each, key) for key in ("anchor", "label", "title", "subtitle", "alt", "note")
                },
                "data": each.csv_name,
                "sha256": hashlib.sha256(each.csv.encode()).hexdigest(),
                "citations": list(each.citations),
                "caveats": list(each.flags),
            }
            for each in document.exhibits
        ],
        "methods": [asdict(method) for method in document.methods],
        "citations": [asdict(citation) for citation in document.citations],
        "caveats": [asdict(flag) for flag in document.flags],
        "tables": [
            {key: getattr(table, key) for key in ("name", "title", "rows", "sha256")}
            for table in provenance.tables
        ],
        "packages": dict(provenance.packages),
    }


# --- inside ----------------------------------------------------------------------------------------------------------


def _is_number(text: str, value: Value) -> bool:
    """Whether a text that a value was printed as has a figure, other than the years it belongs to."""
    years = [str(value.get(key)) for key in ("start", "end")]
    is_span = (
        bool(value.get("method"))
        and value.get("unit") != "year"
        and text in (*years, wording.DASH.join(years))
    )
    return not is_span and any(map(str.isdigit, text))


def _pairs(value: Value, behind: Behind) -> Pairs:
    words, language = behind.words, behind.language
    methods = applied(value["method"], value["price_basis"])
    titles, formulas = zip(*(behind.methods.get(each, (each, "")) for each in methods), strict=True)
    said = {
        "value": exact(value["value"], value["unit"], value["price_basis"], language),
        "unit": behind.counts.get(value["method"], "") if value["unit"] == "count" else "",
        "measure": "; ".join(titles),
        "formula": quoted("; ".join(filter(None, formulas))),
        "reporter": behind.names.get(value["reporter"] or "", ""),
        "partner": behind.names.get(value["partner"] or "", ""),
        "basis": ", ".join(_codes(value, words, language)),
        "period": _period(value, language),
        "day": wording.date(value["on"], language=language) if value["on"] and not value["since"] else "",
        "data_rows": quoted("; ".join(_rows(value["rows"], words))),
    }
    return (*((words[key], text) for key, text in said.items() if text), *_sources(value["sources"], behind))


def _quoted(numbers: list[Value], cited: Collection[str], behind: Behind) -> Entry | None:
    """The numbers that are taken from sources as they are: their own, or else those of the sentence."""
    found = [value for value in numbers if str(value["value"]) not in behind.given]
    rows = dict.fromkeys(row for value in found for row in value["rows"])
    said = quoted("; ".join(_rows(rows, behind.words)))
    sources = dict.fromkeys(each for value in found for each in value["sources"] or cited)
    origin = (*([(behind.words["data_rows"], said)] if said else []), *_sources(sources, behind))
    if not found or not origin:
        return None
    return Entry(", ".join(dict.fromkeys(value["text"] for value in found)), origin)


def _shared(entries: list[Entry], words: Mapping[str, str]) -> Pairs:
    """The pairs that all of several entries hold, but for the value; a vintage only with its source."""
    if len(entries) < 2:
        return ()
    apart, common = {words["value"]}, set.intersection(*(set(each.pairs) for each in entries))
    if not any(label == words["source"] for label, _ in common):
        apart.add(words["vintage"])
    return tuple(pair for pair in entries[0].pairs if pair in common and pair[0] not in apart)


def _told_together(entries: list[Entry], words: Mapping[str, str]) -> Iterator[Entry]:
    """The entries, and behind them, once for all numbers that rest on the same, their rows and sources.

    A number that is printed twice keeps its own: which of the two is meant could not be told.
    """
    times = Counter(each.text for each in entries)
    labels = [words[key] for key in ("data_rows", "source", "vintage")]
    rests: dict[Entry, Pairs] = {each: tuple(p for p in each.pairs if p[0] in labels) for each in entries}
    alike: dict[Pairs, list[str]] = {}
    for each, origin in rests.items():
        if times[each.text] == 1 and any(label != words["vintage"] for label, _ in origin):
            alike.setdefault(origin, []).append(each.text)
    told = {origin: texts for origin, texts in alike.items() if len(texts) > 1}
    for each, origin in rests.items():
        is_told = each.text in told.get(origin, ())
        yield Entry(each.text, tuple(p for p in each.pairs if p not in origin)) if is_told else each
    yield from (Entry(", ".join(texts), origin) for origin, texts in told.items())


def _codes(value: Value, words: Mapping[str, str], language: str) -> Iterator[str]:
    for key in ("flow", "basis", "coverage"):
        if value[key]:
            yield words.get(value[key], value[key].replace("-", " "))
    if DEFLATION in applied(value["method"], value["price_basis"]):
        yield wording.prices(value["price_basis"], language=language)


def _period(value: Value, language: str) -> str:
    """The years of a value, or its first and last day where those are known."""
    if value["since"]:
        ends = (wording.date(value[key], language=language) for key in ("since", "on"))
        return f" {wording.DASH} ".join(ends)
    start, end = value["start"], value["end"]
    if start is None or end is None:
        return "" if start is None and end is None else wording.year(end if start is None else start)
    return wording.years(start, end)


def _measure(value: Value) -> tuple[Any, ...]:
    """What a value is, however it is printed."""
    return tuple(value[key] for key in ("value", "unit", "method")) + tuple(value["rows"])


def _rows(rows: Iterable[str], words: Mapping[str, str]) -> Iterator[str]:
    """The rows of each table by their keys, the first ones named."""
    held: dict[str, list[str]] = {}
    for row in rows:
        table, _, key = row.partition(":")
        held.setdefault(table, []).append(key)
    for table, keys in held.items():
        yield f"{table} {', '.join(_counted(keys, words))}"


def _sources(ids: Iterable[str], behind: Behind) -> Pairs:
    cited = [behind.sources[each] for each in ids if each in behind.sources]
    names = [f"{name} [{number}]" for number, name, _ in cited]
    days = list(dict.fromkeys(day for *_, day in cited if day))
    said = {
        "source": quoted("; ".join(_counted(names, behind.words))),
        "vintage": "; ".join(_counted(days, behind.words)),
    }
    return tuple((behind.words[key], text) for key, text in said.items() if text)


def _counted(items: list[str], words: Mapping[str, str]) -> list[str]:
    rest = len(items) - MOST_NAMED
    return items if rest < 2 else [*items[:MOST_NAMED], words["more"].format(n=rest)]
