"""Sentence templates: fixed words with named fields, filled only by values that know what they are.

A field is `{name}` or `{name:form}`. A form is a word of `FORMS`, with `+` before it to print a plus sign too and a
digit after it to fix the decimals: `{rate}`, `{rate:+}`, `{rate:percent}`, `{turnover:usd1}`.

    measured     of itself the form of its unit; usd, billions, millions, percent, points, logpoints, times, number,
                 index, count, duration, days, km, volume
                 its context: span (2016–2023), start, end, periods (7), prices (current US dollars)
    date         of itself 31 December 2025; a text needs `date` (a coarse one stays coarse)
    whole number of itself a calendar year; `count` for a small count that is no measure
    list, tuple  of itself "a, b and c"; `or`
    text         of itself: a name, a text of the data (`language.Quoted`), a message
    word         direction, compare, against, plural: chosen by a number
    any of them  `ranked`, where a superlative is said of it

A template may not contain a digit: a number that was typed cannot follow the data. Words that compare are judged on
the numbers as they are printed in the same sentence, so that no sentence contradicts its number; and a number beside
its own direction word is printed without its sign ("fell by 3.2%").

Templates are English literals in the code and the keys of the catalogues (see `language`). A translated template has
the same fields, and may ask of a name for the case its sentence needs: `{partner:genitive}`, any column of
data/country_names.csv; of a list of names too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from analysis.measures.measured import Measured

from . import assertions, names, wording
from . import language as spoken
from .blocks import plain
from .parts import FORMS as FORMS
from .parts import NUMBER_FORMS
from .parts import Field as Field
from .parts import Part as Part
from .parts import fields as fields
from .parts import parse as parse
from .values import SLIGHT_POINTS as SLIGHT_POINTS
from .values import Plural as Plural
from .values import Ranked as Ranked
from .values import Value as Value
from .values import Word as Word
from .values import against as against
from .values import compare as compare
from .values import direction as direction
from .values import measures as measures
from .values import plain_values as plain_values
from .values import plural as plural
from .values import ranked as ranked

# --- reading a template ----------------------------------------------------------------------------------------------


def translated(message: str, context: str = "", language: str | None = None) -> tuple[Part, ...]:
    """A template in the language, read; a ValueError where the catalogue has other fields than the English.

    >>> translated("Exports to {partner}")
    ('Exports to ', Field(name='partner', form='', digits=None, sign=False))
    """
    english, other = parse(message), parse(spoken.text(message, context, language))
    names_of = {field.name for field in fields(english)}
    if names_of != {field.name for field in fields(other)}:
        raise ValueError(
            f"the translation of {message!r} must name the same fields; run: briefing messages --check"
        )
    return other


# --- filling it ------------------------------------------------------------------------------------------------------


def msg(message: str, /, **values: Value | Ranked) -> str:
    """A message in the language spoken, filled with its values: for a text of a chart, a cell or a note.

    Raises ValueError for fixed words that are not so of the values beside them (see `sentence`).

    >>> msg("Exports to {partner}", partner=names.country("UZB"))
    'Exports to Uzbekistan'
    """
    if wrong := assertions.faults(parse(message), values):
        raise ValueError(f"“{message}”: {'; '.join(wrong)}")
    return filled(message, **plain_values(values))


def filled(message: str, /, **values: Value) -> str:
    """A message that asserts nothing of the data, such as the reason for what is missing, filled with its values."""
    parts = translated(message)
    said = pieces(parts, printed(parts, values), values)
    return spoken.Told("".join(said), placed(parts, said, values))


def said(
    template: str, values: Mapping[str, Value], *, language: str | None = None, context: str = ""
) -> str:
    """A template filled with its values, for a single text."""
    parts = parse(template)
    return joined(parts, printed(parts, values, language=language, context=context), values)


def printed(
    parts: tuple[Part, ...],
    values: Mapping[str, Value],
    *,
    together: tuple[Part, ...] = (),
    language: str | None = None,
    context: str = "",
) -> list[str]:
    """Each part as it is printed. `together` are the parts of other texts that are said with this one: comparing
    words are judged on their prints too. `context` is where the catalogue looks first for a word."""
    judged = [field for field in fields((*parts, *together)) if isinstance(values.get(field.name), Measured)]
    words = [values[field.name] for field in fields(parts) if isinstance(values[field.name], Word)]
    directed = [word.left for word in words if word.right is None]
    texts = []
    for part in parts:
        value = part if isinstance(part, str) else values[part.name]
        if isinstance(part, str):
            texts.append(part)
        elif isinstance(value, Word):
            texts.append(spoken.text(_chosen(value, values, judged, language), context, language))
        elif isinstance(value, Plural):
            amount = value.amount.value if isinstance(value.amount, Measured) else value.amount
            texts.append(spoken.plural(amount, dict(value.forms), context, language))
        elif isinstance(value, Measured):
            texts.append(_measured(part, value, value in directed, language))
        else:
            texts.append(_plainly(part, value, language, context))
    return texts


def joined(parts: tuple[Part, ...], texts: list[str], values: Mapping[str, Value]) -> str:
    """The parts in a row; a capital where the sentence begins with a word of ours or an article, never in a name."""
    return "".join(pieces(parts, texts, values))


def pieces(parts: tuple[Part, ...], texts: list[str], values: Mapping[str, Value]) -> list[str]:
    """Each part as it stands in the sentence: plain text, the first with the capital that `joined` gives it.

    >>> pieces((Field("who"), " grew"), ["the two", " grew"], {"who": "the two"})
    ['The two', ' grew']
    """
    first, said = parts[0] if parts else "", [plain(text) for text in texts]
    if isinstance(first, Field) and (
        not isinstance(values[first.name], str | list | tuple) or "".join(said).startswith("the ")
    ):
        said[0] = said[0][:1].upper() + said[0][1:]
    for place, (before, after) in enumerate(pairwise(said)):
        if before.endswith(".") and after.startswith(".") and isinstance(parts[place], Field):
            said[place + 1] = after[1:]  # an abbreviation ends the sentence with its own stop
    return said


def placed(parts: tuple[Part, ...], said: list[str], values: Mapping[str, Value]) -> list[spoken.Place]:
    """Where the values stand in the text of these `pieces`; of a text made of values, where those stand.

    >>> told = msg("{count:count} of {year}", count=3, year=2016)
    >>> [(each.name, told[each.start : each.end]) for each in told.places]
    [('count', '3'), ('year', '2016')]
    >>> [(each.name, each.start) for each in msg("Not compared: {told}", told=[told, told]).places]
    [('told.count', 14), ('told.year', 19), ('told.count', 28), ('told.year', 33)]
    """
    found, at = [], 0
    for part, piece in zip(parts, said, strict=True):
        if isinstance(part, Field) and piece:
            value = values[part.name]
            whole = spoken.Place(0, len(piece), "", value, part.form)
            found += [each.within(at, part.name) for each in _within(piece, value) or [whole]]
        at += len(piece)
    return found


# --- inside ----------------------------------------------------------------------------------------------------------


def _within(piece: str, value: Value) -> list[spoken.Place]:
    """The places that a text, or the texts of a list, bring along to where they are printed."""
    found, at = [], 0
    for item in value if isinstance(value, list | tuple) else (value,):
        if places := getattr(item, "places", ()):
            # its first letter may have become a capital
            start = piece.find(wording.typographic(item)[1:], at + 1) - 1
            if start < 0:
                return []
            found += [each.within(start) for each in places]
            at = start + len(item)
    return found


def _number(field: Field, unit: str, number: float, language: str | None) -> str:
    if not field.form:
        return wording.FORMS[unit](number, field.digits, sign=field.sign, language=language)
    function, units = NUMBER_FORMS.get(field.form, (None, frozenset()))
    if function is None or unit not in units:
        raise ValueError(f"{{{field.name}}} is measured in '{unit}' and cannot be said as '{field.form}'")
    return function(number, field.digits, sign=field.sign, language=language)


def _chosen(word: Word, values: Mapping[str, Value], judged: list[Field], language: str | None) -> str:
    """Equal as soon as any print of the two is alike or they differ slightly; otherwise by the numbers themselves."""
    right = word.right.value if isinstance(word.right, Measured) else word.right or 0
    forms = [field for field in judged if values[field.name] in word.measures and not field.is_context]
    for field in forms or [Field("it")]:
        both = {_number(field, word.left.unit, number, language) for number in (word.left.value, right)}
        if len(both) == 1:
            return word.equal
    if abs(word.left.value - right) < word.slight:
        return word.equal
    return word.above if word.left.value > right else word.below


def _measured(field: Field, measured: Measured, has_direction: bool, language: str | None) -> str:
    if field.is_context:
        return _context(field, measured, language)
    size = has_direction and not field.sign
    return _number(field, measured.unit, abs(measured.value) if size else measured.value, language)


def _context(field: Field, measured: Measured, language: str | None) -> str:
    start, end = measured.start, measured.end
    if field.form == "prices":
        return wording.prices(measured.price_basis, language=language)
    if start is None or end is None:
        raise ValueError(f"{{{field.name}:{field.form}}}: {measured.method} has no span of years")
    spans = {
        "span": lambda: wording.years(start, end),
        "start": lambda: wording.year(start),
        "end": lambda: wording.year(end),
        "periods": lambda: wording.count(end - start, language=language),
    }
    return spans[field.form]()


def _plainly(field: Field, value: Any, language: str | None, context: str) -> str:
    """Values that are no measure: names, dates, years and lists."""
    refusal = ValueError(f"{{{field.name}}}: {value!r} cannot be said as '{field.form or 'itself'}'")
    if isinstance(value, bool) or (
        field.form not in NUMBER_FORMS and (field.sign or field.digits is not None)
    ):
        raise refusal
    match value, field.form:
        case str(), "date":
            return wording.date(value, language=language)
        case str(), "" if value.strip():
            return wording.typographic(plain(spoken.text(value, context, language)))
        case names.Name(), form if form in names.cases():
            return names.case(value, form)
        case int(), "" | "year":
            return wording.year(value)
        case int(), "count":
            return wording.count(value, field.digits, sign=field.sign, language=language)
        case dt.date(), "" | "date":
            return wording.date(value, language=language)
        case list() | tuple(), "" | "and" | "or":
            items = [spoken.text(item, context, language) for item in value]
            style = "or" if field.form == "or" else "standard"
            return wording.typographic(plain(wording.join(items, language=language, style=style)))
        case list() | tuple(), form if form in names.cases() and all(
            isinstance(item, names.Name) for item in value
        ):
            return plain(wording.join([names.case(item, form) for item in value], language=language))
        case float(), _:
            raise ValueError(
                f"{{{field.name}}}: the number {value!r} must be a Measured, to carry where it comes from"
            )
    raise refusal
