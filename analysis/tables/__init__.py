"""Room 1: a curated, declared table in `data/` becomes a validated frame.

Each table is a pair of twins, `data/X.csv` and its descriptor `data/X.yml`; all that is known about a
column (type, unit, meaning, constraints, keys) is said there once and used here for types and checks.

    tables.names()                  the tables there are
    tables.records("blocs", "bloc")  its rows by one column, to look up many
    tables.describe("trade")        what the descriptor says, and the number of rows
    tables.read("trade")            the typed frame; refused with sentences when the file is damaged
    tables.check()                  every fault of every table at once, cross-table rules included
    tables.cite("uzstat-2024")      citations from the one table of sources
    tables.sources_of(rows)         the sources of some rows, by their ids
    tables.cutoff()                 the last day the data speak about
    tables.earliest()               the first day that may be asked about
    tables.used()                   what this process has read so far, with hashes
    tables.interval("2022-10")      a coarse date as the interval it stands for

In frames a date is ISO text, full ("2022-10-06") or coarse ("2022-10", "2022"), so that nothing is made
up and dates compare as text; a missing cell is NaN in columns of text and fractions, NA in columns of
whole numbers (`isna()` finds both), never an empty string and never zero.
"""

from analysis.tables.checking import check
from analysis.tables.citing import by_rank, cite, source_by_row, sources_of
from analysis.tables.claim_file import ClaimFile, claim_file
from analysis.tables.codebook import codebook, write_codebook
from analysis.tables.dates import before, interval
from analysis.tables.descriptor import Column, Descriptor, ForeignKey
from analysis.tables.faults import TableError
from analysis.tables.invariants import suspicious
from analysis.tables.packaging import cutoff, earliest, package, write_package
from analysis.tables.parquet import unequal_rows
from analysis.tables.place import names, root, use_root
from analysis.tables.reading import Description, describe, primary_key, read, records, used

__all__ = [
    "ClaimFile",
    "Column",
    "Description",
    "Descriptor",
    "ForeignKey",
    "TableError",
    "before",
    "by_rank",
    "check",
    "cite",
    "claim_file",
    "codebook",
    "cutoff",
    "describe",
    "earliest",
    "interval",
    "names",
    "package",
    "primary_key",
    "read",
    "records",
    "root",
    "source_by_row",
    "sources_of",
    "suspicious",
    "unequal_rows",
    "use_root",
    "used",
    "write_codebook",
    "write_package",
]
