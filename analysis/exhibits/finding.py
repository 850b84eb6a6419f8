"""Finding: a sentence that was computed, with everything that stands behind each of its numbers."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from analysis import tables
from analysis.measures.measured import Measured, applied

from . import assertions, blocks, citing, reasons, sentence
from . import language as spoken
from .template import (
    Field,
    Part,
    Plural,
    Ranked,
    Value,
    Word,
    fields,
    joined,
    measures,
    parse,
    pieces,
    placed,
    plain_values,
    printed,
    translated,
)

ROLES = ("lead", "key", "text", "limit", "title")
_TEXTS = {"template": "text", "label": "label", "figure": "figure", "change": "change"}
_SAID = (*_TEXTS,)
_PARTS = (*_SAID, "otherwise")
_OWN = ("reporter", "partner", "flow", "basis", "coverage", "price_basis", "start", "end", "since", "on")


_YEARS = re.compile(r"[0-9]{4}(?:(?:–|, )[0-9]{4})*")


class Finding:
    """A template filled with values; undefined, with a reason, as soon as one of its measures is.

    `id` names it within its notebook; `template` (one, or several whole sentences that follow each
    other) and the texts of a key figure (`label`, `figure`, `change`) share
    the `values` (see `template` for what may stand in a field). `otherwise` is said when a measure is undefined: it
    may use `{reason}` and every value that is no measure. `rank` orders key figures and summary; `exhibit` is the id
    of the exhibit that shows the same. `rows` are those that its plain values, dates and small counts, were read from;
    `notes`, `sources`, `methods` and `flags` add to what the measures carry.

    Raises ValueError for a digit in a template, an unknown or unused name, a form that does not fit its unit, and for
    fixed words that are not so of the values beside them (see `sentence`).

    >>> growth = Measured(0.1305, "rate", "cagr", start=2016, end=2023)
    >>> Finding("growth", "Turnover grew by {rate} a year in {rate:span}.", rate=growth).text
    'Turnover grew by 13.1% a year in 2016–2023.'
    >>> missing = Measured.undefined("the base is zero", unit="rate", method="cagr")
    >>> Finding("growth", "Turnover grew by {rate}.", otherwise="No rate: {reason}.", rate=missing).text
    'No rate: the base is zero.'
    """

    def __init__(
        self,
        id: str,
        template: str | Iterable[str],
        /,
        *,
        otherwise: str = "{reason}",
        role: str = "text",
        rank: int = 0,
        label: str = "",
        figure: str = "",
        change: str = "",
        exhibit: str | None = None,
        notes: Iterable[str] = (),
        rows: Iterable[str] = (),
        sources: Iterable[str] = (),
        methods: Iterable[str] = (),
        flags: Iterable[str] = (),
        language: str | None = None,
        **values: Value | Ranked,
    ) -> None:
        if role not in ROLES:
            raise ValueError(f"the role of a finding is one of {', '.join(ROLES)}, not '{role}'")
        if role == "key" and not (label and figure):
            raise ValueError(f"finding '{id}': a key figure needs a label and a figure")
        self.id, self.role, self.rank = blocks.identifier(id), role, rank
        self.exhibit = exhibit and blocks.identifier(exhibit)
        self.language = spoken.chosen(language)
        self.rankings = {name: value for name, value in values.items() if isinstance(value, Ranked)}
        self.values = {name: _frozen(value) for name, value in plain_values(values).items()}
        sentences = [template] if isinstance(template, str) else list(template)
        texts = dict(zip(_PARTS, (sentences, [label], [figure], [change], [otherwise]), strict=True))
        self._parts = {name: _row(map(parse, row)) for name, row in texts.items()}
        self._hold_names()
        self.measures = measures(self.values.values())
        self.reason = _reason(self.measures)
        self._hold_sense(self._parts, spoken.SOURCE)
        written = dict(self._parts)
        for name in _SAID if self.defined else ("otherwise", "label"):
            self._parts[name] = _row(translated(text, self.id, self.language) for text in texts[name])
        self._prints = self._print() if self.defined else {}
        if self.language != spoken.SOURCE:
            self._hold_sense({n: own for n, own in self._parts.items() if own != written[n]}, self.language)
        self.text, self.label, self.figure, self.change = (
            self._say() if self.defined else self._say_otherwise()
        )
        self._places = self._placed() if self.defined else {}
        if not self.text.strip():
            raise ValueError(f"finding '{id}' says nothing")
        notes = (spoken.text(note, self.id, self.language) for note in notes)
        self.notes = _merged(notes, *(map(reasons.said, each.notes) for each in self.measures))
        self.rows = tuple(rows)
        self._source: dict[str, str | None] = {}
        self._look_up(self.rows, *(each.rows for each in self.measures if not each.sources))
        self.sources = _merged(
            sources, self._sources_of(self.rows), *map(self._sources_behind, self.measures)
        )
        self.methods = _merged(methods, *(applied(each.method, each.price_basis) for each in self.measures))
        self.flags = _merged(flags, *(each.flags for each in self.measures))

    @property
    def defined(self) -> bool:
        """Whether every measure in it has a value."""
        return self.reason is None

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"Finding({self.id!r}, {self.text!r})"

    def cards(self) -> dict[str, dict[str, Any]]:
        """For each named value what is printed and what stands behind it (the VALUE of a block).

        A value that is a text made of values stands as those: "told.level".
        """
        cards = {}
        for name, value in self.values.items() if self.defined else ():
            told = self._inner(name) or {name: (value, *self._printed(name))}
            cards |= {own: self._card(*each) for own, each in told.items()}
        return cards

    def spans(self) -> dict[str, list[dict[str, Any]]]:
        """Where the values stand in the text, the label, the figure and the change: name, start, end.

        >>> rate = Measured(0.1305, "rate", "cagr")
        >>> Finding("growth", "Turnover grew by {rate} a year.", rate=rate).spans()["text"]
        [{'name': 'rate', 'start': 17, 'end': 22}]
        """
        return {
            text: [span(place, self.language) for place in self._places.get(said, ())]
            for said, text in _TEXTS.items()
        }

    def block(self) -> dict[str, Any]:
        """The finding as a block of plain text, citations looked up."""
        return blocks.checked(
            {
                "schema": blocks.SCHEMA,
                "kind": "finding",
                "id": self.id,
                "role": self.role,
                "rank": self.rank,
                "text": self.text,
                "label": self.label,
                "figure": self.figure,
                "change": self.change,
                "defined": self.defined,
                "reason": self.reason,
                "values": self.cards(),
                "spans": self.spans(),
                "names": citing.named(self.measures),
                "exhibit": self.exhibit,
                "sources": citing.citations(self.sources),
                "methods": citing.methods(self.methods),
                "flags": citing.flags(self.flags),
                "notes": [blocks.plain(note) for note in self.notes],
            }
        )

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {
            blocks.MIME: self.block(),
            "text/markdown": blocks.escaped(self.text),
            "text/plain": self.text,
        }

    # --- inside ------------------------------------------------------------------------------------------------------

    def _hold_names(self) -> None:
        """Every field has its value and every value its field; what is said of no number names no number."""
        used = {field.name for parts in self._parts.values() for field in fields(parts)}
        known = {*self.values}
        outside = {field.name for name in _SAID for field in fields(self._parts[name])}
        problems = [
            f"unknown name {{{name}}}" for name in sorted((used - known - {"reason"}) | (outside - known))
        ]
        problems += [f"unused value '{name}'" for name in sorted(known - used)]
        problems += ["'reason' is not free as the name of a value"] if "reason" in known else []
        for field in fields(self._parts["otherwise"]):
            value = self.values.get(field.name)
            if isinstance(value, Word | Plural) or (isinstance(value, Measured) and not field.is_context):
                problems.append(f"'otherwise' says {{{field.name}}}, which may be undefined")
        if problems:
            raise ValueError(f"finding '{self.id}': {'; '.join(problems)}")

    def _hold_sense(self, parts: dict[str, tuple[Part, ...]], language: str) -> None:
        """What the fixed words of a language say of the values is so."""
        values = self.values | self.rankings
        wrong = assertions.faults(parts.get("otherwise", ()), values, language)
        if self.defined:
            texts = {name: parts[name] for name in _SAID if name in parts}
            wrong += sentence.problems(texts, values, language)
        if wrong:
            raise ValueError(f"finding '{self.id}': {'; '.join(wrong)}")

    def _print(self) -> dict[str, list[str]]:
        """Every part of every text as it is printed; words are judged on all of them together."""
        together = tuple(part for name in _SAID for part in self._parts[name])
        return {name: self._printed_parts(name, self.values, together) for name in _SAID}

    def _printed_parts(
        self, name: str, values: dict[str, Value], together: tuple[Part, ...] = ()
    ) -> list[str]:
        return printed(self._parts[name], values, together=together, language=self.language, context=self.id)

    def _say(self) -> list[str]:
        return [blocks.plain(joined(self._parts[name], self._prints[name], self.values)) for name in _SAID]

    def _say_otherwise(self) -> list[str]:
        """The alternative sentence, and the label of a key figure if that says no number."""
        values = self.values | {"reason": spoken.Told(self.reason)}
        texts = []
        for name in ("otherwise", "label"):
            parts = self._parts[name]
            numbers = (
                any(not isinstance(values[field.name], str) for field in fields(parts)) and name == "label"
            )
            texts.append("" if numbers else joined(parts, self._printed_parts(name, values), values))
        return [blocks.plain(_sentence(texts[0])), blocks.plain(texts[1]), "", ""]

    def _placed(self) -> dict[str, list[spoken.Place]]:
        """Where the values stand in each text; of those that share a name inside texts made of values, all have their own."""
        met: dict[str, list[object]] = {}
        found = {}
        for said in _SAID:
            row = pieces(self._parts[said], self._prints[said], self.values)
            found[said] = [_told_apart(each, met) for each in placed(self._parts[said], row, self.values)]
        return found

    def _inner(self, name: str) -> dict[str, tuple[Value, str, str]]:
        """The values that a text made of values was made of, by their names: each with its form and its print."""
        return {
            each.name: (each.value, each.form, getattr(self, _TEXTS[said])[each.start : each.end])
            for said, places in self._places.items()
            for each in places
            if each.name.startswith(f"{name}.")
        }

    def _printed(self, name: str) -> tuple[str, str]:
        """Form and text of the first print of a value; of a measure rather the value itself than its context."""
        prints = [
            (part, text)
            for each in _SAID
            for part, text in zip(self._parts[each], self._prints[each], strict=True)
            if isinstance(part, Field) and part.name == name
        ]
        # a value that only 'otherwise' says has no print in a finding that is defined
        field, text = min(prints, key=lambda found: found[0].is_context, default=(Field(name), ""))
        return field.form, text

    def _timed(self, value: Value) -> list[Measured]:
        """The measures of the finding that begin or end on a day or in a year."""
        time = _scalar(value)
        return [
            each
            for each in self.measures
            if time is not None and time in (each.since, each.on, each.start, each.end)
        ]

    def _card(self, value: Value, form: str, text: str) -> dict[str, Any]:
        """What stands behind a value; a plain one rests on the rows of the finding, else a day or year on the measures
        that are of it."""
        behind = measures([value])
        context = behind[0] if isinstance(value, Measured) or len(behind) == 1 else None
        resting = behind or ([] if self.rows else self._timed(value))
        rows = _merged(*(each.rows for each in resting)) if resting else self.rows
        sources = _merged(*map(self._sources_behind, resting)) if resting else self._sources_of(self.rows)
        return {
            "text": blocks.plain(text),
            "value": _scalar(value) if context is None else context.value,
            "unit": _unit(value, form) if context is None else context.unit,
            "method": context and context.method,
            **{key: context and getattr(context, key) for key in _OWN},
            "rows": list(rows),
            "sources": list(sources),
            "tables": sorted({row.partition(":")[0] for row in rows}),
            "flags": list(_merged(*(each.flags for each in behind))),
        }

    def _sources_behind(self, measured: Measured) -> tuple[str, ...]:
        """The sources that a measure names, else those of its rows."""
        return measured.sources or self._sources_of(measured.rows)

    def _sources_of(self, rows: tuple[str, ...]) -> tuple[str, ...]:
        self._look_up(rows)
        return tables.sources_of(rows, {row: self._source[row] for row in rows if self._source[row]})

    def _look_up(self, *groups: tuple[str, ...]) -> None:
        """Know the sources of these rows, each table being looked at once."""
        rows = [row for row in _merged(*groups) if row not in self._source]
        self._source |= dict.fromkeys(rows) | tables.source_by_row(rows)


def span(place: spoken.Place, language: str) -> dict[str, Any]:
    """A place as a block tells it, with the language of its value where that is another."""
    lang = spoken.lang_of(place.value)
    own = {"lang": lang} if lang and lang != language else {}
    return {"name": place.name, "start": place.start, "end": place.end, **own}


def _told_apart(place: spoken.Place, met: dict[str, list[object]]) -> spoken.Place:
    """The place under a name that no other value has: "told.level", "told.level-2"."""
    if "." not in place.name:
        return place
    held = met.setdefault(place.name, [])
    if place.value not in held:
        held.append(place.value)
    number = held.index(place.value) + 1
    return replace(place, name=f"{place.name}-{number}") if number > 1 else place


def _frozen(value: Any) -> Any:
    """Lists as tuples: a finding does not change after it was said."""
    return tuple(value) if isinstance(value, list) else value


def _reason(found: list[Measured]) -> str | None:
    told = (blocks.plain(reasons.said(each.reason)).strip().rstrip(".") for each in found if not each.defined)
    return "; ".join(dict.fromkeys(told)) or None


def _row(sentences: Iterable[tuple[Part, ...]]) -> tuple[Part, ...]:
    """The parts of sentences one after the other, a space between two."""
    rows = [list(parts) for parts in sentences]
    return tuple(part for place, parts in enumerate(rows) for part in ([" ", *parts] if place else parts))


def _sentence(text: str) -> str:
    """A capital at its head and a stop at its end."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?", "…")) else ".")


def _merged(*groups: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item for group in groups for item in group))


def _scalar(value: Value) -> float | int | str | None:
    """What a value that is no measure is, for a machine."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, tuple):
        return "; ".join(map(blocks.plain, value))
    if isinstance(value, Plural):
        return value.amount if isinstance(value.amount, int) else None
    return blocks.plain(value) if isinstance(value, str) else value if isinstance(value, int) else None


def _unit(value: Value, form: str) -> str:
    """date, year, count or text, for a value that is no measure."""
    if isinstance(value, dt.date) or form == "date":
        return "date"
    if isinstance(value, Plural) or form == "count":
        return "count"
    is_years = isinstance(value, int) or (isinstance(value, str) and _YEARS.fullmatch(value))
    return "year" if is_years else "text"
