"""`briefing why`, on a project whose last build is made up: what it rests on is kept as a build would keep it."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest

from analysis import tables
from analysis.briefings import definition, manifest
from analysis.briefings import why as room
from analysis.execution import environment, inputs, results
from analysis.execution.ledger import Ledger

NOTHING = "Nothing has changed since pair was last built.\n"
TABLES = ["data/trade.csv", "data/trade.yml", "data/countries.csv", "data/budgets.csv", "data/"]
OTHERS = ["reports/pair.yml", "notebooks/rows.ipynb", "data/datapackage.json"]
MODULES = ["analysis/measures/sets.py", "analysis/exhibits/catalogues/ru.po"]
SWEEP = """\
title: "{reporter} and {partner}"
for_each: {pairs: [UZB, KAZ, KGZ], into: [reporter, partner]}
sections:
  - notebook: rows
    parameters: {reporter: "${reporter}", partner: "${partner}"}
"""


@pytest.fixture
def built(small, tmp_path):
    """Keep a build of `pair`, or of what is named, as it is now, with a result for its one section."""
    tables.use_root(small.root)

    def build(stem: str = "pair", name: str = "pair", overrides: dict | None = None) -> manifest.Made:
        briefing = definition.load(name)
        values = briefing.values(overrides or {})
        routed = briefing.routed(values)["rows"]
        for ending in ("html", "pdf"):
            path = small.root / "reports" / "build" / stem / f"{stem}.{ending}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("page", encoding="utf-8")
        left = [f"reports/build/{stem}/{stem}.{ending}" for ending in ("html", "pdf")]
        section = {
            "notebook": "notebooks/rows.ipynb",
            "parameters": routed,
            "key": "k",
            "inputs": inputs.stamps(TABLES, small.root),
        }
        request = {"name": name, "overrides": overrides or {}, "formats": None, "out": None}
        rest = inputs.stamps([*OTHERS[1:], *MODULES, f"reports/{name}.yml"], small.root)
        made = manifest.Made(
            name,
            stem,
            f"reports/build/{stem}",
            request,
            {"rows": section},
            rest,
            inputs.stamps(left, small.root),
        )
        assert manifest.keep(made, small.root)
        executed = tmp_path / "executed.ipynb"
        executed.write_text("{}", encoding="utf-8")
        record = {"status": "succeeded", "started": "2100-01-01T00:00:00+00:00", "inputs": section["inputs"]}
        results.keep(
            results.request(briefing.sections[0].path, routed, small.root), executed, record, small.root
        )
        return made

    for name in (".cache", "reports/build", "reports/state"):
        shutil.rmtree(small.root / name, ignore_errors=True)
    yield build
    tables.use_root(None)


@pytest.fixture
def why(small, command):
    """What `briefing why` prints."""

    def ask(*words: str) -> str:
        ended = command("why", *words, root=small.root)
        assert (ended.code, ended.err) == (0, "")
        return ended.out

    return ask


def test_nothing(built, why):
    built()
    assert why("pair") == NOTHING


def test_never_built(built, why):
    said = why("pair")
    assert said == "the briefing: was never built, or what was known of it is deleted\nRuns again: rows\n"


def test_a_row_of_a_table(small, built, why):
    built()
    text = (small.root / "data" / "trade.csv").read_text(encoding="utf-8")
    header, *rows = text.splitlines()
    names = header.split(",")
    cells = dict(zip(names, rows[7].split(","), strict=True))
    changed = ",".join({**cells, "value_usd": "123"}.values())
    small.put("data/trade.csv", text.replace(rows[7], changed))
    key = ", ".join(f"{name} {cells[name]}" for name in tables.primary_key("trade"))
    value = f"value_usd {cells['value_usd']} -> 123"
    assert why("pair") == f"data/trade.csv: 1 row changed: {key}: {value}\nRuns again: rows\n"


def test_a_row_of_a_file_in_parquet():
    def stored(value):
        rows = pd.DataFrame({"year": [2022, 2023], "usd": [5.0, value]})
        return rows.to_parquet(index=False)

    said = room._within("data/mine.parquet", stored(7.0), stored(9.5))
    assert said.details == ("added: year 2023, usd 9.5", "removed: year 2023, usd 7")


def test_rows_that_come_and_go_are_counted(small, built, why):
    built()
    text = (small.root / "data" / "trade.csv").read_text(encoding="utf-8")
    small.put("data/trade.csv", "".join(text.splitlines(keepends=True)[:-25]))
    first, *rows, runs = why("pair").splitlines()
    assert (first, runs) == ("data/trade.csv: 25 rows removed", "Runs again: rows")
    assert len(rows) == 21 and rows[-1] == "    and 5 more"


CHANGES = {
    "a descriptor": (
        "data/trade.yml", "title: ", "title: All ",
        "data/trade.yml: title: ",
    ),
    "a definition": (
        "reports/pair.yml", "series: Small", "series: Large",
        "reports/pair.yml: series: Small -> Large\nReused: rows\n",
    ),
    "a parameter": (
        "reports/pair.yml", "end: 2023", "end: 2022",
        "section rows: end 2023 -> 2022\nreports/pair.yml: parameters, end: 2023 -> 2022\nRuns again: rows\n",
    ),
    "the head of the package": (
        "data/datapackage.json", '"cutoff": "', '"cutoff": "2020-01-01", "was": "',
        "data/datapackage.json: 2 changes\n    cutoff: ",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_a_key_of(small, built, why, what):
    name, old, new, said = CHANGES[what]
    built()
    small.change(name, old, new)
    assert why("pair").startswith(said)


def test_a_cell_of_a_notebook(small, built, why):
    built()
    small.change("notebooks/rows.ipynb", "has {n} rows on", "counts {n} rows on")
    said = why("pair")
    assert said.startswith("notebooks/rows.ipynb: cell ") and said.endswith(") changed\nRuns again: rows\n")


def test_a_table_that_appeared(small, built, why):
    built()
    small.put("data/budgets.csv", "year\n2020\n")
    expected = (
        "data/: a file in it came or went\ndata/budgets.csv: is there now, and was not\nRuns again: rows\n"
    )
    assert why("pair") == expected


def test_a_table_that_was_read_in_a_run_since(small, built, why, tmp_path):
    made = built()
    briefing = definition.load("pair")
    request = results.request(
        briefing.sections[0].path, briefing.routed(briefing.values({}))["rows"], small.root
    )
    read = made.sections["rows"]["inputs"] | inputs.stamps(["data/blocs.csv"], small.root)
    record = {"status": "succeeded", "started": "2100-01-01T00:00:00+00:00", "inputs": read}
    for path in (small.root / results.FOLDER).rglob("*.json"):
        path.unlink()
    results.keep(request, tmp_path / "executed.ipynb", record, small.root)
    assert why("pair") == "data/blocs.csv: newly read by section rows\nReused: rows\n"


def test_modules_and_catalogues(built, why, monkeypatch, tmp_path):
    built()
    for name in MODULES:
        path = tmp_path / name
        path.parent.mkdir(parents=True)
        path.write_text("changed", encoding="utf-8")
    monkeypatch.setattr(inputs, "PACKAGE", str(tmp_path / "analysis"))
    said = why("pair")
    assert "analysis/exhibits/catalogues/ru.po: the catalogue changed\n" in said
    assert "analysis/measures/sets.py: the module changed\n" in said


def test_the_environment(built, why, monkeypatch):
    built()
    text = environment.text()
    line = next(line for line in text.splitlines() if line.startswith("pandas-"))
    monkeypatch.setattr(environment, "text", lambda: text.replace(line, "pandas-9.0"))
    version = line.removeprefix("pandas-")
    assert why("pair") == f"the environment: pandas {version} -> 9.0\nRuns again: rows\n"


def test_outputs(small, built, why):
    built()
    folder = small.root / "reports" / "build" / "pair"
    (folder / "pair.html").write_text("my own words", encoding="utf-8")
    (folder / "pair.pdf").unlink()
    assert why("pair") == (
        "reports/build/pair/pair.html: was changed since it was written\n"
        "reports/build/pair/pair.pdf: is missing\n"
        "Reused: rows\n"
    )


def test_the_last_build_failed(small, built, why):
    built()
    with Ledger.at(small.root) as ledger:
        row = {"kind": "briefing", "name": "pair", "stem": "pair"}
        ledger.add(**row, status="failed", cause="failed-cell", reason="notebook rows, cell 4: no series")
    said = why("pair")
    assert said.startswith("the last build: failed: notebook rows, cell 4: no series\n")
    with Ledger.at(small.root) as ledger:
        ledger.add(**row, status="succeeded")
    assert why("pair") == NOTHING


def test_what_was_held_before_may_be_deleted(small, built, why):
    built()
    for path in (small.root / manifest.CONTENTS).iterdir():
        path.unlink()
    small.change("data/trade.csv", "UZB", "UZX")
    small.change("data/trade.csv", "UZX", "UZB")
    small.change("reports/pair.yml", "Small", "Large")
    assert why("pair").startswith("reports/pair.yml: changed (what it held before is not kept)\n")


def test_we_are_not_fooled_by_another_build(small, built, why):
    """A build with other values is another briefing."""
    built("pair--partner-KGZ", overrides={"partner": "KGZ"})
    assert why("pair").startswith("the briefing: was never built")
    assert why("pair", "-p", "partner=KGZ") == NOTHING.replace("pair", "pair--partner-KGZ")


def test_for_a_machine(small, built, command):
    built()
    small.change("reports/pair.yml", "Small", "Large")
    (said,) = command("why", "pair", "--json", root=small.root).json
    assert said == {
        "name": "pair",
        "build": "pair",
        "changes": [{"name": "reports/pair.yml", "said": "series: Small -> Large", "details": []}],
        "sections": {"rows": "reused"},
    }


def test_of_a_sweep_each_thing_is_said_once(small, built, why):
    small.put("reports/many.yml", SWEEP)
    built("many--reporter-UZB--partner-KAZ", "many", {"reporter": "UZB", "partner": "KAZ"})
    assert why("many") == (
        "Nothing has changed since 1 of 3 briefings of many were last built.\n"
        "many--reporter-UZB--partner-KGZ, many--reporter-KAZ--partner-KGZ:\n"
        "  the briefing: was never built, or what was known of it is deleted\n"
        "  Runs again: rows\n"
    )
    assert why("many", "-p", "partner=KAZ") == NOTHING.replace("pair", "many--reporter-UZB--partner-KAZ")


def test_what_a_build_would_refuse_is_refused(small, command):
    ended = command("why", "pair", "-p", "partnr=KGZ", root=small.root)
    assert ended.code == 2 and "did you mean 'partner'" in ended.err
    ended = command("why", "pare", root=small.root)
    assert ended.code == 2 and "did you mean 'pair'" in ended.err
    ended = command("why", "pair", "-p", "as_of=2020-01-01", "--as-of", "2020-01-01", root=small.root)
    assert ended.code == 2 and "both given" in ended.err
