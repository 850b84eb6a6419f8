"""A worker does a job only with the packages and sources of the build, on the project as it is there."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import pytest

from analysis.errors import BriefingError, UsageError
from analysis.execution import parcel, station
from analysis.execution.exchange import Exchange
from analysis.execution.station import Answer, Job, Seal


class Here:
    """A pool that makes calls in this process."""

    def call(self, function: Callable, *arguments: object) -> Future:
        future: Future = Future()
        future.set_result(function(*arguments))
        return future


@pytest.fixture
def perform(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[str, object, Answer]]:
    """Do a call on a worker whose folder is elsewhere."""

    def done(function: Callable, *arguments: object, seal: Seal | None = None) -> tuple[str, object, Answer]:
        shared = str(tmp_path / "shared")
        packed = parcel.pack((function, arguments), project)
        named = {name: path for name, path in packed.paths.items() if path.is_file()}
        places = [name for name, path in packed.paths.items() if path != project and not path.is_file()]
        files = {**station.shipped(project), **named}
        job = Job(
            name="job", owner="me", seal=seal or station.seal(), shared=shared, engine=None, imports=(), is_run=False,
            told=packed.data, files={name: Exchange(shared).put(path) for name, path in files.items()},
            places=tuple(places),
        )  # fmt: skip
        answer = station.perform(job, tmp_path / "worker")
        return (*parcel.unpack(answer.told, project, is_home=True), answer)

    monkeypatch.setattr(station, "_pool_for", lambda *asked: Here())
    return done


def read(path: Path) -> tuple[str, str]:
    return str(path), path.read_text()


def listed(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


def write(folder: Path, name: str) -> Path:
    (folder / name).write_text("made")
    return folder / name


def refuse(folder: Path) -> None:
    write(folder, "aside")
    raise BriefingError("no")


class TestProject:
    def test_a_call_reads_the_project_as_it_is_where_the_build_runs(self, perform, project, tmp_path):
        path = project / "data" / "trade.csv"
        kind, (where, text), _ = perform(read, path)
        assert (kind, text) == ("value", path.read_text())
        assert where == str(tmp_path / "worker" / "project" / "data" / "trade.csv")
        path.write_text("reporter,year\nUZB,2001\n")
        assert perform(read, path)[1][1] == "reporter,year\nUZB,2001\n"

    def test_we_are_not_fooled_by_a_copy_that_somebody_changed(self, perform, project, tmp_path):
        path = project / "data" / "trade.csv"
        perform(read, path)
        (tmp_path / "worker" / "project" / "data" / "trade.csv").write_text("spoilt")
        assert perform(read, path)[1][1] == path.read_text()

    def test_a_file_that_is_removed_is_removed_there(self, perform, project):
        (project / "notebooks" / "x.ipynb").write_text("{}")
        assert "notebooks/x.ipynb" in perform(listed, project)[1]
        (project / "notebooks" / "x.ipynb").unlink()
        assert "notebooks/x.ipynb" not in perform(listed, project)[1]

    def test_what_is_made_is_not_shipped_and_what_is_hidden_neither(self, project):
        for name in (
            "reports/x.yml",
            "reports/build/x/x.html",
            "reports/state/ledger.sqlite",
            "data/.x.part",
        ):
            (project / name).parent.mkdir(parents=True, exist_ok=True)
            (project / name).write_text("x")
        made = set(station.shipped(project))
        assert {"reports/x.yml", "data/trade.csv", "data/trade.yml"} <= made
        assert not [name for name in made if "build" in name or "state" in name or "/." in name]

    def test_a_file_named_beyond_the_project_goes_along_and_does_not_stay(self, perform, project, tmp_path):
        beyond = tmp_path / "mine.csv"
        beyond.write_text("mine")
        (project / ".cache").mkdir(exist_ok=True)
        (project / ".cache" / "section.ipynb").write_text("{}")
        assert perform(read, beyond)[1][1] == "mine"
        assert perform(read, project / ".cache" / "section.ipynb")[1][1] == "{}"
        left = perform(listed, project)[1]
        assert not [name for name in left if "mine" in name or "section" in name]

    def test_what_is_written_to_a_folder_that_is_named_is_given_back(self, perform, project, tmp_path):
        folder = project / "reports" / "build" / "x"
        kind, path, answer = perform(write, folder, "x.html")
        assert (kind, path, list(answer.files)) == ("value", folder / "x.html", ["reports/build/x/x.html"])
        Exchange(str(tmp_path / "shared")).fetch(answer.files["reports/build/x/x.html"], path, "results/job")
        assert path.read_text() == "made"
        assert perform(listed, project)[1] == list(station.shipped(project))

    def test_what_is_refused_and_what_was_written_before_come_back(self, perform, project):
        kind, error, answer = perform(refuse, project / "out")
        assert (kind, error.problems, list(answer.files)) == ("error", ["no"], ["out/aside"])

    def test_a_disk_that_is_full_there_is_told_of(self, perform, project, monkeypatch):
        def full(*arguments: object) -> None:
            raise OSError(28, "No space left on device", "data/trade.csv")

        monkeypatch.setattr(Exchange, "fetch", full)
        kind, error, _ = perform(listed, project)
        assert (kind, error.problems) == (
            "error", ["a worker of the cluster: [Errno 28] No space left on device: 'data/trade.csv'"],
        )  # fmt: skip


class TestSeal:
    OURS = Seal("python-3.11.7\npandas-3.0.0\n", {"analysis/a.py": "1", "analysis/b.py": "2"})

    @pytest.mark.parametrize(
        ("other", "problem"),
        [
            (OURS, ""),
            (replace(OURS, packages="python-3.11.7\npandas-3.1.1\n"),
             "its packages differ (pandas 3.0.0 -> 3.1.1); install the same requirements.lock there"),
            (replace(OURS, sources={"analysis/a.py": "1", "analysis/b.py": "x", "analysis/c.py": "3"}),
             "its sources differ (analysis/b.py, analysis/c.py); bring it to the same commit"),
            (replace(OURS, sources={}), "its sources differ (analysis/a.py, analysis/b.py); bring it to the same commit"),
        ],
    )  # fmt: skip
    def test_what_differs_is_named(self, other, problem):
        assert self.OURS.problem(other) == problem

    def test_only_the_first_of_many_are_named(self):
        many = replace(self.OURS, sources={f"analysis/{n}.py": "x" for n in range(7)})
        assert "analysis/4.py, 4 more)" in self.OURS.problem(many)

    def test_it_holds_every_source_and_the_version_of_python(self):
        made = station.seal()
        assert {"analysis/execution/station.py", "analysis/exhibits/catalogues/ru.po"} <= set(made.sources)
        assert not [name for name in made.sources if "__pycache__" in name]
        assert all(len(content) == 64 for content in made.sources.values())
        assert made.packages.startswith(f"python-{'.'.join(map(str, os.sys.version_info[:3]))}\n")
        assert "\npandas-" in made.packages

    def test_we_are_not_fooled_by_a_worker_that_came_later_with_other_packages(self, perform, project):
        ours = station.seal()
        kind, error, _ = perform(listed, project, seal=replace(ours, packages=ours.packages + "extra-1.0\n"))
        assert kind == "error" and isinstance(error, UsageError)
        assert error.problems == [
            "a worker of the cluster is not as this machine: its packages differ (extra 1.0 removed); "
            "install the same requirements.lock there and restart it"
        ]

    def test_we_are_not_fooled_by_a_worker_that_still_runs_what_was_there(
        self, perform, project, monkeypatch
    ):
        perform(listed, project)
        now = station.seal()
        newer = replace(now, sources={**now.sources, "analysis/execution/runner.py": "newer"})
        monkeypatch.setattr(station, "seal", lambda: newer)
        kind, error, _ = perform(listed, project, seal=newer)
        assert (kind, error.problems) == ("error", [
            "a worker of the cluster is older than what lies there: its sources differ (analysis/execution/runner.py); "
            "bring it to the same commit and restart it"
        ])  # fmt: skip
