"""A sentence held against its values: what its fixed words say of a number must be so.

A template is written once and filled with whatever the tables give, so a word that was right for one pair of countries
may be wrong for the next. Here a filled template is refused where

    a direction          "grew by {rate}" stands beside a rate that is not positive
    a comparison         "{a} is more than {b}" of a smaller a; "rose from {first} to {last}" of a series that fell
    a superlative        "the largest" of a value that is not `ranked`, or stands at the other end of its ranking
    a beginning          "since" with no day or year after it
    a unit               "{rate} billion", "USD {share}": the value prints its own unit
    a price basis        "constant dollars" of current ones; two bases in one text, and not both named
    a missing value      "…" or "not reported" in the place of a value

and a choice of words whose forms are swapped. A word of `listed_words` that no value bears out is refused too (see
`assertions`), so every claim of a sentence is computed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from analysis.measures.measured import Measured

from . import assertions, wording
from .assertions import FALLING, JOINS, RISING, TABLES
from .language import SOURCE, Told
from .parts import Field, Part, fields
from .prose import CLAIMS, KINDS, SUPERLATIVES, WORDS, Listed, listed
from .values import Ranked, Value, Word, plain_values

# what may follow a value that prints no unit of its own; a count may be one of years, days or miles
FITS = {
    "years": {"years", "count"},
    "days": {"days", "count"},
    "km": {"km", "count"},
    "times": {"ratio", "count"},
    "points": {"points"},
    "percent": set(),
    "money": set(),
    "billions": set(),
    "millions": set(),
    "unmeasured": set(),
}
FEW = 3  # words of a value that is a choice of words and no name
BARE_FORMS, BARE_UNITS, SCALES = ("number", "count"), ("count", "score", "index"), ("billions", "millions")

NOTHING = ("", "nan", "NaN", "None", "NaT", "<NA>", "inf", "-inf", wording.MISSING)

Texts = Mapping[str, tuple[Part, ...]]


def problems(texts: Texts, given: Mapping[str, Value | Ranked], language: str) -> list[str]:
    """What the texts of a finding say that is not so of its values, a phrase each; the first text is its sentence.

    >>> from .parts import parse
    >>> fell = Measured(-0.03, "rate", "cagr", start=2016, end=2023)
    >>> problems({"template": parse("Turnover grew by {rate} a year")}, {"rate": fell}, "en")
    ["'grew' is said of {rate}, which is −3.0%; let direction() choose the word"]
    >>> problems({"template": parse("{rate} billion")}, {"rate": fell}, "en")
    ["{rate} is measured in 'rate' and prints its own unit, so 'billion' cannot stand beside it"]
    """
    words, values, found = listed(*TABLES, language=language), plain_values(given), []
    for parts in texts.values():
        found += [*_units(parts, values, words), *assertions.faults(parts, given, language)]
    found += [*_prices(texts, values, words), *_nothing(texts, values, language)]
    found += _typed(values, words)
    found += [fault for each in values.values() if isinstance(each, Word) for fault in _forms(each)]
    return [each for each in dict.fromkeys(found) if each]


def swapped(above: str, below: str, language: str = SOURCE) -> str:
    """What is wrong with two forms of a word, if they are swapped; else nothing. A form that negates says no direction.

    >>> swapped("fell", "rose")
    "'fell' is to be said of what is above, and 'rose' of what is below: the two are swapped"
    >>> swapped("more than doubled", "did not double")
    ''
    """
    words = listed(*TABLES, language=language)
    kinds = [{kind for _, _, kind in words.found(form)} for form in (above, below)]
    wrong = [
        bool(own & against) and not own & (fitting | {"negation"})
        for own, against, fitting in zip(kinds, (FALLING, RISING), (RISING, FALLING), strict=True)
    ]
    if not any(wrong):
        return ""
    return f"'{above}' is to be said of what is above, and '{below}' of what is below: the two are swapped"


# --- inside ----------------------------------------------------------------------------------------------------------


def _number(part: Part, values: Mapping[str, Value]) -> Measured | None:
    """The measure whose number a part prints."""
    value = values[part.name] if isinstance(part, Field) and not part.is_context else None
    return value if isinstance(value, Measured) else None


def _around(parts: tuple[Part, ...], place: int) -> tuple[str, str]:
    """The fixed texts that touch a part."""
    before, after = (
        parts[at] if 0 <= at < len(parts) and isinstance(parts[at], str) else ""
        for at in (place - 1, place + 1)
    )
    return before, after


def _units(parts: tuple[Part, ...], values: Mapping[str, Value], words: Listed) -> Iterator[str]:
    for place, part in enumerate(parts):
        if not isinstance(part, Field) or part.is_context:
            continue
        measured, value = _number(part, values), values[part.name]
        if measured is None and not (isinstance(value, int) and part.form in ("", "year", "count")):
            continue
        before, after = _around(parts, place)
        nearest = [
            each for each in words.found(after) if not after[: each[0]].strip(JOINS) and each[2] in FITS
        ]
        unit = measured.unit if measured else "count" if part.form == "count" else "year"
        for _, word, kind in nearest:
            if not _may_follow(part, unit, kind):
                yield _misfit(part, unit, word)
        leads = [
            word
            for at, word, kind in words.found(before)
            if kind == "money" and not before[at + len(word) :].strip(JOINS)
        ]
        if leads and part.form not in SCALES:
            yield _misfit(part, unit, leads[0])


def _may_follow(part: Field, unit: str, kind: str) -> bool:
    if part.form in SCALES:
        return kind == part.form
    is_bare = part.form in BARE_FORMS or (not part.form and unit in BARE_UNITS)
    return is_bare and unit in FITS[kind]


def _misfit(part: Field, unit: str, word: str) -> str:
    if unit == "year":
        return f"{{{part.name}}} is a calendar year, so '{word}' cannot stand beside it"
    return (
        f"{{{part.name}}} is measured in '{unit}' and prints its own unit, so '{word}' cannot stand beside it"
    )


def _forms(word: Word) -> Iterator[str]:
    """What is wrong with the forms of a word: two are swapped, or one says what no comparison tells."""
    yield swapped(word.above, word.below)
    words = listed(WORDS, language=SOURCE)
    for form in (word.above, word.below, word.equal):
        for _, said, kind in words.found(form):
            if kind in (*SUPERLATIVES, "since"):
                yield f"'{said}' is {KINDS[kind]}, which a choice between two words cannot tell; say it in the sentence"


def _basis(measured: Measured) -> str | None:
    """current or constant, where a measure has prices."""
    if measured.unit == "usd_constant" or (measured.price_basis or "").startswith("constant"):
        return "constant"
    return "current" if measured.price_basis else None


def _typed(values: Mapping[str, Value], words: Listed) -> Iterator[str]:
    """Values that are a word which only a number can choose; what is said already, or quoted, tells so by its type."""
    for name, value in values.items():
        if isinstance(value, str) and not isinstance(value, Told):
            for at, _, kind in words.found(value):
                if kind in CLAIMS and not at and len(value.split()) <= FEW:
                    yield f"{{{name}}} is '{value}', {KINDS[kind]} that was typed; let direction() or compare() choose the word"


def _prices(texts: Texts, values: Mapping[str, Value], words: Listed) -> Iterator[str]:
    told: set[str] = set()
    for parts in texts.values():
        literal = {
            kind: word
            for part in parts
            if isinstance(part, str)
            for _, word, kind in words.found(part)
            if kind in ("current", "constant")
        }
        named = {_basis(values[each.name]) for each in fields(parts) if each.form == "prices"}
        printed = {_basis(each) for part in parts if (each := _number(part, values))} - {None}
        behind = {
            _basis(one)
            for each in fields(parts)
            if isinstance(value := values[each.name], Word)
            for one in value.measures
        }
        told |= {*literal, *named}
        held = (printed | behind | named) - {None}
        for kind, word in literal.items():
            if held and kind not in held:
                yield f"'{word}' is said of values in {' and '.join(sorted(held))} prices"
        # of a language that lists no words for prices, the English is held and speaks for it
        if len(printed) > 1 and not printed <= told and printed <= {*words.kinds.values()}:
            lacking = " and ".join(sorted(printed - told))
            yield f"values in current and in constant prices stand side by side; say {lacking} with {{name:prices}}"


def _nothing(texts: Texts, values: Mapping[str, Value], language: str) -> Iterator[str]:
    marks = {*NOTHING, *(wording.word(key, language=language) for key in ("not reported", "not defined"))}
    for name in dict.fromkeys(each.name for parts in texts.values() for each in fields(parts)):
        value = values[name]
        for item in value if isinstance(value, list | tuple) else (value,):
            if isinstance(item, str) and item.strip() in marks:
                yield f"{{{name}}} is '{item}', which is no value; pass the measure, with its reason"
