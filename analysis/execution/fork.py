"""A papermill engine that forks instead of starting a kernel: `papermill --engine fork in.ipynb out.ipynb`.

The cells run in a process of their own (`shell`), forked from papermill's with what that has imported. nbclient drives
it as it drives a kernel, through the manager and client below; so time limits, tags and hooks mean the same. Where a
fork is not safe, papermill's own engine runs an ordinary kernel.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import Any

from nbclient.util import run_sync
from papermill.engines import NBClientEngine
from papermill.log import logger

from analysis.execution import launch
from analysis.execution.wire import Client

GRACE = 10.0  # seconds that a cell has to obey an interrupt
FAREWELL = 5.0  # seconds that exit functions of a notebook have
ENDING = 0.5  # seconds that the system may take to end a thread
KERNELS = {None, "", "python3"}


class ForkEngine(NBClientEngine):
    """Runs the cells in a fork of this process. `started` hears of that process, `watch` is where it notes its inputs."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        started: Callable[[Executor], None] | None = None,
        watch: tuple[str, str] | None = None,
        kernel_manager_class: type | None = None,
        **options: Any,
    ) -> Any:
        """Execute the notebook as papermill's own engine does."""
        _still(nb_man.pbar)
        if reason := _unfit(kernel_name):
            logger.warning(f"The fork engine cannot be used: {reason}; the cells run in an ordinary kernel")
            if kernel_manager_class is not None:
                options["kernel_manager_class"] = kernel_manager_class
            return super().execute_managed_notebook(nb_man, kernel_name, **options)
        executor = Executor(watch)
        manager = Manager(executor, is_hasty=options.get("shutdown_kernel") == "immediate")
        try:
            if started is not None:
                started(executor)
            logger.info("Executing notebook in a forked process")
            return super().execute_managed_notebook(nb_man, kernel_name, km=manager, **options)
        finally:
            manager.end()


def _unfit(kernel_name: str | None) -> str | None:
    """Why this process should not be forked to run cells, as part of a sentence."""
    if not launch.can_fork():
        return "this system is not safe to fork"
    if kernel_name not in KERNELS:
        return f"the kernel {kernel_name} is not this Python"
    if threading.active_count() > 1:
        return "another thread is running"
    if launch.threads() > 1:
        _rest()
    end = monotonic() + ENDING
    while launch.threads() > 1 and monotonic() < end:  # one that was joined is still being taken down
        threading.Event().wait(0.01)
    return "a library has started a thread" if launch.threads() > 1 else None


def _rest() -> None:
    """Fork for nothing: libraries that see to a fork themselves, such as BLAS, end their idle threads before it."""
    pid = os.fork()
    if not pid:
        os._exit(0)
    os.waitpid(pid, 0)


def _still(bar: Any) -> None:
    """End the thread that redraws a progress bar when nothing happens."""
    if bar is not None and bar.monitor is not None:
        type(bar).monitor_interval = 0
        bar.monitor.exit()


class Executor:
    """The process in which the cells run, from papermill's side: as much of a Popen as is needed, and its pipes."""

    def __init__(self, watch: tuple[str, str] | None) -> None:
        self.returncode: int | None = None
        self.token = secrets.token_hex(8)
        self.folder = tempfile.mkdtemp(prefix="br-")
        theirs_requests, self.requests = os.pipe()
        self.messages, theirs_messages = os.pipe()
        self.out, theirs_out = os.pipe()
        self.err, theirs_err = os.pipe()
        theirs = (theirs_requests, theirs_messages, theirs_out, theirs_err)
        from analysis.execution import shell  # before the fork: what is loaded is shared

        gc.freeze()
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid = os.fork()
        if not self.pid:
            try:
                for fd in (self.requests, self.messages, self.out, self.err):
                    os.close(fd)
                streams = (theirs_out, theirs_err)
                shell.run(theirs_requests, theirs_messages, streams, self.token, self.folder, watch)
            finally:
                os._exit(1)
        for fd in theirs:
            os.close(fd)

    def poll(self) -> int | None:
        """The exit code, negative for a signal; None while it runs."""
        if self.returncode is None:
            ended, how = os.waitpid(self.pid, os.WNOHANG)
            if ended:
                self.returncode = os.waitstatus_to_exitcode(how)
        return self.returncode

    def wait(self, timeout: float) -> int:
        """Wait for the end; raises `subprocess.TimeoutExpired` as a Popen does."""
        end = monotonic() + timeout
        while self.poll() is None:
            if monotonic() > end:
                raise subprocess.TimeoutExpired(str(self.pid), timeout)
            threading.Event().wait(0.01)
        return self.returncode

    def signal(self, number: int) -> None:
        """Signal the process and what its cells have started."""
        with suppress(OSError):
            os.killpg(self.pid, number)

    def ask(self, **request: Any) -> None:
        """Send a request; to one that is gone it is lost."""
        view = memoryview(json.dumps(request).encode() + b"\n")
        with suppress(BrokenPipeError):
            while view:
                view = view[os.write(self.requests, view) :]

    def end(self, is_hasty: bool) -> None:
        """End it, with a farewell unless in haste, and all that its cells have started."""
        for fd in (self.messages, self.out, self.err):
            os.close(fd)
        if self.returncode is None and not is_hasty:
            self.ask(end=True)
            limit = monotonic() + FAREWELL
            while not _has_ended(self.pid) and monotonic() < limit:
                threading.Event().wait(0.01)
        # Its number is its group's; until it is waited for no other process can have it.
        for kill in (os.killpg, os.kill) if self.returncode is None else (os.killpg,):
            with suppress(OSError):
                kill(self.pid, signal.SIGKILL)
        if self.returncode is None:
            self.returncode = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        os.close(self.requests)
        shutil.rmtree(self.folder, ignore_errors=True)


def _has_ended(pid: int) -> bool:
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


class Manager:
    """As much of a kernel manager as nbclient needs."""

    has_kernel = True

    def __init__(self, executor: Executor, is_hasty: bool) -> None:
        self.executor = executor
        self.is_hasty = is_hasty
        self._client = Client(executor)

    def client(self) -> Client:
        """The one client."""
        return self._client

    async def interrupt_kernel(self) -> None:
        """Interrupt the cell that runs; one that does not obey is ended with the process."""
        cell = self._client.cell
        self.executor.signal(signal.SIGINT)
        asyncio.get_running_loop().call_later(GRACE, self._insist, cell)

    def end(self) -> None:
        """End the process and close everything."""
        run_sync(self._client.close)()
        self.executor.end(self.is_hasty or self._client.cell is not None)

    def _insist(self, cell: str) -> None:
        if self._client.cell == cell:
            self.executor.signal(signal.SIGKILL)
