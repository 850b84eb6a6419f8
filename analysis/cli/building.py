"""`briefing build`: one briefing, several, all of a sweep, or what failed."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from analysis.cli import asked
from analysis.cli.completing import definition_names
from analysis.cli.output import Folder, Progress, json_option, refuse_together, shown
from analysis.errors import UsageError
from analysis.execution.engine import ENGINES

if TYPE_CHECKING:
    from analysis.briefings.sweep import Member, Swept

Request = Mapping[str, Any]


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...", shell_complete=definition_names)
@click.option("--all", "is_all", is_flag=True, help="Build every definition of reports/.")
@click.option(
    "--retry-failed",
    "is_retry",
    is_flag=True,
    help="Build what failed last time (of NAMEs if there are any).",
)
@asked.values
@click.option("--formats", metavar="LIST", help="Any of html, pdf, email, card (default: the definition's).")
@click.option("--out", type=Folder(), metavar="DIR", help="Write here instead of reports/build/.")
@click.option(
    "--jobs", type=click.IntRange(min=1), metavar="N", help="Do this much at once (default: one a processor)."
)
@click.option(
    "--engine", type=click.Choice(ENGINES), help="How cells are run (default: the quickest that is safe)."
)
@click.option(
    "--scheduler", metavar="ADDRESS", help="Do it on the workers of this Dask scheduler, as tcp://..."
)
@click.option("--shared", metavar="PLACE", help="A folder or URL where they meet (default: .cache/cluster).")
@click.option("--fresh", "is_fresh", is_flag=True, help="Run and write again what has not changed.")
@json_option
def build(
    names: tuple[str, ...],
    is_all: bool,
    is_retry: bool,
    pairs: tuple[str, ...],
    formats: str | None,
    as_of: str | None,
    known_by: str | None,
    out: Path | None,
    jobs: int | None,
    engine: str | None,
    scheduler: str | None,
    shared: str | None,
    is_fresh: bool,
    as_json: bool,
) -> None:
    """Run the notebooks of briefings and write HTML and PDF.

    Without NAME it is the default; `briefing list` shows which that is, and all others. The format email is the summary as a draft that a mail program opens, card a picture of it for the web.

    With overrides the result goes to a folder of its own, never onto the default's files. A definition with for_each
    makes a briefing for each combination; -p of a parameter that it names chooses among them.

    What nothing has changed for is not built again; what a failed section leaves is in the folder incomplete/.

    \b
    Example: briefing build uzbekistan-kazakhstan -p partner=KGZ --formats pdf
    """
    from analysis.briefings import manifest

    overrides = asked.overrides(pairs, {"as_of": as_of, "known_by": known_by})
    chosen = None if formats is None else tuple(part.strip() for part in formats.split(",") if part.strip())
    if shared is not None and scheduler is None:
        raise UsageError("briefing build: --shared says where machines meet; give --scheduler too")
    refuse_together("briefing build", {"NAME": names, "--all": is_all} if not is_retry else {})
    if is_retry:
        refuse_together(
            "briefing build", {"--retry-failed": is_retry, "-p": pairs, "--all": is_all, "--out": out}
        )
        requests = _failed(names)
    else:
        requests = [manifest.asked(name, overrides, chosen, out) for name in _named(names, is_all)]
    where = {"jobs": jobs, "engine": engine, "scheduler": scheduler, "shared": shared}
    with Progress(quiet=as_json) as progress:
        swept = _built(requests, where, is_fresh=is_fresh, progress=progress)
    if swept.is_one and swept.failed:
        raise swept.members[0].error
    click.echo(_text(swept, as_json), nl=False)
    if not as_json:
        for problem in swept.problems:
            click.echo(problem, err=True)
        if not swept.is_one:
            click.echo(swept.summary, err=True)
    if swept.failed:
        sys.exit(1)
    if not is_fresh and not is_retry:
        _remember(swept.unchanged(), as_json)


def _built(requests: Sequence[Request], where: Mapping[str, Any], **options: Any) -> Swept:
    """Build what has changed; the processes for it warm up while we load the rest of ourselves."""
    from analysis.briefings import hands, manifest
    from analysis.tables import place

    root = place.root()
    known = [None if options["is_fresh"] else manifest.current(request, root) for request in requests]
    with ExitStack() as stack:
        pool = None if all(known) else stack.enter_context(hands.pool_of(root, **where))
        from analysis.briefings import sweep

        return sweep.every(requests, known=known, pool=pool, **options)


def _remember(swept: Swept, as_json: bool) -> None:
    """Keep what the same command shall say when it has nothing to do."""
    from analysis import tables
    from analysis.briefings import manifest
    from analysis.execution import inputs

    made = [member.built.made for member in swept.members]
    summary = "" if as_json or swept.is_one else f"{swept.summary}\n"
    if all(made):
        line = (sys.argv[1:], Path.cwd(), tables.root())
        manifest.keep_command(*line, made, _text(swept, as_json), summary, since=inputs.BEGAN)


def _text(swept: Swept, as_json: bool) -> str:
    """What is printed of what was built."""
    if not as_json:
        return "".join(f"{shown(path)}\n" for path in swept.paths)
    value = _one(swept.members[0]) if swept.is_one else _several(swept)
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _one(member: Member) -> dict[str, Any]:
    return {"name": member.name, "paths": [str(path) for path in member.built.paths]}


def _several(swept: Swept) -> dict[str, Any]:
    counts = {"built": len(swept.members) - len(swept.failed), "failed": len(swept.failed)}
    return {"name": swept.name, **counts, "briefings": [_told(member) for member in swept.members]}


def _told(member: Member) -> dict[str, Any]:
    return {
        "name": member.name,
        "title": member.title,
        "parameters": dict(member.combination),
        "status": "failed" if member.built is None else "unchanged" if member.built.is_unchanged else "built",
        "paths": [str(path) for path in member.built.paths] if member.built else [],
        "problems": list(member.problems),
    }


def _named(names: tuple[str, ...], is_all: bool) -> list[str]:
    """The briefings meant, each once; the default if none is named."""
    from analysis.briefings import definition

    if is_all:
        return definition.names()
    return list(dict.fromkeys(names)) or [definition.DEFAULT]


def _failed(names: tuple[str, ...]) -> list[Request]:
    """What was asked for when something failed last time; of the briefings named, if there are any."""
    from analysis import tables
    from analysis.briefings import definition
    from analysis.execution.ledger import Ledger

    with Ledger.at(tables.root()) as ledger:
        ledger.close_lost()
        known = set(definition.names())  # a sheet of claims has none: it is asked for by its file
        failed = [row for row in ledger.failed() if row["name"] in known]
    found = [row["request"] for row in failed if not names or row["name"] in names]
    if not found:
        whose = f" of {', '.join(names)}" if names else ""
        raise UsageError(f"nothing{whose} failed when it was last built; see: briefing runs")
    return found


def sweep_text(combinations: Sequence[Mapping[str, Any]]) -> str:
    """How a list of briefings tells of a sweep.

    >>> sweep_text([{"reporter": "KAZ", "partner": "UZB"}, {"reporter": "KAZ", "partner": "KGZ"}]), sweep_text([])
    ('2 briefings, by reporter and partner', '')
    """
    if not combinations:
        return ""
    names = list(combinations[0])
    told = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    return f"{len(combinations)} briefings, by {told}"
