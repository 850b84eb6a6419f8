"""What the fixed words of a text assert of its values: directions, comparisons, superlatives and counts from a date.

A word of the table `listed_words` must be borne out by a value: a direction by the change nearest to it or by two
levels of one measure, a comparison by the values on either side, a superlative by a `ranked` value, a beginning by the
day that follows it. A word of `sentence_words` is held only where such a value stands beside it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from analysis.measures.measured import Measured

from . import wording
from .language import SOURCE
from .parts import Field, Part
from .prose import CLAIMS, KINDS, SUPERLATIVES, WORDS, Listed, listed
from .values import Plural, Ranked, Value, plain_values

TABLES = (WORDS, "sentence_words")
RISING, FALLING = frozenset({"up", "more"}), frozenset({"down", "less"})
CHANGES = frozenset({"rate", "points", "log"})
CHANGE = "absolute_change"  # the one change that is measured in the unit of its levels
SIGNS, AMOUNTS = frozenset({"plus", "minus"}), frozenset({"usd", "usd_constant"})
DAYS = ("date", "year", "start", "end")
NEAR = 4  # words between a balance and the word for its sign, or a name and its day
JOINS = " \u00a0\u202f\u2011-"

_BETWEEN_CLAUSES, _BETWEEN_SENTENCES = re.compile(r"[.,;:()–—]"), re.compile(r"[.;]")
_FIRST, _TOKEN = 0xE000, re.compile(r"\w+|[\ue000-\uf8ff]")  # such a sign stands for a field
_YEAR = re.compile(r"\d{4}")


def faults(
    parts: tuple[Part, ...], values: Mapping[str, Value | Ranked], language: str = SOURCE
) -> list[str]:
    """What a text asserts that its values do not bear out, a phrase each.

    >>> from .parts import parse
    >>> faults(parse("Nothing like it since"), {})
    ["'since' is a count from a date with no day after it; write since {day}, or say it without"]
    """
    line = _Line.of(parts, plain_values(values), language)
    words = listed(*TABLES, language=language) if line.text else None
    if words is None or not words.found(line.text):
        return []
    needed = {at for at, _, kind in listed(WORDS, language=language).found(line.text) if kind in CLAIMS}
    rankings = {name: value for name, value in values.items() if isinstance(value, Ranked)}
    found = [*_moves(line, words, needed, rankings), *_beginnings(line, words, needed)]
    return [*found, *_superlatives(line, words, needed, rankings)]


# --- inside ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Line:
    """A text in one row, a sign in the place of each field; in English a plural says its words itself."""

    text: str
    places: dict[int, tuple[Field, Value]]

    @classmethod
    def of(cls, parts: tuple[Part, ...], values: Mapping[str, Value], language: str) -> _Line:
        row, places, at = [], {}, 0
        for part in parts:
            value = part if isinstance(part, str) else values.get(part.name)
            if isinstance(value, Plural) and language == SOURCE:
                row.append(dict(value.forms)["other"])
            elif isinstance(part, Field):
                places[at] = part, value
                row.append(chr(_FIRST + len(places)))
            else:
                row.append(part)
            at += len(row[-1])
        return cls("".join(row), places)

    def numbers(self, start: int, end: int, *, context: bool = False) -> dict[int, tuple[Field, Measured]]:
        """The measures between two places, by place; those whose span or prices alone are said only if asked for."""
        return {
            at: (field, value)
            for at, (field, value) in self.places.items()
            if start <= at < end
            and isinstance(value, Measured)
            and value.defined
            and (context or not field.is_context)
        }

    def around(self, at: int, marks: re.Pattern[str]) -> tuple[int, int]:
        """Where the stretch between two marks begins and ends in which a place lies."""
        before = [mark.end() for mark in marks.finditer(self.text, 0, at)]
        after = marks.search(self.text, at)
        return (before[-1] if before else 0), (after.start() if after else len(self.text))

    def between(self, one: int, other: int) -> int:
        """How many words lie between two places."""
        return len(_TOKEN.findall(self.text, min(one, other), max(one, other)))


def _moves(line: _Line, words: Listed, needed: set[int], rankings: Mapping[str, Ranked]) -> Iterator[str]:
    """Directions and comparisons: each is held by two values, or by a change; one of `needed` by either."""
    said = words.found(line.text)
    for at, word, kind in said:
        start, end = line.around(at, _BETWEEN_CLAUSES)
        negated = any(start <= place < end and each == "negation" for place, _, each in said)
        if kind in SIGNS:
            yield from () if negated else _signs(line, at, word, kind)
        elif kind in RISING | FALLING | {"flat"}:
            fault = _pair(line, at, word, kind, negated)
            fault = _change(line, at, word, kind, negated, at in needed) if fault is None else fault
            fault = _levels(line, at, word, kind, negated) if fault is None else fault
            if fault is None and negated and _limit(line, at, kind, rankings):
                continue
            if fault is None and at in needed:
                yield f"'{word}' is {KINDS[kind]} that no value beside it bears out; let {_chooser(kind)} choose the word"
            elif fault:
                yield fault


def _pair(line: _Line, at: int, word: str, kind: str, negated: bool) -> str | None:
    """What is wrong with a comparison of the values on either side; None where there are no such two."""
    start, end = line.around(at, _BETWEEN_SENTENCES)
    left, right = [*line.numbers(start, at).values()][-1:], [*line.numbers(at, end).values()][:1]
    if kind not in ("more", "less") or not (left and right) or left[0][1].unit != right[0][1].unit:
        return None
    (a, left_value), (b, right_value) = *left, *right
    if _holds(kind, left_value.value, right_value.value) != negated:
        return ""
    return f"'{word}' stands between {{{a.name}}} and {{{b.name}}}, which do not stand so; let compare() choose the word"


def _limit(line: _Line, at: int, kind: str, rankings: Mapping[str, Ranked]) -> bool:
    """Whether "none has more than {most}" is said of a value that is ranked as that."""
    _, end = line.around(at, _BETWEEN_SENTENCES)
    after = [field.name for place, (field, _) in line.places.items() if at < place < end]
    ends = rankings[after[0]].ends if after and after[0] in rankings else ()
    return {"more": "most", "less": "least"}.get(kind) in ends


def _change(line: _Line, at: int, word: str, kind: str, negated: bool, is_verb: bool) -> str | None:
    """What is wrong with a word that is said of the change nearest to it; a noun fits a number that shows its sign."""
    near = {
        place: (field, value)
        for place, (field, value) in line.numbers(
            *line.around(at, _BETWEEN_SENTENCES), context=is_verb
        ).items()
        if (value.unit in CHANGES or value.method == CHANGE) and (is_verb or not field.sign)
    }
    if not near:
        return None
    field, value = near[min(near, key=lambda place: line.between(at, place))]
    number = wording.value(value, field.digits)
    if kind == "flat":
        fits = (number == wording.value(replace(value, value=0), field.digits)) != negated
    elif negated:
        fits = value.value <= 0 if kind in RISING else value.value >= 0
    else:
        fits = kind in RISING and value.value > 0  # a minus after "fell" turns it round
    return (
        ""
        if fits
        else f"'{word}' is said of {{{field.name}}}, which is {number}; let {_chooser(kind)} choose the word"
    )


def _levels(line: _Line, at: int, word: str, kind: str, negated: bool) -> str | None:
    """What is wrong with a direction said of levels of one measure at different years."""
    levels = line.numbers(*line.around(at, _BETWEEN_SENTENCES))
    for (a, left), (b, right) in pairwise(levels.values()):
        is_series = (left.unit, left.method) == (right.unit, right.method) and left.unit not in CHANGES
        if kind in ("up", "down") and is_series and left.end and right.end and left.end != right.end:
            late, early = (left, right) if left.end > right.end else (right, left)
            if _holds(kind, late.value, early.value) != negated:
                return ""
            names = f"{{{a.name}}} and {{{b.name}}}"
            return f"'{word}' is said of {names}, which did not move so; let direction() choose the word"
    return None


def _signs(line: _Line, at: int, word: str, kind: str) -> Iterator[str]:
    """A surplus or a deficit beside an amount: the amount prints its own sign."""
    for place, (field, value) in line.numbers(*line.around(at, _BETWEEN_SENTENCES)).items():
        is_near = (
            line.between(at, place) - len(word.split()) < NEAR and value.unit in AMOUNTS and not field.sign
        )
        if is_near and (kind == "minus" or value.value <= 0):
            number = wording.value(value, field.digits)
            yield f"'{word}' is said of {{{field.name}}}, which is {number}; let direction() choose the word"
            return


def _beginnings(line: _Line, words: Listed, needed: set[int]) -> Iterator[str]:
    """Counts from a date: a day or a year beside the word, or behind the name of what happened on it."""
    for at, word, kind in words.found(line.text):
        before = len(line.text[:at].rstrip(JOINS)) - 1  # "{year} жылдан бері"
        if kind != "since" or at not in needed or (before in line.places and _is_day(*line.places[before])):
            continue
        start, end = at + len(word), line.around(at, _BETWEEN_CLAUSES)[1]
        day = next((place for place, each in line.places.items() if start <= place and _is_day(*each)), None)
        between = line.text[start:day].strip(JOINS + "—") if day is not None else ""
        is_named = (
            chr(_FIRST) <= max(between, default="") and len(_TOKEN.findall(between)) < NEAR and day < end
        )
        if day is None or (between and not is_named):
            yield f"'{word}' is {KINDS[kind]} with no day after it; write since {{day}}, or say it without"


def _is_day(field: Field, value: Value) -> bool:
    if field.form in DAYS or isinstance(value, dt.date):
        return True
    return (isinstance(value, int) and not field.form) or (
        isinstance(value, str) and bool(_YEAR.search(value))
    )


def _superlatives(
    line: _Line, words: Listed, needed: set[int], rankings: Mapping[str, Ranked]
) -> Iterator[str]:
    """Superlatives of a text: for each a ranked value of its own, at the end that it names."""
    said = {
        word.lower(): (word, kind)
        for at, word, kind in words.found(line.text)
        if kind in SUPERLATIVES and at in needed
    }
    left = dict(sorted(rankings.items(), key=lambda each: len(each[1].ends)))
    for word, kind in sorted(said.values(), key=lambda each: each[1] == "superlative"):
        own = next(
            (
                name
                for name, each in left.items()
                if kind in each.ends or (kind == "superlative" and each.ends)
            ),
            None,
        )
        left.pop(own, None)
        if own is None and left:
            names = " and ".join(f"{{{name}}}" for name in left)
            yield f"'{word}' is said of {names}, not at that end of what it was ranked among; rank another value"
        elif own is None:
            yield f"'{word}' is {KINDS[kind]} that no ranking bears out; give its value as ranked(value, among)"


def _chooser(kind: str) -> str:
    return "compare()" if kind in ("more", "less") else "direction()"


def _holds(kind: str, left: float, right: float) -> bool:
    return left > right if kind in RISING else left < right
