"""Supervision without a notebook: pipes, deadlines, families of processes, and the private folder."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

import psutil
import pytest

from analysis.execution import kernels, launch, supervision, workspace


def supervised(script: str, tmp_path: Path, seconds: float = 20, **job: object) -> supervision.Ended:
    def start(log: BinaryIO, environment: Mapping[str, str], cwd: Path) -> launch.Process:
        command = [sys.executable, "-c", script]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": log}
        return subprocess.Popen(command, env=environment, cwd=cwd, start_new_session=True, **pipes)

    return supervision.supervise(
        start, job, environment=os.environ, folder=tmp_path, cwd=tmp_path, seconds=seconds
    )


def test_hears_messages_and_keeps_the_log(tmp_path: Path) -> None:
    script = (
        "import json, sys; job = json.loads(sys.stdin.readline())\n"
        "print(json.dumps({'kernel': None, 'cell': job['x']})); print('oh', file=sys.stderr)\n"
        "print(json.dumps({'ended': 'completed'})); sys.exit(4)"
    )
    ended = supervised(script, tmp_path, x=7)
    assert (ended.code, ended.cause, ended.cell, ended.kernel) == (4, "itself", 7, None)
    assert ended.last == {"ended": "completed"} and ended.log == "oh\n"


def test_a_flood_of_words_blocks_nobody(tmp_path: Path) -> None:
    script = "import sys\nfor _ in range(20000): print('{}'); print('x' * 80, file=sys.stderr)"
    ended = supervised(script, tmp_path)
    assert ended.code == 0 and len(ended.messages) == 20000 and len(ended.log) == supervision.LOG


@pytest.mark.skipif(os.name != "posix", reason="process groups are POSIX")
def test_the_deadline_takes_the_family_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervision, "GRACE", 0.2)
    script = (
        "import subprocess, sys, time, json, signal\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "a = [subprocess.Popen(['sleep', '300'], start_new_session=own) for own in (False, True)]\n"
        "print(json.dumps({'pids': [p.pid for p in a]}), flush=True); time.sleep(300)"
    )
    ended = supervised(script, tmp_path, seconds=2)
    assert (ended.cause, ended.code) == ("deadline", -signal.SIGKILL)
    assert ended.seconds < 15
    for pid in ended.messages[0]["pids"]:
        assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_a_signal_nobody_answered_is_raised_again() -> None:
    with pytest.raises(KeyboardInterrupt), supervision.signals_passed_on():
        signal.raise_signal(signal.SIGINT)
        assert supervision.interruption() == "SIGINT"
    assert supervision.interruption() is None
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_an_answered_signal_is_over() -> None:
    with supervision.signals_passed_on():
        signal.raise_signal(signal.SIGTERM)
        supervision.answer()
    assert supervision.interruption() is None


def test_signals_are_left_alone_in_other_threads() -> None:
    seen: list[object] = []

    def look() -> None:
        with supervision.signals_passed_on():
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [signal.getsignal(signal.SIGTERM)]


class TestWorkspace:
    def test_is_private_short_and_gone_afterwards(self, tmp_path: Path) -> None:
        with workspace.opened(tmp_path) as folder:
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
            assert kernels.transport(folder) == ("ipc" if os.name == "posix" else "tcp")
        assert not folder.exists()

    def test_is_short_also_where_the_usual_folder_is_deep(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        deep = tmp_path / ("x" * 90)
        deep.mkdir()
        monkeypatch.setattr("tempfile.tempdir", str(deep))
        with workspace.opened(tmp_path) as folder:
            assert len(str(folder)) < 80

    def test_lends_the_list_of_fonts_and_takes_it_back(self, tmp_path: Path) -> None:
        with workspace.opened(tmp_path) as folder:
            (folder / "matplotlib" / "fontlist-v1.json").write_text("{}")
        assert (tmp_path / ".cache/matplotlib/fontlist-v1.json").read_text() == "{}"
        with workspace.opened(tmp_path) as folder:
            assert (folder / "matplotlib" / "fontlist-v1.json").read_text() == "{}"

    def test_the_environment_holds_nothing_personal(self, tmp_path: Path) -> None:
        given = {
            "HOME": str(tmp_path),
            "MPLBACKEND": "TkAgg",
            "JUPYTER_PATH": "/x",
            "LC_ALL": "de",
            "PATH": "/bin",
        }
        made = workspace.environment(tmp_path / "ws", given)
        assert made["HOME"] == str(tmp_path) and made["PATH"] == "/bin" and made["LC_ALL"] == "C.UTF-8"
        assert not {"MPLBACKEND", "JUPYTER_PATH"} & set(made)
        assert made["IPYTHONDIR"].startswith(str(tmp_path / "ws"))

    @pytest.mark.parametrize("home", [None, "", "/no/such/home"])
    def test_a_missing_home_is_replaced(self, tmp_path: Path, home: str | None) -> None:
        given = {} if home is None else {"HOME": home}
        assert workspace.environment(tmp_path, given)["HOME"] == str(tmp_path / "home")
