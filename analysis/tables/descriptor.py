"""What is declared about a table: `data/X.yml`, a Frictionless resource descriptor, read strictly."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import yaml

from analysis.errors import did_you_mean
from analysis.tables import place
from analysis.tables.faults import TableError

TYPES = ("string", "integer", "number", "boolean", "date")
CONSTRAINTS = ("required", "unique", "enum", "pattern", "minimum", "maximum", "minLength", "maxLength")
RESOURCE_KEYS = {
    "required": ("name", "path", "title", "description", "licenses", "sources", "schema", "revisions"),
    "optional": ("type", "profile", "scheme", "format", "mediatype", "encoding", "dialect"),
}
SCHEMA_KEYS = {"required": ("fields",), "optional": ("primaryKey", "foreignKeys", "missingValues")}
FIELD_KEYS = {
    "required": ("name", "type", "description"),
    "optional": ("title", "unit", "constraints", "x-coarse-date", "x-message", "format"),
}


@dataclass(frozen=True)
class Column:
    """One column as declared; `unit` is None where it has none. `is_message` says that its texts are our own words,
    which another language translates."""

    name: str
    type: str
    description: str
    unit: str | None = None
    constraints: Mapping[str, Any] = field(default_factory=dict)
    is_coarse_date: bool = False
    is_message: bool = False

    @property
    def is_required(self) -> bool:
        return bool(self.constraints.get("required"))


@dataclass(frozen=True)
class ForeignKey:
    """Columns whose cells must stand in the columns `target` of another table."""

    columns: tuple[str, ...]
    table: str
    target: tuple[str, ...]


@dataclass(frozen=True)
class Descriptor:
    """A declared table: what it holds, under which terms, in which columns and keys."""

    name: str
    title: str
    description: str
    licences: tuple[Mapping[str, str], ...]
    sources: tuple[Mapping[str, str], ...]
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...]
    revisions: tuple[Mapping[str, str], ...]

    @property
    def licence(self) -> str:
        """The licences as one line of text."""
        return "; ".join(entry.get("title") or entry["name"] for entry in self.licences)

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


class _Strict(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """YAML without surprises: a key twice is an error, a date stays text, only true and false are booleans."""


_Strict.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in pairs if not tag.endswith((":timestamp", ":bool"))]
    for letter, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Strict.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"true|false"), list("tf"))


def _mapping(loader: _Strict, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node)
        if key in seen:
            raise yaml.MarkedYAMLError(None, None, f"the key '{key}' stands here twice", key_node.start_mark)
        seen.add(key)
    return yaml.SafeLoader.construct_mapping(loader, node, deep=True)


_Strict.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def raw(name: str) -> dict[str, Any]:
    """The descriptor of a table as it is written; TableError when it is missing or no YAML mapping."""
    return _written(name, place.contents(name, "yml"))


def _written(name: str, content: bytes) -> dict[str, Any]:
    file = place.file_of(name, "yml")
    try:
        found = yaml.load(content.decode("utf-8-sig"), _Strict)
    except UnicodeDecodeError:
        raise TableError(f"{file} is not UTF-8; save it as UTF-8") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise TableError(f"{file} line {line}: not valid YAML, {error.problem}; mend that line") from None
    except yaml.YAMLError as error:
        raise TableError(f"{file}: not valid YAML, {' '.join(str(error).split())}; mend it") from None
    if not isinstance(found, dict):
        raise TableError(f"{file} holds no descriptor; restore it with 'git checkout {file}'")
    return found


def load(name: str) -> Descriptor:
    """The descriptor of a table; TableError with every fault of it."""
    return _load(name, place.contents(name, "yml"), place.ending_of(name))


@lru_cache(maxsize=128)
def _load(name: str, content: bytes, ending: str) -> Descriptor:
    written = _written(name, content)
    file = place.file_of(name, "yml")
    if faults := [f"{file}: {fault}" for fault in _faults(name, written, ending)]:
        raise TableError(*faults)
    schema = written["schema"]
    return Descriptor(
        name=name,
        title=written["title"],
        description=" ".join(written["description"].split()),
        licences=tuple(written["licenses"]),
        sources=tuple(written["sources"]),
        columns=tuple(_column(entry) for entry in schema["fields"]),
        primary_key=_listed(schema.get("primaryKey")),
        foreign_keys=tuple(_foreign_key(name, entry) for entry in schema.get("foreignKeys") or ()),
        revisions=tuple(written["revisions"]),
    )


def _listed(value: Any) -> tuple[str, ...]:
    if not value:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


def _column(entry: Mapping[str, Any]) -> Column:
    return Column(
        name=entry["name"],
        type=entry["type"],
        description=" ".join(entry["description"].split()),
        unit=entry.get("unit"),
        constraints=entry.get("constraints") or {},
        is_coarse_date=bool(entry.get("x-coarse-date")),
        is_message=bool(entry.get("x-message")),
    )


def _foreign_key(name: str, entry: Mapping[str, Any]) -> ForeignKey:
    reference = entry["reference"]
    return ForeignKey(
        _listed(entry["fields"]), reference.get("resource") or name, _listed(reference["fields"])
    )


# --- faults of a descriptor ---------------------------------------------------------------------------


def _faults(name: str, written: Mapping[str, Any], ending: str) -> Iterator[str]:
    yield from _keys("", written, RESOURCE_KEYS)
    if written.get("name", name) != name:
        yield f"name is '{written['name']}'; it must be '{name}' like the file"
    if written.get("path", f"{name}.{ending}") != f"{name}.{ending}":
        yield f"path is '{written['path']}'; it must be '{name}.{ending}'"
    if written.get("format", ending) != ending:
        yield f"format is '{written['format']}'; it must be '{ending}'"
    for key in ("title", "description"):
        if key in written and not isinstance(written[key], str):
            yield f"{key} is not text; write it in quotes"
    for key in ("licenses", "sources", "revisions"):
        entries = written.get(key, [])
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            yield f"{key} is not a list of entries; write '- title: ...' below it"
    schema = written.get("schema", {})
    if not isinstance(schema, dict):
        yield "schema is not a mapping; write 'fields:' below it"
        return
    yield from _keys("schema: ", schema, SCHEMA_KEYS)
    entries = schema.get("fields")
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        yield "schema.fields lists no columns; declare each with name, type and description"
        return
    for entry in entries:
        yield from _field_faults(entry)
    columns = [entry.get("name") for entry in entries]
    for column in sorted({str(column) for column in columns if columns.count(column) > 1}):
        yield f"column '{column}' is declared twice; keep one"
    yield from _key_faults(schema, [str(column) for column in columns])


def _keys(where: str, entry: Mapping[str, Any], allowed: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    known = allowed["required"] + allowed["optional"]
    for key in entry:
        if key not in known:
            yield f"{where}unknown key '{key}'{did_you_mean(str(key), known)}"
    for key in allowed["required"]:
        if key not in entry:
            yield f"{where}the key '{key}' is missing; add it"


def _field_faults(entry: Mapping[str, Any]) -> Iterator[str]:
    where = f"column '{entry.get('name', '?')}': "
    yield from _keys(where, entry, FIELD_KEYS)
    for key in ("name", "description"):
        if key in entry and not isinstance(entry[key], str):
            yield f"{where}{key} is not text; write it in quotes"
    if "type" in entry and entry["type"] not in TYPES:
        yield f"{where}type '{entry['type']}' is not one of {', '.join(TYPES)}{did_you_mean(str(entry['type']), TYPES)}"
    constraints = entry.get("constraints") or {}
    if not isinstance(constraints, dict):
        yield f"{where}constraints is not a mapping"
        return
    for key, value in constraints.items():
        if key not in CONSTRAINTS:
            yield f"{where}unknown constraint '{key}'{did_you_mean(str(key), CONSTRAINTS)}"
        elif key == "enum" and not (isinstance(value, list) and value):
            yield f"{where}enum lists no values"
        elif key == "enum" and entry.get("type") == "string" and not all(isinstance(v, str) for v in value):
            yield f"{where}enum holds a value that is not text; write it in quotes"
        elif key == "pattern":
            try:
                re.compile(value)
            except (re.error, TypeError) as error:
                yield f"{where}pattern {value!r} is no regular expression ({error})"


def _key_faults(schema: Mapping[str, Any], columns: list[str]) -> Iterator[str]:
    for column in _listed(schema.get("primaryKey")):
        if column not in columns:
            yield f"primaryKey names '{column}', which is no column{did_you_mean(column, columns)}"
    for entry in schema.get("foreignKeys") or ():
        reference = entry.get("reference") if isinstance(entry, dict) else None
        if not isinstance(reference, dict) or "fields" not in entry or "fields" not in reference:
            yield "a foreign key lacks 'fields' or 'reference: {resource, fields}'; complete it"
            continue
        if len(_listed(entry["fields"])) != len(_listed(reference["fields"])):
            yield f"the foreign key of {entry['fields']} names another number of columns than it refers to"
        for column in _listed(entry["fields"]):
            if column not in columns:
                yield f"a foreign key names '{column}', which is no column{did_you_mean(column, columns)}"
