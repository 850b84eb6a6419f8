"""The few fixed words that stand beside numbers, and the plural forms and locale of a language."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError

# The English of this field is British: "31 December 2025", "a, b and c".
_LOCALES = {"en": "en_GB"}

# The few words the CLDR does not have; a new language is one more entry.
_WORDS: dict[str, dict[str, dict[str, str]]] = {
    "en": {
        "points": {"one": "percentage point", "other": "percentage points"},
        "log points": {"one": "log point", "other": "log points"},
        "times": {"other": "times"},
        "years": {"one": "year", "other": "years"},
        "days": {"one": "day", "other": "days"},
        "km": {"other": "km"},
        "km3": {"other": "km³"},
        "current": {"other": "current US dollars"},
        "constant": {"other": "constant {year} US dollars"},
        "not reported": {"other": "not reported"},
        "not defined": {"other": "not defined"},
    }
}


def plural(amount: float | Decimal, forms: dict[str, str], *, language: str = "en") -> str:
    """The form that goes with `amount`, by the plural rules of the language; `other` must be among the forms.

    >>> plural(1, {"one": "member", "other": "members"}), plural(0, {"one": "member", "other": "members"})
    ('member', 'members')
    """
    rule = locale(language).plural_form
    if "other" not in forms or forms.keys() - rule.rules.keys() - {"other"}:
        raise ValueError(
            f"plural forms are {', '.join([*rule.rules, 'other'])}, 'other' always; not {', '.join(forms) or '-'}"
        )
    return forms.get(rule(abs(amount if isinstance(amount, Decimal) else exact(amount))), forms["other"])


def word(key: str, amount: float | Decimal = 0, *, language: str = "en") -> str:
    """One of the few fixed words of this project, in the form that goes with `amount`.

    >>> word("not reported"), word("years", 1)
    ('not reported', 'year')
    """
    if language not in _WORDS:
        raise ValueError(f"no words for the language '{language}'; there are {', '.join(sorted(_WORDS))}")
    return plural(amount, _WORDS[language][key], language=language)


@lru_cache
def locale(language: str) -> Locale:
    """The locale of a language; an unknown one is a ValueError."""
    try:
        return Locale.parse(_LOCALES.get(language, language))
    except (UnknownLocaleError, ValueError, TypeError) as error:
        raise ValueError(f"{language!r} is not a language of the CLDR") from error


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
