"""Values that a sentence can be filled with beside plain ones: words that a number chooses, and what stands behind each."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from analysis.measures.measured import Measured

from . import language as spoken
from . import wording
from .language import noted


@dataclass(frozen=True)
class Word:
    """One of three texts, by how `left` stands to `right`; `right` None stands for zero.

    Equal is also what lies nearer to it than `slight`.
    """

    left: Measured
    right: Measured | float | None
    above: str
    below: str
    equal: str
    slight: float = 0.0

    @property
    def measures(self) -> tuple[Measured, ...]:
        return tuple(each for each in (self.left, self.right) if isinstance(each, Measured))


@dataclass(frozen=True)
class Plural:
    """The form that goes with a count."""

    amount: Measured | int
    forms: tuple[tuple[str, str], ...]

    @property
    def measures(self) -> tuple[Measured, ...]:
        return (self.amount,) if isinstance(self.amount, Measured) else ()


@dataclass(frozen=True)
class Ranked:
    """A value that a superlative is said of, with the ranking it was read off."""

    value: Measured | str | int | dt.date | tuple
    own: float | str | dt.date | None
    among: tuple[float | str | dt.date, ...]

    @property
    def ends(self) -> frozenset[str]:
        """The ends of the ranking at which it stands: most, least, both of a ranking of equals, or none."""
        if self.own is None:
            return frozenset()
        most, least = (
            (self.own >= max(self.among), self.own <= min(self.among)) if self.among else (True, True)
        )
        return frozenset(end for end, stands in (("most", most), ("least", least)) if stands)


SLIGHT_POINTS = 0.005
"""Half a percentage point: a share that moved by less is told as hardly changed, not as risen or fallen."""

Value = Measured | Word | Plural | str | int | dt.date | list | tuple


def direction(
    measured: Measured,
    up: str = noted("rose"),
    down: str = noted("fell"),
    flat: str = noted("did not change"),
    *,
    slight: float = 0.0,
) -> Word:
    """The word for the sign of a change; "flat" where the change is printed as zero, or is smaller than `slight`.

    >>> from .template import said
    >>> said("{it}", {"it": direction(Measured(-0.03, "rate", "cagr"))})
    'Fell'
    >>> said("{it}", {"it": direction(Measured(-0.001, "points", "shift"), flat="hardly fell", slight=SLIGHT_POINTS)})
    'Hardly fell'
    """
    return replace(_word(measured, None, up, down, flat), slight=slight)


def compare(
    left: Measured,
    right: Measured,
    more: str = noted("more than"),
    less: str = noted("less than"),
    same: str = noted("the same as"),
) -> Word:
    """The word for how `left` stands to `right`; "same" where both are printed alike.

    Raises ValueError when the two differ in unit or price basis: such numbers may not be set against each other.

    >>> from .template import said
    >>> a, b = Measured(4.486e9, "usd", "turnover"), Measured(4.418e9, "usd", "turnover")
    >>> said("{a} is {word} {b}", {"a": a, "b": b, "word": compare(a, b)}).replace(wording.NBSP, " ")
    'USD 4.49 billion is more than USD 4.42 billion'
    >>> said("{a:usd1} is {word} {a:usd1}", {"a": b, "word": compare(b, b)}).replace(wording.NBSP, " ")
    'USD 4.4 billion is the same as USD 4.4 billion'
    """
    if left.unit != right.unit or left.price_basis != right.price_basis:
        raise ValueError(
            f"{left.method} ({left.unit}, {left.price_basis}) cannot be compared with "
            f"{right.method} ({right.unit}, {right.price_basis})"
        )
    return _word(left, right, more, less, same)


def against(measured: Measured, limit: float, *, above: str, below: str, equal: str) -> Word:
    """The word for how a measure stands to a fixed limit, such as a ratio to two ("more than doubled").

    >>> from .template import said
    >>> forms = {"above": "more than doubled", "below": "less than doubled", "equal": "doubled"}
    >>> said("it {how}", {"how": against(Measured(2.001, "ratio", "fold"), 2, **forms)})
    'it doubled'
    """
    return _word(measured, limit, above, below, equal)


def ranked(value: Value, among: Iterable[object], *, by: object = None) -> Ranked:
    """A value that the sentence puts at an end of a ranking; `by` is its place there, where that is not the value itself.

    A superlative is said only of such a value, and only at the end at which it stands. What is undefined has no place.

    >>> ranked(9, [4, 9, 1]).ends, ranked("Ankara", [2021, 2022], by=2021).ends
    (frozenset({'most'}), frozenset({'least'}))
    """
    own, *others = map(_place, (value if by is None else by, *among))
    return Ranked(value, own, tuple(each for each in others if each is not None and each == each))


def plain_values(values: Mapping[str, Value | Ranked]) -> dict[str, Value]:
    """The values as they are printed, without the rankings."""
    return {name: value.value if isinstance(value, Ranked) else value for name, value in values.items()}


def plural(amount: Measured | int, **forms: str) -> Plural:
    """The form that goes with a count: in English `one` and `other`, elsewhere what the catalogue has.

    >>> from .template import said
    >>> said("{n:count} {members}", {"n": 1, "members": plural(1, one="member", other="members")})
    '1 member'
    """
    if not isinstance(amount, Measured):
        wording.count(amount)
    for form in forms.values():
        no_digits(form)
    spoken.plural(0, forms, language=spoken.SOURCE)
    return Plural(amount, tuple(forms.items()))


def measures(values: Iterable[Value]) -> list[Measured]:
    """Every measure that stands behind the values, in their order, without repeats; also behind a text made of some."""
    found: list[Measured] = []
    for value in values:
        for each in _behind(value):
            if each not in found:
                found.append(each)
    return found


def no_digits(text: str) -> None:
    """Refuse a fixed text that holds a digit: a number that was typed cannot follow the data."""
    digit = next((char for char in text if unicodedata.category(char).startswith("N")), None)
    if digit:
        raise ValueError(
            f"{text!r} holds the digit {digit!r}: a number in a sentence must be one of its values"
        )


# --- inside ----------------------------------------------------------------------------------------------------------


def _behind(value: Value) -> Iterator[Measured]:
    if isinstance(value, Measured):
        yield value
    elif isinstance(value, Word | Plural):
        yield from value.measures
    elif isinstance(value, list | tuple):
        yield from measures(value)
    elif isinstance(value, spoken.Told):
        yield from measures(each.value for each in value.places if each.value is not value)


def _place(value: object) -> object:
    return value.value if isinstance(value, Measured) else value


def _word(left: Measured, right: Measured | float | None, above: str, below: str, equal: str) -> Word:
    if not isinstance(left, Measured):
        raise ValueError(f"a word is chosen by a measure, not by {left!r}")
    for form in (above, below, equal):
        no_digits(form)
    return Word(left, right, above, below, equal)
