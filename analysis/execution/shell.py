"""The process in which the cells of a notebook run when no kernel is started: forked from papermill, spoken to by pipes.

It is ipykernel's own shell, with a pipe where the kernel has sockets: the same display hooks, tracebacks and magics.
Each request is a line of JSON; so is each message back. What is printed, by Python, by C code or by programs that a
cell starts, goes through two more pipes as it is; a mark in both, written before each message, keeps the order.
"""

from __future__ import annotations

import asyncio
import atexit
import builtins
import gc
import getpass
import io
import json
import logging
import os
import select
import shutil
import signal
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import MethodType, SimpleNamespace
from typing import Any, NoReturn

from ipykernel.compiler import XCachingCompiler
from ipykernel.kernelbase import Kernel
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.error import UsageError
from IPython.core.events import EventManager, available_events
from IPython.core.interactiveshell import _asyncio_runner
from jupyter_client.session import Session, json_packer
from traitlets import observe
from traitlets.config import Config

from analysis.execution import inputs, kernel
from analysis.execution.wire import mark

INLINE = "module://matplotlib_inline.backend_inline"
LONGEST = 1 << 30  # bytes of one request
AFTERWARDS = 0.1  # seconds that `exit` leaves for its reply, as in a kernel


class Wire(Session):
    """The way of messages back to papermill, with the interface that ipykernel's hooks expect of a kernel's sockets."""

    def open(self, messages: int, streams: tuple[int, int], token: str) -> None:
        """Send into the descriptor `messages`, and marks into both `streams`."""
        self.messages, self.streams, self.token = messages, streams, token
        self.marks = 0
        self.lock = threading.RLock()
        self.process = os.getpid()
        self.sender: int | None = None
        self.is_interrupted = False

    def send(
        self, stream: Any, message: Any, content: Any = None, parent: Any = None, **options: Any
    ) -> dict[str, Any] | None:
        """Send a message, made of its type and content if it is none yet."""
        if not isinstance(message, dict):
            message = self.msg(message, content=content, parent=parent)
        if os.getpid() == self.process:  # one that a cell forked has no say
            packed = json_packer(message)
            with self.lock:
                self.sender = threading.get_ident()
                try:
                    self._put(packed)
                finally:
                    self.sender = None
            if self.is_interrupted:
                self.interrupt()
        return message

    def interrupt(self, *signal: Any) -> None:
        """Interrupt the cell, but never in the middle of a message."""
        self.is_interrupted = self.sender == threading.get_ident()
        if not self.is_interrupted:
            raise KeyboardInterrupt

    def _put(self, packed: bytes) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        self.marks += 1
        for each in self.streams:
            _write(each, mark(self.token, self.marks))
        _write(self.messages, b"%d " % self.marks + packed + b"\n")


class Printed(io.TextIOWrapper):
    """What Python prints, line by line into one of the pipes."""

    def __init__(self, name: str, fd: int) -> None:
        pipe = os.fdopen(fd, "wb", closefd=False)
        super().__init__(pipe, encoding="UTF-8", errors="backslashreplace", line_buffering=True)
        self._name = name

    @property
    def name(self) -> str:
        """stdout or stderr."""
        return self._name


class _Events(EventManager):
    """Without pyplot's drawing after each cell: the inline backend draws the same figures once more, and shows them."""

    def register(self, event: str, function: Any) -> None:
        if not _draws_all(function):
            super().register(event, function)

    def unregister(self, event: str, function: Any) -> None:
        if not _draws_all(function):
            super().unregister(event, function)


def _draws_all(function: Any) -> bool:
    return (getattr(function, "__module__", ""), getattr(function, "__name__", "")) == (
        "matplotlib.pyplot",
        "_draw_all_if_interactive",
    )


class Shell(ZMQInteractiveShell):
    """ipykernel's shell without a kernel around it."""

    is_leaving = False

    def init_events(self) -> None:
        """The events of IPython, less one callback."""
        self.events = _Events(self, available_events)
        self.events.register("pre_execute", self._clear_warning_registry)

    def enable_gui(self, gui: str | None = None) -> None:
        """There is no loop of windows here; the inline backend needs none."""
        if gui not in (None, "inline"):
            raise UsageError(f"Invalid GUI request {gui!r}, cells run without windows here")

    @observe("exit_now")
    def _update_exit_now(self, change: Any) -> None:
        self.is_leaving = bool(change["new"])


def run(
    requests: int,
    messages: int,
    streams: tuple[int, int],
    token: str,
    folder: str,
    watch: tuple[str, str] | None,
) -> NoReturn:
    """Be the process in which cells run, from just after the fork to the end of `requests`; `folder` is private."""
    code, faults = 1, os.fdopen(os.dup(2), "w")
    try:
        _settle_in(streams)
        threading.Thread(target=_end_with_papermill, args=(requests, folder), daemon=True).start()
        os.environ["IPYTHONDIR"] = folder
        if watch:
            inputs.watch(*watch)
        wire = Wire()
        wire.open(messages, tuple(map(os.dup, (1, 2))), token)
        sys.stdout, sys.stderr = map(Printed, ("stdout", "stderr"), wire.streams)
        shell = _shell(wire)
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        loop.run_until_complete(_serve(shell, wire, requests))
        _farewell(shell)
        code = 0
    except BaseException:  # not of a cell: of ours
        traceback.print_exc(file=faults)
        faults.flush()
    finally:
        os._exit(code)


def _settle_in(streams: tuple[int, int]) -> None:
    """Leave papermill's session, signals, streams, log handlers and farewells behind."""
    os.setsid()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.set_wakeup_fd(-1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for fd, place in zip((nothing, *streams), (0, 1, 2), strict=True):
        os.dup2(fd, place)
        os.close(fd)
    sys.argv = [""]
    atexit._clear()
    root = logging.getLogger()
    for handler in root.handlers[:]:
        root.removeHandler(handler)
    root.setLevel(logging.WARNING)
    if sys.modules.get("rfc3987_syntax", "") is None:
        del sys.modules["rfc3987_syntax"]  # it was hidden from nbformat alone
    os.environ.setdefault("MPLBACKEND", INLINE)
    if "matplotlib" in sys.modules:
        sys.modules["matplotlib"].rcParams["backend"] = os.environ["MPLBACKEND"]
    kernel.see_working_folder()
    nobody = SimpleNamespace(_allow_stdin=False)
    builtins.input = MethodType(Kernel.raw_input, nobody)
    getpass.getpass = MethodType(Kernel.getpass, nobody)


def _shell(wire: Wire) -> Shell:
    config = Config()
    config.HistoryManager.enabled = False  # it would be a file and a thread
    shell = Shell.instance(config=config, user_ns={}, compiler_class=XCachingCompiler)
    for hook in (shell.displayhook, shell.display_pub):
        hook.session, hook.pub_socket = wire, "pipe"
    shell.displayhook.topic = b"execute_result"
    return shell


async def _serve(shell: Shell, wire: Wire, requests: int) -> None:
    reader = asyncio.StreamReader(limit=LONGEST)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(os.dup(requests), "rb")
    )
    while not shell.is_leaving and (line := await reader.readline()):
        request = json.loads(line)
        if request.get("end"):
            return
        parent = {"header": {"msg_id": request["id"]}}
        shell.set_parent(parent)
        wire.send(None, "status", {"execution_state": "busy"}, parent)
        said = {"code": request["code"], "execution_count": shell.execution_count}
        wire.send(None, "execute_input", said, parent)
        reply = await _execute(shell, wire, request["code"])
        if os.getpid() != wire.process:  # a cell forked and let its child run on
            os._exit(0)
        wire.send(None, "status", {"execution_state": "idle"}, parent)
        wire.send(None, "execute_reply", reply, parent)
    if shell.is_leaving:
        await asyncio.sleep(AFTERWARDS)


async def _execute(shell: Shell, wire: Wire, code: str) -> dict[str, Any]:
    """Run one cell as ipykernel does; what a kernel would reply."""
    try:
        result = await _result(shell, wire, code)
    except (KeyboardInterrupt, asyncio.CancelledError) as error:  # just before or after the cell's own code
        return {"status": "error", "ename": type(error).__name__, "evalue": "", "traceback": []}
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    shell.payload_manager.clear_payload()
    count = {"execution_count": shell.execution_count - 1}
    if result.success and not getattr(shell, "_last_traceback_during_displayhook", False):
        return {"status": "ok", "payload": [], "user_expressions": {}, **count}
    error = result.error_before_exec or result.error_in_exec
    return {
        "status": "error",
        "ename": type(error).__name__,
        "evalue": str(error),
        "traceback": shell._last_traceback or [],
        **count,
    }


async def _result(shell: Shell, wire: Wire, code: str) -> Any:
    transformed, fault = code, None
    try:
        transformed = shell.transform_cell(code)
    except Exception:
        fault = sys.exc_info()
    how = {"transformed_cell": transformed, "preprocessing_exc_tuple": fault}
    if not (shell.loop_runner is _asyncio_runner and shell.should_run_async(code, **how)):
        signal.signal(signal.SIGINT, wire.interrupt)
        return shell.run_cell(code, store_history=True, silent=False)
    task = asyncio.ensure_future(shell.run_cell_async(code, store_history=True, silent=False, **how))
    result = None
    with _cancelled_by_interrupt(task):
        try:
            result = await task
        finally:
            shell.events.trigger("post_execute")
            shell.events.trigger("post_run_cell", result)
    return result


@contextmanager
def _cancelled_by_interrupt(task: asyncio.Future) -> Iterator[None]:
    """SIGINT would be raised in the event loop; it is meant for the cell."""
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, task.cancel)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGINT)


def _end_with_papermill(requests: int, folder: str) -> None:
    """When the other end of `requests` is gone so is papermill: end, and all that cells have started with us."""
    poll = select.poll()
    poll.register(requests, 0)  # the end alone
    if any(event & select.POLLNVAL for _, event in poll.poll()):
        return  # a cell has closed what it did not open
    import psutil

    with suppress(psutil.Error):
        for child in psutil.Process().children(recursive=True):
            with suppress(psutil.Error):
                child.kill()
    shutil.rmtree(folder, ignore_errors=True)  # whoever would tidy up is gone
    os.killpg(0, signal.SIGKILL)


def _farewell(shell: Shell) -> None:
    """What an interpreter does at its end that a person may count on: exit functions run, open files are written."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    for fd in (1, 2, *shell.display_pub.session.streams):  # nobody listens any more
        os.dup2(nothing, fd)
    atexit._run_exitfuncs()
    shell.user_ns.clear()
    gc.collect()


def _write(fd: int, text: bytes) -> None:
    view = memoryview(text)
    while view:
        view = view[os.write(fd, view) :]
