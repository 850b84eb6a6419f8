"""papermill writes the whole notebook twice for each cell; here it is written while a cell takes long, and at the end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

LONG = 2.0  # seconds after which a cell's predecessors, and what it has shown so far, are saved


def seldom(engine: type) -> type:
    """A papermill engine like `engine` that saves seldom."""

    class Seldom(engine):
        """An engine whose saves between the first and the last are due to time, not to the number of cells."""

        @classmethod
        def execute_managed_notebook(
            cls,
            nb_man: Any,
            kernel_name: str,
            on_cell_start: Callable[..., None] | None = None,
            **options: Any,
        ) -> Any:
            """Execute the notebook as `engine` does."""
            saver = _Saver(nb_man.save)
            nb_man.save = lambda **given: None

            def started(**about: Any) -> None:
                saver.wait()
                if on_cell_start is not None:
                    on_cell_start(**about)

            try:
                return super().execute_managed_notebook(nb_man, kernel_name, on_cell_start=started, **options)
            finally:
                saver.stop()
                del nb_man.save

    return Seldom


class _Saver:
    def __init__(self, save: Callable[[], None]) -> None:
        self._save = save
        self._later: asyncio.TimerHandle | None = None

    def wait(self) -> None:
        """Save when this cell has taken long, and again after as long."""
        self.stop()
        self._later = asyncio.get_running_loop().call_later(LONG, self._due)

    def stop(self) -> None:
        """Save no more."""
        if self._later is not None:
            self._later.cancel()

    def _due(self) -> None:
        self._save()
        self.wait()
