"""A briefing built on a cluster is the briefing built here, whatever happens to its workers."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from distributed import Client, LocalCluster

from analysis.execution.ledger import Ledger

from .conftest import CLOSING, LEAD, SETUP

SOON = 60  # seconds in which what is waited for must have come about
WAIT = """\
import pathlib, time
if not (seen := pathlib.Path({seen!r})).exists():
    seen.write_text("x")
    time.sleep(600)"""


@pytest.fixture(scope="module")
def workers() -> Iterator[LocalCluster]:
    """Two workers, each a process with a folder of its own."""
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0") as made:
        yield made


@pytest.fixture
def built(small, command, workers, tmp_path) -> Callable[..., dict[str, bytes]]:
    """Build `pair` here or on the workers: its files, without the record, which holds times."""

    def done(*words: str) -> dict[str, bytes]:
        out = tmp_path / f"out {len(words)}"
        ended = command("build", "pair", "--fresh", "--out", out, *words, root=small.root)
        assert ended.code == 0, ended.err
        return {path.name: path.read_bytes() for path in out.iterdir() if not path.name.endswith(".run.json")}

    return done


def test_what_the_workers_build_is_what_is_built_here(built, workers, small):
    there = built("--scheduler", workers.scheduler_address)
    assert there == built()
    assert {"pair.html", "pair.pdf", "pair.facts.json", "pair.ipynb"} == set(there)
    rows = Ledger.at(small.root).runs(sections=True)
    assert {row["status"] for row in rows} == {"succeeded"}


def test_what_the_workers_ran_is_not_run_again_here(built, workers, small, command):
    built("--scheduler", workers.scheduler_address)
    assert command("build", "pair", "--formats", "html", root=small.root).code == 0
    (section,) = (
        row for row in Ledger.at(small.root).runs(sections=True, limit=3) if row["kind"] == "section"
    )
    assert (section["notebook"], section["status"]) == ("rows", "reused")


def test_we_are_not_fooled_by_a_worker_that_is_killed_in_the_middle(built, workers, small, tmp_path):
    seen = tmp_path / "seen"
    small.notebook(SETUP, WAIT.format(seen=str(seen)), LEAD, CLOSING)
    killer = threading.Thread(target=kill_who_works, args=(workers, seen), daemon=True)
    killer.start()
    there = built("--scheduler", workers.scheduler_address)
    killer.join(SOON)
    assert seen.exists() and not killer.is_alive()
    assert there == built()


def kill_who_works(workers: LocalCluster, seen: Path) -> None:
    """Kill the worker that has begun, once it has."""
    with Client(workers.scheduler_address, set_as_default=False) as client:
        pids = client.run(os.getpid)
        while not seen.exists():
            time.sleep(0.05)
        (busy,) = (worker for worker, keys in client.processing().items() if keys)
        os.kill(pids[busy], signal.SIGKILL)


def test_it_meets_where_it_is_told(built, workers, small, tmp_path):
    built("--scheduler", workers.scheduler_address, "--shared", str(tmp_path / "meeting point"))
    assert list((tmp_path / "meeting point" / "inputs").iterdir())


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["--scheduler", "nonsense://x"], 2, "--scheduler: 'nonsense://x' is no address; write one such as tcp://10.0.0.1:8786"),
        (["--shared", "/mnt/x"], 2, "briefing build: --shared says where machines meet; give --scheduler too"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(small, command, words, code, sentence):
    ended = command("build", "pair", "--fresh", *words, root=small.root)
    assert (ended.code, ended.sentences[-1]) == (code, sentence)
