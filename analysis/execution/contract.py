"""The contract of a notebook: the parameters it declares, and the check of what it is given.

    from analysis import contract
    p = contract.check("bilateral_trade", globals())

The same declarations give the command its options, the form its JSON Schema and the notebook its typed values,
and everybody who is refused reads the same sentence.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from analysis.errors import UsageError, did_you_mean
from analysis.execution import declaration, kinds
from analysis.execution import notebook as nb
from analysis.execution.domains import ENUMERATED, Domain, Lookup, parse
from analysis.execution.kinds import Kind, RefusedError
from analysis.exhibits import language

# Names have one meaning in every notebook, so the rules between them are said once.
STATE_DATES = ("as_of", "known_by")
DIFFERENT = (("reporter", "partner", "countries"), ("bloc_a", "bloc_b", "blocs"))


@dataclass(frozen=True)
class Parameter:
    """One declared parameter; `default` is in JSON form (dates are ISO text)."""

    name: str
    type: Kind
    default: Any
    help: str = ""
    domain: Domain | None = None

    @property
    def optional(self) -> bool:
        """Whether it may stay empty."""
        return self.type.optional

    @property
    def type_text(self) -> str:
        """The type as the notebook writes it."""
        return str(self.type)

    @property
    def domain_text(self) -> str:
        """The domain as the notebook writes it, or nothing."""
        return "" if self.domain is None else str(self.domain)

    def choices(self) -> tuple[Any, ...] | None:
        """Every value allowed, where they can be listed: for completion."""
        return self.type.scalar.choices or Lookup().values(self.domain, self.type)


@dataclass(frozen=True)
class Contract:
    """What may be given to `title` ("notebook bilateral_trade"): an ordered set of parameters."""

    name: str
    title: str
    parameters: tuple[Parameter, ...]

    def __getitem__(self, name: str) -> Parameter:
        return next(parameter for parameter in self.parameters if parameter.name == name)

    def __contains__(self, name: object) -> bool:
        return name in self.names

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters' names, in order."""
        return tuple(parameter.name for parameter in self.parameters)

    @property
    def defaults(self) -> dict[str, Any]:
        """Every parameter with its default, in JSON form."""
        return {parameter.name: deepcopy(parameter.default) for parameter in self.parameters}

    def problems(self, raw: Mapping[str, Any], *, where: str | None = None) -> list[str]:
        """Everything that is wrong with the given values, a sentence each."""
        return _settle(self, raw, where)[1]

    def coerce(self, raw: Mapping[str, Any], *, where: str | None = None) -> dict[str, Any]:
        """All parameters, given or by default, JSON-safe and inside their domains.

        `where` replaces "notebook x" as the place that sentences name ("reports/x.yml, section trade").
        Raises `UsageError` with every problem at once.
        """
        values, problems = _settle(self, raw, where)
        if problems:
            raise UsageError(*problems)
        return values

    def namespace(self, values: Mapping[str, Any]) -> SimpleNamespace:
        """Coerced values as a notebook uses them: dates typed, empty `as_of` and `known_by` the cut-off."""
        typed = {name: kinds.to_python(self[name].type, value) for name, value in values.items()}
        for name in STATE_DATES:
            if name in typed and typed[name] is None:
                typed[name] = _cutoff()
        return SimpleNamespace(**typed)

    def json_schema(self) -> dict[str, Any]:
        """The contract as a JSON Schema (2020-12) of one object."""
        lookup = Lookup()
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": self.title,
            "type": "object",
            "additionalProperties": False,
            "properties": {each.name: _property(each, lookup) for each in self.parameters},
        }


def read(path: Path | str) -> Contract:
    """The contract that the notebook in `path` declares in its cell tagged `parameters`.

    Raises `UsageError` with every problem of the cell: a derived value, a missing annotation, a default outside
    its own domain.
    """
    path = Path(path)
    title = f"notebook {path.stem}"
    notebook = nb.load(path)
    try:
        number, cell = declaration.tagged_cell(notebook)
    except RefusedError as refusal:
        raise UsageError(f"{title}: {refusal}") from None
    place = f"{title}, cell {number}"
    known = declaration.imported_before(notebook, number)
    found, phrases = declaration.declared(nb.source(cell), known)
    lookup = Lookup()
    parameters = []
    for each in found:
        try:
            parameters.append(_parameter(each, lookup))
        except RefusedError as refusal:
            phrases.append(f"parameter {each.name} {refusal}")
    problems = [f"{place}: {phrase}" for phrase in phrases]
    contract = Contract(path.stem, title, tuple(parameters))
    if problems := problems or _cross_problems(contract, contract.defaults, f"{place}: by default"):
        raise UsageError(*problems)
    return contract


def check(name: str, namespace: Mapping[str, Any]) -> SimpleNamespace:
    """The parameters of notebook `name`, typed and checked, taken from its own namespace: `globals()`.

    From here on the notebook speaks its `language`.

    Dates come as `datetime.date`; `as_of` and `known_by` left empty are the cut-off of the data. A notebook run
    by hand or by bare papermill so refuses what the command refuses, with the same sentences.
    """
    from analysis import tables

    contract = read(tables.root() / "notebooks" / f"{name}.ipynb")
    absent = [
        f"{contract.title}: {each} has no value; run the cell tagged 'parameters' first"
        for each in contract.names
        if each not in namespace
    ]
    raw = {each: namespace[each] for each in contract.names if each in namespace}
    # papermill only warns of a name that the notebook does not know; the cell it injected stands in the history.
    injected = (cell for cell in namespace.get("In") or () if str(cell).startswith("# Parameters\n"))
    strangers = {each for cell in injected for each in declaration.assigned_names(cell)} - set(contract.names)
    values, problems = _settle(contract, raw | dict.fromkeys(sorted(strangers)), None)
    if absent or problems:
        raise UsageError(*absent, *problems)
    language.use(values.get("language") or language.SOURCE)
    return contract.namespace(values)


def _parameter(each: declaration.Declared, lookup: Lookup) -> Parameter:
    said, domain = parse(each.comment, each.kind)
    if domain is not None:
        lookup.values(domain, each.kind)  # an unknown table or column is told as such, not as a bad default
        lookup.span(domain, each.kind)
    try:
        default = kinds.coerce(each.kind, each.default)
        lookup.check(domain, each.kind, default)
    except RefusedError as refusal:
        raise RefusedError(f"has a default outside its own declaration: {refusal}") from None
    return Parameter(each.name, each.kind, default, said, domain)


def _settle(
    contract: Contract, raw: Mapping[str, Any], where: str | None
) -> tuple[dict[str, Any], list[str]]:
    place = where or contract.title
    lookup = Lookup()
    values = contract.defaults
    problems = [_unknown(contract, name, where) for name in raw if name not in contract.names]
    refused: set[str] = set()
    for parameter in contract.parameters:
        if parameter.name not in raw:
            continue
        try:
            value = kinds.coerce(parameter.type, raw[parameter.name])
            lookup.check(parameter.domain, parameter.type, value)
            values[parameter.name] = value
        except RefusedError as refusal:
            refused.add(parameter.name)
            problems.append(f"{place}: {parameter.name} {refusal}")
    sound = {name: value for name, value in values.items() if name not in refused}
    return values, problems + _cross_problems(contract, sound, f"{place}:")


def _unknown(contract: Contract, name: str, where: str | None) -> str:
    names = contract.names
    advice = did_you_mean(name, names) or (f"; it has {', '.join(names)}" if names else "; it has none")
    return f"{f'{where}: ' if where else ''}{contract.title} has no parameter '{name}'{advice}"


def _cross_problems(contract: Contract, values: Mapping[str, Any], lead: str) -> list[str]:
    """What is wrong between parameters that are each right; only pairs of which both are here."""
    problems = []
    start, end = values.get("start"), values.get("end")
    if isinstance(start, int) and isinstance(end, int) and start >= end:
        problems.append(f"start {start} is not before end {end}; choose an earlier start or a later end")
    for first, second, table in DIFFERENT:
        if values.get(first) is not None and values.get(first) == values.get(second):
            problems.append(f"{first} and {second} are both '{values[first]}'; choose two different {table}")
    pair = values.get("pair")
    if isinstance(pair, list) and pair and (len(pair) != 2 or pair[0] == pair[1]):
        problems.append(f"pair is {', '.join(pair)}; write two different countries, or none")
    return [f"{lead} {problem}" for problem in [*problems, *_early(values), *_late(values)]]


def _early(values: Mapping[str, Any]) -> list[str]:
    """Dates before the first day that the data speak about."""
    given = {name: values.get(name) for name in (*STATE_DATES, "since")}
    asked = {name: value for name, value in given.items() if isinstance(value, str)}
    if not asked:
        return []
    from analysis import tables

    first = tables.earliest()
    return [
        f"{name} {value} is before {first.isoformat()}, where the data begin; choose that day or a later one"
        for name, value in asked.items()
        if first is not None and value < first.isoformat()
    ]


def _late(values: Mapping[str, Any]) -> list[str]:
    given = [name for name in STATE_DATES if values.get(name) is not None]
    since = values.get("since")
    since = since if isinstance(since, str) and "as_of" in values else None
    if not given and since is None:
        return []
    cutoff = _cutoff().isoformat()
    problems = [
        f"{name} {values[name]} is after {cutoff}, the cut-off of the data; choose that day or an earlier one"
        for name in given
        if values[name] > cutoff
    ]
    as_of = values.get("as_of") or cutoff
    if since is not None and since > as_of:
        problems.append(f"since {since} is after as_of {as_of}; choose an earlier since or a later as_of")
    return problems


def _cutoff() -> date:
    from analysis import tables

    return tables.cutoff()


_JSON_TYPES = {"int": "integer", "float": "number", "bool": "boolean", "str": "string", "date": "string"}


def _property(parameter: Parameter, lookup: Lookup) -> dict[str, Any]:
    scalar = _scalar_schema(parameter, lookup)
    schema = {"type": "array", "items": scalar} if parameter.type.name == "list" else scalar
    if parameter.optional:
        schema = {"anyOf": [schema, {"type": "null"}]}
    described = {"description": parameter.help} if parameter.help else {}
    domain = {"x-domain": parameter.domain_text} if parameter.domain else {}
    return {**schema, **described, **domain, "default": parameter.default}


def _scalar_schema(parameter: Parameter, lookup: Lookup) -> dict[str, Any]:
    scalar = parameter.type.scalar
    if scalar.name == "literal":
        return {"enum": list(scalar.choices)}
    schema: dict[str, Any] = {"type": _JSON_TYPES[scalar.name]}
    if scalar.name == "date":
        schema["format"] = "date"
    if values := lookup.values(parameter.domain, parameter.type):
        return {**schema, "enum": list(values)} if len(values) <= ENUMERATED else schema
    if (span := lookup.span(parameter.domain, parameter.type)) and scalar.name != "date":
        return {**schema, "minimum": span[0], "maximum": span[1]}
    return schema
