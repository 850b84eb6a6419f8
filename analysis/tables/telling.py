"""What is declared about a table, told in lines of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analysis.tables import place
from analysis.tables.descriptor import Column, Descriptor


def told(described: Descriptor, rows: int) -> Iterator[str]:
    """The lines that describe a table of so many `rows`: its columns, keys, licence, sources and revisions."""
    yield from (f"{described.name}: {described.title}, {rows} rows in {place.file_of(described.name)}", "")
    yield from (described.description, "")
    yield from aligned(
        [
            (
                f"  {column.name}",
                f"{column.type}, {column.unit}" if column.unit else column.type,
                f"{column.description} [{said}]" if (said := rules(column)) else column.description,
            )
            for column in described.columns
        ]
    )
    yield from ("", f"Key: {', '.join(described.primary_key) or 'none'}")
    for key in described.foreign_keys:
        yield f"Key of another table: {', '.join(key.columns)}, in {place.file_of(key.table)} {', '.join(key.target)}"
    yield f"Licence: {described.licence}"
    for source in described.sources:
        link = source.get("path", "")
        yield f"Source: {source.get('title', '')}{f', {link}' if link.startswith('http') else ''}"
    for revision in described.revisions:
        yield f"Revised {revision.get('date', '')}: {revision.get('note', '')}"


def rules(column: Column) -> str:
    """What a cell of a column must be, in a few words.

    >>> rules(Column("status", "string", "", constraints={"required": True, "enum": ["member", "observer"]}))
    'required, member | observer'
    """
    declared = column.constraints
    words = ["required"] if column.is_required else []
    words += ["unique"] if declared.get("unique") else []
    words += [" | ".join(map(str, declared["enum"]))] if "enum" in declared else []
    words += ["YYYY, YYYY-MM or YYYY-MM-DD"] if column.is_coarse_date else []
    words += [f"from {declared['minimum']}"] if "minimum" in declared else []
    words += [f"up to {declared['maximum']}"] if "maximum" in declared else []
    return ", ".join(words)


def aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Rows as lines with aligned columns, the last one free.

    >>> aligned([("a", "one"), ("bcd", "two")])
    ['a    one', 'bcd  two']
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)][:-1]
    return [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]).rstrip()
        for row in rows
    ]
