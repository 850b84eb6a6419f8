"""When a briefing is due: the key `schedule` of a definition, and what it makes of the newest good build.

    schedule: "0 6 1 * *"                        at 06:00 UTC on the first of each month

    schedule:
      cron: "0 6 1 * *"
      timezone: Asia/Tashkent
      grace: 6h                                  how long after it a build may still be missing

Nothing here knows what time it is: now is always given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from analysis.errors import did_you_mean
from analysis.tables.strict_yaml import Problems

KEYS = ("cron", "timezone", "grace")
REMEDY = 'write minute, hour, day, month and weekday, such as "0 6 1 * *"'
UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
GRACE = timedelta(days=1)  # at most, where the definition does not say
FOLD = timedelta(hours=2)  # more than a clock is ever put back
ANY_DAY = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Schedule:
    """When a briefing is due: a line of cron on the clocks of a place, and how late a build may be."""

    cron: str
    timezone: str = "UTC"
    grace: timedelta | None = None

    def __str__(self) -> str:
        return self.cron if self.timezone == "UTC" else f"{self.cron} {self.timezone}"

    def previous(self, now: datetime) -> datetime:
        """The last due time up to `now`, in UTC."""
        return next(due for due in self._times(now + FOLD, is_back=True) if due <= now)

    def next(self, now: datetime) -> datetime:
        """The first due time after `now`, in UTC."""
        return next(due for due in self._times(now) if due > now)

    def allowance(self, now: datetime) -> timedelta:
        """How long after a due time a build may be missing: as declared, else a day, or less where it is due sooner."""
        return self.grace or min(GRACE, self.next(now) - self.previous(now))

    def state(self, now: datetime, built: datetime | None) -> str:
        """`fresh`, `due` (yet to be built, and not for long), `late` or `never built`, by the end of the newest good build."""
        if built is None:
            return "never built"
        if built >= self.previous(now):
            return "fresh"
        return "due" if built >= self.previous(now - self.allowance(now)) else "late"

    def _times(self, start: datetime, is_back: bool = False) -> Iterator[datetime]:
        from zoneinfo import ZoneInfo

        from cronsim import CronSim

        local = start.replace(microsecond=0).astimezone(ZoneInfo(self.timezone))
        return (due.astimezone(UTC) for due in CronSim(self.cron, local, reverse=is_back))


def parse(problems: Problems, told: Any) -> Schedule | None:
    """The schedule that a definition writes; what is wrong goes to `problems`."""
    if isinstance(told, str):
        told = {"cron": told}
    told = problems.mapping(told, "schedule", KEYS)
    if not told:
        return None
    cron = " ".join(problems.text(told, "cron", "schedule").split())
    timezone = problems.text(told, "timezone", "schedule") or "UTC"
    made = Schedule(cron, timezone, _grace(problems, problems.text(told, "grace", "schedule")))
    is_zone = _check_zone(problems, timezone)
    if said := _fault(cron):
        problems.add("schedule", f"'{cron}' is no line of cron ({said}); {REMEDY}")
    elif is_zone and next(made._times(ANY_DAY), None) is None:
        problems.add("schedule", f"'{cron}' never comes; {REMEDY}")
    return made


def _fault(cron: str) -> str:
    """What is wrong with a line of cron, in a few words."""
    from cronsim import CronSim, CronSimError

    count = len(cron.split())
    if count != 5:
        return f"{count} fields instead of 5"
    try:
        CronSim(cron, ANY_DAY)
    except CronSimError as error:
        return str(error).lower()
    return ""


def _check_zone(problems: Problems, name: str) -> bool:
    from zoneinfo import ZoneInfo, available_timezones

    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        known = available_timezones()
        near = did_you_mean(name, known) or "; write a name of the IANA list, such as Asia/Tashkent"
        remedy = near if known else "; this machine has no list of them: install the package tzdata"
        problems.add("schedule, timezone", f"there is no time zone '{name}'{remedy}")
        return False
    return True


def _grace(problems: Problems, told: str) -> timedelta | None:
    if not told:
        return None
    if match := re.fullmatch(r"([1-9]\d{0,3})([mhdw])", told):
        return timedelta(**{UNITS[match[2]]: int(match[1])})
    problems.add("schedule, grace", f"'{told}' is no length of time; write 30m, 6h, 2d or 1w")
    return None
