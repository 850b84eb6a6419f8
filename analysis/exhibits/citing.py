"""Citing: what stands behind findings and exhibits, looked up in the tables, and the closing block of a notebook."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Mapping
from importlib import metadata
from typing import Any

from analysis import tables
from analysis.errors import BriefingError, did_you_mean
from analysis.measures.measured import Measured

from . import blocks, language, names

# The versions a reader needs to run a notebook again: the packages it is written with, and this one.
PACKAGES = ("central-asia-briefings", "jupyter", "nbconvert", "pandas", "papermill", "seaborn")
_CITATION = ("id", "title", "publisher", "published", "url", "licence", "accessed", "note")
_METHOD = ("method", "title", "formula", "definition", "counts", "reference")


def citations(sources: Iterable[str]) -> list[dict[str, Any]]:
    """The sources of these ids as plain text, in order, without repeats; an unknown id is a BriefingError."""
    ids = list(dict.fromkeys(sources))
    found = tables.cite(*ids) if ids else []
    return [
        {**dict.fromkeys(_CITATION, ""), **{key: _text(each) for key, each in one.items()}} for one in found
    ]


def methods(ids: Iterable[str]) -> list[dict[str, str]]:
    """The rows of the methods table with these ids, in order; an unknown id is a BriefingError."""
    return _rows("methods", "method", ids, _METHOD)


def flags(codes: Iterable[str]) -> list[dict[str, str]]:
    """The rows of the flags table with these codes, in order; an unknown code is a BriefingError."""
    return _rows("flags", "flag", codes, ("flag", "note"))


def named(measures: Iterable[Measured]) -> dict[str, str]:
    """The names of the reporters and partners of these measures, by their codes."""
    codes = dict.fromkeys(code for each in measures for code in (each.reporter, each.partner) if code)
    return {code: names.country(code, start=True) for code in codes if names.is_country(code)}


def references(*shown: Any, parameters: Any = None) -> References:
    """The closing block of a notebook: what its findings and exhibits cite, and what is needed to run it again.

    `shown` are findings and exhibits in the order of the notebook; `parameters` is what `contract.check` returned,
    or a mapping.
    """
    return References(tuple(shown), _plain_parameters(parameters))


class References:
    """Sources in the order of first use, the tables read so far with their hashes, versions and parameters.

    In a language other than English also the messages missed on the way.
    """

    id = "references"

    def __init__(self, shown: tuple[Any, ...], parameters: dict[str, Any]) -> None:
        self.sources = tuple(dict.fromkeys(source for each in shown for source in each.sources))
        self.parameters = parameters

    def block(self) -> dict[str, Any]:
        """The references as a block of plain text."""
        cited = citations(self.sources)  # first: looking them up is itself a read
        return blocks.checked(
            {
                "schema": blocks.SCHEMA,
                "kind": "references",
                "id": self.id,
                "citations": cited,
                "tables": {name: _table(name, used) for name, used in sorted(tables.used().items())},
                "packages": {name: _version(name) for name in PACKAGES},
                "parameters": self.parameters,
                "untranslated": language.missed(),
            }
        )

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        block = self.block()
        numbered = [f"{n}. {_line(one)}" for n, one in enumerate(block["citations"], start=1)]
        read = [
            f"- {blocks.escaped(name)}: {blocks.escaped(each['title'])} ({each['rows']} rows, SHA-256 {each['sha256']})"
            for name, each in block["tables"].items()
        ]
        lacking = [
            f"{len(block['untranslated'])} messages are not in this language yet: briefing messages --missing"
        ]
        parts = (numbered, read, lacking if block["untranslated"] else [])
        markdown = "\n\n".join("\n".join(part) for part in parts if part)
        return {
            blocks.MIME: block,
            "text/markdown": markdown,
            "text/plain": f"References: {len(numbered)} sources, {len(read)} tables",
        }


# --- inside ----------------------------------------------------------------------------------------------------------


def _rows(table: str, key: str, ids: Iterable[str], columns: tuple[str, ...]) -> list[dict[str, str]]:
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return []
    known = tables.records(table, key)
    unknown = [each for each in wanted if each not in known]
    if unknown:
        raise BriefingError(
            *(f"data/{table}.csv has no {key} '{each}'{did_you_mean(each, known)}" for each in unknown)
        )
    return [{column: _text(known[each].get(column)) for column in columns} for each in wanted]


def _text(cell: Any) -> str:
    """A cell of a table as plain text; nothing where it is empty."""
    if cell is None or (isinstance(cell, float) and math.isnan(cell)) or repr(cell) in ("<NA>", "NaT"):
        return ""
    return blocks.plain(cell.isoformat()[:10] if isinstance(cell, dt.date) else str(cell))


def _table(name: str, used: Mapping[str, Any]) -> dict[str, Any]:
    title = blocks.plain(tables.describe(name).title)
    return {"sha256": used["sha256"], "rows": int(used["rows"]), "title": title}


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"


def _plain_parameters(parameters: Any) -> dict[str, Any]:
    given = (
        parameters if isinstance(parameters, Mapping) else vars(parameters) if parameters is not None else {}
    )
    return {str(name): _json(value) for name, value in given.items()}


def _json(value: Any) -> Any:
    """A parameter as JSON: dates as text, tuples as lists."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_json(item) for item in value]
    if (
        value is None
        or isinstance(value, bool | int | str)
        or (isinstance(value, float) and math.isfinite(value))
    ):
        return blocks.plain(value) if isinstance(value, str) else value
    raise ValueError(f"the parameter {value!r} cannot be written down: it is no text, number, date or list")


def _line(citation: Mapping[str, str]) -> str:
    """One source as a line of markdown."""
    made = ", ".join(filter(None, (citation["publisher"], citation["published"])))
    seen = f"accessed {citation['accessed']}" if citation["accessed"] else ""
    said = ". ".join(blocks.escaped(part) for part in (citation["title"], made) if part)
    url = citation["url"]
    link = f"<{url}>" if re.fullmatch(r"https?://[^\s<>]+", url) else blocks.escaped(url)
    return ", ".join(filter(None, (said, link, blocks.escaped(seen), blocks.escaped(citation["licence"]))))
