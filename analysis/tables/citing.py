"""Citations: every source once, from the one table of sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from analysis.errors import did_you_mean
from analysis.tables import descriptor as descriptors
from analysis.tables.faults import TableError
from analysis.tables.invariants import id_of
from analysis.tables.place import contents, is_declared
from analysis.tables.reading import records, texts

FIELDS = ("title", "publisher", "published", "url", "licence", "accessed", "note")


def cite(*source_ids: str) -> list[dict[str, str | None]]:
    """The citations of some sources, each once, in the order in which they are first named.

    A citation is a dict with id, title, publisher, published, url, licence, accessed and note, in the
    words of `data/sources.csv`; what is not known is None. Raises TableError naming every unknown id.
    """
    sources = records("sources", "source")
    wanted = list(dict.fromkeys(map(str, source_ids)))
    unknown = [source for source in wanted if source not in sources]
    if unknown:
        raise TableError(
            *(
                f"no source '{source}' in data/sources.csv{did_you_mean(source, sources)}"
                for source in unknown
            )
        )
    return [{"id": source, **{field: sources[source][field] for field in FIELDS}} for source in wanted]


def by_rank(source_ids: Iterable[str]) -> list[str]:
    """Sources in the order of their kinds, official ones first, each once; of one kind in the order given.

    >>> by_rank(["wiki-ots", "turkicstates-summits", "wiki-ots"])
    ['turkicstates-summits', 'wiki-ots']
    """
    sources, kinds = records("sources", "source"), records("source_kinds", "kind")

    def rank(source: str) -> int:
        kind = sources[source]["kind"] if source in sources else None
        return kinds[kind]["rank"] if kind in kinds else len(kinds)

    return sorted(dict.fromkeys(map(str, source_ids)), key=rank)


def sources_of(rows: Iterable[str], known: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """The sources of some rows, named as `table:key`, each once and in their order, table by table.

    A row that is not there, or whose table names no source, adds nothing. `known` are the sources of these rows and
    others where they were looked up before.

    >>> sources_of(["blocs:eaeu", "blocs:eaeu"]) == sources_of(["blocs:eaeu"])
    True
    """
    rows = [row for table in _by_table(rows).values() for row in table]
    known = source_by_row(rows) if known is None else known
    return tuple(dict.fromkeys(known[row] for row in rows if row in known))


def source_by_row(rows: Iterable[str]) -> dict[str, str]:
    """The source of each of these rows that is there and has one; each table is looked at once.

    >>> list(source_by_row(["blocs:eaeu", "blocs:no-such-bloc"]))
    ['blocs:eaeu']
    """
    found = {}
    for table, wanted in _by_table(rows).items():
        known = _sources(table) if is_declared(table) else {}
        found |= {row: known[row] for row in wanted if row in known}
    return found


def _by_table(rows: Iterable[str]) -> dict[str, list[str]]:
    wanted: dict[str, list[str]] = {}
    for row in rows:
        wanted.setdefault(row.partition(":")[0], []).append(row)
    return wanted


def _sources(table: str) -> dict[str, str]:
    """The source of each row of a table, by the id of the row; made once for the rows that it holds."""
    described = descriptors.load(table)
    if "source" not in (column.name for column in described.columns):
        return {}
    return _by_row(table, (*described.primary_key, "source"), contents(table))


@lru_cache(maxsize=64)
def _by_row(table: str, columns: tuple[str, ...], content: bytes) -> dict[str, str]:
    return {id_of(table, key): source for *key, source in texts(table, content, columns)}
