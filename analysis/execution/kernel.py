"""The ordinary kernel of a run, `python -P -m analysis.execution.kernel SINK ROOT -f FILE`: ipykernel, what it reads noted."""

from __future__ import annotations

import sys
from pathlib import Path

from analysis.execution import inputs


def main() -> None:
    """Watch what is read, then be an ordinary kernel."""
    sink, root = sys.argv[1:3]
    del sys.argv[1:3]
    inputs.watch(sink, root)
    see_working_folder()
    from ipykernel import kernelapp

    kernelapp.launch_new_instance()


def see_working_folder() -> None:
    """Let cells import what lies in the working folder, from behind the standard library, as a kernel does."""
    if "" not in sys.path:
        names = [Path(folder).name for folder in sys.path]
        sites = [place for place, name in enumerate(names) if name in {"site-packages", "dist-packages"}]
        sys.path.insert(sites[0] if sites else 0, "")


if __name__ == "__main__":
    main()
