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

A template may not contain a digit: a number that was typed cannot follow the data. Words that compare are judged on
the numbers as they are printed in the same sentence, so that no sentence contradicts its number; and a number beside
its own direction word is printed without its sign ("fell by 3.2%").

Templates are English literals in the code and the keys of the catalogues (see `language`). A translated template has
the same fields, and may ask of a name for the case its sentence needs: `{partner:genitive}`, any column of
data/country_names.csv; of a list of names too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from string import Formatter
from typing import Any

from analysis.errors import did_you_mean
from analysis.measures.measured import Measured

from . import language as spoken
from . import names, wording
from .blocks import plain
from .values import Plural as Plural
from .values import Value as Value
from .values import Word as Word
from .values import against as against
from .values import compare as compare
from .values import direction as direction
from .values import measures as measures
from .values import no_digits
from .values import plural as plural

_MONEY = frozenset({"usd", "usd_constant"})
_BARE = frozenset({"ratio", "score", "index", "count", "share", "years", "days", "log", "km", "km3"})
# form -> (how it is said, the units it fits)
NUMBER_FORMS: dict[str, tuple[Callable[..., str], frozenset[str]]] = {
    "usd": (wording.usd, _MONEY),
    "billions": (wording.billions, _MONEY),
    "millions": (wording.millions, _MONEY),
    "percent": (wording.percent, frozenset({"rate", "share"})),
    "points": (wording.points, frozenset({"points"})),
    "logpoints": (wording.log_points, frozenset({"log"})),
    "times": (wording.times, frozenset({"ratio"})),
    "number": (wording.number, _BARE),
    "index": (wording.index, frozenset({"index"})),
    "count": (wording.count, frozenset({"count"})),
    "duration": (wording.duration, frozenset({"years"})),
    "days": (wording.days, frozenset({"days"})),
    "km": (wording.kilometres, frozenset({"km"})),
    "volume": (wording.cubic_kilometres, frozenset({"km3"})),
}
CONTEXT_FORMS = ("span", "start", "end", "periods", "prices")
OTHER_FORMS = ("date", "year", "or", "and")
FORMS = (*NUMBER_FORMS, *CONTEXT_FORMS, *OTHER_FORMS)


@dataclass(frozen=True)
class Field:
    """One `{name:form}` of a template; `form` is empty where the value speaks for itself."""

    name: str
    form: str = ""
    digits: int | None = None
    sign: bool = False

    @property
    def is_context(self) -> bool:
        return self.form in CONTEXT_FORMS


Part = str | Field


# --- reading a template ----------------------------------------------------------------------------------------------


def parse(template: str) -> tuple[Part, ...]:
    """The fixed texts and fields of a template; ValueError for a digit, an unknown form or a malformed field.

    >>> parse("Turnover grew by {rate:+percent1} a year")
    ('Turnover grew by ', Field(name='rate', form='percent', digits=1, sign=True), ' a year')
    """
    try:
        pieces = list(Formatter().parse(template))
    except (ValueError, TypeError) as error:
        raise ValueError(f"the template {template!r} cannot be read: {error}") from error
    return tuple(part for piece in pieces for part in _parts(template, *piece))


def field(name: str, form: str) -> Field:
    """One field from its form as written; ValueError if there is no such form.

    >>> field("rate", "+percent1")
    Field(name='rate', form='percent', digits=1, sign=True)
    """
    bare = form.removeprefix("+")
    digits = int(bare[-1]) if bare and bare[-1] in "0123456789" else None
    bare = bare if digits is None else bare[:-1]
    if bare not in ("", *FORMS) and bare not in names.cases():
        raise ValueError(
            f"{{{name}:{form}}}: there is no form '{bare}'{did_you_mean(bare, FORMS)}; known are {', '.join(FORMS)}"
        )
    if bare not in ("", *NUMBER_FORMS) and bare != form:
        raise ValueError(f"{{{name}:{form}}}: the form '{bare}' takes no sign and no decimals")
    return Field(name, bare, digits, form.startswith("+"))


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


def fields(parts: tuple[Part, ...]) -> list[Field]:
    """The fields of a parsed template, in their order."""
    return [part for part in parts if isinstance(part, Field)]


# --- filling it ------------------------------------------------------------------------------------------------------


def msg(message: str, /, **values: Value) -> str:
    """A message in the language spoken, filled with its values: for a text of a chart, a cell or a note.

    >>> msg("Exports to {partner}", partner=names.country("UZB"))
    'Exports to Uzbekistan'
    """
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


def _parts(
    template: str, text: str, name: str | None, form: str | None, conversion: str | None
) -> Iterator[Part]:
    if text:
        no_digits(text)
        yield plain(text)
    if name is None:
        return
    if not name.isidentifier() or conversion:
        raise ValueError(
            f"the template {template!r} has the field {{{name}}}; write {{name}} or {{name:form}}"
        )
    yield field(name, form or "")


def _number(field: Field, unit: str, number: float, language: str | None) -> str:
    if not field.form:
        return wording.FORMS[unit](number, field.digits, sign=field.sign, language=language)
    function, units = NUMBER_FORMS.get(field.form, (None, frozenset()))
    if function is None or unit not in units:
        raise ValueError(f"{{{field.name}}} is measured in '{unit}' and cannot be said as '{field.form}'")
    return function(number, field.digits, sign=field.sign, language=language)


def _chosen(word: Word, values: Mapping[str, Value], judged: list[Field], language: str | None) -> str:
    """Equal as soon as any print of the two is alike; otherwise by the numbers themselves."""
    right = word.right.value if isinstance(word.right, Measured) else word.right or 0
    forms = [field for field in judged if values[field.name] in word.measures and not field.is_context]
    for field in forms or [Field("it")]:
        both = {_number(field, word.left.unit, number, language) for number in (word.left.value, right)}
        if len(both) == 1:
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
