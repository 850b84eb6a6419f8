"""When a briefing is due, on whatever clock, and how a definition says so."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.briefings import definition, schedule
from analysis.briefings.schedule import Schedule
from analysis.errors import UsageError
from analysis.tables.strict_yaml import Problems

from . import sample

MONTHLY = Schedule("0 6 1 * *")
LINES = [
    "0 6 1 * *",
    "*/15 * * * *",
    "30 1 * * *",
    "30 2 * * *",
    "0 0 29 2 *",
    "0 6 * * MON-FRI",
    "0 12 L * *",
    "59 23 31 12 *",
]
ZONES = ["UTC", "Asia/Tashkent", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class TestTimes:
    @pytest.mark.parametrize(
        ("now", "previous", "following"),
        [
            ("2026-11-27T06:02", "2026-11-01T06:00", "2026-12-01T06:00"),
            ("2026-12-01T06:00", "2026-12-01T06:00", "2027-01-01T06:00"),
            ("2026-12-01T05:59:59.999", "2026-11-01T06:00", "2026-12-01T06:00"),
            ("2026-12-01T06:00:00.001", "2026-12-01T06:00", "2027-01-01T06:00"),
        ],
    )
    def test_a_moment_that_is_due_is_the_previous_one(self, now, previous, following):
        assert (MONTHLY.previous(at(now)), MONTHLY.next(at(now))) == (at(previous), at(following))

    def test_the_clock_is_that_of_the_place(self):
        tashkent = Schedule("0 6 1 * *", "Asia/Tashkent")
        assert tashkent.previous(at("2026-12-01T01:00")) == at("2026-12-01T01:00")
        berlin = Schedule("0 6 * * *", "Europe/Berlin")
        assert berlin.previous(at("2026-07-01T12:00")) == at("2026-07-01T04:00")
        assert berlin.previous(at("2026-12-01T12:00")) == at("2026-12-01T05:00")

    def test_an_hour_that_is_skipped_and_one_that_comes_twice(self):
        berlin = Schedule("30 2 * * *", "Europe/Berlin")
        # on 29 March clocks go from 02:00 to 03:00; on 25 October 02:30 comes at 00:30 and at 01:30 UTC
        assert berlin.next(at("2026-03-28T12:00")) == at("2026-03-29T01:00")
        assert berlin.previous(at("2026-10-25T01:10")) == at("2026-10-25T00:30")
        assert berlin.next(at("2026-10-25T01:10")) == at("2026-10-26T01:30")

    @given(
        st.sampled_from(LINES),
        st.sampled_from(ZONES),
        st.datetimes(datetime(2000, 1, 1), datetime(2060, 1, 1)),
    )
    def test_now_lies_between_two_due_times_that_follow_each_other(self, cron, zone, now):
        now, told = now.replace(tzinfo=UTC), Schedule(cron, zone)
        previous, following = told.previous(now), told.next(now)
        assert previous <= now < following
        assert told.next(previous) == following and told.previous(following) == following


class TestStates:
    @pytest.mark.parametrize(
        ("now", "built", "state"),
        [
            ("2026-12-05T00:00", None, "never built"),
            ("2026-12-05T00:00", "2026-12-01T06:00", "fresh"),
            ("2026-12-01T06:01", "2026-12-01T05:59", "due"),
            ("2026-12-02T05:59", "2026-11-01T06:00", "due"),
            ("2026-12-02T06:00", "2026-12-01T05:59", "late"),
            ("2026-12-01T05:59", "2026-11-01T05:59", "late"),
        ],
    )
    def test_a_day_of_grace_where_nothing_is_said(self, now, built, state):
        assert MONTHLY.state(at(now), built and at(built)) == state

    def test_grace_as_declared(self):
        told = Schedule("0 6 1 * *", grace=timedelta(hours=2))
        assert told.state(at("2026-12-01T07:59"), at("2026-11-02T00:00")) == "due"
        assert told.state(at("2026-12-01T08:00"), at("2026-11-02T00:00")) == "late"

    def test_what_is_due_every_hour_has_no_day_of_grace(self):
        hourly = Schedule("0 * * * *")
        assert hourly.allowance(at("2026-12-01T07:10")) == timedelta(hours=1)
        assert hourly.state(at("2026-12-01T07:10"), at("2026-12-01T06:01")) == "due"
        assert hourly.state(at("2026-12-01T07:10"), at("2026-12-01T05:59")) == "late"


class TestDefinition:
    @pytest.fixture
    def loaded(self, project):
        def load(line: str) -> definition.Definition:
            text = sample.DEFINITION.replace("series:", f"{line}\nseries:")
            (project / "reports" / "pair.yml").write_text(text, encoding="utf-8")
            return definition.load("pair")

        return load

    @pytest.mark.parametrize(
        ("line", "told"),
        [
            ('schedule: "0 6 1 * *"', MONTHLY),
            ("schedule: 0  6 1 * *", MONTHLY),
            ("schedule: {cron: 0 6 1 * *, timezone: Asia/Tashkent, grace: 6h}",
             Schedule("0 6 1 * *", "Asia/Tashkent", timedelta(hours=6))),
            ("schedule: {cron: 0 6 * * mon-fri, grace: 2w}", Schedule("0 6 * * mon-fri", grace=timedelta(weeks=2))),
            ("", None),
        ],
    )  # fmt: skip
    def test_it_is_read(self, loaded, line, told):
        assert loaded(line).schedule == told

    @pytest.mark.parametrize(
        ("line", "sentence"),
        [
            ('schedule: "0 6 1 *"', "schedule: '0 6 1 *' is no line of cron (4 fields instead of 5); write minute, hour"),
            ('schedule: "61 6 1 * *"', "schedule: '61 6 1 * *' is no line of cron (bad minute); write minute, hour"),
            ('schedule: "0 6 31 2 *"', "schedule: '0 6 31 2 *' is no line of cron (bad day-of-month)"),
            ('schedule: "0 6 * 2 MON#6"', "is no line of cron (bad day-of-week)"),
            ("schedule: @daily", "is not YAML"),
            ("schedule: monthly", "schedule: 'monthly' is no line of cron (1 fields instead of 5)"),
            ("schedule: {timezone: UTC}", "schedule: '' is no line of cron (0 fields instead of 5)"),
            ("schedule: {crom: 0 6 1 * *}", "schedule: unknown key 'crom' (did you mean 'cron'?)"),
            ("schedule: {cron: 0 6 1 * *, timezone: Asia/Tashkend}",
             "schedule, timezone: there is no time zone 'Asia/Tashkend' (did you mean 'Asia/Tashkent'?)"),
            ("schedule: {cron: 0 6 1 * *, timezone: ../../etc}",
             "schedule, timezone: there is no time zone '../../etc'; write a name of the IANA list"),
            ("schedule: {cron: 0 6 1 * *, grace: soon}",
             "schedule, grace: 'soon' is no length of time; write 30m, 6h, 2d or 1w"),
            ("schedule: {cron: 0 6 1 * *, grace: 0h}", "schedule, grace: '0h' is no length of time"),
            ("schedule: {cron: [0]}", "schedule: cron must be text"),
            ("schedule: [0 6 1 * *]", "schedule: must be `key: value` lines; known keys are cron, timezone, grace"),
            ("schedule:", "schedule: '' is no line of cron"),
        ],
    )  # fmt: skip
    def test_a_fault_is_told_with_place_and_remedy(self, loaded, line, sentence):
        with pytest.raises(UsageError, match=re.escape(sentence)) as told:
            loaded(line)
        assert all(each.startswith("reports/pair.yml") for each in told.value.problems)

    @given(st.text("0123456789*/-,#LWmon ", max_size=20))
    def test_whatever_is_written_is_read_or_refused(self, text):
        problems = Problems("reports/x.yml")
        told = schedule.parse(problems, text)
        if not problems:
            now = at("2026-12-01T06:00")
            assert told.previous(now) <= now < told.next(now)
