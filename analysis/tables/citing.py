"""Citations: every source once, from the one table of sources."""

from __future__ import annotations

from analysis.errors import did_you_mean
from analysis.tables.faults import TableError
from analysis.tables.reading import read

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
