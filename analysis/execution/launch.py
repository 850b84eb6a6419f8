"""How a process of ours starts: spawned, a new Python, or forked from a template that has done the slow imports.

    start = launch.spawned("analysis.execution.child")
    process = start(log=file, environment={...}, cwd=root)     pid, stdin, stdout, poll, wait, returncode, kill

    with launch.Template(root) as template:                    starts at once, nobody waits for it
        start = template.forked("analysis.execution.child")    the same, in a hundredth of the time

A template lives as long as the command and holds third-party imports only: no code that a result rests on is stale.
Where it cannot fork, or is gone, its processes are spawned: slower, never wrong.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from time import monotonic
from typing import Any, BinaryIO, Protocol

from analysis.execution import workspace

# What notebooks, and papermill which runs them, import sooner or later; after a colon, what they call.
NOTEBOOK = (
    "papermill",
    "nbformat.validator:get_validator",
    "ipykernel.compiler",
    "ipykernel.kernelbase",
    "ipykernel.zmqshell",
    "IPython.core.completerlib",
    "IPython.core.oinspect",
    "pandas",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_svg",
    "seaborn",
    "networkx",
    "babel.dates",
    "babel.messages.pofile",
    "babel.numbers",
    "yaml",
)
TEMPLATE = "analysis.execution.template"
HARMLESS = {"jemalloc_bg_thd"}  # a thread of pyarrow's allocator, which sees to a fork itself
PATIENCE = 60.0  # seconds after which a template that does not answer is given up
FAREWELL = 2.0  # seconds in which a template that was told to end does so
GLANCE = 0.05  # seconds between two looks at a process of which nobody tells us the end


class Process(Protocol):
    """What a launcher gives: as much of a `Popen` as watching over a process needs."""

    pid: int
    returncode: int | None
    stdin: BinaryIO
    stdout: BinaryIO

    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def kill(self) -> None: ...


class Launch(Protocol):
    """Starts one process: its stderr goes into `log`, its environment and working folder are as given."""

    def __call__(self, *, log: BinaryIO, environment: Mapping[str, str], cwd: Path) -> Process: ...


def can_fork() -> bool:
    """Whether this system lets a Python with libraries of C code be forked."""
    # macOS's own libraries may abort a process that was forked and not executed.
    return hasattr(os, "fork") and sys.platform != "darwin"


def threads() -> int:
    """How many threads this process has, those of C libraries too where the system tells."""
    with suppress(OSError):
        tasks = Path("/proc/self/task")
        return sum(task.joinpath("comm").read_text().strip() not in HARMLESS for task in tasks.iterdir())
    return threading.active_count()


def spawned(module: str) -> Launch:
    """Start `module` in a new Python."""

    def start(*, log: BinaryIO, environment: Mapping[str, str], cwd: Path) -> Process:
        return subprocess.Popen(
            workspace.python_command(module),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env=dict(environment),
            cwd=cwd,
            start_new_session=os.name == "posix",
        )

    return start


class Template:
    """A process with `imports` done, from which others are forked; made in a moment, ready some seconds later."""

    def __init__(
        self,
        root: Path,
        imports: Iterable[str] = NOTEBOOK,
        *,
        parent: Template | None = None,
        rehearse: Mapping[str, Any] | None = None,
    ) -> None:
        self._root = root.absolute()
        self._lock = threading.Lock()
        self._ready: bool | None = False  # None: not known yet
        self._process: Process | None = None
        self._control: socket.socket | None = None
        self._open = ExitStack()
        if can_fork():
            with suppress(OSError):  # a full disk, say: then there is no template
                self._start({"imports": list(imports), "rehearse": rehearse}, parent)

    def _start(self, order: dict[str, Any], parent: Template | None) -> None:
        if parent is not None and not parent._is_ready():
            return
        folder = self._open.enter_context(workspace.opened(self._root))
        environment = workspace.environment(folder, os.environ)
        order["folder"] = str(folder)
        ours, theirs = socket.socketpair()
        with theirs, (folder / "log.txt").open("wb") as log, Path(os.devnull).open("wb") as nothing:
            if parent is None:
                self._process = subprocess.Popen(
                    workspace.python_command(TEMPLATE),
                    stdin=theirs,
                    stdout=nothing,
                    stderr=log,
                    env=environment,
                    cwd=self._root,
                    start_new_session=True,  # Ctrl-C is for the driver; it tells us
                )
            else:
                asked = _asked(TEMPLATE, environment, self._root)
                self._process = parent._fork(asked, theirs.fileno(), nothing.fileno(), log.fileno())
                order["watch"] = {"sink": str(folder / "inputs"), "root": str(self._root)}
        if self._process is None:
            ours.close()
            return
        self._control, self._ready = ours, None
        ours.sendall(_line(order))

    def branch(self, imports: Iterable[str] = (), *, rehearse: Mapping[str, Any] | None = None) -> Template:
        """A template forked from this one that holds `imports` of ours as well, or has rehearsed a notebook.

        It notes what it reads for that, and its processes count it as read by themselves.
        """
        return Template(self._root, imports, parent=self, rehearse=rehearse)

    def forked(self, module: str) -> Launch:
        """Start `module` in a fork of this template; waits for the template, falls back to a new Python."""

        def start(*, log: BinaryIO, environment: Mapping[str, str], cwd: Path) -> Process:
            if not self._is_ready():
                return spawned(module)(log=log, environment=environment, cwd=cwd)
            stdin, to_stdin = os.pipe()
            from_stdout, stdout = os.pipe()
            process = self._fork(_asked(module, environment, cwd), stdin, stdout, log.fileno())
            for fd in (stdin, stdout):
                os.close(fd)
            if process is None:
                for fd in (to_stdin, from_stdout):
                    os.close(fd)
                return spawned(module)(log=log, environment=environment, cwd=cwd)
            process.stdin = os.fdopen(to_stdin, "wb")
            process.stdout = os.fdopen(from_stdout, "rb")
            return process

        return start

    @property
    def pid(self) -> int | None:
        """The process of the template, if there is one."""
        return self._process.pid if self._process else None

    def close(self) -> None:
        """End the template; what it has forked goes on."""
        with self._lock:
            if self._ready is None and self._process is not None:
                self._process.kill()  # in the middle of an import, and nothing is forked yet
            self._ready = False
            if self._control is not None:
                self._control.close()  # it ends with its socket
        if self._process is not None:
            try:
                self._process.wait(timeout=FAREWELL)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._open.close()

    def __enter__(self) -> Template:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _is_ready(self) -> bool:
        with self._lock:
            if self._ready is None:
                with suppress(OSError):
                    self._ready = (
                        _is_readable(self._control.fileno(), PATIENCE) and self._control.recv(1) == b"."
                    )
                self._ready = bool(self._ready)
            return self._ready

    def _fork(self, asked: bytes, *fds: int) -> Forked | None:
        """The process that the template forked, if it could."""
        told, status = os.pipe()
        try:
            with self._lock:
                socket.send_fds(self._control, [asked[:1]], [*fds, status])
                self._control.sendall(asked[1:])
                os.close(status)
                status = -1
                pid = _read_line(told) if _is_readable(told, PATIENCE) else b""
        except OSError:  # it is gone
            pid = b""
        finally:
            if status >= 0:
                os.close(status)
        if not pid.strip().isdigit():
            os.close(told)
            return None
        return Forked(int(pid), told)


class Forked:
    """A process that a template forked: it is the template that hears of its end and tells us."""

    def __init__(self, pid: int, status: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self.stdin: BinaryIO | None = None
        self.stdout: BinaryIO | None = None
        self._status: int | None = status  # None once the template is gone without a word

    def poll(self) -> int | None:
        """The exit code, negative for a signal; None while it runs."""
        with suppress(subprocess.TimeoutExpired):
            self.wait(timeout=0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end; raises `subprocess.TimeoutExpired` as a Popen does."""
        end = None if timeout is None else monotonic() + timeout
        while self.returncode is None:
            left = None if end is None else max(0.0, end - monotonic())
            if self._status is None:
                if _is_gone(self.pid):
                    self.returncode = -signal.SIGKILL  # it ended unseen; what it told before counts
                elif left == 0:
                    raise subprocess.TimeoutExpired(str(self.pid), timeout)
                else:
                    threading.Event().wait(GLANCE if left is None else min(GLANCE, left))
            elif _is_readable(self._status, left):
                self._hear()
            elif left is not None:
                raise subprocess.TimeoutExpired(str(self.pid), timeout)
        return self.returncode

    def kill(self) -> None:
        """End it at once."""
        if self.returncode is None:
            with suppress(OSError):
                os.kill(self.pid, signal.SIGKILL)

    def _hear(self) -> None:
        code = _read_line(self._status).strip()
        os.close(self._status)
        self._status = None
        if code:
            self.returncode = int(code)


def _asked(module: str, environment: Mapping[str, str], cwd: Path) -> bytes:
    return _line({"module": module, "environment": dict(environment), "cwd": str(cwd)})


def _line(message: Mapping[str, Any]) -> bytes:
    return json.dumps(message).encode() + b"\n"


def _read_line(fd: int) -> bytes:
    text = b""
    while not text.endswith(b"\n"):
        part = os.read(fd, 64)
        if not part:
            break
        text += part
    return text


def _is_readable(fd: int, timeout: float | None) -> bool:
    poll = select.poll()  # not select: a busy driver has more than a thousand descriptors
    poll.register(fd, select.POLLIN)
    return bool(poll.poll(None if timeout is None else timeout * 1000))


def _is_gone(pid: int) -> bool:
    import psutil

    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.Error:
        return True
