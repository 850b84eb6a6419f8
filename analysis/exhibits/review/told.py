"""Verdicts and readings in words, the same for a page, a terminal and a machine."""

from __future__ import annotations

import re
from collections.abc import Sequence

from analysis.exhibits import marks, names, wording
from analysis.measures.claim_terms import UNITS, Reading
from analysis.measures.claims import CONTRADICTED, PARTLY, SUPPORTED, UNVERIFIABLE, Checked, Part

VERDICTS = {
    "supported": "supported",
    "partly-supported": "partly supported",
    "contradicted": "contradicted",
    "unverifiable": "unverifiable",
}
ORDERS = {
    "before": "{one}, before {other}",
    "after": "{one}, after {other}",
    "same": "both on {one}",
    "uncertain": "{one} and {other}, in an order that cannot be told",
}
TOLD_FROM = 0.0005  # a difference that would print as none is none
MOST = 3
MOST_NAMED = 5
SPANNED = {"usd", "km", "share", "ratio", "rate"}
_ONE = re.compile(r"^(1 [a-z]+)s$")
_DATE = re.compile(r"\b[0-9]{4}-(?:0[1-9]|1[0-2])(?:-[0-9]{2})?\b")


def verdict(checked: Checked) -> str:
    """The verdict as words.

    >>> from types import SimpleNamespace
    >>> verdict(SimpleNamespace(verdict="partly-supported"))
    'partly supported'
    """
    return VERDICTS[checked.verdict]


def found(checked: Checked) -> str:
    """What the tables say, part by part; a dash where they say nothing."""
    parts = [_found(part) for part in checked.parts if part.readings]
    return "; ".join(dict.fromkeys(parts)) or wording.DASH


def reason(checked: Checked) -> str:
    """Why the verdict is what it is, in a sentence; nothing where the very value stated supports the claim."""
    if checked.verdict == UNVERIFIABLE:
        return _sentence("; ".join(dict.fromkeys(part.reason for part in checked.parts if part.reason)))
    if checked.verdict == PARTLY:
        return _sentence("; ".join(_of_part(part) for part in checked.parts))
    said = [_gap(part) for part in checked.parts if part.verdict in (CONTRADICTED, SUPPORTED)]
    said += [each.note for part in checked.parts for each in part.readings if each.note and _is_told(each)]
    return _sentence("; ".join(dict.fromkeys(filter(None, said))))


def stated(checked: Checked) -> str:
    """What the claim states, its dates and codes as a reader knows them."""
    dated = _DATE.sub(lambda found: wording.date(found[0]), checked.stated)
    return _ONE.sub(r"\1", names.spoken(dated.replace("/", " to ")))


# --- inside ----------------------------------------------------------------------------------------------------------


def _found(part: Part) -> str:
    """The values that decided one part, lengths also in the unit of the claim."""
    values = _values(part.deciding)
    if part.question.unit == "miles" and len(part.deciding) == 1:
        miles = float(part.deciding[0].value) / UNITS["miles"]
        return f"{values} ({wording.number(miles, 1)}{wording.NBSP}miles)"
    return values


def _is_told(reading: Reading) -> bool:
    return reading.unit not in ("count", "order", "row")


def _values(readings: Sequence[Reading]) -> str:
    """The values of one part, alike ones once, those of one reporter together."""
    if any(each.who for each in readings):
        groups: dict[str, list[Reading]] = {}
        for each in readings:
            groups.setdefault(each.who, []).append(each)
        return ", ".join(f"{_span(held)} ({names.country(who)})" for who, held in sorted(groups.items()))
    if {each.unit for each in readings} <= SPANNED:
        return _span(readings)
    texts = list(dict.fromkeys(_value(each) for each in readings))
    more = len(texts) - MOST
    return ", ".join(texts[:MOST]) + (f" and {more} more" if more > 0 else "")


def _span(held: Sequence[Reading]) -> str:
    ordered = sorted(held, key=lambda each: each.value)
    ends = list(dict.fromkeys(_value(each) for each in (ordered[0], ordered[-1])))
    return " to ".join(ends)


def _value(reading: Reading) -> str:
    value = reading.value
    if reading.unit in ("date", "days"):
        return wording.join([wording.date(each) for each in str(value).split(", ")])
    if reading.unit == "usd":
        return wording.usd(value)
    if reading.unit == "ratio":
        return wording.times(value)
    if reading.unit == "rate":
        return wording.percent(value, sign=True)
    if reading.unit == "share":
        return wording.percent(value)
    if reading.unit == "years":
        return _years(reading)
    if reading.unit == "km":
        return f"{wording.number(value, 0)}{wording.NBSP}km"
    if reading.unit == "count":
        whole = wording.count(value) if float(value).is_integer() else wording.number(value)
        few = reading.note and reading.note.count("+") < MOST_NAMED
        return f"{whole}: {_countries(reading.note)}" if few else whole
    if reading.unit == "countries":
        return _countries(str(value)) or "none"
    if reading.unit == "row":
        return f"{value} ({wording.date(reading.note)})" if reading.note else str(value)
    if reading.unit == "state":
        return marks.STATES.get(str(value), str(value).replace("-", " "))
    if reading.unit == "order":
        one, other = map(wording.date, reading.note.split("/"))
        return ORDERS[str(value)].format(one=one, other=other)
    return names.bloc(str(value)) if names.is_bloc(str(value)) else str(value)


def _years(reading: Reading) -> str:
    low, high = abs(float(reading.value)), abs(float(reading.last or reading.value))
    low, high = min(low, high), max(low, high)
    if reading.last is None or high - low < 0.05:
        return wording.duration(low, 0 if low.is_integer() else 1)
    return f"{wording.number(low, 1)} to {wording.duration(high, 1)}"


def _countries(codes: str) -> str:
    return wording.join(names.countries(codes.split("+"))) if codes and codes != "none" else ""


def _gap(part: Part) -> str:
    """How far the nearest reading is from what is stated."""
    gaps = [
        each for each in part.readings if each.difference is not None and each.unit in ("usd", "km", "share")
    ]
    if not gaps or part.question.bound != "eq":
        return ""
    nearest = min(gaps, key=lambda each: abs(each.difference))
    side = "below" if nearest.difference < 0 else "above"
    if part.verdict == SUPPORTED and abs(nearest.difference) < TOLD_FROM:
        return ""
    beside = "within" if nearest.fits else "more than"
    allowed = f", {beside} the {wording.percent(part.tolerance)} allowed" if part.tolerance else ""
    return f"it is {wording.percent(abs(nearest.difference))} {side} the nearest figure found{allowed}"


def _of_part(part: Part) -> str:
    about = f" for {part.question.about}" if part.question.about else ""
    if not part.readings:
        return f"open{about}: {part.reason}"
    if part.verdict == PARTLY:
        yes = [each for each in part.readings if each.fits]
        no = [each for each in part.readings if each.fits is False]
        return f"holds{about} with {_values(yes)}, not with {_values(no)}"
    head = {CONTRADICTED: "does not hold", UNVERIFIABLE: "open"}.get(part.verdict, "holds")
    return f"{head}{about}: {_found(part)}"


def _sentence(text: str) -> str:
    text = names.spoken(text.strip())
    return f"{text[:1].upper()}{text[1:]}." if text else ""
