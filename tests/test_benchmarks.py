"""The benchmarks run and tell what they should; how fast a machine is, no test says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import nbformat
from briefings import sample

from benchmarks import export

ROOT = Path(__file__).resolve().parents[1]


def test_every_way_is_measured_in_each_round() -> None:
    costs = export.measured(sample.assembled(), export.exports(), rounds=2)
    assert [cost.name for cost in costs] == list(export.exports())
    assert all(len(cost.rounds) == 2 and min(cost.rounds) > 0 and cost.size > 50_000 for cost in costs)


def test_another_briefing_is_exported_before_the_first_that_is_timed() -> None:
    met = []
    ways = {name: lambda nb: met.append(nb.cells[0].source) or "" for name in ("one", "other")}
    export.measured(nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("mine")]), ways, rounds=1)
    assert [said == "mine" for said in met] == [False, False, True, True, True, True]


def test_the_table_sets_each_round_against_its_own_reference() -> None:
    costs = [export.Cost("mine", 3.0, (1.0, 4.0), 1000), export.Cost(export.REFERENCE, 2.0, (2.0, 2.0), 2000)]
    mine = export.table(costs).splitlines()[1]
    assert mine.split() == ["mine", "3.000", "2.500", "1.25", "1"]


def run(*words: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "benchmarks", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_runs_as_a_command(tmp_path: Path) -> None:
    nbformat.write(sample.assembled(), tmp_path / "sample.ipynb")
    ended = run(str(tmp_path / "sample.ipynb"), "--rounds", "1")
    assert ended.returncode == 0, ended.stderr
    assert len(re.findall(r"(?m)\d\.\d{3} +\d\.\d{3} +\d+\.\d\d", ended.stdout)) == 3


def test_asks_for_a_build_where_there_is_none(tmp_path: Path) -> None:
    ended = run(str(tmp_path / "nothing.ipynb"))
    assert ended.returncode == 2
    assert "build it with: briefing build nothing" in ended.stderr
