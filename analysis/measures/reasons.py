"""Reasons and notes in words that keep the template and the values they were made from.

Measures speak of codes and ids, since they know no names. `because` fills a template with them; whoever shows the
reason fills the same template, or its translation, with names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from string import Formatter
from types import MappingProxyType


class Reason(str):
    """A text that knows its `template` and its `values`; equal to the plain text."""

    template: str
    values: Mapping[str, object]

    def __new__(cls, text: str, template: str = "", values: Mapping[str, object] = MappingProxyType({})):
        made = super().__new__(cls, text)
        made.template, made.values = template or text, values
        return made

    def __reduce__(self):
        return Reason, (str.__str__(self)[:], self.template, dict(self.values))


def because(template: str, /, **values: object) -> Reason:
    """A template with its values: codes, ids, years, counts, measures, dates, other reasons, and tuples of them.

    A field may say how its value is shown, as in the templates of findings (`{few:count}`); here it stands as it is.

    >>> because("{country} has {few:count} of {blocs}", country="AAA", few=2, blocs=("b", "c"))
    'AAA has 2 of b, c'
    """
    return Reason(_FORMATTER.vformat(template, (), values), template, values)


def template(text: str) -> str:
    """The text itself: marks a template of `because` that stands in a list of them, so that it can be found.

    >>> template("{bloc} has no members")
    '{bloc} has no members'
    """
    return text


def together(reasons: Iterable[str]) -> Reason | None:
    """Several reasons as one, none of them twice; None where there is none.

    >>> together(["the base is zero", "the base is zero", "the year is missing"])
    'the base is zero; the year is missing'
    """
    given = list(dict.fromkeys(reasons))
    if len(given) < 2:
        return (
            (given[0] if isinstance(given[0], Reason) else because("{reason}", reason=given[0]))
            if given
            else None
        )
    return because("{one}; {other}", one=given[0], other=together(given[1:]))


class _Plain(Formatter):
    def format_field(self, value: object, format_spec: str) -> str:
        if isinstance(value, tuple | list):
            return ", ".join(self.format_field(each, "") for each in value)
        return value.isoformat() if isinstance(value, date) else str(getattr(value, "value", value))


_FORMATTER = _Plain()
