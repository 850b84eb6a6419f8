"""A template as it is read: fixed texts and fields, each field with the form in which its value is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from string import Formatter

from analysis.errors import did_you_mean

from . import names, wording
from .blocks import plain
from .values import no_digits

_MONEY = frozenset({"usd", "usd_constant"})
_BARE = frozenset({"ratio", "score", "index", "count", "share", "years", "days", "log", "km", "km3"})
# form -> (how it is said, the units it fits)
NUMBER_FORMS: dict[str, tuple[Callable[..., str], frozenset[str]]] = {
    "usd": (wording.usd, _MONEY),
    "billions": (wording.billions, _MONEY),
    "millions": (wording.millions, _MONEY),
    "percent": (wording.percent, frozenset({"rate", "share"})),
    "points": (wording.points, frozenset({"points"})),
    "logpoints": (wording.log_points, frozenset({"log"})),
    "times": (wording.times, frozenset({"ratio"})),
    "number": (wording.number, _BARE),
    "index": (wording.index, frozenset({"index"})),
    "count": (wording.count, frozenset({"count"})),
    "duration": (wording.duration, frozenset({"years"})),
    "days": (wording.days, frozenset({"days"})),
    "km": (wording.kilometres, frozenset({"km"})),
    "volume": (wording.cubic_kilometres, frozenset({"km3"})),
}
CONTEXT_FORMS = ("span", "start", "end", "periods", "prices")
OTHER_FORMS = ("date", "year", "or", "and")
FORMS = (*NUMBER_FORMS, *CONTEXT_FORMS, *OTHER_FORMS)


@dataclass(frozen=True)
class Field:
    """One `{name:form}` of a template; `form` is empty where the value speaks for itself."""

    name: str
    form: str = ""
    digits: int | None = None
    sign: bool = False

    @property
    def is_context(self) -> bool:
        return self.form in CONTEXT_FORMS


Part = str | Field


@lru_cache(maxsize=4096)
def parse(template: str) -> tuple[Part, ...]:
    """The fixed texts and fields of a template; ValueError for a digit, an unknown form or a malformed field.

    >>> parse("Turnover grew by {rate:+percent1} a year")
    ('Turnover grew by ', Field(name='rate', form='percent', digits=1, sign=True), ' a year')
    """
    try:
        pieces = list(Formatter().parse(template))
    except (ValueError, TypeError) as error:
        raise ValueError(f"the template {template!r} cannot be read: {error}") from error
    return tuple(part for piece in pieces for part in _parts(template, *piece))


def field(name: str, form: str) -> Field:
    """One field from its form as written; ValueError if there is no such form.

    >>> field("rate", "+percent1")
    Field(name='rate', form='percent', digits=1, sign=True)
    """
    bare = form.removeprefix("+")
    digits = int(bare[-1]) if bare and bare[-1] in "0123456789" else None
    bare = bare if digits is None else bare[:-1]
    if bare not in ("", *FORMS) and bare not in names.cases():
        raise ValueError(
            f"{{{name}:{form}}}: there is no form '{bare}'{did_you_mean(bare, FORMS)}; known are {', '.join(FORMS)}"
        )
    if bare not in ("", *NUMBER_FORMS) and bare != form:
        raise ValueError(f"{{{name}:{form}}}: the form '{bare}' takes no sign and no decimals")
    return Field(name, bare, digits, form.startswith("+"))


def fields(parts: tuple[Part, ...]) -> list[Field]:
    """The fields of a parsed template, in their order."""
    return [part for part in parts if isinstance(part, Field)]


# --- inside ----------------------------------------------------------------------------------------------------------


def _parts(
    template: str, text: str, name: str | None, form: str | None, conversion: str | None
) -> Iterator[Part]:
    if text:
        no_digits(text)
        yield plain(text)
    if name is None:
        return
    if not name.isidentifier() or conversion:
        raise ValueError(
            f"the template {template!r} has the field {{{name}}}; write {{name}} or {{name:form}}"
        )
    yield field(name, form or "")
