"""Rules that no single descriptor can say: across columns, across rows, across tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import combinations
from typing import TYPE_CHECKING

from analysis.errors import did_you_mean
from analysis.tables import descriptor as descriptors
from analysis.tables import place, validating
from analysis.tables.dates import before, interval, surely_overlap
from analysis.tables.faults import at
from analysis.tables.parsing import Cells
from analysis.tables.reading import examine, read

if TYPE_CHECKING:
    import pandas as pd

Row = dict[str, str]
# pairs of columns in which the second date may not come before the first
ORDERED = (("start", "end"), ("valid_from", "valid_to"), ("founded", "dissolved"), ("published", "accessed"))
PERIOD = ("period_start", "period_end", "year", "is_partial_year")
# tables of which a rule asks for whole rows; all others may be large
READ_BY_ROW = ("blocs", "further_sources", "memberships", "source_kinds", "sources")
MIRROR_LOW, MIRROR_HIGH = 0.2, 5.0


def problems() -> list[str]:
    """Every breach of the rules across tables; the tables themselves must be sound."""
    every = {name: cells for name in place.names() if (cells := examine(name)[0]) is not None}
    found: list[str] = []
    for name, cells in every.items():
        for first, second in ORDERED:
            found += _each(name, cells, (first, second), _disorder)
        found += _each(name, cells, PERIOD, _period_fault)
    rows = {name: list(_rows(every[name])) for name in READ_BY_ROW if name in every}
    found += _overlapping(rows.get("memberships", []))
    found += _outside_life(rows.get("memberships", []), rows.get("blocs", []))
    found += _orphans(every, rows)
    found += _unknown_rows(every)
    found += _not_first(rows)
    return found


def _rows(cells: Cells) -> Iterator[tuple[int, Row]]:
    header = tuple(cells.columns)
    for line, row in zip(cells.lines, validating.rows_of(cells, header), strict=True):
        yield line, dict(zip(header, row, strict=True))


def _each(
    name: str, cells: Cells, columns: tuple[str, ...], fault_of: Callable[..., str | None]
) -> Iterator[str]:
    """The faults of the cells of some columns, if the table has them; rows with the same cells are judged once."""
    if not cells.columns.keys() >= set(columns):
        return
    faulty = {
        row: fault
        for row in set(validating.rows_of(cells, columns))
        if (fault := fault_of(*row, columns=columns))
    }
    if faulty:
        for line, row in zip(cells.lines, validating.rows_of(cells, columns), strict=True):
            if row in faulty:
                yield f"{at(place.file_of(name), line)}: {faulty[row]}"


def _disorder(start: str, end: str, *, columns: tuple[str, ...]) -> str | None:
    """A date surely after the one it should precede; for a spell, which is half-open, also one on the same day."""
    if not start or not end:
        return None
    is_spell = columns != ("published", "accessed")
    if before(end, start) or (is_spell and start == end and len(start) == len("YYYY-MM-DD")):
        fault = "is not before" if is_spell else "is after"
        return f"{columns[0]} {start} {fault} {columns[1]} {end}; correct one of them"
    return None


def _period_fault(
    start: str, end: str, year: str, is_partial: str, *, columns: tuple[str, ...]
) -> str | None:
    """A period lies inside its year, and is marked partial exactly when it is shorter."""
    if end < start:
        return f"the period ends on {end}, before it starts on {start}; correct one of them"
    if not start.startswith(f"{year}-") or not end.startswith(f"{year}-"):
        return f"the period {start} to {end} is not inside the year {year}; correct one of them"
    if (is_partial == "true") != ((start, end) != (f"{year}-01-01", f"{year}-12-31")):
        return f"is_partial_year is {is_partial}, but the period is {start} to {end}; correct one of them"
    return None


def _overlapping(memberships: list[tuple[int, Row]]) -> Iterator[str]:
    """Two spells of one status of one country in one bloc that surely share a day."""
    spells: dict[tuple[str, ...], list[tuple[int, Row]]] = {}
    for line, row in memberships:
        spells.setdefault((row["bloc"], row["country"], row["status"]), []).append((line, row))
    for (bloc, country, status), rows in spells.items():
        for (line, one), (other_line, other) in combinations(rows, 2):
            if surely_overlap(
                (one["start"] or None, one["end"] or None), (other["start"] or None, other["end"] or None)
            ):
                yield (
                    f"{at(place.file_of('memberships'), other_line)}: {country} is {status} of {bloc} in two spells "
                    f"that overlap (see line {line}); end the first where the second starts"
                )


def _outside_life(memberships: list[tuple[int, Row]], blocs: list[tuple[int, Row]]) -> Iterator[str]:
    """A spell that surely begins before its bloc, or outlives it."""
    lives = {row["bloc"]: (row["founded"], row["dissolved"]) for _, row in blocs}
    for line, row in memberships:
        founded, dissolved = lives.get(row["bloc"], ("", ""))
        where, start, end = at(place.file_of("memberships"), line), row["start"], row["end"]
        if founded and start and before(start, founded):
            yield f"{where}, column start: {start} is before {row['bloc']} was founded ({founded}); correct one of them"
        if dissolved and start and before(dissolved, start):
            yield f"{where}, column start: {start} is after {row['bloc']} was dissolved ({dissolved}); correct one of them"
        if dissolved and (not end or before(dissolved, end)):
            yield (
                f"{where}, column end: {end or 'no end'}, but {row['bloc']} was dissolved in {dissolved}; "
                "end the spell there"
            )


def _orphans(every: dict[str, Cells], rows: dict[str, list[tuple[int, Row]]]) -> Iterator[str]:
    """A source is cited by a row, or declared as background; never both, never neither."""
    cited: set[str] = set()
    for name, cells in every.items():
        for key in descriptors.load(name).foreign_keys:
            if key.table == "sources":
                cited = cited.union(*(cells.columns[column] for column in key.columns))
    for line, row in rows.get("sources", []):
        is_background = row.get("is_background") == "true"
        where = at(place.file_of("sources"), line, "is_background")
        if row["source"] not in cited and not is_background:
            yield f"{where}: no row cites '{row['source']}'; cite it, remove it or mark it true"
        if row["source"] in cited and is_background:
            yield f"{where}: rows cite '{row['source']}'; mark it false"


def _unknown_rows(every: dict[str, Cells]) -> Iterator[str]:
    """A table that points at rows of others, by table and row id, points at rows that are there."""
    ids: dict[str, set[str]] = {}
    for name, cells in every.items():
        if not cells.columns.keys() >= {"table", "row"}:
            continue
        for line, (table, row) in zip(cells.lines, validating.rows_of(cells, ("table", "row")), strict=True):
            if table not in ids:
                ids[table] = set(_ids(table, every[table])) if table in every else set()
            if row not in ids[table]:
                yield (
                    f"{at(place.file_of(name), line, 'row')}: '{row}' is no row of {table}.csv"
                    f"{did_you_mean(row, ids[table]) or '; correct it'}"
                )


def _ids(name: str, cells: Cells) -> Iterator[str]:
    return (id_of(name, key) for key in validating.rows_of(cells, descriptors.load(name).primary_key))


def _not_first(tables: dict[str, list[tuple[int, Row]]]) -> Iterator[str]:
    """A membership for which a source of the first rank vouches names such a one first."""
    ranks = {row["kind"]: int(row["rank"]) for _, row in tables.get("source_kinds", [])}
    rank = {row["source"]: ranks[row["kind"]] for _, row in tables.get("sources", []) if "kind" in row}
    first = {row_id("memberships", row): (line, row["source"]) for line, row in tables.get("memberships", [])}
    for _, row in tables.get("further_sources", []):
        line, own = first.get(row["row"], (0, ""))
        if line and rank.get(row["source"]) == 1 and rank.get(own) != 1:
            yield (
                f"{at(place.file_of('memberships'), line, 'source')}: names '{own}' although '{row['source']}', an official "
                "source, vouches for it too; let the two change places"
            )


def row_id(name: str, row: Row) -> str:
    """The id of a row: the table, a colon, the values of its primary key joined by slashes, empty ones left out."""
    return id_of(name, (row[column] for column in descriptors.load(name).primary_key))


def id_of(name: str, key: Iterable[str]) -> str:
    """The id of the row of a table with this primary key.

    >>> id_of("memberships", ["eaeu", "KAZ", ""])
    'memberships:eaeu/KAZ'
    """
    return f"{name}:{'/'.join(filter(None, key))}"


# --- to look at, not to refuse ------------------------------------------------------------------------


def suspicious(low: float = MIRROR_LOW, high: float = MIRROR_HIGH) -> pd.DataFrame:
    """Flows whose two independent reports lie further apart than `low` to `high` (importer over exporter).

    A row is an exporter, an importer and a year, each side in its best-ranked and newest release, annual and
    neither derived from the partner nor estimated nor weak; values in current US dollars. Columns: exporter, importer,
    year, export_usd, import_usd, ratio, export_source, import_source. Widest first.
    """
    trade = _independent(read("trade"), read("sources"), read("bases"))
    keys = ["exporter", "importer", "year"]
    exports = _best(
        trade[trade["flow"] == "export"], {"reporter": "exporter", "partner": "importer"}, "export"
    )
    imports = _best(
        trade[trade["flow"] == "import"], {"reporter": "importer", "partner": "exporter"}, "import"
    )
    pairs = exports.merge(imports, on=keys)
    pairs = pairs[pairs["export_usd"] > 0]
    pairs = pairs.assign(ratio=pairs["import_usd"] / pairs["export_usd"])
    wide = pairs[~pairs["ratio"].between(low, high)]
    distance = wide["ratio"].where(wide["ratio"] >= 1, 1 / wide["ratio"])
    wide = wide.assign(distance=distance).sort_values(
        ["distance", *keys], ascending=[False, True, True, True]
    )
    columns = [*keys, "export_usd", "import_usd", "ratio", "export_source", "import_source"]
    return wide[columns].reset_index(drop=True)


def _independent(trade: pd.DataFrame, sources: pd.DataFrame, bases: pd.DataFrame) -> pd.DataFrame:
    own = sources.merge(bases[bases["is_independent"]], on="basis")
    own = own.assign(
        released=own["published"].map(lambda day: interval(day)[0].isoformat(), na_action="ignore")
    )
    rows = trade.merge(own[["source", "rank", "released"]], on="source")
    excluded = ["is_partner_derived", "is_estimate", "is_weak", "is_partial_year"]
    return rows[~rows[excluded].any(axis=1)]


def _best(rows: pd.DataFrame, renamed: dict[str, str], flow: str) -> pd.DataFrame:
    best = rows.sort_values(["rank", "released", "source"], ascending=[True, False, True], na_position="last")
    best = best.drop_duplicates(["reporter", "partner", "year"])
    best = best.rename(columns={**renamed, "value_usd": f"{flow}_usd", "source": f"{flow}_source"})
    return best[["exporter", "importer", "year", f"{flow}_usd", f"{flow}_source"]]
