"""Numbers, dates, names and lists as a reader sees them: pure nouns, one rule a quantity.

Everything else in the library speaks fractions and plain dollars; percent signs and billions exist only here. The
forms of a language come from the CLDR (through Babel) and never from the locale of the process. A number is rounded
half up from its unrounded value, carries a true minus, and is tied to its unit by a no-break space; thousands are
parted by a narrow no-break space, so that no comma can be read as a decimal. What cannot be said is refused: no
function here ever returns a text for a missing or infinite number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from babel.lists import format_list

from .language import SOURCE, Told, chosen, in_a_row
from .language import locale as _locale
from .periods import DASH as DASH
from .periods import date as date
from .periods import months as months
from .periods import spans as spans
from .periods import year as year
from .periods import years as years
from .words import exact as _exact
from .words import word as word

NBSP, NARROW, MINUS = "\u00a0", "\u202f", "\u2212"
MISSING, UNDEFINED = "…", DASH  # in a printed cell: not reported; not defined

SIGNIFICANT = 3  # digits of a sum of money in prose, unless its source has fewer
PERCENT_DIGITS = POINTS_DIGITS = LOG_DIGITS = INDEX_DIGITS = MILLIONS_DIGITS = 1
RATIO_DIGITS = SCORE_DIGITS = BILLIONS_DIGITS = 2
NOISE = Decimal("1e-9")  # what is nearer to zero than this is zero

_SCALES = (0, 6, 9, 12)  # units, million, billion, trillion: "23 500" is easier to read than "23.5 thousand"
_WIDE = Context(prec=400, rounding=ROUND_HALF_UP)
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])|(?<=s)'(?=\s)")

# --- numbers ---------------------------------------------------------------------------------------------------------


def number(
    value: float, digits: int | None = None, *, sign: bool = False, language: str | None = None
) -> str:
    """A bare number with `digits` decimals (default 2); `sign` prints a plus as well.

    >>> number(-1234.5, 1) == f"{MINUS}1{NARROW}234.5"
    True
    >>> number(0.125), number(-0.001), number(-0.001, 2), number(2.5, 0)
    ('0.13', '−0.001', '0.00', '3')
    """
    return _signed(_exact(value), digits, RATIO_DIGITS, sign, language)


def count(value: float, digits: int | None = None, *, sign: bool = False, language: str | None = None) -> str:
    """A whole number; anything else is refused (`digits` is accepted only as 0).

    >>> count(5), count(12000) == f"12{NARROW}000"
    ('5', True)
    """
    exact = _exact(value)
    if exact != exact.to_integral_value() or digits:
        raise ValueError(f"{value!r} is not a count")
    return _signed(exact, 0, 0, sign, language)


def percent(
    value: float, digits: int | None = None, *, sign: bool = False, language: str | None = None
) -> str:
    """A fraction as per cent, one decimal; with `digits` unset, small values show their first digit.

    >>> percent(0.1305), percent(-0.032), percent(0.1305, sign=True), percent(0.0003), percent(0.0003, 1)
    ('13.1%', '−3.2%', '+13.1%', '0.03%', '0.0%')
    """
    prefix, suffix = _percent_affixes(language)
    hundred = _WIDE.multiply(_exact(value), Decimal(100))
    return prefix + _signed(hundred, digits, PERCENT_DIGITS, sign, language) + suffix


def points(
    value: float, digits: int | None = None, *, sign: bool = False, language: str | None = None
) -> str:
    """A difference of two shares (a fraction) in percentage points.

    >>> points(0.043).replace(NBSP, " "), points(-0.01, 0).replace(NBSP, " ")
    ('4.3 percentage points', '−1 percentage point')
    """
    hundred = _WIDE.multiply(_exact(value), Decimal(100))
    return _with_word(_signed(hundred, digits, POINTS_DIGITS, sign, language), "points", language)


def log_points(
    value: float, digits: int | None = None, *, sign: bool = False, language: str | None = None
) -> str:
    """A difference of natural logarithms, times hundred.

    >>> log_points(0.1823).replace(NBSP, " ")
    '18.2 log points'
    """
    hundred = _WIDE.multiply(_exact(value), Decimal(100))
    return _with_word(_signed(hundred, digits, LOG_DIGITS, sign, language), "log points", language)


def times(value: float, digits: int | None = None, *, sign: bool = False, language: str | None = None) -> str:
    """A ratio in words.

    >>> times(2.3623).replace(NBSP, " ")
    '2.36 times'
    """
    return _with_word(_signed(_exact(value), digits, RATIO_DIGITS, sign, language), "times", language)


def index(value: float, digits: int | None = None, *, sign: bool = False, language: str | None = None) -> str:
    """An index number (its base stands in the title or the axis).

    >>> index(236.23)
    '236.2'
    """
    return _signed(_exact(value), digits, INDEX_DIGITS, sign, language)


def duration(
    value: float, digits: int | None = None, *, sign: bool = False, language: str | None = None
) -> str:
    """A number of years, whole unless `digits` says otherwise.

    >>> duration(7).replace(NBSP, " "), duration(1).replace(NBSP, " ")
    ('7 years', '1 year')
    """
    return _with_word(_signed(_exact(value), digits, 0, sign, language), "years", language)


def calendar_year(
    value: float, digits: int | None = None, *, sign: bool = False, language: str | None = None
) -> str:
    """A year that was computed, which has no decimals, sign or grouping.

    >>> calendar_year(2053)
    '2053'
    """
    return year(int(_exact(value)))


def days(value: float, digits: int | None = None, *, sign: bool = False, language: str | None = None) -> str:
    """A number of days, to a tenth unless it is whole.

    >>> days(18).replace(NBSP, " "), days(1).replace(NBSP, " ")
    ('18 days', '1 day')
    """
    exact = _exact(value)
    return _with_word(_signed(exact, digits, int(exact % 1 != 0), sign, language), "days", language)


def kilometres(
    value: float, digits: int | None = None, *, sign: bool = False, language: str | None = None
) -> str:
    """A length in kilometres, to a tenth unless it is whole.

    >>> kilometres(42).replace(NBSP, " "), kilometres(40.2336).replace(NBSP, " ")
    ('42 km', '40.2 km')
    """
    exact = _exact(value)
    return _with_word(_signed(exact, digits, int(exact % 1 != 0), sign, language), "km", language)


def cubic_kilometres(
    value: float, digits: int | None = None, *, sign: bool = False, language: str | None = None
) -> str:
    """A volume of water in cubic kilometres, to a tenth.

    >>> cubic_kilometres(27.865).replace(NBSP, " ")
    '27.9 km³'
    """
    return _with_word(_signed(_exact(value), digits, 1, sign, language), "km3", language)


def usd(value: float, digits: int | None = None, *, sign: bool = False, language: str | None = None) -> str:
    """Plain dollars as a sum in prose, of three significant digits or as many as its source has.

    `digits` fixes the decimals of the scaled number instead. From a million on the scale is a word.

    >>> [usd(v).replace(NBSP, " ") for v in (4.486e9, 1.899e9, 1.8e9, 5e9, 23.456e6, -2.5e6)]
    ['USD 4.49 billion', 'USD 1.90 billion', 'USD 1.8 billion', 'USD 5 billion', 'USD 23.5 million', '−USD 2.5 million']
    >>> usd(4.486e9, 1).replace(NBSP, " "), usd(999_960_000).replace(NBSP, " ")
    ('USD 4.5 billion', 'USD 1.00 billion')
    """
    exact = _exact(value)
    amount, places, power = _scaled(abs(exact), digits)
    text = _grouped(amount, max(places, 0), language)
    if power:
        text += NBSP + _scale_word(amount, power, language)
    text = word("usd", language=language).replace(" ", NBSP).replace("{amount}", text)
    return Told(_sign_of(exact if amount else Decimal(0), sign) + text)


def billions(
    value: float, digits: int | None = None, *, sign: bool = False, language: str | None = None
) -> str:
    """Plain dollars as a bare number of billions, for a column or an axis that names the unit.

    >>> billions(4.486e9), billions(5e9)
    ('4.49', '5.00')
    """
    return _signed(_exact(value).scaleb(-9, _WIDE), _or(digits, BILLIONS_DIGITS), 0, sign, language)


def millions(
    value: float, digits: int | None = None, *, sign: bool = False, language: str | None = None
) -> str:
    """Plain dollars as a bare number of millions, for a column or an axis that names the unit.

    >>> millions(23.456e6), millions(23.456e6, 0)
    ('23.5', '23')
    """
    return _signed(_exact(value).scaleb(-6, _WIDE), _or(digits, MILLIONS_DIGITS), 0, sign, language)


# How a measure of a unit is said unless a template asks for another form.
FORMS: dict[str, Callable[..., str]] = {
    "usd": usd,
    "usd_constant": usd,
    "rate": percent,
    "share": percent,
    "ratio": times,
    "index": index,
    "count": count,
    "points": points,
    "years": duration,
    "year": calendar_year,
    "days": days,
    "km": kilometres,
    "km3": cubic_kilometres,
    "log": log_points,
    "score": number,
}


def value(
    measured: Any, digits: int | None = None, *, sign: bool = False, language: str | None = None
) -> str:
    """A `Measured` in the form of its unit; an undefined one is refused with its reason."""
    if not measured.defined:
        raise ValueError(f"an undefined value cannot be printed: {measured.reason}")
    if measured.unit not in FORMS:
        raise ValueError(f"no wording for the unit '{measured.unit}'; known are {join(sorted(FORMS))}")
    return FORMS[measured.unit](measured.value, digits, sign=sign, language=language)


# --- names and words -------------------------------------------------------------------------------------------------


def country(name: str, *, article: str = "", start: bool = False) -> str:
    """The name of a country inside a sentence, or at its `start`; the `article` is data, as the name is.

    >>> country("United States", article="the"), country("Netherlands", article="the", start=True)
    ('the United States', 'The Netherlands')
    """
    if not name:
        raise ValueError("a country without a name")
    text = f"{article} {name}" if article else name
    return text[:1].upper() + text[1:] if start else text


def typographic(text: str) -> str:
    """The text with the apostrophes of print, for titles that came with those of a typewriter.

    >>> typographic("Kazakhstan's president heard the states' vote")
    'Kazakhstan’s president heard the states’ vote'
    """
    return _APOSTROPHE.sub("’", text)


def join(items: Sequence[str], *, language: str | None = None, style: str = "standard") -> str:
    """Names in a row, "and" before the last (`style="or"`: "or"); an empty list is refused.

    >>> join(["Kazakhstan"]), join(["Kazakhstan", "Kyrgyzstan"]), join(["a", "b", "c"]), join(["a", "b"], style="or")
    ('Kazakhstan', 'Kazakhstan and Kyrgyzstan', 'a, b and c', 'a or b')
    """
    names = list(items)
    if not names or not all(isinstance(name, str) and name for name in names):
        raise ValueError(f"{names!r} is not a list of names")
    # Babel fills "{0}, {1}" by str.format, so names go in as marks: a brace in a name stays a brace
    marks = [f"\ue000{position}\ue001" for position in range(len(names))]
    row = format_list(marks, style=style, locale=_locale(language))
    return Told(re.sub("\ue000([0-9]+)\ue001", lambda mark: names[int(mark[1])], row))


def clauses(items: Iterable[str]) -> str:
    """Clauses in a row, in whatever language they are.

    >>> clauses(["EAEU: no figure", "SCO: no member"])
    'EAEU: no figure; SCO: no member'
    """
    return in_a_row("; ", items)


def prices(basis: str, *, language: str | None = None) -> str:
    """What the dollars of a `price_basis` are.

    >>> prices("current"), prices("constant-2016")
    ('current US dollars', 'constant 2016 US dollars')
    """
    kind, _, base = (basis or "").partition("-")
    if kind not in ("current", "constant") or (kind == "constant") != base.isdigit():
        raise ValueError(f"{basis!r} is not a price basis; write current or constant-2016")
    return Told(word(kind, language=language).replace("{year}", base))


# --- inside ----------------------------------------------------------------------------------------------------------


def _percent_affixes(language: str | None) -> tuple[str, str]:
    pattern = _locale(language).percent_formats[None]
    return pattern.prefix[0], pattern.suffix[0]


def _scale_word(amount: Decimal, power: int, language: str | None) -> str:
    """The name of a scale: in full in English, elsewhere the CLDR's short one, which no case changes."""
    style = "long" if chosen(language) == SOURCE else "short"
    patterns = _locale(language).compact_decimal_formats[style]
    form = _locale(language).plural_form(amount)
    return patterns.get(form, patterns["other"])[str(10**power)].suffix[0].replace("'", "").strip()


def _or(digits: int | None, default: int) -> int:
    return default if digits is None else digits


def _rounded(exact: Decimal, places: int) -> Decimal:
    return exact.quantize(Decimal(1).scaleb(-places), context=_WIDE)


def _signed(exact: Decimal, digits: int | None, default: int, sign: bool, language: str | None) -> str:
    """Rounded to `digits`, or to `default` and further until something that is not zero does not look like it."""
    places = _or(digits, default)
    if digits is None and abs(exact) > NOISE and not _rounded(exact, places):
        places = -exact.adjusted()
    rounded = _rounded(exact, places)
    return _sign_of(rounded, sign) + _grouped(abs(rounded), max(places, 0), language)


def _sign_of(rounded: Decimal, sign: bool) -> str:
    return MINUS if rounded < 0 else "+" if sign and rounded > 0 else ""


def _grouped(amount: Decimal, places: int, language: str | None) -> str:
    whole, _, fraction = f"{amount:,.{places}f}".partition(".")
    point = _locale(language).number_symbols["latn"]["decimal"] if fraction else ""
    return whole.replace(",", NARROW) + point + fraction


def _with_word(text: str, key: str, language: str | None) -> str:
    """The number with its word; the plural follows the printed number: "1 point", but "1.0 points"."""
    point = _locale(language).number_symbols["latn"]["decimal"]
    printed = Decimal(text.lstrip(f"+{MINUS}").replace(NARROW, "").replace(point, "."))
    return Told(text + NBSP + word(key, printed, language=language))


def _scaled(size: Decimal, digits: int | None) -> tuple[Decimal, int, int]:
    """(rounded amount, decimals, power of ten of its scale); a carry moves on to the next scale."""
    power = max(step for step in _SCALES if step == 0 or size >= Decimal(10) ** step)
    while True:
        amount = size.scaleb(-power, _WIDE)
        places = _places(amount) if digits is None else digits
        amount = _rounded(amount, places)
        larger = [
            step for step in _SCALES if step > power and amount.scaleb(power, _WIDE) >= Decimal(10) ** step
        ]
        if not larger:
            return amount, places, power
        # rounding has reached the next scale: its amount is exact there, and keeps its significant digits
        power, size = larger[0], amount.scaleb(power, _WIDE)
        if digits is None:
            return Decimal(1), SIGNIFICANT - 1, power


def _places(amount: Decimal) -> int:
    """Decimals that show three significant digits, or fewer if the amount itself has fewer."""
    if amount < NOISE:
        return 0
    own = Context(prec=12).create_decimal(amount).normalize().as_tuple().exponent
    return min(SIGNIFICANT - 1 - amount.adjusted(), max(0, -int(own)))
