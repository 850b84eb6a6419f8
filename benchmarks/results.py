"""What a run of the benchmarks says: each scenario's times, its figures against their targets, on which machine."""

from __future__ import annotations

import json
import os
import platform
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.rounds import Rounds, Spread

HERE = Path(__file__).resolve().parent
RECORD, README = HERE / "results.json", HERE / "README.md"
PACKAGES = ("papermill", "nbconvert", "nbclient", "ipykernel", "pandas", "numpy", "matplotlib", "seaborn")
MOST, LEAST = "at most", "at least"


@dataclass(frozen=True)
class Figure:
    """One figure of a scenario, and its target if it has one."""

    what: str
    spread: Spread
    unit: str = ""
    target: float | None = None
    sense: str = MOST

    @property
    def met(self) -> bool | None:
        """Whether the median meets the target.

        >>> Figure("ratio", Spread(0.3, 0.2, 0.4), target=0.35).met
        True
        >>> Figure("scaling", Spread(1.7, 1.6, 1.8), target=1.75, sense=LEAST).met
        False
        """
        if self.target is None:
            return None
        return self.spread.median <= self.target if self.sense == MOST else self.spread.median >= self.target


@dataclass(frozen=True)
class Outcome:
    """One scenario: what each way took, the figures; or why it is not printed."""

    scenario: str
    rounds: Rounds | None = None
    figures: tuple[Figure, ...] = ()
    notes: tuple[str, ...] = ()
    refused: str = ""
    when: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The outcome as it is kept: every round, and what is read off them."""
        times = self.rounds.taken if self.rounds else {}
        return {
            "ways": [
                {
                    "way": name,
                    **{by: _kept(Spread.of(self.rounds.seconds(name, by))) for by in ("wall", "cpu")},
                }
                for name in times
            ],
            "taken": {
                name: [[round(t.wall, 4), round(t.cpu, 4)] for t in each] for name, each in times.items()
            },
            "figures": [
                {**asdict(figure), "spread": _kept(figure.spread), "met": figure.met}
                for figure in self.figures
            ],
            "notes": list(self.notes),
            "refused": self.refused,
            **self.when,
        }


def machine() -> dict[str, Any]:
    """When and where: the day, the cores and how busy they were, the versions."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
        "versions": {name: found for name in PACKAGES if (found := _version(name))},
    }


def text(name: str, outcome: Mapping[str, Any]) -> str:
    """One kept outcome in straight columns, for a terminal."""
    lines = [name]
    if outcome["refused"]:
        return f"{name}\n  not printed: {outcome['refused']}"
    if outcome["ways"]:
        lines.append(f"  {'':44}{'wall s':>9}{'min':>9}{'max':>9}{'CPU s':>9}")
    for way in outcome["ways"]:
        wall, cpu = way["wall"], way["cpu"]
        figures = (wall["median"], wall["least"], wall["most"], cpu["median"])
        lines.append(f"  {way['way']:44}" + "".join(f"{each:9.3f}" for each in figures))
    for figure in outcome["figures"]:
        spread = figure["spread"]
        figures = (spread["median"], spread["least"], spread["most"])
        said = "".join(f"{each:9.3f}" for each in figures) + f" {figure['unit']}"
        lines.append(f"  {figure['what']:44}{said:32} {_against(figure)}".rstrip())
    lines += [f"  {note}" for note in outcome["notes"]]
    return "\n".join(lines)


def write(kept: Mapping[str, Mapping[str, Any]]) -> None:
    """Put the outcomes in the place of older ones of the same scenarios, and write README anew."""
    before = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
    every = {**before, **kept}
    RECORD.write_text(json.dumps(every, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    README.write_text(page(every), encoding="utf-8")


def page(every: Mapping[str, Mapping[str, Any]]) -> str:
    """The text of README: what is compared with what, the figures against their targets, the times behind them."""
    return "\n\n".join([INTRODUCTION, *_sections(every)]) + "\n"


def _sections(every: Mapping[str, Mapping[str, Any]]) -> Iterable[str]:
    yield "## Figures and targets"
    yield _table(
        ["scenario", "figure", "median", "min – max", "target", "met", "date"],
        [row for name, outcome in every.items() for row in _figures(name, outcome)],
    )
    yield "## Times behind them"
    yield "Seconds: the clock, and the processors in all processes. Each is the median of the rounds that are kept."
    yield _table(
        ["scenario", "way", "clock", "min – max", "CPU", "rounds"],
        [row for name, outcome in every.items() for row in _times(name, outcome)],
    )
    yield "## Notes and machines"
    yield "\n".join(f"- `{name}`: {_said(outcome)}" for name, outcome in every.items())


def _figures(name: str, outcome: Mapping[str, Any]) -> Iterable[list[str]]:
    if outcome["refused"]:
        yield [f"`{name}`", f"not printed: {outcome['refused']}", "", "", "", "", outcome["date"]]
    for figure in outcome["figures"]:
        spread = figure["spread"]
        target = "" if figure["target"] is None else f"{figure['sense']} {figure['target']:g}"
        met = {None: "", True: "yes", False: "**no**"}[figure["met"]]
        what = f"{figure['what']}, {figure['unit']}" if figure["unit"] else figure["what"]
        between = f"{_number(spread['least'])} – {_number(spread['most'])}"
        yield [f"`{name}`", what, _number(spread["median"]), between, target, met, outcome["date"]]


def _times(name: str, outcome: Mapping[str, Any]) -> Iterable[list[str]]:
    for way in outcome["ways"]:
        wall, cpu = way["wall"], way["cpu"]
        between = f"{_number(wall['least'])} – {_number(wall['most'])}"
        rounds = str(len(outcome["taken"][way["way"]]))
        yield [f"`{name}`", way["way"], _number(wall["median"]), between, _number(cpu["median"]), rounds]


def _said(outcome: Mapping[str, Any]) -> str:
    versions = ", ".join(f"{name} {each}" for name, each in outcome["versions"].items())
    place = (
        f"{outcome['date']}, Python {outcome['python']}, {outcome['system']}, {outcome['cores']} cores "
        f"(load {outcome['load']} at the start), {versions}."
    )
    return " ".join([*outcome["notes"], place])


def _table(heads: list[str], rows: Iterable[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def _number(value: float) -> str:
    """
    >>> [_number(each) for each in (0.01234, 1.234, 12.34, 1234.5)]
    ['0.012', '1.23', '12.3', '1,234']
    """
    digits = 3 if abs(value) < 1 else 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0
    return f"{value:,.{digits}f}"


def _against(figure: Mapping[str, Any]) -> str:
    if figure["target"] is None:
        return ""
    return f"{figure['sense']} {figure['target']:g}: {'met' if figure['met'] else 'NOT met'}"


def _kept(spread: Spread) -> dict[str, float]:
    return {name: round(value, 4) for name, value in asdict(spread).items()}


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


INTRODUCTION = textwrap.dedent(
    """\
    # Benchmarks

    Written by `python -m benchmarks --write`; `make bench` runs all and prints them, `--only NAME` one, `--json FILE`
    keeps every round. Everything happens in projects of their own in a temporary folder.

    *Rounds*: every way has its turn in each round, the first round is dropped, and a ratio is taken round by round and then
    its median: the speed of a machine drifts, and its seconds are not to be compared with another day's. *Comparator*: one
    `papermill` process and one `jupyter nbconvert --to html` process for each distinct notebook and parameters, as a person
    would type them, with ordinary kernels of the same environment. *Floor*: the same cells executed and the same exhibits
    drawn once in a warm process, without kernel and without page. Before anything is timed, the outputs of our sections are
    held against those of papermill; a scenario with other outputs is not printed."""
)
