"""The verb that tells whether the briefings are as new as their schedules ask."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from analysis.cli.completing import definition_names
from analysis.cli.output import columns, json_option, say_json
from analysis.errors import BriefingError, UsageError

if TYPE_CHECKING:
    from analysis.briefings.definition import Definition
    from analysis.execution.ledger import Ledger

ENOUGH = ("fresh", "due", "built")
YEARS = range(1970, 9900)


class Moment(click.ParamType):
    """A date and time, in UTC unless it says otherwise."""

    name = "moment"

    def convert(
        self, value: Any, parameter: click.Parameter | None, context: click.Context | None
    ) -> datetime:
        """The moment in UTC.

        >>> Moment().convert("2026-12-01T06:00+05:00", None, None).isoformat()
        '2026-12-01T01:00:00+00:00'
        """
        try:
            moment = datetime.fromisoformat(value)
            if moment.year not in YEARS:
                raise ValueError
        except ValueError:
            self.fail(
                f"'{value}' is no date and time; write one such as 2026-12-01T06:00", parameter, context
            )
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


@dataclass(frozen=True)
class Standing:
    """How a definition stands: its state, the end of its newest good build, and what to say of it if that is not enough."""

    definition: Definition
    state: str  # fresh | due | built | late | never built | failed
    built: datetime | None
    due: datetime | None
    problems: tuple[str, ...]

    @property
    def is_enough(self) -> bool:
        return self.definition.schedule is None or self.state in ENOUGH

    def as_dict(self, now: datetime) -> dict[str, Any]:
        """For a machine."""
        schedule = self.definition.schedule
        return {
            "name": self.definition.name,
            "state": self.state,
            "enough": self.is_enough,
            "built": self.built and self.built.isoformat(),
            "age_seconds": self.built and round((now - self.built).total_seconds()),
            "schedule": schedule and {"cron": schedule.cron, "timezone": schedule.timezone},
            "due": self.due and self.due.isoformat(),
            "problems": list(self.problems),
        }


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...", shell_complete=definition_names)
@click.option("--now", type=Moment(), metavar="DATE-TIME", help="As if it were then (default: the clock).")
@json_option
def status(names: tuple[str, ...], now: datetime | None, as_json: bool) -> None:
    """Tell whether each briefing is as new as its schedule asks.

    Fails if the newest good build of one is older than that, or the last run failed; without a schedule none is. A build with other parameters does not count, and one that had nothing to do does.

    \b
    Example: briefing status --now 2026-12-01T06:00
    """
    from analysis import tables
    from analysis.briefings import definition
    from analysis.execution.ledger import Ledger

    until = now and now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    now = now or datetime.now(UTC)
    asked, broken = [], []
    for name in names or definition.names():
        try:
            asked.append(definition.load(name))
        except UsageError as error:
            if names:
                raise
            broken += error.problems
    with Ledger.at(tables.root()) as ledger:
        ledger.close_lost()
        standings = [_standing(each, ledger, now, until) for each in asked]
    if as_json:
        told = [standing.as_dict(now) for standing in standings]
        say_json({"now": now.isoformat(), "briefings": told, "problems": broken})
    else:
        columns([_line(standing, now) for standing in standings])
        for problem in (problem for each in standings if each.is_enough for problem in each.problems):
            click.echo(f"    {problem}")
    if ledger.problem:
        click.echo(ledger.problem, err=True)
    short = [problem for each in standings if not each.is_enough for problem in each.problems]
    if short or broken:
        raise BriefingError(*broken, *short)


def _standing(definition: Definition, ledger: Ledger, now: datetime, until: str | None) -> Standing:
    from analysis.execution import ledger as room

    good, failures = [], []
    for stem in _stems(definition):
        last = ledger.newest(stem, (*room.GOOD, *room.BAD), until)
        built = ledger.newest(stem, room.GOOD, until)
        good.append(built and datetime.fromisoformat(built["ended"]))
        if last and last["status"] in room.BAD:
            failures += (last["reason"] or f"{stem}: {last['status']} (run {last['id']})").splitlines()
    # of a sweep each must be good, so the oldest says how new it is
    built = None if None in good else min(good)
    schedule = definition.schedule
    due = schedule.previous(now) if schedule else None
    state = schedule.state(now, built) if schedule else "built" if built else "never built"
    problems = tuple(failures)
    if failures:
        state = "failed"
    elif schedule and state not in ENOUGH:
        problems = (_late(definition, built, due),)
    return Standing(definition, state, built, due, problems)


def _stems(definition: Definition) -> Iterable[str]:
    """The names of its builds without overrides: one, or of a sweep one for each combination."""
    if not definition.for_each:
        return [definition.name]
    from analysis.briefings import for_each, order

    every = for_each.chosen(definition, {})
    return [order.stem_of(definition.name, order.changes(definition, values)) for values in every]


def _late(definition: Definition, built: datetime | None, due: datetime) -> str:
    what = f"the newest good build is of {_told(built)}" if built else "there is no good build"
    return f"{definition.shown}: {what}, and one was due {_told(due)}; run: briefing build {definition.name}"


def _line(standing: Standing, now: datetime) -> tuple[str, ...]:
    built, schedule = standing.built, standing.definition.schedule
    return (
        standing.definition.name,
        standing.state,
        f"{_told(built)} ({age(now - built)} ago)" if built else "-",
        f"{schedule}, next {_told(schedule.next(now))}" if schedule else "no schedule",
    )


def _told(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def age(span: timedelta) -> str:
    """A length of time in its largest unit.

    >>> age(timedelta(hours=50)), age(timedelta(hours=1.9)), age(timedelta(seconds=5))
    ('2 days', '1 hour', '0 minutes')
    """
    minutes = int(span.total_seconds() // 60)
    count, unit = next(
        ((minutes // size, unit) for size, unit in ((1440, "day"), (60, "hour")) if minutes >= size),
        (minutes, "minute"),
    )
    return f"{count} {unit}{'' if count == 1 else 's'}"
