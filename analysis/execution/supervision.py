"""A child process under a deadline: started, listened to, and taken down with everything it started."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

from analysis.execution.launch import Launch, Process

GRACE = 5.0  # seconds after the deadline in which the child itself may interrupt its kernel and save
POLITE = 1.5  # seconds between asking to end and ending
LOG = 20_000  # characters kept of a child's log

_received: list[int] = []
_answered: list[bool] = []
_watching: list[bool] = []


@dataclass
class Ended:
    """How a child ended: its exit code, what it told, its log, and what made us end it, if anything did."""

    code: int | None = None
    cause: str = "itself"  # itself | deadline | SIGINT | SIGTERM
    seconds: float = 0.0
    messages: list[dict[str, Any]] = field(default_factory=list)
    log: str = ""

    @property
    def last(self) -> dict[str, Any]:
        """What the child said of its end; empty if it could not."""
        return next((message for message in reversed(self.messages) if "ended" in message), {})

    @property
    def cell(self) -> int | None:
        """Place, from 0 in the executed notebook, of the last cell that started."""
        return next((message["cell"] for message in reversed(self.messages) if "cell" in message), None)

    @property
    def engine(self) -> str | None:
        """The engine that ran the cells, if it came so far."""
        return next((message["engine"] for message in reversed(self.messages) if "engine" in message), None)

    @property
    def kernel(self) -> int | None:
        """Process id of the last kernel."""
        return next((message["kernel"] for message in reversed(self.messages) if "kernel" in message), None)


@contextmanager
def signals_passed_on() -> Iterator[None]:
    """While inside, SIGINT and SIGTERM end the running children instead of this process; ours is the last word.

    Works in the main thread (signals come nowhere else) and covers children watched from other threads. A signal
    that no run took notice of is raised again at the end.
    """
    if _watching or threading.current_thread() is not threading.main_thread():
        yield
        return
    wanted = [signal.SIGINT, signal.SIGTERM]
    # A process started with nohup, or in the background, ignores signals on purpose.
    taken = [each for each in wanted if signal.getsignal(each) not in (signal.SIG_IGN, None)]
    before = {each: signal.signal(each, lambda number, frame: _received.append(number)) for each in taken}
    _watching.append(True)
    try:
        yield
    finally:
        _watching.clear()
        for each, handler in before.items():
            signal.signal(each, handler)
        left = [] if _answered else list(_received)
        _received.clear()
        _answered.clear()
        for number in left[:1]:
            signal.raise_signal(number)


def interruption() -> str | None:
    """Name of the signal that arrived while runs are watched, if one did."""
    return signal.Signals(_received[0]).name if _received else None


def answer() -> None:
    """Say that an error tells of the signal, so that it need not be raised again."""
    _answered.append(True)


def supervise(
    start: Launch,
    job: Mapping[str, Any],
    *,
    environment: Mapping[str, str],
    folder: Path,
    cwd: Path,
    seconds: float,
    heard: Callable[[dict[str, Any]], None] | None = None,
) -> Ended:
    """Run the process of `start` with `job` as its input until it ends, the deadline passes or a signal arrives."""
    ended = Ended()
    log = folder / "log.txt"
    with log.open("wb") as stderr:
        process = start(log=stderr, environment=environment, cwd=cwd)
    begun = monotonic()
    listener = threading.Thread(target=_listen, args=(process, ended.messages, heard), daemon=True)
    listener.start()
    try:
        with suppress(OSError):
            process.stdin.write(json.dumps(job).encode() + b"\n")
            process.stdin.flush()
        ended.cause = _wait(process, begun + seconds + GRACE)
        if ended.cause == "itself" and process.returncode in (-signal.SIGTERM, -signal.SIGINT):
            # A service manager signals all processes at once: ours may be told a moment later.
            threading.Event().wait(0.3)
            ended.cause = interruption() or "itself"
    finally:
        _take_down(process, ended, is_polite=ended.cause.startswith("SIG"))
        listener.join(timeout=2)
        # A pipe that is still listened to is held by a stranger; closing it would wait for the stranger.
        for pipe in (process.stdin, *(() if listener.is_alive() else (process.stdout,))):
            with suppress(OSError):
                pipe.close()
    ended.code = process.returncode
    ended.seconds = monotonic() - begun
    with suppress(OSError):
        ended.log = log.read_text(encoding="utf-8", errors="replace")[-LOG:]
    return ended


def _wait(process: Process, deadline: float) -> str:
    """Wait for the end; the cause for which we should bring it about, or `itself`."""
    while True:
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.1)
            return interruption() or "itself"
        if name := interruption():
            return name
        if monotonic() > deadline:
            return "deadline"


def _listen(process: Process, messages: list[dict], heard: Callable | None) -> None:
    with suppress(OSError, ValueError):
        for line in process.stdout:
            messages.append(json.loads(line))
            if heard is not None:
                heard(messages[-1])


def _take_down(process: Process, ended: Ended, *, is_polite: bool) -> None:
    """End the child, its kernel and all they started, also what left their process groups."""
    family = _descendants(process.pid) if process.poll() is None else []
    # jupyter gives the kernel a process group of its own, named by its id; a cell's programs are in it.
    groups = [group for group in (ended.kernel, process.pid) if group]
    if is_polite:
        _signal(process, groups, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=POLITE)
    _signal(process, groups, getattr(signal, "SIGKILL", signal.SIGTERM))
    for member in family:
        with suppress(Exception):  # psutil knows by the time of birth whether it is still the same process
            member.kill()
    process.wait()
    if family:
        import psutil

        psutil.wait_procs(family, timeout=POLITE)  # nothing may still run, or write, when we say it has ended


def _signal(process: Process, groups: list[int], number: int) -> None:
    if os.name != "posix":
        process.kill()
        return
    for group in groups:
        with suppress(OSError):
            os.killpg(group, number)


def _descendants(pid: int) -> list[Any]:
    import psutil

    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.Error:
        return []
