"""Building: one briefing cold, further ones in the same command, all pairs on one and two workers."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence

from analysis.briefings.definition import DEFAULT
from analysis.execution import notebook as nb
from benchmarks import comparator, projects
from benchmarks.comparator import Section
from benchmarks.projects import ROOT, Project
from benchmarks.results import LEAST, Figure, Outcome
from benchmarks.rounds import RefusedError, Rounds, Spread, Taken, environment, taken

Told = Callable[[str], None]
FORMATS = ("--formats", "html,pdf")
SWEEP = "all-pairs"
SAMPLE = 4  # of all distinct sections of the sweep, those that the comparator runs
HTML_BUDGET, PDF_BUDGET = 0.4, 0.2  # seconds that the page and the PDF of a warm build may take
FLOORS = 1.5
FIRST_YEAR = 2018  # from it on each of these pairs has its series
# Parameters that differ from one build to the next in every section, so that none can be shared.
OTHERS = (
    {"reporter": "KAZ", "partner": "UZB", "bloc_a": "eaeu", "bloc_b": "ots"},
    {"reporter": "KAZ", "partner": "KGZ", "bloc_a": "sco", "bloc_b": "cis"},
    {"reporter": "KGZ", "partner": "UZB", "bloc_a": "csto", "bloc_b": "ots"},
    {"reporter": "KAZ", "partner": "TJK", "bloc_a": "ots", "bloc_b": "cmhs"},
    {"reporter": "UZB", "partner": "KGZ", "bloc_a": "csto", "bloc_b": "cmhs"},
)
PAPERMILL = "papermill and nbconvert"
FLOOR = "floor"


def cold_one(rounds: int, told: Told) -> Outcome:
    """One fresh build of the default briefing, HTML and PDF, beside the comparator, HTML only."""
    with projects.opened([DEFAULT]) as project:
        told("checking that the outputs are equal")
        sections = comparator.distinct(comparator.sections(project, DEFAULT))
        project.fresh_build(DEFAULT, *FORMATS)
        comparator.hold(project, sections)
        ways = {
            "briefing build": lambda: project.fresh_build(DEFAULT, *FORMATS),
            PAPERMILL: lambda: comparator.compare(project, sections),
        }
        found = taken(ways, rounds, told)
    figures = (
        Figure("build / comparator", found.ratio("briefing build", PAPERMILL), target=0.35),
        Figure("build / comparator, CPU", found.ratio("briefing build", PAPERMILL, "cpu")),
    )
    return Outcome("cold-one", found, figures, (f"{len(sections)} sections; the comparator writes no PDF.",))


def warm_one(rounds: int, told: Told) -> Outcome:
    """The second and later builds inside one command, with other parameters, one worker."""
    count = len(OTHERS) - 1
    with projects.opened() as project:
        project.define("first", swept(OTHERS[:1]))
        project.define("all", swept(OTHERS))
        told("checking that the outputs are equal")
        briefings = comparator.sections(project, "all")
        project.fresh_build("all", *FORMATS, "--jobs", "1")
        comparator.hold(project, briefings[1])
        groups = [briefings[0], *([section] for briefing in briefings[1:] for section in briefing)]
        refuse_floor(project, groups)
        ways = {
            "first build alone": lambda: project.fresh_build("first", *FORMATS, "--jobs", "1"),
            f"{len(OTHERS)} builds": lambda: project.fresh_build("all", *FORMATS, "--jobs", "1"),
            f"{PAPERMILL}, one briefing": lambda: comparator.compare(project, briefings[1]),
            FLOOR: lambda: floor(project, groups)[0].times(1 / count),
        }
        found = with_marginal(taken(ways, rounds, told), f"{len(OTHERS)} builds", "first build alone", count)
    allowed = [FLOORS * each + HTML_BUDGET + PDF_BUDGET for each in found.seconds(FLOOR)]
    figures = (
        Figure("build / comparator", found.ratio(MARGINAL, f"{PAPERMILL}, one briefing"), target=0.10),
        Figure("build / comparator, CPU", found.ratio(MARGINAL, f"{PAPERMILL}, one briefing", "cpu")),
        Figure(
            f"build / ({FLOORS:g} floors + {HTML_BUDGET:g} s + {PDF_BUDGET:g} s)",
            Spread.of(one / most for one, most in zip(found.seconds(MARGINAL), allowed, strict=True)),
            target=1.0,
        ),
        Figure("build / floor", found.ratio(MARGINAL, FLOOR)),
    )
    return Outcome(
        "warm-one", found, figures, (f"HTML and PDF; {len(OTHERS)} parameter sets, no section twice.",)
    )


MARGINAL = "each further build"


def with_marginal(found: Rounds, many: str, one: str, count: int) -> Rounds:
    """The rounds with what each of the `count` further builds took: the difference, shared out.

    >>> rounds = Rounds({"many": (Taken(5.0, 9.0),), "one": (Taken(3.0, 5.0),)})
    >>> with_marginal(rounds, "many", "one", 4).taken[MARGINAL]
    (Taken(wall=0.5, cpu=1.0),)
    """
    pairs = zip(found.taken[many], found.taken[one], strict=True)
    further = tuple(Taken((a.wall - b.wall) / count, (a.cpu - b.cpu) / count) for a, b in pairs)
    return Rounds({**found.taken, MARGINAL: further})


def all_pairs(rounds: int, told: Told) -> Outcome:
    """All briefings of the sweep on one and two workers; the comparator takes a sample of the sections, two at a time."""
    with projects.opened([SWEEP]) as project:
        told("checking that the outputs are equal")
        briefings = comparator.sections(project, SWEEP)
        every = comparator.distinct(briefings)
        sample = spread_out(every, SAMPLE)
        project.fresh_build(SWEEP, *FORMATS, "--jobs", "2")
        comparator.hold(project, sample)
        scale = len(every) / len(sample)
        ways = {
            "1 worker": lambda: project.fresh_build(SWEEP, *FORMATS, "--jobs", "1"),
            "2 workers": lambda: project.fresh_build(SWEEP, *FORMATS, "--jobs", "2"),
            f"{PAPERMILL}, two at a time": lambda: comparator.compare(project, sample, 2).times(scale),
        }
        found = taken(ways, rounds, told)
    minutes = Spread.of(60 * len(briefings) / each for each in found.seconds("2 workers"))
    figures = (
        Figure(
            "briefings a minute / comparator's, 2 workers",
            found.ratio(f"{PAPERMILL}, two at a time", "2 workers"),
            target=12,
            sense=LEAST,
        ),
        Figure("scaling from 1 to 2 workers", found.ratio("1 worker", "2 workers"), target=1.75, sense=LEAST),
        Figure("briefings a minute, 2 workers", minutes),
    )
    note = (
        f"{len(briefings)} briefings, HTML and PDF, of {len(every)} distinct sections; the comparator ran {len(sample)} of "
        f"them and its time is scaled to all."
    )
    return Outcome("all-pairs", found, figures, (note,))


def swept(combinations: Sequence[dict[str, str]]) -> projects.Written:
    """The default definition as one that sweeps over these combinations."""
    own = projects.definition(DEFAULT)
    rest = {name: value for name, value in own["parameters"].items() if name not in combinations[0]}
    return {**own, "for_each": list(combinations), "parameters": rest | {"start": FIRST_YEAR}}


def spread_out(sections: Sequence[Section], count: int) -> list[Section]:
    """As many sections of each notebook, evenly from the first to the last.

    >>> from pathlib import Path
    >>> made = [Section(Path(name), {"n": n}) for n in range(4) for name in ("a", "b")]
    >>> [(section.name, section.parameters["n"]) for section in spread_out(made, 4)]
    [('a', 0), ('a', 2), ('b', 0), ('b', 2)]
    """
    names = list(dict.fromkeys(section.name for section in sections))
    each = max(1, count // len(names))
    chosen = []
    for name in names:
        own = [section for section in sections if section.name == name]
        chosen += [own[len(own) * place // each] for place in range(each)]
    return chosen


def floor(project: Project, groups: Sequence[Sequence[Section]]) -> tuple[Taken, list[list]]:
    """What all groups but the first take in one warm process, and the blocks that each showed."""
    job = [
        [{"notebook": str(one.notebook), "parameters": dict(one.parameters)} for one in group]
        for group in groups
    ]
    ended = subprocess.run(
        [sys.executable, "-m", "benchmarks.floor"],
        cwd=project.root, env={**environment(), "PYTHONPATH": str(ROOT)}, input=json.dumps(job), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if ended.returncode:
        raise RefusedError(f"the floor ended with {ended.returncode}: {ended.stderr.splitlines()[-1]}")
    told = json.loads(ended.stdout)
    took = Taken(sum(one["wall"] for one in told), sum(one["cpu"] for one in told))
    return took, [blocks for one in told for blocks in one["blocks"]]


def refuse_floor(project: Project, groups: Sequence[Sequence[Section]]) -> None:
    """Raise RefusedError where the floor shows other blocks than what was built."""
    ours = comparator.executed(project)
    sections = [section for group in groups[1:] for section in group]
    for section, blocks in zip(sections, floor(project, groups)[1], strict=True):
        if _lasting(blocks) != _lasting(nb.blocks(nb.load(ours[section.key]))):
            raise RefusedError(f"the floor shows other blocks of {section.key}")


def _lasting(blocks: Sequence[dict]) -> list[dict]:
    """The blocks without the list of tables that the process has read: the floor's has read those of all groups."""
    return [{**block, "tables": None} for block in blocks]
