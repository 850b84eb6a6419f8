"""The list of tables in README.md: generated from the descriptors, kept by a test."""

from __future__ import annotations

from analysis.tables import place
from analysis.tables.faults import TableError
from analysis.tables.reading import describe

BEGIN, END = "<!-- tables: generated -->", "<!-- end of tables -->"


def codebook() -> str:
    """Every table with its rows and title, as a markdown table."""
    lines = ["| table | rows | what it holds |", "| --- | ---: | --- |"]
    for name in place.names():
        about = describe(name)
        lines.append(f"| [`{name}`]({place.file_of(name)}) | {about.rows} | {about.title} |")
    return "\n".join(lines)


def write_codebook() -> None:
    """Put the current list between the two marks of README.md."""
    path = place.root() / "README.md"
    before, begun, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not (begun and ended):
        raise TableError(
            f"README.md: the marks {BEGIN} and {END} are missing; put them where the list belongs"
        )
    path.write_text(f"{before}{BEGIN}\n{codebook()}\n{END}{after}", encoding="utf-8")
