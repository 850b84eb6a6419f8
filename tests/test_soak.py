"""Hundreds of builds, hundreds of interruptions: nothing grows, nothing wrong is left, the next build works.

`make soak` runs them whole; `make test` runs each a few times.
"""

from __future__ import annotations

import gc
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from analysis import tables
from analysis.briefings import build, placing
from analysis.execution.ledger import Ledger

BRIEFING = [sys.executable, "-m", "analysis"]
FORMS = ("html", "pdf", "facts.json", "ipynb")  # of a record the times differ
WARM = 5  # builds after which nothing may grow any more
SLACK = 40  # MB that a process may take without a leak
LATEST = 2.5  # seconds after its start at which a build is interrupted at the latest


@pytest.fixture
def project(small, monkeypatch, tmp_path):
    """The small project, and a folder of its own for all that is temporary."""
    folder = tmp_path / "t"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", None)
    shutil.rmtree(small.root / ".cache", ignore_errors=True)
    for name in ("build", "state"):
        shutil.rmtree(small.root / "reports" / name, ignore_errors=True)
    yield small
    tables.use_root(None)


@pytest.mark.parametrize("times", [pytest.param(8), pytest.param(300, marks=pytest.mark.soak)])
def test_builds_in_a_row_leave_nothing_behind(project, times):
    """Each with another year, in one process: memory, descriptors, processes and temporary files stay as they are."""
    me = psutil.Process()
    before = set(me.children(recursive=True))  # of other tests
    temporary = Path(os.environ["TMPDIR"])
    seen = []
    for n in range(times):
        built = build.build("pair", {"start": str(2000 + n % 20)}, is_fresh=True, root=project.root)
        assert all(path.stat().st_size for path in built.paths)
        gc.collect()
        seen.append(
            (me.memory_info().rss / 1e6, me.num_fds(), len(set(me.children(recursive=True)) - before))
        )
    memory, descriptors, children = zip(*seen, strict=True)
    assert list(temporary.glob("br-*")) == []
    assert set(children) == {0}
    assert max(descriptors[WARM:]) <= max(descriptors[:WARM])
    assert max(memory[WARM:]) < max(memory[:WARM]) + SLACK
    with Ledger.at(project.root) as ledger:
        assert ledger.runs(status="running", limit=None) == []


@pytest.mark.parametrize("times", [pytest.param(6), pytest.param(300, marks=pytest.mark.soak)])
def test_whoever_is_killed_whenever_leaves_the_old_or_the_new(project, times):
    """The table has two states in turn; the build of each is ended at a random moment, by a signal to the command or by
    SIGKILL to it or to any process that it has started."""
    chance = random.Random(42)
    states = _states(project)
    good = {name: _built(project, text) for name, text in states.items()}
    folder, temporary = project.built, Path(os.environ["TMPDIR"])
    for n in range(times):
        state = "ab"[n % 2]
        project.put("data/trade.csv", states[state])
        family = _interrupted(project, chance)
        _gone, alive = psutil.wait_procs(family, timeout=20)
        assert alive == [], f"run {n}: {[each.cmdline() for each in alive]} outlived the command"
        _assert_one_of(good, folder)
        if n % 10 == 9 or n == times - 1:
            ended = _run(project)
            assert ended.returncode == 0, ended.stderr
            assert _left(folder) == good[state]
            assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []
    with Ledger.at(project.root) as ledger:
        ledger.close_lost()
        rows = ledger.runs(limit=None, sections=True)
    assert "running" not in {row["status"] for row in rows}
    assert {row["status"] for row in rows} - {"succeeded", "reused", "unchanged"}, (
        "nothing was ever interrupted"
    )
    leftovers = [path for path in temporary.glob("br-*") if time.time() - path.stat().st_mtime > 5]
    assert leftovers == []


def test_two_builds_of_one_briefing_at_once(project):
    """Both end well, and what is left is whole and of one of them."""
    both = [_started(project, "--fresh") for _ in range(2)]
    assert [process.wait(timeout=120) for process in both] == [0, 0]
    alone = _run(project, "--fresh")
    assert alone.returncode == 0
    _assert_one_of({"alone": _left(project.built)}, project.built)
    assert [path.name for path in project.built.iterdir() if path.name.startswith(".")] == []


def _states(project) -> dict[str, bytes]:
    """The table of trade as it is, and with one value moved."""
    now = (project.root / "data" / "trade.csv").read_bytes()
    lines = now.split(b"\n")
    place = next(n for n, line in enumerate(lines) if line.startswith(b"UZB,KAZ,2022"))
    cells = lines[place].split(b",")
    cells[6] = str(int(cells[6]) + 1).encode()
    lines.pop(place)  # one row fewer, so that the page says another number
    return {"a": now, "b": b"\n".join(lines)}


def _built(project, text: bytes) -> dict[str, bytes]:
    project.put("data/trade.csv", text)
    ended = _run(project)
    assert ended.returncode == 0, ended.stderr
    return _left(project.built)


def _left(folder: Path) -> dict[str, bytes]:
    return {form: (folder / f"pair.{form}").read_bytes() for form in FORMS}


def _assert_one_of(good: dict[str, dict[str, bytes]], folder: Path) -> None:
    """What is visible is one whole set; while a list of moves is there, each file is of one set or the other."""
    left = _left(folder)
    if (folder / placing.MOVES).exists():
        for form, data in left.items():
            assert data in {each[form] for each in good.values()}, f"{form} is of neither"
    else:
        assert left in good.values()


def _started(project, *words: str) -> subprocess.Popen:
    return subprocess.Popen(
        [*BRIEFING, "--root", str(project.root), "build", "pair", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def _run(project, *words: str) -> subprocess.CompletedProcess:
    process = _started(project, *words)
    out, err = process.communicate(timeout=120)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def _interrupted(project, chance: random.Random) -> list[psutil.Process]:
    """Start a build, end it or a part of it at a random moment; every process that there was."""
    process = _started(project, "--fresh")
    end = time.monotonic() + chance.uniform(0, LATEST)
    family: dict[int, psutil.Process] = {}
    while time.monotonic() < end and process.poll() is None:
        with suppress(psutil.Error):
            family |= {each.pid: each for each in psutil.Process(process.pid).children(recursive=True)}
        time.sleep(0.02)
    victims = [each for each in family.values() if each.is_running()]
    how = chance.choice(["SIGINT", "SIGTERM", "SIGKILL", "part", "part"])
    with suppress(psutil.Error, ProcessLookupError):
        if how != "part":
            process.send_signal(getattr(signal, how))
        elif victims:
            chance.choice(victims).kill()
    process.communicate(timeout=120)
    return list(family.values())


def test_what_the_ledger_says_of_an_interruption_is_true(project):
    """A command that is killed says nothing: the next one says for it that it is lost."""
    process = _started(project, "--fresh")
    time.sleep(1.0)
    process.kill()
    process.communicate(timeout=60)
    ended = _run(project, "--json")
    assert ended.returncode == 0 and json.loads(ended.stdout)["name"] == "pair"
    with Ledger.at(project.root) as ledger:
        statuses = [row["status"] for row in ledger.runs(limit=None)]
    assert statuses[0] == "succeeded" and set(statuses[1:]) <= {"lost"}
