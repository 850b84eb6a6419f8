"""What is run for nothing before the runs, and what never is."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.execution import many, rehearsal
from analysis.execution import notebook as nb

ROOT = Path(__file__).resolve().parents[2]


def code(*sources: str) -> list[dict]:
    return [{"cell_type": "code", "source": source, "metadata": {}} for source in sources]


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda path: path.stem)
def test_every_notebook_of_ours_is_thin(path):
    assert rehearsal.is_thin(nb.load(path)["cells"])


@pytest.mark.parametrize(
    "source",
    [
        "import os",
        "from os import environ",
        "from analysis.tables import place",
        "x.y = 1",
        "x['y'] = 1",
        "del x",
        "global x",
        "def f(): pass",
        "for x in y: pass",
        "lambda: 1",
        "[x for x in y]",
        "(x := 1)",
        "%matplotlib inline",
        "!ls",
        "await x",
        "x._hidden()",
        "with x: pass",
        "x.y += 1",
        "open('left', 'w')",
        "setattr(tables, 'read', 1)",
        "exec('import os')",
        "eval('1')",
        "__import__('os').environ.clear()",
        "print(1)",
        "x(1)",
    ],
)
def test_what_could_leave_something_behind_is_not_thin(source):
    assert not rehearsal.is_thin(code("from analysis import tables", source))


def test_of_a_notebook_that_is_not_thin_only_the_imports_are_run(tmp_path):
    left = tmp_path / "left"
    cells = code(f"from analysis import tables\nopen({str(left)!r}, 'w')", "import os")
    rehearsal.rehearse(cells, {})
    assert not left.exists()


def test_a_thin_one_is_run_with_the_parameters_given_and_drawn(monkeypatch):
    import analysis

    told = []

    class Shown:
        def __init__(self, *values):
            told.append(values)

        def _repr_mimebundle_(self):
            told.append("drawn")

    monkeypatch.setattr(analysis, "shown", Shown, raising=False)
    cells = code("year = 2000", "from analysis import shown\nshown(year)")
    cells[0]["metadata"]["tags"] = ["parameters"]
    rehearsal.rehearse(cells, {"year": 2020})
    assert told == [(2020,), "drawn"]


def test_what_goes_wrong_is_left_to_the_run(monkeypatch):
    rehearsal.rehearse(code("from analysis import no_such_thing", "no_such_name"), {})


def test_runs_of_a_rehearsed_notebook_are_told_what_it_read(project, written):
    """A run forked from a rehearsal rests on what the rehearsal opened, and gives what it would give without."""
    setup = "from analysis import tables\nshown = tables.read('trade')\n(year, len(shown))"
    path = written(project / "notebooks/n.ipynb", setup, parameters="year: int = 2000")
    tasks = [
        many.Task(path, project / f"{year}.ipynb", {"year": year}, is_repeated=year < 2003)
        for year in range(2000, 2004)
    ]
    with many.LocalPool(project, jobs=2, engine="fork") as pool:
        runs = [future.result() for future in [pool.run(task) for task in tasks]]
    *rehearsed, plain = [nb.load(run.notebook)["cells"][-1] for run in runs]
    assert [cell["outputs"][0]["data"]["text/plain"][0][:5] for cell in rehearsed] == [
        "(2000",
        "(2001",
        "(2002",
    ]
    assert [cell["outputs"][0]["data"]["text/plain"][0][5:] for cell in rehearsed] == (
        [plain["outputs"][0]["data"]["text/plain"][0][5:]] * 3
    )
    names = [
        {name for name in run.record["inputs"] if name.startswith(("data/", "analysis/tables"))}
        for run in runs
    ]
    assert names[3] <= names[0] == names[1] == names[2]
    assert "data/trade.csv" in names[0]
