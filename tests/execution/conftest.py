"""A small project of its own for every test of this room: four tables, a cut-off, notebooks made on the spot."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from analysis import tables

TABLES = {
    "countries": ("country,name\nKAZ,Kazakhstan\nKGZ,Kyrgyzstan\nUZB,Uzbekistan\n", ["country", "name"]),
    "blocs": ("bloc,acronym\ncsto,CSTO\neaeu,EAEU\nots,OTS\nsco,SCO\n", ["bloc", "acronym"]),
    "trade": ("reporter,year\nUZB,1992\nUZB,2025\n", ["reporter", "year"]),
    "events": ("event,date\na,1991-12\nb,2025-11-06\n", ["event", "date"]),
}
PARAMETERS = """\
reporter: str = "UZB"  # country whose statistics lead [countries.country]
partner: str = "KAZ"  # the other country [countries.country]
start: int = 2016  # first year [trade.year]
end: int = 2023  # last year [trade.year]
side: str = "both"  # whose figures are drawn [reporter | partner | both]
extra_blocs: list[str] = ["ots", "csto"]  # further blocs [blocs.bloc]
since: "date" = None  # events from this day on
as_of: "date" = None  # state of the world on this day; empty: the cut-off
"""


def _descriptor(name: str, columns: list[str]) -> str:
    fields = [
        {"name": column, "type": "integer" if column == "year" else "string", "description": column}
        for column in columns
    ]
    for each in fields:
        each["constraints"] = {"required": True}
    key = ["reporter", "year"] if name == "trade" else [columns[0]]
    described = {
        "name": name, "title": name, "description": name, "path": f"{name}.csv",
        "format": "csv", "mediatype": "text/csv", "encoding": "utf-8",
        "licenses": [{"name": "facts", "title": "facts", "path": "x.csv"}],
        "sources": [{"title": "made up", "path": "https://example.org"}],
        "schema": {"fields": fields, "primaryKey": key},
        "revisions": [{"date": "2025-12-31", "note": "first"}],
    }  # fmt: skip
    return json.dumps(described)  # JSON is YAML


def make_project(root: Path) -> Path:
    """A root with the four tables, empty notebooks/ and reports/."""
    for folder in ("data", "notebooks", "reports"):
        (root / folder).mkdir(parents=True)
    for name, (csv, columns) in TABLES.items():
        (root / "data" / f"{name}.csv").write_text(csv, encoding="utf-8")
        (root / "data" / f"{name}.yml").write_text(_descriptor(name, columns), encoding="utf-8")
    (root / "data" / "datapackage.json").write_text(
        '{"earliest": "1991-01-01", "cutoff": "2025-12-31"}', encoding="utf-8"
    )
    return root


def write_notebook(path: Path, *code: str, parameters: str | None = "", title: str = "# Which?") -> Path:
    """A notebook with a title, a tagged cell (None: no such cell) and one cell for each piece of code."""

    def cell(kind: str, source: str, *tags: str) -> dict:
        made = {"cell_type": kind, "source": source, "metadata": {"tags": list(tags)} if tags else {}}
        return made | ({"outputs": [], "execution_count": None} if kind == "code" else {})

    cells = [cell("markdown", title)]
    if parameters is not None:
        cells.append(cell("code", parameters, "parameters"))
    cells += [cell("code", source) for source in code]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Path]:
    """A project in a folder of its own, chosen as the root of the tables."""
    root = make_project(tmp_path / "project")
    tables.use_root(root)
    yield root
    tables.use_root(None)


@pytest.fixture(scope="module")
def shared_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One project for the runs of a module; not chosen as the root of the tables, runs are told theirs."""
    return make_project(tmp_path_factory.mktemp("shared") / "project")


@pytest.fixture(scope="session")
def written() -> Callable[..., Path]:
    """`write_notebook`, for tests."""
    return write_notebook


@pytest.fixture(scope="session")
def parameters() -> str:
    """The parameters cell that most tests use."""
    return PARAMETERS
