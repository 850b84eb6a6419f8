"""Title templates: `"{reporter} and {partner}"`, filled with the names that the tables give to codes.

A template is a message of the catalogues; a translated one may ask for a case, `{partner:instrumental}`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from string import Formatter
from typing import Any

from analysis import tables
from analysis.errors import did_you_mean
from analysis.execution.contract import Contract, Parameter
from analysis.execution.domains import Column
from analysis.exhibits import language, names, wording

# who names the rows of a table in other languages
NAMED = {"countries": names.country, "blocs": names.bloc}
# the column that names a row, best first: a short name for a title, else its name
NAMING = ("label", "name", "title")


def problems(template: str, known: Sequence[str]) -> Iterator[str]:
    """What is wrong with a template, each a phrase: only `{name}` of a known parameter may stand in it.

    >>> list(problems("{reportr} and {partner}", ["reporter", "partner"]))
    ["{reportr} is no parameter of the definition (did you mean 'reporter'?)"]
    """
    try:
        fields = list(Formatter().parse(template))
    except ValueError as error:
        yield f"is no template ({error}); write {{name}} for a parameter, {{{{ for a brace"
        return
    for _, name, form, conversion in fields:
        if name is None:
            continue
        if name in known and (form or conversion):
            yield f"{{{name}}} asks for a form of its value; write {{{name}}} alone"
        elif name not in known:
            near = did_you_mean(name, known) or f"; there are {', '.join(known) or 'none'}"
            yield f"{{{name}}} is no parameter of the definition{near}"


def filled(template: str, contract: Contract, values: Mapping[str, Any]) -> str:
    """The template with each parameter as a reader knows it: a country's name, a bloc's label, a day in words."""
    told = []
    for text, name, form, _ in Formatter().parse(language.text(template)):
        value = "" if name is None else said(contract[name], values[name])
        told += [text, names.case(value, form) if form and isinstance(value, names.Name) else value]
    return "".join(told)


def said(parameter: Parameter, value: Any) -> str:
    """A value in words."""
    if isinstance(value, list):
        return wording.join([said(parameter, item) for item in value])
    if parameter.type.scalar.name == "date":
        return wording.date(value or tables.cutoff())
    if isinstance(parameter.domain, Column) and isinstance(value, str):
        named = NAMED.get(parameter.domain.table)
        if named and language.current() != language.SOURCE:
            return named(value)
        frame = tables.read(parameter.domain.table)
        rows = frame[frame[parameter.domain.column] == value]
        naming = next((column for column in NAMING if column in rows.columns), None)
        if naming and len(rows) and rows[naming].notna().iloc[0]:
            return str(rows[naming].iloc[0])
    return str(value)
