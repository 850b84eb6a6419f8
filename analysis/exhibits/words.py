"""The few fixed words that stand beside numbers, in the language spoken."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from . import language as spoken
from .language import forms, noted

# The few words the CLDR does not have.
_WORDS: dict[str, str | dict[str, str]] = {
    "points": forms("percentage point", "percentage points"),
    "log points": forms("log point", "log points"),
    "times": forms("times", "times"),
    "years": forms("year", "years"),
    "days": forms("day", "days"),
    "km": forms("km", "km"),
    "km3": forms("km³", "km³"),
    "usd": noted("USD {amount}"),
    "current": noted("current US dollars"),
    "constant": noted("constant {year} US dollars"),
    "not reported": noted("not reported"),
    "not defined": noted("not defined"),
}


def word(key: str, amount: float | Decimal = 0, *, language: str | None = None) -> str:
    """One of the few fixed words of this project, in the form that goes with `amount`.

    >>> word("not reported"), word("years", 1)
    ('not reported', 'year')
    """
    said = _WORDS[key]
    if isinstance(said, str):
        return spoken.text(said, language=language)
    return spoken.plural(amount, said, language=language)


def scale(power: int, amount: Decimal = Decimal(1), *, language: str | None = None) -> str:
    """The name of a power of ten: in full in English, elsewhere the CLDR's short one, which no case changes.

    >>> scale(9), scale(6, language="ru")
    ('billion', 'млн')
    """
    locale = spoken.locale(language)
    style = "long" if spoken.chosen(language) == spoken.SOURCE else "short"
    patterns = locale.compact_decimal_formats[style]
    form = patterns.get(locale.plural_form(amount), patterns["other"])
    return form[str(10**power)].suffix[0].replace("'", "").strip()


def notation(language: str | None = None) -> dict[str, Any]:
    """How numbers and dates are printed, for whoever reads them back: decimal mark, names of scales and of months.

    The months are there twice, inside a date and alone, in small letters.

    >>> notation("ru")["decimal"], notation("ru")["months"][0], notation("ru")["months"][12]
    (',', 'января', 'январь')
    """
    locale = spoken.locale(language)
    names = [locale.months[style]["wide"] for style in ("format", "stand-alone")]
    return {
        "decimal": locale.number_symbols["latn"]["decimal"],
        "scales": {scale(power, language=language): 10**power for power in (6, 9, 12)},
        "months": [months[month].lower() for months in names for month in range(1, 13)],
    }


def exact(value: Any) -> Decimal:
    """The number as printed by `repr`: what a person who typed 0.125 meant, not its binary neighbour."""
    if isinstance(value, bool | str) or value is None:
        raise ValueError(f"{value!r} is not a number")
    try:
        number = Decimal(int(value)) if hasattr(value, "__index__") else Decimal(repr(float(value)))
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"{value!r} is not a number") from error
    if not number.is_finite():
        raise ValueError(
            f"{value!r} cannot be printed: a missing or infinite value has a reason, not a number"
        )
    return number
