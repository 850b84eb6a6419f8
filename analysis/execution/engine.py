"""The fork engine as papermill finds it, by entry point. papermill loads this while it is itself being loaded, whoever came
first, so nothing of papermill can be asked for here: the engine proper (`fork`) is loaded when it is used.
"""

from __future__ import annotations

from typing import Any

ENGINES = ("fork", "kernel")  # the ways to run cells, by the names that are asked for


class _Late(type):
    def __getattr__(cls, name: str) -> Any:
        from analysis.execution.fork import ForkEngine

        return getattr(ForkEngine, name)


class Engine(metaclass=_Late):
    """Whatever papermill asks of it, it asks of `fork.ForkEngine`."""
