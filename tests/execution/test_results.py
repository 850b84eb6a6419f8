"""The store of results gives back what was kept, and never what rests on something else."""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import pytest

from analysis.errors import UsageError
from analysis.execution import contract, environment, inputs, results

CODE = "reporter"


@pytest.fixture
def notebook(project, written, parameters) -> Path:
    return written(project / "notebooks" / "which.ipynb", CODE, parameters=parameters)


@pytest.fixture(autouse=True)
def settled_files(project, notebook):
    """Every file is older than any run of a test."""
    for path in [project, *project.rglob("*")]:
        os.utime(path, (1_700_000_000, 1_700_000_000))


@pytest.fixture
def ran(project, tmp_path):
    """What a run leaves: the executed notebook and its record, with the inputs as they are now."""

    def run(text: str = "{}", *names: str, started: datetime | None = None, **record) -> tuple[Path, dict]:
        path = tmp_path / "executed.ipynb"
        path.write_text(text, encoding="utf-8")
        names = names or ("data/trade.csv", "data/countries.csv", "notebooks/which.ipynb")
        # A fixture has just written the files: what is tested here is whether they change from then on.
        started = started or datetime.now(UTC) + timedelta(seconds=1)
        return path, {
            "status": "succeeded",
            "started": started.isoformat(timespec="milliseconds"),
            "inputs": inputs.stamps(list(names), project),
            **record,
        }

    return run


def asked(project, notebook, **values) -> dict:
    return results.request(notebook, contract.read(notebook).coerce(values), project)


def change(project, name="data/trade.csv", old="1992", new="1993") -> None:
    path = project / name
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


class TestRequest:
    def test_values_given_or_by_default_are_the_same_request(self, project, notebook):
        assert asked(project, notebook) == asked(project, notebook, partner="KAZ", start="2016")
        assert asked(project, notebook) != asked(project, notebook, partner="KGZ")

    def test_outputs_and_ids_of_the_source_do_not_matter_its_code_does(
        self, project, notebook, written, parameters
    ):
        before = asked(project, notebook)
        told = json.loads(notebook.read_text())
        told["cells"][-1]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x"}]
        told["cells"][-1]["execution_count"] = 3
        told["metadata"] = {"widgets": {}}
        notebook.write_text(json.dumps(told))
        assert asked(project, notebook) == before
        written(notebook, "partner", parameters=parameters)
        assert asked(project, notebook) != before

    def test_another_environment_or_engine_is_another_request(self, project, notebook, monkeypatch):
        before = asked(project, notebook)
        monkeypatch.setattr(environment, "text", lambda: "python-3\npandas-0\n")
        after = asked(project, notebook)
        assert after != before
        monkeypatch.setattr(results, "_engine", lambda: "another")
        assert asked(project, notebook) != after

    def test_what_a_run_would_refuse_is_refused(self, project, notebook):
        with pytest.raises(UsageError, match="did you mean 'partner'"):
            asked(project, notebook, partnr="KGZ")


class TestFound:
    def test_nothing_before_anything_was_kept(self, project, notebook):
        assert results.found(asked(project, notebook), project) is None

    def test_what_was_kept(self, project, notebook, ran):
        request = asked(project, notebook)
        path, record = ran('{"cells": []}')
        key = results.keep(request, path, record, project)
        stored = results.found(request, project)
        assert (stored.key, stored.record) == (key, record)
        assert stored.notebook.read_text() == '{"cells": []}'

    @pytest.mark.parametrize("name", ["data/trade.csv", "data/countries.csv"])
    def test_we_are_not_fooled_by_a_table_that_changed(self, project, notebook, ran, name):
        request = asked(project, notebook)
        results.keep(request, *ran(), project)
        change(project, name, "UZB", "UZX")
        assert results.found(request, project) is None

    def test_we_are_not_fooled_by_a_table_that_appears(self, project, notebook, ran):
        request = asked(project, notebook)
        results.keep(request, *ran("{}", "data/trade.csv", "data/budgets.csv"), project)
        assert results.found(request, project) is not None
        (project / "data" / "budgets.csv").touch()
        assert results.found(request, project) is None

    def test_we_are_not_fooled_by_a_module_that_changed(self, project, notebook, ran, monkeypatch, tmp_path):
        request = asked(project, notebook)
        name = "analysis/measures/sets.py"
        results.keep(request, *ran("{}", name), project)
        assert results.found(request, project) is not None
        (tmp_path / "measures").mkdir()
        (tmp_path / "measures" / "sets.py").write_text("changed")
        monkeypatch.setattr(inputs, "PACKAGE", str(tmp_path))
        assert results.found(request, project) is None

    def test_a_table_put_back_finds_the_result_of_then(self, project, notebook, ran):
        request = asked(project, notebook)
        first = results.keep(request, *ran("{}"), project)
        change(project)
        second = results.keep(request, *ran('{"second": 1}'), project)
        assert second != first and results.found(request, project).key == second
        change(project, old="1993", new="1992")
        assert results.found(request, project).key == first

    def test_another_request_is_not_answered(self, project, notebook, ran):
        results.keep(asked(project, notebook), *ran(), project)
        assert results.found(asked(project, notebook, partner="KGZ"), project) is None

    @pytest.mark.parametrize("damage", [b"", b"{", b"[1]", b'{"request": 1}', b"\xff"])
    def test_a_damaged_entry_is_a_miss(self, project, notebook, ran, damage):
        request = asked(project, notebook)
        results.keep(request, *ran(), project)
        entry = results.found(request, project).notebook.with_suffix(".json")
        entry.write_bytes(damage)
        assert results.found(request, project) is None

    @pytest.mark.parametrize("damage", [b"", b"{} ", None])
    def test_a_damaged_notebook_is_a_miss(self, project, notebook, ran, damage):
        request = asked(project, notebook)
        results.keep(request, *ran(), project)
        kept = results.found(request, project).notebook
        kept.unlink() if damage is None else kept.write_bytes(damage)
        assert results.found(request, project) is None

    def test_the_whole_store_may_go(self, project, notebook, ran):
        import shutil

        request = asked(project, notebook)
        results.keep(request, *ran(), project)
        shutil.rmtree(project / ".cache")
        assert results.found(request, project) is None
        results.keep(request, *ran(), project)
        assert results.found(request, project) is not None


class TestKeep:
    @pytest.mark.parametrize("status", ["failed", "timed-out", "interrupted", "kernel-died", "running", None])
    def test_only_success_is_kept(self, project, notebook, ran, status):
        request = asked(project, notebook)
        assert results.keep(request, *ran(status=status), project)
        assert results.found(request, project) is None

    @pytest.mark.parametrize("known", [{}, None])
    def test_a_run_of_which_no_input_is_known_is_not_kept(self, project, notebook, ran, known):
        request = asked(project, notebook)
        path, record = ran()
        record.pop("inputs")
        results.keep(request, path, record | ({} if known is None else {"inputs": known}), project)
        assert results.found(request, project) is None

    def test_an_input_that_differs_by_now_is_not_kept(self, project, notebook, ran):
        request = asked(project, notebook)
        path, record = ran()
        change(project)
        results.keep(request, path, record, project)
        change(project, old="1993", new="1992")
        assert results.found(request, project) is None

    def test_we_are_not_fooled_by_a_table_edited_while_the_notebook_ran(self, project, notebook, ran):
        """The notebook may have read it before: that its stamp fits the record proves nothing."""
        request = asked(project, notebook)
        started = datetime.now(UTC) - timedelta(seconds=60)
        change(project)
        results.keep(request, *ran(started=started), project)
        assert results.found(request, project) is None

    def test_we_are_not_fooled_by_a_notebook_edited_before_its_run_began(
        self, project, notebook, ran, written, parameters
    ):
        request = asked(project, notebook)
        written(notebook, "partner", parameters=parameters)
        results.keep(request, *ran(), project)
        written(notebook, CODE, parameters=parameters)
        assert results.found(request, project) is None

    def test_a_time_in_the_future_is_no_change(self, project, notebook, ran):
        tomorrow = time.time() + 86_400
        os.utime(project / "data" / "trade.csv", (tomorrow, tomorrow))
        request = asked(project, notebook)
        results.keep(request, *ran(), project)
        assert results.found(request, project) is not None

    def test_a_store_that_cannot_be_written_is_no_error(self, project, notebook, ran):
        (project / ".cache").write_text("a file where the folder should be")
        assert results.keep(asked(project, notebook), *ran(), project)

    def test_the_results_of_one_request_are_bounded(self, project, notebook, ran, monkeypatch):
        monkeypatch.setattr(results, "CANDIDATES", 2)
        request = asked(project, notebook)
        for year in range(1992, 1996):
            results.keep(request, *ran(), project)
            change(project, old=str(year), new=str(year + 1))
        entries = list((project / results.FOLDER).rglob("*.json"))
        assert len(entries) == len(list((project / results.FOLDER).rglob("*.ipynb"))) == 2
        change(project, old="1996", new="1992")
        assert results.found(request, project) is None
        change(project, old="1992", new="1995")
        assert results.found(request, project) is not None

    def test_all_results_together_are_bounded_and_the_one_not_asked_for_longest_goes(
        self, project, notebook, ran, monkeypatch
    ):
        requests = [asked(project, notebook, partner=code) for code in ("KAZ", "KGZ")]
        for place, request in enumerate(requests):
            results.keep(request, *ran("x" * 5000), project)
            stored = results.found(request, project)
            os.utime(stored.notebook.with_suffix(".json"), (1_700_000_000 + place,) * 2)
        assert results.found(requests[0], project) is not None  # asked for: the second is older now
        monkeypatch.setattr(results, "LARGEST", 18_000)
        third = asked(project, notebook, end=2020)
        results.keep(third, *ran("x" * 5000), project)
        kept = [results.found(request, project) is not None for request in (*requests, third)]
        assert kept == [True, False, True]

    def test_drafts_of_writers_that_were_killed_go(self, project, notebook, ran):
        request = asked(project, notebook)
        results.keep(request, *ran(), project)
        draft = results.found(request, project).notebook.parent / f".x{results.DRAFT}"
        draft.touch()
        os.utime(draft, (1_700_000_000,) * 2)
        results.keep(request, *ran(), project)
        assert not draft.exists()


def _keep_and_find(project: Path, request: dict, path: Path, record: dict) -> None:
    for _ in range(40):
        results.keep(request, path, record, project)
        stored = results.found(request, project)
        assert stored is None or stored.notebook.read_text() == "{}"


def test_two_processes_may_keep_and_find_at_once(project, notebook, ran, monkeypatch):
    monkeypatch.setattr(results, "CANDIDATES", 1)
    request = asked(project, notebook)
    path, record = ran()
    # Through processes that share nothing but the folder.
    both = [
        get_context("fork").Process(target=_keep_and_find, args=(project, request, path, record))
        for _ in range(2)
    ]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert [each.exitcode for each in both] == [0, 0]
    assert results.found(request, project) is not None
    assert not list((project / results.FOLDER).rglob(f".*{results.DRAFT}"))


class TestEnvironment:
    def test_it_names_this_python_and_every_distribution(self):
        lines = environment.text().splitlines()
        assert lines[0].startswith("python-3.")
        assert any(line.startswith("pandas-3") for line in lines)

    def test_a_distribution_that_comes_or_goes_changes_stamp_and_token(self, tmp_path, monkeypatch):
        site = tmp_path / "site-packages"
        site.mkdir()
        os.utime(site, (1_700_000_000,) * 2)
        monkeypatch.syspath_prepend(str(site))
        stamp, token = environment.stamp(), environment.token()
        assert environment.token() == token
        (site / "new-1.0.dist-info").mkdir()
        assert environment.stamp() != stamp and environment.token() != token
