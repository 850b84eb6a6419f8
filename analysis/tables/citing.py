"""Citations: every source once, from the one table of sources."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from analysis.errors import did_you_mean
from analysis.tables import descriptor as descriptors
from analysis.tables.faults import TableError
from analysis.tables.invariants import row_id
from analysis.tables.place import names
from analysis.tables.reading import keys_of, read

FIELDS = ("title", "publisher", "published", "url", "licence", "accessed", "note")


def cite(*source_ids: str) -> list[dict[str, str | None]]:
    """The citations of some sources, each once, in the order in which they are first named.

    A citation is a dict with id, title, publisher, published, url, licence, accessed and note, in the
    words of `data/sources.csv`; what is not known is None. Raises TableError naming every unknown id.
    """
    sources = read("sources").set_index("source")
    wanted = list(dict.fromkeys(map(str, source_ids)))
    unknown = [source for source in wanted if source not in sources.index]
    if unknown:
        raise TableError(
            *(
                f"no source '{source}' in data/sources.csv{did_you_mean(source, sources.index)}"
                for source in unknown
            )
        )
    rows = sources.loc[wanted, list(FIELDS)].astype(object)
    rows = rows.where(rows.notna(), None)
    return [{"id": source, **row} for source, row in zip(wanted, rows.to_dict("records"), strict=True)]


def by_rank(source_ids: Iterable[str]) -> list[str]:
    """Sources in the order of their kinds, official ones first, each once; of one kind in the order given.

    >>> by_rank(["wiki-ots", "turkicstates-summits", "wiki-ots"])
    ['turkicstates-summits', 'wiki-ots']
    """
    kinds = dict(read("sources")[["source", "kind"]].itertuples(index=False))
    ranks = dict(read("source_kinds")[["kind", "rank"]].itertuples(index=False))
    return sorted(
        dict.fromkeys(map(str, source_ids)), key=lambda source: ranks.get(kinds.get(source), len(ranks))
    )


def sources_of(rows: Iterable[str]) -> tuple[str, ...]:
    """The sources of some rows, named as `table:key`, each once and in their order.

    A row that is not there, or whose table names no source, adds nothing.

    >>> sources_of(["blocs:eaeu", "blocs:eaeu"]) == sources_of(["blocs:eaeu"])
    True
    """
    wanted: dict[str, list[str]] = {}
    for row in rows:
        wanted.setdefault(row.partition(":")[0], []).append(row)
    found: dict[str, None] = {}
    for table in wanted:
        known = _sources(table) if table in names() else {}
        found |= dict.fromkeys(known[row] for row in wanted[table] if row in known)
    return tuple(found)


def _sources(table: str) -> dict[str, str]:
    """The source of each row of a table, by the id of the row; made once for the rows that it holds."""
    described = descriptors.load(table)
    if "source" not in (column.name for column in described.columns):
        return {}
    columns = (*described.primary_key, "source")
    return _by_row(table, columns, keys_of(table, columns))


@lru_cache(maxsize=64)
def _by_row(table: str, columns: tuple[str, ...], rows: frozenset[tuple[str, ...]]) -> dict[str, str]:
    return {row_id(table, dict(zip(columns, row, strict=True))): row[-1] for row in rows}
