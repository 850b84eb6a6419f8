"""`briefing runs` and `briefing status`: what ran and how it ended, and whether that is new enough."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

from analysis.execution.ledger import Ledger

GOOD = "2026-11-01T06:10:00.000Z"


@pytest.fixture
def ledger(small) -> Iterator[Ledger]:
    yield Ledger.at(small.root)
    for path in (small.root / "reports" / "state").iterdir():
        path.unlink()


@pytest.fixture
def say(command, small) -> Callable:
    return lambda *words: command(*words, root=small.root)


def built(ledger: Ledger, stem: str = "pair", status: str = "succeeded", ended: str = GOOD, **more) -> int:
    name = stem.partition("--")[0]
    return ledger.add(
        kind="briefing", name=name, stem=stem, status=status, started=ended, ended=ended, **more
    )


class TestRuns:
    @pytest.fixture
    def three(self, ledger) -> list[int]:
        """A good build, one with other parameters that failed in a section, one that a process left behind."""
        first = built(
            ledger, seconds=12.34, memory_bytes=181_600_000, engine="fork", versions={"pandas": "3.0"}
        )
        reason = "rows, cell 4 (`lead`): KeyError: 'x'\nrows: see there"
        second = built(ledger, "pair--partner-KGZ", "failed", cause="failed-cell", reason=reason)
        part = ledger.add(
            kind="section",
            parent=second,
            section="rows",
            status="failed",
            cause="failed-cell",
            cell=4,
            started=GOOD,
        )
        third = ledger.begin(kind="briefing", name="pair", stem="pair", started=GOOD, born="earlier", pid=1)
        return [first, second, third, part]

    def test_the_newest_first_and_the_reason_below_what_failed(self, say, three):
        first, second, third, _ = three
        ended = say("runs")
        assert (ended.code, ended.err) == (0, "")
        assert ended.out.splitlines() == [
            f"{third}  2026-11-01 06:10  pair               lost       -            -       -       -",
            "    pair: the process that ran it is gone without a word; run it again",
            f"{second}  2026-11-01 06:10  pair--partner-KGZ  failed     failed-cell  -       -       -",
            "    rows, cell 4 (`lead`): KeyError: 'x'",
            "    rows: see there",
            f"{first}  2026-11-01 06:10  pair               succeeded  -            12.3 s  182 MB  fork",
        ]

    def test_of_many_reasons_the_first_are_told_and_where_the_rest_is(self, say, ledger):
        run = built(ledger, status="failed", reason="\n".join(f"problem {n}" for n in range(5)))
        assert [line.strip() for line in say("runs").out.splitlines()[1:]] == [
            "problem 0", "problem 1", "problem 2", f"2 more: briefing runs --show {run}",
        ]  # fmt: skip
        assert "problem 4" in say("runs", "--show", run).out

    def test_sections_stand_below_their_build_with_the_cell(self, say, three):
        lines = say("runs", "pair--partner-KGZ", "--sections").out.splitlines()
        assert len(lines) == 3
        lines = say("runs", "--sections", "--failed").out.splitlines()
        assert "  rows" in lines[5] and "failed-cell, cell 4" in lines[5]
        assert not [line for line in lines if "succeeded" in line]

    def test_the_last_and_for_a_machine(self, say, three):
        assert [row["id"] for row in say("runs", "--last", "1", "--json").json] == [three[2]]
        rows = say("runs", "--json", "pair").json
        assert [(row["id"], row["status"]) for row in rows] == [
            (three[2], "lost"), (three[1], "failed"), (three[0], "succeeded"),
        ]  # fmt: skip

    def test_all_of_one(self, say, three):
        text = say("runs", "--show", three[0]).out
        assert 'versions      {"pandas": "3.0"}' in text and "seconds       12.34" in text
        assert "cause" not in text
        text = say("runs", "--show", three[1]).out
        assert "reason   rows, cell 4 (`lead`): KeyError: 'x'\n         rows: see there\n" in text
        assert text.splitlines()[-1].split()[3:] == [
            "rows",
            "failed",
            "failed-cell,",
            "cell",
            "4",
            "-",
            "-",
            "-",
        ]
        told = say("runs", "--show", three[1], "--json").json
        assert told["id"] == three[1] and [part["cell"] for part in told["sections"]] == [4]

    @pytest.mark.parametrize(
        ("words", "sentence"),
        [
            (["--show", "99"], "briefing runs: there is no run 99; 'briefing runs --sections' lists them"),
            (["--show", "1", "pair"], "briefing runs: NAME and --show do not go together; give one of them"),
            (["--show", "1", "--failed"], "briefing runs: --failed and --show do not go together; give one of them"),
            (["pear"], "briefing runs: no build is called 'pear' (did you mean 'pair'?)"),
            (["--last", "0"], "briefing runs: invalid value for '--last': 0 is not in the range x>=1; see 'briefing runs --help'"),
        ],
    )  # fmt: skip
    def test_what_cannot_be_meant_is_refused(self, say, three, words, sentence):
        ended = say("runs", *words)
        assert (ended.code, ended.out, ended.sentences) == (2, "", [sentence])

    def test_nothing_ran_yet(self, say, ledger):
        assert say("runs").out == say("runs", "pair").out == "There is no such run.\n"
        assert say("runs", "--json").json == []

    def test_a_damaged_ledger_is_told_of_once(self, say, ledger):
        ledger.path.write_bytes(b"no ledger")
        ended = say("runs")
        assert ended.code == 0
        assert ended.sentences == [
            "reports/state/ledger.sqlite: was damaged; it is kept as ledger.sqlite.broken-1, and a new one is begun"
        ]
        assert say("runs").err == ""


class TestStatus:
    @pytest.fixture
    def scheduled(self, small) -> None:
        small.change("reports/pair.yml", "series:", 'schedule: "0 6 1 * *"\nseries:')

    @pytest.mark.parametrize(
        ("now", "code", "line"),
        [
            ("2026-11-27T06:02", 0, "pair  fresh  2026-11-01 06:10 UTC (25 days ago)  0 6 1 * *, next 2026-12-01 06:00 UTC"),
            ("2026-12-01T11:00+05:00", 0, "pair  due  2026-11-01 06:10 UTC (29 days ago)  0 6 1 * *, next 2027-01-01 06:00 UTC"),
            ("2026-12-02T06:00", 1, "pair  late  2026-11-01 06:10 UTC (30 days ago)  0 6 1 * *, next 2027-01-01 06:00 UTC"),
            ("2026-10-31", 1, "pair  never built  -  0 6 1 * *, next 2026-11-01 06:00 UTC"),
        ],
    )  # fmt: skip
    def test_the_newest_good_build_against_the_schedule(self, say, ledger, scheduled, now, code, line):
        built(ledger)
        ended = say("status", "--now", now)
        assert (ended.code, ended.out) == (code, f"{line}\n")

    def test_what_is_missing_is_a_sentence(self, say, ledger, scheduled):
        assert say("status", "--now", "2026-12-05").sentences == [
            "reports/pair.yml: there is no good build, and one was due 2026-12-01 06:00 UTC; run: briefing build pair"
        ]
        built(ledger)
        assert say("status", "--now", "2026-12-05").sentences == [
            "reports/pair.yml: the newest good build is of 2026-11-01 06:10 UTC, and one was due 2026-12-01 06:00 UTC; "
            "run: briefing build pair"
        ]

    def test_we_are_not_fooled_by_a_good_build_before_one_that_failed(self, say, ledger, scheduled):
        built(ledger)
        built(ledger, status="failed", ended="2026-11-02T00:00:00.000Z", reason="rows, cell 4: no")
        ended = say("status", "--now", "2026-11-03")
        assert (ended.code, ended.sentences) == (1, ["rows, cell 4: no"])
        assert ended.out.startswith("pair  failed  2026-11-01 06:10 UTC (1 day ago)")
        assert say("status", "--now", "2026-11-01T12:00").code == 0
        built(ledger, status="unchanged", ended="2026-11-02T12:00:00.000Z")
        assert say("status", "--now", "2026-11-03").out.startswith(
            "pair  fresh  2026-11-02 12:00 UTC (12 hours ago)"
        )

    def test_we_are_not_fooled_by_a_build_with_other_parameters(self, say, ledger, scheduled):
        built(ledger, "pair--partner-KGZ")
        assert say("status", "--now", "2026-11-03").out.startswith("pair  never built")
        built(ledger)
        built(ledger, "pair--partner-KGZ", "failed", "2026-11-02T00:00:00.000Z")
        ledger.add(kind="briefing", name="pair", status="refused", cause="refused", reason="-p partner: no")
        assert say("status", "--now", "2026-11-03").code == 0

    def test_we_are_not_fooled_by_a_build_that_was_killed(self, say, ledger, scheduled):
        built(ledger)
        ledger.begin(kind="briefing", name="pair", stem="pair", started=GOOD, born="earlier")
        ended = say("status")
        assert ended.code == 1
        assert ended.sentences == ["pair: the process that ran it is gone without a word; run it again"]

    def test_without_a_schedule_nothing_is_late(self, say, ledger):
        assert say("status").out == "pair  never built  -  no schedule\n"
        built(ledger, status="failed", reason="rows, cell 4: no")
        ended = say("status", "pair")
        assert (ended.code, ended.err) == (0, "")
        assert ended.out == "pair  failed  -  no schedule\n    rows, cell 4: no\n"

    def test_of_a_sweep_every_briefing_must_be_good(self, say, small, ledger):
        text = (small.root / "reports" / "pair.yml").read_text()
        text = text.replace("  reporter: UZB\n  partner: KAZ\n", "")
        sweep = 'schedule: "0 6 1 * *"\nfor_each:\n  - {reporter: KAZ, partner: UZB}\n  - {reporter: KGZ, partner: UZB}\nseries:'
        small.put("reports/pair.yml", text.replace("series:", sweep))
        built(ledger, "pair--reporter-KAZ--partner-UZB", ended="2026-11-02T00:00:00.000Z")
        now = ("--now", "2026-11-03")
        assert say("status", *now).out.startswith("pair  never built")
        built(ledger, "pair--reporter-KGZ--partner-UZB")
        assert say("status", *now).out.startswith("pair  fresh  2026-11-01 06:10 UTC (1 day ago)")
        built(ledger, "pair--reporter-KAZ--partner-UZB", "lost", "2026-11-02T12:00:00.000Z")
        assert say("status", *now).sentences == ["pair--reporter-KAZ--partner-UZB: lost (run 3)"]

    def test_for_a_machine(self, say, ledger, scheduled):
        built(ledger)
        ended = say("status", "--now", "2026-12-05", "--json")
        told = ended.json
        assert (ended.code, told["now"], told["problems"]) == (1, "2026-12-05T00:00:00+00:00", [])
        (pair,) = told["briefings"]
        assert pair.pop("problems") == ended.sentences
        assert pair == {
            "name": "pair",
            "state": "late",
            "enough": False,
            "built": "2026-11-01T06:10:00+00:00",
            "age_seconds": 33 * 86400 + 17 * 3600 + 50 * 60,
            "schedule": {"cron": "0 6 1 * *", "timezone": "UTC"},
            "due": "2026-12-01T06:00:00+00:00",
        }

    def test_a_broken_definition_does_not_hide_the_others(self, say, small, ledger):
        small.put("reports/odd.yml", "title: x\nschedul: y\n")
        ended = say("status")
        assert ended.code == 1 and ended.out == "pair  never built  -  no schedule\n"
        assert ended.sentences[0] == "reports/odd.yml: unknown key 'schedul' (did you mean 'schedule'?)"
        assert json.loads(say("status", "--json").out)["problems"] == ended.sentences

    @pytest.mark.parametrize(
        ("words", "sentence"),
        [
            (["pear"], "there is no briefing 'pear' in reports/ (did you mean 'pair'?)"),
            (["--now", "tomorrow"], "briefing status: invalid value for '--now': 'tomorrow' is no date and time; write one such as 2026-12-01T06:00; see 'briefing status --help'"),
            (["--now", "0001-01-01"], "briefing status: invalid value for '--now': '0001-01-01' is no date and time; write one such as 2026-12-01T06:00; see 'briefing status --help'"),
        ],
    )  # fmt: skip
    def test_what_cannot_be_meant_is_refused(self, say, ledger, words, sentence):
        ended = say("status", *words)
        assert (ended.code, ended.out, ended.sentences) == (2, "", [sentence])
