"""A tiny project in a temporary folder: two countries, two blocs, three spells, two sources, four flows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from analysis import tables

COARSE = r"\d{4}(-\d{2}(-\d{2})?)?"
HEAD = '{\n  "name": "tiny",\n  "title": "Tiny",\n  "cutoff": "2026-11-22",\n  "resources": []\n}\n'

CSV = {
    "countries": "country,name\nKAZ,Kazakhstan\nNAM,Namibia\nUZB,Uzbekistan\n",
    "blocs": "bloc,founded,dissolved\ncaco,1994,2005-10-07\neaeu,2015-01-01,\n",
    "memberships": (
        "bloc,country,status,start,end,is_unverified,rank,weight,source\n"
        "caco,KAZ,member,1994,2005-10,false,1,0.5,alpha\n"
        "eaeu,KAZ,member,2015-01-01,,false,,,alpha\n"
        "eaeu,UZB,observer,2020-12-11,,true,2,-1.25,beta\n"
    ),
    "sources": (
        "source,title,publisher,published,url,licence,accessed,is_background,note\n"
        "alpha,First,Office,2024,https://a.example,CC0-1.0,2026-11-22,false,\n"
        "beta,Second,,,,CC0-1.0,2026-11-22,false,NA\n"
    ),
}


def column(name: str, kind: str = "string", **more: object) -> dict[str, object]:
    """A declared column; constraints by keyword, `coarse=True` for a coarse date."""
    entry: dict[str, object] = {"name": name, "type": kind, "description": f"What {name} means"}
    if more.pop("coarse", False):
        entry |= {"x-coarse-date": True}
        more.setdefault("pattern", COARSE)
    return entry | ({"constraints": more} if more else {})


def points(name: str, table: str, target: str) -> dict[str, object]:
    return {"fields": [name], "reference": {"resource": table, "fields": [target]}}


def descriptor(name: str, columns: list[dict], key: list[str], foreign: list[dict] = ()) -> dict[str, object]:
    return {
        "name": name,
        "title": name.title(),
        "description": f"One row is one of {name}.",
        "path": f"{name}.csv",
        "licenses": [{"name": "CC0-1.0", "title": "Public domain"}],
        "sources": [{"title": "A tiny example"}],
        "schema": {"fields": columns, "primaryKey": key, "foreignKeys": list(foreign)},
        "revisions": [{"date": "2026-11-22", "note": "First."}],
    }


YML = {
    "countries": descriptor(
        "countries", [column("country", required=True, pattern="[A-Z]{3}"), column("name")], ["country"]
    ),
    "blocs": descriptor(
        "blocs",
        [column("bloc", required=True), column("founded", coarse=True), column("dissolved", coarse=True)],
        ["bloc"],
    ),
    "memberships": descriptor(
        "memberships",
        [
            column("bloc", required=True),
            column("country", required=True),
            column("status", required=True, enum=["member", "observer"]),
            column("start", required=True, coarse=True),
            column("end", coarse=True),
            column("is_unverified", "boolean", required=True),
            column("rank", "integer", minimum=1, maximum=9),
            column("weight", "number"),
            column("source", required=True),
        ],
        ["bloc", "country", "status", "start"],
        [
            points("bloc", "blocs", "bloc"),
            points("country", "countries", "country"),
            points("source", "sources", "source"),
        ],
    ),
    "sources": descriptor(
        "sources",
        [
            column("source", required=True),
            column("title", required=True),
            column("publisher"),
            column("published", coarse=True),
            column("url"),
            column("licence", required=True),
            column("accessed", "date", required=True),
            column("is_background", "boolean", required=True),
            column("note"),
        ],
        ["source"],
    ),
}


class Project:
    """The tiny project; its files can be damaged one by one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.data.mkdir(parents=True)
        (folder / "reports").mkdir()
        (self.data / "datapackage.json").write_text(HEAD)
        for name in CSV:
            self.put(name)

    def put(self, name: str, content: str | bytes | None = None, declared: dict | None = None) -> None:
        """Write a table and its descriptor, by default the sound ones."""
        content = CSV.get(name, "") if content is None else content
        (self.data / f"{name}.csv").write_bytes(content.encode() if isinstance(content, str) else content)
        (self.data / f"{name}.yml").write_text(yaml.safe_dump(declared or YML[name], sort_keys=False))

    def change(self, name: str, old: str, new: str) -> None:
        """Change one text in a sound table."""
        content = CSV[name]
        assert old in content
        self.put(name, content.replace(old, new, 1))

    def faults(self, name: str = "memberships") -> list[str]:
        """The sentences with which reading a table is refused."""
        with pytest.raises(tables.TableError) as refused:
            tables.read(name)
        return refused.value.problems


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    made = Project(tmp_path / "a project")
    tables.use_root(made.folder)
    yield made
    tables.use_root(None)


@pytest.fixture
def declared() -> Callable[..., dict]:
    """Makes a descriptor from columns made with `column`."""
    return descriptor
