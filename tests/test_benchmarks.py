"""The benchmarks reckon and refuse as they should; how fast a machine is, no test says."""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar

import nbformat
import pytest
from briefings import sample
from click.testing import CliRunner

from analysis import measures, tables
from benchmarks import __main__ as command
from benchmarks import (
    building,
    comparator,
    export,
    floor,
    idle,
    importing,
    memory,
    panel,
    peers,
    projects,
    results,
    rounds,
    scenarios,
)
from benchmarks.comparator import Section
from benchmarks.results import LEAST, Figure, Outcome
from benchmarks.rounds import RefusedError, Rounds, Spread, Taken

ROOT = Path(__file__).resolve().parents[1]
PYTHON = sys.executable


def notebook(*outputs: str, count: int = 1) -> dict:
    """An executed notebook; each output is the text that one cell prints."""
    cells = [
        {
            "cell_type": "code",
            "source": "x",
            "metadata": {"execution": {"iopub.status.busy": "now"}},
            "execution_count": count,
            "outputs": [{"output_type": "stream", "name": "stdout", "text": text}],
        }
        for text in outputs
    ]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


class TestRounds:
    def test_ways_take_turns_and_the_first_round_is_dropped(self) -> None:
        turns: list[str] = []

        def way(name: str) -> Callable[[], Taken]:
            return lambda: turns.append(name) or Taken(len(turns), 0.0)

        found = rounds.taken({"a": way("a"), "b": way("b")}, 2)
        assert turns == ["a", "b"] * 3
        assert found.seconds("a") == (3, 5) and found.seconds("b") == (4, 6)

    def test_a_ratio_is_taken_round_by_round(self) -> None:
        """Of medians it would be 2 / 4: a machine that was slow in one round must not count on one side only."""
        found = Rounds(
            {
                "own": (Taken(1, 1), Taken(2, 1), Taken(9, 1)),
                "other": (Taken(4, 2), Taken(2, 2), Taken(9, 2)),
            }
        )
        assert found.ratio("own", "other") == Spread(1.0, 0.25, 1.0)
        assert found.ratio("own", "other", "cpu") == Spread(0.5, 0.5, 0.5)

    def test_counts_the_processors_of_processes_that_outlive_their_parent(self, tmp_path: Path) -> None:
        work = "import time\nend = time.process_time() + 0.3\nwhile time.process_time() < end: pass"
        orphan = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {work!r}])"
        took = rounds.timed([[PYTHON, "-c", orphan]], cwd=tmp_path)
        assert took.cpu > 0.3

    def test_a_command_that_fails_refuses_the_scenario_in_its_words(self, tmp_path: Path) -> None:
        failing = [PYTHON, "-c", "import sys; sys.exit('there is no kernel')"]
        with pytest.raises(RefusedError, match="ended with 1: there is no kernel"):
            rounds.timed([failing], cwd=tmp_path)

    def test_the_commands_of_a_chain_run_one_after_the_other(self, tmp_path: Path) -> None:
        write = [PYTHON, "-c", "open('made', 'w').write('1')"]
        read = [PYTHON, "-c", "open('made').read()"]
        rounds.timed([write, read], cwd=tmp_path)
        with pytest.raises(RefusedError):
            rounds.timed([read, write], cwd=tmp_path / "..", at_once=1)


class TestEquality:
    def test_counts_times_and_pieces_of_streams_do_not_matter(self) -> None:
        one, two = notebook("ab"), notebook("ab", count=7)
        two["cells"][0]["outputs"] = [
            {"output_type": "stream", "name": "stdout", "text": text} for text in ("a", "b")
        ]
        assert comparator.differences(one, two) == []

    def test_we_are_not_fooled_by_a_quick_engine_that_is_wrong(self) -> None:
        with pytest.raises(RefusedError, match="trade: other outputs than papermill's in cell 2"):
            comparator.refuse("trade", notebook("a", "b"), notebook("a", "c"))

    def test_we_are_not_fooled_by_one_that_runs_fewer_cells(self) -> None:
        assert comparator.differences(notebook("a"), notebook("a", "b")) == ["the number of cells (1 and 2)"]

    def test_the_cell_that_papermill_adds_is_no_difference(self) -> None:
        theirs = notebook("", "a")
        theirs["cells"][0] |= {"metadata": {"tags": ["injected-parameters"]}, "outputs": []}
        assert comparator.differences(notebook("a"), theirs) == []

    def test_a_refused_scenario_prints_no_figure_and_fails_the_command(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def wrong(count: int, told: Callable[[str], None]) -> Outcome:
            raise RefusedError("trade: other outputs than papermill's in cell 2")

        monkeypatch.setitem(scenarios.ALL, "cold-one", (wrong, 1))
        ended = CliRunner().invoke(command.main, ["--only", "cold-one"])
        assert ended.exit_code == 1
        assert ended.stdout == "cold-one\n  not printed: trade: other outputs than papermill's in cell 2\n\n"


class TestArithmetic:
    def test_a_target_is_held_by_the_median(self) -> None:
        spread = Spread(0.3, 0.1, 0.5)
        assert Figure("x", spread, target=0.35).met
        assert not Figure("x", spread, target=0.25).met
        assert not Figure("x", spread, target=0.35, sense=LEAST).met

    def test_further_builds_share_what_many_take_more_than_one(self) -> None:
        found = Rounds({"5 builds": (Taken(7, 8),), "one": (Taken(3, 4),)})
        assert building.with_marginal(found, "5 builds", "one", 4).taken[building.MARGINAL] == (Taken(1, 1),)

    def test_sections_that_two_briefings_share_are_counted_once(self) -> None:
        shared, own = (Section(Path("n.ipynb"), {"day": day}) for day in (1, 2))
        again = Section(Path("n.ipynb"), {"day": 1})
        assert comparator.distinct([[shared], [again, own]]) == [again, own]

    def test_a_sample_has_every_notebook(self) -> None:
        every = [Section(Path(f"{name}.ipynb"), {"n": n}) for n in range(15) for name in ("a", "b")]
        chosen = building.spread_out(every, 4)
        assert [(one.name, one.parameters["n"]) for one in chosen] == [("a", 0), ("a", 7), ("b", 0), ("b", 7)]

    def test_the_higher_of_each_is_the_peak(self) -> None:
        assert memory.Peak(1, 5, 2).above(memory.Peak(3, 4, 9)) == memory.Peak(3, 5, 9)

    def test_the_hundred_differ_and_share_few_sections(self) -> None:
        sheets = [idle.sheet(number) for number in range(idle.COUNT)]
        assert len({sheet["subtitle"] for sheet in sheets}) == idle.COUNT
        assert len({json.dumps(sheet["parameters"]) for sheet in sheets}) == len(building.OTHERS)

    def test_a_changed_definition_is_new_in_every_section(self) -> None:
        changes = idle.variants()
        given = [next(changes)["parameters"] for _ in range(20)]
        assert len({(each["bloc_a"], each["bloc_b"]) for each in given}) == 20
        known = [
            (idle.sheet(n)["parameters"]["bloc_a"], idle.sheet(n)["parameters"]["bloc_b"]) for n in range(5)
        ]
        assert not {(each["bloc_a"], each["bloc_b"], each["start"]) for each in given} & {
            (*blocs, 2018) for blocs in known
        }


class TestWays:
    def test_another_briefing_is_exported_before_the_first_that_is_timed(self) -> None:
        met: list[str] = []
        ways = {name: lambda nb: met.append(nb.cells[0].source) or "" for name in ("one", "other")}
        mine = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("mine")])
        export.costs(mine, ways, rounds=1)
        assert [said == "mine" for said in met] == [False, False, True, True, True, True, True, True]

    def test_every_export_gives_a_whole_file(self) -> None:
        nb = sample.assembled()
        assert all(len(one(nb)) > 50_000 for one in export.exports().values())

    def test_the_floor_shows_what_the_notebook_shows(self, tmp_path: Path) -> None:
        cells = [
            nbformat.v4.new_code_cell("day: int = 1", metadata={"tags": ["parameters"]}),
            nbformat.v4.new_code_cell(
                "class Shown:\n    def _repr_mimebundle_(self):\n        return {'text/plain': str(day + 1)}"
            ),
            nbformat.v4.new_code_cell("one = Shown()\none"),
        ]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "n.ipynb")
        assert floor.shown(tmp_path / "n.ipynb", {"day": 6}) == [{"text/plain": "7"}]

    def test_a_notebook_is_held_to_all_that_it_imports(self) -> None:
        said = importing.imports(ROOT / "notebooks" / "bloc_overlap.ipynb")
        assert said.startswith("from analysis import ") and "overlap" in said


class TestPeers:
    def test_the_parameters_are_set_in_their_cell_and_named_in_the_next(self, tmp_path: Path) -> None:
        source = nbformat.v4.new_notebook(
            cells=[
                nbformat.v4.new_code_cell("day: int = 1", metadata={"tags": ["parameters"]}),
                nbformat.v4.new_code_cell("print(day)"),
            ]
        )
        nbformat.write(source, tmp_path / "n.ipynb")
        made = peers._prepared(projects.Project(tmp_path), Section(tmp_path / "n.ipynb", {"day": 6}))
        cells = nbformat.read(made, as_version=4).cells
        assert [cell.source for cell in cells] == ["day: int = 1\nday = 6", "(day)\nprint(day)"]

    def test_how_many_cells_ran_before_is_no_difference(self) -> None:
        one, two = notebook("a"), notebook("a")
        for place, each in enumerate((one, two)):
            shown = {"output_type": "execute_result", "data": {"text/plain": "a"}, "metadata": {}}
            each["cells"][0]["outputs"] = [{**shown, "execution_count": place}]
        assert comparator.differences(one, two)
        assert comparator.differences(*map(peers._uncounted, (one, two))) == []

    def test_every_listed_peer_has_an_engine(self) -> None:
        assert list(peers.listed()) == list(peers.ENGINES)
        assert all(len(wanted) == 1 and "==" in wanted[0] for wanted in peers.listed().values())


class TestPanel:
    """A panel of a few countries is a sound table in both forms, and every measure runs on it."""

    @pytest.fixture(params=["parquet", "csv"])
    def rows(self, request: pytest.FixtureRequest) -> Iterator[int]:
        with projects.opened() as project:
            tables.use_root(project.root)
            yield panel.write(project.root, request.param, count=96, first=2023)
            tables.use_root(None)

    def test_is_read_and_checked_like_any_table(self, rows: int) -> None:
        tables.check("trade")
        trade = tables.read("trade")
        own = trade[trade["source"] == panel.SOURCE]
        assert len(trade) == rows and len(own) == 2 * (96 * 95 + 3 * 96 + 1)
        exports = own[(own["flow"] == "export") & (own["year"] == 2024)].set_index(["reporter", "partner"])[
            "value_usd"
        ]
        assert exports["KAZ", "WLD"] == exports["KAZ"].drop("WLD").sum()

    def test_is_the_same_each_time(self) -> None:
        one, two = (panel.made(["KAZ", "UZB", "KGZ"], 2020) for _ in range(2))
        assert one.equals(two)

    def test_every_public_measure_that_takes_the_table_is_called(self) -> None:
        takers = set()
        for module in pkgutil.iter_modules(measures.__path__):
            for name, each in vars(importlib.import_module(f"analysis.measures.{module.name}")).items():
                is_own = inspect.isfunction(each) and each.__module__ == f"analysis.measures.{module.name}"
                if (
                    is_own
                    and not name.startswith("_")
                    and next(iter(inspect.signature(each).parameters), "") in TABLE
                ):
                    takers.add(f"{module.name}.{name}")
        assert takers - {name.partition(",")[0] for name, _ in panel.calls()} == INNER

    def test_tells_what_each_measure_took(self) -> None:
        with projects.opened() as project:
            panel.write(project.root, count=96, first=2023)
            took, peak = panel.once(project.root)
        assert set(took) == {panel.READING, *(name for name, _ in panel.calls())}
        assert peak > 50


# what the trade table is called where it comes first, and functions that only other measures call
TABLE = ("trade", "flows")
INNER = {"consistency.readings", "releases.pair_rows"}


class TestReport:
    kept: ClassVar = {
        "cold-one": {
            **Outcome(
                "cold-one",
                Rounds({"build": (Taken(1.0, 1.5), Taken(3.0, 1.5)), "papermill": (Taken(10.0, 9.0),) * 2}),
                (Figure("build / comparator", Spread(0.2, 0.1, 0.3), target=0.35),),
                ("Two sections.",),
            ).as_dict(),
            **results.machine(),
        }
    }

    def test_a_terminal_sees_times_figures_and_whether_targets_are_met(self) -> None:
        lines = results.text("cold-one", self.kept["cold-one"]).splitlines()
        assert lines[2].split() == ["build", "2.000", "1.000", "3.000", "1.500"]
        assert " ".join(lines[4].split()) == "build / comparator 0.200 0.100 0.300 at most 0.35: met"

    def test_the_page_has_a_row_for_each_figure_and_each_way(self) -> None:
        page = results.page(self.kept)
        day = self.kept["cold-one"]["date"]
        assert (
            f"| `cold-one` | build / comparator | 0.200 | 0.100 – 0.300 | at most 0.35 | yes | {day} |"
            in page
        )
        assert "| `cold-one` | papermill | 10.0 | 10.0 – 10.0 | 9.00 | 2 |" in page

    def test_new_results_leave_those_of_other_scenarios(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(results, "RECORD", tmp_path / "results.json")
        monkeypatch.setattr(results, "README", tmp_path / "README.md")
        results.write(self.kept)
        results.write({"no-op": {**Outcome("no-op", refused="too early").as_dict(), **results.machine()}})
        page = (tmp_path / "README.md").read_text()
        assert "| `cold-one` |" in page and "| `no-op` | not printed: too early |" in page

    def test_readme_is_what_the_kept_results_say(self) -> None:
        kept = json.loads(results.RECORD.read_text(encoding="utf-8"))
        assert results.README.read_text(encoding="utf-8") == results.page(kept)


def test_runs_as_a_command() -> None:
    ended = subprocess.run(
        [PYTHON, "-m", "benchmarks", "--help"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert all(name in ended.stdout for name in scenarios.ALL)


def test_an_unknown_scenario_is_told_those_there_are() -> None:
    ended = CliRunner().invoke(command.main, ["--only", "cold"])
    assert ended.exit_code == 2 and "cold-one" in ended.stderr
