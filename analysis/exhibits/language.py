"""Languages: the one that is spoken now, and the catalogue with its messages.

The code is written in English, and English text is the key of each message. A language is one file more,
`catalogues/<code>.po`; its numbers, dates and plural rules are the CLDR's. A message may stand in a context, the id of
the finding or exhibit that says it or the key of its column, so that a word can agree with its subject; without an
entry of its own it is the message without context. A message that the catalogue lacks stays English and is noted:
`missed` lists them, and a build in that language fails.

Text that is no message says so by its type: `Told` is in the language already, `Quoted` stays in its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from babel import Locale, UnknownLocaleError
from babel.messages.pofile import PoFileError, read_po

from analysis.errors import BriefingError

SOURCE = "en"
CATEGORIES = ("zero", "one", "two", "few", "many", "other")
CATALOGUES = Path(__file__).with_name("catalogues")

# The English of this field is British: "31 December 2025", "a, b and c".
_LOCALES = {SOURCE: "en_GB"}

_FIELD = re.compile(r"\{[^{}]*\}")
_LATIN = re.compile("[A-Za-z]")  # without such letters no text is English

Key = tuple[str, str]  # context, message
Messages = TypeVar("Messages", str, dict)


@dataclass(frozen=True)
class Place:
    """Where a value stands in a text that was made of it, under what name and in which form."""

    start: int
    end: int
    name: str
    value: object
    form: str = ""

    def within(self, start: int, name: str = "") -> Place:
        """The same place in a longer text that holds this one from `start` on, under a name of its own there."""
        names = ".".join(filter(None, (name, self.name)))
        return replace(self, start=self.start + start, end=self.end + start, name=names)


class Told(str):
    """Text that is in its language already and is not looked up again, even where a frame made it a plain text.

    Text that was made of values knows their `places`.
    """

    lang: str | None = None
    places: tuple[Place, ...] = ()

    def __new__(cls, text: str = "", places: Iterable[Place] = ()) -> Told:
        told, spoken = super().__new__(cls, text), _now()
        told.places = tuple(places)
        if spoken.code != SOURCE and not issubclass(cls, Quoted):
            spoken.told.add(str(text))
        return told


class Quoted(Told):
    """Text of the data, which stays in its own language and is marked with it."""

    def __new__(cls, text: str, lang: str = SOURCE) -> Quoted:
        quoted = super().__new__(cls, text)
        quoted.lang = lang
        quoted.places = (Place(0, len(text), "", quoted),)
        return quoted


def quoted(text: str, lang: str = SOURCE) -> str:
    """Text of the data, marked where the language spoken is another.

    >>> quoted("Treaty on Alliance") == "Treaty on Alliance", lang_of(quoted("Treaty on Alliance"))
    (True, None)
    """
    return text if not text or lang == current() else Quoted(text, lang)


@dataclass
class _Spoken:
    code: str = SOURCE
    missed: dict[Key, None] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)


# What `use` chose holds for the process; a cell of a notebook may run in a context of its own.
_process = _Spoken()
_here: ContextVar[_Spoken | None] = ContextVar("language", default=None)


def known() -> tuple[str, ...]:
    """The languages a briefing may be in: English and every catalogue there is."""
    return (SOURCE, *sorted(path.stem for path in CATALOGUES.glob("*.po")))


def current() -> str:
    """The language that is spoken now.

    >>> current()
    'en'
    """
    return _now().code


def chosen(code: str | None) -> str:
    """The language given, else the current one."""
    return code or current()


def use(code: str) -> None:
    """Speak this language from now on; the list of missed messages begins anew."""
    _process.code = code
    _process.missed, _process.told = {}, set()


@contextmanager
def using(code: str) -> Iterator[dict[Key, None]]:
    """Speak this language inside the block; gives what is missed meanwhile, which whoever speaks it outside misses too.

    >>> with using("en") as missed:
    ...     text("Turnover"), missed
    ('Turnover', {})
    """
    spoken = _Spoken(code)
    token = _here.set(spoken)
    try:
        yield spoken.missed
    finally:
        _here.reset(token)
        if _now().code == code:
            _now().missed.update(spoken.missed)


def missed() -> list[dict[str, str]]:
    """The messages that the current language lacked so far."""
    return [{"context": context, "message": message} for context, message in _now().missed]


def miss(message: str, context: str = "") -> None:
    """Note that the current language lacks a message."""
    _now().missed[context, message] = None


def noted(message: Messages) -> Messages:
    """The message itself, or a dict of them: marks texts for the catalogues that are looked up elsewhere.

    >>> noted("gross domestic product")
    'gross domestic product'
    """
    return message


def forms(one: str, other: str) -> dict[str, str]:
    """The English forms of a word that follows numbers, marked for the catalogues.

    >>> forms("year", "years")
    {'one': 'year', 'other': 'years'}
    """
    return {"one": one, "other": other}


def text(message: str, context: str = "", language: str | None = None) -> str:
    """The message in the language: with its context, else without, else in English and noted as missed.

    >>> text("Turnover")
    'Turnover'
    """
    language = chosen(language)
    if language == SOURCE or isinstance(message, Told):
        return message
    found = _found(message, context, language)
    if isinstance(found, tuple):
        found = found[0]
    if not found and message in _now().told:
        return Told(message)
    if not found and _LATIN.search(_FIELD.sub("", message)):
        miss(message, context)
    return Told(found or message)


def paragraph(sentences: Iterable[str | None]) -> Told | None:
    """Sentences that are said already, in a row; None where there is none.

    >>> paragraph([Told("Press reports are left out."), None]), paragraph([None])
    ('Press reports are left out.', None)
    """
    return in_a_row(" ", filter(None, sentences)) or None


def in_a_row(between: str, texts: Iterable[str]) -> Told:
    """Texts one after the other, with the places of the values they were made of.

    >>> said = in_a_row(", ", ["from", Quoted("kknews.uz")])
    >>> said, [(each.start, each.end) for each in said.places]
    ('from, kknews.uz', [(6, 15)])
    """
    texts, at = list(texts), 0
    places: list[Place] = []
    for text in texts:
        places += [each.within(at) for each in getattr(text, "places", ())]
        at += len(text) + len(between)
    return Told(between.join(texts), places)


def capital(text: str) -> Told:
    """A text with a capital at its head, its places kept.

    >>> capital("gross domestic product")
    'Gross domestic product'
    """
    return Told(text[:1].upper() + text[1:], getattr(text, "places", ()))


def small(text: str) -> Told:
    """A text that begins with a small letter, its places kept.

    >>> small("One release")
    'one release'
    """
    return Told(text[:1].lower() + text[1:], getattr(text, "places", ()))


def lang_of(value: object) -> str | None:
    """The language that text of the data is in; None for all else.

    >>> lang_of(Quoted("Treaty on Alliance")), lang_of("Turnover")
    ('en', None)
    """
    if isinstance(value, list | tuple):
        langs = {lang_of(item) for item in value}
        return langs.pop() if len(langs) == 1 else None
    return value.lang if isinstance(value, Told) else None


def plural(
    amount: float | Decimal, forms: Mapping[str, str], context: str = "", language: str | None = None
) -> str:
    """The form that goes with a number, by the plural rules of the language; `forms` are the English ones.

    >>> plural(Decimal(1), {"one": "member", "other": "members"}), plural(2, {"other": "km"})
    ('member', 'km')
    """
    language = chosen(language)
    if "other" not in forms or not forms.keys() <= {*categories(SOURCE)}:
        raise ValueError(
            f"plural forms are {', '.join(categories(SOURCE))}, 'other' always; not {', '.join(forms) or '-'}"
        )
    if language == SOURCE:
        return forms.get(category(amount, language), forms["other"])
    if isinstance(forms["other"], Told):
        return forms["other"]
    found = _found(forms.get("one", forms["other"]), context, language)
    if not found:
        miss(forms.get("one", forms["other"]), context)
        return forms.get(category(amount, SOURCE), forms["other"])
    if isinstance(found, str):
        return Told(found)
    return Told(found[categories(language).index(category(amount, language))])


def category(amount: float | Decimal, language: str | None = None) -> str:
    """The plural category of a number: one, few, many, other ….

    >>> category(1), category(Decimal("1.0"))
    ('one', 'other')
    """
    whole = not isinstance(amount, Decimal) and amount == int(amount)
    return locale(language).plural_form(abs(int(amount) if whole else amount))


def categories(language: str | None = None) -> tuple[str, ...]:
    """The plural categories of a language, in the order of the forms in its catalogue.

    >>> categories("en"), categories("ru")
    (('one', 'other'), ('one', 'few', 'many', 'other'))
    """
    rules = locale(language).plural_form.rules
    return tuple(tag for tag in CATEGORIES if tag in rules or tag == "other")


def locale(language: str | None = None) -> Locale:
    """The locale of a language of the CLDR; an unknown one is a ValueError."""
    return _locale(chosen(language))


def catalogue(code: str) -> Mapping[Key, str | tuple[str, ...]]:
    """The translated messages of a language by context and English text; those with forms as a tuple."""
    path = CATALOGUES / f"{code}.po"
    return _read(path, path.stat().st_mtime_ns) if path.is_file() else {}


# --- inside ----------------------------------------------------------------------------------------------------------


def _now() -> _Spoken:
    return _here.get() or _process


def _found(message: str, context: str, language: str) -> str | tuple[str, ...]:
    messages = catalogue(language)
    return messages.get((context, message)) or messages.get(("", message), "")


@lru_cache
def _locale(code: str) -> Locale:
    try:
        return Locale.parse(_LOCALES.get(code, code).replace("-", "_"))
    except (UnknownLocaleError, ValueError, TypeError, AttributeError) as error:
        raise ValueError(f"{code!r} is not a language of the CLDR") from error


@lru_cache
def _read(path: Path, _changed: int) -> dict[Key, str | tuple[str, ...]]:
    try:
        with path.open("rb") as file:
            entries = read_po(file, abort_invalid=True)
    except (PoFileError, ValueError, UnicodeError) as error:
        raise BriefingError(
            f"{path.name}: cannot be read: {error}; run: briefing messages --check"
        ) from error
    found: dict[Key, str | tuple[str, ...]] = {}
    for entry in entries:
        ident = entry.id[0] if isinstance(entry.id, tuple) else entry.id
        whole = all(entry.string) if isinstance(entry.string, tuple) else bool(entry.string)
        if ident and whole:
            found[entry.context or "", ident] = entry.string
    return found
