"""The world panel: the pair table of 240 countries and 30 years that somebody brings, and every trade measure on it.

    python -m benchmarks.panel ROOT

The values are made from a seed, as in a model of gravity: what two countries trade grows with their sizes and falls with
their distance. The rows of this project stay, so that its claims and notebooks find what they name.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from itertools import product
from pathlib import Path
from string import ascii_uppercase
from time import monotonic, process_time
from typing import TYPE_CHECKING, Any

from benchmarks import projects
from benchmarks.building import Told
from benchmarks.projects import ROOT
from benchmarks.results import Figure, Outcome
from benchmarks.rounds import RefusedError, Rounds, Spread, Taken, environment

if TYPE_CHECKING:
    import pandas as pd

COUNTRIES, FIRST, LAST = 240, 1995, 2024
SEED = 42
SOURCE, LIKE = "world-panel", "baci-ot-2024"  # its source, declared like another of the same kind
MOST_SECONDS, MOST_MIB = 2.0, 1500
PAIR = ("KAZ", "UZB")
SPAN = (2000, 2020)
READING = "reading the table"


def measured(rounds: int, told: Told) -> Outcome:
    """Every measure that takes the trade table, each in a process that has only read the tables."""
    found: dict[str, list[Taken]] = {}
    peaks: list[float] = []
    with projects.opened() as project:
        told("making the panel")
        rows = write(project.root)
        for number in range(rounds + 1):
            told(f"round {number} of {rounds}")
            took, peak = once(project.root)
            if number:
                peaks.append(peak)
                for name, each in took.items():
                    found.setdefault(name, []).append(each)
    kept = Rounds({name: tuple(each) for name, each in found.items()})
    slowest = [
        max(kept.seconds(name)[place] for name in kept.taken if name != READING) for place in range(rounds)
    ]
    figures = (
        Figure("slowest measure", Spread.of(slowest), "s", MOST_SECONDS),
        Figure("peak of the process, RSS", Spread.of(peaks), "MiB", MOST_MIB),
        Figure(READING, Spread.of(kept.seconds(READING)), "s"),
    )
    return Outcome("world-panel", kept, figures, (f"{rows:,} rows, Parquet; one process for all.",))


def once(root: Path) -> tuple[dict[str, Taken], float]:
    """What each measure takes in a process of its own, and the peak of that process."""
    ended = subprocess.run(
        [sys.executable, "-m", "benchmarks.panel", str(root)],
        cwd=root, env={**environment(), "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if ended.returncode:
        raise RefusedError(f"the panel ended with {ended.returncode}: {ended.stderr.splitlines()[-1]}")
    told = json.loads(ended.stdout)
    return {name: Taken(*each) for name, each in told["took"].items()}, told["peak"]


# --- the table ----------------------------------------------------------------------------------------


def write(root: Path, ending: str = "parquet", *, count: int = COUNTRIES, first: int = FIRST) -> int:
    """Put the panel in the place of the table `trade` of a project, and declare it; returns the number of its rows."""
    import pandas as pd

    data = root / "data"
    countries = pd.read_csv(data / "countries.csv", dtype=str, keep_default_na=False)
    codes = _codes([code for code in countries["country"] if code != "WLD"], count)
    new = [_country(code, countries.columns) for code in codes if code not in set(countries["country"])]
    whole = pd.concat([countries, pd.DataFrame(new)]).sort_values("country")
    whole.to_csv(data / "countries.csv", index=False, lineterminator="\n")
    sources = pd.read_csv(data / "sources.csv", dtype=str, keep_default_na=False)
    own = sources[sources["source"] == LIKE].assign(
        source=SOURCE, title="A synthetic world panel", published="2025"
    )
    whole = pd.concat([sources, own]).sort_values("source")
    whole.to_csv(data / "sources.csv", index=False, lineterminator="\n")
    rows = _rows(pd.read_csv(data / "trade.csv", dtype=str, keep_default_na=False), made(codes, first))
    return _put(data, rows, ending)


def made(codes: list[str], first: int) -> pd.DataFrame:
    """What each country exports to each other in each year, and what each trades with the world."""
    import numpy as np
    import pandas as pd

    random = np.random.default_rng(SEED)
    count, years = len(codes), np.arange(first, LAST + 1)
    size = random.lognormal(11, 1.8, count)
    distance = random.lognormal(0, 0.7, (count, count))
    growth = 1 + random.normal(0.05, 0.02, (count, count))
    base = size[:, None] * size[None, :] / (distance + distance.T)
    value = (
        base[:, :, None]
        * growth[:, :, None] ** (years - first)
        * random.lognormal(0, 0.2, (*base.shape, len(years)))
    )
    value = np.maximum(value.round(-2), 1000.0)
    value[np.arange(count), np.arange(count), :] = 0
    names, world = np.array(codes), np.array(["WLD"])
    parts = [
        (names, names, "export", value),
        (names, world, "export", value.sum(axis=1, keepdims=True)),
        (names, world, "import", value.sum(axis=0)[:, None, :]),
        (world, names, "export", value.sum(axis=0)[None, :, :]),
        (world, world, "export", value.sum(axis=(0, 1))[None, None, :]),
    ]
    frames = []
    for reporters, partners, flow, values in parts:
        shape = values.shape
        frame = pd.DataFrame(
            {
                "reporter": np.repeat(reporters, shape[1] * shape[2]),
                "partner": np.tile(np.repeat(partners, shape[2]), shape[0]),
                "year": np.tile(years, shape[0] * shape[1]),
                "flow": flow,
                "value_usd": values.ravel(),
            }
        )
        frames.append(frame[frame["value_usd"] > 0])
    return pd.concat(frames, ignore_index=True)


def _rows(held: pd.DataFrame, panel: pd.DataFrame) -> pd.DataFrame:
    """The rows of the project and those of the panel, typed and sorted as declared."""
    import pandas as pd

    marks = [name for name in held.columns if name.startswith("is_")]
    held = held.assign(
        year=held["year"].astype("int64"),
        value_usd=held["value_usd"].astype("float64"),
        **{name: held[name] == "true" for name in marks},
    )
    years = panel["year"].astype(str)
    panel = panel.assign(
        period_start=years + "-01-01", period_end=years + "-12-31", coverage="goods", valuation="fob",
        source=SOURCE, note="", **dict.fromkeys(marks, False),
    )  # fmt: skip
    whole = pd.concat([held, panel[list(held.columns)]], ignore_index=True)
    for name in whole.columns[whole.dtypes == "str"]:
        whole[name] = whole[name].astype("category").cat.reorder_categories(sorted(whole[name].unique()))
    key = ["reporter", "partner", "period_start", "period_end", "flow", "source"]
    return whole.sort_values(key, ignore_index=True)


def _put(data: Path, rows: pd.DataFrame, ending: str) -> int:
    declared = (data / "trade.yml").read_text(encoding="utf-8")
    (data / "trade.csv").unlink()
    (data / "trade.yml").write_text(
        declared.replace("path: trade.csv", f"path: trade.{ending}"), encoding="utf-8"
    )
    if ending == "parquet":
        blank = rows["note"].cat.remove_categories([""])
        rows.assign(note=blank).to_parquet(data / "trade.parquet", index=False)
    else:
        marks = {
            name: rows[name].map({True: "true", False: "false"}) for name in rows if name.startswith("is_")
        }
        rows.assign(**marks).to_csv(data / "trade.csv", index=False, lineterminator="\n", float_format="%.2f")
    return len(rows)


def _codes(known: list[str], count: int) -> list[str]:
    """As many codes of countries, the known ones first."""
    free = (f"Q{a}{b}" for a, b in product(ascii_uppercase, repeat=2) if f"Q{a}{b}" not in known)
    return sorted([*known[:count], *(code for code, _ in zip(free, range(count - len(known)), strict=False))])


def _country(code: str, columns: list[str]) -> dict[str, str]:
    given = {"country": code, "name": f"Country {code}", "short_name": code, "kind": "country"}
    marks = {name: "false" for name in columns if name.startswith("is_")}
    return dict.fromkeys(columns, "") | marks | given


# --- the measures -------------------------------------------------------------------------------------


def calls() -> Iterator[tuple[str, Callable[[dict[str, Any]], Any]]]:
    """Each public measure that takes the trade table, called as a notebook calls it; `t` holds the tables."""
    from analysis.measures import (
        consistency,
        intensity,
        introversion,
        panels,
        partial,
        releases,
        series,
        shares,
        targets,
    )

    first, last = SPAN
    pair = {"reporter": PAIR[0], "partner": PAIR[1]}
    span = {"start": first, "end": last}
    reconciled = {"basis": "reconciled"}
    members = {"members": [*PAIR, "KGZ", "TJK", "TKM"]}

    def books(t: dict[str, Any]) -> tuple[Any, Any, Any]:
        return t["trade"], t["sources"], t["bases"]

    def one(t: dict[str, Any]) -> Any:
        return series.select(*books(t), **pair, **span, **reconciled, need="any")

    yield "series.select", one
    yield "series.select, by rank", lambda t: series.select(*books(t), **pair, **span, need="any")
    yield "series.ended", lambda t: series.ended(t["trade"], date(2020, 12, 31))
    yield "series.known", lambda t: series.known(t["trade"], t["sources"], date(2024, 6, 30))
    yield "releases.available", lambda t: releases.available(*books(t), **pair)
    yield "releases.row_ids", lambda t: releases.row_ids(t["trade"])
    yield "releases.between", lambda t: releases.between(t["trade"], *PAIR)
    yield "releases.is_fit", lambda t: releases.is_fit(t["trade"])
    yield "consistency.ratio_matrix", lambda t: consistency.ratio_matrix(*books(t), **pair, **span)
    yield "shares.trade_share", lambda t: shares.trade_share(t["trade"], one(t), last)
    yield (
        "shares.partner_shares",
        lambda t: shares.partner_shares(*books(t), reporter=PAIR[0], **span, flow="export", **reconciled),
    )
    yield "partial.part_years", lambda t: partial.part_years(t["trade"], PAIR)
    yield "targets.history", lambda t: targets.history(*books(t), one(t))
    yield "panels.available", lambda t: panels.available(*books(t), pair=PAIR)
    yield (
        "panels.latest_intensity",
        lambda t: panels.latest_intensity(*books(t), **pair, **span, **reconciled),
    )
    yield (
        "intensity.trade_intensity",
        lambda t: intensity.trade_intensity(*books(t), **pair, year=last, **reconciled),
    )
    yield (
        "intensity.trade_intensities",
        lambda t: list(intensity.trade_intensities(*books(t), *PAIR, range(first, last + 1), **reconciled)),
    )
    yield (
        "intensity.bloc_trade",
        lambda t: intensity.bloc_trade(*books(t), **members, year=last, **reconciled),
    )
    yield (
        "intensity.bloc_trades",
        lambda t: list(
            intensity.bloc_trades(
                *books(t), [(members["members"], year) for year in range(first, last + 1)], **reconciled
            )
        ),
    )
    yield (
        "introversion.through_years",
        lambda t: introversion.through_years(
            *books(t), t["memberships"], t["status_meanings"], "eaeu", as_of=date(2020, 12, 31), **reconciled
        ),
    )
    yield (
        "panels.inner_trade",
        lambda t: panels.inner_trade(
            *books(t),
            panels.members(
                t["memberships"], t["status_meanings"], ["eaeu", "cis"], date(2020, 12, 31), ["member"]
            ),
            until=last,
            **reconciled,
        ),
    )


def main(root: str) -> None:
    """Read the tables, call each measure, tell what each took and the peak."""
    from analysis import tables

    tables.use_root(root)
    tables.read("countries")
    took: dict[str, tuple[float, float]] = {}

    def timed(name: str, call: Callable[[], Any]) -> Any:
        wall, cpu = monotonic(), process_time()
        found = call()
        took[name] = (monotonic() - wall, process_time() - cpu)
        return found

    held = {"trade": timed(READING, lambda: tables.read("trade"))}
    held |= {name: tables.read(name) for name in ("sources", "bases", "memberships", "status_meanings")}
    for name, call in calls():
        timed(name, lambda call=call: call(held))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    json.dump({"took": took, "peak": peak}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
