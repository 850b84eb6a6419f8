"""The process in which papermill runs one notebook: `python -m analysis.execution.child`, a job on its standard input.

It tells its parent, a JSON line each, the kernel's process, each cell that starts, and how it ended. Standard
input stays open as a life line: when it ends, the parent is gone and so are kernel and child.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

Tell = Callable[..., None]
CUT = 8000  # characters of a message; all messages together must fit into the pipe of a parent that is busy


def main() -> None:
    """Read the job, run it, tell how it ended."""
    job = _read_job()
    tell = _channel()
    run = _Run(job, tell)
    try:
        run.execute()
        how = {"ended": "completed"}
    except BaseException as error:
        how = run.how(error)
    tell(**how, **run.used())
    # Everything is written; ending at once skips the slow farewell of a hundred modules.
    sys.stderr.flush()
    os._exit(0)


class _Run:
    def __init__(self, job: dict[str, Any], tell: Tell) -> None:
        self.job = job
        self.folder = Path(job["folder"])
        self.tell = tell
        self.kernel: Any = None
        self.out_of_memory = _out_of_memory_kills()

    def execute(self) -> None:
        """Run the notebook with papermill; a kernel that did not come up gets one second chance."""
        # jsonschema takes more than a second to load a grammar of web addresses that no notebook needs.
        sys.modules.setdefault("rfc3987_syntax", None)
        import papermill

        logging.getLogger("papermill").setLevel(logging.ERROR)
        deadline = monotonic() + self.job["seconds"]
        for is_last in (False, True):
            try:
                papermill.execute_notebook(
                    # papermill takes paths for templates
                    str(self.folder / "source.ipynb").replace("{", "{{").replace("}", "}}"),
                    str(self.folder / "executed.ipynb").replace("{", "{{").replace("}", "}}"),
                    parameters=self.job["parameters"],
                    kernel_name="python3",
                    language="python",
                    progress_bar=False,
                    start_timeout=self.job["start_timeout"],
                    interrupt_on_timeout=True,
                    timeout_func=lambda cell: max(0.1, deadline - monotonic()),
                    on_cell_start=lambda cell, cell_index: self.tell(cell=cell_index),
                    # All outputs have arrived by then; a farewell takes a second and is sometimes not answered.
                    shutdown_kernel="immediate",
                    **self.engine(),
                )
                return
            except RuntimeError as error:
                if is_last or "didn't respond in" not in str(error):
                    raise

    def engine(self) -> dict[str, Any]:
        """The options by which papermill runs the cells with the engine asked for, or with a kernel."""
        from papermill.engines import NBClientEngine, papermill_engines

        from analysis.execution import kernels, saving

        name, root = self.job["engine"], Path(self.job["root"])
        kernel = partial(self.started, "kernel")
        options = {
            "engine_name": name,
            "kernel_manager_class": kernels.manager_class(self.folder, root, kernel),
        }
        engine = NBClientEngine
        if name == "fork":
            from analysis.execution.fork import ForkEngine

            engine = ForkEngine
            options |= {
                "started": partial(self.started, "fork"),
                "watch": (str(self.folder / "inputs"), str(root)),
            }
        papermill_engines.register(name, saving.seldom(engine))
        return options

    def started(self, engine: str, process: Any) -> None:
        """Remember the process of the cells and tell it; from now on there may be a second thread here."""
        if self.kernel is None:
            threading.Thread(target=self.end_with_parent, daemon=True).start()
        self.kernel = process
        self.tell(kernel=process.pid, engine=engine)

    def used(self) -> dict[str, Any]:
        """Seconds of processors and the memory of the largest process, of what has run and ended here."""
        try:
            import resource
        except ImportError:
            return {}
        self.kernel_code()
        own, theirs = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        unit = 1 if sys.platform == "darwin" else 1024
        return {
            "cpu_seconds": round(own.ru_utime + own.ru_stime + theirs.ru_utime + theirs.ru_stime, 3),
            "memory_bytes": max(own.ru_maxrss, theirs.ru_maxrss) * unit,
        }

    def how(self, error: BaseException) -> dict[str, Any]:
        """The end of a run that raised, for the parent to judge."""
        names = {kind.__name__ for kind in type(error).__mro__}
        how: dict[str, Any] = {"ended": "raised", "type": type(error).__name__, "message": str(error)[:CUT]}
        if "PapermillExecutionError" in names:
            how |= {"ended": "cell-error", "type": error.ename, "message": str(error.evalue)[:CUT]}
        if "DeadKernelError" in names or "Kernel died" in str(error):
            how |= {"ended": "kernel-died", "code": self.kernel_code()}
            how["out_of_memory"] = _out_of_memory_kills() > self.out_of_memory
        if isinstance(error, OSError):
            how["errno"] = error.errno
        return how

    def kernel_code(self) -> int | None:
        """How the kernel's process ended: negative for a signal."""
        with suppress(Exception):
            return self.kernel.wait(timeout=2)
        return None

    def end_with_parent(self) -> None:
        """Wait for the end of standard input, then take kernel and child down."""
        with suppress(OSError):
            while os.read(0, 4096):
                pass
        if self.kernel is not None:
            with suppress(OSError):
                if os.name == "posix":
                    os.killpg(self.kernel.pid, signal.SIGKILL)
                else:
                    self.kernel.kill()
        shutil.rmtree(self.folder, ignore_errors=True)  # whoever would tidy up is gone
        os._exit(1)


def _read_job() -> dict[str, Any]:
    """The first line of standard input. Not through sys.stdin: its buffer would be locked when we end."""
    text = b""
    while not text.endswith(b"\n"):
        part = os.read(0, 65536)
        if not part:
            os._exit(1)
        text += part
    return json.loads(text)


def _channel() -> Tell:
    """A private way to the parent; standard output of everything else becomes standard error."""
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=channel.close)  # or what cells leave running would hold it open

    def tell(**message: Any) -> None:
        with suppress(OSError):
            channel.write(json.dumps(message) + "\n")
            channel.flush()

    return tell


def _out_of_memory_kills() -> int:
    """How often the kernel of the system killed a process of this control group for want of memory."""
    try:
        events = Path("/sys/fs/cgroup/memory.events").read_text(encoding="ascii")
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in events.splitlines() if line.startswith("oom_kill "))


if __name__ == "__main__":
    main()
