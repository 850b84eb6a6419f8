"""How a command that builds gets on: what is being done, how much is done, and how long the rest will take."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from analysis.briefings.order import Order

WORTH_TELLING = 5.0  # seconds of work left below which nobody needs to be told
RENDER = "render"

Progress = Callable[[str], None]


class Pace:
    """Counts what is left, and knows from earlier runs (`usual` seconds by kind and notebook) how long it takes.

    >>> told = []
    >>> pace = Pace({("section", "trade"): 8.0, ("render", None): 2.0}, jobs=2, progress=told.append)
    >>> pace.begin(["trade", "trade"], briefings=2)
    >>> pace.tell("Running trade"); pace.ran("trade"); pace.tell("Running trade")
    >>> told
    ['Running trade (0 of 4 done, about 10 s left)', 'Running trade (1 of 4 done, about 6 s left)']
    """

    def __init__(self, usual: Mapping[tuple[str, str | None], float], jobs: int, progress: Progress) -> None:
        self.usual = usual
        self.jobs = jobs
        self.progress = progress
        self.left: Counter[str] = Counter()
        self.every = 0
        self.is_one = True

    def begin(self, notebooks: Iterable[str], briefings: int) -> None:
        """Take note of what is to be done: the notebooks to run, the briefings to write."""
        self.left = Counter(notebooks)
        self.left[RENDER] += briefings
        self.every = self.left.total()
        self.is_one = briefings == 1

    def ran(self, notebook: str) -> None:
        """One notebook less."""
        self.left[notebook] -= 1

    def wrote(self) -> None:
        """One briefing less."""
        self.left[RENDER] -= 1

    def tell(self, step: str, order: Order | None = None) -> None:
        """Say what is being done, for which briefing if there are several, and how far the whole is."""
        whose = "" if order is None or self.is_one else f"{order.stem}: "
        counts = "" if self.is_one else f"{self.every - self.left.total()} of {self.every} done"
        told = ", ".join(filter(None, (counts, self._time())))
        self.progress(f"{whose}{step} ({told})" if told else f"{whose}{step}")

    def _time(self) -> str:
        seconds = sum(count * self._seconds(what) for what, count in self.left.items()) / self.jobs
        if seconds < WORTH_TELLING:
            return ""
        return f"about {round(seconds)} s left" if seconds < 90 else f"about {round(seconds / 60)} min left"

    def _seconds(self, what: str) -> float:
        if what == RENDER:
            return self.usual.get((RENDER, None), 0.0)
        return self.usual.get(("section", what), 0.0)
