"""A process that has imported much and is forked when a run begins: `python -m analysis.execution.template`.

Its standard input is a socket: first a line with what to import, then a line and four descriptors (stdin, stdout,
stderr, status) for each process wanted. Into `status` go the process's id and, when it has ended, its exit code.
One thread, no event loop, no open file: what is forked is as good as new. It ends with its socket.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import select
import shutil
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from analysis.execution import inputs, launch

DESCRIPTORS = 4


def main() -> None:
    """Import what the first line asks for, then fork until the socket ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # a service manager tells all; the driver decides
    control = socket.socket(fileno=os.dup(0))
    order = json.loads(_received(control)[0] or b"null")
    if order:
        _prepare(order)
        with suppress(OSError):
            control.sendall(b".")
            _Forks(control).serve()
        shutil.rmtree(order["folder"], ignore_errors=True)  # whoever would tidy up may be gone
    os._exit(0)


def _prepare(order: dict[str, Any]) -> None:
    if watch := order.get("watch"):
        inputs.watch(watch["sink"], watch["root"])
    # jsonschema takes more than a second to load a grammar of web addresses that no notebook needs.
    sys.modules.setdefault("rfc3987_syntax", None)
    gc.disable()  # there is no garbage yet, but much to look through
    for name in order["imports"]:
        module, _, function = name.partition(":")
        try:
            found = importlib.import_module(module)
            if function:
                getattr(found, function)()
        except Exception:  # a run that needs it will say so itself
            traceback.print_exc()
    if rehearsed := order.get("rehearse"):
        from analysis.execution import rehearsal  # a module of ours: not in the template of all

        rehearsal.rehearse(**rehearsed)
        gc.collect()
    gc.freeze()  # or the first collection in each child copies every page of the above
    gc.enable()


class _Forks:
    """The processes forked so far, each with the descriptor that waits for its exit code."""

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.running: dict[int, int] = {}
        self.woken, self.waker = os.pipe()
        for fd in (self.woken, self.waker):
            os.set_blocking(fd, False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        signal.set_wakeup_fd(self.waker, warn_on_full_buffer=False)

    def serve(self) -> None:
        """Fork on demand and reap, until the socket ends."""
        while True:
            ready, _, _ = select.select([self.control, self.woken], [], [])
            if self.woken in ready:
                with suppress(BlockingIOError):
                    os.read(self.woken, 4096)
                self.reap()
            if self.control in ready:
                line, fds = _received(self.control)
                if not line:
                    return
                self.fork(json.loads(line), fds)

    def fork(self, asked: dict[str, Any], fds: list[int]) -> None:
        """Start one process and tell its id, or "cannot"."""
        *streams, status = fds
        if launch.threads() != 1:
            os.write(status, b"cannot\n")
            os.close(status)
        elif pid := os.fork():
            self.running[pid] = status
            with suppress(OSError):
                os.write(status, b"%d\n" % pid)
        else:
            _run(
                asked,
                streams,
                [status, *self.running.values(), self.woken, self.waker, self.control.detach()],
            )
        for fd in streams:
            os.close(fd)

    def reap(self) -> None:
        """Tell the exit code of each process that has ended."""
        for pid in list(self.running):
            ended, how = os.waitpid(pid, os.WNOHANG)
            if ended:
                status = self.running.pop(pid)
                with suppress(OSError):
                    os.write(status, b"%d\n" % os.waitstatus_to_exitcode(how))
                os.close(status)


def _run(asked: dict[str, Any], streams: list[int], not_ours: list[int]) -> None:
    """Be the new process: as if just started with these streams, environment and folder. Never returns."""
    code = 1
    try:
        for fd, stream in enumerate(streams):
            os.dup2(stream, fd)
        for fd in (*streams, *not_ours):
            os.close(fd)
        os.setsid()
        _forget()
        os.environ.clear()
        os.environ.update(asked["environment"])
        time.tzset()
        os.chdir(asked["cwd"])
        sys.argv = [asked["module"]]
        code = _called(importlib.import_module(asked["module"]).main)
    except BaseException:
        traceback.print_exc()
    finally:
        with suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _called(main: Callable[[], None]) -> int:
    try:
        main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


def _forget() -> None:
    """Undo what belongs to the template alone: signals, the temporary folder, the state of random numbers."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGTERM, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    if "tempfile" in sys.modules:
        sys.modules["tempfile"].tempdir = None
    _reseed()


def _reseed() -> None:
    """New random numbers: without it all processes of one template would draw the same."""
    if "random" in sys.modules:
        sys.modules["random"].seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()


def _received(control: socket.socket) -> tuple[bytes, list[int]]:
    """One line and the descriptors that came with it; nothing at the end of the socket."""
    line, fds, _, _ = socket.recv_fds(control, 1, DESCRIPTORS)
    while line and not line.endswith(b"\n"):
        part = control.recv(65536)
        if not part:
            return b"", fds
        line += part
    return line, fds


if __name__ == "__main__":
    main()
