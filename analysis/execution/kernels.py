"""The kernel of a run: this Python and no other, reached through sockets in the run's private folder."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from analysis.execution import workspace

LONGEST_SOCKET = 100  # a socket's path holds 103 characters on macOS, 107 on Linux


def argv(sink: Path, root: Path) -> list[str]:
    """The command of the kernel; a kernel of the same name that a person installed is not asked."""
    return [
        *workspace.python_command("analysis.execution.kernel"),
        *(str(sink), str(root), "-f", "{connection_file}"),
    ]


def transport(folder: Path) -> str:
    """`ipc` where it works: no ports to collide, nothing open to other users.

    >>> transport(Path("/tmp/" + "x" * 100))
    'tcp'
    """
    is_short = len(os.fsencode(folder / "k1-ipc-5")) <= LONGEST_SOCKET
    return "ipc" if os.name == "posix" and is_short else "tcp"


def manager_class(folder: Path, root: Path, started: Callable[[Any], None]) -> type:
    """A kernel manager for one run; `started` gets the process (a Popen) of each kernel it starts."""
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager

    numbers = itertools.count(1)

    class PrivateKernelManager(AsyncKernelManager):
        def __init__(self, **traits: Any) -> None:
            file = folder / f"k{next(numbers)}.json"
            super().__init__(transport=transport(folder), connection_file=str(file), **traits)
            self._kernel_spec = KernelSpec(
                argv=argv(folder / "inputs", root), display_name="Python 3", language="python"
            )

        async def start_kernel(self, **arguments: Any) -> None:
            await super().start_kernel(**arguments)
            started(self.provisioner.process)

    return PrivateKernelManager
