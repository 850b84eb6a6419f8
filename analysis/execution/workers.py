"""A process that stays for calls of our functions, seen from the side that calls (`worker` is the other)."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

from analysis.errors import BriefingError
from analysis.execution import supervision, workspace
from analysis.execution.launch import Launch
from analysis.execution.runner import EXIT_CODES, RunError
from analysis.execution.verdict import signal_name
from analysis.execution.worker import packed, unpacked


class Worker:
    """One process, in a private folder of its own. It is used by one thread at a time; any may end it."""

    def __init__(self, start: Launch, root: Path) -> None:
        self._stack = ExitStack()
        self._lock = threading.Lock()
        self._is_ended = False
        self.calls = 0
        folder = self._stack.enter_context(workspace.opened(root))
        self._log = folder / "log.txt"
        with self._log.open("wb") as log:
            self._process = start(log=log, environment=workspace.environment(folder, os.environ), cwd=root)

    def call(self, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        """The value of the function there; raises the BriefingError it raises, and a RunError if the process dies."""
        self.calls += 1
        line = b""
        with suppress(OSError, ValueError):
            self._process.stdin.write(packed((function, arguments)))
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        if not line.endswith(b"\n"):
            raise self._death()
        kind, value = unpacked(line)
        match kind:
            case "value":
                return value
            case "error":
                raise value
            case "memory":
                raise _failure(
                    "memory ran out while the briefing was written; use a larger machine", "out-of-memory"
                )
        raise _failure(f"the briefing could not be written ({value}); report it with the notebook", "failed")

    def end(self) -> None:
        """End the process, whatever it does."""
        with self._lock:
            if self._is_ended:
                return
            self._is_ended = True
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                with suppress(OSError, ValueError):
                    pipe.close()
            self._stack.close()

    def _death(self) -> BriefingError:
        if name := supervision.interruption():
            error = _failure(f"interrupted by {name}; run it again", "interrupted")
            error.exit_code = EXIT_CODES.get(name, 1)
            return error
        code = self._process.wait()
        how = f"was killed ({signal_name(code)})" if code < 0 else f"ended with exit code {code}"
        return _failure(f"the process that writes the briefing {how}; run it again", "failed")


def _failure(said: str, cause: str) -> RunError:
    return RunError(said, record={"status": "failed", "cause": cause})
