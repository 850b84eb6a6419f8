"""Reasons and notes of measures as a reader hears them: names in the place of codes, in the language spoken."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from analysis.measures.reasons import Reason

from . import language, names, wording
from .language import noted
from .template import Field, filled, translated

# What the values of these fields are the ids of; a code of a country is one wherever it stands.
_NAMED: dict[str, Callable[[str], str]] = {
    "bloc": lambda ident: names.bloc(ident) if names.is_bloc(ident) else ident,
    "blocs": names.bloc,
    "indicator": lambda ident: names.INDICATORS.get(ident, ident),
    "office": names.publisher,
    "release": names.release,
    "releases": names.release,
}
COVERAGES = {"goods": noted("goods"), "goods-and-services": noted("goods and services")}
"""What a series counts, in words."""

_WORDS = {
    "basis": {
        "national-reporter": noted("national"),
        "reporter-comtrade": noted("UN Comtrade"),
        "reporter-with-partner-estimates": noted("partly estimated"),
        "press-quoting-official": noted("press"),
        "reconciled": noted("reconciled"),
    },
    "coverage": COVERAGES,
    "form": {"plain": noted("plain"), "kojima": noted("Kojima")},
}
_SPAN = re.compile(r"\b([0-9]{4})-([0-9]{4})\b")
_DOLLARS = re.compile(r"([0-9]{1,3}(?:,[0-9]{3})+) dollars")


def said(text: str) -> str:
    """A reason or a note with names, days and sums as they are printed; what is said already stays as it is.

    >>> from analysis.measures.reasons import because
    >>> said(because("the series of {reporter} has no turnover in {years}", reporter="UZB", years="1991-1994"))
    'the series of Uzbekistan has no turnover in 1991–1994'
    """
    if isinstance(text, language.Told):
        return text
    if isinstance(text, Reason):
        return _filled(text)
    told = language.text(text)
    return told if told != text else names.spoken(names.sourced(text))


def _filled(reason: Reason) -> str:
    """The template with its values; a reason stands inside a sentence, so its article has no capital."""
    values = {name: _value(name, value) for name, value in reason.values.items()}
    told, first = filled(reason.template, **values), translated(reason.template)[0]
    opening = values[first.name] if isinstance(first, Field) else ""
    return language.Told(opening[:1] + told[1:], told.places) if isinstance(opening, language.Told) else told


def _value(name: str, value: Any) -> Any:
    if isinstance(value, tuple | list) and value and all(map(_is_country, value)):
        return names.countries(value)
    if isinstance(value, tuple | list):
        return [wording.year(each) if isinstance(each, int) else _value(name, each) for each in value]
    if isinstance(value, Reason) or not isinstance(value, str):
        return said(value) if isinstance(value, str) else value
    if name in _NAMED:
        return _NAMED[name](value)
    if name in _WORDS:
        return _WORDS[name].get(value, value)
    if names.is_country(value):
        return names.country(value)
    dollars = _DOLLARS.fullmatch(value)
    if dollars:
        return wording.usd(int(dollars[1].replace(",", "")))
    return _SPAN.sub(lambda found: wording.years(int(found[1]), int(found[2])), value)


def _is_country(value: Any) -> bool:
    return isinstance(value, str) and names.is_country(value)
