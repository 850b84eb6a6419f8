"""A cluster gives what this machine gives, also when its workers die, and says in a sentence why it cannot."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from distributed import LocalCluster

from analysis.errors import BriefingError, UsageError
from analysis.execution import cluster, station
from analysis.execution.many import Task
from analysis.execution.runner import RunError, execute

ROOT = Path(__file__).resolve().parents[2]
SUM = "from analysis import tables\nlen(tables.read('countries')), reporter"
PARAMETERS = 'reporter: str = "UZB"  # country [countries.country]'
WAITS = """\
import pathlib, time
seen = pathlib.Path({seen!r})
if not seen.exists():
    seen.write_text("x")
    time.sleep(600)"""
SOON = 60  # seconds in which what is waited for must have come about


@pytest.fixture(scope="module")
def workers() -> Iterator[LocalCluster]:
    """Two workers, each a process with a folder of its own."""
    # a worker may die once of the same work before it is given up
    scheduler = {"allowed_failures": 1, "dashboard_address": ":0"}
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, scheduler_kwargs=scheduler) as made:
        yield made


@pytest.fixture
def pool(project: Path, workers: LocalCluster) -> Iterator[cluster.Pool]:
    workers.wait_for_workers(2, timeout=SOON)  # one that was killed is started again
    with cluster.Pool(project, workers.scheduler_address) as made:
        yield made


@pytest.fixture
def task(project: Path, written: Callable[..., Path]) -> Callable[..., Task]:
    def made(*code: str, out: str = "out", **more: object) -> Task:
        notebook = written(project / "notebooks" / f"{out}.ipynb", *code, parameters=PARAMETERS)
        content = json.loads(notebook.read_text())
        for place, cell in enumerate(content["cells"]):
            cell["id"] = f"cell-{place}"  # else each run makes some up
        notebook.write_text(json.dumps(content))
        return Task(notebook, project / ".cache" / "runs" / "x" / f"{out}.ipynb", {"reporter": "KAZ"}, **more)

    return made


def until(what: Callable[[], object]) -> object:
    """The first answer of `what` that is not empty."""
    end = time.monotonic() + SOON
    while not (found := what()):
        assert time.monotonic() < end, "it does not come about"
        time.sleep(0.05)
    return found


def upper(path: Path, folder: Path) -> Path:
    (folder / "upper.txt").write_text(path.read_text().upper())
    return folder / "upper.txt"


def refused(said: str) -> None:
    raise UsageError(said)


def fail() -> None:
    raise ZeroDivisionError("by hand")


class TestWork:
    def test_a_run_there_is_a_run_here(self, pool, task, project, tmp_path):
        asked = task(SUM)
        run = pool.run(asked).result(SOON)
        here = execute(asked.notebook, asked.parameters, out=tmp_path / "here.ipynb", root=project)
        assert (run.notebook, run.record["status"]) == (asked.out, "succeeded")
        assert run.notebook.read_bytes() == here.notebook.read_bytes()
        assert run.notebook.with_suffix(".run.json").exists()
        same = ("notebook", "source", "sha256", "parameters", "tables", "python", "packages")
        assert [run.record[name] for name in same] == [here.record[name] for name in same]

    def test_two_at_once_and_nothing_is_left_of_them_between_the_machines(self, pool, task, project):
        assert pool.jobs == 2
        runs = [pool.run(task(SUM, out=name)) for name in ("a", "b", "c")]
        assert [run.result(SOON).notebook.stem for run in runs] == ["a", "b", "c"]
        left = [path for path in (project / cluster.SHARED / "results").rglob("*") if path.is_file()]
        assert left == []

    def test_a_call_reads_and_writes_files_of_the_project(self, pool, project):
        path = pool.call(upper, project / "data" / "blocs.csv", project / "reports" / "build" / "x").result(
            SOON
        )
        assert path == project / "reports" / "build" / "x" / "upper.txt"
        assert path.read_text() == (project / "data" / "blocs.csv").read_text().upper()

    def test_it_meets_at_any_url(self, project, workers, task, tmp_path):
        shared = f"file://{tmp_path}/meeting point"
        with cluster.Pool(project, workers.scheduler_address, shared=shared, jobs=1) as pool:
            assert pool.jobs == 1
            assert pool.run(task(SUM)).result(SOON).record["status"] == "succeeded"
        assert list((tmp_path / "meeting point" / "inputs").iterdir())

    def test_what_fails_there_fails_here_with_the_same_sentence(self, pool, task, project):
        with pytest.raises(RunError) as told:
            pool.run(task(SUM, "1 / 0")).result(SOON)
        assert told.value.problems == [
            "notebook out, cell 4 (`1 / 0`): ZeroDivisionError: division by zero; "
            "see how far it ran in .cache/runs/x/failed/out.ipynb"
        ]
        assert told.value.record["cell"] == 4
        assert told.value.notebook == project / ".cache" / "runs" / "x" / "failed" / "out.ipynb"
        assert told.value.notebook.exists()

    def test_what_is_refused_there_is_refused_here(self, pool, task):
        with pytest.raises(UsageError, match="reporter 'RUS' is not in data/countries"):
            pool.run(replace(task(SUM), parameters={"reporter": "RUS"})).result(SOON)
        with pytest.raises(UsageError, match="no"):
            pool.call(refused, "no").result(SOON)

    def test_a_fault_of_ours_there_is_an_error_here(self, pool):
        with pytest.raises(BriefingError, match="ZeroDivisionError: by hand"):
            pool.call(fail).result(SOON)


class TestDeath:
    @staticmethod
    def doing(pool: cluster.Pool) -> list[int]:
        """The processes of the workers that have something to do."""
        pids = pool._client.run(os.getpid)
        return [pids[worker] for worker, keys in pool._client.processing().items() if keys and worker in pids]

    def test_we_are_not_fooled_by_a_worker_that_is_killed(self, pool, task, project, tmp_path):
        seen = tmp_path / "seen"
        asked = task(SUM, WAITS.format(seen=str(seen)))
        future = pool.run(asked)
        until(seen.exists)
        (victim,) = until(lambda: self.doing(pool))
        family = psutil.Process(victim).children(recursive=True)
        os.kill(victim, signal.SIGKILL)
        run = future.result(SOON)
        here = execute(asked.notebook, asked.parameters, out=tmp_path / "here.ipynb", root=project)
        assert run.notebook.read_bytes() == here.notebook.read_bytes()
        until(lambda: not [each for each in family if each.is_running()] or None)

    def test_work_that_kills_every_worker_is_given_up(self, pool, task):
        future = pool.call(kill_the_worker)
        with pytest.raises(RunError, match="every worker that began it died"):
            future.result(SOON * 2)

    def test_an_interruption_ends_what_the_workers_do(self, project, workers, task, tmp_path):
        seen = tmp_path / "seen"
        with cluster.Pool(project, workers.scheduler_address) as pool:
            future = pool.run(task(WAITS.format(seen=str(seen))))
            until(seen.exists)
            (busy,) = until(lambda: self.doing(pool))
            pool.stop()
            with pytest.raises(RunError, match="interrupted by a signal; run it again") as told:
                future.result(SOON)
            assert told.value.record["cause"] == "interrupted"
            until(lambda: not running(busy))
        with cluster.Pool(project, workers.scheduler_address) as pool:
            assert pool.run(task(SUM)).result(SOON).record["status"] == "succeeded"


def kill_the_worker() -> None:
    """End the process of the worker that asked for this call."""
    parents = psutil.Process().parents()
    worker = next(each for each in parents if "multiprocessing" in " ".join(each.cmdline()))
    worker.kill()
    time.sleep(600)


def running(pid: int) -> list[psutil.Process]:
    """What runs of a notebook below a worker."""
    found = []
    for each in psutil.Process(pid).children(recursive=True):
        with suppress(psutil.Error):
            if "analysis.execution" in " ".join(each.cmdline()):
                found.append(each)
    return found


def test_the_walk_through_of_the_documents(project, task, tmp_path):
    """The commands as they are printed, with a worker that has the package elsewhere."""
    text = (ROOT / "docs" / "cluster.md").read_text(encoding="utf-8")
    scheduler, worker = (
        shlex.split(re.search(rf"\$ .venv/bin/(dask {name} .*)", text)[1]) for name in ("scheduler", "worker")
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    address = f"tcp://127.0.0.1:{port}"
    shutil.copytree(
        ROOT / "analysis", tmp_path / "copy" / "analysis", ignore=shutil.ignore_patterns("__pycache__")
    )
    env = {**os.environ, "PYTHONPATH": str(tmp_path / "copy")}
    commands = [
        [*(port if word == "8786" else word for word in scheduler), "--dashboard-address", ":0"],
        [*(address if word.startswith("tcp://") else word for word in worker), "--dashboard-address", ":0"],
    ]
    started = [
        subprocess.Popen(
            [Path(sys.executable).parent / words[0], *words[1:]],
            cwd=tmp_path, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        for words in commands
    ]  # fmt: skip
    try:
        with cluster.Pool(project, address) as pool:
            pool._client.wait_for_workers(2, timeout=SOON)
            files = pool._client.run(where_the_package_is).values()
            assert {Path(file).is_relative_to(tmp_path / "copy") for file in files} == {True}
        with cluster.Pool(project, address) as pool:
            assert pool.jobs == 2
            assert pool.run(task(SUM)).result(SOON).record["status"] == "succeeded"
            seen = tmp_path / "seen"
            future = pool.run(task(WAITS.format(seen=str(seen))))
            until(seen.exists)
            started[0].kill()
            with pytest.raises(RunError, match=f"the scheduler at {address} is gone; start it and run again"):
                future.result(SOON)
    finally:
        for each in started:
            each.terminate()
        for each in started:
            each.wait(SOON)


def where_the_package_is() -> str:
    return cluster.__file__


class TestRefusals:
    def test_a_worker_with_other_packages(self, project, workers, monkeypatch):
        ours = station.seal()
        monkeypatch.setattr(station, "seal", lambda: replace(ours, packages=ours.packages + "zzz-1.0\n"))
        with pytest.raises(UsageError) as told, cluster.Pool(project, workers.scheduler_address):
            pass
        assert told.value.problems
        for problem in told.value.problems:
            assert problem.startswith("worker tcp://127.0.0.1:")
            assert problem.endswith(
                ": its packages differ (zzz 1.0 removed); install the same requirements.lock there and restart it"
            )

    def test_a_worker_with_other_sources(self, project, workers, monkeypatch):
        ours = station.seal()
        changed = {**ours.sources, "analysis/execution/runner.py": "changed"}
        monkeypatch.setattr(station, "seal", lambda: replace(ours, sources=changed))
        with pytest.raises(
            UsageError, match=r"its sources differ \(analysis/execution/runner.py\); bring it"
        ):
            cluster.Pool(project, workers.scheduler_address).__enter__()

    def test_a_scheduler_without_a_worker(self, project, monkeypatch):
        monkeypatch.setattr(cluster, "PATIENCE", 0.5)
        with LocalCluster(n_workers=0, dashboard_address=":0") as empty:
            address = empty.scheduler_address
            with pytest.raises(BriefingError) as told, cluster.Pool(project, address):
                pass
        assert told.value.problems == [
            f"the scheduler at {address} has no worker; start one with: dask worker {address} --nthreads 1"
        ]

    def test_nobody_at_the_address(self, project, monkeypatch):
        monkeypatch.setattr(cluster, "PATIENCE", 0.5)
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
            with pytest.raises(BriefingError) as told, cluster.Pool(project, address):
                pass
        assert told.value.problems == [
            f"no scheduler answers at {address} within 0.5 seconds; start one with 'dask scheduler', or leave out "
            "--scheduler"
        ]
        assert told.value.exit_code == 1

    @pytest.mark.parametrize("address", ["nonsense://x", "", "tcp://"])
    def test_what_is_no_address(self, project, address, monkeypatch):
        monkeypatch.setattr(cluster, "PATIENCE", 0.5)
        with pytest.raises(UsageError, match="is no address; write one such as"):
            cluster.Pool(project, address).__enter__()

    def test_without_the_extra_it_says_how_to_get_it(self, project, monkeypatch):
        monkeypatch.setitem(__import__("sys").modules, "distributed", None)
        with pytest.raises(UsageError, match="--scheduler: needs distributed; install it with: pip install"):
            cluster.Pool(project, "tcp://127.0.0.1:1").__enter__()
