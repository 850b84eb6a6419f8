"""Files that are put in place together: all of them or none, whenever somebody is killed."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.briefings import placing
from analysis.execution.files import WriteError

OLD = {"a.html": b"old page", "a.pdf": b"old print", "a.eml": b"old letter"}
NEW = {"a.html": b"new page", "a.pdf": b"new print"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    placing.place(tmp_path, placing.drafted(tmp_path, OLD))
    return tmp_path


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_new_files_take_the_place_of_old_ones_and_what_is_stale_goes(folder):
    placing.place(folder, placing.drafted(folder, NEW), ["a.eml", "a.pdf"])
    assert contents(folder) == NEW


def test_drafts_that_are_not_placed_leave_nothing(folder):
    placing.drop(folder, placing.drafted(folder, NEW))
    assert contents(folder) == OLD


@pytest.mark.parametrize("done", range(5))
def test_who_is_killed_among_the_moves_is_finished_by_the_next(folder, monkeypatch, done):
    """After `done` steps of the moves and removals the process is gone; the next who comes does the rest."""
    steps = iter(range(done))

    def stepping(real):
        def step(*arguments, **options):
            if next(steps, None) is None:
                raise KeyboardInterrupt
            return real(*arguments, **options)

        return step

    drafts = placing.drafted(folder, NEW)
    with monkeypatch.context() as patched:
        patched.setattr(placing.Path, "replace", stepping(Path.replace))
        patched.setattr(placing.Path, "unlink", stepping(Path.unlink))
        with contextlib.suppress(KeyboardInterrupt):
            placing.place(folder, drafts, ["a.eml"])
    begun = (folder / placing.MOVES).exists() or (folder / "a.html").read_bytes() == NEW["a.html"]
    placing.finish(folder)
    visible = {name: data for name, data in contents(folder).items() if not name.startswith(".")}
    assert visible == (NEW if begun else OLD)
    assert not (folder / placing.MOVES).exists()


def test_the_drafts_of_the_dead_are_removed_those_of_the_living_are_not(folder):
    dead = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    (folder / f".{dead.pid}-x.part").write_bytes(b"half")
    (folder / f".{os.getpid()}-x.part").write_bytes(b"half")
    placing.finish(folder)
    assert len(contents(folder)) == len(OLD) + 2
    dead.send_signal(signal.SIGKILL)
    dead.wait()
    placing.finish(folder)
    assert set(contents(folder)) == {*OLD, f".{os.getpid()}-x.part"}


def test_a_draft_that_another_process_wrote_for_one_that_lives_is_no_litter(folder):
    code = f"from pathlib import Path; from analysis.briefings import placing; placing.drafted(Path({str(folder)!r}), {{'a.html': b'x'}}, {os.getpid()})"
    subprocess.run([sys.executable, "-c", code], check=True)
    placing.finish(folder)
    (draft,) = (path for path in folder.iterdir() if path.name.endswith(".part"))
    assert draft.read_bytes() == b"x"


def test_a_full_disk_changes_nothing(folder, monkeypatch):
    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(placing.os, "fsync", full)
    with pytest.raises(WriteError, match=r"a\.html: the disk is full, nothing was changed"):
        placing.drafted(folder, NEW)
    assert contents(folder) == OLD


def test_two_at_once_never_mix(folder):
    """Two processes put their own set in place again and again; whoever looks under the lock sees one set."""
    code = (
        "import sys; from pathlib import Path; from analysis.briefings import placing\n"
        "folder, mark = Path(sys.argv[1]), sys.argv[2].encode()\n"
        "for n in range(40):\n"
        "    placing.place(folder, placing.drafted(folder, {'a.html': mark, 'a.pdf': mark}))\n"
        "    with placing.alone(folder):\n"
        "        assert (folder / 'a.html').read_bytes() == (folder / 'a.pdf').read_bytes()\n"
    )
    both = [subprocess.Popen([sys.executable, "-c", code, str(folder), mark]) for mark in ("one", "two")]
    assert [process.wait() for process in both] == [0, 0]
    assert not [name for name in contents(folder) if name.startswith(".")]


def test_the_list_of_moves_names_every_move(folder, monkeypatch):
    seen = []
    monkeypatch.setattr(placing, "_finish", lambda folder: seen.append((folder / placing.MOVES).exists()))
    drafts = placing.drafted(folder, NEW)
    placing.place(folder, drafts, ["a.eml", "a.pdf"])
    told = json.loads((folder / placing.MOVES).read_text())
    assert (seen, told) == ([False, True], {"moves": drafts, "stale": ["a.eml"]})
