"""The scenarios by name, in the order in which they are run, each with the rounds it usually takes."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks import building, export, idle, importing, memory, panel, peers
from benchmarks.results import Outcome

Scenario = Callable[[int, Callable[[str], None]], Outcome]

ALL: dict[str, tuple[Scenario, int]] = {
    "import": (importing.measured, 9),
    "cold-one": (building.cold_one, 5),
    "warm-one": (building.warm_one, 5),
    "all-pairs": (building.all_pairs, 3),
    "no-op": (idle.no_op, 15),
    "one-of-100": (idle.one_of_100, 5),
    "render": (export.measured, 9),
    "memory": (memory.measured, 3),
    "world-panel": (panel.measured, 2),
    "peers": (peers.measured, 3),
}
