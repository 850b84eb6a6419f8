"""How concentrated a whole is in its parts: the Herfindahl-Hirschman index in its named forms."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from analysis.errors import UsageError, did_you_mean

from .measured import Measured, number
from .reasons import because

FORMS = ("plain", "linear", "sqrt", "hirschman")

_SLACK = 1e-6


def hhi(
    shares: Mapping[str, float] | pd.Series,
    *,
    form: str = "plain",
    n: int | None = None,
    **context: Any,
) -> Measured:
    """The Herfindahl-Hirschman index of shares that sum to one.

    plain: H = sum s^2, in [1/n, 1]. linear: (H - 1/n) / (1 - 1/n). sqrt: (sqrt H - sqrt 1/n) / (1 - sqrt 1/n),
    the form of UNCTADstat. hirschman: sqrt H. `n` is the number of possible parts, needed by linear and sqrt and
    noted. Undefined for a missing or negative share, shares that do not sum to one (give bounds instead), and a
    normalised form with n = 1. Source: METHODS 1.2; Hirschman 1964; Herfindahl 1950; UNCTAD Handbook.

    >>> shares = {"a": 0.5, "b": 0.3, "c": 0.2}
    >>> [round(hhi(shares, form=form, n=3).value, 4) for form in FORMS]
    [0.38, 0.07, 0.0925, 0.6164]
    """
    if form not in FORMS:
        raise UsageError(f"form: '{form}' is not one of {', '.join(FORMS)}{did_you_mean(form, FORMS)}")
    values = _values(shares)
    reason = _fault(values)
    total = None if reason else math.fsum(values.values())
    if total is not None and abs(total - 1) > _SLACK:
        reason = because(
            "the shares sum to {total}, not to one: only bounds can be given", total=f"{total:.4g}"
        )
    if not reason and form in ("linear", "sqrt"):
        reason = _normalising_fault(n, len(values))
    context = _with_note(
        context,
        because("{form} form", form=form)
        if n is None
        else because("{form} form, {n:count} possible", form=form, n=n),
    )
    if reason:
        return Measured.undefined(reason, unit="score", method="hhi", **context)
    return Measured(_formed(math.fsum(s * s for s in values.values()), form, n), "score", "hhi", **context)


def effective_number(shares: Mapping[str, float] | pd.Series, **context: Any) -> Measured:
    """The number of equal parts that would be as concentrated.

    Formula: 1 / H. Undefined as the plain index is. Source: METHODS 1.2.

    >>> round(effective_number({"a": 0.5, "b": 0.3, "c": 0.2}).value, 2)
    2.63
    """
    index = hhi(shares, **context)
    if not index.defined:
        return Measured.undefined(str(index.reason), unit="count", method="effective_number", **context)
    return Measured(1 / index.value, "count", "effective_number", **context)


def hhi_bounds(
    shares: Mapping[str, float] | pd.Series, *, residual_may_be_named: bool = True, **context: Any
) -> tuple[Measured, Measured]:
    """The lowest and highest plain index when part of the whole is not allocated.

    The residual r is what the shares lack of one. low = sum of the known squares; high = the same with r added to
    the largest named part, or plus r^2 when it cannot be a named one. Undefined for negative shares or a sum over
    one. Source: METHODS 1.2.

    >>> low, high = hhi_bounds({"a": 0.5, "b": 0.3})
    >>> round(low.value, 2), round(high.value, 2)
    (0.34, 0.58)
    """
    values = _values(shares)
    reason = _fault(values)
    residual = 0.0 if reason else 1 - math.fsum(values.values())
    if not reason and residual < -_SLACK:
        reason = because("the shares sum to more than one")
    if reason:
        both = Measured.undefined(reason, unit="score", method="hhi", **context)
        return both, both
    residual = max(residual, 0.0)
    squares = math.fsum(s * s for s in values.values())
    largest = max(values.values())
    high = (
        squares - largest**2 + (largest + residual) ** 2 if residual_may_be_named else squares + residual**2
    )
    flags = (*context.pop("flags", ()), *(("NES",) if residual > _SLACK else ()))
    return tuple(Measured(bound, "score", "hhi", flags=flags, **context) for bound in (squares, high))


def _values(shares: Mapping[str, float] | pd.Series) -> dict[str, float | None]:
    return {str(name): number(value) for name, value in dict(shares).items()}


def _fault(values: dict[str, float | None]) -> str | None:
    missing = sorted(name for name, value in values.items() if value is None)
    negative = sorted(name for name, value in values.items() if value is not None and value < 0)
    if not values:
        return because("there are no shares")
    if missing:
        return because("no share is known for {parts}", parts=tuple(missing))
    return because("the share of {parts} is negative", parts=tuple(negative)) if negative else None


def _normalising_fault(n: int | None, given: int) -> str | None:
    if n is None:
        return because("a normalised form needs the number of possible parts")
    if n < given:
        return because("{given:count} shares are given, more than the {n:count} possible", given=given, n=n)
    return because("with one possible part a normalised form has no range") if n == 1 else None


def _formed(index: float, form: str, n: int | None) -> float:
    if form == "hirschman":
        return math.sqrt(index)
    if form == "linear":
        return (index - 1 / n) / (1 - 1 / n)
    if form == "sqrt":
        return (math.sqrt(index) - math.sqrt(1 / n)) / (1 - math.sqrt(1 / n))
    return index


def _with_note(context: dict[str, Any], note: str) -> dict[str, Any]:
    return context | {"notes": (*context.get("notes", ()), note)}
